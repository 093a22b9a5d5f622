import { aBillingTown, billing } from '../../support/towns/billing.ts'
import { expect, faultsInThemes, goTo, logIn, type ServedTown, serveTown, test } from '../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aBillingTown())
  const { book, run, issue } = billing(town)
  await book('Louison', ['2026-12-09'], 'Matin')
  await issue((await run()).id)
})
test.afterAll(() => town.close())
// A refusal of the core is an answer that browsers complain of.
test.use({ mayComplain: true })

test('a pile of cheques is typed without the mouse, and what was too much is given back', async ({ page }) => {
  await logIn(page, town)
  await goTo(page, '/reglements', 'Règlements')
  await page.getByRole('button', { name: /Pile de chèques/ }).click()
  const pile = page.getByRole('dialog', { name: 'Pile de chèques' })
  await page.keyboard.type('2026-000099')
  await page.keyboard.press('Enter')
  await expect(pile).toContainText('Aucune facture n’a ce numéro.')
  await pile.getByLabel('Numéro de facture').fill('2026-000001')
  await page.keyboard.press('Enter')
  await expect(pile.getByRole('table', { name: 'Chèques de la pile' })).toContainText('Marchand')
  await pile.getByLabel(/^Montant/).fill('20,00')
  await pile.getByLabel('Total de la pile').fill('19,00')
  await page.keyboard.press('Enter')
  await expect(pile).toContainText(/1,00\s€ d’écart/)
  expect(await faultsInThemes(page, 'a pile of cheques')).toEqual([])
  await pile.getByLabel('Total de la pile').fill('20,00')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('table', { name: 'Règlements' })).toContainText('Q2026-000001')

  await goTo(page, `/familles/${town.family('Marchand')}?onglet=argent`, 'Marchand')
  await page.getByRole('button', { name: 'Rembourser…' }).click()
  const refund = page.getByRole('dialog', { name: 'Rembourser la famille Marchand' })
  await expect(refund).toContainText('Remboursements à mandater')
  expect(await faultsInThemes(page, 'a refund')).toEqual([])
  await refund.getByLabel('Motif').fill('Trop payé')
  await refund.getByRole('button', { name: 'Demander le mandat' }).click()
  await expect(page.getByRole('button', { name: 'Rembourser…' })).toBeHidden()
  await goTo(page, '/reglements', 'Règlements')
  await page.getByRole('button', { name: 'Plus' }).click()
  await page.getByRole('menuitem', { name: 'Remboursements…' }).click()
  const list = page.getByRole('dialog', { name: 'Remboursements' })
  await expect(list.getByRole('table', { name: 'Remboursements à mandater' })).toContainText('Trop payé')
  expect(await faultsInThemes(page, 'refunds')).toEqual([])
})
