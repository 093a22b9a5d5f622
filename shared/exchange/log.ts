import type { Instant } from '../rules/calendar/day.ts'

/** Hashes a text with SHA-256, in hexadecimal. */
export type HashOf = (text: string) => string

/** A position in a log: an entry's number, and its hash, which covers all entries up to it. */
export type Position = { readonly number: number; readonly hash: string }

/** An entry before it is numbered and hashed. Each `id` is applied at most once, however often the entry is sent. */
export type NewEntry = {
  readonly id: string
  readonly kind: string
  readonly at: Instant
  /** JSON, stored and sent as exactly the text that was hashed. */
  readonly body: string
}

export type Entry = Position & NewEntry

/** The position before the first entry of any log. */
export const logStart: Position = { number: 0, hash: '' }

export const isSamePosition = (one: Position, other: Position): boolean =>
  one.number === other.number && one.hash === other.hash

/** Numbers new entries and chains their hashes to the last position of the log. */
export const chainEntries = (after: Position, newEntries: readonly NewEntry[], hashOf: HashOf): Entry[] => {
  let previous = after
  return newEntries.map(({ id, kind, at, body }) => {
    const number = previous.number + 1
    const hash = hashOf(JSON.stringify([previous.hash, number, id, kind, at, body]))
    previous = { number, hash }
    return { number, hash, id, kind, at, body }
  })
}

/** Whether these entries directly follow `after`, without a gap, and have the hashes that their content gives. */
export const isContinuation = (after: Position, entries: readonly Entry[], hashOf: HashOf): boolean =>
  chainEntries(after, entries, hashOf).every((recomputed, at) => {
    const entry = entries[at]
    return entry !== undefined && isSamePosition(recomputed, entry)
  })

/**
 * Entry numbers to sample when two logs are compared, newest first: from the end back to the start, in steps that
 * double. Where two logs diverge, the newest sampled number that both have is at most twice as far from the end as the
 * last entry that they have in common.
 */
export const trailNumbers = (start: number, end: number): number[] => {
  const numbers = [end]
  for (let step = 1; end - step > start; step *= 2) numbers.push(end - step)
  if (start < end) numbers.push(start)
  return numbers
}

/**
 * The first items that fit in one batch: at most `limit.count` of them and `limit.size` characters, but at least one,
 * even a larger one.
 */
export const batchWithin = <Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  limit: BatchLimit,
): Item[] => {
  let size = 0
  const firstExcluded = items.findIndex((item, at) => {
    size += sizeOf(item)
    return at >= limit.count || (at > 0 && size > limit.size)
  })
  return firstExcluded < 0 ? [...items] : items.slice(0, firstExcluded)
}

/** The bounds of one batch: how many items, and how many characters in all. */
export type BatchLimit = { readonly count: number; readonly size: number }

/** A restored side's request for its own entries, those after a position, from the other side's copy. */
export type MissingEntries = {
  readonly after: Position
  /**
   * The two logs have no entry in common any more: the side requests all entries of which the other still has a copy.
   */
  readonly whole: boolean
}

/** How a restored side rewrites its log once the other side has sent back the lost entries. */
export type LogRepair = {
  /** Entries up to this position stay; those after it are replaced by `entries`. */
  readonly after: Position
  /** All stored entries are replaced: the log now starts at `after`. */
  readonly whole: boolean
  readonly entries: readonly Entry[]
  /**
   * Lost entries that came back and were not appended again since the restore: to be applied like on their first day.
   */
  readonly recovered: readonly Entry[]
  /**
   * Entries with one id and two contents: `valid` is the lost entry that the other side already applied, `discarded`
   * the one that this side appended after its restore.
   */
  readonly conflicts: readonly { readonly valid: Entry; readonly discarded: Entry }[]
}

/**
 * Merges the lost entries of a restored side into its log. Lost entries keep their numbers and hashes, since the other
 * side has applied them. Entries appended after the restore follow with new numbers, since the other side has not
 * received them yet.
 *
 * @param ownEntries this side's entries after the requested position; all its stored entries for a whole log
 * @param returned the entries that the other side sent back
 * @returns null when no entry was missing
 */
export const repairLog = (
  { after, whole }: MissingEntries,
  ownEntries: readonly Entry[],
  returned: readonly Entry[],
  hashOf: HashOf,
): LogRepair | null => {
  const firstDifference = ownEntries.findIndex((entry, at) => entry.hash !== returned[at]?.hash)
  const fork = Math.min(firstDifference < 0 ? ownEntries.length : firstDifference, returned.length)
  const restored = returned.slice(fork)
  if (restored.length === 0 && !whole) return null
  const last = restored.at(-1) ?? after
  const appendedSince = ownEntries.slice(fork)
  const appendedById = new Map(appendedSince.map((entry) => [entry.id, entry]))
  const restoredById = new Map(restored.map((entry) => [entry.id, entry]))
  return {
    after: returned[fork - 1] ?? after,
    whole,
    entries: [
      ...restored,
      ...chainEntries(
        last,
        appendedSince.filter(({ id }) => !restoredById.has(id)),
        hashOf,
      ),
    ],
    recovered: restored.filter(({ id }) => !appendedById.has(id)),
    conflicts: appendedSince.flatMap((discarded) => {
      const valid = restoredById.get(discarded.id)
      return valid && (valid.kind !== discarded.kind || valid.body !== discarded.body) ? [{ valid, discarded }] : []
    }),
  }
}
