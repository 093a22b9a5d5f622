import type { Day } from '../../calendar/day.ts'
import { shortDay } from '../../text/french.ts'
import { type Cents, formatEuros } from '../money.ts'

/**
 * What takes something off a debt at the Treasury: what it told that it was paid (`paid`), money that came to the régie and
 * that it hands over (`forwarded`), a « réduction » of the titre that the régie asks for (`reduction`).
 */
export const treasuryPaymentKinds = ['paid', 'forwarded', 'reduction'] as const
export type TreasuryPaymentKind = (typeof treasuryPaymentKinds)[number]

/** Why no such reduction can be asked; undefined when it can. @param leftCents what the Treasury has to collect, less what is asked already */
export const refuseReduction = (amountCents: Cents, leftCents: Cents): string | undefined => {
  if (!Number.isSafeInteger(amountCents) || amountCents <= 0) return 'Le montant doit être supérieur à zéro.'
  return amountCents > leftCents
    ? `Il ne reste que ${formatEuros(leftCents)} à recouvrer, sans ce qui est déjà demandé.`
    : undefined
}

/** Why so much of what a payer has ahead cannot be kept for the Treasury; undefined when it can. */
export const refuseKept = (
  amountCents: Cents,
  {
    leftCents,
    aheadCents,
  }: {
    /** What it has to collect of the debt, less what is kept for it already. */
    readonly leftCents: Cents
    /** What payments of the payer have ahead at the régie. */
    readonly aheadCents: Cents
  },
): string | undefined => {
  if (!Number.isSafeInteger(amountCents) || amountCents <= 0) return 'Le montant doit être supérieur à zéro.'
  if (amountCents > leftCents)
    return `La Trésorerie n’a que ${formatEuros(leftCents)} à recouvrer, sans ce qui est déjà gardé pour elle.`
  return amountCents > aheadCents ? `Il n’y a que ${formatEuros(aheadCents)} en avance.` : undefined
}

/** Why the Treasury cannot have been paid so; undefined when it can. */
export const refuseTold = (
  { amountCents, paidOn }: { readonly amountCents: Cents; readonly paidOn: Day },
  {
    leftCents,
    sentOn,
    today,
  }: {
    /** What it has to collect of the debt. */
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
