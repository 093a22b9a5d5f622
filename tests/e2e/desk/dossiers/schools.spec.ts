import { aFamily, anActivity, aPeriod, aTown } from '../../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logIn, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(
    aTown()
      .with(aFamily('Marchand', { children: { Louison: {} } }))
      .with(anActivity('RESTAURANT DES TILLEULS'))
      .with(aPeriod('Repas 2026/2027', 'RESTAURANT DES TILLEULS')),
  )
  for (const name of ['École des Tilleuls', 'École Jacques-Prévert']) await town.client.settings.saveSchool({ name })
  await town.client.families.setAddress({
    familyId: town.family('Marchand'),
    fromDay: '2026-09-01',
    address: { line1: '12 bis, rue des Lilas', line2: '', postcode: '14550', town: 'Blainville-sur-Orne' },
    resident: null,
  })
})
test.afterAll(() => town.close())
// The browser reports each refusal of the desk in its console.
test.use({ mayComplain: true })

test('the streets of a school tell where a child goes, and its restaurant is for its pupils', async ({ page }) => {
  await logIn(page, town)
  const dialog = page.getByRole('dialog')

  await test.step('streets are typed; numbers without a school are refused at their row', async () => {
    await goTo(page, '/reglages?onglet=lieux', 'Réglages')
    await page.getByRole('grid', { name: 'Écoles' }).getByText('École des Tilleuls').dblclick()
    const add = dialog.getByRole('button', { name: 'Ajouter une rue' })
    await add.click()
    await dialog.getByLabel('Rue 1', { exact: true }).fill('rue des Lilas')
    await dialog.getByLabel('Dernier numéro, rue 1').fill('20')
    await add.click()
    await dialog.getByLabel('Rue 2', { exact: true }).fill('rue des Lilas')
    await dialog.getByLabel('Premier numéro, rue 2').fill('31')
    await dialog.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(dialog.getByRole('alert')).toContainText('10 numéros sans école, 21, … et 30.')
    await dialog.getByLabel('Premier numéro, rue 2').fill('21')
    expect(await faultsInThemes(page, 'secteur d’une école')).toEqual([])
    await dialog.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(dialog).toBeHidden()
  })

  await test.step('the school of the address is told, and another one asks why', async () => {
    await goTo(page, `/familles/${town.family('Marchand')}?onglet=enfants`, 'Marchand')
    await page.getByRole('button', { name: 'Nouvelle classe de Louison' }).click()
    await expect(dialog).toContainText('École de l’adresse\u00a0: École des Tilleuls')
    await expect(dialog.getByLabel('Dérogation')).toBeHidden()
    await dialog.getByRole('combobox', { name: 'École' }).click()
    await page.getByRole('option', { name: 'École Jacques-Prévert' }).click()
    await dialog.getByLabel('Dérogation').fill('fratrie')
    await dialog.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(dialog).toBeHidden()
    await expect(page.getByText('par dérogation\u00a0: fratrie')).toBeVisible()
    await page.getByRole('button', { name: 'Nouvelle classe de Louison' }).click()
    await dialog.getByRole('combobox', { name: 'École' }).click()
    await page.getByRole('option', { name: 'École Jacques-Prévert' }).click()
    await dialog.getByLabel('À partir du').fill('04/01/2027')
    await page.keyboard.press('Enter')
    await expect(dialog).toBeHidden()
    await expect(page.getByText('par dérogation\u00a0: fratrie')).toHaveCount(2)
  })

  await test.step('an activity chooses its schools', async () => {
    await goTo(page, '/reglages?onglet=activites', 'Réglages')
    await page.getByRole('button', { name: 'Modifier l’activité' }).click()
    await dialog.getByRole('combobox', { name: 'Écoles' }).press('ArrowDown')
    await page.getByRole('option', { name: 'École des Tilleuls' }).click()
    await page.keyboard.press('Tab')
    await dialog.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(dialog).toBeHidden()
    await expect(page.getByText('Écoles', { exact: true })).toBeVisible()
    const check = await town.client.registrations.check({
      childId: town.child('Louison'),
      familyId: town.family('Marchand'),
      periodId: town.period('Repas 2026/2027'),
      startDay: '2026-12-01',
      endDay: '2027-06-30',
    })
    expect(check.unmet).toEqual([expect.stringContaining('Celle de l’enfant\u00a0: École Jacques-Prévert.')])
  })
})
