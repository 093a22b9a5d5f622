import { describe, expect, it } from 'vitest'
import { helpPage, helpPictures } from '../../main/portal/pages/help/help-page.ts'
import type { TownDocument } from '../../shared/contract/portal/documents.ts'
import { now, town } from './town.ts'

const textOf = (given: TownDocument | null): string =>
  helpPage({ town: given, publishedAt: now, nonce: '', style: '', isLoggedIn: false }).replaceAll(/<[^>]+>/g, '')
const withPayment: TownDocument = {
  ...town,
  payfip: { client: '012345', mode: 'production', tryEmail: '', address: '' },
}

describe('« Comment utiliser le portail ? »', () => {
  it.each([
    'cliquez sur Mes réservations',
    'Sélectionnez vos demandes de réservations en cliquant sur les jours voulus.',
    'Ces demandes seront transférées dans la nuit à la mairie',
    'vos demandes passeront alors en vert si elles ont été confirmées, en orange foncé si elles ont été placées en liste d’attente.',
    'Exemple : pour une réservation pour le vendredi, faites votre demande au plus tard le jeudi de la semaine précédente.',
    'Ne demandez pas une nouvelle inscription pour une activité où vous avez déjà une inscription',
    'Gardez les dates proposées par défaut, qui vous permettront d’inscrire l’enfant sur toute l’année',
    'si vous souhaitez informer la structure d’une demande régulière de réservation',
    'Détail financier par facture',
    'Vous pouvez également utiliser les modes de règlement habituels, en réglant auprès de l’Espace Jeunesse.',
  ])('keeps the words of the parents’ guide: %s', (words) => {
    expect(textOf(town).replaceAll('\u00a0', ' ')).toContain(words)
  })

  it('explains online payment and papers only where the town accepts them', () => {
    const { papersKey: _, payfip: _none, ...without } = town
    expect(textOf(withPayment)).toContain('Payer cette facture')
    expect(textOf({ ...town, papersKey: 'AAAA' })).toContain('Envoyer une pièce')
    expect(textOf({ ...town, papersKey: 'AAAA' })).toContain('Signaler une allergie')
    for (const words of ['Payer cette facture', 'Envoyer une pièce', 'une allergie'])
      expect(textOf(without)).not.toContain(words)
  })

  it('is there before the town has published anything', () => {
    expect(textOf(null)).toContain('Réserver des jours')
  })

  it('has few and light pictures of the portal, each with a text and a reserved size', () => {
    const page = helpPage({ town: withPayment, publishedAt: now, nonce: '', style: '', isLoggedIn: false })
    const shown = [
      ...page.matchAll(/<img class="shot" src="([^"]+)" alt="([^"]*)" width="(\d+)" height="(\d+)" loading="lazy"/g),
    ]
    expect(new Set(shown.map(([, source]) => source))).toEqual(new Set(Object.keys(helpPictures)))
    for (const [, source = '', alt = '', width, height] of shown) {
      expect(helpPictures[source]?.body.subarray(8, 12).toString()).toBe('WEBP')
      expect(alt.length).toBeGreaterThan(30)
      expect(Number(width)).toBe(540)
      expect(Number(height)).toBeGreaterThan(300)
    }
    const bytes = Object.values(helpPictures).reduce((sum, { body }) => sum + body.length, 0)
    expect(bytes).toBeLessThan(300_000)
  })
})
