import type { Day, Instant } from '../calendar/day.ts'
import type { Bookable, Cancellable } from './bookable.ts'

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

/** The service's side of a cell. `cancelDenied`: the last ask to cancel was refused. */
export type Held =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'waitlisted'
      readonly rank: number
      /** A place is reserved for the child until then, if the family accepts it. */
      readonly offeredUntil?: Instant | undefined
      /** How many children with a better rank were not offered a place; absent, all of them. */
      readonly before?: number | undefined
    }
  | { readonly kind: 'confirmed'; readonly cancelDenied: boolean }

/**
 * What a parent asks for. `leave` is recorded on the waiting list and stays `leave` whatever `held` becomes meanwhile.
 */
export type Wish = 'book' | 'cancel' | 'leave'

/** The parent's side of a cell: a wish that is not answered yet, at most one per cell. */
export type Ask = {
  readonly wish: Wish
  /** When the parent recorded the ask: decides the deadline and the rank. */
  readonly recordedAt: Instant
  /** Whether the desk has received the ask. */
  readonly collected: boolean
  /** The parent took the ask back after its collection. Its state stays the same until the desk answers. */
  readonly takenBack: boolean
}

/** All facts from which the state of a cell (child × day × slot, within a registration) is derived. */
export type Facts = {
  readonly day: Day
  readonly today: Day
  readonly held: Held
  readonly ask: Ask | null
  /** Whether parents may book now. */
  readonly bookable: Bookable
  /** Whether parents may cancel now. */
  readonly cancellable: Cancellable
  /** Capacity minus places booked or offered: zero when full, negative when overbooked. */
  readonly placesLeft: number
  /** How many other children are on the waiting list and have no offer; absent for none. */
  readonly waiting?: number | undefined
  /** Why one more child needs more staff than planned, in a town that makes this an obstacle. */
  readonly understaffed?: string | undefined
}

export const nothingHeld: Held = { kind: 'none' }

/** The first matching condition wins, so a recorded fact takes precedence over a closed day. */
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

/** Whether the day began before the desk answered. */
export const isUnanswered = ({ held, ask, day, today }: Facts): boolean =>
  held.kind !== 'confirmed' && today >= day && (ask !== null || held.kind === 'waitlisted')

/** Whether shared custody gives the day to the child's other home. */
export const isOtherHomes = ({ bookable }: Facts): boolean =>
  bookable.answer === 'no' && bookable.obstacles.some(({ kind }) => kind === 'otherHome')

const firstLetter = 'a'.charCodeAt(0)
/** Encodes a state as one letter, `a` for the first, since a row of the calendar is sent as one letter per cell. */
export const letterOf = (state: CellState): string => String.fromCharCode(firstLetter + cellStates.indexOf(state))
export const stateAt = (letters: string, index: number): CellState =>
  cellStates[letters.charCodeAt(index) - firstLetter] ?? 'closed'

const placeHoldingStates: readonly CellState[] = ['confirmed', 'cancelRequested', 'cancelSent', 'cancelRefused']

/** Whether a cell in this state uses a place and is billed. */
export const holdsPlace = (state: CellState): boolean => placeHoldingStates.includes(state)

/** Whether the child uses a place: booked, or offered. */
export const takesPlace = (held: Held): boolean =>
  held.kind === 'confirmed' || (held.kind === 'waitlisted' && held.offeredUntil !== undefined)

/** Whether staff settled the cell while the parent's ask was on its way. */
export const isSettledByStaff = ({ held, ask }: Facts): boolean => {
  if (!ask) return false
  // A family accepts an offered place with a `book` ask.
  if (ask.wish === 'book') return held.kind === 'confirmed' || (held.kind === 'waitlisted' && !takesPlace(held))
  return ask.wish === 'cancel' ? held.kind !== 'confirmed' : held.kind !== 'waitlisted'
}

type Legend = {
  /** The town's wording, in the legend and for screen readers. */
  readonly words: string
  readonly meaning: string
  /** A short form for narrow columns. */
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
