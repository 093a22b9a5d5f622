import { picture } from '../../support/picture.ts'
import { aFamily, aTown } from '../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logInAt, type ServedTown, serveTown, test } from '../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aTown().with(aFamily('Marchand', { children: { Basile: {} } })))
})
test.afterAll(() => town.close())

const file = [
  'Nom;Prénom;Né le;Responsable;Téléphone;Adresse;CP;Ville;Cantine',
  'AUVRAY;Adèle;12/04/2019;AUVRAY Jeanne;0612345678;6 rue du Lavoir;14550;Blainville;oui',
].join('\r\n')

test('a list is previewed before it is imported, and the import is undone from its report', async ({
  page,
  context,
}) => {
  await logInAt(page, town, '/import', 'Importer une liste')
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: /^Choisir un fichier/ }).click()
  await (await chooser).setFiles({ name: 'inscrits.csv', mimeType: 'text/csv', buffer: Buffer.from(file, 'latin1') })

  await expect(page.getByText('Laissée de côté : « Cantine ».')).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Contenu de la colonne Responsable' })).toHaveValue(
    'Nom et prénom parent 1',
  )
  expect(await faultsInThemes(page, 'Colonnes')).toEqual([])
  await picture(page, 'colonnes')
  await page.getByRole('button', { name: /^Vérifier les lignes/ }).click()
  await page.getByRole('row', { name: /AUVRAY/ }).click()
  const panel = page.getByRole('complementary', { name: 'Ligne choisie' })
  await expect(panel).toContainText(/Lu hors commune\s: la commune s’écrit «\sBlainville-sur-Orne\s»/)
  expect(await faultsInThemes(page, 'Ligne remarquée')).toEqual([])
  await picture(page, 'verification')
  await panel.getByRole('button', { name: 'Prendre Blainville-sur-Orne' }).click()
  await expect(panel).not.toContainText('Lu hors commune')
  await page.getByRole('button', { name: /^Importer 1\sligne/ }).click()
  await expect(page.getByText(/1\sfamille créée/)).toBeVisible()

  const { rows } = await town.client.families.list({ filter: 'auvray', show: 'present', from: 0, count: 1 })
  expect(rows).toMatchObject([{ resident: true }])
  const beside = await context.newPage()
  await beside.goto(page.url())
  await goTo(beside, `/familles/${rows[0]?.id}`, 'Auvray')
  await page.getByRole('button', { name: 'Annuler cet import' }).click()
  await expect(page.getByText('Cet import est annulé')).toBeVisible()
  await expect(page.getByText(/1\sfamille créée/)).toBeHidden()
  await expect(beside.getByText('Cette famille n’existe plus.')).toBeVisible()
  await expect(beside.getByRole('button', { name: /^Encaisser/ })).toBeHidden()
})
