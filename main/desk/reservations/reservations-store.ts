import type { Day, Instant, TimeOfDay } from '../../../shared/rules/day.ts'
import type { BookingRule } from '../../../shared/rules/deadline.ts'
import type { RegistrationState } from '../../../shared/rules/registration.ts'
import type { Store } from '../../store/store.ts'

/** A cell that is not empty, as it is stored. */
export type CellRow = {
  readonly id: number
  readonly registrationId: number
  readonly periodId: number
  readonly day: Day
  readonly slotId: number
  readonly held: 'none' | 'waitlisted' | 'confirmed'
  readonly cancelDenied: 0 | 1
  readonly ask: 'book' | 'cancel' | 'leave' | null
  readonly recordedAt: Instant | null
  readonly collected: 0 | 1
  readonly takenBack: 0 | 1
  readonly waitingSince: Instant | null
  readonly waitingNumber: number | null
  readonly overbooked: 0 | 1
  readonly surchargeCents: number
  readonly chargedReason: string | null
  readonly billedBy: number | null
  readonly actId: number
}

const cellColumns = `r.id, r.registration_id registrationId, r.period_id periodId, r.day, r.slot_id slotId, r.held, r.cancel_denied cancelDenied,
  r.ask, r.recorded_at recordedAt, r.collected, r.taken_back takenBack, r.waiting_since waitingSince,
  r.waiting_number waitingNumber, r.overbooked, r.surcharge_cents surchargeCents, r.charged_reason chargedReason, r.billed_by billedBy, r.act_id actId`

export type PeriodRow = {
  readonly id: number
  readonly name: string
  readonly activityId: number
  readonly activity: string
  readonly startDay: Day
  readonly bookingOpensAt: Instant | null
  readonly bookingClosesAt: Instant | null
  readonly residentsOpenAt: Instant | null
  readonly bookingRule: BookingRule
  readonly cancelRule: BookingRule
  readonly waitingList: boolean
  readonly promotion: 'automatic' | 'proposal'
  readonly minAge: number | null
  readonly maxAge: number | null
  readonly levels: readonly string[]
  readonly residentsOnly: boolean
}

export const periodRow = (store: Store, id: number): PeriodRow | null => {
  const row = store
    .statement(
      `select p.id, p.name, p.activity_id activityId, a.name activity, p.start_day startDay,
        p.booking_opens_at bookingOpensAt, p.booking_closes_at bookingClosesAt, p.residents_open_at residentsOpenAt,
        coalesce(p.booking_rule, a.booking_rule) bookingRule, coalesce(p.cancel_rule, a.cancel_rule) cancelRule,
        p.waiting_list waitingList, p.promotion, a.minimum_age minAge, a.maximum_age maxAge, a.levels,
        a.residents_only residentsOnly
      from period p join activity a on a.id = p.activity_id where p.id = ?`,
    )
    .get(id) as (Record<keyof PeriodRow, never> & Record<string, unknown>) | undefined
  if (!row) return null
  return {
    ...row,
    bookingRule: JSON.parse(String(row['bookingRule'])) as BookingRule,
    cancelRule: JSON.parse(String(row['cancelRule'])) as BookingRule,
    levels: row['levels'] === null ? [] : (JSON.parse(String(row['levels'])) as string[]),
    waitingList: row['waitingList'] === 1,
    residentsOnly: row['residentsOnly'] === 1,
  }
}

/** Periods open on at least one day between two, by activity then start. */
export const periodsOpenBetween = (store: Store, from: Day, to: Day): number[] =>
  (
    store
      .statement(
        `select p.id from period p join activity a on a.id = p.activity_id
        where p.start_day <= ? and p.end_day >= ? and not p.archived
          and exists (select 1 from opening o where o.period_id = p.id and o.day between ? and ?)
        order by a.name, p.start_day`,
      )
      .all(to, from, from, to) as { id: number }[]
  ).map(({ id }) => id)

export type SlotRow = {
  readonly id: number
  readonly name: string
  readonly shortName: string
  readonly start: TimeOfDay
  readonly end: TimeOfDay
}

/** The slots that a period opens, in their order on the day. */
export const slotsOpenIn = (store: Store, activityId: number): SlotRow[] =>
  store
    .statement(
      `select id, name, short_name shortName, start, end from slot where activity_id = ? order by position, start`,
    )
    .all(activityId) as SlotRow[]

export type OpeningRow = { day: Day; slotId: number; capacity: number; closedReason: string | null }

export const openingsBetween = (store: Store, periodId: number, from: Day, to: Day): OpeningRow[] =>
  store
    .statement(
      `select day, slot_id slotId, capacity, closed_reason closedReason from opening
      where period_id = ? and day between ? and ? order by day`,
    )
    .all(periodId, from, to) as OpeningRow[]

/** Places held and children waiting, by day and slot. Rows of an act under way hold theirs too. */
export const countsBetween = (store: Store, periodId: number, from: Day, to: Day) =>
  store
    .statement(
      `select day, slot_id slotId, held, count(*) count from reservation
      where period_id = ? and day between ? and ? and held <> 'none' group by day, slot_id, held`,
    )
    .all(periodId, from, to) as { day: Day; slotId: number; held: 'waitlisted' | 'confirmed'; count: number }[]

export type Waiting = {
  id: number
  registrationId: number
  day: Day
  slotId: number
  recordedAt: Instant
  logNumber: number
}

export const waitingBetween = (store: Store, periodId: number, from: Day, to: Day): Waiting[] =>
  store
    .statement(
      `select id, registration_id registrationId, day, slot_id slotId, waiting_since recordedAt,
        waiting_number logNumber
      from reservation where period_id = ? and day between ? and ? and held = 'waitlisted'`,
    )
    .all(periodId, from, to) as Waiting[]

export type RegistrationRow = {
  readonly id: number
  readonly childId: number
  readonly familyId: number
  readonly state: RegistrationState
  readonly startDay: Day
  readonly endDay: Day
  readonly overrideReason: string
  readonly lastName: string
  readonly firstName: string
  readonly birthDay: Day
}

const registrationColumns = `g.id, g.child_id childId, g.family_id familyId, g.state, g.start_day startDay,
  g.end_day endDay, g.override_reason overrideReason, c.last_name lastName, c.first_name firstName, c.birth_day birthDay`

/** Who has rows in a period's calendar: whoever is or was registered, and asks that wait. */
export const registrationsIn = (store: Store, periodId: number, familyId: number | null): RegistrationRow[] =>
  store
    .statement(
      `select ${registrationColumns} from registration g join child c on c.id = g.child_id
      where g.period_id = ? and g.state in ('asked', 'accepted', 'ended') and (? is null or g.family_id = ?)
      order by c.last_name, c.first_name, g.id`,
    )
    .all(periodId, familyId, familyId) as RegistrationRow[]

export const registrationRow = (store: Store, id: number) =>
  store
    .statement(
      `select ${registrationColumns}, g.period_id periodId from registration g join child c on c.id = g.child_id
      where g.id = ?`,
    )
    .get(id) as (RegistrationRow & { periodId: number }) | undefined

/** Ids as SQLite reads them: one JSON text for any number of them. */
const list = (ids: readonly number[]) => JSON.stringify(ids)

export const cellsBetween = (store: Store, registrationIds: readonly number[], from: Day, to: Day): CellRow[] =>
  store
    .statement(
      `select ${cellColumns} from json_each(?) wanted
      join reservation r on r.registration_id = wanted.value and r.day between ? and ?`,
    )
    .all(list(registrationIds), from, to) as CellRow[]

/** Another text after any change of the file, by whichever connection. */
export const fileState = (store: Store): string =>
  `${String(store.statement('select total_changes()').pluck().get())} ${String(store.statement('pragma data_version').pluck().get())}`

/** What waits for the desk's decision, in the order it was recorded. */
export const collectedAsks = (store: Store): AskedRow[] =>
  store
    .statement(
      `select ${cellColumns} from reservation r
      where r.ask is not null and r.collected and r.act_id not in (select id from act where state = 'open')
      order by r.recorded_at, r.id`,
    )
    .all() as AskedRow[]

export type AskedRow = CellRow & { readonly ask: NonNullable<CellRow['ask']>; readonly recordedAt: Instant }

/** How many demandes the cells of `collectedAsks` make: those of one registration recorded together. */
export const collectedRequests = (store: Store): { recordedAt: Instant }[] =>
  store
    .statement(
      `select distinct registration_id, ask, recorded_at recordedAt from reservation
      where ask is not null and collected and act_id not in (select id from act where state = 'open')`,
    )
    .all() as { recordedAt: Instant }[]

export const cellRow = (store: Store, id: number) =>
  store.statement(`select ${cellColumns} from reservation r where r.id = ?`).get(id) as CellRow | undefined

/** Dated facts of children: class and residence, newest first. */
export const levelsOf = (store: Store, childIds: readonly number[]) =>
  store
    .statement(
      `select s.child_id childId, s.from_day fromDay, s.level from json_each(?) wanted
      join schooling s on s.child_id = wanted.value order by s.from_day desc`,
    )
    .all(list(childIds)) as { childId: number; fromDay: Day; level: string }[]

export const residencesOf = (store: Store, familyIds: readonly number[]) =>
  store
    .statement(
      `select a.family_id familyId, a.from_day fromDay, a.resident from json_each(?) wanted
      join family_address a on a.family_id = wanted.value order by a.from_day desc`,
    )
    .all(list(familyIds)) as { familyId: number; fromDay: Day; resident: 0 | 1 }[]

/**
 * Confirmed bookings of these children elsewhere, in slots whose hours overlap those of the activity. `cross join` keeps
 * the order, from a child by its homes to its registrations, to their days: left alone, SQLite reads every reservation.
 */
export const bookingsElsewhere = (store: Store, activityId: number, childIds: readonly number[], from: Day, to: Day) =>
  store
    .statement(
      `select g.child_id childId, r.registration_id registrationId, r.day, a.name activity, s.name slot, s.start, s.end
      from json_each(?) wanted
      cross join family_child f on f.child_id = wanted.value
      cross join registration g on g.family_id = f.family_id and g.child_id = f.child_id
      cross join period p on p.id = g.period_id and p.start_day <= ? and p.end_day >= ?
      cross join slot s on s.activity_id = p.activity_id
        and exists (select 1 from slot own where own.activity_id = ? and own.start < s.end and s.start < own.end)
      cross join reservation r on r.registration_id = g.id and r.day between ? and ? and r.slot_id = s.id and r.held = 'confirmed'
      join activity a on a.id = p.activity_id`,
    )
    .all(list(childIds), to, from, activityId, from, to) as {
    childId: number
    registrationId: number
    day: Day
    activity: string
    slot: string
    start: TimeOfDay
    end: TimeOfDay
  }[]

export const openActs = (store: Store): ReadonlySet<number> =>
  new Set((store.statement(`select id from act where state = 'open'`).all() as { id: number }[]).map(({ id }) => id))

export type MoveRow = {
  readonly id: number
  readonly reservationId: number
  readonly move: string
  readonly mover: 'staff' | 'rule' | 'parent' | 'exchange'
  readonly answer: string | null
  readonly reason: string
  readonly before: string | null
  readonly at: Instant
  readonly who: string
}

const moveColumns = `m.id, m.reservation_id reservationId, m.move, m.mover, m.answer, m.reason, m.before,
  t.started_at at, t.actor_name who`

/** The story of a cell, newest first. */
export const movesOf = (store: Store, reservationId: number): MoveRow[] =>
  store
    .statement(
      `select ${moveColumns} from reservation_move m join act t on t.id = m.act_id
      where m.reservation_id = ? and t.state = 'closed' order by m.id desc`,
    )
    .all(reservationId) as MoveRow[]

/** The moves of one act, newest first. */
export const movesIn = (store: Store, actId: number): MoveRow[] =>
  store
    .statement(
      `select ${moveColumns} from reservation_move m join act t on t.id = m.act_id
      where m.act_id = ? and t.state = 'closed' order by m.id desc`,
    )
    .all(actId) as MoveRow[]

export const nextMoveId = (store: Store): number =>
  (store.statement('select coalesce(max(id), 0) + 1 next from reservation_move').get() as { next: number }).next

/** Days to come on which a place is free while somebody waits; the first of each list. */
export const movableLists = (store: Store, from: Day) =>
  store
    .statement(
      `with waiting as (
        select r.*, row_number() over (partition by r.period_id, r.day, r.slot_id
          order by r.waiting_since, r.waiting_number) place
        from reservation r where r.held = 'waitlisted' and r.day > ?)
      select w.registration_id registrationId, w.day, w.slot_id slotId, w.period_id periodId, p.name period,
        s.name slot, c.id childId, c.last_name lastName, c.first_name firstName, c.birth_day birthDay,
        o.capacity - (select count(*) from reservation h where h.period_id = w.period_id and h.day = w.day
          and h.slot_id = w.slot_id and h.held = 'confirmed') free
      from waiting w
      join opening o on o.period_id = w.period_id and o.day = w.day and o.slot_id = w.slot_id and o.closed_reason is null
      join registration g on g.id = w.registration_id join child c on c.id = g.child_id
      join period p on p.id = w.period_id join slot s on s.id = w.slot_id
      where w.place = 1
      order by w.day, p.name`,
    )
    .all(from) as {
    registrationId: number
    day: Day
    slotId: number
    periodId: number
    period: string
    slot: string
    childId: number
    lastName: string
    firstName: string
    birthDay: Day
    free: number
  }[]
