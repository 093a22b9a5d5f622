/**
 * Why an issued invoice stays when its run is taken back; where several causes hold, the first is told. The desk's core
 * has a condition for each (`main/desk/invoicing/runs/take-back.ts`).
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
