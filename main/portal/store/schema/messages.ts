import { sql } from 'drizzle-orm'
import { index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { Instant } from '../../../../shared/rules/calendar/day.ts'
import type { MailKind } from '../../../../shared/rules/requests/mails.ts'
import { account } from './accounts.ts'

/** What a parent wrote to the service, until the desk's own document shows it, and as long as that one may be lost. */
export const message = pgTable(
  'message',
  {
    id: text().primaryKey(),
    /** Made by the page: sent again, it is written once. */
    requestId: text().notNull(),
    guardianId: integer().notNull(),
    familyId: integer().notNull(),
    author: text().notNull(),
    conversation: text().notNull(),
    subject: text().notNull(),
    childId: integer(),
    invoiceId: integer(),
    text: text().notNull(),
    recordedAt: text().$type<Instant>().notNull(),
  },
  (table) => [
    uniqueIndex('message_request').on(table.guardianId, table.requestId),
    index('message_family').on(table.familyId, table.recordedAt),
  ],
)

/** Up to which answer of the service a guardian has read a conversation. */
export const messageRead = pgTable(
  'message_read',
  {
    guardianId: integer()
      .notNull()
      .references(() => account.guardianId, { onDelete: 'cascade' }),
    conversation: text().notNull(),
    /** Of the last answer that was on screen. */
    upTo: text().$type<Instant>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.guardianId, table.conversation] })],
)

/** What was told by mail and is told once: `notice/4`, `invoice/17/before`. */
export const toldOnce = pgTable('told_once', { what: text().primaryKey(), at: text().$type<Instant>().notNull() })

/** Written with what it tells, sent after: a mail server that is down loses nothing. */
export const mail = pgTable(
  'mail',
  {
    id: text().primaryKey(),
    recipient: text().notNull(),
    /** Of those that a parent may stop, with whose choice it is; null for what is always sent. */
    kind: text().$type<MailKind>(),
    guardianId: integer(),
    subject: text().notNull(),
    /** Emptied once sent: it may hold a link that opens an account. */
    body: text().notNull(),
    /** When the link in it opens nothing any more; null without a link. */
    linkUntil: text().$type<Instant>(),
    /** A file that goes with it; its text is emptied with the body. */
    fileName: text(),
    fileText: text(),
    writtenAt: text().$type<Instant>().notNull(),
    sentAt: text().$type<Instant>(),
    /** Nobody has this address, says its server: it is not tried again. */
    refusedAt: text().$type<Instant>(),
    tries: integer().notNull().default(0),
    nextTryAt: text().$type<Instant>().notNull(),
  },
  (table) => [
    index('mail_waiting').on(table.nextTryAt).where(sql`${table.sentAt} is null and ${table.refusedAt} is null`),
  ],
)
