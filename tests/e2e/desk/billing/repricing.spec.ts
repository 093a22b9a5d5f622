import type { Page } from 'playwright/test'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { expect, faultsInThemes, goTo, logIn, type ServedTown, serveTown, tabTo, test } from '../../town.ts'

let town: ServedTown
/** Two mornings of Louison are billed, at 5,50 € each, one in December and one in January. */
test.beforeEach(async () => {
  town = await serveTown(aBillingTown())
  const { book, run, issue } = billing(town)
  await book('Louison', ['2026-12-09', '2027-01-06'], 'Matin')
  for (const month of ['2026-12', '2027-01']) await issue((await run(month)).id)
})
test.afterEach(() => town.close())
test.use({ actionTimeout: 15_000 })

const question = (page: Page) => page.getByRole('dialog', { name: 'Des mois sont déjà facturés' })
const amounts = (page: Page) => question(page).getByRole('status', { name: 'Ce qui changerait' })

/** Records a quotient from a day on, in its form. */
const recordQuotient = async (page: Page, quotient: string, from: string) => {
  await goTo(page, `/familles/${town.family('Marchand')}`)
  await page.getByRole('button', { name: 'Nouveau QF' }).click()
  const form = page.getByRole('dialog', { name: 'Nouveau quotient familial' })
  await form.getByLabel('Quotient familial', { exact: true }).fill(quotient)
  await form.getByLabel('Valable à partir du').fill(from)
  await page.keyboard.press('Tab')
  await form.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(form).toBeHidden()
}

const repricings = () => town.store.statement('select from_day, reason from repricing').all()

test('after a quotient of billed days, staff do the accounts again by keyboard, from the day they choose', async ({
  page,
}) => {
  await logIn(page, town)
  await recordQuotient(page, '200', '01/12/2026')
  const dialog = question(page)
  const keeps = dialog.getByRole('radio', { name: 'Ils gardent leur prix' })
  await expect(keeps).toBeFocused()
  await expect(keeps).toBeChecked()
  await expect(amounts(page)).toContainText(/2\smois déjà facturés changeraient de prix\s: 4,00\s€ de moins\./)
  expect(await faultsInThemes(page, 'billed months keep their prices')).toEqual([])

  await page.keyboard.press('ArrowDown')
  await expect(dialog.getByRole('radio', { name: 'Refaire les comptes' })).toBeChecked()
  await page.keyboard.press('Tab')
  await page.keyboard.type('01/01/2027')
  await page.keyboard.press('Tab')
  await expect(amounts(page)).toContainText(/1\smois déjà facturé changerait de prix\s: 2,00\s€ de moins\./)
  await expect(dialog.getByLabel(/^Motif/)).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('button', { name: 'Indiquez le motif.' })).toBeVisible()
  expect(await faultsInThemes(page, 'the accounts done again')).toEqual([])
  await tabTo(page, dialog.getByLabel(/^Motif/))
  await page.keyboard.type('Attestation reçue en janvier')
  await test.step('a page at 200 % still has its button in view', async () => {
    await page.setViewportSize({ width: 640, height: 400 })
    await tabTo(page, dialog.getByRole('button', { name: 'Refaire les comptes' }))
    await expect(dialog.getByRole('button', { name: 'Refaire les comptes' })).toBeInViewport()
    await page.setViewportSize({ width: 1280, height: 800 })
  })
  await page.keyboard.press('Enter')
  await expect(page.getByText(/Comptes refaits pour 1\smois facturé\./)).toBeVisible()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('button', { name: 'Nouveau QF' })).toBeFocused()
  expect(repricings()).toEqual([{ from_day: '2027-01-01', reason: 'Attestation reçue en janvier' }])
})

test('months keep their prices without a word, and nothing is asked where no price changes', async ({ page }) => {
  await logIn(page, town)
  await recordQuotient(page, '200', '01/12/2026')
  await question(page).getByRole('button', { name: 'Garder leur prix' }).click()
  await expect(question(page)).toBeHidden()
  await recordQuotient(page, '210', '01/03/2027')
  await expect(page.getByText('QF 210')).toBeVisible()
  await expect(question(page)).toBeHidden()
  expect(repricings()).toEqual([])
})

test('a move out of town, a tariff’s new price and an activity’s other tariff ask the same', async ({ page }) => {
  await logIn(page, town)
  await test.step('an address', async () => {
    await goTo(page, `/familles/${town.family('Marchand')}`)
    await page.getByRole('button', { name: 'Déménagement' }).click()
    const form = page.getByRole('dialog', { name: 'Nouvelle adresse' })
    await form.getByLabel('Adresse', { exact: true }).fill('1 rue de Caen')
    await form.getByLabel('Code postal').fill('14150')
    await form.getByLabel('Commune', { exact: true }).fill('Ouistreham')
    await form.getByLabel('À partir du').fill('01/01/2027')
    await form.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(amounts(page)).toContainText(/1\smois déjà facturé changerait de prix\s: 1,10\s€ de plus\./)
    await page.keyboard.press('Escape')
    await expect(question(page)).toBeHidden()
  })
  await test.step('a tariff', async () => {
    await goTo(page, '/reglages/tarifs', 'Tarifs')
    await page.getByLabel('Demi-journée, tranche 3', { exact: true }).fill('6,00')
    await page.keyboard.press('Control+s')
    await expect(amounts(page)).toContainText(
      /2\smois déjà facturés changeraient de prix, pour 1\sfamille\s: 1,00\s€ de plus\./,
    )
    expect(await faultsInThemes(page, 'a tariff of billed months')).toEqual([])
    await page.keyboard.press('Escape')
  })
  await test.step('an activity', async () => {
    const { client } = town
    const [tariff] = await client.prices.tariffs()
    const version = tariff?.versions[0]
    if (!version) throw new Error('the town has a tariff')
    const other = await client.prices.saveTariff({ name: 'Autre tarif' })
    await client.prices.saveVersion({ tariffId: other.id, from: version.from, definition: version.definition })
    await page.getByRole('combobox', { name: 'Tarif', exact: true }).click()
    await page.getByRole('option', { name: 'Autre tarif' }).click()
    await page.getByRole('combobox', { name: 'Activités à ce tarif' }).click()
    await page.getByRole('option', { name: 'CLSH MERCREDI' }).click()
    await expect(amounts(page)).toContainText(/2\smois déjà facturés/)
  })
})
