import type { Day, Instant, Month } from '../../../shared/rules/calendar/day.ts'
import { openingName, type Payable } from '../../../shared/rules/money/payment/payment.ts'
import type { TreasuryPaymentKind } from '../../../shared/rules/money/recovery/treasury.ts'
import { numberIn } from '../../../shared/rules/money/series.ts'
import type { Store } from '../../store/store.ts'
import type { PayerIds } from '../invoicing/invoicing.ts'

type Named = {
  readonly debtSeries: string | null
  readonly debtYear: number | null
  readonly debtNumber: number | null
  readonly debtOn: Day
  /** The former number of an invoice taken over; null for one of ours. */
  readonly debtReference: string | null
}

const named = <Row extends Named>({ debtSeries, debtYear, debtNumber, debtOn, debtReference, ...row }: Row) => ({
  ...row,
  /** « 2026-000725 », « Solde repris au 31/08/2026 » */
  number:
    debtSeries === null || debtYear === null || debtNumber === null
      ? openingName(debtOn, debtReference)
      : numberIn(debtSeries, debtYear, debtNumber),
})

/** SQL: columns that name a debt. */
const debtColumns = `invoice.series as debtSeries, invoice.year as debtYear, invoice.number as debtNumber,
  coalesce(invoice.issued_on, opening.on_day) as debtOn, opening.reference as debtReference`

export type TreasuryRow = PayerIds &
  Payable & {
    readonly regieId: number
    readonly payer: string
    /** The last transmission of the debt. */
    readonly decisionId: number
    readonly sentOn: Day
    /** The amount transmitted, less what was taken back or written off. */
    readonly sentCents: number
    /** What the Treasury was paid for it, and what the titre was reduced by. */
    readonly paidCents: number
    /** Reductions asked for and money kept for the Treasury, while they are not done. */
    readonly waitingCents: number
    /** The part of `waitingCents` that is money received by the régie. */
    readonly keptCents: number
    readonly number: string
  }

const reportedSql = (condition: string): string =>
  `coalesce((select sum(reported.amount_cents) from treasury_payment reported where reported.cancelled_at is null and ${condition}
    and (reported.invoice_id = sent.invoiceId or reported.opening_debt_id = sent.openingDebtId)), 0)`

/**
 * Debts that a régie handed to the Treasury, the last one first. @param only one debt; null for all debts of the régie
 */
export const treasuryRows = (store: Store, regieId: number | null, only: Payable | null): TreasuryRow[] =>
  (
    store
      .statement(
        `select sent.*, coalesce(family.name, third_party.name) as payer, ${debtColumns},
          ${reportedSql('reported.paid_on is not null')} as paidCents, ${reportedSql('reported.paid_on is null')} as waitingCents,
          ${reportedSql(`reported.paid_on is null and reported.kind = 'forwarded'`)} as keptCents
        from (
          select decision.regie_id as regieId, decision.family_id as familyId, decision.third_party_id as thirdPartyId,
            part.invoice_id as invoiceId, part.opening_debt_id as openingDebtId, max(decision.id) as decisionId,
            max(decision.decided_on) as sentOn, sum(part.amount_cents) as sentCents
          from debt_decision decision join allocation part on part.decision_id = decision.id
          where decision.kind = 'transmission' and (?1 is null or decision.regie_id = ?1)
            and (?4 or part.invoice_id = ?2 or part.opening_debt_id = ?3)
          group by part.invoice_id, part.opening_debt_id
        ) sent left join family on family.id = sent.familyId left join third_party on third_party.id = sent.thirdPartyId
        left join invoice on invoice.id = sent.invoiceId left join opening_balance opening on opening.id = sent.openingDebtId
        where sentCents > 0 order by sent.decisionId desc, payer, sent.invoiceId`,
      )
      .all({
        1: regieId,
        2: only?.invoiceId ?? null,
        3: only?.openingDebtId ?? null,
        4: only === null ? 1 : 0,
      }) as (Omit<TreasuryRow, 'number'> & Named)[]
  ).map(named)

export type ReportedRow = PayerIds &
  Payable & {
    readonly id: number
    readonly regieId: number
    readonly payer: string
    readonly number: string
    readonly kind: TreasuryPaymentKind
    /** Null when the Treasury reported it without being asked. */
    readonly askedOn: Day | null
    /** Null while it is not done. */
    readonly paidOn: Day | null
    readonly reason: string
    readonly amountCents: number
    /** The refund that keeps the money received by the régie for the Treasury; null for the others. */
    readonly refundId: number | null
    readonly cancelledAt: Instant | null
    readonly cancelReason: string | null
  }

const reportedSelect = `select reported.id, reported.invoice_id as invoiceId, reported.opening_debt_id as openingDebtId, decision.regie_id as regieId, decision.family_id as familyId,
    decision.third_party_id as thirdPartyId, coalesce(family.name, third_party.name) as payer, reported.kind, asked_on as askedOn, reported.paid_on as paidOn, reported.reason,
    reported.amount_cents as amountCents, reported.refund_id as refundId, reported.cancelled_at as cancelledAt, reported.cancel_reason as cancelReason, ${debtColumns}
  from treasury_payment reported join debt_decision decision on decision.id = reported.decision_id
  left join family on family.id = decision.family_id left join third_party on third_party.id = decision.third_party_id
  left join invoice on invoice.id = reported.invoice_id left join opening_balance opening on opening.id = reported.opening_debt_id`

/**
 * What the Treasury reported to a régie and what it is asked, latest first; what is not done yet comes before the rest.
 */
export const reportedRows = (store: Store, regieId: number, limit: number): ReportedRow[] =>
  (
    store
      .statement(`${reportedSelect} where decision.regie_id = ?
        order by reported.paid_on is null and reported.cancelled_at is null desc, reported.id desc limit ?`)
      .all(regieId, limit) as (Omit<ReportedRow, 'number'> & Named)[]
  ).map(named)

export const reportedRow = (store: Store, id: number): ReportedRow | undefined => {
  const row = store.statement(`${reportedSelect} where reported.id = ?`).get(id)
  return row === undefined ? undefined : named(row as Omit<ReportedRow, 'number'> & Named)
}

/** Money kept for a debt that is not yet handed over to the Treasury. */
export const keptRows = (store: Store, { invoiceId, openingDebtId }: Payable): { id: number; refundId: number }[] =>
  store
    .statement(
      `select id, refund_id as refundId from treasury_payment where kind = 'forwarded' and cancelled_at is null
        and paid_on is null and (invoice_id = ? or opening_debt_id = ?)`,
    )
    .all(invoiceId, openingDebtId) as { id: number; refundId: number }[]

/** The money that each régie keeps and has not handed over to the Treasury. */
export const keptSums = (store: Store): { regieId: number; cents: number }[] =>
  store
    .statement(
      `select decision.regie_id as regieId, sum(reported.amount_cents) as cents from treasury_payment reported
      join debt_decision decision on decision.id = reported.decision_id
      where reported.kind = 'forwarded' and reported.cancelled_at is null and reported.paid_on is null group by decision.regie_id`,
    )
    .all() as { regieId: number; cents: number }[]

/**
 * The months of a home that a transmission made final, and whether a transmission still in force keeps each of them
 * final.
 */
export const transmittedMonths = (store: Store, familyId: number): { id: number; month: Month; isKept: number }[] =>
  store
    .statement(
      `select final.id, final.month, exists (select 1 from invoice where invoice.family_id = final.family_id
          and invoice.regie_id = final.regie_id and final.month between substr(invoice.from_day, 1, 7) and substr(invoice.to_day, 1, 7)
          and 0 < (select sum(part.amount_cents) from allocation part join debt_decision decision
            on decision.id = part.decision_id and decision.kind = 'transmission' where part.invoice_id = invoice.id)
        ) as isKept
      from final_span final where final.family_id = ? and final.cause = 'transmitted'`,
    )
    .all(familyId) as { id: number; month: Month; isKept: number }[]
