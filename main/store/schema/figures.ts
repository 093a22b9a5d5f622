import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Day, Month } from '../../../shared/rules/calendar/day.ts'
import type { DeclaredRow, DeclaredRule } from '../../../shared/rules/figures/declaration.ts'
import { accueilKinds, countings } from '../../../shared/rules/figures/hours-rule.ts'
import { activity } from './activities.ts'
import { act } from './record.ts'
import { site } from './settings.ts'

/** How the hours of an activity are declared to the CAF from a month on; without a row, the usual rule applies. */
export const hoursRule = sqliteTable(
  'hours_rule',
  {
    id: integer().primaryKey(),
    activityId: integer()
      .notNull()
      .references(() => activity.id),
    /** The first day of a month. */
    fromDay: text().$type<Day>().notNull(),
    /**
     * The accueil under which it is declared, together with other activities of that accueil; empty: the activity's own
     * name.
     */
    declaredAs: text().notNull().default(''),
    kind: text({ enum: accueilKinds }).notNull(),
    counts: text({ enum: countings }).notNull(),
    /** Null: no ceiling. */
    dayMinutes: integer(),
    halfDayMinutes: integer(),
    source: text().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('hours_rule_from').on(table.activityId, table.fromDay),
    check('hours_rule_month', sql`${table.fromDay} like '%-01'`),
    check('hours_rule_day', sql`${table.dayMinutes} is null or ${table.dayMinutes} between 1 and 1440`),
    check('hours_rule_half_day', sql`${table.halfDayMinutes} is null or ${table.halfDayMinutes} between 1 and 1440`),
  ],
)

/**
 * Hours that were declared to the CAF, with the rules that counted them. Never changed: a correction is another row.
 */
export const hoursDeclaration = sqliteTable(
  'hours_declaration',
  {
    id: integer().primaryKey(),
    /** First and last day of the months declared. */
    fromDay: text().$type<Day>().notNull(),
    toDay: text().$type<Day>().notNull(),
    declaredOn: text().$type<Day>().notNull(),
    rows: text({ mode: 'json' }).$type<readonly DeclaredRow[]>().notNull(),
    rules: text({ mode: 'json' }).$type<readonly DeclaredRule[]>().notNull(),
    note: text().notNull().default(''),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('hours_declaration_days').on(table.fromDay, table.toDay),
    check('hours_declaration_order', sql`${table.fromDay} <= ${table.toDay}`),
  ],
)

/** Figures of a month that another program counted: they can be read, but are never added to this desk's figures. */
export const formerFigure = sqliteTable(
  'former_figure',
  {
    id: integer().primaryKey(),
    /** The program, as staff name it: « Noethysweb ». */
    source: text().notNull(),
    month: text().$type<Month>().notNull(),
    /** The name of the activity in the other program. */
    activity: text().notNull(),
    /** Null: a figure of the whole town. */
    siteId: integer().references(() => site.id),
    minutes: integer(),
    meals: integer(),
    invoicedCents: integer(),
    paidCents: integer(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('former_figure_of_site').on(table.source, table.month, table.activity, table.siteId),
    uniqueIndex('former_figure_of_town')
      .on(table.source, table.month, table.activity)
      .where(sql`${table.siteId} is null`),
    check('former_figure_month', sql`${table.month} like '____-__'`),
  ],
)
