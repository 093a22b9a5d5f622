import type { Page } from 'playwright/test'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { expect, faultsInThemes, goTo, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aBillingTown())
})
test.afterAll(() => town.close())
// The browser reports each refusal of the desk in its console.
test.use({ mayComplain: true })

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

test('a CCAS is promised to a child, the month is billed to both, and the CCAS pays', async ({ page }) => {
  const desk = billing(town)
  await desk.book('Louison', ['2027-01-06', '2027-01-13', '2027-01-20'], 'Matin', 'Repas')
  await logInAt(page, town, '/facturation/tiers', 'Aides et tiers payeurs')
  await button(page, /Nouveau tiers payeur/).click()
  const party = page.getByRole('dialog', { name: 'Nouveau tiers payeur' })
  await party.getByLabel('Nom').fill('CCAS de Blainville')
  await party.getByLabel('Référence à porter').fill('BC 2026-118')
  await party.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(party).toContainText('Un organisme public reçoit ses factures par son SIRET')
  await party.getByLabel('SIRET').fill('213 000 000 00011')
  await party.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('CCAS de Blainville')

  await button(page, /Promettre une aide/).click()
  const aid = page.getByRole('dialog', { name: 'Promettre une aide' })
  await aid.getByLabel('Facture, famille ou téléphone').fill('Marchand')
  await aid.getByRole('option').first().click()
  await aid.getByLabel('Louison Marchand').check()
  await aid.getByLabel('Nom', { exact: true }).fill('Mercredis')
  await aid.getByLabel('Montant par jour').fill('4')
  await aid.getByLabel('Plafond en euros').fill('10')
  await aid.getByRole('button', { name: 'Promettre' }).click()
  await expect(aid).toBeHidden()
  await expect(page.getByRole('grid', { name: 'Enfants et aides' })).toContainText('Louison Marchand')

  await desk.issue((await desk.run('2027-01')).id)
  await page.reload()
  await expect(page.getByText('10,00 €').first()).toBeVisible()
  expect(await faultsInThemes(page, 'tiers payeur')).toEqual([])
  await button(page, /Facturer/).click()
  const bill = page.getByRole('dialog', { name: 'Facturer CCAS de Blainville' })
  await expect(bill).toContainText('pour 1\u00a0enfant')
  await bill.getByRole('button', { name: 'Émettre' }).click()
  await expect(page.getByRole('table', { name: 'Factures' })).toContainText('T2026-000001')
  await page.emulateMedia({ colorScheme: 'light' })
  await button(page, /Encaisser/).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Règlements' })).toBeVisible()
  await button(page, /Tout.*10,00/).click()
  const opened = page.waitForEvent('popup')
  await button(page, /Enregistrer le règlement/).click()
  await expect(page.getByRole('table', { name: 'Règlements' })).toContainText('CCAS de Blainville')
  // The receipt opens in a window of its own, which takes the focus.
  const receipt = await opened
  const sheet = receipt.getByRole('region', { name: 'Page 1' })
  await expect(sheet).toContainText('CCAS DE BLAINVILLE')
  await expect(sheet).not.toContainText('Votre dossier')
  await receipt.close()
  await expect(page.getByLabel('Facture, famille ou téléphone')).toBeFocused()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('T2026-1')
  await expect(page.getByRole('option', { name: /T2026-000001 CCAS de Blainville/ })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('CCAS de Blainville')
  await expect(page.getByRole('table', { name: 'Règlements' })).toContainText('Q2026-000001')

  await goTo(page, `/familles/${town.family('Marchand')}?onglet=argent`, 'Marchand')
  await expect(page.getByRole('table', { name: 'Aides' })).toContainText('épuisée')
  expect(await faultsInThemes(page, 'aides d’une famille')).toEqual([])
  await goTo(page, `/familles/${town.family('Marchand')}?onglet=enfants`, 'Marchand')
  await expect(page.getByRole('article', { name: 'Louison Marchand' })).toContainText('Mercredis, 4,00\u00a0€ par jour')
  await goTo(page, '/facturation/tiers', 'Aides et tiers payeurs')
  await expect(page.getByRole('table', { name: 'Aides à surveiller' })).toContainText('la famille paie le reste')
  expect(await faultsInThemes(page, 'aides à surveiller')).toEqual([])
})
