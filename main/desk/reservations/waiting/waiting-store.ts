import type { WaitingList } from '../../../../shared/contract/desk/reservations/waiting.ts'
import { type Day, dayAt, type Instant } from '../../../../shared/rules/calendar/day.ts'
import { committedSql } from '../../../store/acts/committed.ts'
import { alphabeticalSql } from '../../../store/search-index.ts'
import type { Store } from '../../../store/store.ts'
import { groupsOfPeriod, shownNameSql } from '../../activities/activities.ts'
import { groupCountsIn, openingsBetween } from '../reservations-store.ts'
import { type WaitedSlot, type Waiting, waitingAfter } from './waiting-order.ts'

/**
 * Cells whose offer has expired. With a paired portal, a timely answer may still lie on the portal: an offer expires
 * only once an exchange begun after its time has succeeded, or on the day itself.
 */
export const expiredOffers = (store: Store, at: Instant) =>
  store
    .statement(
      `select r.id, r.registration_id registrationId, r.day, r.slot_id slotId from reservation r
      where r.offered_until <= ?1
        and ${committedSql('r.act_id')}
        and (not exists (select 1 from exchange_side where paired_at is not null)
          or exists (select 1 from exchange_run where outcome = 'done' and started_at >= r.offered_until)
          or r.day <= ?2)
      order by r.offered_until, r.waiting_since, r.id`,
    )
    .all({ 1: at, 2: dayAt(at) }) as { id: number; registrationId: number; day: Day; slotId: number }[]

/** Whether any child waits on this slot of this day. */
export const isWaitedFor = (store: Store, { periodId, day, slotId }: WaitedSlot): boolean =>
  store
    .statement(
      `select exists (select 1 from reservation where period_id = ? and day = ? and slot_id = ? and held = 'waitlisted')`,
    )
    .pluck()
    .get(periodId, day, slotId) === 1

/** The free places of the open slots where these children wait, with the children's names, soonest first. */
export const freePlaces = (store: Store, waiting: readonly Waiting[]) => {
  const ofGroups = placesOfGroups(store, waiting)
  return freePlacesOfSlots(store, waiting).map(({ cellId, ...row }) => {
    const own = ofGroups(cellId)
    return own ? { ...row, free: own.capacity - own.held } : row
  })
}

/**
 * By the id of a waiting cell, the places of its group that day; undefined where all children share the places. Where
 * groups have their own, a child of no group has none.
 */
const placesOfGroups = (store: Store, waiting: readonly Waiting[]) => {
  const found = new Map<number, { readonly group: string | null; readonly capacity: number; readonly held: number }>()
  for (const [periodId, own] of Map.groupBy(waiting, (one) => one.periodId)) {
    const days = own.map(({ day }) => day).toSorted()
    const [from, to] = [days[0], days.at(-1)]
    const { groups } = groupsOfPeriod(store, periodId)
    if (!from || !to || groups.length === 0) continue
    const names = new Map(groups.map(({ id, name }) => [id, name]))
    const counts = groupCountsIn(store, periodId, from, to)
    const openings = new Map(openingsBetween(store, periodId, from, to).map((opening) => [slotKey(opening), opening]))
    for (const { id, day, slotId, groupId } of own) {
      const groupPlaces = openings.get(slotKey({ day, slotId }))?.groupPlaces
      if (!groupPlaces) continue
      if (groupId === null) {
        found.set(id, { group: null, capacity: 0, held: 0 })
        continue
      }
      const places = groupPlaces.find((one) => one.groupId === groupId)
      const held = counts(day, slotId).find((one) => one.groupId === groupId)?.held ?? 0
      found.set(id, { group: names.get(groupId) ?? '', capacity: places?.capacity ?? 0, held })
    }
  }
  return (cellId: number) => found.get(cellId)
}

const slotKey = ({ day, slotId }: { readonly day: Day; readonly slotId: number }): string => `${day} ${slotId}`

const freePlacesOfSlots = (store: Store, cells: readonly { readonly id: number }[]) =>
  store
    .statement(
      `select w.id cellId, w.registration_id registrationId, w.day, w.slot_id slotId, w.period_id periodId, p.name period,
        s.name slot, c.id childId, c.last_name lastName, c.first_name firstName, c.birth_day birthDay,
        o.capacity - (select count(*) from reservation h where h.period_id = w.period_id and h.day = w.day
          and h.slot_id = w.slot_id and (h.held = 'confirmed' or h.offered_until is not null)) free
      from json_each(?) wanted
      cross join reservation w on w.id = wanted.value
      join opening o on o.period_id = w.period_id and o.day = w.day and o.slot_id = w.slot_id and o.closed_reason is null
      join registration g on g.id = w.registration_id join child c on c.id = g.child_id
      join period p on p.id = w.period_id join slot s on s.id = w.slot_id
      order by w.day, ${alphabeticalSql('p.name')}`,
    )
    .all(JSON.stringify(cells.map(({ id }) => id))) as {
    cellId: number
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

/** The waiting lists of the days after `after`, soonest first; groups with their own places have their own lists. */
export const listsAfter = (store: Store, after: Day, periodId: number | null): WaitingList[] => {
  const slots = waitedSlotsAfter(store, after, periodId)
  const isShared = slots.every(({ hasGroupPlaces }) => hasGroupPlaces === 0)
  const lists = isShared ? [] : [...waitingAfter(store, after).values()]
  const firsts = lists.flatMap(([first]) => first ?? [])
  const placesOf = placesOfGroups(store, firsts)
  const listsOf = Map.groupBy(lists, ([first]) => first && `${first.periodId} ${slotKey(first)}`)
  return slots.flatMap(({ hasGroupPlaces, ...slot }): WaitingList[] => {
    if (hasGroupPlaces === 0) return [{ ...slot, groupId: null, group: null }]
    return (listsOf.get(`${slot.periodId} ${slotKey(slot)}`) ?? []).map((list) => ({
      ...slot,
      groupId: list[0]?.groupId ?? null,
      group: null,
      offered: list.filter(({ offeredUntil }) => offeredUntil !== null).length,
      waiting: list.length,
      ...(list[0] && placesOf(list[0].id)),
    }))
  })
}

const waitedSlotsAfter = (store: Store, after: Day, periodId: number | null) =>
  store
    .statement(
      `with list as (select period_id, day, slot_id, count(*) waiting, count(offered_until) offered
        from reservation where held = 'waitlisted' and day > ?1 and (?2 is null or period_id = ?2)
        group by period_id, day, slot_id)
      select list.period_id periodId, p.name period, ${shownNameSql('a')} activity, list.day, list.slot_id slotId, s.name slot,
        o.capacity, o.closed_reason closedReason, o.group_places is not null hasGroupPlaces, list.offered, list.waiting,
        list.offered + (select count(*) from reservation h where h.period_id = list.period_id and h.day = list.day
          and h.slot_id = list.slot_id and h.held = 'confirmed') held
      from list
      join opening o on o.period_id = list.period_id and o.day = list.day and o.slot_id = list.slot_id
      join period p on p.id = list.period_id join activity a on a.id = p.activity_id
      join slot s on s.id = list.slot_id
      order by list.day, ${alphabeticalSql(shownNameSql('a'))}, p.id, s.position, s.start`,
    )
    .all({ 1: after, 2: periodId }) as {
    periodId: number
    period: string
    activity: string
    day: Day
    slotId: number
    slot: string
    capacity: number
    closedReason: string | null
    hasGroupPlaces: 0 | 1
    offered: number
    waiting: number
    held: number
  }[]
