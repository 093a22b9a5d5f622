import { type Day, dayAt, type Instant, instantOf, type TimeOfDay, timeAt } from '../calendar/day.ts'
import { instantText, longDate, ordinal, timeText } from '../text/french.ts'

/** A priority on waiting lists. The town chooses which priorities apply, and in what order. */
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

/** The facts about a child, on the day of the waiting list, that decide its priorities. */
export type PriorityClaims = {
  /** The reason that staff wrote; empty when the registration is not marked. */
  readonly markedFor: string
  readonly resident: boolean
  readonly sibling: boolean
  readonly quotient: number | null
}

/** For each of the town's priorities, in order, whether the child meets it. */
export const prioritiesMet = (priorities: readonly Priority[], claims: PriorityClaims): boolean[] =>
  priorities.map((priority) => meets(priority, claims))

const meets = (priority: Priority, { markedFor, resident, sibling, quotient }: PriorityClaims): boolean => {
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

/** The priority as the settings list it: « habite la commune ». */
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

type RankedEntry = {
  readonly met?: readonly boolean[] | undefined
  readonly recordedAt: Instant
  readonly logNumber: number
}

/**
 * « 3ᵉ : habite la commune, demande du 3 novembre 2026 à 10 h 02 ». Asks of the same minute get their seconds, and
 * those of the same second the order of recording.
 * @param list the waiting list, in rank order
 */
export const rankExplanation = (
  rank: number,
  priorities: readonly Priority[],
  waiting: RankedEntry,
  markedFor: string,
  list: readonly RankedEntry[] = [],
): string => {
  const met = priorities.filter((_, index) => waiting.met?.[index] === true)
  const words = met.map((priority) => priorityText(priority, markedFor))
  const recordedText = `demande du ${longDate(dayAt(waiting.recordedAt))} à ${timeText(timeAt(waiting.recordedAt))}`
  return `${rankText(rank)}\u00a0: ${[...words, `${recordedText}${tieText(waiting, list)}`].join(', ')}`
}

/** Seconds and order, only as far as entries tie: « min 14 s, enregistrée 2ᵉ dans la même seconde ». */
const tieText = (waiting: RankedEntry, list: readonly RankedEntry[]): string => {
  const isTied = (length: number) => (one: RankedEntry) =>
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

/** Lengths of « 2026-11-03T09:02 » and « 2026-11-03T09:02:14 » in an instant's text. */
const minuteLength = 16
const secondLength = 19

/** « 1ᵉʳ », « 3ᵉ »: the masculine form, for « enfant ». */
const rankText = (rank: number): string => (rank === 1 ? '1ᵉʳ' : `${rank}ᵉ`)

/**
 * « vous serez 3ᵉ sur la liste d’attente »: shown to a parent before they ask for a full day. Without a rank where the
 * town has priorities, since a later child may pass before.
 * @param waiting children already on the list
 */
export const willWaitText = (waiting: number, byPriority: boolean): string => {
  if (byPriority) return 'vous serez sur la liste d’attente, dans l’ordre des priorités de la ville'
  return waiting === 0
    ? 'vous serez en tête de la liste d’attente'
    : `vous serez ${waiting + 1}ᵉ sur la liste d’attente`
}

const HOUR_MS = 3_600_000
const midnight = '00:00' as TimeOfDay

/** Until when a place offered at `at` stays reserved: this number of hours, but never beyond the start of the day. */
export const offeredUntil = (at: Instant, hours: number, day: Day): Instant => {
  const answerBy = new Date(Date.parse(at) + hours * HOUR_MS).toISOString() as Instant
  const dayBegins = instantOf(day, midnight)
  return answerBy < dayBegins ? answerBy : dayBegins
}

/** « place proposée jusqu’au ven. 27 nov. 2026 à 10 h 42 » */
export const offerText = (until: Instant): string => `place proposée jusqu’au ${instantText(until)}`
