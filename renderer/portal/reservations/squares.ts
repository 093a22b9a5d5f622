import type { CalendarCell, CalendarShown } from '../../../shared/contract/portal/home.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { Obstacle } from '../../../shared/rules/cell/bookable.ts'
import { type CellState, cellState, isUnanswered, takesPlace } from '../../../shared/rules/cell/cell.ts'
import { cellLabel } from '../../../shared/rules/cell/cell-texts.ts'
import { whyNotAction } from '../../../shared/rules/cell/cell-verdicts.ts'
import { willWaitText } from '../../../shared/rules/cell/waiting.ts'
import type { Sex } from '../../../shared/rules/people/person.ts'
import { longDay } from '../../../shared/rules/text/french.ts'
import type { Tick } from './tick.ts'

export type Slot = CalendarShown['slots'][number]

/** One position of the calendar as drawn: a cell, its tick, and what a press does. */
export type Square = {
  readonly day: Day
  readonly slot: Slot
  /** Null when nobody is received in that slot on that day. */
  readonly cell: CalendarCell | null
  readonly state: CellState
  readonly draft: 'book' | 'cancel' | undefined
  /** Position in the waiting list: « 2ᵉ ». */
  readonly rank: string | undefined
  /** A place is offered from the waiting list, which the parent can accept or decline. */
  readonly isOffered: boolean
  /** « vous serez 3ᵉ sur la liste d’attente », for a new demande. Null while places remain. */
  readonly willWait: string | null
  /** The child has the place, and the deadline for cancelling has passed. */
  readonly isLocked: boolean
  /** Effect of a press: `untick` removes the tick; `open` shows the details and the other actions. */
  readonly touch: 'book' | 'cancel' | 'untick' | 'open'
  /** Short text drawn in the cell (« Validée »). */
  readonly short: string
  /** Full text for screen readers. */
  readonly label: string
}

export type Child = { readonly id: number; readonly firstName: string; readonly sex: Sex }

export const keyOf = ({ day, slot }: { readonly day: Day; readonly slot: Slot | number }): string =>
  `${day} ${typeof slot === 'number' ? slot : slot.id}`

/** Builds every position of a calendar, with this page's ticks laid over the server's cells. */
export const squaresOf = (
  { cells, full, waitingByPriority }: Pick<CalendarShown, 'cells' | 'full' | 'waitingByPriority'>,
  child: Child,
  draftOf: (day: Day, slot: number) => Tick['wish'],
): ((day: Day, slot: Slot) => Square) => {
  const cellByKey = new Map(cells.map((cell) => [keyOf(cell), cell]))
  const willWaitAt = new Map(full.map(({ waiting, ...at }) => [keyOf(at), willWaitText(waiting, waitingByPriority)]))
  return (day, slot) => {
    const cell = cellByKey.get(`${day} ${slot.id}`) ?? null
    if (!cell) return nobodyReceived(day, slot, child)
    const { facts } = cell
    const state = cellState(facts)
    const draft = draftOf(day, slot.id) ?? undefined
    const willWait = willWaitAt.get(`${day} ${slot.id}`) ?? null
    const isFull = willWait !== null && state === 'free'
    const isOffered = state === 'waitlisted' && takesPlace(facts.held) && facts.ask === null
    const isLocked =
      (state === 'confirmed' || state === 'cancelRefused') && facts.cancellable.answer === 'no' && draft === undefined
    return {
      day,
      slot,
      cell,
      state,
      draft,
      rank:
        facts.held.kind === 'waitlisted' && state === 'waitlisted' && !isOffered
          ? rankText(facts.held.rank, child)
          : undefined,
      isOffered,
      willWait,
      isLocked,
      touch: touchOf(cell, state, draft),
      short: draft ? 'À enregistrer' : isFull ? 'Complet' : shortOf(cell, state),
      label: labelOf(cell, slot, child, { draft, isFull }),
    }
  }
}

/** « 1ᵉʳ », « 1ʳᵉ », « 2ᵉ », in the child's gender. */
const rankText = (rank: number, { sex }: Pick<Child, 'sex'>): string =>
  rank > 1 ? `${rank}ᵉ` : sex === 'F' ? '1ʳᵉ' : '1ᵉʳ'

const parent = { kind: 'parent' } as const

const touchOf = ({ facts }: CalendarCell, state: CellState, draft: Square['draft']): Square['touch'] => {
  if (draft) return 'untick'
  // An offered place is accepted or declined with a button of the panel, not with a tick.
  if (state !== 'waitlisted' && whyNotAction('record', facts, parent) === null) return 'book'
  return state !== 'waitlisted' && whyNotAction('askCancel', facts, parent) === null ? 'cancel' : 'open'
}

const shortOf = ({ facts }: CalendarCell, state: CellState): string => {
  if (state === 'waitlisted' && takesPlace(facts.held)) return facts.ask === null ? 'Place proposée' : 'Vous la prenez'
  if (state !== 'closed') return shortWords[state]
  if (isUnanswered(facts)) return 'Sans réponse'
  return facts.bookable.answer === 'no' ? obstacleWords[facts.bookable.obstacles[0].kind] : shortWords.closed
}

const shortWords: Readonly<Record<CellState, string>> = {
  free: 'Libre',
  closed: 'Fermé',
  confirmed: 'Validée',
  requested: 'Enregistrée',
  requestSent: 'Envoyée',
  waitlisted: 'Liste d’attente',
  cancelRequested: 'Annulation enregistrée',
  cancelSent: 'Annulation envoyée',
  cancelRefused: 'Toujours inscrit',
}

const obstacleWords: Readonly<Record<Obstacle['kind'], string>> = {
  noRegistration: 'Pas inscrit',
  registrationAsked: 'En attente',
  outsideRegistration: 'Hors inscription',
  dayClosed: 'Fermé',
  dayPast: 'Passé',
  dayBegun: 'Trop tard',
  windowNotOpen: 'Pas ouvert',
  windowOver: 'Clos',
  tooLate: 'Trop tard',
  otherHome: 'Autre foyer',
  mayNotAsk: 'Lecture seule',
  suspended: 'Suspendu',
  dossier: 'Dossier',
  overlap: 'Déjà pris',
  full: 'Complet',
  age: 'Autre âge',
  class: 'Autre classe',
  group: 'Autre âge',
  school: 'Autre école',
  residence: 'Réservé',
}

const labelOf = (
  { facts }: CalendarCell,
  slot: Slot,
  { firstName }: Child,
  { draft, isFull }: { draft: Square['draft']; isFull: boolean },
): string => {
  const label = cellLabel(facts, firstName, slot.name)
  if (draft === 'book') return `${label}, brouillon\u00a0: réservation à enregistrer`
  if (draft === 'cancel') return `${label}, brouillon\u00a0: annulation à enregistrer`
  return isFull ? `${label}, complet, liste d’attente` : label
}

const nobodyReceived = (day: Day, slot: Slot, { firstName }: Child): Square => ({
  day,
  slot,
  cell: null,
  state: 'closed',
  draft: undefined,
  rank: undefined,
  isOffered: false,
  willWait: null,
  isLocked: false,
  touch: 'open',
  short: 'Fermé',
  label: `${firstName}, ${longDay(day)}, ${slot.name}\u00a0: Case grisée. Pas d’accueil.`,
})

/** What a button for a whole day, week or month does: ticks the free cells or, when all are ticked, unticks them. */
export const blockOf = (squares: readonly Square[]): { readonly wish: 'book' | null; readonly squares: Square[] } => {
  const free = squares.filter(({ touch }) => touch === 'book')
  return free.length > 0
    ? { wish: 'book', squares: free }
    : { wish: null, squares: squares.filter(({ draft }) => draft === 'book') }
}
