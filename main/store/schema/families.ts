import { sql } from 'drizzle-orm'
import { check, index, integer, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { authorities, bondKinds } from '../../../shared/rules/people/guardian-bond.ts'
import { civilities, deliveries, type PostalAddress, sexes } from '../../../shared/rules/people/person.ts'
import { act } from './record.ts'
import { school, staffMember } from './settings.ts'

export const family = sqliteTable('family', {
  id: integer().primaryKey(),
  /** Name by which staff call the home: « Marchand », « Marchand-Duval ». */
  name: text().notNull(),
  homePhone: text().notNull().default(''),
  beneficiaryName: text().notNull().default(''),
  /** « Régime général », « MSA »… */
  benefitScheme: text().notNull().default(''),
  beneficiaryNumber: text().notNull().default(''),
  /** The home's number in the program that the town used before. */
  formerNumber: text().notNull().default(''),
  dependentChildren: integer(),
  lastIncomeCents: integer(),
  incomeUpdatedOn: text().$type<Day>(),
  /** How the home receives its invoices. */
  invoicesBy: text({ enum: deliveries }).notNull().default(''),
  notes: text().notNull().default(''),
  /** The day the family left the service; null while it has not left. */
  leftOn: text().$type<Day>(),
  actId: integer()
    .notNull()
    .references(() => act.id),
})

/** Address of the home from a day on. */
export const familyAddress = sqliteTable(
  'family_address',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    fromDay: text().$type<Day>().notNull(),
    line1: text().notNull(),
    line2: text().notNull().default(''),
    postcode: text().notNull(),
    town: text().notNull(),
    resident: integer({ mode: 'boolean' }).notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [uniqueIndex('family_address_from').on(table.familyId, table.fromDay)],
)

export const familyQuotient = sqliteTable(
  'family_quotient',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    fromDay: text().$type<Day>().notNull(),
    /** Null when the quotient is unknown from this day on: the highest price then applies. */
    value: real(),
    source: text().notNull().default(''),
    updatedOn: text().$type<Day>().notNull(),
    /** The quotient's own last day, whatever the service's rule says; null to follow the rule. */
    toDay: text().$type<Day>(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [uniqueIndex('family_quotient_from').on(table.familyId, table.fromDay)],
)

/** A price category (« catégorie tarifaire ») of a home or of a child: « agent de la ville », « ULIS ». */
export const priceCategory = sqliteTable(
  'price_category',
  {
    id: integer().primaryKey(),
    familyId: integer().references(() => family.id),
    /** The category of one child, in all its homes. */
    childId: integer().references(() => child.id),
    category: text().notNull(),
    fromDay: text().$type<Day>().notNull(),
    /** The last day; null: until further notice. */
    toDay: text().$type<Day>(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('price_category_family').on(table.familyId),
    index('price_category_child').on(table.childId),
    check('price_category_of', sql`(${table.familyId} is null) <> (${table.childId} is null)`),
    check('price_category_days', sql`${table.toDay} is null or ${table.fromDay} <= ${table.toDay}`),
  ],
)

/** A home of another site, which a person opened with a reason: that person sees it until a day. */
export const siteOpening = sqliteTable(
  'site_opening',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    staffMemberId: integer()
      .notNull()
      .references(() => staffMember.id),
    reason: text().notNull(),
    /** The last day. */
    untilDay: text().$type<Day>().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('site_opening_staff').on(table.staffMemberId, table.untilDay),
    index('site_opening_family').on(table.familyId),
  ],
)

export const guardian = sqliteTable(
  'guardian',
  {
    id: integer().primaryKey(),
    civility: text({ enum: civilities }).notNull().default(''),
    lastName: text().notNull(),
    firstName: text().notNull(),
    email: text().notNull().default(''),
    mobilePhone: text().notNull().default(''),
    workPhone: text().notNull().default(''),
    profession: text().notNull().default(''),
    employer: text().notNull().default(''),
    /** Set only when different from the home's address. */
    ownAddress: text({ mode: 'json' }).$type<PostalAddress>(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [index('guardian_name').on(table.lastName), index('guardian_email').on(table.email)],
)

/**
 * A guardian's consent to a request for the home's quotient at the CAF or the MSA, with the civil status that the
 * request needs. Once withdrawn, the row only keeps who had consented, and when.
 */
export const quotientConsent = sqliteTable(
  'quotient_consent',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    /** The person who receives the allowances, or lives with that person. */
    guardianId: integer()
      .notNull()
      .references(() => guardian.id),
    givenOn: text().$type<Day>().notNull(),
    givenBy: text({ enum: ['paper', 'counter', 'portal'] }).notNull(),
    revokedOn: text().$type<Day>(),
    birthName: text().notNull(),
    /** All first names, in the order of the civil status, separated by spaces. */
    firstNames: text().notNull(),
    civilSex: text({ enum: ['F', 'M'] }),
    bornOn: text().$type<Day>(),
    /** INSEE code of the country of birth: 99100 for France. */
    birthCountry: text().notNull(),
    /** INSEE code of the town of birth, for a birth in France; else empty. */
    birthTown: text().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('quotient_consent_family').on(table.familyId),
    index('quotient_consent_guardian').on(table.guardianId),
    uniqueIndex('quotient_consent_given').on(table.familyId).where(sql`${table.revokedOn} is null`),
    check(
      'quotient_consent_forgotten',
      sql`${table.revokedOn} is null or (${table.birthName} || ${table.firstNames} || ${table.birthTown} = '' and ${table.bornOn} is null)`,
    ),
  ],
)

/** A guardian may belong to two families. */
export const familyGuardian = sqliteTable(
  'family_guardian',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    guardianId: integer()
      .notNull()
      .references(() => guardian.id),
    /** 1 for the guardian who is billed, 2 and more for the others. */
    rank: integer().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('family_guardian_rank').on(table.familyId, table.rank),
    uniqueIndex('family_guardian_key').on(table.familyId, table.guardianId),
    index('family_guardian_guardian').on(table.guardianId),
    check('family_guardian_first', sql`${table.rank} >= 1`),
  ],
)

export const child = sqliteTable(
  'child',
  {
    id: integer().primaryKey(),
    lastName: text().notNull(),
    firstName: text().notNull(),
    birthDay: text().$type<Day>().notNull(),
    sex: text({ enum: sexes }).notNull().default(''),
    notes: text().notNull().default(''),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [index('child_name').on(table.lastName, table.firstName), index('child_birth').on(table.birthDay)],
)

/** A child may belong to two families. */
export const familyChild = sqliteTable(
  'family_child',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    childId: integer()
      .notNull()
      .references(() => child.id),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('family_child_key').on(table.familyId, table.childId),
    index('family_child_child').on(table.childId),
  ],
)

/**
 * The relation of a guardian to a child, and the parental authority that staff recorded. Without a row: « à confirmer
 * ».
 */
export const guardianBond = sqliteTable(
  'guardian_bond',
  {
    id: integer().primaryKey(),
    guardianId: integer()
      .notNull()
      .references(() => guardian.id),
    childId: integer()
      .notNull()
      .references(() => child.id),
    bond: text({ enum: bondKinds }).notNull(),
    parentalAuthority: text({ enum: authorities }).notNull(),
    /** The court and the day of the decision that gives authority. */
    decidedBy: text().notNull().default(''),
    decidedOn: text().$type<Day>(),
    /** The person of the ASE who is in charge of the child. */
    referent: text().notNull().default(''),
    /** Powers that staff decided contrary to the rule of `powersOf`; null where the rule applies. */
    sees: integer({ mode: 'boolean' }),
    asks: integer({ mode: 'boolean' }),
    fetches: integer({ mode: 'boolean' }),
    told: integer({ mode: 'boolean' }),
    overrideReason: text().notNull().default(''),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('guardian_bond_key').on(table.guardianId, table.childId),
    index('guardian_bond_child').on(table.childId),
    check('guardian_bond_decision', sql`(${table.parentalAuthority} = 'decision') = (${table.decidedOn} is not null)`),
    check(
      'guardian_bond_reason',
      sql`(coalesce(${table.sees}, ${table.asks}, ${table.fetches}, ${table.told}) is null) = (${table.overrideReason} = '')`,
    ),
  ],
)

/** School and class of a child, from a day on. */
export const schooling = sqliteTable(
  'schooling',
  {
    id: integer().primaryKey(),
    childId: integer()
      .notNull()
      .references(() => child.id),
    fromDay: text().$type<Day>().notNull(),
    schoolId: integer().references(() => school.id),
    /** « PS », « CP »… empty when the child is no longer at school here. */
    level: text().notNull().default(''),
    className: text().notNull().default(''),
    /** Why the child goes to this school and not to that of its address (« dérogation »); empty otherwise. */
    exemption: text().notNull().default(''),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [uniqueIndex('schooling_from').on(table.childId, table.fromDay)],
)

/** Shared custody from a day on: in which of two homes the child wakes up. Rows are replaced, never updated. */
export const custodyRule = sqliteTable(
  'custody_rule',
  {
    id: integer().primaryKey(),
    childId: integer()
      .notNull()
      .references(() => child.id),
    fromDay: text().$type<Day>().notNull(),
    /** The home written `a` in the columns below; `otherHomeId` is written `b`. */
    homeId: integer()
      .notNull()
      .references(() => family.id),
    otherHomeId: integer()
      .notNull()
      .references(() => family.id),
    /** One letter a day, from Monday to Sunday: « aaaabbb ». */
    evenWeek: text().notNull(),
    oddWeek: text().notNull(),
    /**
     * Homes of the first and second half of school holidays that begin in an even year: « ab ». Null when holidays
     * follow the weeks.
     */
    evenYears: text(),
    oddYears: text(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('custody_rule_from').on(table.childId, table.fromDay),
    check(
      'custody_rule_weeks',
      sql`${table.evenWeek} || ${table.oddWeek} glob '[ab][ab][ab][ab][ab][ab][ab][ab][ab][ab][ab][ab][ab][ab]'`,
    ),
    check(
      'custody_rule_halves',
      sql`coalesce(${table.evenYears}, 'aa') || coalesce(${table.oddYears}, 'aa') glob '[ab][ab][ab][ab]'`,
    ),
    check('custody_rule_years', sql`(${table.evenYears} is null) = (${table.oddYears} is null)`),
  ],
)

/** A day that parents exchanged: overrides the custody rule. */
export const custodyDay = sqliteTable(
  'custody_day',
  {
    id: integer().primaryKey(),
    childId: integer()
      .notNull()
      .references(() => child.id),
    day: text().$type<Day>().notNull(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [uniqueIndex('custody_day_key').on(table.childId, table.day)],
)

/** Read and written only by `main/desk/families/health.ts`, which audits each consultation. */
export const healthRecord = sqliteTable('health_record', {
  id: integer().primaryKey(),
  childId: integer()
    .notNull()
    .unique()
    .references(() => child.id),
  /** The record's content, encrypted with the file's data key and bound to this row. */
  sealed: text().notNull(),
  /** The day on which a parent last confirmed the record, and who did; null and empty before. */
  confirmedOn: text().$type<Day>(),
  confirmedBy: text().notNull().default(''),
  /** The first day on which the content lacks something, such as a new insurance; null when nothing of it ends. */
  lacksFrom: text().$type<Day>(),
})

/** « Délégué »: a member of staff whom a director allows to open health records of booked children in an emergency. */
export const healthDelegate = sqliteTable(
  'health_delegate',
  {
    id: integer().primaryKey(),
    staffMemberId: integer()
      .notNull()
      .references(() => staffMember.id),
    fromDay: text().$type<Day>().notNull(),
    /** The last day; null without an end. */
    toDay: text().$type<Day>(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [check('health_delegate_dates', sql`${table.toDay} is null or ${table.fromDay} <= ${table.toDay}`)],
)
