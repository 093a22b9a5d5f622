import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Day, Instant } from '../../../../shared/rules/calendar/day.ts'
import { debitFormats } from '../../../../shared/rules/money/debit/debit-file.ts'
import { mandateKinds, type SequenceType } from '../../../../shared/rules/money/debit/mandate.ts'
import type { MandatePaper } from '../../../../shared/rules/money/debit/signing.ts'
import { family } from '../families.ts'
import { act } from '../record.ts'
import { invoice, openingBalance, payment } from './money.ts'
import { thirdParty } from './payers.ts'
import { regie } from './regies.ts'

/** How a régie collects by direct debit; without a row, it does not collect so. */
export const debitSettings = sqliteTable('debit_settings', {
  id: integer().primaryKey(),
  regieId: integer()
    .notNull()
    .unique()
    .references(() => regie.id),
  /** « ICS » */
  creditorId: text().notNull(),
  /** The account that receives the money. */
  iban: text().notNull(),
  bic: text().notNull().default(''),
  format: text({ enum: debitFormats }).notNull(),
  noticeDays: integer().notNull(),
  fileDays: integer().notNull(),
  /** Nothing is collected from a home that owes less. */
  leastCents: integer().notNull(),
  /** The letters before the numbers of mandates. */
  referencePrefix: text().notNull(),
  /** Whether parents can sign and stop mandates on the portal. */
  onPortal: integer({ mode: 'boolean' }).notNull().default(false),
  /**
   * The fee that a debit that comes back costs the home, and the number of the decision that sets it; zero without a
   * decision of the council.
   */
  returnFeeCents: integer().notNull().default(0),
  returnFeeDecision: text().notNull().default(''),
  // Used in the Treasury's form only: the service of the Treasury that collects, with its account.
  treasuryName: text().notNull().default(''),
  treasuryIban: text().notNull().default(''),
  treasuryBic: text().notNull().default(''),
  treasuryPost: text().notNull().default(''),
  treasuryService: text().notNull().default(''),
  actId: integer()
    .notNull()
    .references(() => act.id),
})

/** « Mandat de prélèvement SEPA » of a payer for one account. A new account needs a new mandate. */
export const mandate = sqliteTable(
  'mandate',
  {
    id: integer().primaryKey(),
    familyId: integer().references(() => family.id),
    thirdPartyId: integer().references(() => thirdParty.id),
    regieId: integer()
      .notNull()
      .references(() => regie.id),
    /** « RUM » */
    reference: text().notNull().unique(),
    /**
     * The number among the references of the year with the same prefix; null for a reference that this desk did not
     * number.
     */
    year: integer(),
    number: integer(),
    kind: text({ enum: mandateKinds }).notNull(),
    source: text({ enum: ['paper', 'portal'] }).notNull(),
    signedOn: text().$type<Day>().notNull(),
    /** The holder of the account. */
    debtor: text().notNull(),
    /** IBAN and BIC, sealed with the data key and bound to the reference. Empty once erased. */
    sealed: text().notNull(),
    /** The country and check digits of the IBAN, and its last four signs: the only parts that screens show. */
    accountStart: text().notNull(),
    lastFour: text().notNull(),
    /** A keyed digest of the IBAN, by which an account is recognised without decrypting it. */
    digest: text().notNull(),
    suspendedOn: text().$type<Day>(),
    stoppedOn: text().$type<Day>(),
    /** Why it is suspended or stopped. */
    reason: text().notNull().default(''),
    /**
     * The text that a parent read and signed on the portal; null for a mandate on paper, and for those of older
     * portals.
     */
    paper: text({ mode: 'json' }).$type<MandatePaper>(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('mandate_family').on(table.familyId),
    index('mandate_third_party').on(table.thirdPartyId).where(sql`${table.thirdPartyId} is not null`),
    index('mandate_regie').on(table.regieId),
    check('mandate_payer', sql`(${table.familyId} is null) <> (${table.thirdPartyId} is null)`),
    check('mandate_numbered', sql`(${table.year} is null) = (${table.number} is null)`),
  ],
)

/**
 * The debits that one file collects on one day. Its lines are fixed when it is frozen; afterwards they can only be
 * removed.
 */
export const debitCollection = sqliteTable(
  'debit_collection',
  {
    id: integer().primaryKey(),
    regieId: integer()
      .notNull()
      .references(() => regie.id),
    collectOn: text().$type<Day>().notNull(),
    /** `frozen`: it has no file yet. `written`: its file was made. `collected`: its payments are recorded. */
    state: text({ enum: ['frozen', 'written', 'collected'] }).notNull(),
    frozenAt: text().$type<Instant>().notNull(),
    writtenAt: text().$type<Instant>(),
    format: text({ enum: debitFormats }),
    /** « MsgId » of the file. */
    messageId: text(),
    fileName: text(),
    /** SHA-256 of the file's bytes, in hexadecimal. */
    sha256: text(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('debit_collection_regie').on(table.regieId, table.collectOn),
    check('debit_collection_written', sql`(${table.sha256} is null) = (${table.state} = 'frozen')`),
  ],
)

/** The bytes of a collection's file, sealed with the data key because it contains whole account numbers. */
export const debitFile = sqliteTable('debit_file', {
  id: integer().primaryKey(),
  collectionId: integer()
    .notNull()
    .unique()
    .references(() => debitCollection.id),
  sealed: text().notNull(),
  actId: integer()
    .notNull()
    .references(() => act.id),
})

/** One line of a collection: what is debited by one mandate. */
export const debit = sqliteTable(
  'debit',
  {
    id: integer().primaryKey(),
    collectionId: integer()
      .notNull()
      .references(() => debitCollection.id),
    mandateId: integer()
      .notNull()
      .references(() => mandate.id),
    amountCents: integer().notNull(),
    /** As at the freezing; the file may contain another sequence, after a debit that came back meanwhile. */
    sequence: text().$type<SequenceType>().notNull(),
    endToEndId: text().notNull().unique(),
    /** The number of its notice, in the series of the régie for that year. */
    noticeYear: integer().notNull(),
    noticeNumber: integer().notNull(),
    /** The day on which it was removed from the collection, before the file was made. */
    removedOn: text().$type<Day>(),
    removeReason: text(),
    /** The payment recorded for the day of the collection. */
    paymentId: integer()
      .unique()
      .references(() => payment.id),
    /** Rejected before the settlement, or returned after it; null: neither. */
    cameBack: text({ enum: ['rejected', 'returned'] }),
    cameBackOn: text().$type<Day>(),
    returnCode: text().notNull().default(''),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('debit_mandate').on(table.collectionId, table.mandateId),
    index('debit_of_mandate').on(table.mandateId),
    check('debit_amount', sql`${table.amountCents} > 0`),
    check('debit_removed', sql`(${table.removedOn} is null) = (${table.removeReason} is null)`),
    check('debit_came_back', sql`(${table.cameBackOn} is null) = (${table.cameBack} is null)`),
  ],
)

/** A debt or a part of a school year that a line pays, and the amount. */
export const debitPart = sqliteTable(
  'debit_part',
  {
    id: integer().primaryKey(),
    debitId: integer()
      .notNull()
      .references(() => debit.id),
    invoiceId: integer().references(() => invoice.id),
    openingDebtId: integer().references(() => openingBalance.id),
    yearPartId: integer().references(() => yearPart.id),
    amountCents: integer().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('debit_part_debit').on(table.debitId),
    index('debit_part_invoice').on(table.invoiceId),
    index('debit_part_opening').on(table.openingDebtId),
    index('debit_part_year').on(table.yearPartId),
    check('debit_part_amount', sql`${table.amountCents} > 0`),
    check(
      'debit_part_debt',
      sql`(${table.invoiceId} is not null) + (${table.openingDebtId} is not null) + (${table.yearPartId} is not null) = 1`,
    ),
  ],
)

/** « Mensualisation »: a home pays a school year at a régie in equal parts, before its invoices. */
export const yearPlan = sqliteTable(
  'year_plan',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    regieId: integer()
      .notNull()
      .references(() => regie.id),
    madeOn: text().$type<Day>().notNull(),
    /** The due day of the final balance, which the parts do not pay; earlier when the plan was ended. */
    balanceOn: text().$type<Day>().notNull(),
    /** The day on which staff ended it, before the final balance. */
    endedOn: text().$type<Day>(),
    endReason: text(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('year_plan_family').on(table.familyId),
    check('year_plan_ended', sql`(${table.endedOn} is null) = (${table.endReason} is null)`),
  ],
)

/** A part of a school year, which the collection of its day collects as an advance. */
export const yearPart = sqliteTable(
  'year_part',
  {
    id: integer().primaryKey(),
    planId: integer()
      .notNull()
      .references(() => yearPlan.id),
    dueOn: text().$type<Day>().notNull(),
    amountCents: integer().notNull(),
    /** The day from which other parts replace it. */
    droppedOn: text().$type<Day>(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [index('year_part_plan').on(table.planId), check('year_part_amount', sql`${table.amountCents} > 0`)],
)

/** « Demander un IBAN »: the service asks a home to sign a mandate; the portal shows the request until it ends. */
export const accountRequest = sqliteTable(
  'account_request',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    regieId: integer()
      .notNull()
      .references(() => regie.id),
    askedOn: text().$type<Day>().notNull(),
    /** The day on which the home got a mandate or staff dropped the request, and which of the two happened. */
    endedOn: text().$type<Day>(),
    endReason: text(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('account_request_family').on(table.familyId),
    check('account_request_ended', sql`(${table.endedOn} is null) = (${table.endReason} is null)`),
  ],
)
