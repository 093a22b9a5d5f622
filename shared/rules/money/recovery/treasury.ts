import type { Day } from '../../calendar/day.ts'
import { shortDay } from '../../text/french.ts'
import { type Cents, formatEuros } from '../money.ts'

/**
 * What reduces a debt that the Treasury collects: a payment that the Treasury reported (`paid`), money that the régie
 * received and hands over (`forwarded`), or a « réduction » of the titre that the régie asks for (`reduction`).
 */
export const treasuryPaymentKinds = ['paid', 'forwarded', 'reduction'] as const
export type TreasuryPaymentKind = (typeof treasuryPaymentKinds)[number]

/**
 * Why this reduction cannot be asked for; undefined when it can. @param leftCents what the Treasury has to collect,
 * less the reductions asked for before
 */
export const refuseReduction = (amountCents: Cents, leftCents: Cents): string | undefined => {
  if (!Number.isSafeInteger(amountCents) || amountCents <= 0) return 'Le montant doit être supérieur à zéro.'
  return amountCents > leftCents
    ? `Il ne reste que ${formatEuros(leftCents)} à recouvrer, sans ce qui est déjà demandé.`
    : undefined
}

/** Why this amount of a payer's credit cannot be kept for the Treasury; undefined when it can. */
export const refuseKept = (
  amountCents: Cents,
  {
    leftCents,
    aheadCents,
  }: {
    /** What the Treasury has to collect of the debt, less what is already kept for it. */
    readonly leftCents: Cents
    /** The payer's credit at the régie. */
    readonly aheadCents: Cents
  },
): string | undefined => {
  if (!Number.isSafeInteger(amountCents) || amountCents <= 0) return 'Le montant doit être supérieur à zéro.'
  if (amountCents > leftCents)
    return `La Trésorerie n’a que ${formatEuros(leftCents)} à recouvrer, sans ce qui est déjà gardé pour elle.`
  return amountCents > aheadCents ? `Il n’y a que ${formatEuros(aheadCents)} en avance.` : undefined
}

/** Why such a payment to the Treasury cannot be recorded; undefined when it can. */
export const refuseReported = (
  { amountCents, paidOn }: { readonly amountCents: Cents; readonly paidOn: Day },
  {
    leftCents,
    sentOn,
    today,
  }: {
    /** What the Treasury has to collect of the debt. */
    readonly leftCents: Cents
    /** When the debt was handed over. */
    readonly sentOn: Day
    readonly today: Day
  },
): { readonly sentence: string; readonly field: 'amountCents' | 'paidOn' } | undefined => {
  if (!Number.isSafeInteger(amountCents) || amountCents <= 0)
    return { sentence: 'Le montant doit être supérieur à zéro.', field: 'amountCents' }
  if (amountCents > leftCents)
    return { sentence: `La Trésorerie n’a plus que ${formatEuros(leftCents)} à recouvrer.`, field: 'amountCents' }
  if (paidOn > today) return { sentence: 'Un paiement ne peut pas être reçu dans le futur.', field: 'paidOn' }
  return paidOn < sentOn
    ? { sentence: `La dette n’a été transmise que le ${shortDay(sentOn)}.`, field: 'paidOn' }
    : undefined
}
