import type { Page } from 'playwright/test'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { expect, faults, faultsInThemes, goTo, logIn, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
/** Bills Louison's mornings on two Wednesdays, with lunch and an aid of 4,00 € a day. */
test.beforeAll(async () => {
  town = await serveTown(aBillingTown())
  const { client } = town
  const { book, run, issue } = billing(town)
  const [tariff] = await client.prices.tariffs()
  const [version] = tariff?.versions ?? []
  if (!tariff || !version) throw new Error('the town has a tariff')
  const aid = { label: 'Aide CAF', per: 'day', cents: 400, upTo: null, leaves: 0, cap: null } as const
  const definition = { ...version.definition, deductions: [aid] }
  await client.prices.saveVersion({ id: version.id, tariffId: tariff.id, from: version.from, definition })
  await book('Louison', ['2026-12-09', '2026-12-16'], 'Matin', 'Repas')
  await issue((await run()).id)
})
test.afterAll(() => town.close())
test.use({ actionTimeout: 15_000 })

const openDialog = async (page: Page) => {
  await goTo(page, '/facturation', 'Facturation')
  await page.getByRole('button', { name: 'Décembre 2026' }).last().click()
  await page.getByRole('button', { name: /^Émises/ }).click()
  await page.getByRole('button', { name: /^Avoir/ }).click()
  const dialog = page.getByRole('dialog', { name: /^Avoir sur la facture 2026-000001/ })
  await expect(dialog).toBeVisible()
  return dialog
}

test('staff choose days of a line by keyboard, see what the credit note costs, and say what comes next', async ({
  page,
}) => {
  await logIn(page, town)
  const dialog = await openDialog(page)
  const sum = dialog.getByRole('status', { name: 'Ce que l’avoir annule' })
  const whole = dialog.getByRole('checkbox', { name: /^Toute la facture/ })
  const care = dialog.getByRole('checkbox', { name: /CLSH MERCREDI – accueil/ })

  await test.step('nothing is chosen beforehand: sending says what is missing', async () => {
    await expect(whole).toBeFocused()
    await expect(whole).not.toBeChecked()
    await expect(dialog.getByRole('radio', { checked: true })).toHaveCount(0)
    await dialog.getByRole('button', { name: 'Émettre l’avoir' }).click()
    for (const sentence of [
      'Choisissez au moins une ligne.',
      'Choisissez «\u00a0Définitif\u00a0» ou «\u00a0À refacturer\u00a0».',
      'Indiquez le motif de l’avoir.',
    ])
      await expect(dialog.getByRole('button', { name: sentence })).toBeVisible()
    expect(await faults(page)).toEqual([])
  })

  await test.step('a day, with the deduction that comes along', async () => {
    await whole.focus()
    await page.keyboard.press('Tab')
    await expect(care).toBeFocused()
    await page.keyboard.press('Tab')
    await expect(dialog.getByRole('button', { name: /^Jours\s: CLSH MERCREDI – accueil/ })).toBeFocused()
    await page.keyboard.press('Enter')
    const days = dialog.getByRole('group', { name: /^Jours\s: CLSH MERCREDI – accueil/ })
    await expect(days.getByRole('checkbox')).toHaveCount(2)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await expect(days.getByRole('checkbox', { name: 'mer. 9 déc.' })).toBeChecked()
    await expect(sum).toHaveText(/Avoir de 1,50\s€, 1\sjour\. Déduction rendue avec ces jours\s: Aide CAF, .4,00\s€\./)
    await expect(care).toHaveJSProperty('indeterminate', true)
    await expect(dialog.getByRole('button', { name: /^Émettre l’avoir de 1,50\s€/ })).toBeVisible()
    expect(await faultsInThemes(page, 'Avoir')).toEqual([])
  })

  await test.step('the whole invoice, and back to a line', async () => {
    await whole.press('Space')
    await expect(whole).toBeChecked()
    await expect(sum).toContainText(/12,00\s€, 2\sjours/)
    await whole.press('Space')
    await expect(sum).toHaveText('Rien n’est encore choisi.')
    await dialog.getByRole('checkbox', { name: /CLSH MERCREDI – repas/ }).press('Space')
    await expect(sum).toHaveText(/Avoir de 9,00\s€, 2\sjours\./)
  })

  await test.step('« Définitif » gives it up', async () => {
    await dialog.getByRole('radio', { name: 'Définitif' }).check()
    await dialog.getByLabel('Motif, imprimé sur l’avoir').fill('Repas non servis')
    await dialog.getByRole('button', { name: /^Émettre l’avoir de 9,00\s€/ }).click()
    await expect(page.getByText('Avoir 2026-A00001 émis.')).toBeVisible()
    await expect(dialog).toBeHidden()
    expect(town.store.statement('select product, unit_cents from give_up').raw().all()).toEqual([['Repas', 450]])
  })
})

test('a line with nothing left is not shown, and « À refacturer » gives nothing up', async ({ page }) => {
  await logIn(page, town)
  const dialog = await openDialog(page)
  await expect(dialog.getByRole('checkbox', { name: /repas/ })).toHaveCount(0)
  await dialog.getByRole('checkbox', { name: /^Toute la facture\s: 3,00\s€/ }).check()
  await dialog.getByRole('radio', { name: 'À refacturer' }).check()
  await dialog.getByLabel('Motif, imprimé sur l’avoir').fill('Erreur de tarif')
  await dialog.getByRole('button', { name: /^Émettre l’avoir de 3,00\s€/ }).click()
  await expect(page.getByText('Avoir 2026-A00002 émis.')).toBeVisible()
  expect(town.store.statement('select count(*) from give_up').pluck().get()).toBe(1)
})
