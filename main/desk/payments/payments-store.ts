import { asc, eq } from 'drizzle-orm'
import type { Day } from '../../../shared/rules/day.ts'
import { allocation, payment } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'

export type PaymentRow = typeof payment.$inferSelect & { readonly family: string; readonly recordedBy: string }

const named = `select payment.id, payment.family_id as familyId, payment.means, payment.amount_cents as amountCents,
  payment.received_on as receivedOn, payment.recorded_at as recordedAt, payment.payer, payment.reference,
  payment.receipt_year as receiptYear, payment.receipt_number as receiptNumber, payment.cancelled_at as cancelledAt,
  payment.cancel_reason as cancelReason, payment.act_id as actId, family.name as family, act.actor_name as recordedBy
  from payment join family on family.id = payment.family_id join act on act.id = payment.act_id`

export const paymentRow = (store: Store, id: number): PaymentRow | undefined =>
  store.statement(`${named} where payment.id = ?`).get(id) as PaymentRow | undefined

/** Newest first. */
export const paymentsOn = (store: Store, day: Day): PaymentRow[] =>
  store.statement(`${named} where payment.received_on = ? order by payment.id desc`).all(day) as PaymentRow[]

export const paymentsOf = (store: Store, familyId: number): PaymentRow[] =>
  store.statement(`${named} where payment.family_id = ? order by payment.id`).all(familyId) as PaymentRow[]

export type PartRow = {
  readonly paymentId: number
  readonly invoiceId: number
  readonly year: number
  readonly number: number
  readonly cents: number
}

/** What payments pay, oldest invoice first. */
export const partsOf = (store: Store, paymentIds: readonly number[]): ReadonlyMap<number, PartRow[]> =>
  Map.groupBy(
    store
      .statement(
        `select allocation.payment_id as paymentId, invoice.id as invoiceId, invoice.year, invoice.number,
          allocation.amount_cents as cents
        from json_each(?) wanted cross join allocation on allocation.payment_id = wanted.value
        join invoice on invoice.id = allocation.invoice_id order by invoice.issued_on, invoice.id`,
      )
      .all(JSON.stringify(paymentIds)) as PartRow[],
    ({ paymentId }) => paymentId,
  )

export const allocationsOf = (store: Store, paymentId: number) =>
  store.db.select().from(allocation).where(eq(allocation.paymentId, paymentId)).orderBy(asc(allocation.id)).all()

export const lastReceipt = (store: Store, year: number): number =>
  (store.statement('select max(receipt_number) from payment where receipt_year = ?').pluck().get(year) as
    | number
    | null) ?? 0
