import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Day, Instant, TimeOfDay } from '../../../shared/rules/calendar/day.ts'
import type { BookingRule } from '../../../shared/rules/calendar/deadline.ts'
import type { Priority } from '../../../shared/rules/cell/waiting.ts'
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
  name: text().notNull(),
  /** Whole years, on the day; null without limit. */
  minimumAge: integer(),
  maximumAge: integer(),
  /** School levels such as « CP »; null for any. */
  levels: text({ mode: 'json' }).$type<readonly string[]>(),
  residentsOnly: integer({ mode: 'boolean' }).notNull().default(false),
  /** Row of the supervision table (décret 2018-647): which children per adult. */
  supervision: text({ enum: ['extracurricular', 'periscolaire', 'periscolairePedt', 'none'] })
    .notNull()
    .default('none'),
  bookingRule: text({ mode: 'json' }).$type<BookingRule>().notNull(),
  cancelRule: text({ mode: 'json' }).$type<BookingRule>().notNull(),
  /** In what order children wait (`shared/rules/cell/waiting.ts`); null: as the service does everywhere. */
  waitingPriorities: text({ mode: 'json' }).$type<readonly Priority[]>(),
  /** How long a place offered is kept for the family to answer. */
  offerHours: integer().notNull().default(48),
  /** One child too many for the adults planned is refused, but to whoever may override; else it only warns. */
  staffingBlocks: integer({ mode: 'boolean' }).notNull().default(false),
  archived: integer({ mode: 'boolean' }).notNull().default(false),
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
    /** At most five letters, for the head of the calendar: « mat. ». */
    shortName: text().notNull(),
    start: text().$type<TimeOfDay>().notNull(),
    end: text().$type<TimeOfDay>().notNull(),
    isMeal: integer({ mode: 'boolean' }).notNull().default(false),
    position: integer().notNull(),
    /** A slot with facts is ended from a day, never deleted. */
    endedFrom: text().$type<Day>(),
  },
  (table) => [index('slot_activity').on(table.activityId), check('slot_hours', sql`${table.start} < ${table.end}`)],
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
    /** Whether school holidays are left out, kept, or the only days. */
    schoolHolidays: text({ enum: ['without', 'with', 'only'] }).notNull(),
    /** Slots open by default, with their places. */
    places: text({ mode: 'json' }).$type<readonly { slotId: number; capacity: number }[]>().notNull(),
    registrationOpensAt: text().$type<Instant>(),
    registrationClosesAt: text().$type<Instant>(),
    bookingOpensAt: text().$type<Instant>(),
    bookingClosesAt: text().$type<Instant>(),
    /** Residents' earlier start, for both windows. */
    residentsOpenAt: text().$type<Instant>(),
    /** Null: the activity's own rule. */
    bookingRule: text({ mode: 'json' }).$type<BookingRule>(),
    cancelRule: text({ mode: 'json' }).$type<BookingRule>(),
    waitingList: integer({ mode: 'boolean' }).notNull().default(true),
    /** What a freed place does: is given to the next, is offered to them, or is told to staff. */
    promotion: text({ enum: ['automatic', 'offer', 'proposal'] })
      .notNull()
      .default('proposal'),
    /** Adults planned on each slot of a day, unless `staffing` says otherwise; null when nobody said. */
    adults: integer(),
    archived: integer({ mode: 'boolean' }).notNull().default(false),
  },
  (table) => [
    index('period_activity').on(table.activityId),
    check('period_dates', sql`${table.startDay} <= ${table.endDay}`),
  ],
)

/** A slot open on a day, with its places. */
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
    /** Set when the day or slot was closed: told to families. */
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

/** Adults planned on one slot of one day, where they are not those of the period. */
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
