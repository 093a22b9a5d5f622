import { aFamily, anActivity, aPeriod, aRegistration, aTown } from '../../../support/towns/town.ts'
import { expect, faultsInThemes, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

const period = 'ALSH mercredi 2026/2027'
let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(
    aTown()
      .with(aFamily('Delaunay', { children: { Gabin: { level: 'CM1' }, Rose: { level: 'CP' } } }))
      .with(aFamily('Quesnel', { children: { Noa: { level: 'CP' } } }))
      .with(aFamily('Ruel', { children: { Soan: { level: 'CE2' } } }))
      .with(anActivity('CLSH MERCREDI'))
      .with(aPeriod(period, 'CLSH MERCREDI'))
      .with(aRegistration('Delaunay', 'Gabin', period)),
  )
  town.store.statement('delete from family_address where family_id = ?').run(town.family('Ruel'))
})
test.afterAll(() => town.close())

test('a letter to the homes of a list is read one by one, printed at once, and printed again', async ({ page }) => {
  await logInAt(page, town, '/chiffres/liste', 'Liste libre')
  await page.getByRole('button', { name: 'Écrire aux 3 familles' }).click()
  await page.getByRole('button', { name: 'Courrier papier…' }).click()
  await expect(page.getByText('3 lettres, 3 familles.')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Ce qui ne part pas' })).toHaveText('Ruelsans adresse postale entière')
  await expect(page.getByText('Il reste à remplir')).toBeVisible()
  await page.getByLabel('Texte').fill('La fête est le 12.')
  const shown = page.getByRole('complementary', { name: 'Aperçu' })
  await expect(shown.getByText('1 sur 3')).toBeVisible()
  await expect(shown).toContainText('La fête est le 12.')
  await shown.getByRole('button', { name: 'Après' }).click()
  await expect(shown).toContainText('Mme Camille Quesnel')
  expect(await faultsInThemes(page, 'un courrier à des familles')).toEqual([])
  const paper = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'Imprimer 2 lettres' }).click()
  await paper
  await expect(page.getByText('par Sandrine Tostain, 2 lettres')).toBeVisible()
  const again = page.waitForEvent('popup')
  await page.getByRole('button', { name: /^Imprimer encore/ }).click()
  await again
})

test('a choice of recipients is narrowed, kept, and used again', async ({ page }) => {
  await logInAt(page, town, '/messages/ecrire', 'Message')
  await page.getByRole('combobox', { name: 'À qui' }).click()
  await page.getByRole('option', { name: 'Des foyers choisis' }).click()
  for (const name of ['Delaunay', 'Quesnel']) {
    await page.getByRole('combobox', { name: 'Familles' }).fill(name)
    await page.getByRole('option', { name }).click()
  }
  await page.keyboard.press('Escape')
  await expect(page.getByText('3 enfants, 2 familles, 2 responsables.')).toBeVisible()
  await page.getByRole('button', { name: 'Affiner' }).click()
  const dialog = page.getByRole('dialog', { name: 'Affiner' })
  await dialog.getByRole('combobox', { name: 'Colonne' }).fill('Classe')
  await page.getByRole('option', { name: 'Classe', exact: true }).click()
  await dialog.getByLabel('Texte').fill('CP')
  await dialog.getByRole('button', { name: 'Filtrer' }).click()
  await expect(page.getByText('2 enfants, 2 familles, 2 responsables.')).toBeVisible()
  await page.getByRole('button', { name: /^Choix gardés/ }).click()
  await page.getByRole('menuitem', { name: 'Garder ce choix…' }).click()
  const keeping = page.getByRole('dialog', { name: 'Garder ce choix' })
  await keeping.getByLabel('Nom').fill('Les CP')
  await keeping.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(keeping).toBeHidden()
  expect(await faultsInThemes(page, 'un choix affiné')).toEqual([])
  await page.getByRole('button', { name: /^Retirer Classe contient/ }).click()
  await expect(page.getByText('3 enfants, 2 familles, 2 responsables.')).toBeVisible()
  await page.getByRole('button', { name: 'Choix gardés (1)' }).click()
  await page.getByRole('menuitem', { name: 'Les CP', exact: true }).click()
  await expect(page.getByText('2 enfants, 2 familles, 2 responsables.')).toBeVisible()
})
