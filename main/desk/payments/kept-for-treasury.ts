import { type Day, dayAt } from '../../../shared/rules/calendar/day.ts'
import type { Cents } from '../../../shared/rules/money/money.ts'
import type { Debt, Payable } from '../../../shared/rules/money/payment/payment.ts'
import { openingName } from '../../../shared/rules/money/payment/payment.ts'
import { paperName } from '../../../shared/rules/money/series.ts'
import { monthText } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { refund, treasuryPayment } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import { allocate, atTreasurySql, keptForTreasurySql, type PayerKind, undoAllocations } from '../invoicing/invoicing.ts'

/*
 * Money received by a régie for a debt that it handed to the Treasury. The payer cannot use it for other debts: from
 * the day it came, a refund of means `treasury` sets it apart, and the payer's account no longer counts it. The debt is
 * paid at the Treasury once the money is handed over.
 */

type DebtAtTreasury = Debt & {
  readonly regieId: number
  /** The last transmission of the debt. */
  readonly decisionId: number
  readonly familyId: number | null
  readonly thirdPartyId: number | null
  /** « octobre 2026 »; empty for an opening balance. */
  readonly period: string
}

type Of = { readonly payer: { readonly id: number; readonly kind: PayerKind } } | { readonly debt: Payable }

/** What the Treasury has to collect of these debts, less the money kept for them here; oldest first. */
export const debtsAtTreasury = (store: Store, of: Of): DebtAtTreasury[] =>
  (
    store
      .statement(
        `select * from (
          select invoice.id as invoiceId, null as openingDebtId, regie_id as regieId, family_id as familyId,
            third_party_id as thirdPartyId, null as reference, series, year, number, issued_on as "on", from_day as "from",
            ${atTreasurySql('invoice_id', 'invoice.id')} - ${keptForTreasurySql('invoice_id', 'invoice.id')} as leftCents,
            ${transmissionSql('invoice_id', 'invoice.id')} as decisionId
          from invoice where state = 'issued' and kind = 'invoice'
            and (invoice.id = :invoiceId or family_id = :familyId or third_party_id = :thirdPartyId)
          union all
          select null, opening.id, regie_id, family_id, null, reference, null, null, null, on_day, null,
            ${atTreasurySql('opening_debt_id', 'opening.id')} - ${keptForTreasurySql('opening_debt_id', 'opening.id')},
            ${transmissionSql('opening_debt_id', 'opening.id')}
          from opening_balance opening where amount_cents > 0 and (opening.id = :openingDebtId or family_id = :familyId)
        ) where leftCents > 0 order by invoiceId is not null, "on", invoiceId`,
      )
      .all(
        'debt' in of
          ? { ...of.debt, familyId: null, thirdPartyId: null }
          : {
              invoiceId: null,
              openingDebtId: null,
              familyId: of.payer.kind === 'family' ? of.payer.id : null,
              thirdPartyId: of.payer.kind === 'thirdParty' ? of.payer.id : null,
            },
      ) as (Omit<DebtAtTreasury, 'name' | 'period'> & {
      readonly reference: string | null
      readonly series: string | null
      readonly year: number | null
      readonly number: number | null
      readonly from: Day | null
    })[]
  ).map(({ reference, series, year, number, from, ...debt }) => ({
    ...debt,
    name:
      series === null || year === null || number === null
        ? openingName(debt.on, reference)
        : paperName(series, year, number),
    period: from === null ? '' : monthText(from),
  }))

/** SQL: the last decision that transmitted a debt to the Treasury. */
const transmissionSql = (column: 'invoice_id' | 'opening_debt_id', id: string): string =>
  `(select max(decision.id) from allocation part join debt_decision decision on decision.id = part.decision_id
    where decision.kind = 'transmission' and part.${column} = ${id})`

/**
 * Within the caller's act: sets a part of a payment aside for a debt that its payer has at the Treasury.
 * @param cents at most what is left of the payment, and of the debt there
 */
export const keepForTreasury = (
  store: Store,
  write: Write,
  paymentId: number,
  { invoiceId, openingDebtId, regieId, familyId, thirdPartyId, name, decisionId }: DebtAtTreasury,
  cents: Cents,
): void => {
  const askedOn = dayAt(write.at)
  const { id: refundId } = write.insert(refund, {
    regieId,
    familyId,
    thirdPartyId,
    means: 'treasury',
    amountCents: cents,
    reason: name,
    askedOn,
  })
  allocate(store, write, [{ paymentId, refundId, amountCents: cents }])
  const debt = { decisionId, invoiceId, openingDebtId }
  write.insert(treasuryPayment, { ...debt, kind: 'forwarded', askedOn, amountCents: cents, refundId })
}

/**
 * Within the caller's act: gives money kept for the Treasury back to the payer. The caller must end with
 * `spendCredits`.
 */
export const releaseKept = (
  store: Store,
  write: Write,
  { id, refundId }: { readonly id: number; readonly refundId: number },
  reason: string,
): void => {
  undoAllocations(store, write, 'refund_id', refundId)
  const cancelled = { cancelledAt: write.at, cancelReason: reason }
  write.update(refund, refundId, cancelled)
  write.update(treasuryPayment, id, cancelled)
}

/**
 * Within the caller's act that undoes a payment: nothing of it is kept for the Treasury any more.
 * @throws Refused when a part of it was already handed over
 */
export const releaseKeptOf = (store: Store, write: Write, paymentId: number, reason: string): void => {
  const kept = store
    .statement(
      `select told.id, told.refund_id as refundId, told.paid_on as paidOn from treasury_payment told
      where told.cancelled_at is null and told.refund_id in (select refund_id from allocation where payment_id = ?)`,
    )
    .all(paymentId) as { readonly id: number; readonly refundId: number; readonly paidOn: Day | null }[]
  if (kept.some(({ paidOn }) => paidOn !== null))
    throw new Refused('Une partie de ce règlement est reversée à la Trésorerie\u00a0: il ne s’annule plus.')
  for (const one of kept) releaseKept(store, write, one, reason)
}
