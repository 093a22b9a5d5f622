import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { activity, period } from './activities.ts'
import { child, family, guardian } from './families.ts'
import { sending } from './mails.ts'
import { invoice } from './money/money.ts'
import { act } from './record.ts'
import { school } from './settings.ts'

/** A conversation between a home and the service, begun by either. */
export const conversation = sqliteTable(
  'conversation',
  {
    id: integer().primaryKey(),
    /** Id of the conversation on the portal. */
    key: text().notNull().unique(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    childId: integer().references(() => child.id),
    invoiceId: integer().references(() => invoice.id),
    subject: text().notNull(),
    closed: integer({ mode: 'boolean' }).notNull().default(false),
    /** A parent wrote, and no member of staff has opened the conversation since. */
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
    /** The conversation's family, repeated so that the audit of an undone message still names the family. */
    familyId: integer()
      .notNull()
      .references(() => family.id),
    /** Id of the message on the portal; unique, so that a message is collected once. */
    key: text().notNull().unique(),
    /** The guardian who wrote the message; null for the service, and when the guardian's record was erased. */
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

/** A notice of the service, shown to homes on the portal between two days. */
export const notice = sqliteTable(
  'notice',
  {
    id: integer().primaryKey(),
    title: text().notNull(),
    text: text().notNull(),
    /** Audience: one activity, period or school; all homes when all three are null. */
    activityId: integer().references(() => activity.id),
    periodId: integer().references(() => period.id),
    schoolId: integer().references(() => school.id),
    /** The sending whose recipients' homes get this notice. */
    sendingId: integer().references(() => sending.id),
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
