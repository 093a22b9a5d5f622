import { sql } from 'drizzle-orm'
import { check, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import type { ErasedSubject, RetentionKind } from '../../../shared/rules/people/retention.ts'

/** How long a kind of data is kept, where the town chose another length than the usual one. */
export const retention = sqliteTable('retention', {
  id: integer().primaryKey(),
  kind: text().$type<RetentionKind>().notNull().unique(),
  months: integer().notNull(),
})

/**
 * What was erased, by ids and days: nothing in it says who. One that is begun is always ended, after a pulled plug too.
 * Those of families and children lie beside the file as well, so that they are done again on an older copy of it.
 */
export const erasure = sqliteTable(
  'erasure',
  {
    id: integer().primaryKey(),
    subject: text().$type<ErasedSubject>().notNull(),
    /** Of the family or the child; 0 where all that is due of a kind is erased. */
    subjectId: integer().notNull(),
    /** When its record was made: an older copy of the file may give its id to another. */
    madeAt: text().$type<Instant>(),
    /** Of a kind: what is older than this day. */
    before: text().$type<Day>(),
    /** Who goes with it, belonging to nobody else. */
    guardianIds: text({ mode: 'json' }).$type<readonly number[]>().notNull(),
    childIds: text({ mode: 'json' }).$type<readonly number[]>().notNull(),
    begunAt: text().$type<Instant>().notNull(),
    /** Null while it is under way. */
    doneAt: text().$type<Instant>(),
    /** When the portal was told to erase its copy. */
    toldAt: text().$type<Instant>(),
  },
  (table) => [
    uniqueIndex('erasure_of').on(table.subject, table.subjectId, table.begunAt),
    check('erasure_subject', sql`(${table.subject} in ('family', 'child')) = (${table.subjectId} > 0)`),
  ],
)
