import { index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { Day, Instant } from '../../../../shared/rules/calendar/day.ts'
import type { Held } from '../../../../shared/rules/cell/cell.ts'

/** What the desk published, each document whole. Its name and hash are those of `shared/exchange/documents.ts`. */
export const document = pgTable(
  'document',
  {
    id: text().primaryKey(),
    kind: text().notNull(),
    hash: text().notNull(),
    /** A paper's day; null for what is not a paper. */
    paperOf: text(),
    /** JSON, or the bytes of a paper in base64. */
    body: text().notNull(),
  },
  (table) => [index('document_kind').on(table.kind)],
)

/**
 * What was published and cannot be read here: its hash or its shape is wrong. Kept as it came and counted as held, so
 * that it is not sent again each time; what was published before under its id is shown meanwhile. A newer portal reads
 * it again.
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

/** A cell as an answer left it, until the document that shows it arrives. */
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
