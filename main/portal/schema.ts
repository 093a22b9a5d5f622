import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import type { Side } from '../../shared/exchange/side.ts'
import type { Held, Wish } from '../../shared/rules/cell.ts'
import type { Answer } from '../../shared/rules/cell-moves.ts'
import type { Day, Instant } from '../../shared/rules/day.ts'

/** Ids of guardians, families, children, registrations, periods and slots are the desk's own. */

/** A guardian's login. Made by the desk; the password is chosen by the guardian. */
export const account = pgTable('account', {
  guardianId: integer().primaryKey(),
  /** Folded to lower case: the login. */
  email: text().notNull().unique(),
  name: text().notNull(),
  passwordHash: text(),
  blocked: boolean().notNull().default(false),
  /** The last invitation that was carried out, so that one published twice is mailed once. */
  invitation: text(),
  activatedAt: text().$type<Instant>(),
  /** The last day on which it was told of days ticked and not recorded. */
  remindedOn: text().$type<Day>(),
})

/** The homes that a guardian reaches. */
export const accountHome = pgTable(
  'account_home',
  {
    guardianId: integer()
      .notNull()
      .references(() => account.guardianId, { onDelete: 'cascade' }),
    familyId: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.guardianId, table.familyId] }),
    index('account_home_family').on(table.familyId),
  ],
)

/** What opens an account once, known here by its hash only. */
export const token = pgTable(
  'token',
  {
    hash: text().primaryKey(),
    guardianId: integer()
      .notNull()
      .references(() => account.guardianId, { onDelete: 'cascade' }),
    kind: text({ enum: ['activation', 'letter', 'reset'] }).notNull(),
    expiresAt: text().$type<Instant>().notNull(),
    usedAt: text().$type<Instant>(),
  },
  (table) => [index('token_guardian').on(table.guardianId)],
)

export const session = pgTable(
  'session',
  {
    /** Of the cookie: who reads this table cannot take a session over. */
    hash: text().primaryKey(),
    /** What the list of sessions names it by. */
    id: text().notNull().unique(),
    guardianId: integer()
      .notNull()
      .references(() => account.guardianId, { onDelete: 'cascade' }),
    /** The home on screen. */
    familyId: integer().notNull(),
    device: text().notNull(),
    createdAt: text().$type<Instant>().notNull(),
    seenAt: text().$type<Instant>().notNull(),
  },
  (table) => [index('session_guardian').on(table.guardianId)],
)

/** Failed logins, by account typed and by address, whether or not the account exists. */
export const attempt = pgTable('attempt', {
  key: text().primaryKey(),
  failures: integer().notNull(),
  since: text().$type<Instant>().notNull(),
  refusedUntil: text().$type<Instant>(),
})

/** What the desk published, each document whole. Its name and hash are those of `shared/exchange/documents.ts`. */
export const document = pgTable(
  'document',
  {
    id: text().primaryKey(),
    kind: text().notNull(),
    hash: text().notNull(),
    /** A paper's day; null for what is not a paper. */
    paperOf: text(),
    /** JSON, or the bytes of a paper in base64. */
    body: text().notNull(),
  },
  (table) => [index('document_kind').on(table.kind)],
)

/** A cell as an answer left it, until the document that shows it arrives. */
export const answeredCell = pgTable(
  'answered_cell',
  {
    familyId: integer().notNull(),
    registrationId: integer().notNull(),
    day: text().$type<Day>().notNull(),
    slotId: integer().notNull(),
    held: jsonb().$type<Held>().notNull(),
    note: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.registrationId, table.day, table.slotId] }),
    index('answered_cell_family').on(table.familyId),
  ],
)

/** What parents did, in order, as the exchange tells it to the desk: `shared/exchange/log.ts`. Never changed. */
export const logEntry = pgTable('log_entry', {
  number: bigint({ mode: 'number' }).primaryKey(),
  hash: text().notNull(),
  id: text().notNull().unique(),
  kind: text().notNull(),
  at: text().$type<Instant>().notNull(),
  /** JSON, as it was hashed. */
  body: text().notNull(),
})

/** One row: what the portal remembers of the exchange. Locked to append, so that numbers follow without a hole. */
export const exchangeSide = pgTable(
  'exchange_side',
  {
    id: integer().primaryKey(),
    side: jsonb().$type<Side>().notNull(),
    /** How many receipts were given. */
    receipts: integer().notNull().default(0),
    /** The last time the desk was heard, even when nothing had changed. */
    publishedAt: text().$type<Instant>(),
  },
  (table) => [check('exchange_side_one', sql`${table.id} = 1`)],
)

/** Ticked and not recorded: unknown to the desk. One set per login. */
export const draft = pgTable(
  'draft',
  {
    guardianId: integer()
      .notNull()
      .references(() => account.guardianId, { onDelete: 'cascade' }),
    familyId: integer().notNull(),
    registrationId: integer().notNull(),
    day: text().$type<Day>().notNull(),
    slotId: integer().notNull(),
    wish: text({ enum: ['book', 'cancel'] }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.guardianId, table.registrationId, table.day, table.slotId] })],
)

/** A day asked for, given up or left, and each of its steps. */
export const demande = pgTable(
  'demande',
  {
    id: text().primaryKey(),
    receiptId: text().notNull(),
    guardianId: integer().notNull(),
    familyId: integer().notNull(),
    childId: integer().notNull(),
    registrationId: integer().notNull(),
    day: text().$type<Day>().notNull(),
    slotId: integer().notNull(),
    wish: text().$type<Wish>().notNull(),
    surchargeCents: integer(),
    recordedAt: text().$type<Instant>().notNull(),
    /** When the desk first had it, for the family to read. Whether it has it now is the exchange's to say. */
    collectedAt: text().$type<Instant>(),
    takenBackAt: text().$type<Instant>(),
    withdrawnAt: text().$type<Instant>(),
    answer: text().$type<Answer>(),
    answerReason: text(),
    /** 1 is the answer; above, a correction of it. */
    answerRevision: integer(),
    answeredAt: text().$type<Instant>(),
  },
  (table) => [
    // At most one open ask a cell, whoever of the home asked.
    uniqueIndex('demande_open')
      .on(table.registrationId, table.day, table.slotId)
      .where(sql`${table.withdrawnAt} is null and ${table.answeredAt} is null`),
    index('demande_family').on(table.familyId),
    check('demande_wish', sql`${table.wish} in ('book', 'cancel', 'leave')`),
  ],
)

/** A registration asked for: « ? » until decided. */
export const registrationDemande = pgTable(
  'registration_demande',
  {
    id: text().primaryKey(),
    receiptId: text().notNull(),
    guardianId: integer().notNull(),
    familyId: integer().notNull(),
    childId: integer().notNull(),
    periodId: integer().notNull(),
    fromDay: text().$type<Day>().notNull(),
    toDay: text().$type<Day>().notNull(),
    /** JSON: the semaine type, `[{ weekday, slot }]`. */
    week: text().notNull(),
    recordedAt: text().$type<Instant>().notNull(),
    collectedAt: text().$type<Instant>(),
    withdrawnAt: text().$type<Instant>(),
    answer: text().$type<Answer>(),
    answerReason: text(),
    answerRevision: integer(),
    answeredAt: text().$type<Instant>(),
  },
  (table) => [
    uniqueIndex('registration_demande_open')
      .on(table.familyId, table.childId, table.periodId)
      .where(sql`${table.withdrawnAt} is null and ${table.answeredAt} is null`),
    index('registration_demande_family').on(table.familyId),
  ],
)

/** A change that a parent proposes for one field; the value published stays beside it until decided. */
export const proposal = pgTable(
  'proposal',
  {
    id: text().primaryKey(),
    guardianId: integer().notNull(),
    familyId: integer().notNull(),
    subject: text({ enum: ['family', 'guardian', 'child'] }).notNull(),
    subjectId: integer().notNull(),
    field: text().notNull(),
    before: text().notNull(),
    after: text().notNull(),
    recordedAt: text().$type<Instant>().notNull(),
    collectedAt: text().$type<Instant>(),
    withdrawnAt: text().$type<Instant>(),
    answer: text().$type<Answer>(),
    answerReason: text(),
    answerRevision: integer(),
    answeredAt: text().$type<Instant>(),
  },
  (table) => [
    uniqueIndex('proposal_open')
      .on(table.subject, table.subjectId, table.field, table.familyId)
      .where(sql`${table.withdrawnAt} is null and ${table.answeredAt} is null`),
    index('proposal_family').on(table.familyId),
  ],
)

/** Signed proof of what was recorded and when. Never changed. */
export const receipt = pgTable(
  'receipt',
  {
    id: text().primaryKey(),
    /** « R-2026-004817 » */
    number: text().notNull().unique(),
    guardianId: integer().notNull(),
    familyId: integer().notNull(),
    /** Made by the page: sent again, it brings the same receipt back. */
    requestId: text().notNull(),
    recordedAt: text().$type<Instant>().notNull(),
    /** JSON, as it was signed. */
    body: text().notNull(),
    /** Ed25519 of `body`, base64url. */
    signature: text().notNull(),
  },
  (table) => [
    uniqueIndex('receipt_request').on(table.guardianId, table.requestId),
    index('receipt_family').on(table.familyId),
  ],
)

/** The portal's own key pair: every worker signs alike. */
export const signingKey = pgTable('signing_key', {
  id: integer().primaryKey(),
  publicKey: text().notNull(),
  privateKey: text().notNull(),
})

/** Written with what it tells, sent after: a mail server that is down loses nothing. */
export const mail = pgTable(
  'mail',
  {
    id: text().primaryKey(),
    recipient: text().notNull(),
    subject: text().notNull(),
    /** Emptied once sent: it may hold a link that opens an account. */
    body: text().notNull(),
    writtenAt: text().$type<Instant>().notNull(),
    sentAt: text().$type<Instant>(),
    tries: integer().notNull().default(0),
    nextTryAt: text().$type<Instant>().notNull(),
  },
  (table) => [index('mail_waiting').on(table.nextTryAt).where(sql`${table.sentAt} is null`)],
)
