export type CellState =
  | 'free'
  | 'closed'
  | 'confirmed'
  | 'requested'
  | 'requestSent'
  | 'waitlisted'
  | 'cancelRequested'
  | 'cancelSent'
  | 'cancelRefused'

/** In the order of the parents' guide; `brief` where a whole row of them must fit. */
export const legend: readonly { readonly state: CellState; readonly words: string; readonly brief: string }[] = [
  { state: 'free', words: 'Case libre', brief: 'Libre' },
  { state: 'closed', words: 'Case grisée : jour non disponible à la réservation', brief: 'Grisée' },
  { state: 'confirmed', words: 'Réservation validée', brief: 'Validée' },
  { state: 'requested', words: 'Demande de réservation', brief: 'Demande' },
  { state: 'requestSent', words: 'Demande de réservation envoyée', brief: 'Demande envoyée' },
  { state: 'waitlisted', words: 'Demande de réservation en attente', brief: 'En attente' },
  { state: 'cancelRequested', words: 'Demande d’annulation', brief: 'Annulation' },
  { state: 'cancelSent', words: 'Demande d’annulation envoyée', brief: 'Annul. envoyée' },
  { state: 'cancelRefused', words: 'Demande d’annulation en attente', brief: 'Annul. en attente' },
]
