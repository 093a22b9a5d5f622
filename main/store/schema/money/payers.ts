import { sql } from 'drizzle-orm'
import { check, index, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Day } from '../../../../shared/rules/calendar/day.ts'
import { aidUnits } from '../../../../shared/rules/money/aid.ts'
import { thirdPartyKinds } from '../../../../shared/rules/money/third-party.ts'
import type { Fiscal } from '../../../../shared/rules/price/tariff.ts'
import { child, family } from '../families.ts'
import { act } from '../record.ts'

/** « Tiers payeur »: who pays a part of what homes owe, and gets papers of its own. */
export const thirdParty = sqliteTable('third_party', {
  id: integer().primaryKey(),
  name: text().notNull(),
  kind: text({ enum: thirdPartyKinds }).notNull(),
  address: text().notNull().default(''),
  postcode: text().notNull().default(''),
  town: text().notNull().default(''),
  contactName: text().notNull().default(''),
  phone: text().notNull().default(''),
  email: text().notNull().default(''),
  /** A public body: its papers carry its SIRET, service code and order number. */
  isPublic: integer({ mode: 'boolean' }).notNull().default(false),
  siret: text().notNull().default(''),
  serviceCode: text().notNull().default(''),
  /** « Référence à porter »: the number of its order, printed on every paper. */
  orderNumber: text().notNull().default(''),
  /** « À titrer »: the régie does not collect the debt, the town issues an enforceable title. */
  toTitle: integer({ mode: 'boolean' }).notNull().default(false),
  archived: integer({ mode: 'boolean' }).notNull().default(false),
  actId: integer()
    .notNull()
    .references(() => act.id),
})

/** A dated promise for a home or one of its children that takes a part of what it owes. */
export const aid = sqliteTable(
  'aid',
  {
    id: integer().primaryKey(),
    /** The home whose price it reduces; of a child with two homes, one of them. */
    familyId: integer()
      .notNull()
      .references(() => family.id),
    /** Null: every child of the home. */
    childId: integer().references(() => child.id),
    /** Who bears it; null: nobody, the price is reduced. */
    thirdPartyId: integer().references(() => thirdParty.id),
    label: text().notNull(),
    /** What the amount is given for, or `rest`: a percentage of what the aids before it leave. */
    per: text({ enum: aidUnits }).notNull(),
    /** Null for a percentage. */
    amountCents: integer(),
    /** At most 100, with two decimals; null for an amount. */
    percent: real(),
    /** Null: every fiscal category. */
    fiscals: text({ mode: 'json' }).$type<readonly Fiscal[]>(),
    /** Null: every activity. */
    activityIds: text({ mode: 'json' }).$type<readonly number[]>(),
    fromDay: text().$type<Day>().notNull(),
    /** The last day; null without an end. */
    toDay: text().$type<Day>(),
    /** What it gives at most between its two days. */
    ceilingCents: integer(),
    /** For how many days, meals, hours… it gives at most. */
    ceilingUnits: integer(),
    /** What remains to be paid at least, of the cost of a day. */
    leavesCents: integer().notNull().default(0),
    /** Given to homes up to this quotient; null: to all. */
    upToQuotient: real(),
    /** Given to children of this rank or a later one; null: to all. */
    fromRank: integer(),
    /** Given to beneficiaries of this scheme, « CAF » or « MSA »; null: of any. */
    scheme: text(),
    /** Aids are taken in this order, each from what the ones before it leave. */
    position: integer().notNull(),
    decidedOn: text().$type<Day>(),
    state: text({ enum: ['promised', 'refused'] }).notNull(),
    refusedOn: text().$type<Day>(),
    refusalReason: text().notNull().default(''),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('aid_child').on(table.childId),
    index('aid_family').on(table.familyId),
    index('aid_third_party').on(table.thirdPartyId),
    check('aid_form', sql`(${table.amountCents} is null) = (${table.per} = 'rest')`),
    check('aid_share', sql`(${table.percent} is null) <> (${table.per} = 'rest')`),
    check('aid_dates', sql`${table.toDay} is null or ${table.fromDay} <= ${table.toDay}`),
    check('aid_refused', sql`(${table.refusedOn} is null) = (${table.state} = 'promised')`),
  ],
)
