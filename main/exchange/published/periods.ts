import { and, asc, eq, gte, inArray } from 'drizzle-orm'
import type { PeriodDocument, PlacesDocument } from '../../../shared/contract/portal/documents.ts'
import { type Day, daysBetween, weekday } from '../../../shared/rules/calendar/day.ts'
import { skippedDays } from '../../../shared/rules/calendar/openings.ts'
import type { HolidaysOn } from '../../../shared/rules/calendar/school-holidays.ts'
import { windowOf } from '../../../shared/rules/calendar/window.ts'
import type { Group } from '../../../shared/rules/groups/groups.ts'
import type { Conditions } from '../../../shared/rules/people/conditions.ts'
import { groupsAsked } from '../../../shared/rules/price/tariff.ts'
import {
  activityOf,
  conditionsOf,
  groupsOfPeriod,
  type OpeningRow,
  ruleOf,
  shownWeekRule,
} from '../../desk/activities/activities.ts'
import { currentBook } from '../../desk/prices/prices.ts'
import { groupCountsIn } from '../../desk/reservations/reservations.ts'
import { schoolHolidaysByDay } from '../../desk/settings/settings.ts'
import { activity, activityType, facility, opening, organisation, period, slot } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { isPublishedPeriod, type Reach, rowsFor } from './reach.ts'

type Slot = typeof slot.$inferSelect

/** Each published period with its activity, slots, rules and openings. */
export const periodDocuments = (
  store: Store,
  { overSince }: Reach,
  ids: readonly number[],
): ReadonlyMap<number, PeriodDocument> => {
  const { db } = store
  const rows = db
    .select({ period, activity, facility, type: activityType })
    .from(period)
    .innerJoin(activity, eq(activity.id, period.activityId))
    .innerJoin(facility, eq(facility.id, activity.facilityId))
    .innerJoin(activityType, eq(activityType.id, activity.typeId))
    .where(
      and(
        inArray(period.id, [...ids]),
        eq(period.archived, false),
        eq(activity.archived, false),
        gte(period.endDay, overSince),
      ),
    )
    .all()
  if (rows.length === 0) return new Map()
  const activityIds = [...new Set(rows.map((row) => row.activity.id))]
  const slots = Map.groupBy(
    db.select().from(slot).where(inArray(slot.activityId, activityIds)).orderBy(asc(slot.position), asc(slot.id)).all(),
    ({ activityId }) => activityId,
  )
  const openings = Map.groupBy(
    db
      .select()
      .from(opening)
      .where(inArray(opening.periodId, [...ids]))
      .orderBy(asc(opening.day))
      .all(),
    ({ periodId }) => periodId,
  )
  const book = currentBook(store)
  const holidays = schoolHolidaysByDay(store)
  const defaultPriorities = db.select().from(organisation).get()?.waitingPriorities ?? []
  return new Map(
    rows.map(({ period: own, activity: of, facility: place, type }): [number, PeriodDocument] => {
      const opened = openings.get(own.id) ?? []
      const used = new Set([...own.places.map(({ slotId }) => slotId), ...opened.map(({ slotId }) => slotId)])
      const shown = (slots.get(of.id) ?? []).filter(({ id }) => used.has(id))
      const rules = ruleOf(own, of)
      const tariff = book.activities.get(of.id)?.tariff ?? null
      const { only } = groupsOfPeriod(store, own.id)
      return [
        own.id,
        {
          id: own.id,
          name: own.name,
          from: own.startDay,
          to: own.endDay,
          facility: { id: place.id, name: place.name },
          activityType: { id: type.id, name: type.name },
          activity: {
            id: of.id,
            name: activityShown(store, of, only),
            ...(of.joinedToId !== null && { lead: of.joinedToId }),
          },
          slots: shown.map(({ id, name, shortName, start, end }) => ({
            id,
            name,
            shortName,
            start,
            end,
            code: book.slotCodes.get(id) ?? '',
          })),
          weekdays: [...own.weekdays],
          registrationWindow: windowOf(own.registrationOpensAt, own.residentsOpenAt, own.registrationClosesAt) ?? null,
          bookingWindow: windowOf(own.bookingOpensAt, own.residentsOpenAt, own.bookingClosesAt) ?? null,
          booking: rules.booking,
          cancelling: rules.cancel,
          waitingList: own.waitingList,
          ...(own.dossier !== 'none' && { dossier: own.dossier }),
          waitingByPriority: (of.waitingPriorities ?? defaultPriorities).length > 0,
          ...(own.weekRule && { weekRule: shownWeekRule(own.weekRule) }),
          conditions: plainConditions(conditionsOf(store, own.id, of)),
          tariff,
          ...(only && tariff?.versions.some((version) => groupsAsked(version).length > 0) && { onlyGroup: only.name }),
          openings: byDay(
            opened.filter(({ closedReason }) => closedReason === null),
            shown,
          ).map(({ day, slotId, capacity, groupPlaces }) => ({
            day,
            slot: slotId,
            capacity,
            ...(groupPlaces && { groupPlaces: [...groupPlaces] }),
          })),
          closed: closedDays(own, shown, opened, holidays),
        },
      ]
    }),
  )
}

/** For a joined activity: the name of its lead, with the group of the period's children. */
const activityShown = (
  store: Store,
  { name, joinedToId }: Pick<typeof activity.$inferSelect, 'name' | 'joinedToId'>,
  only: Group | null,
): string => {
  const lead = joinedToId === null ? name : activityOf(store, joinedToId).name
  return only ? `${lead}, ${only.name}` : lead
}

const plainConditions = ({ minAge, maxAge, classes, schools = [], groups = [], residentsOnly }: Conditions) => ({
  minAge,
  maxAge,
  classes: [...classes],
  ...(schools.length > 0 && { schools: [...schools] }),
  ...(groups.length > 0 && {
    groups: groups.map((group) => ({
      id: group.id,
      name: group.name,
      minAge: group.minAge,
      maxAge: group.maxAge,
      classes: [...group.classes],
    })),
  }),
  residentsOnly,
})

const byDay = (opened: readonly OpeningRow[], slots: readonly Slot[]): OpeningRow[] => {
  const position = new Map(slots.map(({ id }, at) => [id, at]))
  const positionOf = ({ slotId }: OpeningRow) => position.get(slotId) ?? 0
  return opened.toSorted((one, other) =>
    one.day === other.day ? positionOf(one) - positionOf(other) : one.day < other.day ? -1 : 1,
  )
}

/** Closed days among the period's weekdays, each with the reason that staff gave, else the calendar's. */
const closedDays = (
  own: typeof period.$inferSelect,
  slots: readonly Slot[],
  opened: readonly OpeningRow[],
  holidays: HolidaysOn,
): PeriodDocument['closed'] => {
  const openingsByDay = Map.groupBy(byDay(opened, slots), ({ day }) => day)
  const skipped = new Map(
    skippedDays({ ...own, from: own.startDay, to: own.endDay, holidays, slots: [] }).map(({ day, reason }) => [
      day,
      reason,
    ]),
  )
  const days = new Set<Day>([
    ...daysBetween(own.startDay, own.endDay).filter((day) => own.weekdays.includes(weekday(day))),
    ...openingsByDay.keys(),
  ])
  return [...days].toSorted().flatMap((day) => {
    const shut = openingsByDay.get(day)?.find(({ closedReason }) => closedReason !== null)
    if (shut) return [{ day, why: shut.closedReason ?? '' }]
    return openingsByDay.has(day) ? [] : [{ day, why: skipped.get(day) ?? '' }]
  })
}

/** By period, the number of children who hold a place or wait in each opening from today on. */
export const placesDocuments = (
  store: Store,
  reach: Reach,
  ids: readonly number[],
): ReadonlyMap<number, PlacesDocument> => {
  const published = rowsFor<{ id: number }>(
    store,
    `select period.id from json_each(:ids) wanted join period on period.id = wanted.value
    join activity on activity.id = period.activity_id where ${isPublishedPeriod}`,
    reach,
    ids,
  )
  const openings = Map.groupBy(
    rowsFor<Omit<PlacesDocument['openings'][number], 'groups'> & { period: number; hasGroupPlaces: 0 | 1 }>(
      store,
      `with taken as materialized (
        select period_id, day, slot_id, sum(held = 'confirmed') held, sum(held = 'waitlisted') waiting
        from json_each(:ids) wanted cross join reservation on period_id = wanted.value and day >= :today
        where held <> 'none' group by period_id, day, slot_id),
      kept as materialized (select period_id, day, slot_id, count(*) offered from reservation
        where offered_until is not null group by period_id, day, slot_id)
      select opening.period_id period, opening.day, opening.slot_id slot,
        coalesce(taken.held, 0) + coalesce(kept.offered, 0) held,
        coalesce(taken.waiting, 0) waiting, opening.group_places is not null hasGroupPlaces
      from json_each(:ids) wanted cross join opening on opening.period_id = wanted.value and opening.day >= :today
      left join taken on taken.period_id = opening.period_id and taken.day = opening.day and taken.slot_id = opening.slot_id
      left join kept on kept.period_id = opening.period_id and kept.day = opening.day and kept.slot_id = opening.slot_id
      where opening.closed_reason is null order by opening.day, opening.slot_id`,
      reach,
      ids,
    ),
    (row) => row.period,
  )
  return new Map(
    published.map(({ id }): [number, PlacesDocument] => {
      const opened = openings.get(id) ?? []
      const last = opened.findLast(({ hasGroupPlaces }) => hasGroupPlaces === 1)
      const groupsOn = last ? groupCountsIn(store, id, reach.today, last.day) : () => []
      return [
        id,
        {
          openings: opened.map(({ day, slot: slotId, held, waiting, hasGroupPlaces }) => ({
            day,
            slot: slotId,
            held,
            waiting,
            ...(hasGroupPlaces === 1 && { groups: groupsOn(day, slotId) }),
          })),
        },
      ]
    }),
  )
}
