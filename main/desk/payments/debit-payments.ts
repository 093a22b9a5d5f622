import { type Day, dayAt, yearOf } from '../../../shared/rules/calendar/day.ts'
import type { Cents } from '../../../shared/rules/money/money.ts'
import {
  allocateOldestFirst,
  type Debt,
  type Payable,
  type PaymentMeans,
} from '../../../shared/rules/money/payment/payment.ts'
import type { Write } from '../../store/acts/acts.ts'
import { payment } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, Refused } from '../core.ts'
import { allocate, openDebts, type PayerIds, spendCredits, undoAllocations } from '../invoicing/invoicing.ts'
import { bookedDay } from '../regies/regies.ts'
import { releaseKeptOf } from './kept-for-treasury.ts'
import { nextPaymentReceiptNumber } from './payment-receipts.ts'
import { moneyGivenOn, paymentRow } from './payments-store.ts'

type DebitPayment = PayerIds & {
  readonly regieId: number
  readonly means: PaymentMeans
  readonly amountCents: Cents
  readonly receivedOn: Day
  readonly payer: string
  readonly reference: string
  /** The debts that the debit was collected for. They are paid first, each up to what is still owed. */
  readonly wanted: readonly (Payable & { readonly cents: Cents })[]
}

/**
 * Within the caller's act: records a payment with its receipt. What the wanted debts do not need becomes an advance.
 */
export const writeDebitPayment = (store: Store, write: Write, { wanted, ...values }: DebitPayment): number => {
  const receiptYear = yearOf(dayAt(write.at))
  const { id } = write.insert(payment, {
    ...values,
    bookedOn: bookedDay(store, values.regieId, values.receivedOn),
    recordedAt: write.at,
    receiptYear,
    receiptNumber: nextPaymentReceiptNumber(store, values.regieId, receiptYear),
  })
  const payerId = values.familyId ?? values.thirdPartyId ?? 0
  const of = values.familyId === null ? 'thirdParty' : 'family'
  const owed = openDebts(store, payerId, of).filter((debt) => debt.regieId === values.regieId)
  const debts = wanted.flatMap((part): Debt[] => {
    const debt = owed.find(
      ({ invoiceId, openingDebtId }) => invoiceId === part.invoiceId && openingDebtId === part.openingDebtId,
    )
    return debt ? [{ ...debt, leftCents: Math.min(debt.leftCents, part.cents) }] : []
  })
  allocate(
    store,
    write,
    allocateOldestFirst(values.amountCents, debts).parts.map(({ invoiceId, openingDebtId, cents }) => ({
      paymentId: id,
      invoiceId,
      openingDebtId,
      amountCents: cents,
    })),
  )
  // The rest pays other debts of the payer, oldest first.
  spendCredits(store, write, [payerId], of)
  return id
}

/** Why a payment that the bank took back cannot be undone, and what staff must do instead; null when it can. */
export const whyPaymentStays = (store: Store, id: number): string | null => {
  const given = moneyGivenOn(store, id)
  const gone = given.find(({ paidOn }) => paidOn !== null)
  if (gone)
    return `Une partie de ce règlement est déjà ${gone.means === 'treasury' ? 'reversée à la Trésorerie' : 'remboursée'}\u00a0: il ne s’annule plus. Facturez la somme par une ligne libre, et mettez de côté la ligne du relevé.`
  return given.some(({ means }) => means !== 'treasury')
    ? 'Un remboursement de ce règlement attend d’être payé\u00a0: annulez-le d’abord.'
    : null
}

/** Within the caller's act: undoes a payment that the bank took back. Its debts are due again. */
export const undoDebitPayment = ({ store }: Core, write: Write, id: number, reason: string): void => {
  const row = paymentRow(store, id)
  if (!row) throw new Refused('Ce règlement n’existe plus.')
  if (row.cancelledAt !== null) return
  const stays = whyPaymentStays(store, id)
  if (stays) throw new Refused(stays)
  releaseKeptOf(store, write, id, `Prélèvement revenu\u00a0: ${reason}`)
  undoAllocations(store, write, 'payment_id', id)
  write.update(payment, id, { cancelledAt: write.at, cancelReason: reason })
  if (row.familyId !== null) spendCredits(store, write, [row.familyId])
  if (row.thirdPartyId !== null) spendCredits(store, write, [row.thirdPartyId], 'thirdParty')
}
