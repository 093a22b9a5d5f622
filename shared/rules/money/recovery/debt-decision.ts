/**
 * What takes a debt off an account without money: « remise gracieuse » (given up), « admission en non-valeur » (given up
 * because the Treasury cannot collect it), transmission (the Treasury collects it from now on).
 */
export const debtDecisionKinds = ['remission', 'writeOff', 'transmission'] as const
export type DebtDecisionKind = (typeof debtDecisionKinds)[number]

export const debtDecisionNames: Readonly<Record<DebtDecisionKind, string>> = {
  remission: 'Remise gracieuse',
  writeOff: 'Admission en non-valeur',
  transmission: 'Transmis à la Trésorerie',
}

/** How money is given back: by the régie, or by a « mandat » (payment order) of the finance service. */
export const refundMeans = ['cash', 'transfer', 'paymentOrder'] as const
export type RefundMeans = (typeof refundMeans)[number]

/** « Remboursement en espèces » */
export const refundMeansTexts: Readonly<Record<RefundMeans, string>> = {
  cash: 'en espèces',
  transfer: 'par virement',
  paymentOrder: 'par mandat',
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
