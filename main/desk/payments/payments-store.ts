import { asc, eq } from 'drizzle-orm'
import { addDays, type Day, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import type { Payable } from '../../../shared/rules/money/payment/payment.ts'
import type {
  DebtDecisionKind,
  PayerRefundMeans,
  RefundMeans,
} from '../../../shared/rules/money/recovery/debt-decision.ts'
import { readNumber, seriesOf, type TypedNumber } from '../../../shared/rules/money/series.ts'
import { type payment, type refund, thirdParty } from '../../store/schema/index.ts'
import { alphabeticalSql } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'
import { type PayerKind, standsSql } from '../invoicing/invoicing.ts'

export type PaymentRow = typeof payment.$inferSelect & {
  /** The prefix of the régie's numbers; null for the first régie. */
  readonly prefix: string | null
  /** The name of the home or third party. */
  readonly family: string
  readonly recordedBy: string
}

const selectPayments = `select payment.id, payment.regie_id as regieId, regie.prefix, payment.family_id as familyId,
  payment.third_party_id as thirdPartyId, payment.means, payment.amount_cents as amountCents,
  payment.received_on as receivedOn, payment.booked_on as bookedOn, payment.recorded_at as recordedAt, payment.payer, payment.reference,
  payment.document_number as documentNumber, payment.bank, payment.issuer, payment.given_cents as givenCents,
  payment.held_until as heldUntil,
  payment.receipt_year as receiptYear, payment.receipt_number as receiptNumber, payment.cancelled_at as cancelledAt,
  payment.cancel_reason as cancelReason, payment.act_id as actId, coalesce(family.name, third_party.name) as family, act.actor_name as recordedBy
  from payment left join family on family.id = payment.family_id
  left join third_party on third_party.id = payment.third_party_id join act on act.id = payment.act_id
  join regie on regie.id = payment.regie_id`

export const paymentRow = (store: Store, id: number): PaymentRow | undefined =>
  store.statement(`${selectPayments} where payment.id = ?`).get(id) as PaymentRow | undefined

/** Payments that a régie received between two days, oldest first. */
export const paymentsIn = (store: Store, regieId: number, { from, to }: { from: Day; to: Day }): PaymentRow[] =>
  store
    .statement(
      `${selectPayments} where payment.received_on between ? and ? and payment.regie_id = ?
        order by payment.received_on, payment.id`,
    )
    .all(from, to, regieId) as PaymentRow[]

/** Payments that the books of a régie count between two days, oldest first. */
export const paymentsBookedIn = (store: Store, regieId: number, { from, to }: { from: Day; to: Day }): PaymentRow[] =>
  store
    .statement(
      `${selectPayments} where payment.booked_on between ? and ? and payment.regie_id = ?
        order by payment.booked_on, payment.id`,
    )
    .all(from, to, regieId) as PaymentRow[]

/** Payments cancelled between two days that the books of a régie had counted earlier, by day of cancellation. */
export const laterCancelledIn = (store: Store, regieId: number, { from, to }: { from: Day; to: Day }): PaymentRow[] =>
  store
    .statement(
      `${selectPayments} where payment.cancelled_at >= ? and payment.cancelled_at < ? and payment.booked_on < ?
        and payment.regie_id = ? order by payment.cancelled_at, payment.id`,
    )
    .all(instantOf(from, midnight), instantOf(addDays(to, 1), midnight), from, regieId) as PaymentRow[]

const midnight = timeOfDay('00:00')

/** How many payments the books of a régie count between two days, including those cancelled since. */
export const paymentCount = (store: Store, regieId: number, { from, to }: { from: Day; to: Day }): number =>
  store
    .statement('select count(*) from payment where booked_on between ? and ? and regie_id = ?')
    .pluck()
    .get(from, to, regieId) as number

/** Payments of a home or a third party. */
export const paymentsOf = (store: Store, payerId: number, of: PayerKind = 'family'): PaymentRow[] =>
  store
    .statement(
      `${selectPayments} where payment.${of === 'family' ? 'family_id' : 'third_party_id'} = ? order by payment.id`,
    )
    .all(payerId) as PaymentRow[]

/** The payments handed over together with this one, itself included, by receipt number. */
export const togetherWith = (store: Store, one: PaymentRow): PaymentRow[] => {
  const kind = store.statement('select kind from act where id = ?').pluck().get(one.actId)
  if (kind !== 'payments.together') return [one]
  const all =
    one.familyId === null
      ? paymentsOf(store, one.thirdPartyId ?? 0, 'thirdParty')
      : paymentsOf(store, one.familyId, 'family')
  return all.filter(({ actId }) => actId === one.actId)
}

/** Payments with a receipt number, latest year first, then by régie. */
export const paymentsByReceiptNumber = (store: Store, { prefix, year, digits }: TypedNumber): PaymentRow[] =>
  store
    .statement(
      `${selectPayments} where payment.receipt_number = :number and (:year is null or payment.receipt_year = :year)
        and (:prefix is null or coalesce(regie.prefix, '') = :prefix)
        order by payment.receipt_year desc, payment.regie_id`,
    )
    .all({ prefix, year, number: Number(digits) }) as PaymentRow[]

/** Payments whose reference or cheque number contains this text, latest first; case and spaces are ignored. */
export const paymentsReferenced = (store: Store, text: string, limit: number): PaymentRow[] =>
  store
    .statement(
      `${selectPayments} where instr(lower(replace(payment.reference || payment.document_number, ' ', '')), :text) > 0 order by payment.id desc limit :most`,
    )
    .all({ text: text.replaceAll(' ', '').toLowerCase(), most: limit }) as PaymentRow[]

/** How much of a debt was paid in cash. */
export const cashPaidOf = (store: Store, { invoiceId, openingDebtId }: Payable): number =>
  store
    .statement(
      `select coalesce(sum(part.amount_cents), 0) from allocation part join payment on payment.id = part.payment_id
      where payment.means = 'cash' and (part.invoice_id = ? or part.opening_debt_id = ?)`,
    )
    .pluck()
    .get(invoiceId, openingDebtId) as number

type PartRow = Payable & {
  readonly paymentId: number
  /** The refund that gives the part back; null for a part that pays a debt. */
  readonly refundId: number | null
  /** 1 when the money is kept for that debt, which the Treasury collects. */
  readonly isKept: number
  /** The number of an invoice taken over; null for everything else. */
  readonly reference: string | null
  /** Series and year of the invoice; null for an opening debt. */
  readonly series: string | null
  readonly year: number | null
  readonly number: number | null
  readonly on: Day
  readonly cents: number
}

/** What each payment pays, oldest debt first, and what refunds give back of it. */
export const allocationsByPayment = (store: Store, paymentIds: readonly number[]): ReadonlyMap<number, PartRow[]> =>
  Map.groupBy(
    store
      .statement(
        `select payment_id as paymentId, invoice.id as invoiceId, opening.id as openingDebtId, allocation.refund_id as refundId,
          kept.id is not null as isKept, opening.reference, series, year, number,
          coalesce(issued_on, opening.on_day, allocation.on_day) as "on", allocation.amount_cents as cents
        from json_each(?) wanted cross join allocation on payment_id = wanted.value
        left join treasury_payment kept on allocation.refund_id is not null and kept.refund_id = allocation.refund_id
        left join invoice on invoice.id = coalesce(allocation.invoice_id, kept.invoice_id)
        left join opening_balance opening on opening.id = coalesce(allocation.opening_debt_id, kept.opening_debt_id)
        where ${standsSql('allocation')}
        order by invoice.id is not null, "on", invoice.id`,
      )
      .all(JSON.stringify(paymentIds)) as PartRow[],
    ({ paymentId }) => paymentId,
  )

export const thirdPartyRow = (store: Store, id: number) =>
  store.db.select().from(thirdParty).where(eq(thirdParty.id, id)).get()

/**
 * The payer who received the reminder with this number, typed or read from the coupon of the letter; null when no
 * reminder has it.
 */
export const payerOfReminder = (
  store: Store,
  text: string,
): { readonly familyId: number | null; readonly thirdPartyId: number | null } | null => {
  const typed = readNumber(text)
  if (typed?.letter !== 'R') return null
  const found = store
    .statement(
      `select family_id as familyId, third_party_id as thirdPartyId from reminder
      where series = ? and year = ? and number = ?`,
    )
    .get(seriesOf(typed.prefix === '' ? null : typed.prefix, 'R'), typed.year, Number(typed.digits))
  return (found as { familyId: number | null; thirdPartyId: number | null } | undefined) ?? null
}

/** All third parties, archived ones last. */
export const thirdPartyRows = (store: Store) =>
  store.db.select().from(thirdParty).orderBy(asc(thirdParty.archived), asc(thirdParty.id)).all()

/** Where the money of a refunded payment goes, and the day on which it left, if it did. */
export const moneyGivenOn = (store: Store, paymentId: number) =>
  store
    .statement(
      `select refund.means, case when refund.means = 'treasury' then told.paid_on else refund.paid_on end as paidOn
      from allocation part join refund on refund.id = part.refund_id
      left join treasury_payment told on told.refund_id = refund.id and told.cancelled_at is null
      where part.payment_id = ? and ${standsSql('part')}`,
    )
    .all(paymentId) as { readonly means: RefundMeans; readonly paidOn: Day | null }[]

/** Whether a part of a payment was given back or waits to be. */
export const isRefunded = (store: Store, paymentId: number): boolean =>
  store
    .statement(`select 1 from allocation part where payment_id = ? and refund_id is not null and ${standsSql('part')}`)
    .get(paymentId) !== undefined

type DecisionOfDay = {
  readonly id: number
  readonly regieId: number
  readonly kind: DebtDecisionKind
  readonly organ: string
  readonly number: string
  readonly on: Day
  /** 1 when the decision was cancelled with a reason. */
  readonly isCancelled: number
  /** The amount taken off a home's debts on that day; negative when part of it was undone. */
  readonly cents: number
}

export const decisionsByDay = (store: Store, familyId: number): DecisionOfDay[] =>
  store
    .statement(
      `select decision.id, decision.regie_id as regieId, decision.kind, decision.organ, decision.number,
        decision.cancelled_at is not null as isCancelled, part.on_day as "on", sum(part.amount_cents) as cents
      from debt_decision decision cross join allocation part on part.decision_id = decision.id
      where decision.family_id = ? group by decision.id, part.on_day having cents <> 0 order by part.on_day, decision.id`,
    )
    .all(familyId) as DecisionOfDay[]

type RefundOfDay = Pick<typeof refund.$inferSelect, 'id' | 'regieId' | 'means' | 'reference' | 'reason' | 'paidOn'> & {
  readonly on: Day
  /** Negative on the day on which money stops being kept for the Treasury. */
  readonly cents: number
}

/** Money given back to a home, and money kept for the Treasury since it came. */
export const refundsByDay = (store: Store, familyId: number): RefundOfDay[] =>
  store
    .statement(
      `select id, regie_id as regieId, means, reference, reason, paid_on as paidOn, paid_on as "on", amount_cents as cents from refund
      where family_id = ?1 and paid_on is not null and means <> 'treasury'
      union all
      select refund.id, regie_id, means, reference, reason, paid_on, part.on_day, sum(part.amount_cents) as cents
      from refund cross join allocation part on part.refund_id = refund.id
      where family_id = ?1 and means = 'treasury' group by refund.id, part.on_day having cents <> 0
      order by 7, 1`,
    )
    .all({ 1: familyId }) as RefundOfDay[]

export type RefundRow = Omit<typeof refund.$inferSelect, 'actId'> & {
  /** The name of the home or third party. */
  readonly payer: string
}

/** A refund by which the payer gets the money. */
export type PayerRefundRow = RefundRow & { readonly means: PayerRefundMeans }

const selectRefunds = `select refund.id, refund.regie_id as regieId, refund.family_id as familyId,
  refund.third_party_id as thirdPartyId, refund.means, refund.amount_cents as amountCents, refund.reason,
  refund.asked_on as askedOn, refund.paid_on as paidOn, refund.reference, refund.cancelled_at as cancelledAt,
  refund.cancel_reason as cancelReason, coalesce(family.name, third_party.name) as payer
  from refund left join family on family.id = refund.family_id
  left join third_party on third_party.id = refund.third_party_id`

export const refundRow = (store: Store, id: number): PayerRefundRow | undefined =>
  store.statement(`${selectRefunds} where refund.id = ? and refund.means <> 'treasury'`).get(id) as
    | PayerRefundRow
    | undefined

/** All refunds that wait for the finance service, oldest first. */
export const pendingRefundRows = (store: Store, regieId: number): PayerRefundRow[] =>
  store
    .statement(
      `${selectRefunds} where refund.regie_id = ? and refund.means <> 'treasury' and paid_on is null and cancelled_at is null
        order by refund.id`,
    )
    .all(regieId) as PayerRefundRow[]

/** The latest refunds that were paid or cancelled, newest first. */
export const endedRefundRows = (store: Store, regieId: number, limit: number): PayerRefundRow[] =>
  store
    .statement(
      `${selectRefunds} where refund.regie_id = ? and refund.means <> 'treasury' and (paid_on is not null or cancelled_at is not null)
        order by refund.id desc limit ?`,
    )
    .all(regieId, limit) as PayerRefundRow[]

/** What a régie itself gave back between two days, to payers or to the Treasury; oldest first. */
export const refundsPaidIn = (store: Store, regieId: number, { from, to }: { from: Day; to: Day }): RefundRow[] =>
  store
    .statement(
      `${selectRefunds} where refund.regie_id = ? and paid_on between ? and ? and refund.means <> 'paymentOrder'
        order by paid_on, refund.id`,
    )
    .all(regieId, from, to) as RefundRow[]

/** Homes that left or are recorded to leave, with the day; by name. */
export const homesThatLeft = (store: Store): { familyId: number; family: string; leftOn: Day }[] =>
  store
    .statement(
      `select id as familyId, name as family, left_on as leftOn from family
      where left_on is not null order by ${alphabeticalSql('name')}, id`,
    )
    .all() as { familyId: number; family: string; leftOn: Day }[]

type Overpaid = {
  readonly id: number
  readonly prefix: string | null
  readonly attemptId: string
  readonly familyId: number
  readonly family: string
  readonly receiptYear: number
  readonly receiptNumber: number
  readonly receivedOn: Day
  readonly amountCents: number
  readonly reference: string
  readonly creditCents: number
}

/** Online payments that exceeded what was due and still leave a credit, unless staff have checked them. */
export const overpaidRows = (store: Store): Overpaid[] =>
  store
    .statement(
      `select payment.id, regie.prefix, attempt_id as attemptId, payment.family_id as familyId, family.name as family, receipt_year as receiptYear,
        receipt_number as receiptNumber, received_on as receivedOn, payment.amount_cents as amountCents, reference,
        payment.amount_cents - coalesce(sum(allocation.amount_cents), 0) as creditCents
      from payment join family on family.id = payment.family_id join regie on regie.id = payment.regie_id
        left join allocation on allocation.payment_id = payment.id
      where payment.attempt_id is not null and payment.cancelled_at is null
        and payment.attempt_id not in (select attempt_id from online_check where state <> 'waiting')
      group by payment.id having creditCents > 0 order by payment.id`,
    )
    .all() as Overpaid[]

export const isOnlinePaymentRecorded = (store: Store, attemptId: string): boolean =>
  store.statement('select 1 from payment where attempt_id = ?').get(attemptId) !== undefined

type Account = { readonly familyId: number; readonly regieId: number }

/**
 * The home and the régie of an issued invoice, or of a balance taken over; undefined when this file has no such debt.
 */
export const accountOfDebt = (store: Store, { invoiceId, openingDebtId }: Payable): Account | undefined =>
  store
    .statement(
      `select family_id as familyId, regie_id as regieId from invoice
        where id = ? and kind = 'invoice' and state = 'issued'
      union all select family_id, regie_id from opening_balance where id = ?`,
    )
    .get(invoiceId, openingDebtId) as Account | undefined

/** The payer of an issued invoice, and its régie. */
export const payerOfInvoice = (
  store: Store,
  invoiceId: number,
): { readonly familyId: number | null; readonly thirdPartyId: number | null; readonly regieId: number } | undefined =>
  store
    .statement(
      `select family_id as familyId, third_party_id as thirdPartyId, regie_id as regieId from invoice
      where id = ? and kind = 'invoice' and state = 'issued'`,
    )
    .get(invoiceId) as ReturnType<typeof payerOfInvoice>

export const isFamily = (store: Store, id: number): boolean =>
  store.statement('select 1 from family where id = ?').get(id) !== undefined

export const guardianName = (store: Store, guardianId: number): string =>
  (store
    .statement(`select trim(civility || ' ' || first_name || ' ' || last_name) from guardian where id = ?`)
    .pluck()
    .get(guardianId) as string | undefined) ?? ''

export const lastPaymentReceipt = (store: Store, regieId: number, year: number): number =>
  (store
    .statement('select max(receipt_number) from payment where regie_id = ? and receipt_year = ?')
    .pluck()
    .get(regieId, year) as number | null) ?? 0
