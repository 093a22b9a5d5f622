import type { Day } from '../../calendar/day.ts'
import { type Cents, formatEuros } from '../money.ts'
import type { Allocated, Payable } from '../payment/payment.ts'

/**
 * What takes a debt off an account without money: « remise gracieuse » (given up), « admission en non-valeur » (given
 * up because the Treasury cannot collect it), transmission (the Treasury collects it from now on).
 */
export const debtDecisionKinds = ['remission', 'writeOff', 'transmission'] as const
export type DebtDecisionKind = (typeof debtDecisionKinds)[number]

export const debtDecisionNames: Readonly<Record<DebtDecisionKind, string>> = {
  remission: 'Remise gracieuse',
  writeOff: 'Admission en non-valeur',
  transmission: 'Transmis à la Trésorerie',
}

/** The means of a refund to a payer: by the régie, or by a payment order (« mandat ») of the finance service. */
export const payerRefundMeans = ['cash', 'transfer', 'paymentOrder'] as const
export type PayerRefundMeans = (typeof payerRefundMeans)[number]

/**
 * `treasury`: money that came for a debt that the Treasury collects, and is paid to the Treasury instead of the payer.
 */
export const refundMeans = [...payerRefundMeans, 'treasury'] as const
export type RefundMeans = (typeof refundMeans)[number]

/** The names of the means of a refund. */
export const refundTexts: Readonly<Record<RefundMeans, string>> = {
  cash: 'Remboursement en espèces',
  transfer: 'Remboursement par virement',
  paymentOrder: 'Remboursement par mandat',
  treasury: 'Reversement à la Trésorerie',
}

/** « Remise gracieuse, conseil municipal, n° 2026-14 » */
export const decisionText = ({
  kind,
  organ,
  number,
}: {
  readonly kind: DebtDecisionKind
  readonly organ: string
  readonly number: string
}): string =>
  [debtDecisionNames[kind], organ, number === '' ? '' : `n°\u00a0${number}`].filter((text) => text !== '').join(', ')

/** The kinds that staff record after a decision of an organ of the town. */
export const recordedDecisionKinds = ['remission', 'writeOff'] as const satisfies readonly DebtDecisionKind[]
export type RecordedDecisionKind = (typeof recordedDecisionKinds)[number]

/** A debt, with what decisions depend on. */
export type DecidableDebt = Payable & {
  /** « Facture n° 2026-000123 » */
  readonly name: string
  /** The unpaid part that the régie collects. */
  readonly leftCents: Cents
  /** The part that the Treasury has to collect: not reported as paid, and not kept for it at the régie. */
  readonly treasuryCents: Cents
  /** Whether the debt is being paid, so that no decision is taken before the outcome is known; null when it is not. */
  readonly busy: 'collected' | 'paying' | null
}

/** The amount of a debt that a decision may take off. */
export const decidableCents = (kind: RecordedDecisionKind, debt: DecidableDebt): Cents =>
  kind === 'remission' ? debt.leftCents : debt.treasuryCents

export const busyTexts: Readonly<Record<NonNullable<DecidableDebt['busy']>, string>> = {
  collected: 'elle est dans un prélèvement gelé',
  paying: 'un paiement en ligne est en cours',
}

export type RecordedDecision = {
  readonly kind: RecordedDecisionKind
  readonly organ: string
  readonly number: string
  readonly decidedOn: Day
  readonly reason: string
  readonly parts: readonly Allocated[]
}

/** Why a decision cannot be recorded, with the field to correct; undefined when it can. */
export const refuseDecision = (
  { kind, organ, number, decidedOn, reason, parts }: RecordedDecision,
  { today, debts }: { readonly today: Day; readonly debts: readonly DecidableDebt[] },
): { readonly sentence: string; readonly field: keyof RecordedDecision } | undefined => {
  if (organ === '') return { sentence: 'Dites qui a décidé, par exemple Conseil municipal.', field: 'organ' }
  if (number === '') return { sentence: 'Donnez le numéro de la décision.', field: 'number' }
  if (decidedOn > today) return { sentence: 'Une décision ne peut pas être prise dans le futur.', field: 'decidedOn' }
  if (reason === '') return { sentence: 'Indiquez le motif.', field: 'reason' }
  if (parts.length === 0) return { sentence: 'Choisissez au moins une dette, avec son montant.', field: 'parts' }
  for (const [index, part] of parts.entries()) {
    const isSame = (one: Payable) => one.invoiceId === part.invoiceId && one.openingDebtId === part.openingDebtId
    const debt = debts.find(isSame)
    const sentence =
      debt === undefined
        ? 'Une des dettes choisies n’est plus due.'
        : parts.findIndex(isSame) < index
          ? `${debt.name}\u00a0: cette dette est choisie deux fois.`
          : refusePart(kind, debt, part.cents)
    if (sentence !== undefined) return { sentence, field: 'parts' }
  }
  return undefined
}

const refusePart = (kind: RecordedDecisionKind, debt: DecidableDebt, cents: Cents): string | undefined => {
  const { name, busy } = debt
  if (!Number.isSafeInteger(cents) || cents <= 0) return `${name}\u00a0: le montant doit être supérieur à zéro.`
  if (busy !== null) return `${name}\u00a0: ${busyTexts[busy]}. Attendez qu’il se termine.`
  const most = decidableCents(kind, debt)
  if (cents <= most) return undefined
  if (most > 0) return `${name}\u00a0: il ne reste que ${formatEuros(most)}.`
  return kind === 'writeOff'
    ? `${name}\u00a0: seule une dette transmise à la Trésorerie est admise en non-valeur.`
    : debt.treasuryCents > 0
      ? `${name}\u00a0: elle est à la Trésorerie, la régie ne la remet plus.`
      : `${name}\u00a0: il n’en reste rien à payer.`
}
