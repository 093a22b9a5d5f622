import { asc, inArray, sql } from 'drizzle-orm'
import { ascending } from '../../../shared/collections.ts'
import type { Document, DocumentName } from '../../../shared/exchange/documents.ts'
import { type BatchLimit, batchWithin } from '../../../shared/exchange/log.ts'
import type { UnreadableDocuments } from '../../../shared/exchange/message.ts'
import { document, documentAside } from '../store/schema/index.ts'
import type { Queryable } from '../store/store.ts'

/**
 * Names of stored documents, ordered by id: those with these ids, or up to `limit` names after an id. Documents set
 * aside are included, with the hash that the desk sent.
 */
export const namesHeld = async (
  db: Queryable,
  asked: { readonly ids: readonly string[] } | { readonly after: string; readonly limit: number },
): Promise<DocumentName[]> => {
  if ('ids' in asked && asked.ids.length === 0) return []
  const found = new Map<string, DocumentName>()
  for (const table of [document, documentAside]) {
    // Order by code units, as JavaScript compares strings, not by a language's rules.
    const order = sql`${table.id} collate "C"`
    const names = db.select({ id: table.id, hash: table.hash, paperOf: table.paperOf }).from(table)
    const rows =
      'ids' in asked
        ? await names.where(inArray(table.id, [...asked.ids]))
        : await names.where(sql`${order} > ${asked.after}`).orderBy(order).limit(asked.limit)
    for (const row of rows) found.set(row.id, row)
  }
  const names = [...found.values()].toSorted(ascending(({ id }) => id))
  return 'ids' in asked ? names : names.slice(0, asked.limit)
}

/** Whole documents, as the desk sent them, as many as fit in a message: papers that a restored desk asks for. */
export const heldDocuments = async (db: Queryable, ids: readonly string[], limit: BatchLimit): Promise<Document[]> => {
  if (ids.length === 0) return []
  const sizes = await db
    .select({ id: document.id, size: sql<number>`length(${document.body})` })
    .from(document)
    .where(inArray(document.id, [...ids]))
  const some = batchWithin(sizes, ({ size }) => size, limit).map(({ id }) => id)
  return some.length === 0 ? [] : db.select().from(document).where(inArray(document.id, some))
}

/** Maximum number of names reported. */
const mostNamed = 20

/** Documents stored here although this version cannot read them, to be reported to staff; null when there are none. */
export const documentsAside = async (db: Queryable): Promise<UnreadableDocuments | null> => {
  const held = await db.$count(documentAside)
  if (held === 0) return null
  const named = await db
    .select({ id: documentAside.id })
    .from(documentAside)
    .orderBy(asc(documentAside.id))
    .limit(mostNamed)
  return { count: held, names: named.map(({ id }) => id) }
}
