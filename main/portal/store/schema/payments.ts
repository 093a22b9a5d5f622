import { sql } from 'drizzle-orm'
import { index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { Instant } from '../../../../shared/rules/calendar/day.ts'
import type { PayfipResult } from '../../../../shared/rules/money/payfip.ts'

/** One try at paying an invoice through PayFiP: recorded before the parent leaves, decided by what PayFiP says alone. */
export const paymentAttempt = pgTable(
  'payment_attempt',
  {
    id: text().primaryKey(),
    /** Made by the page for one press of the button. */
    requestId: text().notNull(),
    guardianId: integer().notNull(),
    familyId: integer().notNull(),
    invoiceId: integer().notNull(),
    /** « 2026-001284 » */
    number: text().notNull(),
    label: text().notNull(),
    amountCents: integer().notNull(),
    /** As they were asked: what is told of another régie, reference or amount is not of this attempt. */
    client: text().notNull(),
    refdet: text().notNull(),
    saisie: text({ enum: ['T', 'X', 'W'] }).notNull(),
    /** Of the service that was asked; empty for the State's. */
    address: text().notNull(),
    recordedAt: text().$type<Instant>().notNull(),
    idOp: text().unique(),
    sentAt: text().$type<Instant>(),
    /** When PayFiP was last asked, whether it answered or not; then, when it last answered, and with what. */
    askedAt: text().$type<Instant>(),
    heardAt: text().$type<Instant>(),
    result: text().$type<PayfipResult>(),
    /** Of the last answer without a result. */
    code: text(),
    paidAt: text().$type<Instant>(),
    authorisation: text(),
    settledAt: text().$type<Instant>(),
  },
  (table) => [
    uniqueIndex('payment_attempt_request').on(table.guardianId, table.requestId),
    index('payment_attempt_family').on(table.familyId, table.invoiceId),
    index('payment_attempt_open')
      .on(table.askedAt)
      .where(sql`${table.settledAt} is null and ${table.sentAt} is not null`),
  ],
)
