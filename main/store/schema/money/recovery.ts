import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Day, Instant } from '../../../../shared/rules/calendar/day.ts'
import { debtDecisionKinds, refundMeans } from '../../../../shared/rules/money/recovery/debt-decision.ts'
import { type OutstandingFacts, outstandingFormats } from '../../../../shared/rules/money/recovery/outstanding.ts'
import type { PlanFacts, PlanPart } from '../../../../shared/rules/money/recovery/plan.ts'
import { type ReminderFacts, recoveryNoteKinds } from '../../../../shared/rules/money/recovery/reminder.ts'
import { reminderChannels } from '../../../../shared/rules/money/recovery/reminder-level.ts'
import { family } from '../families.ts'
import { act } from '../record.ts'
import { thirdParty } from './payers.ts'
import { regie } from './regies.ts'

/**
 * A decision that takes debts off a payer's account at a régie: they are given up, or handed to the Treasury. Its
 * allocations hold the debts, with the amount of each.
 */
export const debtDecision = sqliteTable(
  'debt_decision',
  {
    id: integer().primaryKey(),
    regieId: integer()
      .notNull()
      .references(() => regie.id),
    familyId: integer().references(() => family.id),
    thirdPartyId: integer().references(() => thirdParty.id),
    kind: text({ enum: debtDecisionKinds }).notNull(),
    /** The body that decided (« Conseil municipal »), and the number of the decision; empty for a transmission. */
    organ: text().notNull().default(''),
    number: text().notNull().default(''),
    decidedOn: text().$type<Day>().notNull(),
    /** The day on which the books count it. */
    onDay: text().$type<Day>().notNull(),
    reason: text().notNull().default(''),
    cancelledAt: text().$type<Instant>(),
    cancelReason: text(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('debt_decision_family').on(table.familyId),
    index('debt_decision_third_party').on(table.thirdPartyId).where(sql`${table.thirdPartyId} is not null`),
    check('debt_decision_payer', sql`(${table.familyId} is null) <> (${table.thirdPartyId} is null)`),
    check('debt_decision_cancelled', sql`(${table.cancelledAt} is null) = (${table.cancelReason} is null)`),
  ],
)

/** Money given back from a payer's credit at a régie. Its allocations hold the credits. */
export const refund = sqliteTable(
  'refund',
  {
    id: integer().primaryKey(),
    regieId: integer()
      .notNull()
      .references(() => regie.id),
    familyId: integer().references(() => family.id),
    thirdPartyId: integer().references(() => thirdParty.id),
    means: text({ enum: refundMeans }).notNull(),
    amountCents: integer().notNull(),
    reason: text().notNull(),
    /** The day from which the credits are kept for it. */
    askedOn: text().$type<Day>().notNull(),
    /** When the payer got the money; null while the finance service has not reported it. */
    paidOn: text().$type<Day>(),
    /** Number of the transfer or of the payment order. */
    reference: text().notNull().default(''),
    cancelledAt: text().$type<Instant>(),
    cancelReason: text(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('refund_family').on(table.familyId),
    index('refund_third_party').on(table.thirdPartyId).where(sql`${table.thirdPartyId} is not null`),
    check('refund_payer', sql`(${table.familyId} is null) <> (${table.thirdPartyId} is null)`),
    check('refund_amount', sql`${table.amountCents} > 0`),
    check('refund_cancelled', sql`(${table.cancelledAt} is null) = (${table.cancelReason} is null)`),
    check('refund_outcome', sql`${table.paidOn} is null or ${table.cancelledAt} is null`),
  ],
)

/** A numbered reminder of a payer's debts at a régie. Those of one act form one run. Rows are only added. */
export const reminder = sqliteTable(
  'reminder',
  {
    id: integer().primaryKey(),
    regieId: integer()
      .notNull()
      .references(() => regie.id),
    familyId: integer().references(() => family.id),
    thirdPartyId: integer().references(() => thirdParty.id),
    series: text().notNull(),
    year: integer().notNull(),
    number: integer().notNull(),
    /** Counted from 1. */
    level: integer().notNull(),
    channel: text({ enum: reminderChannels }).notNull(),
    madeOn: text().$type<Day>().notNull(),
    payBefore: text().$type<Day>().notNull(),
    amountCents: integer().notNull(),
    /** The text of the letter, as it was on that day. */
    paper: text({ mode: 'json' }).$type<ReminderFacts>().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('reminder_number').on(table.series, table.year, table.number),
    index('reminder_family').on(table.familyId).where(sql`${table.familyId} is not null`),
    index('reminder_third_party').on(table.thirdPartyId).where(sql`${table.thirdPartyId} is not null`),
    index('reminder_run').on(table.regieId, table.actId),
    check('reminder_payer', sql`(${table.familyId} is null) <> (${table.thirdPartyId} is null)`),
    check('reminder_amount', sql`${table.amountCents} > 0`),
  ],
)

/** A note of staff about the recovery of a payer's debts at a régie. */
export const recoveryNote = sqliteTable(
  'recovery_note',
  {
    id: integer().primaryKey(),
    regieId: integer()
      .notNull()
      .references(() => regie.id),
    familyId: integer().references(() => family.id),
    thirdPartyId: integer().references(() => thirdParty.id),
    /** `aside`: no reminder until a day. `back`: ends the setting aside of the payer. */
    kind: text({ enum: recoveryNoteKinds }).notNull(),
    text: text().notNull(),
    /** The day for which the payer promised to pay (`call`), or the last day without a reminder (`aside`). */
    untilDay: text().$type<Day>(),
    notedOn: text().$type<Day>().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('recovery_note_family').on(table.familyId).where(sql`${table.familyId} is not null`),
    index('recovery_note_third_party').on(table.thirdPartyId).where(sql`${table.thirdPartyId} is not null`),
    check('recovery_note_payer', sql`(${table.familyId} is null) <> (${table.thirdPartyId} is null)`),
    check('recovery_note_aside', sql`${table.kind} <> 'aside' or ${table.untilDay} is not null`),
  ],
)

/** « Échéancier »: the amounts and days by which a payer promises to pay debts of a régie in parts. */
export const paymentPlan = sqliteTable(
  'payment_plan',
  {
    id: integer().primaryKey(),
    regieId: integer()
      .notNull()
      .references(() => regie.id),
    familyId: integer().references(() => family.id),
    thirdPartyId: integer().references(() => thirdParty.id),
    /** In the order of their days; their sum is the part of its debts that the plan includes. */
    parts: text({ mode: 'json' }).$type<readonly PlanPart[]>().notNull(),
    /** The text of its paper, as it was on that day; its debts are those of the plan. */
    paper: text({ mode: 'json' }).$type<PlanFacts>().notNull(),
    madeOn: text().$type<Day>().notNull(),
    /** The day on which staff ended it; a plan whose debts are paid is not ended. */
    endedOn: text().$type<Day>(),
    endReason: text(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('payment_plan_standing').on(table.regieId).where(sql`${table.endedOn} is null`),
    index('payment_plan_family').on(table.familyId).where(sql`${table.familyId} is not null`),
    index('payment_plan_third_party').on(table.thirdPartyId).where(sql`${table.thirdPartyId} is not null`),
    check('payment_plan_payer', sql`(${table.familyId} is null) <> (${table.thirdPartyId} is null)`),
    check('payment_plan_ended', sql`(${table.endedOn} is null) = (${table.endReason} is null)`),
  ],
)

/**
 * « État des restes à recouvrer »: a numbered list of debts that the régie hands over to the Treasury. The
 * transmissions of the same act are its debts. Rows are only added.
 */
export const outstandingStatement = sqliteTable(
  'outstanding_statement',
  {
    id: integer().primaryKey(),
    regieId: integer()
      .notNull()
      .references(() => regie.id),
    series: text().notNull(),
    year: integer().notNull(),
    number: integer().notNull(),
    madeOn: text().$type<Day>().notNull(),
    amountCents: integer().notNull(),
    /** The text of the list, as it was on that day. */
    facts: text({ mode: 'json' }).$type<OutstandingFacts>().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('outstanding_statement_number').on(table.series, table.year, table.number),
    check('outstanding_statement_amount', sql`${table.amountCents} > 0`),
  ],
)

/** A file of such a list, made with it and always returned with the same bytes. Rows are only added. */
export const outstandingFile = sqliteTable(
  'outstanding_file',
  {
    id: integer().primaryKey(),
    statementId: integer()
      .notNull()
      .references(() => outstandingStatement.id),
    format: text({ enum: outstandingFormats }).notNull(),
    name: text().notNull(),
    sha256: text().notNull(),
    /** Compressed, then sealed with the data key. */
    sealed: text().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [uniqueIndex('outstanding_file_of').on(table.statementId, table.format)],
)
