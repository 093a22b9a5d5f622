import { eq, inArray } from 'drizzle-orm'
import type * as z from 'zod'
import { type DocumentKind, documents as shapes } from '../../../shared/contract/portal/documents.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { document, exchangeSide } from '../store/schema/index.ts'
import type { Queryable } from '../store/store.ts'

export type DocumentOf<Kind extends DocumentKind> = z.infer<(typeof shapes)[Kind]>

/** Parsed documents by hash: every parent reads the same calendars, which change once a night. */
const cache = new Map<string, unknown>()
const maxCached = 2000

type OfKind = <Kind extends DocumentKind>(kind: Kind) => ReadonlyMap<string, DocumentOf<Kind>>

/**
 * Reads documents by kind and id with few queries; those not published are absent. The document `town` has the id ''.
 * @returns a function from a kind to its documents by id
 */
export const documentsOfEach = async (
  db: Queryable,
  requested: { readonly [Kind in DocumentKind]?: readonly (number | string)[] },
): Promise<OfKind> => {
  const kinds = Object.keys(requested).filter(isDocumentKind)
  const names = [...new Set(kinds.flatMap((one) => (requested[one] ?? []).map((of) => documentId(one, of))))]
  const { id, kind, hash } = document
  const stored = names.length === 0 ? [] : await db.select({ id, kind, hash }).from(document).where(inArray(id, names))
  const unread = stored.filter((row) => !cache.has(row.hash)).map((row) => row.id)
  const fresh = unread.length > 0 ? await db.select().from(document).where(inArray(id, unread)) : []
  const texts = new Map(fresh.map((row) => [row.id, row]))
  const found = new Map<string, Map<string, unknown>>(kinds.map((one) => [one, new Map()]))
  for (const one of stored) {
    const row = texts.get(one.id)
    const content = row ? JSON.parse(row.body) : cache.get(one.hash)
    cacheDocument(row?.hash ?? one.hash, content)
    found.get(one.kind)?.set(one.id.slice(one.kind.length + 1), content)
  }
  return <Kind extends DocumentKind>(of: Kind) => (found.get(of) ?? new Map()) as ReadonlyMap<string, DocumentOf<Kind>>
}

export const documentsOf = async <Kind extends DocumentKind>(
  db: Queryable,
  kind: Kind,
  ids: readonly (number | string)[],
): Promise<ReadonlyMap<string, DocumentOf<Kind>>> => (await documentsOfEach(db, { [kind]: ids }))(kind)

export const documentOf = async <Kind extends DocumentKind>(
  db: Queryable,
  kind: Kind,
  id: number | string = '',
): Promise<DocumentOf<Kind> | undefined> => (await documentsOf(db, kind, [id])).get(`${id}`)

/** Every document of a kind, such as all periods that a parent may choose from. */
export const allDocuments = async <Kind extends DocumentKind>(
  db: Queryable,
  kind: Kind,
): Promise<DocumentOf<Kind>[]> => {
  const rows = await db.select({ id: document.id }).from(document).where(eq(document.kind, kind))
  const found = await documentsOf(
    db,
    kind,
    rows.map(({ id }) => id.slice(kind.length + 1)),
  )
  return [...found.values()]
}

const cacheDocument = (hash: string, content: unknown): void => {
  cache.delete(hash)
  cache.set(hash, content)
  const [oldest] = cache.keys()
  if (cache.size > maxCached && oldest !== undefined) cache.delete(oldest)
}

const documentId = (kind: DocumentKind, id: number | string): string => (id === '' ? kind : `${kind}/${id}`)
export const isDocumentKind = (name: string): name is DocumentKind => Object.hasOwn(shapes, name)

/** « Date de dernière mise à jour » */
export const publishedAt = async (db: Queryable): Promise<Instant | null> =>
  (await db.select({ at: exchangeSide.publishedAt }).from(exchangeSide))[0]?.at ?? null
