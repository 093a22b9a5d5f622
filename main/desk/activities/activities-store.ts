import { and, asc, eq, gte, inArray, isNull, lte, or, sql } from 'drizzle-orm'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { groupsAsked } from '../../../shared/rules/price/tariff.ts'
import { pointersTo } from '../../store/acts/tables.ts'
import {
  activity,
  activityGroup,
  activityTariff,
  activityType,
  facility,
  opening,
  period,
  slot,
  sublist,
  tariff,
  tariffVersion,
} from '../../store/schema/index.ts'
import { alphabeticalSql } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'

export type SlotRow = typeof slot.$inferSelect
export type GroupRow = typeof activityGroup.$inferSelect
export type SublistRow = typeof sublist.$inferSelect
export type PeriodRow = typeof period.$inferSelect
export type OpeningRow = typeof opening.$inferSelect

export const allTypes = (store: Store) =>
  store.db
    .select({
      id: activityType.id,
      name: activityType.name,
      activities: sql<number>`(select count(*) from ${activity} where ${eq(activity.typeId, activityType.id)})`,
    })
    .from(activityType)
    .orderBy(sql.raw(alphabeticalSql('name')))
    .all()

const activityQuery = (store: Store) =>
  store.db
    .select({ activity, facility: facility.name, type: activityType.name })
    .from(activity)
    .innerJoin(facility, eq(facility.id, activity.facilityId))
    .innerJoin(activityType, eq(activityType.id, activity.typeId))

/** Activities with the names of their facility and type, and their slots in the order of the day. */
export const allActivities = (store: Store) => {
  const slots = Map.groupBy(
    store.db.select().from(slot).orderBy(asc(slot.position)).all(),
    ({ activityId }) => activityId,
  )
  const groups = Map.groupBy(
    store.db.select().from(activityGroup).orderBy(asc(activityGroup.position)).all(),
    ({ activityId }) => activityId,
  )
  const sublists = Map.groupBy(
    store.db.select().from(sublist).orderBy(asc(sublist.position)).all(),
    ({ activityId }) => activityId,
  )
  return activityQuery(store)
    .orderBy(
      asc(activity.archived),
      sql.raw(alphabeticalSql('facility.name')),
      sql.raw(alphabeticalSql('activity.name')),
    )
    .all()
    .map((row) => ({
      ...row.activity,
      facility: row.facility,
      type: row.type,
      slots: slots.get(row.activity.id) ?? [],
      groups: groups.get(row.activity.id) ?? [],
      sublists: sublists.get(row.activity.id) ?? [],
    }))
}

export const activityRow = (store: Store, id: number) => {
  const row = activityQuery(store).where(eq(activity.id, id)).get()
  return (
    row && {
      ...row.activity,
      facility: row.facility,
      type: row.type,
      slots: slotRowsOf(store, id),
      groups: groupRowsOf(store, id),
      sublists: sublistRowsOf(store, id),
    }
  )
}

/** Slots of an activity in the order of the day, including ended ones. */
export const slotRowsOf = (store: Store, activityId: number): SlotRow[] =>
  store.db.select().from(slot).where(eq(slot.activityId, activityId)).orderBy(asc(slot.position)).all()

export const groupRow = (store: Store, id: number): GroupRow | undefined =>
  store.db.select().from(activityGroup).where(eq(activityGroup.id, id)).get()

/** The groups of an activity, in the order that staff gave them. */
export const groupRowsOf = (store: Store, activityId: number): GroupRow[] =>
  store.db
    .select()
    .from(activityGroup)
    .where(eq(activityGroup.activityId, activityId))
    .orderBy(asc(activityGroup.position))
    .all()

/** The lists of an activity, in the order that staff gave them, including ended ones. */
export const sublistRowsOf = (store: Store, activityId: number): SublistRow[] =>
  store.db.select().from(sublist).where(eq(sublist.activityId, activityId)).orderBy(asc(sublist.position)).all()

export const isSublistUsed = (store: Store, id: number): boolean =>
  store.statement('select 1 from registration_sublist where sublist_id = ?').get(id) !== undefined

/** Whether a child was put in the group, or an opening has places for it. */
export const isGroupUsed = (store: Store, { id, activityId }: Pick<GroupRow, 'id' | 'activityId'>): boolean =>
  store
    .statement(
      `select exists (select 1 from registration_group where group_id = ?1)
        or exists (select 1 from period p join opening o on o.period_id = p.id join json_each(o.group_places) place
          where p.activity_id = ?2 and o.group_places is not null and place.value ->> 'groupId' = ?1)
        or exists (select 1 from period p join json_each(p.group_ids) own where own.value = ?1)
        or exists (select 1 from period p join json_each(p.places) slot join json_each(slot.value, '$.groupPlaces') place
          where p.activity_id = ?2 and place.value ->> 'groupId' = ?1)`,
    )
    .pluck()
    .get({ 1: id, 2: activityId }) === 1

/** The groups for which the tariffs of an activity, and of those joined to it, have a price, with the tariff’s name. */
export const groupsPriced = (store: Store, activityId: number): { readonly tariff: string; readonly group: string }[] =>
  store.db
    .select({ name: tariff.name, definition: tariffVersion.definition })
    .from(activityTariff)
    .innerJoin(activity, eq(activity.id, activityTariff.activityId))
    .innerJoin(tariff, eq(tariff.id, activityTariff.tariffId))
    .innerJoin(tariffVersion, eq(tariffVersion.tariffId, tariff.id))
    .where(or(eq(activity.id, activityId), eq(activity.joinedToId, activityId)))
    .all()
    .flatMap(({ name, definition }) => groupsAsked(definition).map((group) => ({ tariff: name, group })))

/** The activity under which a period is shown, and the groups that the period takes; null: all its groups. */
export const groupsTakenBy = (store: Store, periodId: number) => {
  const row = store
    .statement(
      `select ${leadSql('activity')} leadId, period.group_ids groupIds
      from period join activity on activity.id = period.activity_id where period.id = ?`,
    )
    .get(periodId) as { leadId: number; groupIds: string | null } | undefined
  return row && { ...row, groupIds: row.groupIds === null ? null : (JSON.parse(row.groupIds) as number[]) }
}

/** The activity that this one was joined to; null while it stands alone. */
export const joinedToOf = (store: Store, activityId: number): number | null =>
  store.statement('select joined_to_id from activity where id = ?').pluck().get(activityId) as number | null

/** The activities that were joined to this one. */
export const joinedActivities = (store: Store, activityId: number): number[] =>
  store.statement('select id from activity where joined_to_id = ? order by id').pluck().all(activityId) as number[]

/** The activity under which this one is shown. */
export const leadOf = (store: Store, activityId: number): number =>
  (store
    .statement(`select ${leadSql('activity')} from activity where id = ?`)
    .pluck()
    .get(activityId) ?? activityId) as number

/** Every activity shown as one with any of these: their leads, and all activities joined to these. */
export const shownWith = (store: Store, activityIds: readonly number[]): number[] =>
  store
    .statement(
      `select shown.id from activity shown where ${leadSql('shown')} in (
        select ${leadSql('own')} from activity own where own.id in (select value from json_each(?))) order by shown.id`,
    )
    .pluck()
    .all(JSON.stringify(activityIds)) as number[]

/** By the id of an activity: the activity under which it is shown. */
export const leads = (store: Store): ReadonlyMap<number, number> =>
  new Map(
    store
      .statement(`select id, ${leadSql('activity')} from activity`)
      .raw()
      .all() as [number, number][],
  )

/**
 * Names of the children registered at the same time in both activities, or in one joined to the first, from a day on.
 */
export const childrenOfBothActivities = (
  store: Store,
  both: { readonly keptId: number; readonly joinedId: number; readonly on: Day },
): string[] =>
  store
    .statement(
      `select distinct child.first_name || ' ' || child.last_name
      from period of join registration own on own.period_id = of.id and own.state in ('asked', 'accepted')
      cross join registration other on other.child_id = own.child_id and other.state in ('asked', 'accepted')
        and other.start_day <= own.end_day and other.end_day >= own.start_day
        and min(own.end_day, other.end_day) >= :on
      join period elsewhere on elsewhere.id = other.period_id
      join activity kept on kept.id = elsewhere.activity_id and :keptId in (kept.id, kept.joined_to_id)
      join child on child.id = own.child_id
      where of.activity_id = :joinedId order by child.last_name, child.first_name`,
    )
    .pluck()
    .all(both) as string[]

/**
 * The rules by which its hours are declared to the CAF from a day on, as a text to compare; empty when there are none.
 */
export const hoursRulesFrom = (store: Store, activityId: number, on: Day): string =>
  store
    .statement(
      `select coalesce(group_concat(text, ', '), '') from (
        select iif(from_day > :on, from_day || ' ', '') || kind || ' ' || counts || ' ' || coalesce(day_minutes, '-') || ' '
          || coalesce(half_day_minutes, '-') text
        from hours_rule where activity_id = :activityId and from_day >= coalesce((select max(earlier.from_day)
          from hours_rule earlier where earlier.activity_id = :activityId and earlier.from_day <= :on), '')
        order by from_day)`,
    )
    .pluck()
    .get({ activityId, on }) as string

/**
 * Papers required only for these activities. They belong to a higher domain; this one only reads their names, to say
 * whom they would be required of.
 */
export const papersAskedBy = (store: Store, activityIds: readonly number[], on: Day): string[] =>
  store
    .statement(
      `select distinct name from required_paper where activity_id in (select value from json_each(:activityIds))
        and (withdrawn_on is null or withdrawn_on > :on) order by name`,
    )
    .pluck()
    .all({ activityIds: JSON.stringify(activityIds), on }) as string[]

/** By period of these activities, the number of children registered, and the places of its largest opening. */
export const registeredByPeriod = (store: Store, activityIds: readonly number[]) =>
  new Map(
    (
      store
        .statement(
          `select period.id,
            (select count(distinct child_id) from registration
              where period_id = period.id and state in ('asked', 'accepted', 'ended')) children,
            (select coalesce(max(capacity), 0) from opening where period_id = period.id) capacity
          from period where activity_id in (select value from json_each(?))`,
        )
        .all(JSON.stringify(activityIds)) as { id: number; children: number; capacity: number }[]
    ).map(({ id, ...counts }) => [id, counts]),
  )

/**
 * SQL: the activity under which this one is shown. The activity itself, for a person who may not see the one that it
 * was joined to.
 */
export const leadSql = (activity: string): string =>
  `coalesce((select lead.id from activity lead where lead.id = ${activity}.joined_to_id), ${activity}.id)`

/**
 * SQL: the name under which this activity is shown: for one that was joined, also in a period of before, the name of the
 * activity to which it was joined. Prices and papers keep its own.
 */
export const shownNameSql = (activity: string): string =>
  `coalesce((select lead.name from activity lead where lead.id = ${activity}.joined_to_id), ${activity}.name)`

export const slotRow = (store: Store, id: number) => store.db.select().from(slot).where(eq(slot.id, id)).get()

/** Whether any row refers to the slot, such as an opening or an old reservation. */
export const isSlotUsed = (store: Store, slotId: number): boolean =>
  pointersTo('slot').some(
    ({ table, column }) =>
      store.statement(`select 1 from ${table} where ${column} = ? limit 1`).get(slotId) !== undefined,
  )

const periodQuery = (store: Store) =>
  store.db
    .select({
      period,
      activity: sql<string>`${sql.raw(shownNameSql('activity'))}`,
      leadId: sql<number>`${sql.raw(leadSql('activity'))}`,
      facility: facility.name,
      type: activityType.name,
    })
    .from(period)
    .innerJoin(activity, eq(activity.id, period.activityId))
    .innerJoin(facility, eq(facility.id, activity.facilityId))
    .innerJoin(activityType, eq(activityType.id, activity.typeId))

/** Periods with names, newest first. */
export const allPeriods = (store: Store, activityId?: number) =>
  periodQuery(store)
    .where(activityId === undefined ? undefined : eq(period.activityId, activityId))
    .orderBy(sql`${period.startDay} desc`, sql.raw(alphabeticalSql('period.name')))
    .all()
    .map(({ period: row, ...names }) => ({ ...row, ...names }))

export const namedPeriod = (store: Store, id: number) => {
  const row = periodQuery(store).where(eq(period.id, id)).get()
  if (!row) return undefined
  const { period: own, ...names } = row
  return { ...own, ...names }
}

export const openingsBetween = (store: Store, periodId: number, from: Day, to: Day): OpeningRow[] =>
  store.db
    .select()
    .from(opening)
    .where(and(eq(opening.periodId, periodId), gte(opening.day, from), lte(opening.day, to)))
    .orderBy(asc(opening.day), asc(opening.slotId))
    .all()

export const openingsOfPeriod = (store: Store, periodId: number): OpeningRow[] =>
  store.db.select().from(opening).where(eq(opening.periodId, periodId)).orderBy(asc(opening.day)).all()

export const openingOn = (store: Store, periodId: number, day: Day, slotId: number) =>
  store.db
    .select()
    .from(opening)
    .where(and(eq(opening.periodId, periodId), eq(opening.day, day), eq(opening.slotId, slotId)))
    .get()

/** Openings of all activities on a day, including closed ones. */
export const openingsOfDay = (store: Store, day: Day) =>
  store.db
    .select({ opening, activityId: period.activityId })
    .from(opening)
    .innerJoin(period, eq(period.id, opening.periodId))
    .where(eq(opening.day, day))
    .all()
    .map((row) => ({ ...row.opening, activityId: row.activityId }))

/** The last open day before `day` and the first one after it, in any activity; null when there is none. */
export const openDaysAround = (store: Store, day: Day) =>
  store
    .statement(
      `select max(case when o.day < ? then o.day end) before, min(case when o.day > ? then o.day end) after
      from opening o join period p on p.id = o.period_id
      where o.closed_reason is null and p.archived = 0`,
    )
    .get(day, day) as { before: Day | null; after: Day | null }

export const openDayFrom = (store: Store, periodId: number, from: Day): Day | null =>
  store
    .statement('select min(day) from opening where period_id = ? and day >= ? and closed_reason is null')
    .pluck()
    .get(periodId, from) as Day | null

export const openingsNotClosed = (
  store: Store,
  choice: {
    readonly from: Day
    readonly to: Day
    readonly periodIds?: readonly number[] | undefined
    readonly slotIds?: readonly number[] | undefined
  },
): OpeningRow[] =>
  store.db
    .select()
    .from(opening)
    .where(
      and(
        gte(opening.day, choice.from),
        lte(opening.day, choice.to),
        isNull(opening.closedReason),
        choice.periodIds && inArray(opening.periodId, [...choice.periodIds]),
        choice.slotIds && inArray(opening.slotId, [...choice.slotIds]),
      ),
    )
    .orderBy(asc(opening.day), asc(opening.periodId), asc(opening.slotId))
    .all()

/**
 * Cells of a period that are booked, waitlisted or requested, as « day slotId ». Reservations belong to a higher
 * domain; this one only reads them to know whether a day may be removed.
 */
export const cellsInUse = (store: Store, periodId: number): string[] =>
  store
    .statement(
      `select day || ' ' || slot_id as cell from reservation where period_id = ? and (held <> 'none' or ask is not null)`,
    )
    .pluck()
    .all(periodId) as string[]

/** The first booking of this slot that overlaps another booking of the same child, in any activity and home. */
export const overlappingBooking = (store: Store, slotId: number) =>
  store
    .statement(
      `select reservation.day, child.first_name || ' ' || child.last_name as child, activity.id as activityId, ${shownNameSql('activity')} as activity
      from slot join period on period.activity_id = slot.activity_id
      cross join reservation on reservation.period_id = period.id and reservation.slot_id = slot.id
        and reservation.held = 'confirmed'
      cross join registration on registration.id = reservation.registration_id
      cross join registration elsewhere on elsewhere.child_id = registration.child_id
      cross join reservation other on other.registration_id = elsewhere.id and other.day = reservation.day
        and other.held = 'confirmed' and other.id <> reservation.id
      join slot other_slot on other_slot.id = other.slot_id and other_slot.start < slot.end and slot.start < other_slot.end
      join child on child.id = registration.child_id join activity on activity.id = other_slot.activity_id
      where slot.id = ? order by reservation.day limit 1`,
    )
    .get(slotId) as { day: Day; child: string; activityId: number; activity: string } | undefined

/** Open registrations of a period that exceed these days, with their dates cut to them. */
export const registrationsBeyond = (store: Store, periodId: number, from: Day, to: Day) =>
  store
    .statement(
      `select id, max(start_day, :from) as startDay, min(end_day, :to) as endDay from registration
      where period_id = :periodId and state in ('asked', 'accepted') and (start_day < :from or end_day > :to)`,
    )
    .all({ periodId, from, to }) as { id: number; startDay: Day; endDay: Day }[]
