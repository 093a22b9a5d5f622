import type { Day, Instant, Month, TimeOfDay } from '../../../shared/rules/calendar/day.ts'
import type { AttendanceMark } from '../../../shared/rules/cell/attendance.ts'
import { committedSql } from '../../store/acts/committed.ts'
import { alphabeticalSql } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'
import { leadSql } from '../activities/activities.ts'

export type MarkedCell = {
  readonly id: number
  readonly registrationId: number
  readonly slotId: number
  readonly held: 'none' | 'waitlisted' | 'confirmed'
  readonly billedBy: number | null
  /** Whether the month is final for the home. */
  readonly isFinal: 0 | 1
  readonly attendanceId: number | null
  readonly mark: AttendanceMark | null
  readonly reason: string | null
  readonly leftAt: TimeOfDay | null
  readonly arrivedAt: TimeOfDay | null
}

/** SQL: whether the month of reservation `r` is final for the home that booked it, at the régie that bills it. */
const isFinalSql = `exists (select 1 from registration g join final_span final on final.family_id = g.family_id
  join period of on of.id = r.period_id join activity billed on billed.id = of.activity_id
  where g.id = r.registration_id and final.month = substr(r.day, 1, 7)
    and (final.regie_id is null or final.regie_id = billed.regie_id))`

/** Cells of an activity on a day that are confirmed or have an attendance mark. */
export const cellsOfDay = (store: Store, activityId: number, day: Day): MarkedCell[] =>
  store
    .statement(
      `select r.id, r.registration_id registrationId, r.slot_id slotId, r.held, r.billed_by billedBy,
        ${isFinalSql} isFinal, a.id attendanceId, a.mark, a.reason, a.left_at leftAt, a.arrived_at arrivedAt
      from period p join reservation r on r.period_id = p.id and r.day = ?
      left join attendance a on a.reservation_id = r.id
      where p.activity_id = ? and (r.held = 'confirmed' or a.id is not null) and ${committedSql('r.act_id')}`,
    )
    .all(day, activityId) as MarkedCell[]

/** Whether a child is booked on a day, or came without a booking. */
export const isBookedOn = (store: Store, childId: number, on: Day): boolean =>
  store
    .statement(
      `select 1 from registration own join reservation r on r.registration_id = own.id and r.day = ?
      left join attendance a on a.reservation_id = r.id
      where own.child_id = ? and (r.held = 'confirmed' or a.mark = 'present') and ${committedSql('r.act_id')}`,
    )
    .get(on, childId) !== undefined

export const markedCell = (
  store: Store,
  registrationId: number,
  day: Day,
  slotId: number,
): (MarkedCell & { readonly markedAt: Instant | null }) | undefined =>
  store
    .statement(
      `select r.id, r.registration_id registrationId, r.slot_id slotId, r.held, r.billed_by billedBy,
        ${isFinalSql} isFinal, a.id attendanceId, a.mark, a.reason, a.left_at leftAt, a.arrived_at arrivedAt,
        a.marked_at markedAt
      from reservation r left join attendance a on a.reservation_id = r.id
      where r.registration_id = ? and r.day = ? and r.slot_id = ?`,
    )
    .get(registrationId, day, slotId) as (MarkedCell & { readonly markedAt: Instant | null }) | undefined

/** Slots of a day on which the child of this registration was marked present, the last to end first. */
export const slotsPresent = (store: Store, registrationId: number, day: Day) =>
  store
    .statement(
      `select a.id attendanceId, a.left_at leftAt, a.arrived_at arrivedAt, r.id reservationId, r.billed_by billedBy,
        ${isFinalSql} isFinal, s.start, s.end
      from reservation r join attendance a on a.reservation_id = r.id and a.mark = 'present'
      join slot s on s.id = r.slot_id
      where r.registration_id = ? and r.day = ? order by s.end desc, s.start desc`,
    )
    .all(registrationId, day) as {
    attendanceId: number
    leftAt: TimeOfDay | null
    arrivedAt: TimeOfDay | null
    reservationId: number
    billedBy: number | null
    isFinal: 0 | 1
    start: TimeOfDay
    end: TimeOfDay
  }[]

/**
 * When the mark of a cell was last removed, if after `since`. Read from the audit trail: the mark's row no longer
 * exists.
 */
export const markRemovedSince = (store: Store, reservationId: number, since: Instant): Instant | null =>
  store
    .statement(
      `select max(act.started_at) from audit indexed by audit_act join act on act.id = audit.act_id
      where audit.act_id > (select coalesce((select id from act where started_at <= ? order by id desc limit 1), 0))
      and audit.entity = 'attendance' and audit.operation = 'remove'
      and json_extract(audit.before, '$.reservationId') = ?`,
    )
    .pluck()
    .get(since, reservationId) as Instant | null

/** Undefined when the registration no longer exists. */
export const activityRegisteredIn = (store: Store, registrationId: number): number | undefined =>
  store
    .statement('select p.activity_id from registration g join period p on p.id = g.period_id where g.id = ?')
    .pluck()
    .get(registrationId) as number | undefined

/** « Louison Marchand », for the text of a refusal; empty when the registration no longer exists. */
export const childRegistered = (store: Store, registrationId: number): string => {
  const name = store
    .statement(
      `select c.first_name || ' ' || c.last_name from registration g join child c on c.id = g.child_id where g.id = ?`,
    )
    .pluck()
    .get(registrationId)
  return typeof name === 'string' ? name : ''
}

type RegisteredChild = {
  readonly id: number
  readonly childId: number
  readonly familyId: number
  readonly periodId: number
}

/** Registrations in an activity on a day, by the child's name. */
export const registrationsOn = (store: Store, activityId: number, day: Day): RegisteredChild[] =>
  store
    .statement(
      `select g.id, g.child_id childId, g.family_id familyId, g.period_id periodId
      from period p
      join registration g on g.period_id = p.id and g.state in ('accepted', 'ended')
        and g.start_day <= ? and g.end_day >= ?
      join child c on c.id = g.child_id
      where p.activity_id = ? and ${committedSql('g.act_id')}
      order by c.last_name, c.first_name, g.id`,
    )
    .all(day, day, activityId) as RegisteredChild[]

export type MealCell = {
  readonly day: Day
  readonly activityId: number
  readonly slotId: number
  readonly childId: number
  readonly held: MarkedCell['held']
  readonly mark: AttendanceMark | null
}

/** SQL: the meals of some days. */
const mealsSql = `slot s join period p on p.activity_id = s.activity_id and p.start_day <= :to and p.end_day >= :from
  join reservation r on r.period_id = p.id and r.day between :from and :to and r.slot_id = s.id and s.is_meal = 1
    and ${committedSql('r.act_id')}`

/** Meals of these days that are booked, or that have an attendance mark without a booking. */
export const mealsBetween = (store: Store, from: Day, to: Day): MealCell[] =>
  store
    .statement(
      `select r.day, p.activity_id activityId, r.slot_id slotId, g.child_id childId, r.held, a.mark
      from ${mealsSql} join registration g on g.id = r.registration_id
      left join attendance a on a.reservation_id = r.id
      where r.held = 'confirmed' or a.id is not null
      order by r.day, s.start`,
    )
    .all({ from, to }) as MealCell[]

/** How many meals are booked, by month and activity. */
export const mealsBooked = (store: Store, from: Day, to: Day): { month: Month; activityId: number; meals: number }[] =>
  store
    .statement(
      `select substr(r.day, 1, 7) month, ${leadSql('own')} activityId, count(*) meals
      from ${mealsSql} join activity own on own.id = p.activity_id where r.held = 'confirmed' group by 1, 2`,
    )
    .all({ from, to }) as { month: Month; activityId: number; meals: number }[]

export type MealChange = Pick<MealCell, 'day' | 'activityId' | 'slotId'> & { readonly isAdded: 0 | 1 }

/** Meals of these days that were booked or cancelled since an instant: changes to the kitchen's last order. */
export const mealsChangedSince = (store: Store, from: Day, to: Day, since: Instant): MealChange[] =>
  store
    .statement(
      `select r.day, p.activity_id activityId, r.slot_id slotId, r.held = 'confirmed' isAdded
      from slot s join period p on p.activity_id = s.activity_id and p.start_day <= ? and p.end_day >= ?
      join reservation r on r.period_id = p.id and r.day between ? and ? and r.slot_id = s.id
      join reservation_move m on m.id = (
        select min(earlier.id) from reservation_move earlier join act on act.id = earlier.act_id
        where earlier.reservation_id = r.id and act.started_at >= ?)
      where s.is_meal = 1 and ${committedSql('r.act_id')}
      and (r.held = 'confirmed') <> (coalesce(json_extract(m.before, '$.held'), 'none') = 'confirmed')
      order by r.day, s.start`,
    )
    .all(to, from, from, to, since) as MealChange[]

/**
 * SQL: whether opening `o` counts on its day: it is open, or children were marked before it was closed and keep their
 * places.
 */
export const openingCountsSql = `(o.closed_reason is null or exists (select 1 from reservation marked
  join attendance mark on mark.reservation_id = marked.id
  where marked.period_id = o.period_id and marked.day = o.day and marked.slot_id = o.slot_id))`

/** Number of children expected and present on a day; a child in several activities counts once. */
export const childrenOn = (store: Store, day: Day) =>
  store
    .statement(
      `select count(distinct iif(r.held = 'confirmed', g.child_id, null)) expected,
        count(distinct iif(a.mark = 'present', g.child_id, null)) present
      from opening o
      join reservation r on r.period_id = o.period_id and r.day = o.day and r.slot_id = o.slot_id
      join registration g on g.id = r.registration_id
      left join attendance a on a.reservation_id = r.id
      where o.day = ? and ${openingCountsSql} and ${committedSql('r.act_id')}`,
    )
    .get(day) as { expected: number; present: number }

/**
 * SQL: a row for each child, activity and day, over slots that count. A child counts once, however many slots it
 * has.
 * @param openSlots the table of these slots: activityId, period_id, day, slot_id
 */
export const childDaysSql = (
  openSlots: string,
) => `select o.activityId, o.day, g.child_id childId, min(g.id) registrationId,
    max(r.held = 'confirmed') expected, max(a.mark is 'present') present, max(a.mark is not null and a.mark <> 'present') absent,
    max(r.held = 'waitlisted') waiting, sum(r.held = 'confirmed' and a.id is null) toMark,
    sum(a.mark is 'present') presentSlots, sum(r.held = 'confirmed') expectedSlots
  from ${openSlots} o join reservation r on r.period_id = o.period_id and r.day = o.day and r.slot_id = o.slot_id
  join registration g on g.id = r.registration_id left join attendance a on a.reservation_id = r.id
  where (r.held <> 'none' or a.id is not null) and ${committedSql('r.act_id')}
  group by o.activityId, o.day, g.child_id`

/** Activities with nothing open on a day that staff closed, each with the reason that families read. */
export const activitiesClosedOn = (store: Store, day: Day) =>
  store
    .statement(
      `select a.id activityId, a.name activity, max(o.closed_reason) reason
      from opening o join period p on p.id = o.period_id join activity own on own.id = p.activity_id
      join activity a on a.id = ${leadSql('own')}
      where o.day = ? group by a.id having count(*) = count(o.closed_reason) order by ${alphabeticalSql('a.name')}`,
    )
    .all(day) as { activityId: number; activity: string; reason: string }[]

/**
 * Activities open on a day, or closed once children were marked: children expected and present (each once), marks still to make, and the confirmed cells and
 * capacity of the fullest slot.
 */
export const activitiesOn = (store: Store, day: Day) =>
  store
    .statement(
      `with open_slots as (
        select ${leadSql('own')} activityId, o.period_id, o.day, o.slot_id, o.capacity, s.name, s.start, s.end,
          (select count(*) from reservation h
            where h.period_id = o.period_id and h.day = o.day and h.slot_id = o.slot_id and h.held = 'confirmed') held
        from opening o join period p on p.id = o.period_id join slot s on s.id = o.slot_id
        join activity own on own.id = p.activity_id
        where o.day = ? and ${openingCountsSql}),
      shown_slots as (
        select activityId, sum(held) held, sum(capacity) capacity from open_slots
        group by activityId, name, start, end),
      children as (${childDaysSql('open_slots')}),
      fullest as (
        select activityId, held, capacity,
          row_number() over (partition by activityId order by held * 1.0 / max(capacity, 1) desc, held desc) place
        from shown_slots)
      select o.activityId, a.name activity, f.name facility, min(o.start) start, max(o.end) end, u.held, u.capacity,
        (select coalesce(sum(expected), 0) from children c where c.activityId = o.activityId) expected,
        (select coalesce(sum(present), 0) from children c where c.activityId = o.activityId) present,
        (select coalesce(sum(toMark), 0) from children c where c.activityId = o.activityId) toMark
      from open_slots o join activity a on a.id = o.activityId join facility f on f.id = a.facility_id
      join fullest u on u.activityId = o.activityId and u.place = 1
      group by o.activityId order by min(o.start), ${alphabeticalSql('a.name')}`,
    )
    .all(day) as {
    activityId: number
    activity: string
    facility: string
    start: string
    end: string
    held: number
    capacity: number
    expected: number
    present: number
    toMark: number
  }[]
