import { asc, inArray, sql } from 'drizzle-orm'
import { ascending } from '../../../shared/collections.ts'
import { type Document, type DocumentName, withDocument } from '../../../shared/exchange/documents.ts'
import { type BatchLimit, batchWithin } from '../../../shared/exchange/log.ts'
import type { UnreadableDocuments } from '../../../shared/exchange/message.ts'
import { document, documentAside, exchangeSide } from '../store/schema/index.ts'
import { type Queryable, sha256, type Transaction } from '../store/store.ts'

/**
 * Names of stored documents, ordered by id: those with these ids, or up to `limit` names after an id. Documents set
 * aside are included, with the hash that the desk sent.
 */
export const storedNames = async (
  db: Queryable,
  range: { readonly ids: readonly string[] } | { readonly after: string; readonly limit: number },
): Promise<DocumentName[]> => {
  if ('ids' in range && range.ids.length === 0) return []
  const found = new Map<string, DocumentName>()
  for (const table of [document, documentAside]) {
    // Order by code units, as JavaScript compares strings, not by a language's rules.
    const order = sql`${table.id} collate "C"`
    const names = db.select({ id: table.id, hash: table.hash, paperOf: table.paperOf }).from(table)
    const rows =
      'ids' in range
        ? await names.where(inArray(table.id, [...range.ids]))
        : await names.where(sql`${order} > ${range.after}`).orderBy(order).limit(range.limit)
    for (const row of rows) found.set(row.id, row)
  }
  const names = [...found.values()].toSorted(ascending(({ id }) => id))
  return 'ids' in range ? names : names.slice(0, range.limit)
}

/**
 * Updates the combined hash of all stored documents in the side's row: hashing a whole town's names at each message
 * would take too long.
 */
export const updateHolding = async (
  tx: Transaction,
  documents: readonly DocumentName[],
  withdrawn: readonly string[],
): Promise<void> => {
  const [row] = await tx.select({ holding: exchangeSide.holding }).from(exchangeSide)
  if (!row) throw new Error('documents are kept after the side is locked')
  let { holding } = row
  const storedNamesById = new Map(
    (await storedNames(tx, { ids: [...documents.map(({ id }) => id), ...withdrawn] })).map((name) => [name.id, name]),
  )
  const change = (id: string, next: DocumentName | null) => {
    const previous = storedNamesById.get(id)
    if (previous) holding = withDocument(holding, previous, -1, sha256)
    if (next) storedNamesById.set(id, next)
    else storedNamesById.delete(id)
    if (next) holding = withDocument(holding, next, 1, sha256)
  }
  for (const one of documents) change(one.id, one)
  for (const id of withdrawn) change(id, null)
  await tx.update(exchangeSide).set({ holding })
}

/**
 * Erases documents before the desk withdraws them, and takes them out of the combined hash. The desk finds out by the
 * event that made them invalid, or when the two sides compare what they hold.
 */
export const eraseDocuments = async (tx: Transaction, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return
  await updateHolding(tx, [], ids)
  for (const table of [document, documentAside]) await tx.delete(table).where(inArray(table.id, [...ids]))
}

/** Whole documents, as the desk sent them, as many as fit in a message: papers that a restored desk asks for. */
export const storedDocuments = async (
  db: Queryable,
  ids: readonly string[],
  limit: BatchLimit,
): Promise<Document[]> => {
  if (ids.length === 0) return []
  const sizes = await db
    .select({ id: document.id, size: sql<number>`length(${document.body})` })
    .from(document)
    .where(inArray(document.id, [...ids]))
  const batchIds = batchWithin(sizes, ({ size }) => size, limit).map(({ id }) => id)
  return batchIds.length === 0 ? [] : db.select().from(document).where(inArray(document.id, batchIds))
}

/** Maximum number of names reported. */
const maxNamed = 20

/** Documents stored here although this version cannot read them, to be reported to staff; null when there are none. */
export const unreadableDocuments = async (db: Queryable): Promise<UnreadableDocuments | null> => {
  const count = await db.$count(documentAside)
  if (count === 0) return null
  const named = await db
    .select({ id: documentAside.id })
    .from(documentAside)
    .orderBy(asc(documentAside.id))
    .limit(maxNamed)
  return { count, names: named.map(({ id }) => id) }
}
