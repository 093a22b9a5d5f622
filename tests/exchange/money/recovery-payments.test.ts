import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { savePayfip } from '../../../main/desk/portal/portal.ts'
import { startPayfipSimulator } from '../../../main/payfip/simulator.ts'
import type { Login } from '../../../main/portal/account/accounts.ts'
import { createPairingCode } from '../../../main/portal/exchange/pairing.ts'
import { beginPayment, followAttempt } from '../../../main/portal/payment/payment.ts'
import { documentOf } from '../../../main/portal/published/documents.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { organisation } from '../../../main/store/schema/index.ts'
import { balanceShown } from '../../../shared/pages/money/account.ts'
import { addDays, dayAt } from '../../../shared/rules/calendar/day.ts'
import { monthlyParts } from '../../../shared/rules/money/recovery/plan.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { aClock } from '../../support/desk.ts'
import { aBillingTown } from '../../support/towns/billing.ts'
import { collecting, collectingIn, debitSettings, mandateOf, owe } from '../../support/towns/debits.ts'
import { remindAsSeen } from '../../support/towns/reminders.ts'
import type { Town } from '../../support/towns/town.ts'
import { aServedPortal, type ServedPortal } from '../paired.ts'

/*
 * A parent pays online while the desk treats the same debt in another way. Both faces are real, with PayFiP's
 * simulator. Either the desk knows of the payment and leaves the debt alone, or the money comes in after the desk's
 * act.
 */

const clock = aClock()
let town: Town
let served: ServedPortal
let simulator: Awaited<ReturnType<typeof startPayfipSimulator>>
let parent: Login
let payer: { familyId: number; thirdPartyId: null }

beforeAll(async () => {
  clock.set('2026-11-25')
  town = await aBillingTown().with(collecting()).open(clock)
  served = await aServedPortal(clock)
  simulator = await startPayfipSimulator({ clock, clients: ['012345'] })
  town.store.act(town.person, 'families.change', 'Numéro client', (write) =>
    write.update(organisation, 1, { payfipNumber: '012345' }),
  )
  savePayfip(town.desk.core, town.person, { mode: 'production', tryEmail: '', address: simulator.address })
  await town.client.exchange.pair({ address: served.address, code: (await createPairingCode(served.portal)).code })
  const familyId = town.family('Marchand')
  const [account] = await town.client.portal.accountsOfFamily({ familyId })
  const guardianId = account?.guardianId ?? 0
  town.store.sqlite.prepare('update guardian set email = ? where id = ?').run('marchand@exemple.fr', guardianId)
  await town.client.portal.inviteByMail({ guardianIds: [guardianId] })
  payer = { familyId, thirdPartyId: null }
  const families = [familyId]
  parent = { guardianId, name: 'Mme Marchand', email: 'marchand@exemple.fr', sessionId: 's', familyId, families }
  await town.client.debits.saveSettings(debitSettings())
})
afterAll(async () => {
  await town.close()
  await served.close()
  await simulator.close()
})

const exchange = async () => expect((await town.client.exchange.now()).failure).toBeNull()

/** A debt of 20 days, with a reminder today, published to the portal. */
const newDebt = async (cents: number): Promise<number> => {
  const on = addDays(dayAt(clock()), 40)
  clock.set(on)
  owe(town, 'Marchand', cents, addDays(on, -20))
  const { recovery } = town.client
  const { payers } = await recovery.unpaid({})
  const reminded = payers.flatMap(({ step, skipped, dueCents }) =>
    step.kind === 'remind' && skipped === null ? [{ ...payer, level: step.level, dueCents }] : [],
  )
  await remindAsSeen(recovery, { payers: reminded })
  await exchange()
  return town.store.statement('select max(id) from opening_balance').pluck().get() as number
}

const begin = (openingDebt: number) => beginPayment(served.portal, parent, { request: randomUUID(), openingDebt })
const pay = async ({ attempt, url }: Awaited<ReturnType<typeof begin>>) => {
  const idop = new URL(url).searchParams.get('idop') ?? ''
  const body = new URLSearchParams({ idop, resultat: 'P', notification: 'lost' })
  await fetch(url, { method: 'POST', redirect: 'manual', body })
  await followAttempt(served.portal, parent, attempt)
}

/** A payment that the desk learns of only after its own act: no exchange succeeds before. */
const paidUnheard = async (debt: number, meanwhile: () => Promise<unknown>) => {
  await served.silence()
  const begun = await begin(debt)
  await meanwhile()
  await pay(begun)
  await served.speak()
  await exchange()
}

const handOver = async () => {
  const rows = (await town.client.recovery.outstanding({})).payers.filter(({ debts }) => debts > 0)
  return town.client.recovery.handOverDebts({ payers: rows.map(({ cents }) => ({ ...payer, cents })) })
}
const decision = { organ: 'Conseil municipal', number: '2027-8', reason: 'Difficultés' }
const giveUp = (kind: 'remission' | 'writeOff', openingDebtId: number, cents: number) =>
  town.client.recovery.decide({
    ...payer,
    ...decision,
    kind,
    decidedOn: dayAt(clock()),
    parts: [{ invoiceId: null, openingDebtId, cents }],
  })
const account = async () => {
  const { balanceCents, creditCents, debts } = await town.client.payments.owed({ familyId: payer.familyId })
  return { balanceCents, creditCents, left: debts.map(({ leftCents }) => leftCents) }
}
const toForward = async () => (await town.client.home.today()).money?.toForwardCents
const read = async () => {
  const money = await documentOf(served.portal.store.db, 'money', payer.familyId)
  return JSON.stringify(money && balanceShown(money, 0, clock()).lines)
}
const refused = (words: string) => ({ message: expect.stringContaining(words) as string })

it('the desk keeps its hands off a debt that it knows to be under payment', async () => {
  const debt = await newDebt(5000)
  const begun = await begin(debt)
  await exchange()
  const { recovery, debits } = town.client
  const [row] = (await recovery.unpaid({})).payers
  expect(row?.skipped?.cause).toBe('paying')
  expect((await recovery.outstanding({})).payers[0]?.kept).toMatchObject([{ cause: 'paying' }])
  await expect(giveUp('remission', debt, 5000)).rejects.toMatchObject({
    data: { sentence: expect.stringContaining('un paiement en ligne est en cours') },
  })
  town.store.sqlite.exec('update regie set allows_plans = 1')
  expect((await recovery.detail(payer)).plannable).toMatchObject([{ hold: 'paiement en ligne en cours' }])
  const { id } = await debits.saveMandate({ ...mandateOf(town, 'Marchand'), signedOn: dayAt(clock()) })
  expect((await collectingIn(town).preview()).debits).toEqual([])
  await debits.stopMandate({ id, reason: 'Par carte' })
  await pay(begun)
  await exchange()
  expect(await account()).toEqual({ balanceCents: 0, creditCents: 0, left: [] })
})

it('paid after it was handed over, the money is kept for the Treasury, and both faces say so', async () => {
  await paidUnheard(await newDebt(4000), handOver)
  expect([await account(), await toForward()]).toEqual([{ balanceCents: 0, creditCents: 0, left: [] }, 4000])
  expect(await town.client.payments.toCheck()).toEqual([])
  await exchange()
  expect(await read()).toContain('reçus pour la Trésorerie')
  const { reported } = await town.client.recovery.treasury({})
  await town.client.recovery.forwardMoney({ ids: reported.map(({ id }) => id), paidOn: dayAt(clock()), reference: '' })
  await exchange()
  expect(await read()).not.toContain('Trésorerie')
})

it('handed over and known so, it is not paid online; given back, it is again', async () => {
  const debt = await newDebt(3000)
  await handOver()
  await exchange()
  await expect(begin(debt)).rejects.toMatchObject(refused('Trésorerie'))
  await town.client.recovery.takeBackDebt({ invoiceId: null, openingDebtId: debt, reason: 'Accord' })
  await exchange()
  await pay(await begin(debt))
  await exchange()
  expect([await account(), await toForward()]).toEqual([{ balanceCents: 0, creditCents: 0, left: [] }, 0])
})

it('paid after it was handed over and given back, the money pays it here', async () => {
  const debt = await newDebt(2500)
  await paidUnheard(debt, async () => {
    await handOver()
    await town.client.recovery.takeBackDebt({ invoiceId: null, openingDebtId: debt, reason: 'Accord' })
  })
  expect([await account(), await toForward()]).toEqual([{ balanceCents: 0, creditCents: 0, left: [] }, 0])
})

it('paid after it was planned, the plan is settled', async () => {
  const debt = await newDebt(2400)
  const parts = monthlyParts(2400, 2, addDays(dayAt(clock()), 10))
  const debts = [{ invoiceId: null, openingDebtId: debt, leftCents: 2400 }]
  await paidUnheard(debt, () => town.client.recovery.plan({ ...payer, debts, parts }))
  expect(await account()).toEqual({ balanceCents: 0, creditCents: 0, left: [] })
  expect((await town.client.recovery.detail(payer)).plans[0]?.state).toBe('paid')
})

it('paid after it was frozen, it is not debited', async () => {
  const debt = await newDebt(2300)
  await paidUnheard(debt, async () => {
    await town.client.debits.saveMandate({ ...mandateOf(town, 'Marchand'), signedOn: dayAt(clock()) })
    await collectingIn(town).freeze()
  })
  expect(await account()).toEqual({ balanceCents: 0, creditCents: 0, left: [] })
  const [frozen] = await town.client.debits.collections({ regieId: firstRegieId })
  await expect(town.client.debits.writeFile({ id: frozen?.id ?? 0 })).rejects.toMatchObject({ code: 'REFUSED' })
})

it('when a debt is paid after a remission or a write-off, the money is ahead and staff are warned', async () => {
  const remitted = await newDebt(2200)
  await paidUnheard(remitted, () => giveUp('remission', remitted, 2200))
  expect(await account()).toEqual({ balanceCents: -2200, creditCents: 2200, left: [] })
  expect(await town.client.payments.toCheck()).toMatchObject([{ why: 'overpaid' }])
  const lost = await newDebt(2100)
  await paidUnheard(lost, async () => {
    await handOver()
    await giveUp('writeOff', lost, 2100)
  })
  expect((await account()).balanceCents).toBe(-4300)
  expect([await toForward(), checkFile(town.store.sqlite)]).toEqual([0, []])
})
