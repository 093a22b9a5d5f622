import type { Instant } from '../rules/calendar/day.ts'
import { beginning, chained, type Entry, type HashOf, isSame, type NewEntry, type Position } from './log.ts'
import type { Interval, SideName } from './message.ts'

/** What one side remembers of the exchange, beside its two logs. A line in its store, written with what it tells of. */
export type Side = {
  readonly name: SideName
  /** Changes at each restore of either side. */
  readonly epoch: number
  /** Desk: its last request. Portal: the last request it has taken. */
  readonly turn: number
  /** The last request whose reply the desk has committed; the portal knows it from the next request. */
  readonly answered: number
  /** What this side says. Entries up to `start` are no longer kept. */
  readonly own: { readonly start: Position; readonly end: Position; readonly at: Instant | null }
  /** What it has received from the other, kept as long. */
  readonly mirror: { readonly start: Position; readonly end: Position; readonly at: Instant | null }
  /** How far the other has committed `own`. */
  readonly acknowledged: Position
  /** A restore was noticed: the two compare, nothing else is exchanged. */
  readonly comparing: boolean
  /** The request in which the two last compared and nothing was noticed since. Desk: in which they agreed on this epoch. */
  readonly comparedAt: number | null
  /** It is this side that was restored. */
  readonly restored: boolean
  /**
   * This side knows the last number of every series. A restored one does not, until the other tells it: meanwhile the
   * desk issues nothing, and a portal does not vouch for what it has.
   */
  readonly knowsNumbers: boolean
  /** The last time that the two exchanged; null for two who never did. */
  readonly metAt: Instant | null
  /** Desk: see `passing`; until the two have exchanged. */
  readonly passes?: boolean | undefined
  readonly lost: readonly Interval[]
}

/** A side that was just paired. */
export const newSide = (name: SideName): Side => ({
  name,
  epoch: 1,
  turn: 0,
  answered: 0,
  own: { start: beginning, end: beginning, at: null },
  mirror: { start: beginning, end: beginning, at: null },
  acknowledged: beginning,
  comparing: false,
  comparedAt: null,
  restored: false,
  knowsNumbers: true,
  metAt: null,
  lost: [],
})

/**
 * Says something to the other side. To be written with the fact that it tells. The caller passes over ids said before.
 */
export const append = (side: Side, said: readonly NewEntry[], hashOf: HashOf): { side: Side; entries: Entry[] } => {
  const entries = chained(side.own.end, said, hashOf)
  const last = entries.at(-1)
  if (!last) return { side, entries }
  return { side: { ...side, own: { ...side.own, end: last, at: last.at } }, entries }
}

/**
 * To be asked whenever a store is opened: was it replaced by an older copy? What was said since the last exchange is
 * known to nobody else, so the exchange alone cannot tell.
 *
 * @param witness the end of `own` as it was last noted outside the store (or on a receipt that a parent shows)
 * @param hashThere the hash of the own entry with the witness's number; null when there is none
 */
export const isBehind = (side: Side, witness: Position, hashThere: string | null): boolean =>
  witness.number > side.own.end.number || (witness.number > side.own.start.number && witness.hash !== hashThere)

/**
 * The store was found to be an older copy, as it was opened: before anything new was said.
 *
 * @param witnessed the epoch last noted outside the store: what is said from now on belongs to none that was
 */
export const restoredFromCopy = (side: Side, witnessed: number, at: Instant): Side => {
  const after = { epoch: side.epoch, number: side.own.end.number }
  const noticed = noticedRestored({ ...side, restored: false }, after, later(side.own.at, side.metAt), at)
  return { ...noticed, epoch: Math.max(side.epoch, witnessed) + 1 }
}

/** This side learns from the other that it was restored: it cannot tell since when, but for the last time they met. */
export const foundRestored = (side: Side, at: Instant): Side =>
  noticedRestored(side, { epoch: side.epoch, number: side.acknowledged.number }, side.metAt, at)

/** The same for a portal that takes the place of another: it is given what that one had, and nothing was lost. */
export const foundNew = (portal: Side, at: Instant): Side => ({ ...foundRestored(portal, at), lost: portal.lost })

/** The desk passes to a portal that never met it, from one that it has just heard to the end. */
export const passing = (desk: Side): Side => ({ ...desk, comparing: true, comparedAt: null, passes: true })

const noticedRestored = (side: Side, after: Interval['after'], from: Instant | null, at: Instant): Side => {
  if (side.restored) return { ...side, comparing: true, comparedAt: null }
  const interval: Interval = { log: side.name, cause: 'restored', after, from, to: at }
  return {
    ...side,
    restored: true,
    comparing: true,
    comparedAt: null,
    knowsNumbers: false,
    lost: withIntervals(side.lost, [interval]),
  }
}

const later = (one: Instant | null, other: Instant | null) =>
  one !== null && (other === null || one > other) ? one : other

export const withIntervals = (known: readonly Interval[], more: readonly Interval[]): readonly Interval[] => {
  const texts = new Set(known.map(written))
  const unknown = more.filter((interval) => !texts.has(written(interval)))
  return unknown.length > 0 ? [...known, ...unknown] : known
}

const written = ({ log, cause, after, from, to }: Interval): string =>
  JSON.stringify([log, cause, after.epoch, after.number, from, to])

/** A director confirms in writing, from the papers themselves, which numbers were given: the desk issues again. */
export const withNumbersConfirmed = (side: Side): Side => ({ ...side, knowsNumbers: true })

const DAY_MS = 86_400_000
/** What was acknowledged is kept so long, so that a restored side can be given back what it lost. */
export const keptDays = 60

/** Whether an entry acknowledged (own) or received (mirror) then may be forgotten. */
export const isForgettable = (settledAt: Instant, now: Instant): boolean =>
  Date.parse(settledAt) + keptDays * DAY_MS <= Date.parse(now)

/** The logs now begin after these places; of its own log a side forgets nothing that is not acknowledged. */
export const forgotten = (side: Side, own: Position, mirror: Position): Side => {
  if (side.comparing || own.number > side.acknowledged.number || mirror.number > side.mirror.end.number) {
    throw new RangeError('only what was acknowledged may be forgotten, and nothing while the two compare')
  }
  return { ...side, own: { ...side.own, start: own }, mirror: { ...side.mirror, start: mirror } }
}

/** Whether the other side has everything this one said, and this one everything it knows the other said. */
export const isCaughtUp = (side: Side, otherEnd: Position): boolean =>
  !side.comparing && isSame(side.own.end, side.acknowledged) && isSame(side.mirror.end, otherEnd)
