import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Day } from '../../../../shared/rules/calendar/day.ts'
import { fees } from '../../../../shared/rules/money/free-lines.ts'
import { activity } from '../activities.ts'
import { child, family } from '../families.ts'
import { act } from '../record.ts'
import { regie } from './regies.ts'

/** The town's list of usual free lines: « Badge perdu », « Geste commercial ». */
export const freeLineKind = sqliteTable('free_line_kind', {
  id: integer().primaryKey(),
  label: text().notNull(),
  /** The usual amount, which staff may change on each line. Negative for a deduction. */
  unitCents: integer().notNull(),
  regieId: integer()
    .notNull()
    .references(() => regie.id),
  fiscal: text({ enum: ['garde', 'repas', 'autre'] }).notNull(),
  archived: integer({ mode: 'boolean' }).notNull().default(false),
  actId: integer()
    .notNull()
    .references(() => act.id),
})

/** « Ligne libre »: an amount that staff wrote, which the home owes or which reduces what it owes. */
export const freeLine = sqliteTable(
  'free_line',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    /** The usual line from which it was made; null when staff typed it freely. */
    kindId: integer().references(() => freeLineKind.id),
    /** Null when it belongs to no child: papers then print it under « Famille ». */
    childId: integer().references(() => child.id),
    activityId: integer().references(() => activity.id),
    regieId: integer()
      .notNull()
      .references(() => regie.id),
    /** The day under which it is billed: the home owes it in the month of this day. */
    day: text().$type<Day>().notNull(),
    /** The day of a final month (« mois arrêté ») that it corrects; null for any other line. */
    correctedDay: text().$type<Day>(),
    label: text().notNull(),
    quantity: integer().notNull(),
    /** Negative for a deduction. */
    unitCents: integer().notNull(),
    fiscal: text({ enum: ['garde', 'repas', 'autre'] }).notNull(),
    /** The kind of fee that the service charges automatically; null for a line that staff wrote. */
    fee: text({ enum: fees }),
    /** The reason for a deduction; empty for other lines. */
    reason: text().notNull().default(''),
    /** The part that credit notes gave up permanently (« définitif »), with the sign of `unitCents`. */
    givenUpCents: integer().notNull().default(0),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('free_line_family').on(table.familyId),
    check('free_line_cents', sql`${table.unitCents} <> 0 and ${table.quantity} > 0`),
  ],
)
