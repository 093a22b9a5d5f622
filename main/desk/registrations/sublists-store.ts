import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { Store } from '../../store/store.ts'

export type ListedRow = {
  readonly id: number
  readonly sublistId: number
  readonly from: Day
  readonly until: Day | null
}

/** The days of one registration on lists, soonest first. */
export const listedRows = (store: Store, registrationId: number): ListedRow[] =>
  store
    .statement(
      `select id, sublist_id sublistId, from_day "from", until_day until from registration_sublist
      where registration_id = ? order by from_day`,
    )
    .all(registrationId) as ListedRow[]

type OnListRow = Omit<ListedRow, 'id'> & {
  readonly registrationId: number
  readonly childId: number
  readonly startDay: Day
  readonly endDay: Day
  readonly endedFrom: Day | null
}

/**
 * Who is, was or will be on the lists of an activity, or of all where it is null, by registrations that were not
 * refused or withdrawn.
 */
export const onLists = (store: Store, activityId: number | null): OnListRow[] =>
  store
    .statement(
      `select list.id sublistId, list.ended_from endedFrom, listed.from_day "from", listed.until_day until,
        own.id registrationId, own.child_id childId, own.start_day startDay, own.end_day endDay
      from sublist list join registration_sublist listed on listed.sublist_id = list.id
      join registration own on own.id = listed.registration_id and own.state in ('asked', 'accepted', 'ended')
      where ?1 is null or list.activity_id = ?1 order by list.position, listed.from_day`,
    )
    .all({ 1: activityId }) as OnListRow[]

/** Every list, with its places. */
export const allLists = (store: Store) =>
  store.statement('select id, name, capacity from sublist order by id').all() as {
    id: number
    name: string
    capacity: number
  }[]
