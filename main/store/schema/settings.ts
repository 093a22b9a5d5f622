import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Role } from '../../../shared/rules/access/roles.ts'
import { firstSiteId } from '../../../shared/rules/access/sites.ts'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import type { Priority } from '../../../shared/rules/cell/waiting.ts'
import { catchmentSides } from '../../../shared/rules/people/catchment.ts'
import type { QuotientRule } from '../../../shared/rules/quotient/validity.ts'
import { act, picture } from './record.ts'

export const staffMember = sqliteTable(
  'staff_member',
  {
    id: integer().primaryKey(),
    name: text().notNull(),
    login: text().notNull(),
    /** argon2id hash in PHC string format. */
    passwordHash: text().notNull(),
    roles: text({ mode: 'json' }).$type<readonly Role[]>().notNull(),
    /** The sites that the member works for; null: everywhere (« partout »). */
    siteIds: text({ mode: 'json' }).$type<readonly number[]>(),
    active: integer({ mode: 'boolean' }).notNull().default(true),
    createdAt: text().$type<Instant>().notNull(),
  },
  (table) => [uniqueIndex('staff_login').on(sql`lower(${table.login})`)],
)

/** The service itself: one row. */
export const organisation = sqliteTable(
  'organisation',
  {
    id: integer().primaryKey(),
    name: text().notNull(),
    /** Sender of the papers, such as « Ville de Blainville-sur-Orne ». */
    authority: text().notNull(),
    address: text().notNull(),
    postcode: text().notNull(),
    town: text().notNull(),
    phone: text().notNull().default(''),
    email: text().notNull().default(''),
    siret: text().notNull().default(''),
    regie: text().notNull().default(''),
    cashier: text().notNull().default(''),
    complaints: text().notNull().default(''),
    waysToPay: text().notNull().default(''),
    /** Six digits, leading zeros kept; empty without online payment. */
    payfipNumber: text().notNull().default(''),
    /** Families that live in this town are residents. */
    residentTown: text().notNull(),
    schoolZone: text({ enum: ['A', 'B', 'C'] }).notNull(),
    /** Days between the date of an invoice and its due date. */
    dueDays: integer().notNull().default(30),
    /** « Fond de caisse »: cash that always stays in the till, to give change. */
    tillFloatCents: integer().notNull().default(0),
    /** Working days in which a demande is to be answered. */
    answerWorkingDays: integer().notNull().default(2),
    lockAfterMinutes: integer().notNull().default(10),
    /** Default order of waiting lists, for activities without their own; null: in the order of the demandes. */
    waitingPriorities: text({ mode: 'json' }).$type<readonly Priority[]>(),
    /** Days before this one are not billed here; null when the service has never billed with this program. */
    billsFrom: text().$type<Day>(),
    /** Whether a month without cost gets an invoice of 0,00 €. */
    zeroInvoices: integer({ mode: 'boolean' }).notNull().default(false),
    logoId: integer().references(() => picture.id),
    /** Printed at the foot of letters, below a line: opening hours, a web site; empty without one. */
    letterFoot: text().notNull().default(''),
    /** Until when a family quotient counts; null: until the next one. */
    quotientRule: text({ mode: 'json' }).$type<QuotientRule>(),
    /** Whether the service keeps photos of children whose family agreed. */
    photos: integer({ mode: 'boolean' }).notNull().default(false),
  },
  (table) => [check('organisation_single', sql`${table.id} = 1`)],
)

/** A place with its team. Rights may be limited to some sites; a service with one site shows nothing about sites. */
export const site = sqliteTable('site', {
  id: integer().primaryKey(),
  name: text().notNull().unique(),
})

export const facility = sqliteTable('facility', {
  id: integer().primaryKey(),
  siteId: integer()
    .notNull()
    .default(firstSiteId)
    .references(() => site.id),
  name: text().notNull(),
  address: text().notNull().default(''),
  contact: text().notNull().default(''),
  phone: text().notNull().default(''),
  archived: integer({ mode: 'boolean' }).notNull().default(false),
})

export const school = sqliteTable('school', {
  id: integer().primaryKey(),
  name: text().notNull().unique(),
})

/**
 * « Secteur »: the streets whose children a school takes. A street may belong to a nursery school and to a primary
 * school.
 */
export const catchment = sqliteTable(
  'catchment',
  {
    id: integer().primaryKey(),
    schoolId: integer()
      .notNull()
      .references(() => school.id),
    street: text().notNull(),
    /** First and last number of the part of the street; null: from its beginning, or to its end. */
    fromNumber: integer(),
    toNumber: integer(),
    side: text({ enum: catchmentSides }).notNull().default('both'),
  },
  (table) => [
    index('catchment_school').on(table.schoolId),
    check('catchment_numbers', sql`${table.fromNumber} <= ${table.toNumber}`),
  ],
)

/** School holidays imported by staff from the ministry's calendar: they override those shipped with the program. */
export const schoolHoliday = sqliteTable(
  'school_holiday',
  {
    id: integer().primaryKey(),
    zone: text({ enum: ['A', 'B', 'C'] }).notNull(),
    name: text().notNull(),
    /** First and last day without school. */
    fromDay: text().$type<Day>().notNull(),
    toDay: text().$type<Day>().notNull(),
    /** False when the imported file did not give the last day. */
    certain: integer({ mode: 'boolean' }).notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('school_holiday_from').on(table.zone, table.fromDay),
    check('school_holiday_dates', sql`${table.fromDay} <= ${table.toDay}`),
  ],
)
