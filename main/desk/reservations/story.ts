import type { CellDetail } from '../../../shared/contract/desk/reservations.ts'
import type { CellAct } from '../../../shared/rules/cell-moves.ts'
import type { Store } from '../../store/store.ts'
import { movesOf } from './reservations-store.ts'

/** How the story of a cell tells each move. */
export const sentences: Readonly<Record<string, string>> = {
  record: 'Demande enregistrée',
  withdraw: 'Demande retirée',
  collect: 'Demande envoyée : reçue du portail',
  accept: 'Demande acceptée',
  waitList: 'Mis en liste d’attente',
  refuse: 'Demande refusée',
  takeBack: 'Demande retirée par la famille',
  expire: 'Sans réponse avant le jour',
  promote: 'Place donnée depuis la liste d’attente',
  leave: 'Quitte la liste d’attente',
  removeFromList: 'Retiré de la liste d’attente',
  askCancel: 'Annulation demandée',
  acceptCancel: 'Annulation acceptée',
  refuseCancel: 'Annulation refusée',
  book: 'Réservé',
  free: 'Libéré',
  enterDemand: 'Demande saisie au guichet',
  takenAway: 'Place retirée',
  undo: 'Action annulée',
} satisfies Record<CellAct | 'takenAway' | 'undo', string>

/** Who entered the demande of this cell at the counter; empty when a parent recorded it. */
export const enteredBy = (store: Store, cellId: number): string =>
  movesOf(store, cellId).find(({ move }) => move === 'enterDemand')?.who ?? ''

export const storyOf = (store: Store, cellId: number): CellDetail['story'] =>
  movesOf(store, cellId).map(({ at, who, mover, move, answer, reason }) => ({
    at,
    who: mover === 'rule' ? 'Règle du service' : who,
    sentence: sentences[move] ?? move,
    reason: reason || (answer === 'moot' ? 'déjà réglé par le service' : ''),
  }))
