import { sql } from 'drizzle-orm'
import { blob, check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Instant } from '../../../shared/rules/calendar/day.ts'

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
    /** Under which the call that asked for it may come again: what was done is not done twice. */
    callKey: text(),
  },
  (table) => [
    index('act_open').on(table.state),
    index('act_call').on(table.callKey).where(sql`${table.callKey} is not null`),
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

/**
 * Who is let in by which browser: an open page goes on after the desk was started again. Written by no act; emptied when
 * another file takes the place of this one.
 */
export const postSession = sqliteTable('post_session', {
  /** SHA-256 of the cookie, never the cookie. */
  id: text().primaryKey(),
  /** Null while nobody is logged in. */
  staffId: integer(),
  locked: integer({ mode: 'boolean' }).notNull(),
  begunAt: text().$type<Instant>().notNull(),
  /** When somebody last did something there. */
  seenAt: text().$type<Instant>().notNull(),
  kind: text({ enum: ['window', 'browser', 'network'] }).notNull(),
  address: text().notNull(),
  program: text().notNull(),
})
