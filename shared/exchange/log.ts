import type { Instant } from '../rules/calendar/day.ts'

/** A hash of a text, as text: SHA-256 in hexadecimal wherever it runs. */
export type HashOf = (text: string) => string

/** A place in a log: an entry's number and its hash, which covers every entry before it. */
export type Position = { readonly number: number; readonly hash: string }

/** What one side tells the other. Whatever happens, one `id` is acted upon once. */
export type NewEntry = {
  readonly id: string
  readonly kind: string
  readonly at: Instant
  /** JSON, kept and sent as the very text that was hashed. */
  readonly body: string
}

export type Entry = Position & NewEntry

/** Where every log begins: before its first entry. */
export const beginning: Position = { number: 0, hash: '' }

export const isSame = (one: Position, other: Position): boolean =>
  one.number === other.number && one.hash === other.hash

/** What was said, numbered and chained to what came before. */
export const chained = (after: Position, said: readonly NewEntry[], hashOf: HashOf): Entry[] => {
  let before = after
  return said.map(({ id, kind, at, body }) => {
    const number = before.number + 1
    const hash = hashOf(JSON.stringify([before.hash, number, id, kind, at, body]))
    before = { number, hash }
    return { number, hash, id, kind, at, body }
  })
}

/** Whether these entries follow `after` without a hole and are what their hashes say. */
export const continues = (after: Position, entries: readonly Entry[], hashOf: HashOf): boolean =>
  chained(after, entries, hashOf).every((made, at) => {
    const entry = entries[at]
    return entry !== undefined && isSame(made, entry)
  })

/**
 * The numbers that tell a log in few words, newest first: the end, then ever wider steps back to the start. Wherever
 * two logs part, the newest of these that both hold is at most twice as far back.
 */
export const trailNumbers = (start: number, end: number): number[] => {
  const numbers = [end]
  for (let step = 1; end - step > start; step *= 2) numbers.push(end - step)
  if (start < end) numbers.push(start)
  return numbers
}

/** As many items as fit: never more than `count`, nor more text than `size`, but one at least. */
export const fitting = <Item>(items: readonly Item[], sizeOf: (item: Item) => number, limit: Limit): Item[] => {
  let size = 0
  const past = items.findIndex((item, at) => {
    size += sizeOf(item)
    return at >= limit.count || (at > 0 && size > limit.size)
  })
  return past < 0 ? [...items] : items.slice(0, past)
}

/** A batch: so many items, so many characters of text. */
export type Limit = { readonly count: number; readonly size: number }

/** A request to be given back one's own entries after a place. */
export type Lack = {
  readonly after: Position
  /** No common entry is left: everything the other still keeps is asked for. */
  readonly whole: boolean
}

/** What a log becomes when the entries it had lost are given back. */
export type Mended = {
  /** The log is kept up to here and rewritten from here on. */
  readonly after: Position
  /** Nothing of it is kept: it now begins at `after`. */
  readonly whole: boolean
  readonly entries: readonly Entry[]
  /** Given back and not said again meanwhile: to be acted upon as on the day they were said. */
  readonly recovered: readonly Entry[]
  /** Said again meanwhile, and otherwise: what the other side was told first stands. */
  readonly overtaken: readonly { readonly stands: Entry; readonly undone: Entry }[]
}

/**
 * A restored side gets back what it had said and lost. Its lost entries keep their numbers and hashes, since the other
 * side has acted upon them; what it said since its restore follows them, numbered anew, for nobody has heard it yet.
 *
 * @param held its own entries after the place from which it lacks some; all it keeps when it lacks the whole
 * @returns null when nothing was missing
 */
export const mended = (
  { after, whole }: Lack,
  held: readonly Entry[],
  returned: readonly Entry[],
  hashOf: HashOf,
): Mended | null => {
  const common = held.findIndex((entry, at) => entry.hash !== returned[at]?.hash)
  const fork = Math.min(common < 0 ? held.length : common, returned.length)
  const given = returned.slice(fork)
  if (given.length === 0 && !whole) return null
  const last = given.at(-1) ?? after
  const since = held.slice(fork)
  const saidSince = new Map(since.map((entry) => [entry.id, entry]))
  const givenBack = new Map(given.map((entry) => [entry.id, entry]))
  return {
    after: returned[fork - 1] ?? after,
    whole,
    entries: [
      ...given,
      ...chained(
        last,
        since.filter(({ id }) => !givenBack.has(id)),
        hashOf,
      ),
    ],
    recovered: given.filter(({ id }) => !saidSince.has(id)),
    overtaken: since.flatMap((undone) => {
      const stands = givenBack.get(undone.id)
      return stands && (stands.kind !== undone.kind || stands.body !== undone.body) ? [{ stands, undone }] : []
    }),
  }
}
