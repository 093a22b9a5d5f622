import { aTariff, period } from '../../../support/towns/billing.ts'
import { aFamily, aRegistration, aTown, aWednesday } from '../../../support/towns/town.ts'
import { expect, faults, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(
    aTown()
      .with(aFamily('Marchand', { familyQuotient: 727, children: { Louison: {} } }))
      .with(aWednesday())
      .with(aTariff('CLSH MERCREDI'))
      .with(aRegistration('Marchand', 'Louison', period)),
  )
})
test.afterAll(() => town.close())

test('cases of a price are typed in the words of the council, and a wrong date holds them back', async ({ page }) => {
  await logInAt(page, town, '/reglages/tarifs', 'Tarifs')
  await page.getByRole('button', { name: 'Repas', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Modifier la ligne' })
  await dialog.getByRole('combobox', { name: 'Prix', exact: true }).click()
  await page.getByRole('option', { name: 'Selon l’enfant, la famille ou le jour' }).click()
  await dialog.getByLabel(/^Cas, un par ligne/).fill('agent de la ville\nle 31/02/2026')
  await dialog.getByRole('button', { name: 'Modifier la ligne' }).click()
  await expect(dialog.getByText(/n’est pas une date/).first()).toBeVisible()
  await dialog.getByLabel(/^Cas, un par ligne/).fill('agent de la ville\n3ᵉ enfant et suivants')
  await dialog.getByRole('button', { name: 'Modifier la ligne' }).click()
  await page.getByLabel('Repas, agent de la ville', { exact: true }).fill('2,00')
  await page.getByLabel('Catégorie tarifaire').fill('Agent de la ville')
  for (const slot of ['Matin', 'Après-midi']) await page.getByRole('checkbox', { name: slot }).uncheck()
  await expect(page.locator('.tariff-price')).toContainText('2,00')
  expect(await faults(page)).toEqual([])
})

// Runs after the other tests, because it records its line.
test.describe('a line that is refused', () => {
  test.use({ mayComplain: true })

  test('a monthly price by weekdays is typed, tried over a month, and recorded once a day of it is open', async ({
    page,
  }) => {
    await logInAt(page, town, '/reglages/tarifs', 'Tarifs')
    await page.getByRole('button', { name: 'Ajouter une ligne' }).click()
    const dialog = page.getByRole('dialog', { name: 'Nouvelle ligne' })
    await dialog.getByLabel('Nom, imprimé sur la facture').fill('Garderie')
    await dialog.getByRole('combobox', { name: 'Compté' }).click()
    await page.getByRole('option', { name: /Au forfait/ }).click()
    await dialog.getByLabel('Plages, séparées par des virgules').fill('soir')
    await dialog.getByLabel('Unité', { exact: true }).fill('mois')
    await dialog.getByRole('combobox', { name: 'Dû', exact: true }).click()
    await page.getByRole('option', { name: 'selon les jours inscrits par semaine' }).click()
    await dialog.getByLabel('Paliers').fill('1, 2, 4')
    await dialog.getByRole('combobox', { name: 'Méthode' }).click()
    await page.getByRole('option', { name: 'Prix fixe' }).click()
    expect(await faults(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Ajouter la ligne' }).click()
    const onlyOn = async (days: string) => {
      await page.getByRole('button', { name: /^Garderie.*1 jour par semaine/ }).click()
      const line = page.getByRole('dialog', { name: 'Modifier la ligne' })
      await line.getByLabel('Seulement pour').fill(days)
      await line.getByRole('button', { name: 'Modifier la ligne' }).click()
      await expect(line).toBeHidden()
    }
    await page.getByLabel('Garderie, le mois, 1 jour par semaine', { exact: true }).fill('12,00')
    await page.getByLabel('Garderie, le mois, 2 jours par semaine', { exact: true }).fill('20,00')
    await page.getByLabel('Garderie, le mois, 4 jours par semaine et plus', { exact: true }).fill('35,00')
    for (const slot of ['Matin', 'Repas', 'Après-midi']) await page.getByRole('checkbox', { name: slot }).uncheck()
    await page.getByRole('combobox', { name: 'Durée' }).click()
    await page.getByRole('option', { name: 'un mois' }).click()
    await expect(page.locator('.tariff-price')).toContainText('35,00')
    await page.getByRole('checkbox', { name: 'jeudi' }).uncheck()
    await expect(page.locator('.tariff-price')).toContainText('20,00')
    await page.getByRole('checkbox', { name: /^Réservation hors délai/ }).check()
    await page.getByRole('button', { name: 'Ajouter un palier' }).click()
    expect(await faults(page)).toEqual([])
    await onlyOn('le 15/11/2026')
    await page.keyboard.press('Control+s')
    // The day is a Sunday: the sentence is shown at the line, which keeps what was typed.
    await expect(page.getByRole('row', { name: /Garderie/ }).first()).toContainText('n’ouvre le 15/11/2026')
    await onlyOn('')
    await page.keyboard.press('Control+s')
    await expect(page.getByText('Le tarif est enregistré.')).toBeVisible()
  })
})

test('a price category is recorded on the page of the home', async ({ page }) => {
  await logInAt(page, town, `/familles/${town.family('Marchand')}`, /Marchand/)
  await page.getByRole('button', { name: 'Catégorie', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Catégorie tarifaire' })
  await dialog.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(dialog.getByText(/Nommez la catégorie/).first()).toBeVisible()
  await dialog.getByRole('combobox', { name: 'Catégorie' }).fill('Agent de la ville')
  expect(await faults(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText(/^Agent de la ville/)).toBeVisible()
})
