import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { act } from './record.ts'
import { staffMember } from './settings.ts'

/** A public cash desk that the council created, with numbered series of its own. */
export const regie = sqliteTable(
  'regie',
  {
    id: integer().primaryKey(),
    name: text().notNull(),
    /** One to three letters in every number of its papers; null for the first régie. */
    prefix: text().unique(),
    /** « Acte constitutif »: the decision that created it, and its day. */
    decision: text().notNull().default(''),
    decidedOn: text().$type<Day>(),
    archived: integer({ mode: 'boolean' }).notNull().default(false),
  },
  (table) => [check('regie_prefix', sql`(${table.prefix} is null) = (${table.id} = ${sql.raw(`${firstRegieId}`)})`)],
)

/** « Régisseur » and « mandataires suppléants »: who holds a régie, and when. */
export const regieHolder = sqliteTable(
  'regie_holder',
  {
    id: integer().primaryKey(),
    regieId: integer()
      .notNull()
      .references(() => regie.id),
    staffMemberId: integer()
      .notNull()
      .references(() => staffMember.id),
    kind: text({ enum: ['titular', 'deputy'] }).notNull(),
    fromDay: text().$type<Day>().notNull(),
    /** The last day; null without an end. */
    toDay: text().$type<Day>(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('regie_holder_of').on(table.regieId),
    check('regie_holder_dates', sql`${table.toDay} is null or ${table.fromDay} <= ${table.toDay}`),
  ],
)
