import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { Day, Instant } from '../../../../shared/rules/calendar/day.ts'
import type { MailKind } from '../../../../shared/rules/requests/mails.ts'

/** Ids of guardians, families, children, registrations, periods and slots are the desk's. */

/** A guardian's login, created by the desk; the guardian chooses the password. */
export const account = pgTable('account', {
  guardianId: integer().primaryKey(),
  /** In lower case; the login. */
  email: text().notNull().unique(),
  name: text().notNull(),
  passwordHash: text(),
  blocked: boolean().notNull().default(false),
  /** Id of the last invitation that was sent, so that one published twice is sent once. */
  invitation: text(),
  activatedAt: text().$type<Instant>(),
  /** The last day on which a mail reminded the guardian of ticked days. */
  remindedOn: text().$type<Day>(),
  /** Kinds of mail that this guardian has stopped. */
  unwanted: jsonb().$type<readonly MailKind[]>().notNull().default([]),
  /**
   * The address that a mail server refused permanently: while it is the account's address, only mails about the account
   * are sent to it.
   */
  refusedEmail: text(),
})

/**
 * The key of an account (`main/crypto/account-key.ts`), to which the desk seals what only this guardian may read.
 * Reading this table is not enough to unwrap it. A login makes the key; a reset or a new mail address replaces it.
 */
export const accountKey = pgTable('account_key', {
  guardianId: integer()
    .primaryKey()
    .references(() => account.guardianId, { onDelete: 'cascade' }),
  publicKey: text().notNull(),
  /** The private key, wrapped with a key that argon2id derives from the password with this salt and cost. */
  wrapped: text().notNull(),
  salt: text().notNull(),
  kibibytes: integer().notNull(),
  passes: integer().notNull(),
  madeAt: text().$type<Instant>().notNull(),
})

/** Unsent answers about a child's health, sealed to the account's key and erased with it. */
export const healthDraft = pgTable(
  'health_draft',
  {
    guardianId: integer()
      .notNull()
      .references(() => accountKey.guardianId, { onDelete: 'cascade' }),
    childId: integer().notNull(),
    sealed: text().notNull(),
    savedAt: text().$type<Instant>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.guardianId, table.childId] })],
)

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

/** A one-time link or code that opens an account; only its hash is stored. */
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
    /** Hash of the cookie's secret: reading this table is not enough to take over a session. */
    hash: text().primaryKey(),
    /** The id that the list of sessions shows. */
    id: text().notNull().unique(),
    guardianId: integer()
      .notNull()
      .references(() => account.guardianId, { onDelete: 'cascade' }),
    /** The home that the guardian looks at. */
    familyId: integer().notNull(),
    device: text().notNull(),
    /** The account's private key, wrapped with the secret of the cookie; null for an account without a key. */
    wrappedKey: text(),
    createdAt: text().$type<Instant>().notNull(),
    seenAt: text().$type<Instant>().notNull(),
  },
  (table) => [index('session_guardian').on(table.guardianId)],
)

/** A secret address at which a guardian's calendar application reads the confirmed days of their homes. */
export const feed = pgTable('feed', {
  guardianId: integer()
    .primaryKey()
    .references(() => account.guardianId, { onDelete: 'cascade' }),
  /** Hash of the address's secret: reading this table is not enough to read an agenda. */
  hash: text().notNull().unique(),
  createdAt: text().$type<Instant>().notNull(),
  /** The last day on which an application read it. With an instant, each hourly read would write this row. */
  readOn: text().$type<Day>(),
})

/** Failed logins, by account and by network address, whether or not the account exists. */
export const attempt = pgTable('attempt', {
  key: text().primaryKey(),
  failures: integer().notNull(),
  since: text().$type<Instant>().notNull(),
  refusedUntil: text().$type<Instant>(),
})
