import { index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { Day, Instant } from '../../../../shared/rules/calendar/day.ts'
import type { Held } from '../../../../shared/rules/cell/cell.ts'

/** The documents that the desk published. Id and hash are defined in `shared/exchange/documents.ts`. */
export const document = pgTable(
  'document',
  {
    id: text().primaryKey(),
    kind: text().notNull(),
    hash: text().notNull(),
    /** The day of a paper; null for other documents. */
    paperOf: text(),
    /** JSON, or the bytes of a paper in base64. */
    body: text().notNull(),
  },
  (table) => [index('document_kind').on(table.kind)],
)

/**
 * Published documents that this version cannot read: wrong hash, or unknown shape. Stored as received and counted as
 * stored, so that the desk does not send them again each time; the previous document of the same id is shown meanwhile.
 * A later version of the portal reads them again.
 */
export const documentAside = pgTable('document_aside', {
  id: text().primaryKey(),
  kind: text().notNull(),
  hash: text().notNull(),
  paperOf: text(),
  body: text().notNull(),
  why: text().notNull(),
  receivedAt: text().$type<Instant>().notNull(),
})

/** A cell after an answer, shown until the published document contains it. */
export const answeredCell = pgTable(
  'answered_cell',
  {
    familyId: integer().notNull(),
    registrationId: integer().notNull(),
    day: text().$type<Day>().notNull(),
    slotId: integer().notNull(),
    held: jsonb().$type<Held>().notNull(),
    note: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.registrationId, table.day, table.slotId] }),
    index('answered_cell_family').on(table.familyId),
  ],
)
