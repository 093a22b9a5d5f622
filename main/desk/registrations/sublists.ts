import { ascending } from '../../../shared/collections.ts'
import type { ChildSublists } from '../../../shared/contract/desk/registrations.ts'
import { type Day, dayAt, isWithin, today } from '../../../shared/rules/calendar/day.ts'
import {
  countOn,
  daysThatCount,
  firstFullDay,
  firstOverfilledDay,
  listedDaysFrom,
  type OnList,
} from '../../../shared/rules/groups/sublists.ts'
import { isLiveOn } from '../../../shared/rules/people/registration.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { registrationSublist } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { leadOf, type SublistRow, slotsOf, sublistsOf } from '../activities/activities.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { type NamedRegistration, registrationsWhere, withId } from './registrations-store.ts'
import { allLists, type ListedRow, listedRows, onLists } from './sublists-store.ts'

/** The lists of the activity of a registration, and the days of its child on each. */
export const readChildSublists = ({ store, clock }: Core, registrationId: number): ChildSublists => {
  const registration = requireRegistration(store, registrationId)
  const activityId = leadOf(store, registration.activityId)
  const on = firstDay(registration, today(clock))
  const slots = slotsOf(store, activityId)
  const rows = Map.groupBy(listedRows(store, registrationId), ({ sublistId }) => sublistId)
  const everybody = childrenOnLists(store, activityId)
  return {
    on,
    sublists: sublistsOf(store, activityId).flatMap(({ id, name, slotIds, capacity, endedFrom }) => {
      const days = (rows.get(id) ?? []).map(({ from, until }) => ({ from, until }))
      if (days.length === 0 && endedFrom !== null && endedFrom <= on) return []
      return [
        {
          id,
          name,
          slots: slots.flatMap((slot) => (slotIds?.includes(slot.id) ? [slot.name] : [])),
          capacity,
          taken: countOn(everybody.get(id) ?? [], on),
          endedFrom,
          isListed: days.some((one) => {
            const counts = daysThatCount(one, registration, endedFrom)
            return counts !== null && isWithin(counts, on)
          }),
          days,
        },
      ]
    }),
  }
}

/**
 * Puts a child on a list from a day on, or takes it off. A child with a refused registration can only be taken off,
 * since another child may get its place before it is accepted after all. @throws Refused for a full list, an ended one,
 * and a past day
 */
export const setSublist = (
  { store, clock }: Core,
  person: Person,
  input: {
    readonly registrationId: number
    readonly sublistId: number
    readonly listed: boolean
    readonly fromDay: Day
    readonly untilDay: Day | null
  },
): void => {
  const { listed, fromDay, untilDay } = input
  const registration = requireRegistration(store, input.registrationId)
  const list = sublistsOf(store, leadOf(store, registration.activityId)).find(({ id }) => id === input.sublistId)
  if (!list) throw new Refused('Cette liste n’est pas de cette activité.', 'sublistId')
  const on = today(clock)
  const isLive = isLiveOn({ state: registration.state, to: registration.endDay }, on)
  if (!isLive && (listed || registration.state !== 'refused'))
    throw new Refused('Cette inscription n’est plus en cours.')
  if (fromDay < firstDay(registration, on) || fromDay > registration.endDay)
    throw new Refused('Choisissez un jour à venir de l’inscription\u00a0: ce qui est passé reste.', 'fromDay')
  if (listed && untilDay !== null && untilDay < fromDay)
    throw new Refused('Le dernier jour vient avant le premier.', 'untilDay')
  const name = `${registration.firstName} ${registration.lastName}`
  const since = `à partir du ${shortDay(fromDay)}`
  const label = listed
    ? `${name} sur la liste «\u00a0${list.name}\u00a0», ${since}`
    : `${name} n’est plus sur la liste «\u00a0${list.name}\u00a0» ${since}`
  store.act(person, 'registrations.sublist', label, (write) => {
    if (listed) refuseIfFull(store, list, registration, { from: fromDay, until: untilDay })
    writeListed(store, write, registration.id, list.id, fromDay, listed ? { until: untilDay } : null)
  })
}

const requireRegistration = (store: Store, id: number, ownAct = 0): NamedRegistration => {
  const [found] = registrationsWhere(store, withId(id), ownAct)
  if (!found) throw new Refused('Cette inscription n’existe plus.')
  return found
}

const firstDay = ({ startDay }: Pick<NamedRegistration, 'startDay'>, on: Day): Day => (startDay > on ? startDay : on)

type Listing = { readonly from: Day; readonly until: Day | null }

const refuseIfFull = (store: Store, list: SublistRow, registration: NamedRegistration, listing: Listing): void => {
  const days = daysThatCount(listing, registration, list.endedFrom)
  if (!days && list.endedFrom !== null)
    throw new Refused(`La liste «\u00a0${list.name}\u00a0» s’arrête le ${shortDay(list.endedFrom)}.`, 'fromDay')
  const full = days && fullDay(store, list, registration, days)
  if (full)
    throw new Refused(
      `La liste «\u00a0${list.name}\u00a0» est complète le ${shortDay(full)}\u00a0: ${counted(list.capacity, 'place')}.`,
      'sublistId',
    )
}

const fullDay = (
  store: Store,
  { id, activityId, capacity }: SublistRow,
  { childId }: Pick<NamedRegistration, 'childId'>,
  days: { readonly from: Day; readonly to: Day },
): Day | null => {
  const others = (childrenOnLists(store, activityId).get(id) ?? []).filter((one) => one.childId !== childId)
  return firstFullDay(others, capacity, days)
}

const writeListed = (
  store: Store,
  write: Write,
  registrationId: number,
  sublistId: number,
  from: Day,
  listed: { readonly until: Day | null } | null,
): void => {
  const before = listedRows(store, registrationId).filter((row) => row.sublistId === sublistId)
  const after = listedDaysFrom(before, from, listed)
  for (const row of before) {
    const stays = after.find((one) => one.from === row.from)
    if (!stays) write.remove(registrationSublist, row.id)
    else if (stays.until !== row.until) write.update(registrationSublist, row.id, { untilDay: stays.until })
  }
  for (const one of after)
    if (!before.some((row) => row.from === one.from))
      write.insert(registrationSublist, { registrationId, sublistId, fromDay: one.from, untilDay: one.until })
}

/**
 * Part of an act that brings a registration back: its child goes off each list that has no place left for it, from that
 * day on.
 */
export const leaveFullLists = (store: Store, write: Write, registrationId: number): void => {
  const registration = requireRegistration(store, registrationId, write.actId)
  const on = firstDay(registration, dayAt(write.at))
  const lists = new Map(sublistsOf(store, leadOf(store, registration.activityId)).map((list) => [list.id, list]))
  for (const { sublistId, ...listing } of listedRows(store, registrationId)) {
    const list = lists.get(sublistId)
    const days = list && daysThatCount(listing, registration, list.endedFrom)
    if (!list || !days || days.to < on) continue
    const full = fullDay(store, list, registration, { from: days.from > on ? days.from : on, to: days.to })
    if (full) writeListed(store, write, registrationId, sublistId, full, null)
  }
}

type Listed = OnList & { readonly registrationId: number; readonly sublistId: number }

/**
 * Reads all lists before a write that may revive or lengthen a registration.
 * @returns a check to call after the write, which throws Refused when a list then has more children than places from
 * today on, and more than before
 */
export const watchLists = (store: Store): (() => void) => {
  const before = childrenOnLists(store, null)
  return () => {
    const after = childrenOnLists(store, null)
    for (const { id, name, capacity } of allLists(store)) {
      const [were, are] = [before.get(id) ?? [], after.get(id) ?? []]
      const day = firstOverfilledDay(were, are, capacity, today(store.clock))
      if (day !== null)
        throw new Refused(
          `La liste «\u00a0${name}\u00a0» aurait ${counted(countOn(are, day), 'enfant')} pour ${counted(capacity, 'place')} le ${shortDay(day)}\u00a0: retirez-en d’abord un enfant.`,
        )
    }
  }
}

/** By the id of the list: who is on each list of an activity, or on every list, on the days that count. */
export const childrenOnLists = (store: Store, activityId: number | null): ReadonlyMap<number, readonly Listed[]> =>
  Map.groupBy(
    onLists(store, activityId).flatMap(({ endedFrom, startDay, endDay, from, until, ...of }) => {
      const days = daysThatCount({ from, until }, { startDay, endDay }, endedFrom)
      return days ? [{ ...of, ...days }] : []
    }),
    ({ sublistId }) => sublistId,
  )

/**
 * The next year's registration of a child takes the lists on which the last one ended, where a place is left. Returns
 * the names of the lists that were full.
 */
export const copyLists = (
  store: Store,
  write: Write,
  fromRegistrationId: number,
  to: Pick<NamedRegistration, 'id' | 'childId' | 'startDay' | 'endDay'> & { readonly activityId: number },
): string[] => {
  const last = lastOnLists(listedRows(store, fromRegistrationId))
  if (last.length === 0) return []
  const past = requireRegistration(store, fromRegistrationId, write.actId)
  return sublistsOf(store, leadOf(store, to.activityId)).flatMap((list) => {
    const row = last.find(({ sublistId }) => sublistId === list.id)
    const until = row && daysThatCount(row, past, null)?.to
    const days = daysThatCount({ from: to.startDay, until: null }, to, list.endedFrom)
    if (!row || until !== past.endDay || !days) return []
    if (fullDay(store, list, to, days)) return [list.name]
    writeListed(store, write, to.id, list.id, to.startDay, { until: null })
    return []
  })
}

/** The last days of the registration on each list. */
const lastOnLists = (rows: readonly ListedRow[]): ListedRow[] =>
  [...Map.groupBy(rows, ({ sublistId }) => sublistId).values()].flatMap(
    (own) => own.toSorted(ascending(({ from }) => from)).at(-1) ?? [],
  )
