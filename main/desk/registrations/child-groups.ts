import { addDays, addMonths, type Day } from '../../../shared/rules/calendar/day.ts'
import { type ChildOverTime, type GroupSpan, groupSpans, type PutInGroup } from '../../../shared/rules/groups/groups.ts'
import type { Store } from '../../store/store.ts'
import { type ActivityGroup, groupsOfPeriod } from '../activities/activities.ts'

/** The groups of the children registered in a period, on each day between two. */
export type ChildGroups = {
  readonly groups: readonly ActivityGroup[]
  /** The group of all children, whatever their age; null when each child's group is computed. */
  readonly only: ActivityGroup | null
  /** Null when the child is in no group. */
  of(registrationId: number, day: Day): number | null
  /** The group by age and class alone, ignoring what staff decided. */
  byRule(registrationId: number, day: Day): number | null
  spansOf(registrationId: number): readonly GroupSpan[]
  /**
   * The days of each child, cut where its group changes, and at the sixth birthday, on which the law on adults depends.
   */
  readonly spans: readonly (GroupSpan & { readonly registrationId: number; readonly isUnderSix: boolean })[]
}

/**
 * Reads the groups in a few queries, however many children there are. Null when the period has no groups.
 * @param only the registrations to read; absent for all of the period
 */
export const childGroupsIn = (
  store: Store,
  periodId: number,
  from: Day,
  to: Day,
  only?: readonly number[],
): ChildGroups | null => {
  const { groups, only: alone } = groupsOfPeriod(store, periodId)
  if (groups.length === 0) return null
  const readsClasses = groups.some((group) => group.classes.length > 0)
  const children = childrenOverTime(store, registeredIn(store, periodId, only), readsClasses)
  const spansOfChild = (child: ChildOverTime, first: Day, last: Day): GroupSpan[] =>
    alone ? [{ groupId: alone.id, from: first, to: last }] : groupSpans(groups, child, first, last)
  const spansOf = new Map(
    [...children].map(([registrationId, child]) => [registrationId, spansOfChild(child, from, to)]),
  )
  return {
    groups,
    only: alone,
    of: (registrationId, day) => spansOf.get(registrationId)?.findLast((span) => span.from <= day)?.groupId ?? null,
    byRule(registrationId, day) {
      const child = children.get(registrationId)
      return (child && spansOfChild({ ...child, put: [] }, day, day)[0]?.groupId) ?? null
    },
    spansOf: (registrationId) => spansOf.get(registrationId) ?? [],
    spans: [...spansOf].flatMap(([registrationId, spans]) => {
      const sixth = addMonths(children.get(registrationId)?.birth ?? from, 72)
      return spans.flatMap((span) => [
        ...(span.from < sixth
          ? [{ ...span, registrationId, isUnderSix: true, to: span.to < sixth ? span.to : addDays(sixth, -1) }]
          : []),
        ...(span.to >= sixth
          ? [{ ...span, registrationId, isUnderSix: false, from: span.from > sixth ? span.from : sixth }]
          : []),
      ])
    }),
  }
}

/** The facts that decide the groups of registered children, by registration. */
export const childrenOverTime = (
  store: Store,
  registrationIds: readonly number[],
  readsClasses = true,
): ReadonlyMap<number, ChildOverTime> => {
  const ids = JSON.stringify(registrationIds)
  const classes = readsClasses
    ? Map.groupBy(classesOf(store, ids), ({ registrationId }) => registrationId)
    : new Map<number, ClassRow[]>()
  const put = Map.groupBy(putInGroups(store, ids), ({ registrationId }) => registrationId)
  return new Map(
    birthsOf(store, ids).map(({ registrationId, birth }) => [
      registrationId,
      { birth, classes: classes.get(registrationId) ?? [], put: put.get(registrationId) ?? [] },
    ]),
  )
}

const registeredIn = (store: Store, periodId: number, only: readonly number[] | undefined): number[] =>
  store
    .statement(
      `select id from registration where period_id = ? and (? is null or id in (select value from json_each(?)))`,
    )
    .pluck()
    .all(periodId, only ? 1 : null, JSON.stringify(only ?? [])) as number[]

const birthsOf = (store: Store, ids: string) =>
  store
    .statement(
      `select g.id registrationId, c.birth_day birth
      from json_each(?) wanted join registration g on g.id = wanted.value join child c on c.id = g.child_id`,
    )
    .all(ids) as { registrationId: number; birth: Day }[]

type ClassRow = { readonly registrationId: number; readonly from: Day; readonly schoolClass: string | null }

/** The classes of the children of these registrations, soonest first. */
const classesOf = (store: Store, ids: string) =>
  store
    .statement(
      `select g.id registrationId, s.from_day "from", nullif(s.level, '') schoolClass
      from json_each(?) wanted join registration g on g.id = wanted.value join schooling s on s.child_id = g.child_id
      order by s.from_day`,
    )
    .all(ids) as ClassRow[]

/** The groups that staff put the children of these registrations in, soonest first. */
const putInGroups = (store: Store, ids: string) =>
  store
    .statement(
      `select p.registration_id registrationId, p.from_day "from", p.group_id groupId
      from json_each(?) wanted join registration_group p on p.registration_id = wanted.value order by p.from_day`,
    )
    .all(ids) as (PutInGroup & { registrationId: number })[]
