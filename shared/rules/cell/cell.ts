import type { Day, Instant } from '../calendar/day.ts'
import { longDay } from '../text/french.ts'
import { type Bookable, type Cancellable, obstacleText } from './bookable.ts'
import { offerText } from './waiting.ts'

/** The nine states of a calendar cell: derived from its facts, never stored. */
export type CellState = (typeof cellStates)[number]

export const cellStates = [
  'free',
  'closed',
  'confirmed',
  'requested',
  'requestSent',
  'waitlisted',
  'cancelRequested',
  'cancelSent',
  'cancelRefused',
] as const

/** The desk's truth. `cancelDenied`: the last cancellation asked for was refused. */
export type Held =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'waitlisted'
      readonly rank: number
      /** A place is kept for the child until then, should the family want it. */
      readonly offeredUntil?: Instant | undefined
      /** Who stands before and was offered nothing; all who stand before when absent. */
      readonly before?: number | undefined
    }
  | { readonly kind: 'confirmed'; readonly cancelDenied: boolean }

/** `leave` is asked from the waiting list and stays `leave` whatever `held` becomes meanwhile. */
export type Wish = 'book' | 'cancel' | 'leave'

/** What a parent asked for and nobody has answered yet: at most one a cell. */
export type Ask = {
  readonly wish: Wish
  /** When the parent recorded it: counts for the deadline and the order. */
  readonly recordedAt: Instant
  /** Whether the desk has it. */
  readonly collected: boolean
  /** The parent changed their mind once it was collected. It keeps its state until answered. */
  readonly takenBack: boolean
}

/** Everything a cell (child × day × slot, inside a registration) is derived from. */
export type Facts = {
  readonly day: Day
  readonly today: Day
  readonly held: Held
  readonly ask: Ask | null
  /** Whether parents may book now. */
  readonly bookable: Bookable
  /** Whether parents may cancel now. */
  readonly cancellable: Cancellable
  /** Capacity less what is held or offered: zero when full, negative when overbooked. */
  readonly placesLeft: number
  /** How many other children are on the waiting list without an offered place; absent for none. */
  readonly waiting?: number | undefined
  /** Why one more child asks for more adults than are planned, where the town lets that stand in the way. */
  readonly understaffed?: string | undefined
}

export const nothingHeld: Held = { kind: 'none' }

/** First matching row wins, so a fact always beats grey. */
export const cellState = (facts: Facts): CellState => {
  const { held, ask } = facts
  if (held.kind === 'confirmed') {
    if (ask && ask.wish !== 'book') return ask.collected ? 'cancelSent' : 'cancelRequested'
    return held.cancelDenied ? 'cancelRefused' : 'confirmed'
  }
  if (isUnanswered(facts)) return 'closed'
  if (held.kind === 'waitlisted') return 'waitlisted'
  if (ask?.wish === 'book') return ask.collected ? 'requestSent' : 'requested'
  return facts.bookable.answer === 'no' ? 'closed' : 'free'
}

/** The day began before the answer came. */
export const isUnanswered = ({ held, ask, day, today }: Facts): boolean =>
  held.kind !== 'confirmed' && today >= day && (ask !== null || held.kind === 'waitlisted')

/** Shared custody gives the day to the child's other home. */
export const isOtherHomes = ({ bookable }: Facts): boolean =>
  bookable.answer === 'no' && bookable.obstacles.some(({ kind }) => kind === 'otherHome')

const firstLetter = 'a'.charCodeAt(0)
/** Encodes a state as one letter, `a` for the first, since a row of the calendar is sent as one letter per cell. */
export const letterOf = (state: CellState): string => String.fromCharCode(firstLetter + cellStates.indexOf(state))
export const stateAt = (letters: string, index: number): CellState =>
  cellStates[letters.charCodeAt(index) - firstLetter] ?? 'closed'

const holding: readonly CellState[] = ['confirmed', 'cancelRequested', 'cancelSent', 'cancelRefused']

/** Whether the cell takes one of the places, and is billed. */
export const holdsPlace = (state: CellState): boolean => holding.includes(state)

/** Whether the child's place is kept: it is booked, or offered. */
export const takesPlace = (held: Held): boolean =>
  held.kind === 'confirmed' || (held.kind === 'waitlisted' && held.offeredUntil !== undefined)

/** Staff settled the cell while the parent's own wish was under way. */
export const isOvertaken = ({ held, ask }: Facts): boolean => {
  if (!ask) return false
  // Whoever was offered a place books it from the list.
  if (ask.wish === 'book') return held.kind === 'confirmed' || (held.kind === 'waitlisted' && !takesPlace(held))
  return ask.wish === 'cancel' ? held.kind !== 'confirmed' : held.kind !== 'waitlisted'
}

type Legend = {
  /** The town's words, on the legend and for screen readers. */
  readonly words: string
  readonly meaning: string
  /** Where room is short. */
  readonly short: string
}

export const legend: Readonly<Record<CellState, Legend>> = {
  free: { words: 'Case libre', meaning: 'Rien n’est réservé.', short: 'Libre' },
  closed: {
    words: 'Case grisée',
    meaning: 'Jour non disponible à la réservation (hors délai, jour habituellement non disponible).',
    short: 'Grisée',
  },
  confirmed: { words: 'Réservation validée', meaning: 'La place est à l’enfant.', short: 'Validée' },
  requested: {
    words: 'Demande de réservation',
    meaning: 'Enregistrée par la famille\u00a0; elle part au prochain échange.',
    short: 'Demande',
  },
  requestSent: {
    words: 'Demande de réservation envoyée',
    meaning: 'Reçue par le service, qui va répondre.',
    short: 'Demande envoyée',
  },
  waitlisted: {
    words: 'Demande de réservation en attente',
    meaning: 'Plus de place\u00a0: liste d’attente. Le chiffre est le rang.',
    short: 'En attente',
  },
  cancelRequested: {
    words: 'Demande d’annulation',
    meaning: 'Enregistrée par la famille\u00a0; elle part au prochain échange.',
    short: 'Annulation',
  },
  cancelSent: {
    words: 'Demande d’annulation envoyée',
    meaning: 'Reçue par le service, qui va répondre.',
    short: 'Annul. envoyée',
  },
  cancelRefused: {
    words: 'Demande d’annulation en attente',
    meaning: 'Annulation non validée\u00a0: l’enfant est toujours inscrit.',
    short: 'Annul. en attente',
  },
}

/** What the state alone does not say, in the order it is read out. */
export const cellNotes = (facts: Facts): string[] => {
  const { held, ask } = facts
  const state = cellState(facts)
  const notes: string[] = []
  if (state === 'waitlisted' && held.kind === 'waitlisted') notes.push(`place ${held.rank}`)
  if (state === 'waitlisted' && held.kind === 'waitlisted' && held.offeredUntil !== undefined) {
    notes.push(offerText(held.offeredUntil))
    if (ask?.wish === 'book') notes.push('prise, réponse à venir')
  }
  if (isUnanswered(facts)) notes.push('sans réponse avant le jour')
  if (held.kind !== 'none' && isOtherHomes(facts)) notes.push('jour de l’autre foyer')
  if (state === 'cancelRefused') notes.push('l’enfant est toujours inscrit')
  if (state === 'waitlisted' && ask?.wish === 'leave') notes.push('quitte la liste d’attente')
  if (ask && isOvertaken(facts)) notes.push('déjà réglé par le service')
  if (ask?.takenBack) notes.push('retrait demandé')
  return notes
}

/** Why a grey cell is grey, as a sentence; null for any other state, or when the day came before the answer. */
export const closedReason = (facts: Facts): string | null =>
  facts.bookable.answer === 'no' && cellState(facts) === 'closed' && !isUnanswered(facts)
    ? obstacleText(facts.bookable.obstacles[0])
    : null

/** « Demande de réservation en attente, place 1 », « Case grisée. Jour de l’autre foyer. » */
export const cellText = (facts: Facts): string => {
  const reason = closedReason(facts)
  const text = [legend[cellState(facts)].words, ...cellNotes(facts)].join(', ')
  return reason === null ? text : `${text}. ${reason}`
}

/** The whole of a cell for a screen reader: « Noa Aubry, mercredi 9 décembre 2026, matin : Case libre ». */
export const cellLabel = (facts: Facts, child: string, slot: string): string =>
  `${child}, ${longDay(facts.day)}, ${slot} : ${cellText(facts)}`
