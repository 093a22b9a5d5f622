import { sql } from 'drizzle-orm'
import { blob, check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { mailFates } from '../../../shared/rules/mails/fate.ts'
import { type MailPaper, mailSecurities } from '../../../shared/rules/mails/letter.ts'
import { stopCauses } from '../../../shared/rules/mails/stop-list.ts'
import type { Audience } from '../../../shared/rules/messages/audience.ts'
import { channelChoices, channels } from '../../../shared/rules/messages/channel.ts'
import type { SmsProvider } from '../../../shared/rules/messages/sms-provider.ts'
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

/** The provider by which SMS leave: one row. Its key lies sealed beside the file. */
export const smsSettings = sqliteTable(
  'sms_settings',
  {
    id: integer().primaryKey(),
    provider: text({ mode: 'json' }).$type<SmsProvider>().notNull(),
    /** What readers see as the sender: at most 11 letters or digits. */
    sender: text().notNull(),
    /** What one SMS costs, in thousandths of a euro. */
    priceThousandths: integer().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [check('sms_settings_single', sql`${table.id} = 1`)],
)

/** A text for an audience. What was queued for each person is in `mail`. */
export const sending = sqliteTable(
  'sending',
  {
    id: integer().primaryKey(),
    subject: text().notNull(),
    /** With its fields, as it was written. */
    text: text().notNull(),
    audience: text({ mode: 'json' }).$type<Audience>().notNull(),
    withSms: integer({ mode: 'boolean' }).notNull(),
    /** `planned` waits for its hour; `dropped` was given up by a person. */
    state: text({ enum: ['planned', 'sent', 'dropped'] }).notNull(),
    plannedFor: text().$type<Instant>(),
    /** Guardians that the preview showed, while it waits: those who came or went are told when it leaves. */
    previewed: text({ mode: 'json' }).$type<readonly number[]>().notNull(),
    sentAt: text().$type<Instant>(),
    /** Who came and who went between the preview and the sending, as a sentence; empty where nobody did. */
    difference: text().notNull(),
    /** SMS that it cost, and the price of one in thousandths of a euro. */
    smsParts: integer().notNull(),
    priceThousandths: integer().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [index('sending_planned').on(table.plannedFor).where(sql`${table.state} = 'planned'`)],
)

/** A file that goes with the mails of a sending: without audit, as the content of papers is. */
export const sendingFile = sqliteTable(
  'sending_file',
  {
    id: integer().primaryKey(),
    sendingId: integer()
      .notNull()
      .references(() => sending.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    type: text().notNull(),
    bytes: blob({ mode: 'buffer' }).notNull(),
  },
  (table) => [index('sending_file_of').on(table.sendingId)],
)

/** How a guardian asked to be reached by messages to an audience; no row: nothing was chosen. */
export const messageChoice = sqliteTable(
  'message_choice',
  {
    id: integer().primaryKey(),
    guardianId: integer()
      .notNull()
      .references(() => guardian.id),
    choice: text({ enum: channelChoices }).notNull(),
    chosenAt: text().$type<Instant>().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [index('message_choice_guardian').on(table.guardianId, table.chosenAt)],
)

/** A mail or SMS to one recipient. Those of one act are one sending. */
export const mail = sqliteTable(
  'mail',
  {
    id: integer().primaryKey(),
    familyId: integer().references(() => family.id),
    guardianId: integer().references(() => guardian.id),
    kind: text({ enum: mailKinds }).notNull(),
    /** By what it leaves; `call`: somebody telephones. */
    channel: text({ enum: channels }).notNull().default('mail'),
    /** The sending to an audience that it belongs to. */
    sendingId: integer().references(() => sending.id),
    name: text().notNull(),
    /** The address; of an SMS, the mobile number in its international form; of a call, the numbers to dial. */
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
    index('mail_sending').on(table.sendingId).where(sql`${table.sendingId} is not null`),
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
    /** That of the mail, repeated so that each queue has its index. */
    channel: text({ enum: channels }).notNull().default('mail'),
    fate: text({ enum: mailFates }).notNull(),
    /** How many times the server deferred it. */
    tries: integer().notNull(),
    nextTryAt: text().$type<Instant>().notNull(),
    /** When the last call of the server began and ended; null before the first. */
    begunAt: text().$type<Instant>(),
    endedAt: text().$type<Instant>(),
    /** The server's last reply as codes, such as « RCPT TO 550 5.1.1 »; empty without one. */
    reply: text().notNull(),
    /** The provider's id of an SMS, by which it is asked what became of it; empty without one. */
    reference: text().notNull().default(''),
  },
  (table) => [index('mail_delivery_queue').on(table.channel, table.fate, table.nextTryAt)],
)

/** The stop list: addresses that get no mail, of the desk nor of the portal, until the stop is lifted. */
export const stoppedAddress = sqliteTable(
  'stopped_address',
  {
    id: integer().primaryKey(),
    /** In lower case, without spaces; or a mobile number that gets no SMS, in its international form. */
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
