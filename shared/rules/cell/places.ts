import { ascending } from '../../collections.ts'
import { type Instant, minutesOf, type TimeOfDay } from '../calendar/day.ts'
import { capitalised, counted, listed } from '../text/french.ts'

/** How full an opening is; the gauge changes colour at 90 % and at 100 %. */
type GaugeLevel = 'open' | 'nearlyFull' | 'full' | 'over'

export const gaugeLevel = (held: number, capacity: number): GaugeLevel => {
  if (held > capacity) return 'over'
  if (held === capacity) return 'full'
  return held * 10 >= capacity * 9 ? 'nearlyFull' : 'open'
}

/** « 28/32 » */
export const gaugeText = (held: number, capacity: number): string => `${held}/${capacity}`

/** What decides a child's rank on a waiting list. */
type WaitingEntry = {
  readonly recordedAt: Instant
  /** The portal's log number, which breaks ties. */
  readonly logNumber: number
  /**
   * For each of the town's priorities, in their order (`waiting.ts`), whether the child meets it: the first difference
   * decides.
   */
  readonly met?: readonly boolean[] | undefined
}

/** Sorts by the town's priorities, then by date of recording: rank 1 first. */
export const inRankOrder = <Child extends WaitingEntry>(list: readonly Child[]): Child[] => list.toSorted(byRank)

/**
 * The rank that a newcomer would get on a sorted list. A binary search: on an opening day, thousands are ranked among
 * thousands.
 */
export const rankAmong = (newcomer: WaitingEntry, list: readonly WaitingEntry[]): number => {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const waiting = list[middle]
    if (waiting && byRank(waiting, newcomer) <= 0) low = middle + 1
    else high = middle
  }
  return low + 1
}

/** Whether a place is offered to the child: it stays reserved until the family answers. */
const isOffered = ({ offeredUntil }: { readonly offeredUntil?: Instant | null }): boolean =>
  offeredUntil !== undefined && offeredUntil !== null

/**
 * The children who get the free places, strictly by rank; none while the opening is full. An offered place is not free,
 * and the child it is offered to is not next.
 * @param held places booked or offered
 */
export const nextToPromote = <Child extends WaitingEntry & { readonly offeredUntil?: Instant | null }>(
  list: readonly Child[],
  held: number,
  capacity: number,
): Child[] =>
  inRankOrder(list)
    .filter((child) => !isOffered(child))
    .slice(0, Math.max(0, capacity - held))

const byRank = (one: WaitingEntry, other: WaitingEntry): number => {
  const length = Math.max(one.met?.length ?? 0, other.met?.length ?? 0)
  for (let index = 0; index < length; index += 1) {
    const difference = Number(other.met?.[index] ?? false) - Number(one.met?.[index] ?? false)
    if (difference !== 0) return difference
  }
  if (one.recordedAt !== other.recordedAt) return one.recordedAt < other.recordedAt ? -1 : 1
  return one.logNumber - other.logNumber
}

export type Suggestion = 'accept' | 'waitList' | 'refuse'

/**
 * The decision that the desk suggests for a new demande; staff decide. While a waiting list exists, a new demande goes
 * to its end. Siblings in one demande (`together` counts them) get the same suggestion.
 */
export const suggestion = (opening: {
  readonly held: number
  readonly capacity: number
  readonly waiting: number
  readonly waitingList: boolean
  readonly together: number
}): Suggestion => {
  const fits = opening.held + opening.together <= opening.capacity
  if (fits && opening.waiting === 0) return 'accept'
  if (opening.waitingList) return 'waitList'
  return fits ? 'accept' : 'refuse'
}

/** The legal category of an activity: articles R227-15 and R227-16 of the Code de l'action sociale et des familles. */
type SupervisionKind = keyof typeof ratios

/** The maximum number of children per adult. */
type Ratio = { readonly underSix: number; readonly fromSix: number }

const ratios = {
  /** Saturdays, Sundays, school holidays. */
  extrascolaire: { underSix: 8, fromSix: 12 },
  /** Before and after class, Wednesdays; up to five hours in a row. */
  periscolaire: { underSix: 10, fromSix: 14 },
  periscolaireLong: { underSix: 8, fromSix: 12 },
  /** With a projet éducatif territorial (PEDT). */
  periscolairePedt: { underSix: 14, fromSix: 18 },
  periscolairePedtLong: { underSix: 10, fromSix: 14 },
} as const satisfies Record<string, Ratio>

export const supervisionNames: Readonly<Record<SupervisionKind, string>> = {
  extrascolaire: 'Extrascolaire (vacances, samedi, dimanche)',
  periscolaire: 'Périscolaire, jusqu’à 5 heures de suite',
  periscolaireLong: 'Périscolaire, plus de 5 heures de suite',
  periscolairePedt: 'Périscolaire avec PEDT, jusqu’à 5 heures de suite',
  periscolairePedtLong: 'Périscolaire avec PEDT, plus de 5 heures de suite',
}

export type HeadCount = { readonly underSix: number; readonly fromSix: number }

/** How many adults the law requires, from the children's ages on the day; each age group is rounded up. */
export const adultsNeeded = (kind: SupervisionKind, { underSix, fromSix }: HeadCount): number =>
  Math.ceil(underSix / ratios[kind].underSix) + Math.ceil(fromSix / ratios[kind].fromSix)

/**
 * The adults that a group needs: the law's number, or more where the town wants one adult for fewer children; null
 * where neither says a number.
 * @param kind null where the law does not count the day
 */
export const adultsForGroup = (
  kind: SupervisionKind | null,
  heads: HeadCount,
  childrenPerAdult: number | null,
): number | null => {
  const needed = [
    ...(kind === null ? [] : [adultsNeeded(kind, heads)]),
    ...(childrenPerAdult === null ? [] : [Math.ceil((heads.underSix + heads.fromSix) / childrenPerAdult)]),
  ]
  return needed.length === 0 ? null : Math.max(...needed)
}

/** How the law counts an activity: `none` for one that is not an accueil de mineurs, such as a canteen. */
export type Supervision = 'extracurricular' | 'periscolaire' | 'periscolairePedt' | 'none'

/** Beyond this many hours without a break the law requires more adults, before and after class as on Wednesdays. */
const longHours = 5

/** The legal category of a day with these open slots; null when the law does not count it. */
export const supervisionKind = (
  supervision: Supervision,
  slots: readonly { readonly start: TimeOfDay; readonly end: TimeOfDay }[],
): SupervisionKind | null => {
  if (supervision === 'none') return null
  if (supervision === 'extracurricular') return 'extrascolaire'
  const isLong = longestStayMinutes(slots) > longHours * 60
  return isLong ? `${supervision}Long` : supervision
}

/** Minutes of the longest stay without a break between slots. */
const longestStayMinutes = (slots: readonly { readonly start: TimeOfDay; readonly end: TimeOfDay }[]): number => {
  let longest = 0
  let from = 0
  let until = -1
  for (const { start, end } of slots.toSorted(ascending(({ start }) => start))) {
    if (minutesOf(start) > until) from = minutesOf(start)
    until = Math.max(until, minutesOf(end))
    longest = Math.max(longest, until - from)
  }
  return longest
}

/**
 * « 2 animateurs pour 24 places : il en faut 3, soit 1 pour 8 enfants de moins de 6 ans », or « …, soit 2 pour 10
 * enfants de moins de 6 ans et 2 pour 14 plus grands »; null when there are enough adults.
 */
export const supervisionWarning = (kind: SupervisionKind, heads: HeadCount, adults: number): string | null => {
  const needed = adultsNeeded(kind, heads)
  if (adults >= needed) return null
  const { underSix, fromSix } = heads
  return `${counted(adults, 'animateur')} pour ${counted(underSix + fromSix, 'place')}\u00a0: il en faut ${needed}, soit ${requirementText(kind, heads)}`
}

const requirementText = (kind: SupervisionKind, { underSix, fromSix }: HeadCount): string => {
  const { underSix: each, fromSix: eachOlder } = ratios[kind]
  if (fromSix === 0) return `1 pour ${each} enfants de moins de 6 ans`
  if (underSix === 0) return `1 pour ${eachOlder} enfants de 6 ans et plus`
  const older = counted(fromSix, 'plus grand', 'plus grands')
  return `${Math.ceil(underSix / each)} pour ${counted(underSix, 'enfant')} de moins de 6 ans et ${Math.ceil(fromSix / eachOlder)} pour ${older}`
}

/** A day's warnings; equal ones of several slots are merged: « Matin et repas : 2 animateurs… » */
export const warningsBySlot = (
  slots: readonly { readonly name: string; readonly staffingWarning: string | null }[],
): string[] =>
  [...Map.groupBy(slots, ({ staffingWarning }) => staffingWarning)].flatMap(([warning, alike]) =>
    warning === null
      ? []
      : [`${capitalised(listed(alike.map(({ name }) => name.toLocaleLowerCase('fr'))))}\u00a0: ${warning}`],
  )
