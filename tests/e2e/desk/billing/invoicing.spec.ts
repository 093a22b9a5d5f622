import type { Page } from 'playwright/test'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { aGiveBack } from '../../../support/towns/drafts-of-a-month.ts'
import { expect, faultsInThemes, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aBillingTown())
  const { book, issue, run } = billing(town)
  await book('Louison', ['2026-12-09'], 'Matin')
  await issue((await run()).id)
  await book('Louison', ['2026-12-16'], 'Matin', 'Repas')
  await book('Noé', ['2026-12-09'], 'Matin')
  aGiveBack(town, (await run()).id, 'Marchand')
})
test.afterAll(() => town.close())

const rowOf = (page: Page, family: string) => page.getByRole('row', { name: new RegExp(family) })

test('an invoice and the credit note that is issued with it are one line, set aside as one', async ({ page }) => {
  await logInAt(page, town, '/facturation', 'Facturation')
  const row = rowOf(page, 'Marchand')
  await expect(row).toHaveCount(1)
  await expect(page.getByRole('columnheader', { name: 'Régularisation' })).toBeVisible()
  await expect(page.getByRole('columnheader', { name: 'Mois' })).toHaveCount(0)
  // 10,00 € billed, 5,50 € given back, 5,50 € owed from before.
  await expect(row.getByRole('gridcell')).toContainText(['', 'Marchand', /5,50/, /10,00/, /−5,50/, /10,00/])
  await expect(row.getByLabel('Repris de la facturation')).toBeVisible()
  await row.click()
  const preview = page.getByRole('complementary', { name: 'Aperçu de la facture' })
  await expect(preview.getByText('Repris de la facturation « Novembre 2026 »')).toBeVisible()
  await expect(preview.getByRole('article', { name: 'Facture en brouillon, Marchand' })).toContainText('Régularisation')
  await expect(preview.getByRole('article', { name: 'Avoir en brouillon, Marchand' })).toContainText('5,50')
  expect(await faultsInThemes(page, 'an invoice and its credit note')).toEqual([])

  await expect(page.getByRole('button', { name: /^Émettre 2\spièces/ })).toBeVisible()
  await page.keyboard.press('Space')
  await expect(page.getByRole('checkbox', { name: 'Émettre Marchand' })).not.toBeChecked()
  await expect(page.getByRole('button', { name: /^Rien à émettre/ })).toBeDisabled()
  await page.keyboard.press('Space')
  await expect(page.getByRole('button', { name: /^Émettre 2\spièces/ })).toBeVisible()
})

test('before a run, its form says which drafts of other runs it takes over', async ({ page }) => {
  await logInAt(page, town, '/facturation', 'Facturation')
  await page.getByRole('button', { name: 'Nouvelle facturation' }).click()
  await page.getByText('Décembre 2026', { exact: true }).first().click()
  const form = page.getByRole('form', { name: 'Nouvelle facturation' })
  await expect(form).toContainText(
    /2\sbrouillons de la facturation «\sDécembre 2026\s» peuvent être repris par celle-ci/,
  )
  await form.getByRole('checkbox', { name: /CLSH MERCREDI/ }).uncheck()
  await expect(form).not.toContainText('peuvent être repris')
  await expect(form.getByRole('button', { name: /^Préparer les brouillons/ })).toBeDisabled()
})

test('the forecast of a school year, of a month and of the year after, and its spreadsheet', async ({ page }) => {
  await logInAt(page, town, '/facturation', 'Facturation')
  await page.getByRole('button', { name: 'Nouvelle facturation' }).click()
  await page.getByRole('button', { name: 'Prévision…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Prévision' })
  const period = dialog.getByRole('combobox', { name: 'Période' })
  const months = dialog.getByRole('table', { name: 'Prévision par mois' })
  await expect(period).toHaveValue('Année 2026-2027')
  await expect(months.getByRole('row', { name: /^Décembre 2026/ })).toContainText(/[1-9]\d*,\d\d\s€/)
  await expect(dialog.getByText('Rien n’a été facturé un an avant.')).toBeVisible()
  expect(await faultsInThemes(page, 'the forecast of a year')).toEqual([])
  const totalTops = await months
    .locator('tfoot :is(th, td)')
    .evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().top))
  expect(new Set(totalTops).size, 'the word « Total » stays beside its amounts').toBe(1)
  const total = await dialog.locator('.verdict b').innerText()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Excel' }).click(),
  ])
  expect(file.suggestedFilename()).toBe('prevision-2026-09-2027-08.xlsx')

  const choose = async (name: string) => {
    await period.click()
    await page.getByRole('option', { name, exact: true }).click()
  }
  await choose('Décembre 2026')
  await expect(months).toHaveCount(0)
  await expect(dialog.getByRole('table', { name: 'Prévision par activité' })).toContainText('CLSH MERCREDI')
  await expect(dialog.locator('.verdict b')).toHaveText(total)
  await choose('Année 2027-2028')
  await expect(months.getByRole('row', { name: /^Décembre 2027/ })).toContainText('pas encore réservé')
  await choose('Année 2025-2026')
  await expect(dialog.getByText('Rien à prévoir')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Excel' })).toBeDisabled()
})

test.describe('what is refused', () => {
  // The browser reports each refusal in its console.
  test.use({ mayComplain: true })

  test('the day from which the régie bills comes no later than the first day that is billed', async ({ page }) => {
    await logInAt(page, town, '/reglages?onglet=structure', 'Réglages')
    const from = page.getByLabel('La régie facture à partir du')
    await from.fill('10/12/2026')
    await page.getByRole('checkbox', { name: /^Établir une facture à zéro/ }).check()
    await page.getByRole('button', { name: 'Enregistrer la structure' }).click()
    await page
      .getByRole('button', { name: /^Des factures émises comptent des jours depuis le mer\. 9 déc\. 2026/ })
      .click()
    await expect(from).toBeFocused()
    await expect(from).toHaveAttribute('aria-invalid', 'true')
    await from.fill('01/12/2026')
    await page.getByRole('button', { name: 'Enregistrer la structure' }).click()
    await expect(page.getByText('La structure est enregistrée.')).toBeVisible()
    expect(await town.client.settings.organisation()).toMatchObject({ billsFrom: '2026-12-01', zeroInvoices: true })
    expect(await faultsInThemes(page, 'the organisation')).toEqual([])
  })
})
