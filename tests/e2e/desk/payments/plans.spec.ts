import { aDebitTown } from '../../../support/towns/debits.ts'
import { aRegieInput } from '../../../support/towns/regies.ts'
import { expect, faultsInThemes, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aDebitTown())
  const [regie] = await town.client.regies.list()
  await town.client.regies.save({
    ...aRegieInput({ allowsPlans: true }),
    id: regie?.id ?? 1,
    name: 'Régie',
    prefix: null,
  })
})
test.afterAll(() => town.close())
// The browser reports each refusal of the desk in its console.
test.use({ mayComplain: true })

test('« Familles » shows who owes, from a sum on', async ({ page }) => {
  await logInAt(page, town, '/familles', 'Familles')
  const rows = page.getByRole('grid', { name: 'Familles' }).getByRole('row')
  await expect(rows).toHaveCount(4)
  await page.getByRole('button', { name: 'Solde' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Doit' }).focus()
  await page.keyboard.press('Enter')
  await expect(rows.nth(1)).toContainText(/Noël.*94,60/)
  await page.getByLabel('au moins').fill('40')
  await expect(rows).toHaveCount(3)
  expect(await faultsInThemes(page, 'families by balance')).toEqual([])
})

test('a plan is agreed and ended without the mouse', async ({ page }) => {
  await logInAt(page, town, '/reglements/impayes', 'Impayés')
  const panel = page.getByRole('complementary', { name: 'Payeur choisi' })
  await expect(panel.getByRole('heading', { name: 'Aubry' })).toBeVisible()
  await expect(panel.getByRole('button', { name: 'Échéancier…' })).toBeVisible()
  await page.keyboard.press('p')
  const dialog = page.getByRole('dialog', { name: 'Échéancier, Aubry' })
  await expect(dialog.getByLabel('Nombre de parts')).toBeFocused()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('2')
  await expect(dialog.getByRole('group', { name: /^Part / })).toHaveCount(2)
  await expect(dialog.getByLabel('Part 2, somme')).toHaveValue(/25/)
  await dialog.getByLabel('Part 1, somme').fill('100')
  expect(await faultsInThemes(page, 'a plan')).toEqual([])
  await page.keyboard.press('Enter')
  await expect(dialog).toContainText('Chaque part demande une somme.')
  await dialog.getByLabel('Part 1, somme').fill('20')
  await expect(dialog.getByLabel('Part 2, somme')).toHaveValue(/30/)
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(panel).toContainText('Échéancier respecté')
  await expect(panel.getByRole('button', { name: /^Échéancier…/ })).toBeHidden()
  expect(await faultsInThemes(page, 'Impayés with a plan')).toEqual([])
  await panel.getByRole('button', { name: 'Terminer l’échéancier…' }).focus()
  await page.keyboard.press('Enter')
  const ending = page.getByRole('dialog', { name: 'Terminer l’échéancier, Aubry' })
  await expect(ending.getByLabel('Motif')).toBeFocused()
  await page.keyboard.type('Le CCAS paie')
  await ending.getByRole('button', { name: 'Terminer l’échéancier' }).focus()
  await page.keyboard.press('Enter')
  await expect(panel).toContainText('Le CCAS paie')
})
