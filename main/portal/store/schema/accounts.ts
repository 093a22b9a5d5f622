import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { Day, Instant } from '../../../../shared/rules/calendar/day.ts'
import type { MailKind } from '../../../../shared/rules/requests/mails.ts'

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
  /** Mails that this parent does without. */
  unwanted: jsonb().$type<readonly MailKind[]>().notNull().default([]),
  /** The address that a mail server refused for good: while it is the account's, only what opens the account is sent there. */
  refusedEmail: text(),
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

/** A secret address at which a guardian's own agenda reads the confirmed days of its homes. */
export const feed = pgTable('feed', {
  guardianId: integer()
    .primaryKey()
    .references(() => account.guardianId, { onDelete: 'cascade' }),
  /** Of the secret in the address: who reads this table reads no agenda. */
  hash: text().notNull().unique(),
  createdAt: text().$type<Instant>().notNull(),
  /** To the day: an agenda asks every hour. */
  readOn: text().$type<Day>(),
})

/** Failed logins, by account typed and by address, whether or not the account exists. */
export const attempt = pgTable('attempt', {
  key: text().primaryKey(),
  failures: integer().notNull(),
  since: text().$type<Instant>().notNull(),
  refusedUntil: text().$type<Instant>(),
})
