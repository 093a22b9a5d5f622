import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { child } from './families.ts'
import { receivedPaper } from './papers.ts'
import { act } from './record.ts'

/** Who may fetch a child besides its guardians, and who must not. */
export const pickupContact = sqliteTable(
  'pickup_contact',
  {
    id: integer().primaryKey(),
    childId: integer()
      .notNull()
      .references(() => child.id),
    name: text().notNull(),
    relation: text().notNull().default(''),
    phone: text().notNull().default(''),
    allowed: integer({ mode: 'boolean' }).notNull(),
    /** For a forbidden person: the court that decided, the day of its decision, and its last day. */
    decidedBy: text().notNull().default(''),
    decidedOn: text().$type<Day>(),
    decidedUntil: text().$type<Day>(),
    /** The decision, as a parent sent it: its file is kept until the decision ends. */
    decisionPaperId: integer().references(() => receivedPaper.id),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('pickup_contact_child').on(table.childId),
    index('pickup_contact_paper').on(table.decisionPaperId),
    check('pickup_contact_decision', sql`(${table.decidedBy} = '') = (${table.decidedOn} is null)`),
  ],
)
