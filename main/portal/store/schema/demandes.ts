import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { Day, Instant } from '../../../../shared/rules/calendar/day.ts'
import type { Wish } from '../../../../shared/rules/cell/cell.ts'
import type { Answer } from '../../../../shared/rules/cell/cell-actions.ts'
import { account } from './accounts.ts'

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
    /** When the desk first had it, for the family to read. Whether it has it now is the exchange's to say. */
    collectedAt: text().$type<Instant>(),
    takenBackAt: text().$type<Instant>(),
    withdrawnAt: text().$type<Instant>(),
    answer: text().$type<Answer>(),
    answerReason: text(),
    /** 1 is the answer; above, a correction of it. */
    answerRevision: integer(),
    answeredAt: text().$type<Instant>(),
  },
  (table) => [
    // At most one open ask a cell, whoever of the home asked.
    uniqueIndex('demande_open')
      .on(table.registrationId, table.day, table.slotId)
      .where(sql`${table.withdrawnAt} is null and ${table.answeredAt} is null`),
    index('demande_family').on(table.familyId),
    check('demande_wish', sql`${table.wish} in ('book', 'cancel', 'leave')`),
  ],
)

/** A registration asked for: « ? » until decided. */
export const registrationDemande = pgTable(
  'registration_demande',
  {
    id: text().primaryKey(),
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
    answerRevision: integer(),
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
    answerRevision: integer(),
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
