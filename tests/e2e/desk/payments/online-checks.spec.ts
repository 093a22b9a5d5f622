import { day, instantOf, timeOfDay } from '../../../../shared/rules/calendar/day.ts'
import { aPortalOf } from '../../../support/collected.ts'
import { picture } from '../../../support/picture.ts'
import { aBillingTown } from '../../../support/towns/billing.ts'
import { expect, faultsInThemes, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

const at = instantOf(day('2026-11-24'), timeOfDay('21:14'))
let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aBillingTown())
  const portal = aPortalOf(town)
  const ofNobody = (id: string, amountCents: number) =>
    portal.entry(id, 'payment', at, {
      guardian: 999_999,
      family: 999_999,
      recordedAt: at,
      invoice: 999_999,
      number: '2026-000041',
      amountCents,
      paidAt: at,
      by: 'card',
      idOp: `5f1d0c1a-${id}`,
      authorisation: '654321',
      saisie: 'W',
    })
  portal.collect(ofNobody('first', 1550), ofNobody('second', 4200), portal.entry('broken', 'payment', at, '{'))
})
test.afterAll(() => town.close())

test('an online payment without a family is put on an account, or marked as checked with a reason', async ({
  page,
}) => {
  await logInAt(page, town, '/reglements', 'Règlements')
  const list = page.getByRole('list', { name: 'Paiements en ligne à vérifier' })
  const items = list.getByRole('listitem')
  await expect(items).toHaveCount(3)
  await expect(items.nth(2)).toContainText('Retrouvez-le sur le relevé de PayFiP.')
  const found = await faultsInThemes(page, 'Règlements')
  await picture(page, 'checks')

  await items.filter({ hasText: '15,50' }).getByRole('button', { name: 'Porter au compte d’une famille…' }).click()
  const credit = page.getByRole('dialog', { name: /^Porter 15,50/ })
  await credit.getByRole('button', { name: 'Porter au compte', exact: true }).click()
  await expect(credit.getByText('Cherchez la famille, puis choisissez-la.')).toBeVisible()
  await credit.getByRole('combobox').fill('march')
  await expect(credit.getByRole('option', { name: /Marchand/ })).toBeVisible()
  found.push(...(await faultsInThemes(page, 'Porter au compte')))
  await page.keyboard.press('Enter')
  await expect(credit.getByText('Au compte de Marchand.')).toBeVisible()
  await picture(page, 'credit')
  await credit.getByRole('button', { name: 'Porter au compte', exact: true }).click()
  await expect(credit).toBeHidden()
  await expect(items).toHaveCount(2)
  const familyId = town.family('Marchand')
  expect(await town.client.payments.owed({ familyId })).toMatchObject({ creditCents: 1550, balanceCents: -1550 })

  await items.filter({ hasText: '42,00' }).getByRole('button', { name: 'Marquer comme vu…' }).click()
  const seen = page.getByRole('dialog', { name: /^Marquer comme vu/ })
  await seen.getByLabel('Ce qu’il en est').fill('Remboursé par le Trésor public')
  found.push(...(await faultsInThemes(page, 'Marquer comme vu')))
  await seen.getByRole('button', { name: 'Marquer comme vu' }).click()
  await expect(seen).toBeHidden()
  await expect(items).toHaveCount(1)
  expect(found).toEqual([])
})

test('Enter pressed early chooses the payer that was typed, not an earlier result', async ({ page }) => {
  await logInAt(page, town, '/reglements', 'Règlements')
  const payer = page.getByRole('combobox', { name: /Facture, famille ou téléphone/ })
  await payer.fill('march')
  await expect(page.getByRole('option', { name: /Marchand/ })).toBeVisible()
  await payer.fill('fouq')
  await page.keyboard.press('Enter')
  await expect(payer).toHaveValue('Fouquet')
  await expect(page.getByLabel('Montant reçu')).toBeFocused()
})
