import type { Instant } from '../rules/calendar/day.ts'
import { chainEntries, type Entry, type HashOf, isSamePosition, logStart, type NewEntry, type Position } from './log.ts'
import type { Interval, SideName } from './message.ts'

/**
 * A side's state of the exchange, apart from its two logs: one row of its store, written in the same transaction as the
 * entries it describes.
 */
export type Side = {
  readonly name: SideName
  /** Increases at each restore of either side. */
  readonly epoch: number
  /** On the desk: the number of its last request. On the portal: the last request that it processed. */
  readonly turn: number
  /** The last request whose reply the desk has committed; the portal learns the number from the next request. */
  readonly answered: number
  /** This side's own log. Entries up to `start` are no longer stored. */
  readonly own: { readonly start: Position; readonly end: Position; readonly at: Instant | null }
  /** The mirror: this side's copy of the other side's log, stored for as long. */
  readonly mirror: { readonly start: Position; readonly end: Position; readonly at: Instant | null }
  /** The last entry of `own` that the other side has committed. */
  readonly acknowledged: Position
  /** A restore was detected: the two sides compare their logs, and exchange nothing else meanwhile. */
  readonly comparing: boolean
  /**
   * The last request in which the two sides compared without detecting a restore. On the desk: the one in which they
   * agreed on this epoch.
   */
  readonly comparedAt: number | null
  /** This side is the one that was restored. */
  readonly restored: boolean
  /**
   * Whether this side knows the last number of every series. A restored side does not, until the other side sends its
   * own: meanwhile the desk issues no invoice or receipt, and the portal's numbers are not trusted.
   */
  readonly knowsNumbers: boolean
  /** When the two sides last completed a normal exchange; null if they never did. */
  readonly metAt: Instant | null
  /** On the desk: set by `passToNewPortal`, until the first exchange with the new portal. */
  readonly passes?: boolean | undefined
  readonly lost: readonly Interval[]
}

/** The state of a side that was just paired. */
export const newSide = (name: SideName): Side => ({
  name,
  epoch: 1,
  turn: 0,
  answered: 0,
  own: { start: logStart, end: logStart, at: null },
  mirror: { start: logStart, end: logStart, at: null },
  acknowledged: logStart,
  comparing: false,
  comparedAt: null,
  restored: false,
  knowsNumbers: true,
  metAt: null,
  lost: [],
})

/**
 * Appends entries to this side's own log, to be sent at the next exchange. The caller writes them in the same
 * transaction as the facts they report, and leaves out ids already in the log.
 */
export const appendEntries = (
  side: Side,
  newEntries: readonly NewEntry[],
  hashOf: HashOf,
): { side: Side; entries: Entry[] } => {
  const entries = chainEntries(side.own.end, newEntries, hashOf)
  const last = entries.at(-1)
  if (!last) return { side, entries }
  return { side: { ...side, own: { ...side.own, end: last, at: last.at } }, entries }
}

/**
 * Whether this store is older than the witness, which means that an older copy was restored. To be checked at each
 * opening: entries appended since the last exchange exist nowhere else, so the other side cannot detect the loss.
 *
 * @param witness the end of `own` last noted outside the store (or on a receipt that a parent shows)
 * @param ownHashAtWitness the hash of this side's entry with the witness's number; null if there is none
 */
export const isBehindWitness = (side: Side, witness: Position, ownHashAtWitness: string | null): boolean =>
  witness.number > side.own.end.number || (witness.number > side.own.start.number && witness.hash !== ownHashAtWitness)

/**
 * Marks a side as restored from an older copy. To be called when the store is opened, before any entry is appended.
 *
 * @param witnessedEpoch the epoch last noted outside the store: the restored side starts a later one
 */
export const restoredFromCopy = (side: Side, witnessedEpoch: number, at: Instant): Side => {
  const after = { epoch: side.epoch, number: side.own.end.number }
  const restoredSide = withRestore({ ...side, restored: false }, after, laterInstant(side.own.at, side.metAt), at)
  return { ...restoredSide, epoch: Math.max(side.epoch, witnessedEpoch) + 1 }
}

/**
 * Marks a side as restored because the other side's message proves it. What is lost starts at the last position that
 * the other acknowledged.
 */
export const markRestored = (side: Side, at: Instant): Side =>
  withRestore(side, { epoch: side.epoch, number: side.acknowledged.number }, side.metAt, at)

/**
 * Marks a new portal as lacking the entries of the portal it replaces. No interval of loss is added: the desk gives it
 * everything that the previous portal had.
 */
export const markReplacement = (portal: Side, at: Instant): Side => ({ ...markRestored(portal, at), lost: portal.lost })

/** The desk switches to a new portal, after it has received everything from the previous one. */
export const passToNewPortal = (desk: Side): Side => ({ ...desk, comparing: true, comparedAt: null, passes: true })

const withRestore = (side: Side, after: Interval['after'], from: Instant | null, at: Instant): Side => {
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

const laterInstant = (one: Instant | null, other: Instant | null) =>
  one !== null && (other === null || one > other) ? one : other

export const withIntervals = (existing: readonly Interval[], more: readonly Interval[]): readonly Interval[] => {
  const existingKeys = new Set(existing.map(intervalKey))
  const added = more.filter((interval) => !existingKeys.has(intervalKey(interval)))
  return added.length > 0 ? [...existing, ...added] : existing
}

const intervalKey = ({ log, cause, after, from, to }: Interval): string =>
  JSON.stringify([log, cause, after.epoch, after.number, from, to])

/**
 * For a director who has confirmed, from the papers themselves, which numbers were issued: the desk may issue again.
 */
export const withNumbersConfirmed = (side: Side): Side => ({ ...side, knowsNumbers: true })

const DAY_MS = 86_400_000
/** How long acknowledged entries are stored, so that a restored side can be given back what it lost. */
export const retentionDays = 60

/** Whether an entry may be deleted, from the time when it was acknowledged (own log) or received (mirror). */
export const isPrunable = (settledAt: Instant, now: Instant): boolean =>
  Date.parse(settledAt) + retentionDays * DAY_MS <= Date.parse(now)

/**
 * Moves the starts of both logs to these positions, once the entries before them are deleted.
 *
 * @throws RangeError while the sides compare, or for own entries that are not acknowledged
 */
export const withPrunedLogs = (side: Side, own: Position, mirror: Position): Side => {
  if (side.comparing || own.number > side.acknowledged.number || mirror.number > side.mirror.end.number) {
    throw new RangeError('only what was acknowledged may be forgotten, and nothing while the two compare')
  }
  return { ...side, own: { ...side.own, start: own }, mirror: { ...side.mirror, start: mirror } }
}

/**
 * Whether each side has received the other's whole log.
 *
 * @param otherEnd the end of the other side's log
 */
export const isCaughtUp = (side: Side, otherEnd: Position): boolean =>
  !side.comparing && isSamePosition(side.own.end, side.acknowledged) && isSamePosition(side.mirror.end, otherEnd)
