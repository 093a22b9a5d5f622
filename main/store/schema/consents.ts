import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { consentAnswers, consentKinds } from '../../../shared/rules/dossier/consent.ts'
import { child, guardian } from './families.ts'
import { act } from './record.ts'

/** A question of the service to those who hold authority for a child (« autorisation »). */
export const consentQuestion = sqliteTable(
  'consent_question',
  {
    id: integer().primaryKey(),
    kind: text({ enum: consentKinds }).notNull(),
    title: text().notNull(),
    /** Whether every holder of authority must answer; otherwise one answer is enough. */
    asksAll: integer({ mode: 'boolean' }).notNull(),
    /** The question does not concern children below this age. */
    leastAge: integer(),
    /** The service no longer asks the question. */
    archived: integer({ mode: 'boolean' }).notNull().default(false),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('consent_question_kind').on(table.kind).where(sql`${table.kind} <> 'other'`),
    check('consent_question_age', sql`${table.leastAge} is null or ${table.leastAge} between 1 and 17`),
  ],
)

/** A text of a question, valid from a day on. */
export const consentText = sqliteTable(
  'consent_text',
  {
    id: integer().primaryKey(),
    questionId: integer()
      .notNull()
      .references(() => consentQuestion.id),
    version: integer().notNull(),
    text: text().notNull(),
    fromDay: text().$type<Day>().notNull(),
    /** The last day on which an answer to the former text still holds. */
    formerUntil: text().$type<Day>(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('consent_text_version').on(table.questionId, table.version),
    check('consent_text_former', sql`${table.formerUntil} is null or ${table.formerUntil} >= ${table.fromDay}`),
  ],
)

/** The answer of a guardian to a text for a child. Rows are added, never changed: the last row for a text holds. */
export const consentAnswer = sqliteTable(
  'consent_answer',
  {
    id: integer().primaryKey(),
    consentTextId: integer()
      .notNull()
      .references(() => consentText.id),
    childId: integer()
      .notNull()
      .references(() => child.id),
    guardianId: integer()
      .notNull()
      .references(() => guardian.id),
    answer: text({ enum: consentAnswers }).notNull(),
    answeredOn: text().$type<Day>().notNull(),
    /** When the parent recorded it on the portal, or staff typed it: orders the answers of one day. */
    answeredAt: text()
      .$type<Instant>()
      .notNull()
      .default('' as Instant),
    /** The entry of the portal's log with the answer; null for an answer typed by staff. */
    entryId: text(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('consent_answer_child').on(table.childId),
    index('consent_answer_guardian').on(table.guardianId),
    index('consent_answer_text').on(table.consentTextId),
    uniqueIndex('consent_answer_entry').on(table.entryId).where(sql`${table.entryId} is not null`),
  ],
)
