import type { HashOf } from './log.ts'

/**
 * One version of a document that the desk publishes to the portal: the town, a period, what one family may see, a
 * paper. The id names the subject, so that a newer version of the same document replaces the older one.
 */
export type DocumentName = {
  readonly id: string
  /** The hash of the document's body. */
  readonly hash: string
  /**
   * The paper's date, `YYYY-MM-DD`; null for a document that is not a paper. Papers are sent last. A paper that the
   * desk no longer knows is not withdrawn from the portal unless a family asked for its erasure.
   */
  readonly paperOf: string | null
}

export type Document = DocumentName & {
  readonly kind: string
  /** JSON, or the bytes of a paper (a PDF) in base64. */
  readonly body: string
}

/**
 * The count and digest of a set of documents, to compare two sets without listing them. The digest detects accidental
 * differences; it is no protection against forgery.
 */
export type Holding = { readonly count: number; readonly digest: string }

const digestWords = 8

/**
 * Digests a set of documents, whatever their order. `withDocument` updates the digest: adding and then removing a
 * document gives the first digest again.
 */
export const holdingOf = (names: Iterable<DocumentName>, hashOf: HashOf): Holding => {
  let holding: Holding = { count: 0, digest: '0'.repeat(digestWords * 8) }
  for (const name of names) holding = withDocument(holding, name, 1, hashOf)
  return holding
}

/** Updates the digest of a set for one document added (1) or removed (-1), by XOR of its hash. */
export const withDocument = (
  { count, digest }: Holding,
  { id, hash }: DocumentName,
  by: 1 | -1,
  hashOf: HashOf,
): Holding => {
  const name = hashOf(JSON.stringify([id, hash]))
  let mixed = ''
  for (let at = 0; at < digestWords * 8; at += 8) {
    const word = Number.parseInt(digest.slice(at, at + 8), 16) ^ Number.parseInt(name.slice(at, at + 8), 16)
    mixed += (word >>> 0).toString(16).padStart(8, '0')
  }
  return { count: count + by, digest: mixed }
}

export const isSameHolding = (one: Holding, other: Holding): boolean =>
  one.count === other.count && one.digest === other.digest

type Differences = {
  /** Documents to send, in this order: those that are not papers first, then papers from the newest. */
  readonly send: readonly DocumentName[]
  readonly withdraw: readonly string[]
  /**
   * Papers that the portal has and the desk does not know, because a restored backup lost them: the desk requests them
   * from the portal.
   */
  readonly unknownPapers: readonly DocumentName[]
}

/**
 * @param wantedDocuments documents that the portal should have
 * @param publishedDocuments documents that the portal had at the last exchange
 * @param erasedIds papers to withdraw although papers normally stay: a family asked for their erasure
 */
export const differences = (
  wantedDocuments: ReadonlyMap<string, DocumentName>,
  publishedDocuments: ReadonlyMap<string, DocumentName>,
  erasedIds: ReadonlySet<string>,
): Differences => {
  const changed = [...wantedDocuments.values()].filter(({ id, hash }) => publishedDocuments.get(id)?.hash !== hash)
  const removed = [...publishedDocuments.values()].filter(({ id }) => !wantedDocuments.has(id))
  const isUnknownPaper = ({ id, paperOf }: DocumentName) => paperOf !== null && !erasedIds.has(id)
  return {
    send: changed.toSorted(inReadingOrder),
    withdraw: removed.filter((name) => !isUnknownPaper(name)).map(({ id }) => id),
    unknownPapers: removed.filter(isUnknownPaper),
  }
}

const inReadingOrder = (one: DocumentName, other: DocumentName): number => {
  const [day, otherDay] = [one.paperOf ?? '9', other.paperOf ?? '9']
  if (day !== otherDay) return day > otherDay ? -1 : 1
  return one.id < other.id ? -1 : 1
}
