import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Day, Instant, TimeOfDay } from '../../../shared/rules/calendar/day.ts'
import { activityGroup, period, slot, sublist } from './activities.ts'
import { child, family } from './families.ts'
import { act } from './record.ts'

export const registration = sqliteTable(
  'registration',
  {
    id: integer().primaryKey(),
    childId: integer()
      .notNull()
      .references(() => child.id),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    periodId: integer()
      .notNull()
      .references(() => period.id),
    state: text({ enum: ['asked', 'accepted', 'refused', 'withdrawn', 'ended'] }).notNull(),
    startDay: text().$type<Day>().notNull(),
    endDay: text().$type<Day>().notNull(),
    /** Semaine type: the slots wanted each week. Weekday 1 is Monday. */
    typicalWeek: text({ mode: 'json' }).$type<readonly { weekday: number; slotId: number }[]>().notNull(),
    askedAt: text().$type<Instant>().notNull(),
    decidedAt: text().$type<Instant>(),
    /** Why the registration was refused, withdrawn or ended. */
    reason: text().notNull().default(''),
    /** Why staff overrode a rule on age, class or residence; empty when they did not. */
    overrideReason: text().notNull().default(''),
    /** Why staff gave the child priority on waiting lists; empty without priority. */
    priorityReason: text().notNull().default(''),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('registration_live')
      .on(table.childId, table.familyId, table.periodId)
      .where(sql`${table.state} in ('asked', 'accepted')`),
    index('registration_period').on(table.periodId, table.state),
    index('registration_family').on(table.familyId),
    index('registration_child').on(table.childId),
    check('registration_dates', sql`${table.startDay} <= ${table.endDay}`),
  ],
)

/** The group in which staff put the child of a registration from a day on, whatever its age and class. */
export const registrationGroup = sqliteTable(
  'registration_group',
  {
    id: integer().primaryKey(),
    registrationId: integer()
      .notNull()
      .references(() => registration.id),
    fromDay: text().$type<Day>().notNull(),
    /** Null: from that day on, age and class decide again. */
    groupId: integer().references(() => activityGroup.id),
    reason: text().notNull().default(''),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('registration_group_key').on(table.registrationId, table.fromDay),
    index('registration_group_group').on(table.groupId),
  ],
)

/** The days on which the child of a registration is on a list of its activity. */
export const registrationSublist = sqliteTable(
  'registration_sublist',
  {
    id: integer().primaryKey(),
    registrationId: integer()
      .notNull()
      .references(() => registration.id),
    sublistId: integer()
      .notNull()
      .references(() => sublist.id),
    fromDay: text().$type<Day>().notNull(),
    /** The last day; null: until the registration or the list ends. */
    untilDay: text().$type<Day>(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('registration_sublist_key').on(table.registrationId, table.sublistId, table.fromDay),
    index('registration_sublist_sublist').on(table.sublistId),
    check('registration_sublist_days', sql`${table.fromDay} <= ${table.untilDay}`),
  ],
)

/**
 * The facts of one cell that is not empty. The state is derived from them by `shared/rules/cell/cell.ts`, never stored.
 * Up to ten million rows: few columns, and only two full indexes (cells of a registration, places of an opening).
 */
export const reservation = sqliteTable(
  'reservation',
  {
    /** Ids are never reused, because the moves of a cell outlive its row. */
    id: integer().primaryKey({ autoIncrement: true }),
    registrationId: integer()
      .notNull()
      .references(() => registration.id),
    /** The registration's period, repeated here so that one index suffices to count places. */
    periodId: integer().notNull(),
    day: text().$type<Day>().notNull(),
    slotId: integer()
      .notNull()
      .references(() => slot.id),
    held: text({ enum: ['none', 'waitlisted', 'confirmed'] }).notNull(),
    cancelDenied: integer({ mode: 'boolean' }).notNull().default(false),
    ask: text({ enum: ['book', 'cancel', 'leave'] }),
    recordedAt: text().$type<Instant>(),
    collected: integer({ mode: 'boolean' }).notNull().default(false),
    takenBack: integer({ mode: 'boolean' }).notNull().default(false),
    /** Order in the waiting list: the instant of the demande; ties are broken by `waitingNumber`. */
    waitingSince: text().$type<Instant>(),
    waitingNumber: integer(),
    /** A freed place is offered to the child until this instant. */
    offeredUntil: text().$type<Instant>(),
    /** Staff confirmed the place beyond the capacity on purpose. */
    overbooked: integer({ mode: 'boolean' }).notNull().default(false),
    /** Surcharge that the parent accepted by booking after the deadline. */
    surchargeCents: integer().notNull().default(0),
    /** Surcharge that the parent accepted by cancelling after the deadline: due once the place is given back. */
    cancelSurchargeCents: integer().notNull().default(0),
    /**
     * The days of notice of a booking after the deadline whose surcharge by the tariff the parent accepted; null for a
     * booking in time, or with an amount of its own.
     */
    bookingNotice: integer(),
    /** The same for a cancellation: due once the place is given back. */
    cancelNotice: integer(),
    /** Set when staff accepted a cancellation as charged: the cell is still billed. */
    chargedReason: text(),
    /** The issued invoice that bills this cell, set by invoicing: prevents changes that would alter the bill. */
    billedBy: integer(),
    /** The invoice `billedBy` bills the late cancellation of the cell, not its place. */
    billedCancellation: integer({ mode: 'boolean' }).notNull().default(false),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('reservation_key').on(table.registrationId, table.day, table.slotId),
    index('reservation_place').on(table.periodId, table.day, table.slotId, table.held),
    // Cells that wait for a decision or for a place: few rows, read at each opening of the home screen (Accueil).
    index('reservation_asked').on(table.day).where(sql`${table.ask} is not null`),
    index('reservation_waitlisted').on(table.day).where(sql`${table.held} = 'waitlisted'`),
    check('reservation_waiting', sql`(${table.held} = 'waitlisted') = (${table.waitingSince} is not null)`),
    index('reservation_offered').on(table.offeredUntil).where(sql`${table.offeredUntil} is not null`),
    check('reservation_offer', sql`${table.offeredUntil} is null or ${table.held} = 'waitlisted'`),
    check('reservation_ask', sql`(${table.ask} is null) = (${table.recordedAt} is null)`),
  ],
)

/** Every move of a cell, with its author and reason. Never edited. */
export const reservationMove = sqliteTable(
  'reservation_move',
  {
    id: integer().primaryKey(),
    reservationId: integer().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
    /** Name of the act in `shared/rules/cell/cell-actions.ts`, or `undo`. */
    move: text().notNull(),
    mover: text({ enum: ['staff', 'rule', 'parent', 'exchange'] }).notNull(),
    /** The answer that this move gave to the cell's demande; null when it answered none. */
    answer: text({ enum: ['accepted', 'waitListed', 'refused', 'withdrawn', 'expired', 'moot'] }),
    reason: text().notNull().default(''),
    /** The cell's facts before the move, as JSON; null for an empty cell. */
    before: text({ mode: 'json' }).$type<Record<string, unknown>>(),
  },
  (table) => [index('reservation_move_cell').on(table.reservationId)],
)

/** Attendance of a child. A child present without a booking has a reservation row whose `held` is `none`. */
export const attendance = sqliteTable(
  'attendance',
  {
    id: integer().primaryKey(),
    reservationId: integer()
      .notNull()
      .references(() => reservation.id),
    mark: text({ enum: ['present', 'absent', 'justifiedInTime', 'justifiedLate'] }).notNull(),
    reason: text().notNull().default(''),
    /** When the child was fetched late, on the last slot of the child's day; null: in time, or not recorded. */
    leftAt: text().$type<TimeOfDay>(),
    /** When the child arrived, for prices by real time; null: not recorded. */
    arrivedAt: text().$type<TimeOfDay>(),
    markedAt: text().$type<Instant>().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [uniqueIndex('attendance_reservation').on(table.reservationId)],
)
