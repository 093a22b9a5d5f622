/**
 * Why an issued invoice cannot be taken back with its run; when several causes apply, only the first one is shown. The
 * desk has a condition for each (`main/desk/invoicing/runs/take-back.ts`).
 */
export const stayCauses = ['transmitted', 'final', 'paid', 'debited', 'paying'] as const
export type StayCause = (typeof stayCauses)[number]

export const stayCauseTexts: Readonly<Record<StayCause, string>> = {
  transmitted: 'à la Trésorerie',
  final: 'mois arrêté',
  paid: 'payée depuis',
  debited: 'dans un prélèvement gelé',
  paying: 'paiement en ligne en cours',
}
