import type { Instant } from './day.ts'
import { counted } from './french.ts'

/** How full an opening is; the gauge turns at 90 % and at 100 %. */
export type GaugeLevel = 'open' | 'nearlyFull' | 'full' | 'over'

export const gaugeLevel = (held: number, capacity: number): GaugeLevel => {
  if (held > capacity) return 'over'
  if (held === capacity) return 'full'
  return held * 10 >= capacity * 9 ? 'nearlyFull' : 'open'
}

/** « 28/32 » */
export const gaugeText = (held: number, capacity: number): string => `${held}/${capacity}`

/** Where a child stands on a waiting list. */
export type Waiting = {
  readonly recordedAt: Instant
  /** The portal's log number, which breaks ties. */
  readonly logNumber: number
}

/** First come, first served: rank 1 first. */
export const inOrder = <Child extends Waiting>(list: readonly Child[]): Child[] => list.toSorted(byRank)

/** The rank that a newcomer would get on this list. */
export const rankAmong = (newcomer: Waiting, list: readonly Waiting[]): number =>
  1 + list.filter((waiting) => byRank(waiting, newcomer) <= 0).length

/** Whom the free places go to, strictly by rank, child by child; nobody while the opening is full. */
export const nextToPromote = <Child extends Waiting>(list: readonly Child[], held: number, capacity: number): Child[] =>
  inOrder(list).slice(0, Math.max(0, capacity - held))

const byRank = (one: Waiting, other: Waiting): number => {
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
export type SupervisionKind = keyof typeof ratios

/** Children for one adult. */
export type Ratio = { readonly underSix: number; readonly fromSix: number }

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

export const supervisionRatios: Readonly<Record<SupervisionKind, Ratio>> = ratios

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

/** « 1 animateur pour 8 avant 6 ans, pour 12 à partir de 6 ans » */
export const ratioText = (kind: SupervisionKind): string =>
  `1 animateur pour ${ratios[kind].underSix} avant 6 ans, pour ${ratios[kind].fromSix} à partir de 6 ans`

/** A warning when the adults there are fewer than the law asks for; null when they are enough. */
export const supervisionWarning = (kind: SupervisionKind, heads: Heads, adults: number): string | null => {
  const needed = adultsNeeded(kind, heads)
  if (adults >= needed) return null
  return `Encadrement insuffisant : ${counted(heads.underSix + heads.fromSix, 'enfant')} demandent ${counted(needed, 'animateur')}, ${adults} ${adults < 2 ? 'est prévu' : 'sont prévus'}.`
}
