import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { CellState } from '../../../shared/rules/cell/cell.ts'
import type { CellAction } from '../../../shared/rules/cell/cell-actions.ts'
import { briefDay, counted, listed, shortDay } from '../../../shared/rules/text/french.ts'
import type { GridKey } from '../../parts/calendar-grid.tsx'

/**
 * Actions in the order of the panel, with their shortcuts and texts; `#` in a text is replaced by the number of cells.
 */
export const actionButtons: readonly {
  readonly act: CellAction
  readonly label: string
  readonly many: string
  readonly combo?: string
}[] = [
  { act: 'accept', label: 'Accepter la demande', many: 'Accepter les # demandes', combo: 'a' },
  { act: 'promote', label: 'Donner la place', many: 'Donner les # places', combo: 'a' },
  { act: 'offer', label: 'Proposer la place', many: 'Proposer les # places' },
  { act: 'acceptCancel', label: 'Accepter l’annulation', many: 'Accepter les # annulations', combo: 'a' },
  { act: 'book', label: 'Réserver', many: 'Réserver les # cases', combo: 'Space' },
  { act: 'waitList', label: 'Mettre en liste d’attente', many: 'Mettre les # en attente', combo: 'l' },
  { act: 'refuse', label: 'Refuser la demande', many: 'Refuser les # demandes', combo: 'r' },
  { act: 'refuseCancel', label: 'Refuser l’annulation', many: 'Refuser les # annulations', combo: 'r' },
  { act: 'removeFromList', label: 'Retirer de la liste', many: 'Retirer les # de la liste', combo: 'r' },
  { act: 'free', label: 'Libérer', many: 'Libérer les # cases', combo: 'Space' },
  { act: 'leave', label: 'La famille quitte la liste', many: 'Les familles quittent # listes' },
  { act: 'takeBack', label: 'La famille retire sa demande', many: 'Les familles retirent # demandes' },
  { act: 'enterDemand', label: 'Saisir une demande', many: 'Saisir # demandes' },
  { act: 'expire', label: 'Classer sans réponse', many: 'Classer les # sans réponse' },
]

/** The selected days and slots, for the panel's title: « mar. 1ᵉʳ déc. 2026 · matin et repas ». */
export const blockText = (days: readonly Day[], slots: readonly string[]): string => {
  const sorted = [...new Set(days)].toSorted()
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (!first || !last) return ''
  const when =
    first === last ? shortDay(first) : `${counted(sorted.length, 'jour')}, du ${briefDay(first)} au ${briefDay(last)}`
  const names = [...new Set(slots)].map((slot) => slot.toLocaleLowerCase('fr'))
  return names.length === 0 ? when : `${when} · ${listed(names)}`
}

/** Nouns for the message after an action: « 3 cases réservées ». */
export const doneTexts: Partial<Record<CellAction, readonly [one: string, many: string]>> = {
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

type RefusedCell = { readonly child: string; readonly day: Day; readonly slot: string; readonly sentence: string }

/** Title and message of refused cells: the cell and the reason, or a count with the first cells of each reason. */
export const refusedText = (refused: readonly RefusedCell[]): { readonly title: string; readonly message: string } => {
  const [first] = refused
  if (first && refused.length === 1) return { title: cellWords(first), message: first.sentence }
  const causes = [...Map.groupBy(refused, ({ sentence }) => sentence)].map(([sentence, own]) => {
    const named = own.slice(0, 2).map(cellWords)
    return `${sentence} (${named.join('\u00a0; ')}${own.length > 2 ? `\u00a0; et ${own.length - 2} de plus` : ''})`
  })
  return { title: counted(refused.length, 'case inchangée', 'cases inchangées'), message: causes.slice(0, 3).join(' ') }
}

const cellWords = ({ child, day, slot }: RefusedCell) => `${child}, ${briefDay(day)}, ${slot.toLocaleLowerCase('fr')}`

const booked: readonly CellState[] = ['confirmed', 'cancelRequested', 'cancelSent', 'cancelRefused']

/** The action of a grid key on a cell in this state; null for none. */
export const actionOfKey = (key: GridKey, state: CellState): CellAction | null => {
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
