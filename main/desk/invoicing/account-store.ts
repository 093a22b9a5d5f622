import { addDays, type Day, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import type { RecordedDecisionKind } from '../../../shared/rules/money/recovery/debt-decision.ts'
import { committedOrBySql, committedSql } from '../../store/acts/committed.ts'
import type { Store } from '../../store/store.ts'
import { dueOnSql } from '../debts/debts.ts'
import { standsSql } from './allocations.ts'

/**
 * SQL: the amount of a debt that was handed to the Treasury and not reported as paid there.
 * @param column of `allocation` that names the debt
 */
export const atTreasurySql = (column: 'invoice_id' | 'opening_debt_id', id: string): string =>
  `(coalesce((select sum(sent.amount_cents) from allocation sent join debt_decision transmission
    on transmission.id = sent.decision_id and transmission.kind = 'transmission' where sent.${column} = ${id}), 0)
  - coalesce((select sum(told.amount_cents) from treasury_payment told
    where told.${column} = ${id} and told.cancelled_at is null and told.paid_on is not null), 0))`

/** SQL: the money received by the régie for a debt at the Treasury and not handed over yet. */
export const keptForTreasurySql = (column: 'invoice_id' | 'opening_debt_id', id: string): string =>
  `coalesce((select sum(kept.amount_cents) from treasury_payment kept where kept.${column} = ${id}
    and kept.kind = 'forwarded' and kept.cancelled_at is null and kept.paid_on is null), 0)`

/** SQL: what decisions took off an invoice, in cents. */
export const givenUpCentsSql = (id: string): string =>
  `coalesce((select sum(part.amount_cents) from allocation part join debt_decision decision
    on decision.id = part.decision_id and decision.kind <> 'transmission' where part.invoice_id = ${id}), 0)`

/** SQL: the kind of the last decision that took something off an invoice; null when there is none. */
export const givenUpKindSql = (id: string): string =>
  `(select decision.kind from allocation part join debt_decision decision
    on decision.id = part.decision_id and decision.kind <> 'transmission'
    where part.invoice_id = ${id} and ${standsSql('part')} order by part.id desc limit 1)`

/** The two kinds of payers. Only homes have opening balances. */
export type PayerKind = 'family' | 'thirdParty'

/** Whose account it is: exactly one of the two is set. */
export type PayerIds = { readonly familyId: number | null; readonly thirdPartyId: number | null }

/** A payer in maps and on screens: « f12 », « t3 ». */
export const payerKey = ({ familyId, thirdPartyId }: PayerIds): string =>
  familyId === null ? `t${thirdPartyId}` : `f${familyId}`

const columnOf = { family: 'family_id', thirdParty: 'third_party_id' } as const

/** SQL: opening balances of a kind of payers. */
const openingsOf = { family: 'true', thirdParty: 'false' } as const

type DebtTotals = {
  readonly payerId: number
  readonly regieId: number
  readonly totalCents: number
  readonly leftCents: number
}

type InvoiceDebt = DebtTotals & {
  readonly invoiceId: number
  readonly openingDebtId: null
  readonly series: string
  readonly year: number
  readonly number: number
  readonly on: Day
  /** Null while its amount is carried over to a later invoice. */
  readonly dueOn: Day | null
  /** The first day that the invoice bills. */
  readonly from: Day
}

/** The unpaid part of an opening balance: a debt imported from the program that the town used before. */
type OpeningDebt = DebtTotals & {
  readonly invoiceId: null
  readonly openingDebtId: number
  readonly on: Day
  readonly dueOn: Day
  /** The former number of an invoice taken over; empty for a balance. */
  readonly reference: string
  readonly period: string
}

export type DebtRow = InvoiceDebt | OpeningDebt

/**
 * Invoices and opening balances that are not fully paid, oldest first.
 * @param actId the caller's open act: opening balances that it wrote count too
 */
export const debtRows = (store: Store, payerIds: readonly number[], actId = 0, of: PayerKind = 'family'): DebtRow[] =>
  store
    .statement(
      `select * from (
        select invoice.${columnOf[of]} as payerId, invoice.regie_id as regieId, invoice.id as invoiceId, null as openingDebtId, null as reference, null as period, invoice.series, invoice.year, invoice.number,
          invoice.issued_on as "on", ${dueOnSql} as dueOn, invoice.from_day as "from",
          invoice.total_cents as totalCents, invoice.total_cents
            - coalesce((select sum(amount_cents) from allocation where invoice_id = invoice.id), 0) as leftCents
        from json_each(?1) wanted
        cross join invoice on invoice.${columnOf[of]} = wanted.value and invoice.state = 'issued'
        where invoice.kind = 'invoice'
        union all
        select family_id, regie_id, null, opening.id, reference, period, null, null, null, on_day, opening.due_on, null, amount_cents, amount_cents
          - coalesce((select sum(amount_cents) from allocation where opening_debt_id = opening.id), 0)
        from json_each(?1) wanted cross join opening_balance opening on family_id = wanted.value
        where amount_cents > 0 and ${openingsOf[of]} and ${committedOrBySql('?2', 'act_id')}
      ) where leftCents > 0 order by invoiceId is not null, "on", invoiceId`,
    )
    .all({ 1: JSON.stringify(payerIds), 2: actId }) as DebtRow[]

export type CreditRow = {
  readonly payerId: number
  readonly regieId: number
  readonly paymentId: number | null
  readonly creditNoteId: number | null
  readonly openingCreditId: number | null
  readonly on: Day
  readonly leftCents: number
}

/**
 * Payments, credit notes and opening credits of which a part pays no debt yet, oldest first.
 * @param actId the caller's open act: opening balances that it wrote count too
 */
export const creditRows = (
  store: Store,
  payerIds: readonly number[],
  actId = 0,
  of: PayerKind = 'family',
): CreditRow[] =>
  store
    .statement(
      `select * from (
        select payment.${columnOf[of]} as payerId, payment.regie_id as regieId, payment.id as paymentId, null as creditNoteId, null as openingCreditId,
          payment.received_on as "on", payment.amount_cents
            - coalesce((select sum(amount_cents) from allocation where payment_id = payment.id), 0) as leftCents
        from json_each(?1) wanted cross join payment on payment.${columnOf[of]} = wanted.value
        where payment.cancelled_at is null
        union all
        select note.${columnOf[of]}, note.regie_id, null, note.id, null, note.issued_on, -note.total_cents
          - coalesce((select sum(amount_cents) from allocation where credit_note_id = note.id), 0)
        from json_each(?1) wanted
        cross join invoice note on note.${columnOf[of]} = wanted.value and note.state = 'issued'
        where note.kind = 'creditNote'
        union all
        select family_id, regie_id, null, null, opening.id, on_day, -amount_cents
          - coalesce((select sum(amount_cents) from allocation where opening_credit_id = opening.id), 0)
        from json_each(?1) wanted cross join opening_balance opening on family_id = wanted.value
        where amount_cents < 0 and ${openingsOf[of]} and ${committedOrBySql('?2', 'act_id')}
      ) where leftCents > 0 order by openingCreditId is null, "on", creditNoteId is null, paymentId`,
    )
    .all({ 1: JSON.stringify(payerIds), 2: actId }) as CreditRow[]

export type OpeningRow = {
  readonly id: number
  readonly familyId: number
  readonly regieId: number
  readonly onDay: Day
  /** The day on which it counts in the books. */
  readonly bookedOn: Day
  readonly dueOn: Day
  readonly amountCents: number
  /** The former number of an invoice taken over; empty for a balance. */
  readonly reference: string
  readonly period: string
  /** Unpaid part of a debt; for a credit (`amountCents` below zero), its unused part. Never negative. */
  readonly leftCents: number
  /** The part of the debt that the Treasury has to collect. */
  readonly treasuryCents: number
  /** The part of that which the régie received and must hand over. */
  readonly forwardedCents: number
}

/**
 * Opening balances: what each family owed, or had as an advance, in the program that the town used before. Oldest
 * first.
 */
export const openingRows = (store: Store, familyIds: readonly number[]): OpeningRow[] =>
  store
    .statement(
      `select id, family_id as familyId, regie_id as regieId, on_day as onDay, booked_on as bookedOn, due_on as dueOn, amount_cents as amountCents, reference, period, abs(amount_cents) - coalesce((
          select sum(amount_cents) from allocation where opening_debt_id = opening.id or opening_credit_id = opening.id
        ), 0) as leftCents, ${atTreasurySql('opening_debt_id', 'opening.id')} as treasuryCents,
        ${keptForTreasurySql('opening_debt_id', 'opening.id')} as forwardedCents
      from opening_balance opening
      where family_id in (select value from json_each(?)) and ${committedSql('act_id')} order by on_day, id`,
    )
    .all(JSON.stringify(familyIds)) as OpeningRow[]

/** An invoice that another program issued, of which something was left to pay. */
export type FormerInvoice = {
  readonly familyId: number
  readonly regieId: number
  /** Its number in the other program. */
  readonly reference: string
  readonly issuedOn: Day
  readonly dueOn: Day
  readonly period: string
  readonly invoicedCents: number
  /** What was left to pay, at most the whole amount; zero for an invoice that was taken over by mistake. */
  readonly leftCents: number
}

export type FormerInvoiceRow = FormerInvoice & {
  readonly id: number
  readonly bookedOn: Day
  /** What payments and decisions settled of it here. */
  readonly settledCents: number
  /** Whether something ever settled a part of it, even if undone since. */
  readonly isUsed: boolean
}

export const formerInvoiceRows = (store: Store): FormerInvoiceRow[] =>
  (
    store
      .statement(
        `select opening.id, family_id as familyId, regie_id as regieId, reference, opening.on_day as issuedOn, booked_on as bookedOn,
          due_on as dueOn, period, coalesce(invoiced_cents, opening.amount_cents) as invoicedCents,
          opening.amount_cents as leftCents, coalesce(sum(part.amount_cents), 0) as settledCents, count(part.id) > 0 as isUsed
        from opening_balance opening left join allocation part on part.opening_debt_id = opening.id
        where reference <> '' group by opening.id`,
      )
      .all() as (Omit<FormerInvoiceRow, 'isUsed'> & { readonly isUsed: 0 | 1 })[]
  ).map((row) => ({ ...row, isUsed: row.isUsed === 1 }))

/** The homes that owed an invoice of another program, by the number that it had there; case is ignored. */
export const homesOfFormerInvoice = (store: Store, reference: string): number[] =>
  store
    .statement(
      `select distinct family_id from opening_balance
      where reference <> '' and lower(reference) = lower(?) and ${committedSql('act_id')} order by 1`,
    )
    .pluck()
    .all(reference.trim()) as number[]

/**
 * The balance of each payer: invoices and opening balances, less credit notes, payments and what decisions took off,
 * plus refunds and money kept for the Treasury. A credit note's total is negative, so one sum counts both kinds of
 * paper.
 * @param payerIds null for every payer that has an invoice, a payment or an opening balance
 * @param on the balance at the end of that day; null for now
 * @param regieId the balance at this régie; null for all régies together
 */
export const balanceRows = (
  store: Store,
  payerIds: readonly number[] | null,
  {
    on = null,
    regieId = null,
    of = 'family',
  }: { readonly on?: Day | null; readonly regieId?: number | null; readonly of?: PayerKind } = {},
): { payerId: number; cents: number }[] => {
  // A payment cancelled after that day still counts on that day.
  const nextMidnight = on && instantOf(addDays(on, 1), timeOfDay('00:00'))
  const column = columnOf[of]
  const ofPayers =
    payerIds === null ? `and ${column} is not null` : `and ${column} in (select value from json_each(?4))`
  const wanted = `and (?3 is null or regie_id = ?3) ${ofPayers}`
  return store
    .statement(
      `select payer_id as payerId, sum(cents) as cents from (
        select ${column} as payer_id, total_cents as cents from invoice
          where state = 'issued' and (?1 is null or issued_on <= ?1) ${wanted}
        union all
        select ${column}, -amount_cents from payment
          where (cancelled_at is null or cancelled_at >= ?2) and (?1 is null or received_on <= ?1) ${wanted}
        union all
        select family_id, amount_cents from opening_balance
          where (?1 is null or on_day <= ?1) and ${committedSql('act_id')}
          and ${openingsOf[of]} ${of === 'family' ? wanted : ''}
        union all
        select ${column}, -part.amount_cents from debt_decision cross join allocation part on part.decision_id = debt_decision.id
          where (?1 is null or part.on_day <= ?1) ${wanted}
        union all
        select ${column}, amount_cents from refund
          where means <> 'treasury' and paid_on is not null and (?1 is null or paid_on <= ?1) ${wanted}
        union all
        select ${column}, part.amount_cents from refund cross join allocation part on part.refund_id = refund.id
          where means = 'treasury' and (?1 is null or part.on_day <= ?1) ${wanted}
      ) group by payer_id`,
    )
    .all({ 1: on, 2: nextMidnight, 3: regieId, 4: JSON.stringify(payerIds) }) as {
    payerId: number
    cents: number
  }[]
}

/** By paper id: the unpaid part of an invoice, the unused part of a credit note. */
export const remainingCentsOf = (store: Store, invoiceIds: readonly number[]): ReadonlyMap<number, number> =>
  new Map(
    (
      store
        .statement(
          `select invoice.id, abs(invoice.total_cents) - coalesce(case when invoice.kind = 'invoice'
            then (select sum(amount_cents) from allocation where invoice_id = invoice.id)
            else (select sum(amount_cents) from allocation where credit_note_id = invoice.id) end, 0) as cents
          from json_each(?) wanted cross join invoice on invoice.id = wanted.value`,
        )
        .all(JSON.stringify(invoiceIds)) as { id: number; cents: number }[]
    ).map(({ id, cents }) => [id, cents]),
  )

/** By invoice id: the kind of the last decision that took something off it; invoices without one are left out. */
export const givenUpKindsOf = (
  store: Store,
  invoiceIds: readonly number[],
): ReadonlyMap<number, RecordedDecisionKind> =>
  new Map(
    store
      .statement(
        `select * from (select wanted.value as id, ${givenUpKindSql('wanted.value')} as kind
          from json_each(?) wanted) where kind is not null`,
      )
      .raw()
      .all(JSON.stringify(invoiceIds)) as [number, RecordedDecisionKind][],
  )

/** By invoice id: what the Treasury has to collect of it; invoices that are not at the Treasury are left out. */
export const treasuryCentsOf = (store: Store, invoiceIds: readonly number[]): ReadonlyMap<number, number> =>
  new Map(
    store
      .statement(
        `select * from (select wanted.value as id, ${atTreasurySql('invoice_id', 'wanted.value')} as cents
          from json_each(?) wanted) where cents > 0`,
      )
      .raw()
      .all(JSON.stringify(invoiceIds)) as [number, number][],
  )
