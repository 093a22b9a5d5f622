import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { remindAsSeen } from '../../../support/towns/reminders.ts'
import { expect, faultsInThemes, goTo, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aBillingTown())
  const { book, run, issue, drafts } = billing(town)
  await book('Louison', ['2026-12-09', '2026-12-16'], 'Matin', 'Repas', 'Après-midi')
  town.clock.set('2026-12-20')
  const { id } = await run()
  await issue(
    id,
    (await drafts(id)).map((draft) => draft.id),
  )
  town.clock.set('2027-02-20')
  const { recovery } = town.client
  const { payers } = await recovery.unpaid({})
  await remindAsSeen(recovery, {
    payers: payers.map(({ familyId, thirdPartyId, dueCents }) => ({ familyId, thirdPartyId, level: 1, dueCents })),
  })
  town.clock.set('2027-04-05')
})
test.afterAll(() => town.close())

test('debts go to the Treasury without the mouse, which says what it was paid', async ({ page }) => {
  await logInAt(page, town, '/reglements/etat-des-restes', 'État des restes')
  const row = page.getByRole('grid', { name: 'À transmettre' }).getByRole('row', { name: /Marchand/ })
  await row.focus()
  await page.keyboard.press('Space')
  await expect(page.getByRole('button', { name: /^Transmettre 1 débiteur/ })).toBeVisible()
  expect(await faultsInThemes(page, 'what may be handed over')).toEqual([])
  await page.keyboard.press('Control+Enter')
  const dialog = page.getByRole('dialog', { name: /^Transmettre .* à la Trésorerie/ })
  await expect(dialog).toContainText('ne s’annule pas')
  const opened = page.waitForEvent('popup')
  await dialog.getByRole('button', { name: 'Faire l’état' }).press('Enter')
  const reader = await opened
  await expect(reader.getByRole('region', { name: 'Page 1' })).toContainText('E2027-000001')
  await reader.close()
  const treasury = page.getByRole('region', { name: 'À la Trésorerie' })
  await expect(treasury).toContainText('Marchand')
  await treasury.getByRole('button', { name: /^La Trésorerie dit/ }).press('Enter')
  await page.getByRole('menuitem', { name: 'Payée, toute ou en partie…' }).press('Enter')
  const paid = page.getByRole('dialog', { name: 'Payé à la Trésorerie, Marchand' })
  await paid.getByLabel('Payé').fill('10')
  await paid.getByRole('button', { name: 'Enregistrer' }).press('Enter')
  await expect(treasury).toContainText(/10,00\s€ payés à la Trésorerie/)
  expect(await faultsInThemes(page, 'what the Treasury says')).toEqual([])
})

test('money that comes for them is kept at the counter, then handed over', async ({ page }) => {
  await logInAt(page, town, '/reglements', 'Règlements')
  const form = page.getByRole('region', { name: 'Nouveau règlement' })
  await form.getByRole('combobox').fill('Marchand')
  await page.getByRole('option', { name: /Marchand/ }).click()
  await form.getByLabel('Montant reçu').fill('20,10')
  await form.getByRole('button', { name: 'Le garder pour elle' }).press('Enter')
  await expect(form).toContainText('gardé à part')
  expect(await faultsInThemes(page, 'money kept for the Treasury')).toEqual([])
  await form.getByLabel(/^Imprimer la quittance/).uncheck()
  await form.getByRole('button', { name: /^Enregistrer le règlement/ }).press('Enter')
  await expect(page.getByRole('alert').filter({ hasText: 'Tout est affecté' })).toBeVisible()
  await goTo(page, '/', /./)
  await page.getByRole('link', { name: 'À reverser à la Trésorerie' }).click()
  const treasury = page.getByRole('region', { name: 'À la Trésorerie' })
  await expect(treasury).toContainText(/20,10\s€ reçus ici, à reverser/)
  expect(await faultsInThemes(page, 'what is to be handed over')).toEqual([])
  await treasury.getByRole('button', { name: /^Reverser 20,10/ }).press('Enter')
  const dialog = page.getByRole('dialog', { name: /^Reverser 20,10/ })
  await dialog.getByRole('button', { name: 'Reverser' }).press('Enter')
  await expect(treasury).toContainText('reçus ici et reversés')
  await expect(treasury.getByRole('button', { name: /^Reverser/ })).toHaveCount(0)
})
