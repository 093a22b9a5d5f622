import type { HashOf } from './log.ts'

/**
 * Something the desk publishes whole: the catalogue, what one family may see, a paper. Named by what it is about, so
 * that its next content takes its place.
 */
export type DocumentName = {
  readonly id: string
  /** The hash of its body. */
  readonly hash: string
  /** A paper's day, `YYYY-MM-DD`; null for what is not a paper. Papers travel last, and are never taken back unasked. */
  readonly paperOf: string | null
}

export type Document = DocumentName & {
  readonly kind: string
  /** JSON, or the bytes of a paper in base64. */
  readonly body: string
}

/** A set of documents in one line. Finds what differs by accident; it is no protection against forgery. */
export type Holding = { readonly count: number; readonly digest: string }

const words = 8

/** The same for the same set in any order. Can be kept up to date: `joined` undoes itself. */
export const holdingOf = (names: Iterable<DocumentName>, hashOf: HashOf): Holding => {
  let holding: Holding = { count: 0, digest: '0'.repeat(words * 8) }
  for (const name of names) holding = joined(holding, name, 1, hashOf)
  return holding
}

/** A set with one document more, or less. */
export const joined = ({ count, digest }: Holding, { id, hash }: DocumentName, by: 1 | -1, hashOf: HashOf): Holding => {
  const name = hashOf(JSON.stringify([id, hash]))
  let mixed = ''
  for (let at = 0; at < words * 8; at += 8) {
    const word = Number.parseInt(digest.slice(at, at + 8), 16) ^ Number.parseInt(name.slice(at, at + 8), 16)
    mixed += (word >>> 0).toString(16).padStart(8, '0')
  }
  return { count: count + by, digest: mixed }
}

export const isSameHolding = (one: Holding, other: Holding): boolean =>
  one.count === other.count && one.digest === other.digest

type Differences = {
  /** To send, in this order: what is read first, then papers, newest first. */
  readonly send: readonly DocumentName[]
  readonly withdraw: readonly string[]
  /** Papers that the portal holds and the desk does not know: lost in a restore, to be asked back. */
  readonly unknownPapers: readonly DocumentName[]
}

/**
 * @param wanted what the portal should hold
 * @param believed what it held when last heard of
 * @param erased papers to take back all the same (erasure asked by a family)
 */
export const differences = (
  wanted: ReadonlyMap<string, DocumentName>,
  believed: ReadonlyMap<string, DocumentName>,
  erased: ReadonlySet<string>,
): Differences => {
  const changed = [...wanted.values()].filter(({ id, hash }) => believed.get(id)?.hash !== hash)
  const gone = [...believed.values()].filter(({ id }) => !wanted.has(id))
  const isUnknownPaper = ({ id, paperOf }: DocumentName) => paperOf !== null && !erased.has(id)
  return {
    send: changed.toSorted(inReadingOrder),
    withdraw: gone.filter((name) => !isUnknownPaper(name)).map(({ id }) => id),
    unknownPapers: gone.filter(isUnknownPaper),
  }
}

const inReadingOrder = (one: DocumentName, other: DocumentName): number => {
  const [day, otherDay] = [one.paperOf ?? '9', other.paperOf ?? '9']
  if (day !== otherDay) return day > otherDay ? -1 : 1
  return one.id < other.id ? -1 : 1
}
