import { type Day, dayAt } from '../../../shared/rules/calendar/day.ts'
import type { Cents } from '../../../shared/rules/money/money.ts'
import type { Payable } from '../../../shared/rules/money/payment/payment.ts'
import type { DebtDecisionKind } from '../../../shared/rules/money/recovery/debt-decision.ts'
import type { Write } from '../../store/acts/acts.ts'
import { allocation } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'

type Id = number | null | undefined

/** One source, which settles one debt or is given back by one refund. */
export type NewAllocation = {
  readonly paymentId?: Id
  readonly creditNoteId?: Id
  readonly openingCreditId?: Id
  readonly decisionId?: Id
  readonly invoiceId?: Id
  readonly openingDebtId?: Id
  readonly refundId?: Id
  readonly amountCents: Cents
}

/** Within the caller's act: allocates sources to debts or refunds, each on the first day when both were there. */
export const allocate = (store: Store, write: Write, parts: readonly NewAllocation[]): void => {
  for (const row of dated(store, parts)) write.insert(allocation, row)
}

/**
 * Allocates for the many homes of a run. Written as a batch in the audit, so that the history of a single paper does
 * not list it.
 */
export const allocateMany = (store: Store, write: Write, parts: readonly NewAllocation[]): void => {
  write.insertMany(allocation, dated(store, parts))
}

const dated = (store: Store, parts: readonly NewAllocation[]) => {
  if (parts.length === 0) return []
  const days = daysOf(store, parts)
  return parts.map((part, index) => {
    const onDay = days[index]
    if (!onDay) throw new RangeError('a source and a debt have each their day')
    return { ...part, onDay }
  })
}

/**
 * The day on which each allocation counts: the later day of its source and its debt, or the day on which an earlier
 * allocation of either was undone, since it was not free before. Never a day of a closed month.
 */
const daysOf = (store: Store, parts: readonly NewAllocation[]): Day[] =>
  store
    .statement(
      `select max(
          coalesce(payment.booked_on, note.issued_on, credit.booked_on, decision.on_day),
          coalesce(invoice.issued_on, debt.booked_on, refund.asked_on),
          coalesce((select max(undone.on_day) from allocation undone where undone.reverses_id is not null and (
            undone.payment_id = payment.id or undone.credit_note_id = note.id or undone.opening_credit_id = credit.id
            or undone.invoice_id = invoice.id or undone.opening_debt_id = debt.id)), ''),
          coalesce((select date(max(to_day), '+1 day') from closing where kind = 'month'
            and closing.regie_id = coalesce(invoice.regie_id, debt.regie_id, refund.regie_id)), ''))
      from json_each(?) part
      left join payment on payment.id = part.value ->> '$.paymentId'
      left join invoice note on note.id = part.value ->> '$.creditNoteId'
      left join opening_balance credit on credit.id = part.value ->> '$.openingCreditId'
      left join debt_decision decision on decision.id = part.value ->> '$.decisionId'
      left join invoice on invoice.id = part.value ->> '$.invoiceId'
      left join opening_balance debt on debt.id = part.value ->> '$.openingDebtId'
      left join refund on refund.id = part.value ->> '$.refundId'
      order by part.key`,
    )
    .pluck()
    .all(JSON.stringify(parts)) as Day[]

/**
 * SQL: whether an allocation is neither the opposite of another one nor undone. The unary plus keeps SQLite from its
 * unique index on `reverses_id`, which seems to find a single row: nearly all rows have null.
 */
export const standsSql = (row: string): string =>
  `+${row}.reverses_id is null and not exists (select 1 from allocation opposite where opposite.reverses_id = ${row}.id)`

type AllocationRow = typeof allocation.$inferSelect

const rowsStanding = (store: Store, where: string, values: Readonly<Record<number, unknown>>): AllocationRow[] =>
  store
    .statement(
      `select part.id, payment_id as paymentId, credit_note_id as creditNoteId, opening_credit_id as openingCreditId,
        decision_id as decisionId, invoice_id as invoiceId, opening_debt_id as openingDebtId, refund_id as refundId,
        part.on_day as onDay, amount_cents as amountCents
      from allocation part left join debt_decision decision on decision.id = part.decision_id
      where ${where} and ${standsSql('part')} order by part.id`,
    )
    .all(values) as AllocationRow[]

const writeOpposite = (write: Write, { id: reversesId, onDay, amountCents, ...row }: AllocationRow): void => {
  const today = dayAt(write.at)
  write.insert(allocation, { ...row, reversesId, onDay: onDay > today ? onDay : today, amountCents: -amountCents })
}

type Of = 'payment_id' | 'decision_id' | 'refund_id' | 'opening_credit_id' | 'opening_debt_id'

/**
 * Within the caller's act: undoes what a payment, a decision, a refund or an opening balance settles, by opposite rows
 * dated today.
 */
export const undoAllocations = (store: Store, write: Write, of: Of, id: number): void => {
  for (const row of rowsStanding(store, `part.${of} = ?1`, { 1: id })) writeOpposite(write, row)
}

/**
 * Within the caller's act: reduces what decisions of a kind take off a debt, newest first, so that something else can
 * settle it. A row is undone whole, and what stays of it is allocated again.
 * @returns what was freed, at most `cents`
 */
export const releaseDecisions = (
  store: Store,
  write: Write,
  { invoiceId, openingDebtId }: Payable,
  { kind, cents }: { readonly kind: DebtDecisionKind; readonly cents: Cents },
): Cents => {
  const rows = rowsStanding(store, 'decision.kind = ?1 and (invoice_id = ?2 or opening_debt_id = ?3)', {
    1: kind,
    2: invoiceId,
    3: openingDebtId,
  })
  let left = cents
  for (const row of rows.toReversed()) {
    const freed = Math.min(left, row.amountCents)
    if (freed <= 0) break
    left -= freed
    writeOpposite(write, row)
    const { decisionId, amountCents } = row
    if (freed < amountCents)
      allocate(store, write, [{ decisionId, invoiceId, openingDebtId, amountCents: amountCents - freed }])
  }
  return cents - left
}
