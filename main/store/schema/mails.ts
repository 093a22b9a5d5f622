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

/** The mail server of the service: one row. Its password is stored, sealed, beside the file. */
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

/** The provider that sends SMS: one row. Its key is stored, sealed, beside the file. */
export const smsSettings = sqliteTable(
  'sms_settings',
  {
    id: integer().primaryKey(),
    provider: text({ mode: 'json' }).$type<SmsProvider>().notNull(),
    /** The sender that phones show: at most 11 letters or digits. */
    sender: text().notNull(),
    /** The price of one SMS, in thousandths of a euro. */
    priceThousandths: integer().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [check('sms_settings_single', sql`${table.id} = 1`)],
)

/** A text sent to an audience. `mail` has what was queued for each person. */
export const sending = sqliteTable(
  'sending',
  {
    id: integer().primaryKey(),
    subject: text().notNull(),
    /** The text as it was written, with its fields. */
    text: text().notNull(),
    audience: text({ mode: 'json' }).$type<Audience>().notNull(),
    withSms: integer({ mode: 'boolean' }).notNull(),
    /** `planned` waits for its hour; `dropped`: a person decided not to send it. */
    state: text({ enum: ['planned', 'sent', 'dropped'] }).notNull(),
    plannedFor: text().$type<Instant>(),
    /** While it waits, the guardians in the preview: when it leaves, the differences are recorded. */
    previewed: text({ mode: 'json' }).$type<readonly number[]>().notNull(),
    sentAt: text().$type<Instant>(),
    /**
     * The differences between the audience of the preview and that of the sending, as a sentence; empty when there are
     * none.
     */
    difference: text().notNull(),
    /** The number of SMS that it took, and the price of one in thousandths of a euro. */
    smsParts: integer().notNull(),
    priceThousandths: integer().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [index('sending_planned').on(table.plannedFor).where(sql`${table.state} = 'planned'`)],
)

/** A file attached to the mails of a sending. Written without audit, like the bytes of papers. */
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

/** By which means a guardian asked to get messages to an audience; without a row, no choice was made. */
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

/** A mail or SMS to one recipient. Those of one act belong to one sending. */
export const mail = sqliteTable(
  'mail',
  {
    id: integer().primaryKey(),
    familyId: integer().references(() => family.id),
    guardianId: integer().references(() => guardian.id),
    kind: text({ enum: mailKinds }).notNull(),
    /** The channel by which it leaves; `call`: a person telephones. */
    channel: text({ enum: channels }).notNull().default('mail'),
    /** The message to an audience to which it belongs; null for other mails. */
    sendingId: integer().references(() => sending.id),
    name: text().notNull(),
    /** The mail address; for an SMS, the mobile number in its international form; for a call, the numbers to dial. */
    email: text().notNull(),
    subject: text().notNull(),
    body: text().notNull(),
    /** The first names that a message gives to this reader, for its notice on the portal; empty when it gives none. */
    firstNames: text().notNull().default(''),
    /** The paper attached to the mail, made when the mail is sent. */
    paper: text({ mode: 'json' }).$type<MailPaper>(),
    queuedAt: text().$type<Instant>().notNull(),
    /** The mail that a person sent again as this one. */
    resendOfId: integer(),
    /** When a person decided not to send the mail, or not to send it again. */
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
    // If two people send a mail again at the same moment, only one new mail is made.
    uniqueIndex('mail_resend').on(table.resendOfId).where(sql`${table.resendOfId} is not null`),
  ],
)

/** The delivery of a mail, as the sender records it: without audit, since no person does it. Deleted with its mail. */
export const mailDelivery = sqliteTable(
  'mail_delivery',
  {
    /** Id of the mail. */
    id: integer()
      .primaryKey()
      .references(() => mail.id, { onDelete: 'cascade' }),
    /** The channel of the mail, repeated so that each queue has its index. */
    channel: text({ enum: channels }).notNull().default('mail'),
    fate: text({ enum: mailFates }).notNull(),
    /** How many times the server deferred the mail. */
    tries: integer().notNull(),
    nextTryAt: text().$type<Instant>().notNull(),
    /** When the last call to the server began and ended; null before the first. */
    begunAt: text().$type<Instant>(),
    endedAt: text().$type<Instant>(),
    /** The last reply of the server as codes, such as « RCPT TO 550 5.1.1 »; empty without one. */
    reply: text().notNull(),
    /** The provider's id of an SMS, used to ask for its delivery; empty without one. */
    reference: text().notNull().default(''),
  },
  (table) => [index('mail_delivery_queue').on(table.channel, table.fate, table.nextTryAt)],
)

/** The stop list: addresses to which neither the desk nor the portal sends mail, until the stop is lifted. */
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
