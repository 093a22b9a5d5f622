import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import type { JournalEntry, PaperFacts } from '../../../shared/rules/money/invoice.ts'
import { paymentMeans } from '../../../shared/rules/money/payment.ts'
import type { HandedOverMeans } from '../../../shared/rules/money/till.ts'
import type { PriceLine } from '../../../shared/rules/price/price-terms.ts'
import type { TariffVersion } from '../../../shared/rules/price/tariff.ts'
import { activity } from './activities.ts'
import { child, family } from './families.ts'
import { act } from './record.ts'

export const tariff = sqliteTable('tariff', {
  id: integer().primaryKey(),
  name: text().notNull().unique(),
})

/** The definition of a tariff from a day on. */
export const tariffVersion = sqliteTable(
  'tariff_version',
  {
    id: integer().primaryKey(),
    tariffId: integer()
      .notNull()
      .references(() => tariff.id),
    fromDay: text().$type<Day>().notNull(),
    definition: text({ mode: 'json' }).$type<Omit<TariffVersion, 'from'>>().notNull(),
  },
  (table) => [uniqueIndex('tariff_version_from').on(table.tariffId, table.fromDay)],
)

export const activityTariff = sqliteTable('activity_tariff', {
  id: integer().primaryKey(),
  activityId: integer()
    .notNull()
    .unique()
    .references(() => activity.id),
  tariffId: integer()
    .notNull()
    .references(() => tariff.id),
})

export const invoiceRun = sqliteTable('invoice_run', {
  id: integer().primaryKey(),
  label: text().notNull(),
  fromDay: text().$type<Day>().notNull(),
  toDay: text().$type<Day>().notNull(),
  /** Null: every activity. */
  activityIds: text({ mode: 'json' }).$type<readonly number[]>(),
  /** Null: every family. */
  familyIds: text({ mode: 'json' }).$type<readonly number[]>(),
  createdAt: text().$type<Instant>().notNull(),
  actId: integer()
    .notNull()
    .references(() => act.id),
})

/** A draft until it is numbered (issued); triggers prevent any later change. */
export const invoice = sqliteTable(
  'invoice',
  {
    id: integer().primaryKey(),
    /** Null for a credit note made outside a run. */
    runId: integer().references(() => invoiceRun.id),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    kind: text({ enum: ['invoice', 'creditNote'] }).notNull(),
    state: text({ enum: ['draft', 'issued'] }).notNull(),
    fromDay: text().$type<Day>().notNull(),
    toDay: text().$type<Day>().notNull(),
    /** Negative for a credit note. */
    totalCents: integer().notNull(),
    /** Only for drafts: whether the draft can be issued; `stale` means « à recalculer ». The causes are in `journal`. */
    verdict: text({ enum: ['ready', 'warning', 'error', 'stale'] }).notNull(),
    journal: text({ mode: 'json' }).$type<readonly JournalEntry[]>().notNull(),
    /** Staff excluded this draft: issuing the run leaves it out. */
    setAside: integer({ mode: 'boolean' }).notNull().default(false),
    series: text(),
    year: integer(),
    number: integer(),
    issuedOn: text().$type<Day>(),
    dueOn: text().$type<Day>(),
    previousBalanceCents: integer(),
    /** The organisation, debtor and QF text printed on the paper, as they were when it was issued. */
    paper: text({ mode: 'json' }).$type<PaperFacts>(),
    /** SHA-256 of the content and of the previous hash in the series. */
    hash: text(),
    previousHash: text(),
    correctsId: integer(),
    reason: text().notNull().default(''),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('invoice_number').on(table.series, table.year, table.number),
    index('invoice_family').on(table.familyId, table.state),
    index('invoice_of_run').on(table.runId),
    index('invoice_corrects').on(table.correctsId).where(sql`${table.correctsId} is not null`),
    check('invoice_issued', sql`(${table.state} = 'issued') = (${table.number} is not null)`),
    check('invoice_hashed', sql`(${table.number} is null) = (${table.hash} is null)`),
  ],
)

export const invoiceLine = sqliteTable(
  'invoice_line',
  {
    id: integer().primaryKey(),
    invoiceId: integer()
      .notNull()
      .references(() => invoice.id),
    position: integer().notNull(),
    childId: integer()
      .notNull()
      .references(() => child.id),
    activityId: integer()
      .notNull()
      .references(() => activity.id),
    label: text().notNull(),
    quantity: integer().notNull(),
    /** Unit of the quantity, singular and plural: « journée », « journées ». */
    unit: text({ mode: 'json' }).$type<{ one: string; many: string }>().notNull(),
    unitCents: integer().notNull(),
    totalCents: integer().notNull(),
    fiscal: text({ enum: ['garde', 'repas', 'autre'] }).notNull(),
    explanation: text().notNull(),
    /** How the price was found (« Votre prix »): QF, bracket, residence, as they were when the line was made. */
    basis: text({ mode: 'json' }).$type<PriceLine['basis']>().notNull(),
    days: text({ mode: 'json' }).$type<readonly Day[]>().notNull(),
    /** Ids of the cells that this line bills. */
    reservationIds: text({ mode: 'json' }).$type<readonly number[]>().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('invoice_line_invoice').on(table.invoiceId),
    check('invoice_line_total', sql`${table.totalCents} = ${table.quantity} * ${table.unitCents}`),
  ],
)

export const payment = sqliteTable(
  'payment',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    means: text({ enum: paymentMeans }).notNull(),
    amountCents: integer().notNull(),
    receivedOn: text().$type<Day>().notNull(),
    recordedAt: text().$type<Instant>().notNull(),
    payer: text().notNull().default(''),
    /** Number and bank of a cheque, issuer of vouchers, reference of a transfer. */
    reference: text().notNull().default(''),
    receiptYear: integer().notNull(),
    receiptNumber: integer().notNull(),
    cancelledAt: text().$type<Instant>(),
    cancelReason: text(),
    /** Id on the portal of an online payment; unique, so that the payment is counted once. */
    attemptId: text().unique(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('payment_receipt').on(table.receiptYear, table.receiptNumber),
    index('payment_family').on(table.familyId),
    index('payment_day').on(table.receivedOn),
    // Used by every payment, whose answer includes the cash in the till.
    index('payment_cash')
      .on(table.receivedOn, table.amountCents, table.cancelledAt)
      .where(sql`${table.means} = 'cash'`),
    check('payment_amount', sql`${table.amountCents} > 0`),
    check('payment_cancelled', sql`(${table.cancelledAt} is null) = (${table.cancelReason} is null)`),
  ],
)

/** « Bordereau de remise »: payments of one means that leave the till together, for the bank or the treasury. */
export const depositSlip = sqliteTable(
  'deposit_slip',
  {
    id: integer().primaryKey(),
    means: text().$type<HandedOverMeans>().notNull(),
    year: integer().notNull(),
    number: integer().notNull(),
    handedOn: text().$type<Day>().notNull(),
    /** When a slip is cancelled, its lines are removed and wait for another slip. */
    cancelledAt: text().$type<Instant>(),
    cancelReason: text(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('deposit_slip_number').on(table.year, table.number),
    check('deposit_slip_cancelled', sql`(${table.cancelledAt} is null) = (${table.cancelReason} is null)`),
  ],
)

export const depositSlipLine = sqliteTable(
  'deposit_slip_line',
  {
    id: integer().primaryKey(),
    slipId: integer()
      .notNull()
      .references(() => depositSlip.id),
    paymentId: integer()
      .notNull()
      .references(() => payment.id),
    /** Negative for a payment that was cancelled after an earlier slip had handed it over. */
    amountCents: integer().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('deposit_slip_line_slip').on(table.slipId),
    uniqueIndex('deposit_slip_line_once').on(table.paymentId, sql`(${table.amountCents} > 0)`),
    check('deposit_slip_line_amount', sql`${table.amountCents} <> 0`),
  ],
)

/** The till counted at the end of a day, with the amount expected at that moment. */
export const tillClosing = sqliteTable(
  'till_closing',
  {
    id: integer().primaryKey(),
    onDay: text().$type<Day>().notNull().unique(),
    expectedCents: integer().notNull(),
    countedCents: integer().notNull(),
    note: text().notNull().default(''),
    closedAt: text().$type<Instant>().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [check('till_closing_counted', sql`${table.countedCents} >= 0`)],
)

/**
 * An online payment that staff must look at, because no home matches it or because it paid too much: money received is
 * never ignored.
 */
export const onlineCheck = sqliteTable(
  'online_check',
  {
    id: integer().primaryKey(),
    /** Id of the payment on the portal. */
    attemptId: text().notNull().unique(),
    /** Body of the portal's entry: a `PaymentEntry`, unless unreadable; empty when the payment itself was recorded. */
    body: text().notNull(),
    state: text({ enum: ['waiting', 'credited', 'seen'] }).notNull(),
    reason: text().notNull().default(''),
    decidedAt: text().$type<Instant>(),
    paymentId: integer().references(() => payment.id),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [index('online_check_waiting').on(table.state).where(sql`${table.state} = 'waiting'`)],
)

/** What a family owed (negative: had in credit) when its account was imported from another program. */
export const openingBalance = sqliteTable(
  'opening_balance',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    onDay: text().$type<Day>().notNull(),
    amountCents: integer().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [uniqueIndex('opening_balance_of').on(table.familyId, table.onDay)],
)

/**
 * Part of a payment, credit note or imported credit that settles an invoice or an imported debt. What is not allocated
 * remains the family's credit.
 */
export const allocation = sqliteTable(
  'allocation',
  {
    id: integer().primaryKey(),
    paymentId: integer().references(() => payment.id),
    creditNoteId: integer().references(() => invoice.id),
    openingCreditId: integer().references(() => openingBalance.id),
    invoiceId: integer().references(() => invoice.id),
    openingDebtId: integer().references(() => openingBalance.id),
    amountCents: integer().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('allocation_invoice').on(table.invoiceId),
    index('allocation_payment').on(table.paymentId),
    index('allocation_credit_note').on(table.creditNoteId),
    index('allocation_opening_credit').on(table.openingCreditId),
    index('allocation_opening_debt').on(table.openingDebtId),
    check('allocation_amount', sql`${table.amountCents} > 0`),
    check(
      'allocation_source',
      sql`(${table.paymentId} is not null) + (${table.creditNoteId} is not null) + (${table.openingCreditId} is not null) = 1`,
    ),
    check('allocation_target', sql`(${table.invoiceId} is null) <> (${table.openingDebtId} is null)`),
  ],
)
