import { addDays, type Day, instantOf, timeOfDay } from '../../../shared/rules/day.ts'
import type { Store } from '../../store/store.ts'

export type DebtRow = {
  readonly familyId: number
  readonly invoiceId: number
  readonly year: number
  readonly number: number
  readonly issuedOn: Day
  readonly dueOn: Day
  readonly from: Day
  readonly to: Day
  readonly totalCents: number
  readonly leftCents: number
}

/** Invoices that are not wholly paid, oldest first. */
export const debtRows = (store: Store, familyIds: readonly number[]): DebtRow[] =>
  store
    .statement(
      `select * from (
        select invoice.family_id as familyId, invoice.id as invoiceId, invoice.year, invoice.number,
          invoice.issued_on as issuedOn, invoice.due_on as dueOn, invoice.from_day as "from", invoice.to_day as "to",
          invoice.total_cents as totalCents, invoice.total_cents
            - coalesce((select sum(amount_cents) from allocation where invoice_id = invoice.id), 0) as leftCents
        from json_each(?) wanted
        cross join invoice on invoice.family_id = wanted.value and invoice.state = 'issued'
        where invoice.kind = 'invoice'
      ) where leftCents > 0 order by issuedOn, invoiceId`,
    )
    .all(JSON.stringify(familyIds)) as DebtRow[]

export type CreditRow = {
  readonly familyId: number
  readonly paymentId: number | null
  readonly creditNoteId: number | null
  readonly on: Day
  readonly leftCents: number
}

/** What was paid or credited and settles nothing yet, oldest first. */
export const creditRows = (store: Store, familyIds: readonly number[]): CreditRow[] =>
  store
    .statement(
      `select * from (
        select payment.family_id as familyId, payment.id as paymentId, null as creditNoteId,
          payment.received_on as "on", payment.amount_cents
            - coalesce((select sum(amount_cents) from allocation where payment_id = payment.id), 0) as leftCents
        from json_each(?1) wanted cross join payment on payment.family_id = wanted.value
        where payment.cancelled_at is null
        union all
        select note.family_id, null, note.id, note.issued_on, -note.total_cents
          - coalesce((select sum(amount_cents) from allocation where credit_note_id = note.id), 0)
        from json_each(?1) wanted
        cross join invoice note on note.family_id = wanted.value and note.state = 'issued'
        where note.kind = 'creditNote'
      ) where leftCents > 0 order by "on", creditNoteId is null, paymentId`,
    )
    .all({ 1: JSON.stringify(familyIds) }) as CreditRow[]

/**
 * Issued less credited less paid, at the end of `on`; null: now. Null families: every one whose account ever moved.
 * A credit note's total is negative, so one sum does for both kinds of paper.
 */
export const balanceRows = (
  store: Store,
  familyIds: readonly number[] | null,
  on: Day | null,
): { familyId: number; cents: number }[] => {
  // A payment cancelled later than that day still counted on it.
  const nextMidnight = on && instantOf(addDays(on, 1), timeOfDay('00:00'))
  const wanted = familyIds === null ? '' : 'and family_id in (select value from json_each(?3))'
  return store
    .statement(
      `select family_id as familyId, sum(cents) as cents from (
        select family_id, total_cents as cents from invoice
          where state = 'issued' and (?1 is null or issued_on <= ?1) ${wanted}
        union all
        select family_id, -amount_cents from payment
          where (cancelled_at is null or cancelled_at >= ?2) and (?1 is null or received_on <= ?1) ${wanted}
      ) group by family_id`,
    )
    .all({ 1: on, 2: nextMidnight, 3: JSON.stringify(familyIds) }) as {
    familyId: number
    cents: number
  }[]
}

/** What is left of each paper: to pay of an invoice, to use of a credit note. */
export const leftOf = (store: Store, invoiceIds: readonly number[]): ReadonlyMap<number, number> =>
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
