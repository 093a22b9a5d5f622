import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { PaymentMeans } from '../../../shared/rules/money/payment/payment.ts'
import type { Part } from '../../../shared/rules/money/tax-statement.ts'
import type { Store } from '../../store/store.ts'
import { standsSql } from '../invoicing/invoicing.ts'

/** SQL: a key of who pays, « family 12 » or « third party 3 ». */
const payerOf = (row: string): string =>
  `coalesce('family ' || ${row}.family_id, 'third party ' || ${row}.third_party_id)`

const json = (payers: readonly string[]): string => JSON.stringify(payers)

/** Who paid something to a régie between two days. */
export const payersAtRegie = (store: Store, asked: { regieId: number; from: Day; to: Day }): string[] =>
  store
    .statement(
      `select distinct ${payerOf('payment')} from payment
      where regie_id = :regieId and received_on between :from and :to and cancelled_at is null`,
    )
    .pluck()
    .all(asked) as string[]

type OfPayer = { readonly payer: string }

type PaperRow = OfPayer & {
  readonly id: number
  readonly kind: 'invoice' | 'creditNote'
  readonly correctsId: number | null
}

export const papersAtRegie = (store: Store, regieId: number, payers: readonly string[]): PaperRow[] =>
  store
    .statement(
      `select ${payerOf('invoice')} as payer, id, kind, corrects_id as correctsId from invoice
      where regie_id = ? and state = 'issued' and payer in (select value from json_each(?)) order by id`,
    )
    .all(regieId, json(payers)) as PaperRow[]

type PaymentRow = OfPayer & {
  readonly id: number
  readonly on: Day
  readonly means: PaymentMeans
  readonly cents: number
}

export const paymentsAtRegie = (store: Store, regieId: number, payers: readonly string[]): PaymentRow[] =>
  store
    .statement(
      `select ${payerOf('payment')} as payer, id, received_on as "on", means, amount_cents as cents from payment
      where regie_id = ? and cancelled_at is null
      and ${payerOf('payment')} in (select value from json_each(?)) order by id`,
    )
    .all(regieId, json(payers)) as PaymentRow[]

/**
 * The parts of payments and credit notes that went to each invoice, in the order of recording. An opening debt has a
 * negative id, a refund none.
 */
export const allocationsAtRegie = (store: Store, regieId: number, payers: readonly string[]): (Part & OfPayer)[] =>
  store
    .statement(
      `select ${payerOf('invoice')} as payer, payment_id as paymentId, credit_note_id as creditNoteId,
        invoice_id as invoiceId, amount_cents as cents, allocation.id
      from allocation join invoice on invoice.id = invoice_id
      where invoice.regie_id = ?1 and decision_id is null and ${standsSql('allocation')}
        and payer in (select value from json_each(?2))
      union all
      select 'family ' || opening.family_id as payer, payment_id, credit_note_id, -opening.id, allocation.amount_cents,
        allocation.id
      from allocation join opening_balance opening on opening.id = opening_debt_id
      where opening.regie_id = ?1 and decision_id is null and ${standsSql('allocation')}
        and payer in (select value from json_each(?2))
      union all
      select ${payerOf('refund')} as payer, payment_id, credit_note_id, null, allocation.amount_cents, allocation.id
      from allocation join refund on refund.id = refund_id
      where refund.regie_id = ?1 and ${standsSql('allocation')} and payer in (select value from json_each(?2))
      order by allocation.id`,
    )
    .all({ 1: regieId, 2: json(payers) }) as (Part & OfPayer)[]
