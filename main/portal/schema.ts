import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { Wish } from '../../shared/rules/cell.ts'
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

/** What the desk published, each document whole, known by the hash of its text. */
export const document = pgTable('document', {
  key: text().primaryKey(),
  hash: text().notNull(),
  body: text().notNull(),
  publishedAt: text().$type<Instant>().notNull(),
})

/** What parents did, in order, each entry chained to the one before. Never changed. */
export const logEntry = pgTable('log_entry', {
  number: bigint({ mode: 'number' }).primaryKey(),
  hash: text().notNull(),
  kind: text().notNull(),
  /** JSON, as it was hashed. */
  body: text().notNull(),
  at: text().$type<Instant>().notNull(),
})

/** One row: locked to append, so that numbers follow each other without a hole. */
export const logHead = pgTable(
  'log_head',
  {
    id: integer().primaryKey(),
    number: bigint({ mode: 'number' }).notNull(),
    hash: text().notNull(),
    /** Everything up to this number is in the desk's own store. */
    collected: bigint({ mode: 'number' }).notNull().default(0),
    receipts: integer().notNull().default(0),
  },
  (table) => [check('log_head_one', sql`${table.id} = 1`)],
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
    /** Number of its log entry: the order of the waiting list where instants tie. */
    number: bigint({ mode: 'number' }).notNull(),
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
    collectedAt: text().$type<Instant>(),
    takenBackAt: text().$type<Instant>(),
    withdrawnAt: text().$type<Instant>(),
    answer: text().$type<Answer>(),
    answerReason: text(),
    answeredAt: text().$type<Instant>(),
  },
  (table) => [
    // At most one open ask a cell, whoever of the home asked.
    uniqueIndex('demande_open')
      .on(table.registrationId, table.day, table.slotId)
      .where(sql`${table.withdrawnAt} is null and ${table.answeredAt} is null`),
    index('demande_family').on(table.familyId),
    index('demande_number').on(table.number),
    check('demande_wish', sql`${table.wish} in ('book', 'cancel', 'leave')`),
  ],
)

/** A registration asked for: « ? » until decided. */
export const registrationDemande = pgTable(
  'registration_demande',
  {
    id: text().primaryKey(),
    number: bigint({ mode: 'number' }).notNull(),
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
    number: bigint({ mode: 'number' }).notNull(),
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

/** One row: when the desk last published, even when nothing had changed. */
export const publication = pgTable(
  'publication',
  { id: integer().primaryKey(), at: text().$type<Instant>().notNull() },
  (table) => [check('publication_one', sql`${table.id} = 1`)],
)
