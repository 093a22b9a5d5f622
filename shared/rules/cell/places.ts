import { ascending } from '../../collections.ts'
import { type Instant, minutesOf, type TimeOfDay } from '../calendar/day.ts'
import { capitalised, counted, listed } from '../text/french.ts'

/** How full an opening is; the gauge turns at 90 % and at 100 %. */
type GaugeLevel = 'open' | 'nearlyFull' | 'full' | 'over'

export const gaugeLevel = (held: number, capacity: number): GaugeLevel => {
  if (held > capacity) return 'over'
  if (held === capacity) return 'full'
  return held * 10 >= capacity * 9 ? 'nearlyFull' : 'open'
}

/** « 28/32 » */
export const gaugeText = (held: number, capacity: number): string => `${held}/${capacity}`

/** Where a child stands on a waiting list. */
type Waiting = {
  readonly recordedAt: Instant
  /** The portal's log number, which breaks ties. */
  readonly logNumber: number
  /** Which of the town's priorities the child meets, in their order (`waiting.ts`): the first that differs decides. */
  readonly met?: readonly boolean[] | undefined
}

/** By the town's priorities, then first come, first served: rank 1 first. */
export const inOrder = <Child extends Waiting>(list: readonly Child[]): Child[] => list.toSorted(byRank)

/** The rank that a newcomer would get on this list, which is in order. On an opening day, thousands are ranked among thousands. */
export const rankAmong = (newcomer: Waiting, list: readonly Waiting[]): number => {
  let [before, after] = [0, list.length]
  while (before < after) {
    const middle = (before + after) >> 1
    const waiting = list[middle]
    if (waiting && byRank(waiting, newcomer) <= 0) before = middle + 1
    else after = middle
  }
  return before + 1
}

/** Who was offered a place holds it until they answer. */
const isOffered = ({ offeredUntil }: { readonly offeredUntil?: Instant | null }): boolean =>
  offeredUntil !== undefined && offeredUntil !== null

/**
 * Whom the free places go to, strictly by rank, child by child; nobody while the opening is full. A place offered is no
 * longer free, and whoever it was offered to is not next.
 * @param held places held or offered
 */
export const nextToPromote = <Child extends Waiting & { readonly offeredUntil?: Instant | null }>(
  list: readonly Child[],
  held: number,
  capacity: number,
): Child[] =>
  inOrder(list)
    .filter((child) => !isOffered(child))
    .slice(0, Math.max(0, capacity - held))

const byRank = (one: Waiting, other: Waiting): number => {
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
 * What the desk proposes for a new demande. While a list exists the next goes to its end; siblings asked together
 * (`together` counts them all) are suggested together at the first decision. Staff decide.
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

/** How the law counts an activity: articles R227-15 and R227-16 of the Code de l'action sociale et des familles. */
type SupervisionKind = keyof typeof ratios

/** Children for one adult. */
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

export type Heads = { readonly underSix: number; readonly fromSix: number }

/** How many adults the law asks for, ages being those of the day, each group rounded up. */
export const adultsNeeded = (kind: SupervisionKind, { underSix, fromSix }: Heads): number =>
  Math.ceil(underSix / ratios[kind].underSix) + Math.ceil(fromSix / ratios[kind].fromSix)

/** How an activity is counted: `none` is not an accueil de mineurs, a canteen for instance. */
export type Supervision = 'extracurricular' | 'periscolaire' | 'periscolairePedt' | 'none'

/** More hours in a row ask for more adults, before and after class as on Wednesdays. */
const longHours = 5

/** Which line of the law counts a day whose open slots are these; null when it is not counted. */
export const supervisionKind = (
  supervision: Supervision,
  slots: readonly { readonly start: TimeOfDay; readonly end: TimeOfDay }[],
): SupervisionKind | null => {
  if (supervision === 'none') return null
  if (supervision === 'extracurricular') return 'extrascolaire'
  const isLong = longestRun(slots) > longHours * 60
  return isLong ? `${supervision}Long` : supervision
}

/** Minutes of the longest stay without a break. */
const longestRun = (slots: readonly { readonly start: TimeOfDay; readonly end: TimeOfDay }[]): number => {
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
 * « 2 animateurs pour 24 places : il en faut 3, soit 1 pour 8 enfants de moins de 6 ans », or « …, soit 2 pour 10 enfants
 * de moins de 6 ans et 2 pour 14 plus grands »; null when they are enough.
 */
export const supervisionWarning = (kind: SupervisionKind, heads: Heads, adults: number): string | null => {
  const needed = adultsNeeded(kind, heads)
  if (adults >= needed) return null
  const { underSix, fromSix } = heads
  return `${counted(adults, 'animateur')} pour ${counted(underSix + fromSix, 'place')}\u00a0: il en faut ${needed}, soit ${sumText(kind, heads)}`
}

const sumText = (kind: SupervisionKind, { underSix, fromSix }: Heads): string => {
  const { underSix: each, fromSix: eachOlder } = ratios[kind]
  if (fromSix === 0) return `1 pour ${each} enfants de moins de 6 ans`
  if (underSix === 0) return `1 pour ${eachOlder} enfants de 6 ans et plus`
  const older = counted(fromSix, 'plus grand', 'plus grands')
  return `${Math.ceil(underSix / each)} pour ${counted(underSix, 'enfant')} de moins de 6 ans et ${Math.ceil(fromSix / eachOlder)} pour ${older}`
}

/** Warnings of a day, equal ones of several slots merged: « Matin et repas : 2 animateurs… » */
export const warningsBySlot = (
  slots: readonly { readonly name: string; readonly staffingWarning: string | null }[],
): string[] =>
  [...Map.groupBy(slots, ({ staffingWarning }) => staffingWarning)].flatMap(([warning, own]) =>
    warning === null
      ? []
      : [`${capitalised(listed(own.map(({ name }) => name.toLocaleLowerCase('fr'))))}\u00a0: ${warning}`],
  )
