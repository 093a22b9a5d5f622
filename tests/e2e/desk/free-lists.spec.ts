import { aFamily, aRegistration, aTown, aWednesday } from '../../support/towns/town.ts'
import { expect, faultsInThemes, logInAt, type ServedTown, serveTown, test } from '../town.ts'

const period = 'ALSH mercredi 2026/2027'
let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(
    aTown()
      .with(aFamily('Marchand', { children: { Louison: { birthDay: '2018-05-02' }, Zoé: { birthDay: '2022-04-02' } } }))
      .with(aFamily('Aubry', { children: { Tao: { birthDay: '2021-01-05' } } }))
      .with(aWednesday())
      .with(aRegistration('Marchand', 'Louison', period))
      .with(aRegistration('Aubry', 'Tao', period)),
  )
})
test.afterAll(() => town.close())
// The browser reports each refusal of the desk in its console.
test.use({ mayComplain: true })

test('a free list, from the first filter to the spreadsheet, by the keyboard', async ({ page }) => {
  await logInAt(page, town, '/chiffres/liste', 'Liste libre')
  const list = page.getByRole('grid', { name: 'Liste des enfants' })
  const dialog = page.getByRole('dialog')
  await expect(page.getByRole('heading', { name: '3 enfants, 2 familles' })).toBeVisible()

  await test.step('a filter on what is registered, then on the age', async () => {
    await page.keyboard.press('f')
    await dialog.getByLabel('Colonne').fill('Inscrit')
    await page.getByRole('option', { name: 'Inscrit à' }).click()
    await dialog.getByLabel('Valeurs').press('ArrowDown')
    await page.getByRole('option', { name: 'CLSH MERCREDI' }).click()
    await page.keyboard.press('Escape')
    expect(await faultsInThemes(page, 'un filtre')).toEqual([])
    await dialog.getByRole('button', { name: 'Filtrer' }).click()
    await expect(page.getByRole('heading', { name: '2 enfants, 2 familles' })).toBeVisible()
    await page.keyboard.press('f')
    await dialog.getByLabel('Colonne').fill('Âge')
    await page.getByRole('option', { name: 'Âge' }).click()
    await dialog.getByLabel('De').fill('9')
    await dialog.getByLabel('À', { exact: true }).fill('6')
    await dialog.getByRole('button', { name: 'Filtrer' }).click()
    await expect(dialog.getByRole('alert')).toContainText('la première borne dépasse la seconde')
    await dialog.getByLabel('De').fill('6')
    await dialog.getByLabel('À', { exact: true }).fill('9')
    await dialog.getByRole('button', { name: 'Filtrer' }).click()
    await expect(list.getByRole('row', { name: /Louison/ })).toBeVisible()
    await expect(list).not.toContainText('Tao')
  })

  await test.step('another column, moved before the others', async () => {
    await page.getByRole('combobox', { name: 'Ajouter une colonne' }).fill('Né')
    await page.getByRole('option', { name: 'Né(e) le' }).click()
    await expect(list.getByRole('columnheader').last()).toHaveText('Né(e) le')
    await page.getByRole('button', { name: /^Né\(e\) le, colonne/ }).press('Alt+ArrowUp')
    await expect(list.getByRole('columnheader').last()).not.toHaveText('Né(e) le')
    await expect(list).toContainText('02/05/2018')
  })

  await test.step('kept under a name, found again after a reload, and taken out', async () => {
    await page.keyboard.press('Control+s')
    await dialog.getByLabel('Nom').fill('Six à neuf ans')
    await dialog.getByLabel('Partager avec l’équipe').check()
    await dialog.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(page.getByRole('heading', { name: 'Six à neuf ans' })).toBeVisible()
    await page.reload()
    await expect(page.getByRole('heading', { name: '1 enfant, 1 famille' })).toBeVisible()
    const download = page.waitForEvent('download')
    await page.keyboard.press('x')
    expect((await download).suggestedFilename()).toBe('Six-à-neuf-ans.xlsx')
  })

  await test.step('Enter opens the record', async () => {
    await list.getByRole('row', { name: /Louison/ }).click()
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/familles\/\d+/)
  })
})
