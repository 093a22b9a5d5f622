import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Day } from '../../../../shared/rules/calendar/day.ts'
import { bankFormats, bankMeans } from '../../../../shared/rules/money/bank/bank-line.ts'
import type { BankColumns } from '../../../../shared/rules/money/bank/columns.ts'
import { act } from '../record.ts'
import { debit, debitCollection } from './debits.ts'
import { depositSlip, payment } from './money.ts'
import { regie } from './regies.ts'

/** A bank account of a régie, whose statements the desk reads. */
export const bankAccount = sqliteTable(
  'bank_account',
  {
    id: integer().primaryKey(),
    regieId: integer()
      .notNull()
      .references(() => regie.id),
    /** Empty until somebody typed the régie's IBAN, or a file contained it. */
    iban: text().notNull().default(''),
    /** For each heading of the lists of its bank, the field that it is; null before the first list. */
    columns: text({ mode: 'json' }).$type<BankColumns>(),
  },
  (table) => [uniqueIndex('bank_account_of').on(table.regieId, table.iban)],
)

/**
 * « Relevé »: a file of the bank that was read. The file itself is not stored, because it contains accounts of other
 * people.
 */
export const bankStatement = sqliteTable(
  'bank_statement',
  {
    id: integer().primaryKey(),
    accountId: integer()
      .notNull()
      .references(() => bankAccount.id),
    fileName: text().notNull(),
    /** SHA-256 of the file's bytes, in hexadecimal. */
    sha256: text().notNull(),
    format: text({ enum: bankFormats }).notNull(),
    fromDay: text().$type<Day>().notNull(),
    toDay: text().$type<Day>().notNull(),
    /** The balance before the first line and after the last one; null when the file does not contain it. */
    openingCents: integer(),
    closingCents: integer(),
    /** The number of all lines of the file, new or known, and their sums; the sum of debits is a positive amount. */
    lineCount: integer().notNull(),
    creditCents: integer().notNull(),
    debitCents: integer().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [uniqueIndex('bank_statement_file').on(table.accountId, table.sha256)],
)

/** A line of a statement, recorded once even if several statements contain it. */
export const bankLine = sqliteTable(
  'bank_line',
  {
    id: integer().primaryKey(),
    accountId: integer()
      .notNull()
      .references(() => bankAccount.id),
    /** The first statement that contained it. */
    bankStatementId: integer()
      .notNull()
      .references(() => bankStatement.id),
    /** A text that distinguishes it from all other lines of its account. */
    identity: text().notNull(),
    onDay: text().$type<Day>().notNull(),
    /** Negative for a debit. */
    amountCents: integer().notNull(),
    label: text().notNull(),
    /** The text that the payer wrote. */
    reference: text().notNull(),
    payer: text().notNull(),
    endToEndId: text().notNull(),
    means: text({ enum: bankMeans }).notNull(),
    returnCode: text().notNull(),
    /** The last four signs of the other account, and a keyed digest of it; empty when unknown. */
    lastFour: text().notNull(),
    digest: text().notNull(),
    /** The words of the sender's name that stay the same from month to month; empty when none do. */
    sender: text().notNull().default(''),
    /** « À identifier »: since when staff have marked the line as not identified; null: not marked. */
    setAsideOn: text().$type<Day>(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('bank_line_identity').on(table.accountId, table.identity),
    index('bank_line_day').on(table.accountId, table.onDay),
    index('bank_line_statement').on(table.bankStatementId),
    index('bank_line_digest').on(table.digest).where(sql`${table.digest} <> ''`),
    index('bank_line_sender').on(table.sender).where(sql`${table.sender} <> ''`),
    check('bank_line_amount', sql`${table.amountCents} <> 0`),
  ],
)

/**
 * The match of a line, or of a part of it: the payment that it is, earlier payments that arrived with it, a debit that
 * came back, or the reason why it is not the régie's. When the act of the match also recorded its payment, the match
 * made that payment; otherwise it only says that the payment arrived.
 */
export const bankMatch = sqliteTable(
  'bank_match',
  {
    id: integer().primaryKey(),
    lineId: integer()
      .notNull()
      .references(() => bankLine.id),
    paymentId: integer()
      .unique()
      .references(() => payment.id),
    slipId: integer()
      .unique()
      .references(() => depositSlip.id),
    collectionId: integer()
      .unique()
      .references(() => debitCollection.id),
    debitId: integer()
      .unique()
      .references(() => debit.id),
    /** Why the line is not the régie's; empty for other matches. */
    reason: text().notNull().default(''),
    /** The part of the line's amount, with the line's sign. */
    amountCents: integer().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('bank_match_line').on(table.lineId),
    check(
      'bank_match_what',
      sql`(${table.paymentId} is not null) + (${table.slipId} is not null) + (${table.collectionId} is not null) + (${table.debitId} is not null) + (${table.reason} <> '') = 1`,
    ),
    check('bank_match_amount', sql`${table.amountCents} <> 0`),
  ],
)
