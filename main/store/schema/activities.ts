import { sql } from 'drizzle-orm'
import { type AnySQLiteColumn, check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Day, Instant, TimeOfDay } from '../../../shared/rules/calendar/day.ts'
import type { BookingRule } from '../../../shared/rules/calendar/deadline.ts'
import type { Priority } from '../../../shared/rules/cell/waiting.ts'
import { dossierDemands } from '../../../shared/rules/dossier/required-paper.ts'
import type { GroupPlaces } from '../../../shared/rules/groups/groups.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import type { WeekRule } from '../../../shared/rules/requests/week-rule.ts'
import { regie } from './money/regies.ts'
import { act } from './record.ts'
import { facility } from './settings.ts'

export const activityType = sqliteTable('activity_type', {
  id: integer().primaryKey(),
  name: text().notNull().unique(),
})

export const activity = sqliteTable('activity', {
  id: integer().primaryKey(),
  facilityId: integer()
    .notNull()
    .references(() => facility.id),
  typeId: integer()
    .notNull()
    .references(() => activityType.id),
  /** The régie that collects what the activity costs. */
  regieId: integer()
    .notNull()
    .default(firstRegieId)
    .references(() => regie.id),
  name: text().notNull(),
  /** Ages in whole years on the day of the activity; null for no limit. */
  minimumAge: integer(),
  maximumAge: integer(),
  /** School levels allowed, such as « CP »; null for all. */
  levels: text({ mode: 'json' }).$type<readonly string[]>(),
  /** Schools whose children the activity takes; null for all. */
  schoolIds: text({ mode: 'json' }).$type<readonly number[]>(),
  residentsOnly: integer({ mode: 'boolean' }).notNull().default(false),
  /** Row of the supervision table (décret 2018-647), which sets the children per adult. */
  supervision: text({ enum: ['extracurricular', 'periscolaire', 'periscolairePedt', 'none'] })
    .notNull()
    .default('none'),
  bookingRule: text({ mode: 'json' }).$type<BookingRule>().notNull(),
  cancelRule: text({ mode: 'json' }).$type<BookingRule>().notNull(),
  /** Order of the waiting list (`shared/rules/cell/waiting.ts`); null: the default of the organisation. */
  waitingPriorities: text({ mode: 'json' }).$type<readonly Priority[]>(),
  /** Hours that a family has to accept an offered place. */
  offerHours: integer().notNull().default(48),
  /** True: a child too many for the planned adults is refused, unless staff may override. False: only a warning. */
  staffingBlocks: integer({ mode: 'boolean' }).notNull().default(false),
  archived: integer({ mode: 'boolean' }).notNull().default(false),
  /**
   * The activity to which this one was joined, and under which its periods are shown. Prices still depend on this
   * activity.
   */
  joinedToId: integer().references((): AnySQLiteColumn => activity.id),
})

/** A part of the day that can be booked: matin, repas, après-midi. */
export const slot = sqliteTable(
  'slot',
  {
    id: integer().primaryKey(),
    activityId: integer()
      .notNull()
      .references(() => activity.id),
    name: text().notNull(),
    /** At most five letters, for the calendar's column heads: « mat. ». */
    shortName: text().notNull(),
    start: text().$type<TimeOfDay>().notNull(),
    end: text().$type<TimeOfDay>().notNull(),
    isMeal: integer({ mode: 'boolean' }).notNull().default(false),
    position: integer().notNull(),
    /** First day on which the slot no longer exists: a slot with reservations is ended, never deleted. */
    endedFrom: text().$type<Day>(),
  },
  (table) => [index('slot_activity').on(table.activityId), check('slot_hours', sql`${table.start} < ${table.end}`)],
)

/** A part of an activity with its own ages or classes; a group without both has the children whom staff put in it. */
export const activityGroup = sqliteTable(
  'activity_group',
  {
    id: integer().primaryKey(),
    activityId: integer()
      .notNull()
      .references(() => activity.id),
    name: text().notNull(),
    /** Ages in whole years on the day of the activity; null for no limit. */
    minimumAge: integer(),
    maximumAge: integer(),
    /** School levels, such as « CP »; null for all. */
    levels: text({ mode: 'json' }).$type<readonly string[]>(),
    /**
     * How many children one adult looks after, when the town wants more adults than the law; null: the number in the
     * law.
     */
    childrenPerAdult: integer(),
    position: integer().notNull(),
  },
  (table) => [
    index('activity_group_activity').on(table.activityId),
    check('activity_group_ratio', sql`${table.childrenPerAdult} > 0`),
  ],
)

/**
 * A free list inside an activity (« Car 2 », « Atelier »), with its own places and no ratio of adults; a child may be
 * on several.
 */
export const sublist = sqliteTable(
  'sublist',
  {
    id: integer().primaryKey(),
    activityId: integer()
      .notNull()
      .references(() => activity.id),
    name: text().notNull(),
    capacity: integer().notNull(),
    /** The slots of the list, such as the morning and evening of a bus; null: all slots of the activity. */
    slotIds: text({ mode: 'json' }).$type<readonly number[]>(),
    position: integer().notNull(),
    /** First day on which the list no longer exists: a list with children is ended, never deleted. */
    endedFrom: text().$type<Day>(),
  },
  (table) => [index('sublist_activity').on(table.activityId), check('sublist_capacity', sql`${table.capacity} > 0`)],
)

export const period = sqliteTable(
  'period',
  {
    id: integer().primaryKey(),
    activityId: integer()
      .notNull()
      .references(() => activity.id),
    name: text().notNull(),
    startDay: text().$type<Day>().notNull(),
    endDay: text().$type<Day>().notNull(),
    /** Monday 1 … Sunday 7. */
    weekdays: text({ mode: 'json' }).$type<readonly number[]>().notNull(),
    /** Whether school holidays are excluded, included, or the only days of the period. */
    schoolHolidays: text({ enum: ['without', 'with', 'only'] }).notNull(),
    /**
     * Slots open by default, with their number of places. When each group has its own places, the capacity is their
     * sum.
     */
    places: text({ mode: 'json' })
      .$type<readonly { slotId: number; capacity: number; groupPlaces?: GroupPlaces | undefined }[]>()
      .notNull(),
    registrationOpensAt: text().$type<Instant>(),
    registrationClosesAt: text().$type<Instant>(),
    bookingOpensAt: text().$type<Instant>(),
    bookingClosesAt: text().$type<Instant>(),
    /** Earlier start of both windows for residents. */
    residentsOpenAt: text().$type<Instant>(),
    /** Null: the activity's rule applies. */
    bookingRule: text({ mode: 'json' }).$type<BookingRule>(),
    cancelRule: text({ mode: 'json' }).$type<BookingRule>(),
    waitingList: integer({ mode: 'boolean' }).notNull().default(true),
    /** A freed place is given to the next child, offered to its family, or proposed to staff. */
    promotion: text({ enum: ['automatic', 'offer', 'proposal'] })
      .notNull()
      .default('proposal'),
    /** What a child's week must be (`shared/rules/requests/week-rule.ts`); null: families book each day by itself. */
    weekRule: text({ mode: 'json' }).$type<WeekRule>(),
    /**
     * The groups whose children the period takes, when it is older than the joining of two activities; null: all
     * groups.
     */
    groupIds: text({ mode: 'json' }).$type<readonly number[]>(),
    /** Adults planned on each slot of a day, unless `staffing` has another number; null when unknown. */
    adults: integer(),
    archived: integer({ mode: 'boolean' }).notNull().default(false),
    /** Whether parents can book with an incomplete dossier: freely, with a warning, or not at all. */
    dossier: text({ enum: dossierDemands }).notNull().default('none'),
  },
  (table) => [
    index('period_activity').on(table.activityId),
    check('period_dates', sql`${table.startDay} <= ${table.endDay}`),
  ],
)

/** A slot open on a day, with its number of places. */
export const opening = sqliteTable(
  'opening',
  {
    id: integer().primaryKey(),
    periodId: integer()
      .notNull()
      .references(() => period.id),
    day: text().$type<Day>().notNull(),
    slotId: integer()
      .notNull()
      .references(() => slot.id),
    capacity: integer().notNull(),
    /** The places of each group, whose sum is the capacity; null: the children of all groups share the capacity. */
    groupPlaces: text({ mode: 'json' }).$type<GroupPlaces>(),
    /** Set when staff closed the day or slot; families read the reason. */
    closedReason: text(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('opening_key').on(table.periodId, table.day, table.slotId),
    index('opening_day').on(table.day),
    check('opening_capacity', sql`${table.capacity} >= 0`),
  ],
)

/** Adults planned on one slot of one day, when different from the number of the period. */
export const staffing = sqliteTable(
  'staffing',
  {
    id: integer().primaryKey(),
    periodId: integer()
      .notNull()
      .references(() => period.id),
    day: text().$type<Day>().notNull(),
    slotId: integer()
      .notNull()
      .references(() => slot.id),
    adults: integer().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('staffing_key').on(table.periodId, table.day, table.slotId),
    check('staffing_adults', sql`${table.adults} >= 0`),
  ],
)
