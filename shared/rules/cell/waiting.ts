import { type Day, dayAt, type Instant, instantOf, type TimeOfDay, timeAt } from '../calendar/day.ts'
import { instantText, longDate, ordinal, timeText } from '../text/french.ts'

/** What puts a child before others on a waiting list. The town says which of them count, and in what order. */
export type Priority =
  /** Staff marked the registration, with a reason: both parents work, a social worker asks… */
  | { readonly kind: 'marked' }
  | { readonly kind: 'resident' }
  /** A brother or sister of the home is registered in the same period. */
  | { readonly kind: 'sibling' }
  /** The home's quotient on the day is known and no higher. */
  | { readonly kind: 'quotient'; readonly upTo: number }

export const priorityKinds = [
  'marked',
  'resident',
  'sibling',
  'quotient',
] as const satisfies readonly Priority['kind'][]

/** What is known of a child on the day it waits for. */
export type Claims = {
  /** Empty when staff marked nothing. */
  readonly markedFor: string
  readonly resident: boolean
  readonly sibling: boolean
  readonly quotient: number | null
}

/** Which of the town's priorities a child meets, in their order. */
export const metBy = (priorities: readonly Priority[], claims: Claims): boolean[] =>
  priorities.map((priority) => meets(priority, claims))

const meets = (priority: Priority, { markedFor, resident, sibling, quotient }: Claims): boolean => {
  switch (priority.kind) {
    case 'marked':
      return markedFor !== ''
    case 'resident':
      return resident
    case 'sibling':
      return sibling
    case 'quotient':
      break
  }
  return quotient !== null && quotient <= priority.upTo
}

/** As the settings list them: « habite la commune ». */
export const priorityText = (priority: Priority, markedFor = ''): string => {
  switch (priority.kind) {
    case 'marked':
      return markedFor === '' ? 'prioritaire' : `prioritaire (${markedFor})`
    case 'resident':
      return 'habite la commune'
    case 'sibling':
      return 'frère ou sœur inscrit'
    case 'quotient':
      break
  }
  return `quotient familial jusqu’à ${priority.upTo}`
}

type Ranked = {
  readonly met?: readonly boolean[] | undefined
  readonly recordedAt: Instant
  readonly logNumber: number
}

/**
 * « 3ᵉ : habite la commune, demande du 3 novembre 2026 à 10 h 02 »; where the minute does not tell a child from one beside
 * it in the list, the second, then which was recorded first.
 * @param list in its order
 */
export const rankSentence = (
  rank: number,
  priorities: readonly Priority[],
  waiting: Ranked,
  markedFor: string,
  list: readonly Ranked[] = [],
): string => {
  const met = priorities.filter((_, index) => waiting.met?.[index] === true)
  const words = met.map((priority) => priorityText(priority, markedFor))
  const asked = `demande du ${longDate(dayAt(waiting.recordedAt))} à ${timeText(timeAt(waiting.recordedAt))}`
  return `${place(rank)}\u00a0: ${[...words, `${asked}${tieText(waiting, list)}`].join(', ')}`
}

/** Seconds and order, only as far as entries tie: « min 14 s, enregistrée 2ᵉ dans la même seconde ». */
const tieText = (waiting: Ranked, list: readonly Ranked[]): string => {
  const isTied = (length: number) => (one: Ranked) =>
    one.met?.join() === waiting.met?.join() && one.recordedAt.slice(0, length) === waiting.recordedAt.slice(0, length)
  const sameMinute = list.filter(isTied(minuteLength))
  if (sameMinute.length < 2) return ''
  const seconds = `\u00a0min\u00a0${Number(waiting.recordedAt.slice(minuteLength + 1, secondLength))}\u00a0s`
  const sameSecond = list.filter(isTied(secondLength))
  if (sameSecond.length < 2) return seconds
  const order = ordinal(1 + sameSecond.findIndex(({ logNumber }) => logNumber === waiting.logNumber))
  return sameSecond.length === sameMinute.length
    ? `, enregistrée ${order} dans la même minute`
    : `${seconds}, enregistrée ${order} dans la même seconde`
}

/** Of an instant's text: « 2026-11-03T09:02 », « 2026-11-03T09:02:14 ». */
const minuteLength = 16
const secondLength = 19

/** « 1ᵉʳ », « 3ᵉ », of a child */
const place = (rank: number): string => (rank === 1 ? '1ᵉʳ' : `${rank}ᵉ`)

/**
 * « vous serez 3ᵉ sur la liste d’attente »: what a parent is told before asking for a full day. Where the town puts some
 * children before others, a rank would be a promise that nobody can keep.
 * @param waiting children on the list already
 */
export const willWaitText = (waiting: number, byPriority: boolean): string => {
  if (byPriority) return 'vous serez sur la liste d’attente, dans l’ordre des priorités de la ville'
  return waiting === 0
    ? 'vous serez en tête de la liste d’attente'
    : `vous serez ${waiting + 1}ᵉ sur la liste d’attente`
}

const HOUR_MS = 3_600_000
const midnight = '00:00' as TimeOfDay

/** Until when a place offered at `at` is kept: so many hours, and never once the day has begun. */
export const offeredUntil = (at: Instant, hours: number, day: Day): Instant => {
  const answerBy = new Date(Date.parse(at) + hours * HOUR_MS).toISOString() as Instant
  const dayBegins = instantOf(day, midnight)
  return answerBy < dayBegins ? answerBy : dayBegins
}

/** « place proposée jusqu’au ven. 27 nov. 2026 à 10 h 42 » */
export const offerText = (until: Instant): string => `place proposée jusqu’au ${instantText(until)}`
