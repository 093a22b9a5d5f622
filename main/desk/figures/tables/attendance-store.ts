import type { AttendanceAsked } from '../../../../shared/contract/desk/figures/figures-tables.ts'
import { type Day, today } from '../../../../shared/rules/calendar/day.ts'
import type { GroupPlaces } from '../../../../shared/rules/groups/groups.ts'
import { alphabeticalSql } from '../../../store/search-index.ts'
import type { Store } from '../../../store/store.ts'
import { leadSql } from '../../activities/activities.ts'
import { childDaysSql, openingCountsSql } from '../../attendance/attendance.ts'
import { isSeenSql } from '../hours-store.ts'

export type SlotsAsked = Pick<AttendanceAsked, 'from' | 'to' | 'activityId' | 'siteId' | 'slot'>

/** SQL: slots that count on these days, limited to the activity, the site or the slot name that was chosen. */
const openSlotsSql = `select ${leadSql('own')} activityId, o.period_id, o.day, o.slot_id, o.capacity, o.group_places, s.name
  from opening o join period p on p.id = o.period_id join activity own on own.id = p.activity_id
  join facility place on place.id = own.facility_id join slot s on s.id = o.slot_id
  where o.day between :from and :to and ${openingCountsSql}
    and (:activityId is null or ${leadSql('own')} = :activityId) and (:siteId is null or place.site_id = :siteId)
    and (:slot = '' or s.name = :slot)`

/**
 * SQL conditions on a row of `childDaysSql`, a day of a child. « Absent » excludes a child who was present in another
 * slot of the day, and days to come have nothing to mark. « Attente » counts a child of a waiting list, even when the
 * child has another slot of the day, or was offered a place.
 */
export const measuresSql = {
  present: 'present',
  booked: 'expected',
  absent: '(expected and absent and not present)',
  toMark: '(expected and not absent and not present and day <= :today)',
  waiting: 'waiting',
} as const
export type AttendanceMeasure = keyof typeof measuresSql

type Counts = { readonly [Measure in AttendanceMeasure]: number } & {
  /** Slots in which children were present, or are still expected. */
  readonly takenSlots: number
}
export type ActivityDay = Counts & { readonly activityId: number; readonly day: Day }

const eachSql = {
  ...measuresSql,
  takenSlots: `case when day > :today then expectedSlots when day = :today then presentSlots + child_days.toMark
    else presentSlots end`,
}
const countsSql = Object.entries(eachSql)
  .map(([name, sql]) => `sum(${sql}) ${name}`)
  .join(', ')

/** Children of each activity on each day. */
export const activityDays = (store: Store, asked: SlotsAsked): ActivityDay[] =>
  store
    .statement(
      `with open_slots as (${openSlotsSql}), child_days as (${childDaysSql('open_slots')})
      select activityId, day, ${countsSql} from child_days group by activityId, day`,
    )
    .all(parametersOf(store, asked)) as ActivityDay[]

/** Places of each activity on each day: of its largest slot, and of all its slots together. */
export const placesOfDays = (
  store: Store,
  asked: SlotsAsked,
): { activityId: number; day: Day; places: number; slotPlaces: number }[] =>
  store
    .statement(
      `with open_slots as (${openSlotsSql}), slots as (
        select activityId, day, name, sum(capacity) places from open_slots group by activityId, day, name)
      select activityId, day, max(places) places, sum(places) slotPlaces from slots group by activityId, day`,
    )
    .all(parametersOf(store, asked)) as { activityId: number; day: Day; places: number; slotPlaces: number }[]

/** Days of the children of an activity, one by one. */
export const childDays = (
  store: Store,
  asked: SlotsAsked,
): (Counts & {
  readonly day: Day
  readonly childId: number
  readonly registrationId: number
  readonly periodId: number
})[] =>
  store
    .statement(
      `with open_slots as (${openSlotsSql}), child_days as (${childDaysSql('open_slots')})
      select day, childId, registrationId, own.period_id periodId, ${Object.entries(eachSql)
        .map(([name, sql]) => `${sql} ${name}`)
        .join(', ')}
      from child_days join registration own on own.id = registrationId`,
    )
    .all(parametersOf(store, asked)) as ReturnType<typeof childDays>

/** The places of each group, slot by slot, where groups have places of their own. */
export const groupPlacesOfDays = (store: Store, asked: SlotsAsked): { day: Day; places: GroupPlaces }[] =>
  (
    store
      .statement(
        `with open_slots as (${openSlotsSql}) select day, group_places places from open_slots where group_places is not null`,
      )
      .all(parametersOf(store, asked)) as { day: Day; places: string }[]
  ).map(({ day, places }) => ({ day, places: JSON.parse(places) as GroupPlaces }))

export type ChildBehind = {
  readonly childId: number
  readonly familyId: number
  readonly lastName: string
  readonly firstName: string
  readonly birth: Day
  readonly days: number
  readonly lastDay: Day
  /**
   * Whether the person may see the child's name: a child that has moved to another site is counted without being named.
   */
  readonly isSeen: 0 | 1
}

/** The children that a figure counts, by name. */
export const childrenBehind = (store: Store, asked: SlotsAsked, measure: AttendanceMeasure): ChildBehind[] =>
  store
    .statement(
      `with open_slots as (${openSlotsSql}), child_days as (${childDaysSql('open_slots')})
      select child.id childId, own.family_id familyId, last_name lastName, first_name firstName,
        birth_day birth, count(distinct child_days.activityId || child_days.day) days, max(child_days.day) lastDay,
        ${isSeenSql} isSeen
      from child_days join registration own on own.id = registrationId join main.child child on child.id = childId
      where ${measuresSql[measure]} group by child.id
      order by ${alphabeticalSql('last_name')}, ${alphabeticalSql('first_name')}, child.id`,
    )
    .all(parametersOf(store, asked)) as ChildBehind[]

const parametersOf = (store: Store, { from, to, activityId, siteId, slot }: SlotsAsked) => ({
  from,
  to,
  activityId,
  siteId,
  slot,
  today: today(store.clock),
})
