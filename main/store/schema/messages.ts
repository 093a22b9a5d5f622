import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { activity, period } from './activities.ts'
import { child, family, guardian } from './families.ts'
import { invoice } from './money.ts'
import { act } from './record.ts'
import { school } from './settings.ts'

/** A subject between a home and the service, begun by either. */
export const conversation = sqliteTable(
  'conversation',
  {
    id: integer().primaryKey(),
    /** Its name on the portal. */
    key: text().notNull().unique(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    childId: integer().references(() => child.id),
    invoiceId: integer().references(() => invoice.id),
    subject: text().notNull(),
    closed: integer({ mode: 'boolean' }).notNull().default(false),
    /** A parent wrote and nobody at the desk has looked since. */
    unread: integer({ mode: 'boolean' }).notNull(),
    lastAt: text().$type<Instant>().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('conversation_family').on(table.familyId),
    index('conversation_last').on(table.closed, table.lastAt),
    index('conversation_unread').on(table.id).where(sql`${table.unread}`),
  ],
)

export const message = sqliteTable(
  'message',
  {
    id: integer().primaryKey(),
    conversationId: integer()
      .notNull()
      .references(() => conversation.id),
    /** Of the conversation: what the trail tells of a message that was taken back is found by it. */
    familyId: integer()
      .notNull()
      .references(() => family.id),
    /** Its id on the portal: the same comes in once. */
    key: text().notNull().unique(),
    /** Who wrote it; null for the service, and for a guardian whose record is gone. */
    guardianId: integer().references(() => guardian.id),
    by: text({ enum: ['family', 'service'] }).notNull(),
    /** Name of the guardian or of the member of staff. */
    author: text().notNull(),
    text: text().notNull(),
    writtenAt: text().$type<Instant>().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [index('message_conversation').on(table.conversationId, table.writtenAt)],
)

/** What the service tells homes on the portal, between two days. */
export const notice = sqliteTable(
  'notice',
  {
    id: integer().primaryKey(),
    title: text().notNull(),
    text: text().notNull(),
    /** All homes, or those of one activity, period or school. */
    activityId: integer().references(() => activity.id),
    periodId: integer().references(() => period.id),
    schoolId: integer().references(() => school.id),
    fromDay: text().$type<Day>().notNull(),
    untilDay: text().$type<Day>().notNull(),
    byMail: integer({ mode: 'boolean' }).notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    check(
      'notice_one_audience',
      sql`(${table.activityId} is not null) + (${table.periodId} is not null) + (${table.schoolId} is not null) <= 1`,
    ),
    check('notice_days', sql`${table.untilDay} >= ${table.fromDay}`),
  ],
)
