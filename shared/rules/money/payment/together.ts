import type { Cents } from '../money.ts'
import { type Allocated, allocateOldestFirst, type Debt, type PaymentMeans, paidOf } from './payment.ts'
import { isVoucher, type VoucherMeans } from './vouchers.ts'

/*
 * « Plusieurs sommes à la fois »: what a payer hands over at once, such as a cheque, vouchers and a few notes. Each sum
 * is a payment with its own receipt number; together they are one act and one paper.
 */

/** One of these sums. */
export type Sum = { readonly means: PaymentMeans; readonly cents: Cents }

/** The maximum number of sums that one payer can hand over at once. */
export const maxSums = 20

type PayableDebt = Debt & {
  /** What vouchers of each means may pay of `leftCents`. */
  readonly voucherCents: Readonly<Record<VoucherMeans, Cents>>
}

type Settled = {
  /** The debts that each sum pays, in the order of the sums. */
  readonly parts: readonly (readonly Allocated[])[]
  /** The debts that the payer's credit pays. */
  readonly creditParts: readonly Allocated[]
}

/**
 * Assigns sums handed over at once to the oldest debts: vouchers come first, since they may pay the least, then the
 * payer's credit, then the other sums in their order.
 * @param debts the debts that the payer chose, or all debts
 * @param creditCents the payer's credit; 0 when debts were chosen
 */
export const settleTogether = (sums: readonly Sum[], debts: readonly PayableDebt[], creditCents: Cents): Settled => {
  let left = debts
  const take = (cents: Cents, mostOf: (debt: PayableDebt) => Cents): readonly Allocated[] => {
    const { parts } = allocateOldestFirst(
      cents,
      left.map((debt) => ({ ...debt, leftCents: mostOf(debt) })),
    )
    left = left.map((debt) => ({ ...debt, leftCents: debt.leftCents - paidOf(debt, parts) }))
    return parts
  }
  const parts = new Map<Sum, readonly Allocated[]>()
  const ofVouchers = new Map<VoucherMeans, Allocated[]>()
  for (const sum of sums) {
    const { means, cents } = sum
    if (!isVoucher(means)) continue
    const earlier = ofVouchers.get(means) ?? []
    const made = take(cents, (debt) => Math.min(debt.leftCents, debt.voucherCents[means] - paidOf(debt, earlier)))
    ofVouchers.set(means, [...earlier, ...made])
    parts.set(sum, made)
  }
  const creditParts = take(creditCents, ({ leftCents }) => leftCents)
  for (const sum of sums)
    if (!isVoucher(sum.means))
      parts.set(
        sum,
        take(sum.cents, ({ leftCents }) => leftCents),
      )
  return { parts: sums.map((sum) => parts.get(sum) ?? []), creditParts }
}
