import { serveShownTown } from './shown-town.ts'
import { expect, faultsInThemes, goTo, logIn, type ServedTown, test } from './town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveShownTown()
})
test.afterAll(() => town.close())

test('axe finds nothing in any main dialog, light or dark', async ({ page }) => {
  test.setTimeout(600_000)
  await logIn(page, town)
  const family = `/familles/${town.family('Marchand')}`
  const registration = `/inscriptions?inscription=${town.registration('Louison', 'ALSH mercredi 2026/2027')}`
  const makesBackup = async () => {
    await button('Sauvegarder maintenant')
    await button(/^Reprendre la sauvegarde/)
  }
  const button = (name: RegExp | string) => page.getByRole('button', { name }).first().click({ timeout: 60_000 })
  const dialogs: readonly (readonly [name: string, path: string, heading: string, open: () => Promise<void>])[] = [
    [
      'Ctrl K',
      '/',
      'Mercredi 25 novembre 2026',
      () => page.keyboard.press('Control+k').then(() => page.keyboard.type('mar')),
    ],
    ['Raccourcis', '/calendrier', 'Calendrier', () => page.keyboard.press('?')],
    ['Nouvelle famille', '/familles', 'Familles', () => page.keyboard.press('n')],
    ['Nouvelle inscription', '/inscriptions', 'Inscriptions', () => page.keyboard.press('n')],
    ['Modifier le foyer', family, 'Marchand', () => page.keyboard.press('m')],
    ['Un enfant', `${family}?onglet=enfants`, 'Marchand', () => button(/^Modifier Louison|^Modifier/)],
    ['Santé', `${family}?onglet=enfants`, 'Marchand', () => button(/anté|anitaire/)],
    ['Qui vient chercher', `${family}?onglet=enfants`, 'Marchand', () => button(/^Ajouter une personne/)],
    ['Avoir', '/facturation', 'Facturation', () => button(/^Émises/).then(() => button(/^Avoir/))],
    [
      'Absence justifiée',
      '/pointage',
      'Pointage',
      async () => {
        await page.getByRole('gridcell', { name: 'Matin : à pointer' }).first().focus()
        await page.keyboard.press('j')
      },
    ],
    [
      'Réserver hors délai',
      '/calendrier',
      'Calendrier',
      async () => {
        await page.getByRole('gridcell', { name: /Fouquet Noé, mercredi 25 novembre 2026, Matin/ }).focus()
        await page.keyboard.press('Space')
      },
    ],
    [
      'Déplacer à un autre jour',
      '/calendrier',
      'Calendrier',
      async () => {
        await page
          .getByRole('gridcell', { name: /Case libre/ })
          .first()
          .click()
        await page.keyboard.press('Space')
        await button(/^Déplacer à un autre jour/)
      },
    ],
    ['La famille part', family, 'Marchand', () => button(/^La famille part/)],
    ['Nouvelle classe', `${family}?onglet=enfants`, 'Marchand', () => button(/^Nouvelle classe/)],
    ['Historique de la famille', family, 'Marchand', () => page.keyboard.press('h')],
    ['Derniers gestes', '/calendrier', 'Calendrier', () => button('Derniers gestes')],
    ['Effacer ses données', `${family}?onglet=donnees`, 'Marchand', () => button('Effacer…')],
    ['Déménagement', family, 'Marchand', () => button('Déménagement')],
    [
      'Annuler un règlement',
      '/reglements',
      'Règlements',
      () => button(/^Q2026-/).then(() => page.getByRole('button', { name: 'Annuler…' }).click()),
    ],
    ['Une activité', '/reglages?onglet=activites', 'Réglages', () => button(/Nouvelle activité/)],
    ['Fermer des jours', '/reglages?onglet=activites', 'Réglages', () => button(/^Fermer des jours/)],
    ['Liste d’attente et encadrement', '/reglages?onglet=activites', 'Réglages', () => button(/^Liste d’attente et/)],
    ['Arrêter une plage', '/reglages?onglet=activites', 'Réglages', () => button(/^Arrêter une plage/)],
    ['Encadrement', '/calendrier', 'Calendrier', () => button(/^Encadrement/)],
    ['Ouvrir des places', '/calendrier/attente', 'Liste d’attente', () => button(/^Ouvrir des places/)],
    ['Rendre prioritaire', '/calendrier/attente', 'Liste d’attente', () => button(/prioritaire|^Priorité/)],
    ['Une durée de conservation', '/reglages?onglet=protection', 'Réglages', () => button(/^Durée/)],
    ['Reprendre une sauvegarde', '/reglages?onglet=sauvegardes', 'Réglages', () => makesBackup()],
    ['Phrase de secours', '/reglages?onglet=sauvegardes', 'Réglages', () => button(/^Créer la phrase/)],
    ['Nouvelle version du tarif', '/reglages/tarifs', 'Tarifs', () => button(/^Nouveau tarif daté/)],
    ['Coller une grille', '/reglages/tarifs', 'Tarifs', () => button('Coller une grille')],
    ['Terminer une inscription', registration, 'Inscriptions', () => button(/^Terminer/)],
    ['Une ligne du tarif', '/reglages/tarifs', 'Tarifs', () => button('Ajouter une ligne')],
    ['Nouvel agent', '/reglages?onglet=agents', 'Réglages', () => button('Nouvel agent')],
  ]
  const found: string[] = []
  for (const [name, path, heading, open] of dialogs) {
    await test.step(name, async () => {
      await goTo(page, path, heading)
      await open()
      await expect(page.getByRole('dialog', { name: /./ }).last()).toBeVisible()
      // What is behind them is looked at by `accessibility.spec.ts`.
      found.push(...(await faultsInThemes(page, name, '[role=dialog]')))
      // The first may only close a list of the dialog.
      await expect(async () => {
        await page.keyboard.press('Escape')
        await expect(page.getByRole('dialog')).toHaveCount(0, { timeout: 500 })
      }).toPass()
    })
  }
  expect(found).toEqual([])
})
