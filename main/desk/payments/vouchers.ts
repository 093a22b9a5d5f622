import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { Cents } from '../../../shared/rules/money/money.ts'
import type { Debt } from '../../../shared/rules/money/payment/payment.ts'
import {
  eligibleLines,
  type VoucherLine,
  type VoucherMeans,
  type VoucherRule,
  type VoucherShare,
  voucherRoom,
} from '../../../shared/rules/money/payment/vouchers.ts'
import type { Store } from '../../store/store.ts'

/** @returns a function that says how much of a debt vouchers of a means may still pay */
export const voucherRooms = (
  store: Store,
  rules: readonly VoucherRule[],
  means: VoucherMeans,
  debts: readonly Debt[],
): ((debt: Debt) => Cents) => {
  const isLimited = rules.some((rule) => rule.means === means)
  const ids = isLimited ? debts.flatMap(({ invoiceId }) => invoiceId ?? []) : []
  const lines = Map.groupBy(linesOf(store, ids), ({ invoiceId }) => invoiceId)
  const paid = paidBy(store, means, ids)
  return ({ invoiceId, leftCents }) =>
    voucherRoom(rules, means, {
      leftCents,
      paidCents: paid.get(invoiceId ?? 0) ?? 0,
      lines: invoiceId === null ? null : (lines.get(invoiceId) ?? []),
    })
}

export const noVouchers: Record<VoucherMeans, Cents> = { cesu: 0, holidayVouchers: 0 }

/** These debts, each with how much vouchers of each means may still pay. */
export const withVoucherRooms = <Each extends Debt>(
  store: Store,
  rules: readonly VoucherRule[],
  debts: readonly Each[],
): (Each & { readonly voucherCents: Record<VoucherMeans, Cents> })[] => {
  const cesu = voucherRooms(store, rules, 'cesu', debts)
  const holidayVouchers = voucherRooms(store, rules, 'holidayVouchers', debts)
  return debts.map((debt) => ({ ...debt, voucherCents: { cesu: cesu(debt), holidayVouchers: holidayVouchers(debt) } }))
}

/** How many cents of each line of these invoices vouchers of one means may pay; null where the régie sets no limit. */
export const voucherLinesOf = (
  store: Store,
  rules: readonly VoucherRule[],
  means: VoucherMeans,
  invoiceIds: readonly number[],
): VoucherShare[] | null => eligibleLines(rules, means, linesOf(store, invoiceIds))

type LineOfInvoice = VoucherLine & { readonly invoiceId: number; readonly lineId: number }

/** The lines of these invoices, and of the credit notes that correct them. */
const linesOf = (store: Store, invoiceIds: readonly number[]): LineOfInvoice[] =>
  (
    store
      .statement(
        `select wanted.value as invoiceId, line.id as lineId, activity_id as activityId, fiscal, birth_day as birthDay, days,
          line.total_cents as cents
        from json_each(?) wanted
        cross join invoice paper on paper.id = wanted.value or (paper.corrects_id = wanted.value and paper.state = 'issued')
        join invoice_line line on line.invoice_id = paper.id left join child on child.id = line.child_id`,
      )
      .all(JSON.stringify(invoiceIds)) as (Omit<LineOfInvoice, 'days'> & { readonly days: string })[]
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
