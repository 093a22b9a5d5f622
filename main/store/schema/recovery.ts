import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { debtDecisionKinds, refundMeans } from '../../../shared/rules/money/recovery.ts'
import { family } from './families.ts'
import { thirdParty } from './payers.ts'
import { act } from './record.ts'
import { regie } from './regies.ts'

/**
 * A decision that takes debts off what a payer owes to a régie: given up, or handed to the Treasury. Its allocations say
 * which debts, and how much of each.
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
    /** Who decided it, « Conseil municipal », and the number of the decision; empty for a transmission. */
    organ: text().notNull().default(''),
    number: text().notNull().default(''),
    decidedOn: text().$type<Day>().notNull(),
    /** The day on which it counts in the books. */
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

/** Money given back to a payer, from what it has ahead at a régie. Its allocations say from which credits. */
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
    /** Since when the credits are kept for it. */
    askedOn: text().$type<Day>().notNull(),
    /** When the payer got the money; null while the finance service has not told it. */
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
