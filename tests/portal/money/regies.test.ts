import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Login } from '../../../main/portal/account/accounts.ts'
import { account, dashboard } from '../../../main/portal/pages/pages.ts'
import { beginPayment, followAttempt } from '../../../main/portal/payment/paying.ts'
import { balanceShown } from '../../../shared/pages/money/account.ts'
import { numberText } from '../../../shared/pages/money/invoice.ts'
import { quickStore } from '../../support/machine/quick-store.ts'
import { money } from '../town.ts'
import { aPayingPortal, client, otherClient } from './paying.ts'

/* A home that owes to two régies: two invoices, each paid to its own. */

const [october] = money.invoices
if (!october) throw new Error('the town has no invoice')

const regie = { id: 1, name: 'Régie' }
const camps = { id: 2, name: 'Camps' }
const ofCamp = {
  ...october,
  id: 1285,
  number: 'CV-2026-000007',
  regie: camps,
  totalCents: 3000,
  leftCents: 3000,
}

let place: Awaited<ReturnType<typeof aPayingPortal>>
let claire: Login
beforeEach(async () => {
  place = await aPayingPortal(quickStore)
  claire = await place.login('claire.aubry@exemple.fr')
  await place.offerAtRegies(true)
  await place.publishMoney({
    balanceCents: money.balanceCents + 3000,
    accounts: [
      { regie, balanceCents: money.balanceCents },
      { regie: camps, balanceCents: 3000 },
    ],
    invoices: [{ ...october, regie }, ofCamp],
  })
})
afterEach(() => place.close())

const begin = (invoice: number) => beginPayment(place.portal, claire, { request: randomUUID(), invoice })

it('pays each invoice to its own régie', async () => {
  const first = await begin(october.id)
  const second = await begin(ofCamp.id)
  expect((await place.attempts()).map((one) => `${one.invoiceId} ${one.client} ${one.refdet}`).toSorted()).toEqual([
    `${october.id} ${client} 2026001284`,
    `${ofCamp.id} ${otherClient} CV2026000007`,
  ])
  for (const { url, attempt } of [first, second]) {
    await place.choose(url, 'P')
    place.clock.later(1)
    expect((await followAttempt(place.portal, claire, attempt)).state).toBe('paid')
  }
  expect((await place.told()).map(({ invoice, number, amountCents }) => [invoice, number, amountCents])).toEqual([
    [october.id, '2026-001284', 14_118],
    [ofCamp.id, 'CV-2026-000007', 3000],
  ])
})

it('takes what was just paid off what is owed to that régie', async () => {
  const { url, attempt } = await begin(ofCamp.id)
  await place.choose(url, 'P')
  place.clock.later(1)
  await followAttempt(place.portal, claire, attempt)
  const shown = await account(place.portal, claire)
  expect(shown.money).toMatchObject({
    balanceCents: money.balanceCents,
    accounts: [{ regie, balanceCents: money.balanceCents }],
  })
})

it('says to whom each sum is owed', async () => {
  const shown = (await account(place.portal, claire)).money
  if (!shown) throw new Error('the home has an account')
  expect(shown.invoices.map(numberText)).toEqual([
    'Facture n°\u00a02026-001284, Régie',
    'Facture n°\u00a0CV-2026-000007, Camps',
  ])
  const lines = balanceShown(shown, 0, place.portal.clock()).lines.map(({ text }) =>
    text.map((part) => (typeof part === 'string' ? part : 'strong' in part ? part.strong : '')).join(''),
  )
  expect(lines.slice(-2)).toEqual(['Régie\u00a0: 142,76\u00a0€ à payer', 'Camps\u00a0: 30,00\u00a0€ à payer'])
})

it('does not read that all is paid while one régie is owed something', async () => {
  const accounts = [
    { regie, balanceCents: 3000 },
    { regie: camps, balanceCents: -3000 },
  ]
  await place.publishMoney({ balanceCents: 0, accounts, invoices: [{ ...ofCamp, regie, leftCents: 3000 }] })
  const shown = (await account(place.portal, claire)).money
  if (!shown) throw new Error('the home has an account')
  const { amount, lines } = balanceShown(shown, 0, place.portal.clock())
  expect(amount).toBe('30,00\u00a0€')
  expect(JSON.stringify(lines)).not.toContain('Tout est payé')
  expect((await dashboard(place.portal, claire)).balance).toMatchObject({ cents: 3000 })
})

it('offers no payment at a régie that has none online', async () => {
  await place.offerAtRegies(false)
  const { online } = await account(place.portal, claire)
  expect(online?.invoices.map(({ invoice, payCents }) => [invoice, payCents])).toEqual([
    [october.id, 14_118],
    [ofCamp.id, null],
  ])
  await expect(begin(ofCamp.id)).rejects.toThrow('n’est pas ouvert')
})
