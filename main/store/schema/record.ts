import { sql } from 'drizzle-orm'
import { blob, check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Instant } from '../../../shared/rules/day.ts'

/** Facts about the file itself: what it is, when it was made. */
export const fileFact = sqliteTable('file_fact', {
  key: text().primaryKey(),
  value: text().notNull(),
})

/** One thing done, by one person or one rule: the unit of audit, history, undo and recovery. */
export const act = sqliteTable(
  'act',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    kind: text().notNull(),
    /** What was done, as a French sentence. */
    label: text().notNull(),
    actor: text({ enum: ['staff', 'rule', 'system', 'guardian'] }).notNull(),
    staffId: integer(),
    actorName: text().notNull(),
    startedAt: text().$type<Instant>().notNull(),
    /** Null while the act is under way: its rows are neither shown, billed nor published. */
    closedAt: text().$type<Instant>(),
    state: text({ enum: ['open', 'closed', 'takenBack'] }).notNull(),
  },
  (table) => [
    index('act_open').on(table.state),
    check('act_closed', sql`(${table.state} = 'open') = (${table.closedAt} is null)`),
  ],
)

/** What an act changed. Never edited, never erased in the application. */
export const audit = sqliteTable(
  'audit',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    actId: integer()
      .notNull()
      .references(() => act.id),
    entity: text().notNull(),
    /** Null for a batch: the rows themselves carry the act. */
    entityId: integer(),
    operation: text({ enum: ['insert', 'update', 'remove', 'insertMany', 'updateMany', 'consult'] }).notNull(),
    before: text({ mode: 'json' }).$type<Record<string, unknown>>(),
    after: text({ mode: 'json' }).$type<Record<string, unknown>>(),
  },
  (table) => [index('audit_act').on(table.actId), index('audit_entity').on(table.entity, table.entityId)],
)

/** Small pictures that papers carry, such as the logo. */
export const picture = sqliteTable('picture', {
  id: integer().primaryKey(),
  mediaType: text({ enum: ['image/png', 'image/jpeg'] }).notNull(),
  bytes: blob({ mode: 'buffer' }).notNull(),
})
