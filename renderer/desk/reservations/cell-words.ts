import type { CellState } from '../../../shared/rules/cell.ts'
import type { CellAct } from '../../../shared/rules/cell-acts.ts'
import type { GridKey } from '../../parts/calendar-grid.tsx'

/** Acts as their buttons say them, with their key, in the order of the panel. */
export const actButtons: readonly { readonly act: CellAct; readonly label: string; readonly combo?: string }[] = [
  { act: 'accept', label: 'Accepter la demande', combo: 'a' },
  { act: 'promote', label: 'Donner la place', combo: 'a' },
  { act: 'offer', label: 'Proposer la place' },
  { act: 'acceptCancel', label: 'Accepter l’annulation', combo: 'a' },
  { act: 'book', label: 'Réserver', combo: 'Space' },
  { act: 'waitList', label: 'Mettre en liste d’attente', combo: 'l' },
  { act: 'refuse', label: 'Refuser la demande', combo: 'r' },
  { act: 'refuseCancel', label: 'Refuser l’annulation', combo: 'r' },
  { act: 'removeFromList', label: 'Retirer de la liste', combo: 'r' },
  { act: 'free', label: 'Libérer', combo: 'Space' },
  { act: 'leave', label: 'La famille quitte la liste' },
  { act: 'takeBack', label: 'La famille retire sa demande' },
  { act: 'enterDemand', label: 'Saisir une demande' },
  { act: 'expire', label: 'Classer sans réponse' },
]

/** What is told once done: « 3 cases réservées ». */
export const doneWords: Partial<Record<CellAct, readonly [one: string, many: string]>> = {
  accept: ['demande acceptée', 'demandes acceptées'],
  promote: ['place donnée', 'places données'],
  offer: ['place proposée', 'places proposées'],
  acceptCancel: ['annulation acceptée', 'annulations acceptées'],
  book: ['case réservée', 'cases réservées'],
  waitList: ['case en liste d’attente', 'cases en liste d’attente'],
  refuse: ['demande refusée', 'demandes refusées'],
  refuseCancel: ['annulation refusée', 'annulations refusées'],
  removeFromList: ['rang retiré', 'rangs retirés'],
  free: ['case libérée', 'cases libérées'],
  leave: ['rang quitté', 'rangs quittés'],
  takeBack: ['demande retirée', 'demandes retirées'],
  enterDemand: ['demande saisie', 'demandes saisies'],
  expire: ['demande classée', 'demandes classées'],
}

const booked: readonly CellState[] = ['confirmed', 'cancelRequested', 'cancelSent', 'cancelRefused']

/** What a key of the grid does to a cell in this state; null when it does nothing there. */
export const actOfKey = (key: GridKey, state: CellState): CellAct | null => {
  if (key === 'Space') return booked.includes(state) ? 'free' : 'book'
  if (key === 'L') return booked.includes(state) ? null : 'waitList'
  if (key === 'A') {
    if (state === 'waitlisted') return 'promote'
    if (state === 'cancelSent' || state === 'cancelRefused') return 'acceptCancel'
    return state === 'requestSent' ? 'accept' : null
  }
  if (state === 'waitlisted') return 'removeFromList'
  if (state === 'cancelSent') return 'refuseCancel'
  return state === 'requestSent' ? 'refuse' : null
}
