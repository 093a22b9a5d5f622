import type { CellDetail } from '../../../shared/contract/desk/reservations/reservations.ts'
import type { Store } from '../../store/store.ts'
import type { PlannedMove } from './board/moving.ts'
import { movesOf, portalAsksOfCell } from './reservations-store.ts'

/** The sentence of each move in a cell's history. */
export const moveSentences: Readonly<Record<string, string>> = {
  record: 'Demande enregistrée',
  withdraw: 'Demande retirée',
  collect: 'Demande envoyée\u00a0: reçue du portail',
  accept: 'Demande acceptée',
  waitList: 'Mis en liste d’attente',
  refuse: 'Demande refusée',
  takeBack: 'Demande retirée par la famille',
  expire: 'Sans réponse avant le jour',
  offer: 'Place proposée à la famille',
  promote: 'Place donnée depuis la liste d’attente',
  lapse: 'Place proposée restée sans réponse',
  leave: 'Quitte la liste d’attente',
  removeFromList: 'Retiré de la liste d’attente',
  askCancel: 'Annulation demandée',
  acceptCancel: 'Annulation acceptée',
  refuseCancel: 'Annulation refusée',
  book: 'Réservé',
  free: 'Libéré',
  enterDemand: 'Demande saisie au guichet',
  takenAway: 'Place retirée',
  takenOver: 'Réponse retrouvée sur le portail',
  received: 'Reçu de l’autre foyer',
  kept: 'Gardé, un jour de l’autre foyer',
  undo: 'Action annulée',
} satisfies Record<PlannedMove['move'], string>

/** Name of the staff member who entered this cell's demande at the counter; empty when a parent recorded it. */
export const enteredAtCounterBy = (store: Store, cellId: number): string =>
  movesOf(store, cellId).find(({ move }) => move === 'enterDemand')?.who ?? ''

export const cellHistory = (store: Store, cellId: number): CellDetail['story'] => {
  const recorded = new Map(portalAsksOfCell(store, cellId).map((one) => [one.moveId, one]))
  return movesOf(store, cellId).flatMap(({ id, at, who, mover, move, answer, reason }) => {
    const entry = {
      at,
      who: mover === 'rule' ? 'Règle du service' : who,
      sentence: moveSentences[move] ?? move,
      reason: reason || (answer === 'moot' ? 'déjà réglé par le service' : ''),
    }
    const asked = recorded.get(id)
    if (!asked) return [entry]
    const receipt = asked.receipt && `reçu ${asked.receipt}`
    return [entry, { at: asked.at, who: asked.who, sentence: moveSentences['record'] ?? '', reason: receipt }]
  })
}
