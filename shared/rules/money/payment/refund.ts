import type { Day } from '../../calendar/day.ts'
import { type Cents, formatEuros } from '../money.ts'
import type { PayerRefundMeans } from '../recovery/debt-decision.ts'

export const refundMeansNames: Readonly<Record<PayerRefundMeans, string>> = {
  cash: 'Espèces',
  transfer: 'Virement',
  paymentOrder: 'Mandat du service financier',
}

/**
 * The part of a payer's credit at a régie that can be given back: the unused credits, less what the payer still owes
 * there. A payer with debts cannot get back credits that staff kept for later.
 */
export const refundableCents = (creditCents: Cents, owedCents: Cents): Cents => Math.max(0, creditCents - owedCents)

type AskedRefund = {
  readonly means: PayerRefundMeans
  readonly amountCents: Cents
  /** The day when the payer got the money; null for a payment order, which the finance service pays later. */
  readonly paidOn: Day | null
}

type RefundGrounds = {
  readonly today: Day
  readonly refundableCents: Cents
  /** Whether the acte of the régie says « recettes et avances ». */
  readonly paysRefunds: boolean
  /** The cash in the till of the régie. */
  readonly tillCents: Cents
}

/** Why money cannot be given back in this way; undefined when it can. */
export const refuseRefund = (
  { means, amountCents, paidOn }: AskedRefund,
  grounds: RefundGrounds,
): { readonly sentence: string; readonly field: 'means' | 'amountCents' | 'paidOn' } | undefined => {
  if (means !== 'paymentOrder' && !grounds.paysRefunds)
    return {
      sentence:
        'L’acte constitutif de cette régie ne dit pas «\u00a0recettes et avances\u00a0»\u00a0: demandez un mandat au service financier.',
      field: 'means',
    }
  if (amountCents <= 0) return { sentence: 'Le montant doit être supérieur à zéro.', field: 'amountCents' }
  if (amountCents > grounds.refundableCents)
    return {
      sentence:
        grounds.refundableCents === 0
          ? 'Rien n’est en avance ici\u00a0: il n’y a rien à rembourser.'
          : `Il n’y a que ${formatEuros(grounds.refundableCents)} en avance.`,
      field: 'amountCents',
    }
  if (means === 'cash' && amountCents > grounds.tillCents)
    return { sentence: `La caisse ne contient que ${formatEuros(grounds.tillCents)}.`, field: 'amountCents' }
  if (means === 'cash' && paidOn !== grounds.today)
    return { sentence: 'Des espèces sortent de la caisse le jour même.', field: 'paidOn' }
  if (means === 'transfer' && paidOn === null)
    return { sentence: 'Dites quel jour le virement est parti.', field: 'paidOn' }
  return paidOn !== null && paidOn > grounds.today
    ? { sentence: 'Un remboursement ne peut pas être payé dans le futur.', field: 'paidOn' }
    : undefined
}

/** Why the finance service cannot have paid on that day; undefined when it can. */
export const refusePaidOn = (paidOn: Day, askedOn: Day, today: Day): string | undefined => {
  if (paidOn > today) return 'Un remboursement ne peut pas être payé dans le futur.'
  return paidOn < askedOn ? 'Un mandat ne se paie pas avant d’être demandé.' : undefined
}
