import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { Cents } from '../../../shared/rules/money/money.ts'
import type { Debt } from '../../../shared/rules/money/payment/payment.ts'
import {
  eligibleCents,
  type VoucherLine,
  type VoucherMeans,
  type VoucherRule,
} from '../../../shared/rules/money/payment/vouchers.ts'
import type { Store } from '../../store/store.ts'

/**
 * What vouchers of a means may still pay of each debt: no more than what is left of it, nor than what they may pay of the
 * invoice less what such vouchers paid already. Nothing of an opening balance, whose lines are not known, where there are
 * rules.
 */
export const voucherRooms = (
  store: Store,
  rules: readonly VoucherRule[],
  means: VoucherMeans,
  debts: readonly Debt[],
): ((debt: Debt) => Cents) => {
  if (rules.every((rule) => rule.means !== means)) return ({ leftCents }) => leftCents
  const ids = debts.flatMap(({ invoiceId }) => invoiceId ?? [])
  const lines = Map.groupBy(linesOf(store, ids), ({ invoiceId }) => invoiceId)
  const paid = paidBy(store, means, ids)
  return ({ invoiceId, leftCents }) => {
    if (invoiceId === null) return 0
    const eligible = eligibleCents(rules, means, lines.get(invoiceId) ?? []) ?? leftCents
    return Math.max(0, Math.min(leftCents, eligible - (paid.get(invoiceId) ?? 0)))
  }
}

/** The lines of invoices, and of the credit notes that correct them. */
const linesOf = (store: Store, invoiceIds: readonly number[]): (VoucherLine & { readonly invoiceId: number })[] =>
  (
    store
      .statement(
        `select wanted.value as invoiceId, activity_id as activityId, fiscal, birth_day as birthDay, days, line.total_cents as cents
        from json_each(?) wanted
        cross join invoice paper on paper.id = wanted.value or (paper.corrects_id = wanted.value and paper.state = 'issued')
        join invoice_line line on line.invoice_id = paper.id left join child on child.id = line.child_id`,
      )
      .all(JSON.stringify(invoiceIds)) as (Omit<VoucherLine, 'days'> & { invoiceId: number; days: string })[]
  ).map(({ days, ...line }) => ({ ...line, days: JSON.parse(days) as Day[] }))

/** What vouchers of a means paid of each invoice. */
const paidBy = (store: Store, means: VoucherMeans, invoiceIds: readonly number[]): ReadonlyMap<number, Cents> =>
  new Map(
    store
      .statement(
        `select invoice_id, sum(part.amount_cents) from json_each(?) wanted
        cross join allocation part on part.invoice_id = wanted.value
        join payment on payment.id = part.payment_id and payment.means = ? group by invoice_id`,
      )
      .raw()
      .all(JSON.stringify(invoiceIds), means) as [number, Cents][],
  )
