import { sql } from 'drizzle-orm'
import { blob, check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Instant } from '../../../shared/rules/calendar/day.ts'

/** Facts about the file itself, by name: the key that encrypts its sealed data, the last paper numbers, its origin… */
export const fileFact = sqliteTable('file_fact', {
  key: text().primaryKey(),
  value: text().notNull(),
})

/** An act: one change of the file by one person or rule. The unit of audit, history, undo and recovery. */
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
    /** Null while the act is open: its rows are neither shown, billed nor published. */
    closedAt: text().$type<Instant>(),
    state: text({ enum: ['open', 'closed', 'takenBack'] }).notNull(),
    /** Idempotency key of the request that began the act: repeating the request does not repeat the act. */
    callKey: text(),
  },
  (table) => [
    index('act_open').on(table.state),
    index('act_call').on(table.callKey).where(sql`${table.callKey} is not null`),
    check('act_closed', sql`(${table.state} = 'open') = (${table.closedAt} is null)`),
  ],
)

/** What an act changed. Never edited nor deleted; an erasure may blank values (`acts/erasing.ts`). */
export const audit = sqliteTable(
  'audit',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    actId: integer()
      .notNull()
      .references(() => act.id),
    entity: text().notNull(),
    /** Null for a batch (`insertMany`, `updateMany`), whose ids are in `after` or `before`. */
    entityId: integer(),
    operation: text({ enum: ['insert', 'update', 'remove', 'insertMany', 'updateMany', 'consult'] }).notNull(),
    before: text({ mode: 'json' }).$type<Record<string, unknown>>(),
    after: text({ mode: 'json' }).$type<Record<string, unknown>>(),
  },
  (table) => [index('audit_act').on(table.actId), index('audit_entity').on(table.entity, table.entityId)],
)

/** Small pictures printed on papers, such as the logo. */
export const picture = sqliteTable('picture', {
  id: integer().primaryKey(),
  mediaType: text({ enum: ['image/png', 'image/jpeg'] }).notNull(),
  bytes: blob({ mode: 'buffer' }).notNull(),
})

/**
 * Sessions of the browsers at the desk, stored so that an open page keeps working after the desk restarts. Written
 * without acts; emptied when a restore replaces the file.
 */
export const postSession = sqliteTable('post_session', {
  /** SHA-256 of the cookie, never the cookie. */
  id: text().primaryKey(),
  /** Null while nobody is logged in. */
  staffId: integer(),
  locked: integer({ mode: 'boolean' }).notNull(),
  begunAt: text().$type<Instant>().notNull(),
  /** Instant of the last activity in the session. */
  seenAt: text().$type<Instant>().notNull(),
  kind: text({ enum: ['window', 'browser', 'network'] }).notNull(),
  address: text().notNull(),
  program: text().notNull(),
})
