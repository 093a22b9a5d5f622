import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { mailFates } from '../../../shared/rules/mails/fate.ts'
import { type MailPaper, mailSecurities } from '../../../shared/rules/mails/letter.ts'
import { stopCauses } from '../../../shared/rules/mails/stop-list.ts'
import { mailKinds } from '../../../shared/rules/requests/mails.ts'
import { family, guardian } from './families.ts'
import { act } from './record.ts'

/** The mail server of the service: one row. Its password lies sealed beside the file. */
export const mailSettings = sqliteTable(
  'mail_settings',
  {
    id: integer().primaryKey(),
    server: text().notNull(),
    port: integer().notNull(),
    security: text({ enum: mailSecurities }).notNull(),
    /** The account at the server; empty for one that asks for no login. */
    account: text().notNull(),
    senderName: text().notNull(),
    senderAddress: text().notNull(),
    perMinute: integer().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [check('mail_settings_single', sql`${table.id} = 1`)],
)

/** A mail to one recipient. The mails of one act are one sending. */
export const mail = sqliteTable(
  'mail',
  {
    id: integer().primaryKey(),
    familyId: integer().references(() => family.id),
    guardianId: integer().references(() => guardian.id),
    kind: text({ enum: mailKinds }).notNull(),
    name: text().notNull(),
    email: text().notNull(),
    subject: text().notNull(),
    body: text().notNull(),
    /** The paper that goes with it, made when it is sent. */
    paper: text({ mode: 'json' }).$type<MailPaper>(),
    queuedAt: text().$type<Instant>().notNull(),
    /** The mail that a person sends once more by this one. */
    resendOfId: integer(),
    /** When a person decided that the mail is not sent, or not once more. */
    withdrawnAt: text().$type<Instant>(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('mail_family').on(table.familyId).where(sql`${table.familyId} is not null`),
    index('mail_guardian').on(table.guardianId).where(sql`${table.guardianId} is not null`),
    index('mail_act').on(table.actId),
    // Two people who send a mail once more at the same moment do it once.
    uniqueIndex('mail_resend').on(table.resendOfId).where(sql`${table.resendOfId} is not null`),
  ],
)

/** What became of a mail, as the sender writes it: without audit, since no person does it. Goes with its mail. */
export const mailDelivery = sqliteTable(
  'mail_delivery',
  {
    /** Id of the mail. */
    id: integer()
      .primaryKey()
      .references(() => mail.id, { onDelete: 'cascade' }),
    fate: text({ enum: mailFates }).notNull(),
    /** How many times the server deferred it. */
    tries: integer().notNull(),
    nextTryAt: text().$type<Instant>().notNull(),
    /** When the last call of the server began and ended; null before the first. */
    begunAt: text().$type<Instant>(),
    endedAt: text().$type<Instant>(),
    /** The server's last reply as codes, such as « RCPT TO 550 5.1.1 »; empty without one. */
    reply: text().notNull(),
  },
  (table) => [index('mail_delivery_queue').on(table.fate, table.nextTryAt)],
)

/** The stop list: addresses that get no mail, of the desk nor of the portal, until the stop is lifted. */
export const stoppedAddress = sqliteTable(
  'stopped_address',
  {
    id: integer().primaryKey(),
    /** In lower case, without spaces. */
    email: text().notNull(),
    cause: text({ enum: stopCauses }).notNull(),
    /** What the server answered, or why staff stopped it. */
    reason: text().notNull(),
    stoppedAt: text().$type<Instant>().notNull(),
    liftedAt: text().$type<Instant>(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [uniqueIndex('stopped_address_standing').on(table.email).where(sql`${table.liftedAt} is null`)],
)
