import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Login } from '../../../main/portal/account/accounts.ts'
import { createPairingCode } from '../../../main/portal/exchange/pairing.ts'
import { yearPaper, yearPapers } from '../../../main/portal/papers/year-papers.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { aClock, password } from '../../support/desk.ts'
import { aBillingTown, billing } from '../../support/towns/billing.ts'
import type { Town } from '../../support/towns/town.ts'
import { aServedPortal, type ServedPortal } from '../paired.ts'

const clock = aClock()
let town: Town
let served: ServedPortal
beforeEach(async () => {
  clock.set('2026-11-25')
  town = await aBillingTown().open(clock)
  served = await aServedPortal(clock)
  await town.client.exchange.pair({ address: served.address, code: (await createPairingCode(served.portal)).code })
  for (const name of ['Marchand', 'Fouquet']) {
    const [one] = await town.client.portal.accountsOfFamily({ familyId: town.family(name) })
    if (!one) throw new Error('no guardian')
    town.store.sqlite.prepare('update guardian set email = ? where id = ?').run(`${name}@exemple.fr`, one.guardianId)
    await town.client.portal.inviteByMail({ guardianIds: [one.guardianId] })
  }
})
afterEach(async () => {
  await town.close()
  await served.close()
})

const loginOf = (family: string): Login => ({
  guardianId: 1,
  name: '',
  email: '',
  sessionId: '',
  familyId: town.family(family),
  families: [town.family(family)],
})
const shown = async (family: string) =>
  (await yearPapers(served.portal, loginOf(family))).map(({ year, kinds, isProvisional, on }) => [
    year,
    kinds.join(' '),
    isProvisional ? 'provisoire' : 'clos',
    on,
  ])
const pay = (amountCents: number, receivedOn: string) =>
  town.client.payments.record({
    familyId: town.family('Marchand'),
    means: 'cheque',
    amountCents,
    receivedOn: day(receivedOn),
    payer: '',
    reference: '',
    chosen: null,
  })
const at = async (on: string) => {
  clock.set(on)
  await town.client.staff.login({ login: 'sandrine', password })
}
const exchanged = () => town.client.exchange.now()

it('a statement is provisional while its year lasts; from 1 January it is whole, with the tax certificate', async () => {
  const { book, run, issue } = billing(town)
  await book('Basile', ['2026-12-09'], 'Matin', 'Repas')
  await issue((await run()).id)
  await exchanged()
  await expect.poll(() => shown('Marchand')).toEqual([[2026, 'statement', 'provisoire', '2026-11-25']])
  expect(await shown('Fouquet')).toEqual([])

  await at('2026-12-14')
  await pay(1000, '2026-12-14')
  await exchanged()
  await expect.poll(() => shown('Marchand')).toEqual([[2026, 'statement', 'provisoire', '2026-12-14']])

  await at('2027-01-02')
  await exchanged()
  await expect.poll(() => shown('Marchand')).toEqual([[2026, 'statement certificate', 'clos', '2027-01-01']])
  const paper = await yearPaper(served.portal, loginOf('Marchand'), { kind: 'certificate', year: 2026 })
  expect(Buffer.from(await paper.arrayBuffer()).toString('latin1')).toMatch(/^%PDF-/)
  await expect(yearPaper(served.portal, loginOf('Fouquet'), { kind: 'certificate', year: 2026 })).rejects.toMatchObject(
    { message: 'Ce papier n’est pas sur le portail.' },
  )
})

it('a change in a past year is published again, and the paper is withdrawn when nothing of it is left', async () => {
  const { book, run, issue } = billing(town)
  await book('Basile', ['2026-12-09'], 'Matin')
  await issue((await run()).id)
  const { id } = await pay(550, '2026-11-25')
  await at('2027-01-02')
  await exchanged()
  await expect.poll(() => shown('Marchand')).toEqual([[2026, 'statement certificate', 'clos', '2027-01-01']])
  await at('2027-02-01')
  await town.client.payments.cancel({ id, reason: 'Chèque sans provision' })
  await exchanged()
  await expect
    .poll(() => shown('Marchand'))
    .toEqual([
      [2027, 'statement', 'provisoire', '2027-02-01'],
      [2026, 'statement', 'clos', '2027-01-01'],
    ])
})
