import { aFamily, anActivity, aPeriod, aRegistration, aTown } from '../../../support/towns/town.ts'
import { expect, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(
    aTown()
      .with(aFamily('Marchand', { children: { Louison: {}, Zoé: {} } }))
      .with(anActivity('CENTRE DE LOISIRS'))
      .with(aPeriod('Mercredis 2026/2027', 'CENTRE DE LOISIRS')),
  )
  for (const child of ['Louison', 'Zoé']) await aRegistration('Marchand', child, 'Mercredis 2026/2027')(town)
  await town.client.dossiers.saveRequired({
    kind: 'consents',
    name: 'Réponses aux autorisations',
    scope: 'child',
    activityId: null,
    validity: null,
    months: null,
  })
})
test.afterAll(() => town.close())

test('a new question says first how many complete dossiers it makes incomplete', async ({ page }) => {
  await logInAt(page, town, '/reglages?onglet=autorisations', 'Réglages')
  await page.getByRole('button', { name: 'Nouvelle autorisation' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Nouvelle autorisation' })
  await expect(dialog).toContainText('jusqu’à 2\u00a0dossiers complets ne le seront plus')
  await dialog.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(dialog).toBeHidden()
  await page.getByRole('button', { name: 'Nouvelle autorisation' }).first().click()
  await expect(dialog).toContainText('Relisez ce texte')
  await expect(dialog).not.toContainText('dossiers complets')
})
