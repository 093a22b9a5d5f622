import { sql } from 'drizzle-orm'
import { check, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import type { ErasedSubject, RetentionKind } from '../../../shared/rules/people/retention.ts'

/** Retention of a kind of data, when the town chose another than the default. */
export const retention = sqliteTable('retention', {
  id: integer().primaryKey(),
  kind: text().$type<RetentionKind>().notNull().unique(),
  months: integer().notNull(),
})

/**
 * Erasures, with ids and days only: no row says who was erased. An erasure that has begun is always finished, even
 * after a power cut. Those of families and children are also stored next to the file, to be repeated on an older copy
 * of it.
 */
export const erasure = sqliteTable(
  'erasure',
  {
    id: integer().primaryKey(),
    subject: text().$type<ErasedSubject>().notNull(),
    /** Id of the family or the child; 0 when the erasure is that of a kind of data. */
    subjectId: integer().notNull(),
    /** When the erased record was made: an older copy of the file may give the same id to another record. */
    madeAt: text().$type<Instant>(),
    /** For a kind of data: erases what is older than this day. */
    before: text().$type<Day>(),
    /** Guardians and children erased with the subject, because they belong to no other family. */
    guardianIds: text({ mode: 'json' }).$type<readonly number[]>().notNull(),
    childIds: text({ mode: 'json' }).$type<readonly number[]>().notNull(),
    begunAt: text().$type<Instant>().notNull(),
    /** Null until the erasure is finished. */
    doneAt: text().$type<Instant>(),
    /** When the order to erase its copy was sent to the portal. */
    toldAt: text().$type<Instant>(),
  },
  (table) => [
    uniqueIndex('erasure_of').on(table.subject, table.subjectId, table.begunAt),
    check('erasure_subject', sql`(${table.subject} in ('family', 'child')) = (${table.subjectId} > 0)`),
  ],
)
