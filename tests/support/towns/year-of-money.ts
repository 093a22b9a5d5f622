import { expect } from 'vitest'
import { checkFile } from '../../../main/store/checking/check.ts'
import type { BankDecision, BankLine } from '../../../shared/contract/desk/money/bank.ts'
import type { Closing, OpenPeriod } from '../../../shared/contract/desk/money/closings.ts'
import type { Draft } from '../../../shared/contract/desk/money/invoicing.ts'
import {
  addDays,
  addMonths,
  type Day,
  day,
  dayAt,
  type Instant,
  lastOfMonth,
  weekday,
} from '../../../shared/rules/calendar/day.ts'
import { monthlyParts } from '../../../shared/rules/money/recovery/plan.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { accountStatement, returnsNotification } from '../../desk/documents/bank-files.ts'
import type { TestDesk } from '../desk.ts'
import { last } from './billing.ts'
import { debitSettings, ibanNumbered } from './debits.ts'
import { anAidInput, aThirdPartyInput } from './payers.ts'
import { aRegieInput } from './regies.ts'
import { remindAsSeen } from './reminders.ts'
import { ended } from './year.ts'

/*
 * The year 2027 of a régie, in any town: each month it bills, collects and closes; some homes pay late, some never. At
 * the end every account must add up, by rows that are read here and not by the desk's own sums.
 */

type LivedTown = Pick<TestDesk, 'client' | 'clock' | 'store'>

const regieId = firstRegieId
const account = ibanNumbered(900)

/** How a home pays, by its number: always in the same way. */
const habits = ['debit', 'debit', 'debit', 'pile', 'pile', 'card', 'cash', 'transfer', 'never', 'plan'] as const
const habitOf = (familyId: number) => habits[familyId % habits.length] ?? 'pile'

/**
 * Who pays a part of the debts of some homes, by the last digit of their number: one third party pays by debit, one
 * every second month, one never, and the public accountant collects from one. The last aid is a reduction, which nobody
 * pays.
 */
const helpers = [
  { party: 'Comité de la Fonderie', kind: 'worksCouncil', toTitle: false, percent: 50, ceilingCents: null, of: [3, 8] },
  { party: 'CCAS de Ranville', kind: 'ccas', toTitle: false, percent: 30, ceilingCents: 4000, of: [2, 7] },
  { party: 'Département du Calvados', kind: 'ase', toTitle: true, percent: 80, ceilingCents: null, of: [5] },
  { party: 'Ville de Colombelles', kind: 'otherTown', toTitle: false, percent: 20, ceilingCents: null, of: [0] },
  { party: null, kind: 'other', toTitle: false, percent: 10, ceilingCents: null, of: [4] },
] as const
const [debited, paysLate] = helpers

const sumOf = (some: readonly { readonly cents: number }[]) => some.reduce((sum, { cents }) => sum + cents, 0)

/** Runs the year, then checks that nothing is lost. @throws a refusal of the desk, or an expectation that fails */
export const liveYear = async (town: LivedTown): Promise<void> => {
  const { clock } = town
  await openRegie(town)
  await book(town, day('2027-01-03'), day('2027-07-02'))
  for (let month = day('2027-01-01'); month < '2028-01-01'; month = addMonths(month, 1)) {
    clock.set(addDays(month, 1))
    await closeAndRemit(town, addDays(month, -1))
    if (month === '2027-09-01') await book(town, day('2027-09-06'), day('2027-12-17'))
    clock.set(addDays(month, 2))
    await liveMonth(town, month)
  }
  clock.set('2028-01-02')
  await closeAndRemit(town, day('2027-12-31'))
  await addUp(town)
}

const openRegie = async ({ client, clock, store }: LivedTown) => {
  clock.set('2026-12-28')
  const { expectedCents, closing } = await client.payments.till({ day: day('2026-12-28'), regieId })
  if (!closing)
    await client.payments.closeTill({ day: day('2026-12-28'), regieId, countedCents: expectedCents, note: '' })
  const [regie] = await client.regies.list()
  if (!regie) throw new Error('the town has a régie')
  await client.regies.save({
    ...aRegieInput(regie),
    name: regie.name || 'Régie enfance',
    natures: [
      { account: '7067', label: 'Restauration', productCode: 'REP', activityIds: null, fiscal: 'repas' },
      { account: '7066', label: 'Accueils', productCode: '', activityIds: null, fiscal: null },
    ],
    iban: account,
    bic: 'AGRIFRPP882',
    dueDays: 10,
    paysRefunds: true,
    allowsPlans: true,
  })
  await client.debits.saveSettings(debitSettings())
  const families = store.statement('select id, name from family where left_on is null').all() as {
    id: number
    name: string
  }[]
  for (const { id, name } of families.filter((one) => habitOf(one.id) === 'debit'))
    await client.debits.saveMandate(mandateOf({ familyId: id, thirdPartyId: null }, `Camille ${name}`, id))
  for (const [index, { party, kind, toTitle, percent, ceilingCents, of: ends }] of helpers.entries()) {
    const saved = party === null ? null : await client.payers.saveThirdParty(aThirdPartyInput(party, { kind, toTitle }))
    const helped = families.filter(({ id }) => (ends as readonly number[]).includes(id % 10))
    await client.payers.promise({
      aid: anAidInput(saved?.id ?? null, {
        label: `Aide ${index + 1}`,
        percent,
        ceilingCents,
        from: day('2026-12-01'),
        to: day('2027-12-31'),
      }),
      beneficiaries: helped.map(({ id }) => ({ familyId: id, childId: null })),
    })
    if (saved && party === debited.party)
      await client.debits.saveMandate(mandateOf({ familyId: null, thirdPartyId: saved.id }, party, 800))
  }
}

const mandateOf = (
  payer: { readonly familyId: number | null; readonly thirdPartyId: number | null },
  debtor: string,
  number: number,
) => ({
  ...payer,
  regieId,
  reference: '',
  kind: 'recurrent' as const,
  signedOn: day('2026-12-20'),
  debtor,
  iban: ibanNumbered(number),
  bic: '',
})

/** All registered children come on one day of the week, for the first slots open on it. */
const book = async ({ client, store }: LivedTown, from: Day, to: Day) => {
  const periods = store
    .statement(
      `select period.id, group_concat(distinct registration.id) as registrations from period
      join registration on registration.period_id = period.id and registration.state = 'accepted'
      where period.start_day <= :from and period.end_day >= :to and registration.end_day >= :from group by period.id`,
    )
    .all({ from, to }) as { id: number; registrations: string }[]
  for (const { id, registrations } of periods) {
    const open = store
      .statement(
        'select distinct day, slot_id as slotId from opening where period_id = ? and day between ? and ? order by day',
      )
      .all(id, from, to) as { day: Day; slotId: number }[]
    const [first] = open
    if (!first) continue
    const week = open
      .filter((one) => one.day === first.day)
      .slice(0, 2)
      .map(({ slotId }) => ({ weekday: weekday(first.day), slotId }))
    const registrationIds = registrations.split(',').map(Number)
    await ended(client.reservations.applyWeeks({ periodId: id, registrationIds, week, from, to }))
  }
}

// ---- A month

const liveMonth = async (town: LivedTown, month: Day) => {
  const { client, clock } = town
  const at = (date: number) => {
    const on = addDays(month, date - 1)
    clock.set(on)
    return on
  }
  const nth = Number(month.slice(5, 7))
  const issued = await bill(town, addMonths(month, -1))
  await billHelpers(town)
  at(5)
  const collection = await freeze(town)
  await payAtTheCounter(town, at(8), issued)
  await unusual(town, at(11), nth, issued)
  at(14)
  const expected = collection === null ? [] : await collect(town, collection.id, collection.on)
  at(24)
  await remind(town)
  await keepPlans(town, at(25))
  await giveBack(town, at(26), nth)
  await handOver(town)
  await readBank(town, month, at(27), issued, expected)
  const on = at(28)
  const { expectedCents } = await client.payments.till({ day: on, regieId })
  await client.payments.closeTill({ day: on, regieId, countedCents: expectedCents, note: '' })
}

/** The month before, and an outing of some homes. */
const bill = async ({ client, store, clock }: LivedTown, month: Day): Promise<Draft[]> => {
  const homes = store.statement('select id from family where id % 7 = 3 and left_on is null').pluck().all() as number[]
  await client.freeLines.write({
    homes: { familyIds: homes },
    kindId: null,
    childId: null,
    activityId: null,
    regieId,
    day: addDays(month, 9),
    label: 'Sortie',
    quantity: 1,
    unitCents: 1250,
    fiscal: 'autre',
    reason: '',
  })
  const { id } = await last(
    await client.invoicing.run({ from: month, to: lastOfMonth(month), activityIds: null, familyIds: null }),
  )
  const ready = (await client.invoicing.drafts({ runId: id })).drafts.filter(
    ({ verdict }) => verdict === 'ready' || verdict === 'warning',
  )
  const { stale } = await last(await client.invoicing.issue({ runId: id, ids: ready.map((one) => one.id) }))
  expect([stale, ready.length > 0, dayAt(clock())]).toEqual([0, true, addDays(addMonths(month, 1), 2)])
  const { drafts } = await client.invoicing.drafts({ runId: id })
  return drafts.filter(({ kind, state, leftCents }) => kind === 'invoice' && state === 'issued' && leftCents > 0)
}

/** Bills the parts of third parties, each on its own paper. */
const billHelpers = async ({ client }: LivedTown) => {
  const thirdPartyIds = (await client.payers.thirdParties({})).flatMap(({ id, toBillCents }) =>
    toBillCents === 0 ? [] : [id],
  )
  if (thirdPartyIds.length > 0) await client.payers.bill({ thirdPartyIds })
}

const freeze = async ({ client }: LivedTown) => {
  const { debits, on } = await client.debits.preview({ regieId, on: null })
  if (debits.length === 0) return null
  return client.debits.freeze({
    regieId,
    on,
    mandateIds: debits.map(({ mandateId }) => mandateId),
    seenCents: sumOf(debits),
  })
}

/**
 * Makes the file and the payments of the day, and lets one debit in twenty come back. @returns what the bank will
 * credit
 */
const collect = async ({ client, clock }: LivedTown, id: number, on: Day) => {
  await client.debits.writeFile({ id })
  const text = await (await client.debits.file({ id })).text()
  const sent = text
    .split('<DrctDbtTxInf>')
    .slice(1)
    .map((one) => ({
      endToEndId: one.match(/<EndToEndId>(.*?)</)?.[1] ?? '',
      rum: one.match(/<MndtId>(.*?)</)?.[1] ?? '',
      cents: Math.round(Number(one.match(/<InstdAmt.*?>(.*?)</)?.[1]) * 100),
      code: 'AM04',
    }))
  clock.set(on)
  const { cents } = await client.debits.collect({ id })
  expect(sumOf(sent)).toBe(cents)
  clock.set(addDays(on, 1))
  const back = sent.filter((_, index) => index % 20 === 1)
  if (back.length > 0) {
    const file = new File([returnsNotification(addDays(on, 1), back)], 'rejets.xml')
    const { returned } = await client.debits.readReturns({ regieId, file })
    const known = returned.map(({ debitId, code, cameBack, on: day_ }) => ({
      debitId: debitId ?? 0,
      code,
      cameBack,
      on: day_,
    }))
    expect(await client.debits.recordReturns({ returned: known })).toEqual({ recorded: back.length, known: 0 })
  }
  return [{ on, cents, label: 'REM PRLV' }]
}

const payAtTheCounter = async ({ client }: LivedTown, on: Day, issued: readonly Draft[]) => {
  const paying = (habit: (typeof habits)[number]) => issued.filter(({ familyId }) => habitOf(familyId) === habit)
  const pile = paying('pile').map(({ id, leftCents }, index) => ({
    invoiceId: id,
    leftCents,
    // One in five rounds up: the rest is an advance.
    amountCents: index % 5 === 4 ? leftCents + 200 : leftCents,
    documentNumber: String(7000 + index),
    bank: 'CA',
    issuer: '',
  }))
  if (pile.length > 0)
    await client.payments.recordPile({
      regieId,
      receivedOn: on,
      totalCents: pile.reduce((sum, { amountCents }) => sum + amountCents, 0),
      cheques: pile,
    })
  for (const [index, { familyId, leftCents }] of [...paying('cash'), ...paying('card')].entries())
    await client.payments.record({
      familyId,
      means: habitOf(familyId) === 'cash' ? 'cash' : 'card',
      // Some pay a round sum, whose rest is an advance until the next invoice.
      amountCents: Math.min(index % 4 === 0 ? Math.ceil(leftCents / 1000) * 1000 : leftCents, 29_000),
      receivedOn: on,
      payer: '',
      reference: '',
      chosen: null,
    })
}

/** Events that happen once: corrections, decisions, plans and lists of the year. */
const unusual = async (town: LivedTown, on: Day, nth: number, issued: readonly Draft[]) => {
  const { client } = town
  const recovery = client.recovery
  const by = (habit: (typeof habits)[number]) => issued.filter(({ familyId }) => habitOf(familyId) === habit)
  const [paid, unpaid, planned] = [by('pile'), by('never'), by('plan')]
  // Money of the month that is closed.
  if (nth === 2 && unpaid[0])
    await client.payments.record({
      familyId: unpaid[0].familyId,
      means: 'transfer',
      amountCents: 1000,
      receivedOn: day('2027-01-30'),
      payer: '',
      reference: 'VIR',
      chosen: null,
    })
  if ((nth === 3 || nth === 4) && paid[0])
    await client.invoicing.creditNote({
      invoiceId: paid[0].id,
      lines: null,
      reason: 'Enfant malade',
      billAgain: nth === 4,
    })
  if (nth === 5) {
    const { payments } = await client.payments.day({ day: addDays(on, -3), regieId })
    const cheque = payments.find(({ means }) => means === 'cheque')
    if (cheque) await client.payments.cancel({ id: cheque.id, reason: 'Chèque sans provision' })
  }
  if (nth === 4)
    for (const { familyId } of planned) {
      const home = { familyId, thirdPartyId: null }
      const { plannable } = await recovery.detail(home)
      const debts = (plannable ?? []).filter(({ hold }) => hold === null)
      const cents = debts.reduce((sum, { leftCents }) => sum + leftCents, 0)
      if (cents < 600) continue
      const named = debts.map(({ invoiceId, openingDebtId, leftCents }) => ({ invoiceId, openingDebtId, leftCents }))
      await recovery.plan({ ...home, debts: named, parts: monthlyParts(cents, 3, day('2027-05-20')) })
    }
  // A third party withdraws its promise: the home owes the part that is no longer paid.
  if (nth === 7) {
    const aids = town.store
      .statement(
        `select aid.id from aid join third_party on third_party.id = third_party_id where name = ? order by aid.id`,
      )
      .pluck()
      .all(paysLate.party) as number[]
    if (aids[0] !== undefined) await client.payers.refuse({ id: aids[0], on, reason: 'Dossier refusé' })
  }
  if (nth === 6 && unpaid[0]) {
    const home = { familyId: unpaid[0].familyId, thirdPartyId: null }
    const debt = (await recovery.decidable(home)).debts.find(({ leftCents, busy }) => leftCents > 0 && busy === null)
    if (debt)
      await recovery.decide({
        ...home,
        kind: 'remission',
        organ: 'Conseil municipal',
        number: '2027-31',
        decidedOn: on,
        reason: 'Situation sociale',
        parts: [{ invoiceId: debt.invoiceId, openingDebtId: debt.openingDebtId, cents: debt.leftCents }],
      })
  }
  if (nth === 9) {
    const payers = (await recovery.outstanding({})).payers.filter(({ debts, isProposed }) => debts > 0 && isProposed)
    expect(payers.length).toBeGreaterThan(0)
    await recovery.handOverDebts({
      payers: payers.map(({ familyId, thirdPartyId, cents }) => ({ familyId, thirdPartyId, cents })),
    })
  }
  if (nth === 10) {
    const [told, part, given] = (await recovery.treasury({})).debts
    if (told) await recovery.tellPaid({ ...keyOf(told), amountCents: told.sentCents, paidOn: addDays(on, -2) })
    if (part) await recovery.tellPaid({ ...keyOf(part), amountCents: Math.ceil(part.sentCents / 3), paidOn: on })
    if (given) await recovery.takeBackDebt({ ...keyOf(given), reason: 'Accord de la Trésorerie' })
    // A cheque that comes for the rest of the second one, with something ahead.
    const left = (await recovery.treasury({})).debts[0]
    if (left) {
      const cents = left.sentCents - left.paidCents
      await client.payments.record({
        familyId: left.familyId,
        ...(left.thirdPartyId !== null && { thirdPartyId: left.thirdPartyId }),
        means: 'cheque',
        amountCents: cents + 120,
        receivedOn: on,
        payer: '',
        reference: '',
        chosen: [{ ...keyOf(left), cents }],
      })
    }
  }
  if (nth === 11) {
    const kept = (await recovery.treasury({})).reported.filter(({ kind }) => kind === 'forwarded')
    if (kept.length > 0) await recovery.forwardMoney({ ids: kept.map(({ id }) => id), paidOn: on, reference: '' })
    const debt = (await recovery.treasury({})).debts.at(-1)
    if (debt)
      await recovery.decide({
        familyId: debt.familyId,
        thirdPartyId: debt.thirdPartyId,
        kind: 'writeOff',
        organ: 'Conseil municipal',
        number: '2027-58',
        decidedOn: on,
        reason: 'Insolvable',
        parts: [{ ...keyOf(debt), cents: debt.sentCents - debt.paidCents }],
      })
  }
}

const keyOf = ({ invoiceId, openingDebtId }: { invoiceId: number | null; openingDebtId: number | null }) => ({
  invoiceId,
  openingDebtId,
})

const remind = async ({ client }: LivedTown) => {
  const { payers } = await client.recovery.unpaid({})
  const chosen = payers.flatMap(({ familyId, thirdPartyId, step, skipped, dueCents }) =>
    step.kind === 'remind' && skipped === null ? [{ familyId, thirdPartyId, level: step.level, dueCents }] : [],
  )
  if (chosen.length > 0) await remindAsSeen(client.recovery, { payers: chosen })
}

/** Every second home keeps its plan, and pays the next part by transfer. */
const keepPlans = async ({ client, store }: LivedTown, on: Day) => {
  const homes = store.statement('select family_id from payment_plan where family_id % 20 = 9').pluck().all() as number[]
  for (const familyId of homes) {
    const [plan] = (await client.recovery.detail({ familyId, thirdPartyId: null })).plans
    const cents = (plan?.parts ?? []).reduce(
      (sum, { dueOn, leftCents }) => (dueOn <= addDays(on, 20) ? sum + leftCents : sum),
      0,
    )
    if (cents > 0)
      await client.payments.record({
        familyId,
        means: 'cheque',
        amountCents: cents,
        receivedOn: on,
        payer: '',
        reference: '',
        chosen: null,
      })
  }
}

/** Hands over all that waits, less the cash given back. */
const handOver = async ({ client }: LivedTown) => {
  for (const means of ['cash', 'cheque', 'cesu', 'holidayVouchers'] as const) {
    const { lines, refunds } = await client.payments.toHandOver({ means, regieId })
    const totalCents = lines.reduce((sum, { amountCents }) => sum + amountCents, 0) - sumOf(refunds)
    const paymentIds = lines.map(({ paymentId }) => paymentId)
    if (totalCents > 0) await client.payments.handOver({ regieId, means, paymentIds, totalCents })
  }
}

type Credit = { readonly on: Day; readonly cents: number; readonly label: string }

/**
 * Reads the month's bank statement: transfers, cards, last month's slip, the collection, a fee, and unidentified money.
 */
const readBank = async (
  { client, store }: LivedTown,
  month: Day,
  today: Day,
  issued: readonly Draft[],
  expected: readonly Credit[],
) => {
  const cards = await client.payments.day({ day: addDays(month, 7), regieId })
  const slips = (await client.payments.slips({ regieId })).filter(
    ({ means, handedOn, cancelled }) =>
      means === 'cheque' && cancelled === null && handedOn === addDays(addMonths(month, -1), 25),
  )
  const left = (id: number) =>
    store
      .statement(
        `select total_cents - coalesce((select sum(amount_cents) from allocation where invoice_id = invoice.id), 0) from invoice where id = ?`,
      )
      .pluck()
      .get(id) as number
  const late = (await client.payers.thirdParties({})).find(({ name }) => name === paysLate.party)
  const lateId = late && Number(month.slice(5, 7)) % 2 === 1 ? late.id : 0
  const owedLate = lateId === 0 ? [] : (await client.payers.thirdParty({ id: lateId })).papers
  const entries = [
    ...owedLate
      .filter(({ kind, leftCents }) => kind === 'invoice' && leftCents > 0)
      .map(({ number, leftCents }) => ({
        cents: leftCents,
        on: addDays(month, 16),
        label: `VIR ${paysLate.party}`,
        reference: `FACTURE ${number}`,
        payer: paysLate.party,
        iban: ibanNumbered(801),
        family: 'RCDT',
      })),
    ...issued
      .filter(({ familyId, id }) => habitOf(familyId) === 'transfer' && left(id) > 0)
      .map(({ id, number, family, familyId }) => ({
        cents: left(id),
        on: addDays(month, 17),
        label: `VIR ${family}`,
        reference: `FACTURE ${number}`,
        payer: family,
        iban: ibanNumbered(familyId),
        family: 'RCDT',
      })),
    ...cards.byMeans
      .filter(({ means }) => means === 'card')
      .map(({ cents }) => ({ cents, on: addDays(month, 9), label: 'REM CB' })),
    ...slips.map(({ totalCents }) => ({ cents: totalCents, on: addDays(month, 3), label: 'REM CHEQUES' })),
    ...expected,
    { cents: -350, on: addDays(month, 20), label: 'FRAIS' },
    { cents: 4321, on: addDays(month, 21), label: 'VIR ASSOCIATION DES FETES' },
  ]
  const file = new File(
    [accountStatement({ version: '08', iban: account, from: month, to: today, openingCents: 0, entries })],
    `releve-${month}.xml`,
  )
  await client.bank.readFile({ file })
  const { lines } = await client.bank.read({})
  const waiting = lines.filter(({ state }) => !['matched', 'debit'].includes(state))
  const decisions = waiting.flatMap((line) => (line.label.includes('ASSOCIATION') ? [] : (asProposed(line) ?? [])))
  if (decisions.length > 0) await client.bank.record({ decisions })
  for (const { id, state, label } of (await client.bank.read({})).lines)
    if (!['matched', 'debit'].includes(state)) {
      expect(label).toContain('ASSOCIATION')
      await client.bank.dismiss({ lineId: id, reason: 'Pas pour la régie' })
    }
}

/** What the screen sends of a line as it is proposed. */
const asProposed = ({ id, proposals: [best] }: BankLine): BankDecision | undefined =>
  best && {
    lineId: id,
    pays:
      best.kind === 'pays'
        ? [
            {
              familyId: best.familyId,
              thirdPartyId: best.thirdPartyId,
              cents: sumOf(best.parts) + best.aheadCents,
              parts: best.parts.map(({ invoiceId, openingDebtId, cents }) => ({ invoiceId, openingDebtId, cents })),
            },
          ]
        : [],
    arrives: best.kind === 'arrives' ? [best.batch.key] : [],
    debitId: best.kind === 'returns' ? best.debitId : null,
  }

/** In June and December some payers get their credit back, in cash or from the finance service. */
const giveBack = async ({ client, store }: LivedTown, on: Day, nth: number) => {
  if (nth % 6 !== 0) return
  const payers = store
    .statement(
      `select distinct family_id as familyId, third_party_id as thirdPartyId from payment
      where third_party_id is not null or family_id % 10 in (3, 4, 6)`,
    )
    .all() as { familyId: number | null; thirdPartyId: number | null }[]
  for (const [index, { familyId, thirdPartyId }] of payers.entries()) {
    const payer = { familyId, ...(thirdPartyId !== null && { thirdPartyId }) }
    const [ahead] = await client.payments.refundable(payer)
    if (!ahead || ahead.refundableCents <= 0) continue
    const { expectedCents } = await client.payments.till({ day: on, regieId })
    const isCash = index % 2 === 0 && ahead.refundableCents <= expectedCents
    const { id } = await client.payments.recordRefund({
      ...payer,
      regieId,
      means: isCash ? 'cash' : 'paymentOrder',
      amountCents: ahead.refundableCents,
      reason: 'Trop payé',
      paidOn: isCash ? on : null,
      reference: '',
    })
    if (!isCash && index % 4 === 1) await client.payments.markRefundPaid({ id, paidOn: on, reference: 'M-12' })
  }
}

// ---- Closings

const next = async ({ client }: LivedTown, through: Day): Promise<OpenPeriod | undefined> =>
  (await client.closings.read({})).open.findLast(({ to }) => to <= through)

/** Closes every month and year that ended, then states what is handed over. */
const closeAndRemit = async (town: LivedTown, through: Day) => {
  const { client } = town
  for (let period = await next(town, through); period !== undefined; period = await next(town, through)) {
    const { kind, from, checks, statement } = period
    expect(
      checks.filter(({ isDone }) => !isDone),
      `${kind} ${from}`,
    ).toEqual([])
    await client.closings.close({ kind, from, dueAfterCents: statement.dueAfterCents })
  }
  const { refusal, content } = await client.closings.remittance({ to: through })
  if (refusal !== null) return
  const remittedCents = sumOf(content.received) - content.refundedCents
  await client.closings.remit({ to: through, remittedCents })
}

// ---- The end

type Moved = { readonly payer: string; readonly on: Day; readonly cents: number; readonly treasury?: number }

const payerOf = ({ familyId, thirdPartyId }: Record<'familyId' | 'thirdPartyId', number | null>) =>
  familyId === null ? `third party ${thirdPartyId}` : `family ${familyId}`

/** All rows that change an account, each table read on its own. */
const movements = ({ store }: LivedTown): Moved[] => {
  const rows = <Row>(text: string) => store.statement(text).all() as Row[]
  type Paid = {
    familyId: number | null
    thirdPartyId: number | null
    on: Day
    cents: number
    cancelledAt: Instant | null
  }
  const who = 'family_id as familyId, third_party_id as thirdPartyId'
  return [
    ...rows<{ id: number; on: Day; cents: number }>(
      `select family_id as id, on_day as "on", amount_cents as cents from opening_balance`,
    ).map(({ id, ...row }) => ({ payer: `family ${id}`, ...row })),
    ...rows<Paid>(`select ${who}, issued_on as "on", total_cents as cents from invoice where state = 'issued'`).map(
      (row) => ({ payer: payerOf(row), on: row.on, cents: row.cents }),
    ),
    ...rows<Paid>(
      `select ${who}, booked_on as "on", amount_cents as cents, cancelled_at as cancelledAt from payment`,
    ).flatMap((row) => [
      { payer: payerOf(row), on: row.on, cents: -row.cents },
      ...(row.cancelledAt === null ? [] : [{ payer: payerOf(row), on: dayAt(row.cancelledAt), cents: row.cents }]),
    ]),
    ...rows<Paid>(
      `select ${who}, paid_on as "on", amount_cents as cents from refund where paid_on is not null and means <> 'treasury'
      union all select ${who}, allocation.on_day, allocation.amount_cents
        from refund join allocation on refund_id = refund.id where means = 'treasury'`,
    ).map((row) => ({
      payer: payerOf(row),
      on: row.on,
      cents: row.cents,
    })),
    ...rows<Paid & { kind: string }>(
      `select ${who}, kind, allocation.on_day as "on", allocation.amount_cents as cents from debt_decision
      join allocation on decision_id = debt_decision.id`,
    ).map((row) => ({
      payer: payerOf(row),
      on: row.on,
      cents: -row.cents,
      treasury: row.kind === 'transmission' ? row.cents : 0,
    })),
    ...rows<Paid>(
      `select ${who}, treasury_payment.paid_on as "on", amount_cents as cents, treasury_payment.cancelled_at as cancelledAt
      from treasury_payment join debt_decision on debt_decision.id = decision_id`,
    ).map((row) => ({
      payer: payerOf(row),
      on: row.on,
      cents: 0,
      treasury: row.cancelledAt === null ? -row.cents : 0,
    })),
  ]
}

const csvRows = async (file: Promise<File>): Promise<string[][]> =>
  new TextDecoder()
    .decode(await (await file).arrayBuffer())
    .trim()
    .split('\r\n')
    .slice(1)
    .map((row) => row.split(';'))
const centsOf = (text = '') => Math.round(Number(text.replace(',', '.')) * 100)

const addUp = async (town: LivedTown) => {
  const { client, store } = town
  const moved = movements(town)
  const names = new Map(
    (
      store
        .statement(
          `select 'family ' || id as payer, name from family union all select 'third party ' || id, name from third_party`,
        )
        .all() as { payer: string; name: string }[]
    ).map(({ payer, name }) => [payer, name]),
  )
  // The identity of every payer, on dates that fall anywhere.
  for (let date = 11; date < 365; date += 53) {
    const on = addDays(day('2027-01-01'), date)
    const owed = [
      ...Map.groupBy(
        moved.filter((one) => one.on <= on),
        ({ payer }) => payer,
      ),
    ].flatMap(([payer, own]) => (sumOf(own) === 0 ? [] : [`${names.get(payer)} ${sumOf(own)}`]))
    const shown = (await csvRows(client.closings.balances({ on, format: 'csv' }))).slice(0, -1)
    expect(shown.map(([name, , , cents]) => `${name} ${centsOf(cents)}`).toSorted()).toEqual(owed.toSorted())
  }
  const bearing = helpers.flatMap(({ party }) => party ?? [])
  expect(bearing.filter((party) => !moved.some(({ payer }) => names.get(payer) === party))).toEqual([])
  const { debts } = await client.recovery.treasury({})
  expect(debts.reduce((sum, { sentCents, paidCents }) => sum + sentCents - paidCents, 0)).toBe(
    moved.reduce((sum, { treasury = 0 }) => sum + treasury, 0),
  )
  // Each statement begins where the previous one ended, that of the year is the sum of its months, and together they
  // contain all money received.
  const { closed } = await client.closings.read({})
  const months = closed.filter(({ kind }) => kind === 'month').toReversed()
  for (const [index, { statement, to }] of months.entries()) {
    expect(statement.dueBeforeCents).toBe(months[index - 1]?.statement.dueAfterCents ?? 0)
    expect([to, statement.dueAfterCents]).toEqual([to, sumOf(moved.filter(({ on }) => on <= to))])
  }
  const ofYear = months.filter(({ from }) => from >= '2027-01-01')
  const year = closed.find(({ kind, from }) => kind === 'year' && from === '2027-01-01')
  expect(ofYear).toHaveLength(12)
  expect(year && tableOf([year])).toEqual(tableOf(ofYear))
  const remittances = await client.closings.remittances({})
  expect(tableOf(remittances.map(({ content }) => ({ statement: content })))).toEqual(tableOf(months))
  const [first] = months
  if (!first) throw new Error('nothing was closed')
  const journal: string[][] = []
  for (let from = first.from; from < '2028-01-01'; from = addMonths(from, 12))
    journal.push(
      ...(await csvRows(
        client.payments.journal({ regieId, from, to: addDays(addMonths(from, 12), -1), means: null, format: 'csv' }),
      )),
    )
  const valid = journal.filter(([, receipt, , , , , , cancelled]) => receipt !== '' && !cancelled)
  expect(valid.reduce((sum, row) => sum + centsOf(row[6]), 0)).toBe(
    months.reduce((sum, { statement }) => sum + sumOf(statement.received), 0),
  )
  expect(checkFile(store.sqlite)).toEqual([])
}

/** Received by nature and means, over several statements. */
const tableOf = (some: readonly { readonly statement: Pick<Closing['statement'], 'received'> }[]) => {
  const cells = some.flatMap(({ statement }) =>
    statement.received.flatMap(({ nature, byMeans }) =>
      byMeans.map(([means, cents]) => ({ key: `${nature} ${means}`, cents })),
    ),
  )
  return [...Map.groupBy(cells, ({ key }) => key)]
    .flatMap(([key, own]) => (sumOf(own) === 0 ? [] : [`${key} ${sumOf(own)}`]))
    .toSorted()
}
