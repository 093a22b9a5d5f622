import type { AttendanceMark } from '../../../shared/rules/attendance.ts'
import type { Day } from '../../../shared/rules/day.ts'
import type { Store } from '../../store/store.ts'

export type MarkedCell = {
  readonly id: number
  readonly registrationId: number
  readonly slotId: number
  readonly held: 'none' | 'waitlisted' | 'confirmed'
  readonly billedBy: number | null
  readonly attendanceId: number | null
  readonly mark: AttendanceMark | null
  readonly reason: string | null
}

const settled = (alias: string) => `${alias}.act_id not in (select id from act where state = 'open')`

/** The cells of an activity on a day that hold a place or carry a mark. */
export const cellsOfDay = (store: Store, activityId: number, day: Day): MarkedCell[] =>
  store
    .statement(
      `select r.id, r.registration_id registrationId, r.slot_id slotId, r.held, r.billed_by billedBy,
        a.id attendanceId, a.mark, a.reason
      from period p join reservation r on r.period_id = p.id and r.day = ?
      left join attendance a on a.reservation_id = r.id
      where p.activity_id = ? and (r.held = 'confirmed' or a.id is not null) and ${settled('r')}`,
    )
    .all(day, activityId) as MarkedCell[]

export const markedCell = (store: Store, registrationId: number, day: Day, slotId: number): MarkedCell | undefined =>
  store
    .statement(
      `select r.id, r.registration_id registrationId, r.slot_id slotId, r.held, r.billed_by billedBy,
        a.id attendanceId, a.mark, a.reason
      from reservation r left join attendance a on a.reservation_id = r.id
      where r.registration_id = ? and r.day = ? and r.slot_id = ?`,
    )
    .get(registrationId, day, slotId) as MarkedCell | undefined

export type RegisteredChild = {
  readonly id: number
  readonly childId: number
  readonly familyId: number
  readonly periodId: number
}

/** Who is registered in an activity on a day, by name. */
export const registeredOn = (store: Store, activityId: number, day: Day): RegisteredChild[] =>
  store
    .statement(
      `select g.id, g.child_id childId, g.family_id familyId, g.period_id periodId
      from period p
      join registration g on g.period_id = p.id and g.state in ('accepted', 'ended')
        and g.start_day <= ? and g.end_day >= ?
      join child c on c.id = g.child_id
      where p.activity_id = ? and ${settled('g')}
      order by c.last_name, c.first_name, g.id`,
    )
    .all(day, day, activityId) as RegisteredChild[]

/** By activity open on a day: children expected, present and to mark, a child once; the fullest slot and its places. */
export const activitiesOn = (store: Store, day: Day) =>
  store
    .statement(
      `with open_slots as (
        select p.activity_id activityId, o.period_id, o.slot_id, o.capacity, s.start, s.end,
          (select count(*) from reservation h
            where h.period_id = o.period_id and h.day = o.day and h.slot_id = o.slot_id and h.held = 'confirmed') held
        from opening o join period p on p.id = o.period_id join slot s on s.id = o.slot_id
        where o.day = ? and o.closed_reason is null),
      children as (
        select o.activityId, g.child_id,
          max(r.held = 'confirmed') expected, max(a.mark is 'present') present,
          max(r.held = 'confirmed' and a.id is null) toMark
        from open_slots o
        join reservation r on r.period_id = o.period_id and r.day = ? and r.slot_id = o.slot_id
        join registration g on g.id = r.registration_id
        left join attendance a on a.reservation_id = r.id
        where (r.held = 'confirmed' or a.id is not null) and ${settled('r')}
        group by o.activityId, g.child_id),
      fullest as (
        select activityId, held, capacity,
          row_number() over (partition by activityId order by held * 1.0 / max(capacity, 1) desc, held desc) place
        from open_slots)
      select o.activityId, a.name activity, f.name facility, min(o.start) start, max(o.end) end, u.held, u.capacity,
        (select coalesce(sum(expected), 0) from children c where c.activityId = o.activityId) expected,
        (select coalesce(sum(present), 0) from children c where c.activityId = o.activityId) present,
        (select coalesce(sum(toMark), 0) from children c where c.activityId = o.activityId) toMark
      from open_slots o join activity a on a.id = o.activityId join facility f on f.id = a.facility_id
      join fullest u on u.activityId = o.activityId and u.place = 1
      group by o.activityId order by min(o.start), a.name`,
    )
    .all(day, day) as {
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
