import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Day, Instant, TimeOfDay } from '../../../shared/rules/calendar/day.ts'
import { period, slot } from './activities.ts'
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
    /** Weekday (Monday 1) → slots wished every week. */
    typicalWeek: text({ mode: 'json' }).$type<readonly { weekday: number; slotId: number }[]>().notNull(),
    askedAt: text().$type<Instant>().notNull(),
    decidedAt: text().$type<Instant>(),
    /** Why it was refused, withdrawn or ended. */
    reason: text().notNull().default(''),
    /** Why age, class or residence was passed over; empty when nothing was. */
    overrideReason: text().notNull().default(''),
    /** Why the child goes before others on waiting lists; empty when nothing says so. */
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

/**
 * The facts of one cell that is not empty. The state is derived from them by `shared/rules/cell/cell.ts`, never stored.
 * Ten million rows: narrow, two whole indexes (the registration's days, the places of an opening).
 */
export const reservation = sqliteTable(
  'reservation',
  {
    /** Never given again: the story of a cell outlives it. */
    id: integer().primaryKey({ autoIncrement: true }),
    registrationId: integer()
      .notNull()
      .references(() => registration.id),
    /** The registration's period, written here so that places are counted from one index. */
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
    /** Order in the waiting list: when the place was asked for; ties by `waitingNumber`. */
    waitingSince: text().$type<Instant>(),
    waitingNumber: integer(),
    /** A freed place is kept for the child until then. */
    offeredUntil: text().$type<Instant>(),
    /** Confirmed beyond the capacity, knowingly. */
    overbooked: integer({ mode: 'boolean' }).notNull().default(false),
    /** Surcharge accepted when booked past the deadline, cents. */
    surchargeCents: integer().notNull().default(0),
    /** Surcharge accepted when the cancellation was asked past its deadline, cents: due once the place is given back. */
    cancelSurchargeCents: integer().notNull().default(0),
    /** A cancellation decided « charged »: still billed. */
    chargedReason: text(),
    /** The issued invoice that bills this cell; written by invoicing, forbids what would change the bill. */
    billedBy: integer(),
    /** What it bills of the cell is its late cancellation, not its place. */
    billedCancellation: integer({ mode: 'boolean' }).notNull().default(false),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('reservation_key').on(table.registrationId, table.day, table.slotId),
    index('reservation_place').on(table.periodId, table.day, table.slotId, table.held),
    // What waits for a decision or for a place: few rows, asked for at each opening of Accueil.
    index('reservation_asked').on(table.day).where(sql`${table.ask} is not null`),
    index('reservation_waitlisted').on(table.day).where(sql`${table.held} = 'waitlisted'`),
    // Billed, then cancelled; billed as cancelled, then booked again: a handful, to be credited by the next run.
    index('reservation_released')
      .on(table.billedBy)
      .where(
        sql`${table.billedBy} is not null and ${table.held} = 'none' and ${table.chargedReason} is null and not ${table.billedCancellation}`,
      ),
    index('reservation_come_back')
      .on(table.billedBy)
      .where(
        sql`${table.billedCancellation} and (${table.held} = 'confirmed' or ${table.chargedReason} is not null or ${table.cancelSurchargeCents} = 0)`,
      ),
    check('reservation_waiting', sql`(${table.held} = 'waitlisted') = (${table.waitingSince} is not null)`),
    index('reservation_offered').on(table.offeredUntil).where(sql`${table.offeredUntil} is not null`),
    check('reservation_offer', sql`${table.offeredUntil} is null or ${table.held} = 'waitlisted'`),
    check('reservation_ask', sql`(${table.ask} is null) = (${table.recordedAt} is null)`),
  ],
)

/** The story of a cell: every move, who, when, from where, why. Never edited. */
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
    /** What the demande of the cell was told by this move; null when it answered none. */
    answer: text({ enum: ['accepted', 'waitListed', 'refused', 'withdrawn', 'expired', 'moot'] }),
    reason: text().notNull().default(''),
    /** The facts before, as JSON; null for an empty cell. */
    before: text({ mode: 'json' }).$type<Record<string, unknown>>(),
  },
  (table) => [index('reservation_move_cell').on(table.reservationId)],
)

/** Who came. A presence without booking stands on a reservation row whose `held` is none. */
export const attendance = sqliteTable(
  'attendance',
  {
    id: integer().primaryKey(),
    reservationId: integer()
      .notNull()
      .references(() => reservation.id),
    mark: text({ enum: ['present', 'absent', 'justifiedInTime', 'justifiedLate'] }).notNull(),
    reason: text().notNull().default(''),
    /** When the child was fetched, noted on the last slot it was present on; null: in time, or not noted. */
    leftAt: text().$type<TimeOfDay>(),
    markedAt: text().$type<Instant>().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [uniqueIndex('attendance_reservation').on(table.reservationId)],
)
