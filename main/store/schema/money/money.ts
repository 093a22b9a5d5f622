import { sql } from 'drizzle-orm'
import { type AnySQLiteColumn, check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Day, Instant, Month } from '../../../../shared/rules/calendar/day.ts'
import type { ClosingStatement } from '../../../../shared/rules/money/closing.ts'
import type { JournalEntry, PaperFacts } from '../../../../shared/rules/money/invoice.ts'
import type { Cents } from '../../../../shared/rules/money/money.ts'
import type { CountedFace } from '../../../../shared/rules/money/payment/cash-count.ts'
import { paymentMeans } from '../../../../shared/rules/money/payment/payment.ts'
import type { HandedOverMeans } from '../../../../shared/rules/money/payment/till.ts'
import type { VoucherShare } from '../../../../shared/rules/money/payment/vouchers.ts'
import { treasuryPaymentKinds } from '../../../../shared/rules/money/recovery/treasury.ts'
import { type AccountingNature, firstRegieId } from '../../../../shared/rules/money/regie.ts'
import type { RemittanceContent } from '../../../../shared/rules/money/remittance.ts'
import type { StoredBook } from '../../../../shared/rules/price/book.ts'
import type { DeclaredFacts, PriceLine } from '../../../../shared/rules/price/price-terms.ts'
import type { TariffVersion } from '../../../../shared/rules/price/tariff.ts'
import { activity } from '../activities.ts'
import { child, family } from '../families.ts'
import { act } from '../record.ts'
import { aid, thirdParty } from './payers.ts'
import { debtDecision, refund } from './recovery.ts'
import { regie } from './regies.ts'

export const tariff = sqliteTable('tariff', {
  id: integer().primaryKey(),
  name: text().notNull().unique(),
})

/** The definition of a tariff, valid from a day on. */
export const tariffVersion = sqliteTable(
  'tariff_version',
  {
    id: integer().primaryKey(),
    tariffId: integer()
      .notNull()
      .references(() => tariff.id),
    fromDay: text().$type<Day>().notNull(),
    definition: text({ mode: 'json' }).$type<Omit<TariffVersion, 'from'>>().notNull(),
    /** How many times the definition was replaced after papers had been issued with it, plus one. */
    revision: integer().notNull().default(1),
  },
  (table) => [uniqueIndex('tariff_version_from').on(table.tariffId, table.fromDay)],
)

/** A definition that a version of a tariff had when papers were issued with it. Rows are only added. */
export const tariffRevision = sqliteTable(
  'tariff_revision',
  {
    id: integer().primaryKey(),
    versionId: integer()
      .notNull()
      .references(() => tariffVersion.id),
    revision: integer().notNull(),
    definition: text({ mode: 'json' }).$type<Omit<TariffVersion, 'from'>>().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [uniqueIndex('tariff_revision_of').on(table.versionId, table.revision)],
)

/**
 * The tariffs, versions and hours with which a span was priced; all spans billed with the same share one row. Rows are
 * only added.
 */
export const priceBookTable = sqliteTable('price_book', {
  id: integer().primaryKey(),
  /** SHA-256 of `book` and of the definitions that it names; `id` is its first 48 bits. */
  digest: text().notNull().unique(),
  book: text({ mode: 'json' }).$type<StoredBook>().notNull(),
  actId: integer()
    .notNull()
    .references(() => act.id),
})

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
  /** Null: every régie. */
  regieId: integer().references(() => regie.id),
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
    /** Who owes it: a home or a third party. */
    familyId: integer().references(() => family.id),
    thirdPartyId: integer().references(() => thirdParty.id),
    regieId: integer()
      .notNull()
      .default(firstRegieId)
      .references(() => regie.id),
    kind: text({ enum: ['invoice', 'creditNote'] }).notNull(),
    state: text({ enum: ['draft', 'issued'] }).notNull(),
    fromDay: text().$type<Day>().notNull(),
    toDay: text().$type<Day>().notNull(),
    /** Negative for a credit note. */
    totalCents: integer().notNull(),
    /**
     * Only for drafts: whether the draft can be issued; `stale` means « à recalculer ». The causes are in `journal`.
     */
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
    /** The month billed; null for papers and drafts made by a version that billed several months on one paper. */
    month: text().$type<Month>(),
    /** Which fields the hash covers, by version of `paper-hash.ts`. */
    sealVersion: integer().notNull().default(1),
    /** On the draft of a credit note: the draft of the invoice that is issued with it, both or neither. */
    goesWithId: integer(),
    /** On a draft: the revision of the span when it was priced. */
    spanRevision: integer(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('invoice_number').on(table.series, table.year, table.number),
    index('invoice_family').on(table.familyId, table.state),
    index('invoice_of_run').on(table.runId),
    index('invoice_corrects').on(table.correctsId).where(sql`${table.correctsId} is not null`),
    uniqueIndex('invoice_draft_of')
      .on(table.familyId, table.month, table.regieId)
      .where(sql`${table.state} = 'draft' and ${table.kind} = 'invoice' and ${table.month} is not null`),
    uniqueIndex('invoice_draft_of_third_party')
      .on(table.thirdPartyId, table.regieId)
      .where(sql`${table.state} = 'draft' and ${table.thirdPartyId} is not null`),
    index('invoice_third_party').on(table.thirdPartyId, table.state).where(sql`${table.thirdPartyId} is not null`),
    index('invoice_goes_with').on(table.goesWithId).where(sql`${table.goesWithId} is not null`),
    check('invoice_issued', sql`(${table.state} = 'issued') = (${table.number} is not null)`),
    check('invoice_hashed', sql`(${table.number} is null) = (${table.hash} is null)`),
    check('invoice_payer', sql`(${table.familyId} is null) <> (${table.thirdPartyId} is null)`),
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
    /** Null when it belongs to no child: papers then print it under « Famille ». */
    childId: integer().references(() => child.id),
    activityId: integer().references(() => activity.id),
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
    /** On a credit note of seal version 2: the issued line that it takes back. */
    correctsLineId: integer(),
    /** The accounting nature, such as « 7066 »; null when unknown. */
    nature: text(),
    /** The town's own code for the nature; null when unknown. */
    productCode: text(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('invoice_line_invoice').on(table.invoiceId),
    index('invoice_line_corrects').on(table.correctsLineId).where(sql`${table.correctsLineId} is not null`),
    check('invoice_line_total', sql`${table.totalCents} = ${table.quantity} * ${table.unitCents}`),
  ],
)

/**
 * A span is a home in a month, which a run always prices whole. Triggers raise the revision at each write that may
 * change its price (`span-triggers.ts`), so that no writer can forget it. Written without audit, because it only says
 * which spans must be priced again. It has no foreign key, so that merging two homes does not have to move its rows.
 */
export const billingSpan = sqliteTable(
  'billing_span',
  {
    id: integer().primaryKey(),
    familyId: integer().notNull(),
    month: text().$type<Month>().notNull(),
    revision: integer().notNull().default(1),
    /** The revision at which a run last found nothing to bill or give back; 0: never. */
    checkedRevision: integer().notNull().default(0),
    /** The price book of that run; null when an earlier version of the program billed the month. */
    checkedBookId: integer(),
    /** The amount that the month uses of each year account (`YearTakes`), by name; 0 when nothing was left in it. */
    takes: text({ mode: 'json' }).$type<Readonly<Record<string, Cents>>>(),
    /** The revision and the price book for which `takes` holds. */
    takesRevision: integer().notNull().default(0),
    takesBookId: integer(),
  },
  (table) => [
    uniqueIndex('billing_span_of').on(table.familyId, table.month),
    index('billing_span_month').on(table.month),
    index('billing_span_changed').on(table.month).where(sql`${table.revision} > ${table.checkedRevision}`),
  ],
)

/**
 * The balance of a home at a régie; negative for a credit. Triggers compute it (`balance-triggers.ts`). Like spans, it
 * is written without audit and without a foreign key. A home with a balance of zero has no row.
 */
export const homeBalance = sqliteTable(
  'home_balance',
  {
    id: integer().primaryKey(),
    familyId: integer().notNull(),
    regieId: integer().notNull(),
    cents: integer().notNull(),
  },
  (table) => [
    uniqueIndex('home_balance_of').on(table.familyId, table.regieId),
    index('home_balance_cents').on(table.cents),
  ],
)

/** A span with issued papers, and the facts with which it was priced: facts declared later do not change its price. */
export const billedSpan = sqliteTable(
  'billed_span',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    month: text().$type<Month>().notNull(),
    bookId: integer()
      .notNull()
      .references(() => priceBookTable.id),
    /** The home's quotients and residence that overlap the month, as they were. */
    quotients: text({ mode: 'json' })
      .$type<readonly { readonly from: Day; readonly value: number | null; readonly endedOn?: Day }[]>()
      .notNull(),
    residence: text({ mode: 'json' }).$type<readonly { readonly from: Day; readonly resident: boolean }[]>().notNull(),
    /**
     * The categories, the benefit scheme and the number of dependent children at the time of billing; null: the month
     * is priced with those declared today.
     */
    declared: text({ mode: 'json' }).$type<DeclaredFacts>(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [uniqueIndex('billed_span_of').on(table.familyId, table.month)],
)

/** « Définitif »: what a credit note gave up permanently. Rows are only added; an erasure empties the reason. */
export const giveUp = sqliteTable(
  'give_up',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    month: text().$type<Month>().notNull(),
    kind: text({ enum: ['days', 'minimum', 'membership'] }).notNull(),
    /** Null for a minimum or membership of the whole home. */
    childId: integer().references(() => child.id),
    activityId: integer()
      .notNull()
      .references(() => activity.id),
    /** The label of the line: « Accueil ». */
    product: text().notNull(),
    fiscal: text({ enum: ['garde', 'repas', 'autre'] }).notNull(),
    /** One entry per unit; each gives up `unitCents`, from which the deductions of that day are already taken off. */
    days: text({ mode: 'json' }).$type<readonly Day[]>().notNull(),
    unitCents: integer().notNull(),
    reason: text().notNull(),
    /** The line of the credit note that gave it up. */
    creditLineId: integer()
      .notNull()
      .unique()
      .references(() => invoiceLine.id),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('give_up_span').on(table.familyId, table.month),
    check('give_up_cents', sql`${table.unitCents} > 0`),
  ],
)

/**
 * A price on papers of seal version 1 that the rules do not find from the same facts. It stays owed while the facts of
 * that day are those that were billed. Written only when a run first prices a span that an earlier version billed.
 */
export const keptPrice = sqliteTable(
  'kept_price',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    month: text().$type<Month>().notNull(),
    kind: text({ enum: ['day', 'minimum', 'membership'] }).notNull(),
    childId: integer().references(() => child.id),
    activityId: integer().references(() => activity.id),
    tariffId: integer(),
    day: text().$type<Day>(),
    /** For a day: the slots and kinds billed. For a membership: the year's first day. Empty for a minimum. */
    facts: text().notNull(),
    /**
     * The amount owed for the day, or for the membership of the year; for a minimum, the least that the tariff bills
     * for the month.
     */
    amountCents: integer().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [index('kept_price_span').on(table.familyId, table.month)],
)

/** « Mois arrêté »: a span that runs no longer price. */
export const finalSpan = sqliteTable(
  'final_span',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    month: text().$type<Month>().notNull(),
    /** The régie whose share of the month no longer changes; null: the whole month. */
    regieId: integer().references(() => regie.id),
    cause: text({ enum: ['erased', 'transmitted', 'town'] }).notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('final_span_of').on(table.familyId, table.month).where(sql`${table.regieId} is null`),
    uniqueIndex('final_span_share')
      .on(table.familyId, table.month, table.regieId)
      .where(sql`${table.regieId} is not null`),
  ],
)

/**
 * « Refaire les comptes depuis le … »: staff allow a declared fact to change the prices of billed spans. Rows are only
 * added.
 */
export const repricing = sqliteTable('repricing', {
  id: integer().primaryKey(),
  fromDay: text().$type<Day>().notNull(),
  /** Null: every home that the tariff priced. */
  familyId: integer().references(() => family.id),
  tariffId: integer().references(() => tariff.id),
  families: integer().notNull(),
  upCents: integer().notNull(),
  downCents: integer().notNull(),
  reason: text().notNull(),
  actId: integer()
    .notNull()
    .references(() => act.id),
})

export const payment = sqliteTable(
  'payment',
  {
    id: integer().primaryKey(),
    /** Who paid: a home or a third party. */
    familyId: integer().references(() => family.id),
    thirdPartyId: integer().references(() => thirdParty.id),
    regieId: integer()
      .notNull()
      .default(firstRegieId)
      .references(() => regie.id),
    means: text({ enum: paymentMeans }).notNull(),
    amountCents: integer().notNull(),
    receivedOn: text().$type<Day>().notNull(),
    /** The day on which the books count it: the first open day when the month of `receivedOn` was closed. */
    bookedOn: text().$type<Day>().notNull(),
    recordedAt: text().$type<Instant>().notNull(),
    payer: text().notNull().default(''),
    /** Reference of a transfer, issuer of vouchers; number and bank of cheques recorded before these had columns. */
    reference: text().notNull().default(''),
    /** The number of the cheque, or of the authorisation printed by the card terminal. */
    documentNumber: text().notNull().default(''),
    /** The bank of the cheque. */
    bank: text().notNull().default(''),
    /** The person who drew the cheque. */
    issuer: text().notNull().default(''),
    /** The cash that the payer handed over, including the change; null when it was not typed. */
    givenCents: integer(),
    /** The day until which the cheque is held back: no deposit slip includes it before. */
    heldUntil: text().$type<Day>(),
    /**
     * The amount that these vouchers may pay of each line of their invoices, under the settings of the régie at the
     * time of payment. Stored because settings change, and because the lines that were paid must be found again later.
     * Null when the régie set no limit, and for other means.
     */
    voucherLines: text({ mode: 'json' }).$type<readonly VoucherShare[]>(),
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
    uniqueIndex('payment_receipt').on(table.regieId, table.receiptYear, table.receiptNumber),
    index('payment_family').on(table.familyId),
    index('payment_third_party').on(table.thirdPartyId).where(sql`${table.thirdPartyId} is not null`),
    index('payment_day').on(table.receivedOn),
    index('payment_booked').on(table.bookedOn),
    // Used by every payment, whose answer includes the cash in the till.
    index('payment_cash')
      .on(table.receivedOn, table.amountCents, table.cancelledAt)
      .where(sql`${table.means} = 'cash'`),
    check('payment_payer', sql`(${table.familyId} is null) <> (${table.thirdPartyId} is null)`),
    check('payment_amount', sql`${table.amountCents} > 0`),
    check('payment_cancelled', sql`(${table.cancelledAt} is null) = (${table.cancelReason} is null)`),
  ],
)

/** « Bordereau de remise »: payments of one means that leave the till together, for the bank or the Treasury. */
export const depositSlip = sqliteTable(
  'deposit_slip',
  {
    id: integer().primaryKey(),
    regieId: integer()
      .notNull()
      .default(firstRegieId)
      .references(() => regie.id),
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
    uniqueIndex('deposit_slip_number').on(table.regieId, table.year, table.number),
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
    /** Null for a line that deducts a refund. */
    paymentId: integer().references(() => payment.id),
    /** Cash given back since the last slip: it left the till when it was given. */
    refundId: integer()
      .unique()
      .references(() => refund.id),
    /** Negative for a refund, and for a payment that was cancelled after an earlier slip had handed it over. */
    amountCents: integer().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('deposit_slip_line_slip').on(table.slipId),
    uniqueIndex('deposit_slip_line_once').on(table.paymentId, sql`(${table.amountCents} > 0)`),
    check('deposit_slip_line_what', sql`(${table.paymentId} is null) <> (${table.refundId} is null)`),
    check(
      'deposit_slip_line_amount',
      sql`${table.amountCents} <> 0 and (${table.refundId} is null or ${table.amountCents} < 0)`,
    ),
  ],
)

/** The till counted at the end of a day, with the amount expected at that moment. */
export const tillClosing = sqliteTable(
  'till_closing',
  {
    id: integer().primaryKey(),
    regieId: integer()
      .notNull()
      .default(firstRegieId)
      .references(() => regie.id),
    onDay: text().$type<Day>().notNull(),
    expectedCents: integer().notNull(),
    countedCents: integer().notNull(),
    /** The notes and coins that make the counted amount, largest first; null when only the total was typed. */
    faces: text({ mode: 'json' }).$type<readonly CountedFace[]>(),
    note: text().notNull().default(''),
    closedAt: text().$type<Instant>().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('till_closing_of').on(table.regieId, table.onDay),
    check('till_closing_counted', sql`${table.countedCents} >= 0`),
  ],
)

/**
 * « Clôture » of a month or a year of a régie: no amount dated in it changes afterwards. Its hash covers the statement,
 * the rows counted and the previous closing. Never changed nor removed.
 */
export const closing = sqliteTable(
  'closing',
  {
    id: integer().primaryKey(),
    regieId: integer()
      .notNull()
      .references(() => regie.id),
    kind: text({ enum: ['month', 'year'] }).notNull(),
    fromDay: text().$type<Day>().notNull(),
    toDay: text().$type<Day>().notNull(),
    /** In the order of closing, from 1 for each régie. */
    number: integer().notNull(),
    /** The natures of the régie at the closing. */
    natures: text({ mode: 'json' }).$type<readonly AccountingNature[]>().notNull(),
    statement: text({ mode: 'json' }).$type<ClosingStatement>().notNull(),
    /** SHA-256 of the rows that the statement counts, in order. */
    rowsHash: text().notNull(),
    hash: text().notNull(),
    /** Null for the first closing of a régie. */
    previousHash: text(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('closing_of').on(table.regieId, table.kind, table.fromDay),
    uniqueIndex('closing_number').on(table.regieId, table.number),
    check('closing_days', sql`${table.fromDay} <= ${table.toDay}`),
  ],
)

/**
 * « Relevé de versement »: the money that the régie handed over to the accountant since the previous statement. Never
 * changed nor removed.
 */
export const remittance = sqliteTable(
  'remittance',
  {
    id: integer().primaryKey(),
    regieId: integer()
      .notNull()
      .references(() => regie.id),
    /** From 1 for each régie. */
    number: integer().notNull(),
    fromDay: text().$type<Day>().notNull(),
    toDay: text().$type<Day>().notNull(),
    /** The natures of the régie when the statement was made. */
    natures: text({ mode: 'json' }).$type<readonly AccountingNature[]>().notNull(),
    content: text({ mode: 'json' }).$type<RemittanceContent>().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('remittance_number').on(table.regieId, table.number),
    check('remittance_days', sql`${table.fromDay} <= ${table.toDay}`),
  ],
)

/**
 * An online payment that staff must check, because no home matches it or because it exceeds the debt: money received is
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

/**
 * What a family owed when its account was imported from another program (negative for a credit): one balance, or the
 * unpaid part of one invoice.
 */
export const openingBalance = sqliteTable(
  'opening_balance',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    regieId: integer()
      .notNull()
      .default(firstRegieId)
      .references(() => regie.id),
    /** The day of the balance, or the day on which the invoice was issued. */
    onDay: text().$type<Day>().notNull(),
    /** The day on which the books count it: the first open day when the month of `onDay` was closed. */
    bookedOn: text().$type<Day>().notNull(),
    /** The last day to pay the invoice; for a balance, its own day. */
    dueOn: text().$type<Day>().notNull(),
    amountCents: integer().notNull(),
    /** The number of the invoice in the other program; empty for a balance. */
    reference: text().notNull().default(''),
    /** The period of the invoice, « octobre 2026 »; other texts of the other program are not stored. */
    period: text().notNull().default(''),
    /** The total of the invoice, of which `amountCents` was unpaid; null for a balance. */
    invoicedCents: integer(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('opening_balance_of').on(table.familyId, table.onDay, table.regieId, table.reference),
    uniqueIndex('opening_balance_reference')
      .on(table.regieId, table.reference, table.onDay)
      .where(sql`${table.reference} <> ''`),
  ],
)

/**
 * What settles a debt: a part of a payment, credit note or imported credit, or a decision; or the part of a credit that
 * a refund gives back. The part that is not allocated remains the payer's credit. A row is never changed nor removed:
 * undoing it adds the opposite row, dated on the day of undoing.
 */
export const allocation = sqliteTable(
  'allocation',
  {
    id: integer().primaryKey(),
    paymentId: integer().references(() => payment.id),
    creditNoteId: integer().references(() => invoice.id),
    openingCreditId: integer().references(() => openingBalance.id),
    decisionId: integer().references(() => debtDecision.id),
    invoiceId: integer().references(() => invoice.id),
    openingDebtId: integer().references(() => openingBalance.id),
    refundId: integer().references(() => refund.id),
    /** The day on which the books count it. */
    onDay: text().$type<Day>().notNull(),
    /** Negative for the opposite of another row. */
    amountCents: integer().notNull(),
    /** The row to which this one is the opposite. */
    reversesId: integer().references((): AnySQLiteColumn => allocation.id),
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
    index('allocation_decision').on(table.decisionId).where(sql`${table.decisionId} is not null`),
    index('allocation_refund').on(table.refundId).where(sql`${table.refundId} is not null`),
    uniqueIndex('allocation_reverses').on(table.reversesId),
    check(
      'allocation_amount',
      sql`${table.amountCents} <> 0 and (${table.amountCents} < 0) = (${table.reversesId} is not null)`,
    ),
    check(
      'allocation_source',
      sql`(${table.paymentId} is not null) + (${table.creditNoteId} is not null) + (${table.openingCreditId} is not null) + (${table.decisionId} is not null) = 1`,
    ),
    check(
      'allocation_target',
      sql`(${table.invoiceId} is not null) + (${table.openingDebtId} is not null) + (${table.refundId} is not null) = 1`,
    ),
  ],
)

/** A payment or reduction that lowers a debt that the Treasury collects. It counts from `paidOn` on. */
export const treasuryPayment = sqliteTable(
  'treasury_payment',
  {
    id: integer().primaryKey(),
    kind: text({ enum: treasuryPaymentKinds }).notNull().default('paid'),
    /** The transmission by which the debt was handed over. */
    decisionId: integer()
      .notNull()
      .references(() => debtDecision.id),
    invoiceId: integer().references(() => invoice.id),
    openingDebtId: integer().references(() => openingBalance.id),
    /**
     * Since when it waits for the ordonnateur to reduce the titre, or for the money to be handed over; null when the
     * Treasury reported it without a request.
     */
    askedOn: text().$type<Day>(),
    /** When the Treasury was paid, or the titre reduced; null while it waits. */
    paidOn: text().$type<Day>(),
    amountCents: integer().notNull(),
    /** The reason for reducing the titre. */
    reason: text().notNull().default(''),
    /** The refund that keeps the money which the régie received for this debt. */
    refundId: integer().references(() => refund.id),
    cancelledAt: text().$type<Instant>(),
    cancelReason: text(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('treasury_payment_decision').on(table.decisionId),
    index('treasury_payment_invoice').on(table.invoiceId),
    index('treasury_payment_opening_debt').on(table.openingDebtId),
    check('treasury_payment_debt', sql`(${table.invoiceId} is null) <> (${table.openingDebtId} is null)`),
    check('treasury_payment_amount', sql`${table.amountCents} > 0`),
    check('treasury_payment_cancelled', sql`(${table.cancelledAt} is null) = (${table.cancelReason} is null)`),
    check('treasury_payment_waits', sql`${table.askedOn} is not null or ${table.paidOn} is not null`),
    check('treasury_payment_kept', sql`(${table.kind} = 'forwarded') = (${table.refundId} is not null)`),
  ],
)

/**
 * What issued papers of homes leave to third parties. Rows are only added: when a price or an aid changes, a row with
 * the opposite amount is added. A third party's paper bills the rows that no paper has billed yet.
 */
export const payerPart = sqliteTable(
  'payer_part',
  {
    id: integer().primaryKey(),
    /** The home whose span the aid reduced. */
    familyId: integer()
      .notNull()
      .references(() => family.id),
    month: text().$type<Month>().notNull(),
    thirdPartyId: integer()
      .notNull()
      .references(() => thirdParty.id),
    aidId: integer()
      .notNull()
      .references(() => aid.id),
    regieId: integer()
      .notNull()
      .default(firstRegieId)
      .references(() => regie.id),
    childId: integer()
      .notNull()
      .references(() => child.id),
    activityId: integer()
      .notNull()
      .references(() => activity.id),
    label: text().notNull(),
    unit: text({ mode: 'json' }).$type<{ one: string; many: string }>().notNull(),
    fiscal: text({ enum: ['garde', 'repas', 'autre'] }).notNull(),
    nature: text(),
    productCode: text(),
    explanation: text().notNull(),
    /** One entry per unit; each leaves `unitCents` to the third party, or takes them back below zero. */
    days: text({ mode: 'json' }).$type<readonly Day[]>().notNull(),
    unitCents: integer().notNull(),
    /** The home's invoice or credit note of the same act; null when the home owes nothing. */
    homePaperId: integer().references(() => invoice.id),
    /** The third party's paper that bills the row; null until then. */
    billedBy: integer().references(() => invoice.id),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('payer_part_span').on(table.familyId, table.month),
    index('payer_part_third_party').on(table.thirdPartyId, table.billedBy),
    index('payer_part_aid').on(table.aidId),
    check('payer_part_cents', sql`${table.unitCents} <> 0`),
  ],
)
