import { sql } from 'drizzle-orm'
import { check, index, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Day } from '../../../../shared/rules/calendar/day.ts'
import { aidUnits } from '../../../../shared/rules/money/aid.ts'
import { thirdPartyKinds } from '../../../../shared/rules/money/third-party.ts'
import type { Fiscal } from '../../../../shared/rules/price/tariff.ts'
import { child, family } from '../families.ts'
import { act } from '../record.ts'

/** « Tiers payeur »: a payer of a part of what homes owe, who gets papers of its own. */
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
  /** « À titrer »: the régie does not collect the debt, because the town issues an enforceable title. */
  toTitle: integer({ mode: 'boolean' }).notNull().default(false),
  archived: integer({ mode: 'boolean' }).notNull().default(false),
  actId: integer()
    .notNull()
    .references(() => act.id),
})

/** A promise with dates, for a home or one of its children, that pays a part of what the home owes. */
export const aid = sqliteTable(
  'aid',
  {
    id: integer().primaryKey(),
    /** The home whose price it reduces; for a child with two homes, one of them. */
    familyId: integer()
      .notNull()
      .references(() => family.id),
    /** Null: every child of the home. */
    childId: integer().references(() => child.id),
    /** The third party that pays it; null: nobody does, and it only reduces the price. */
    thirdPartyId: integer().references(() => thirdParty.id),
    label: text().notNull(),
    /** The unit for which the amount is given, or `rest`: a percentage of what the earlier aids leave. */
    per: text({ enum: aidUnits }).notNull(),
    /** Null for a percentage. */
    amountCents: integer(),
    /** At most 100, with two decimals; null for an amount. */
    percent: real(),
    /** Null: all fiscal categories. */
    fiscals: text({ mode: 'json' }).$type<readonly Fiscal[]>(),
    /** Null: all activities. */
    activityIds: text({ mode: 'json' }).$type<readonly number[]>(),
    fromDay: text().$type<Day>().notNull(),
    /** The last day; null without an end. */
    toDay: text().$type<Day>(),
    /** The maximum amount between its first and last day. */
    ceilingCents: integer(),
    /** The maximum number of days, meals, hours… that it pays. */
    ceilingUnits: integer(),
    /** The amount of a day's cost that must remain to be paid at least. */
    leavesCents: integer().notNull().default(0),
    /** For homes up to this quotient; null: for all. */
    upToQuotient: real(),
    /** For children of this rank or a later one; null: for all. */
    fromRank: integer(),
    /** For beneficiaries of this scheme, « CAF » or « MSA »; null: of any scheme. */
    scheme: text(),
    /** Aids apply in this order, each to what the earlier ones leave. */
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
