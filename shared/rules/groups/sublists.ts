import { addDays, type Day, isWithin } from '../calendar/day.ts'

/* Lists inside an activity (« Car 2 », « Atelier »): any number per child, each with places of its own. */

/** Days on which a registration is on a list; `until` null: as long as the registration and the list. */
export type ListedDays = { readonly from: Day; readonly until: Day | null }

/**
 * The days of a registration on a list, once staff decided from a day on. What stood before that day stays; what was
 * decided for later days no longer holds, since the newest decision is for all days from its own on.
 * @param days soonest first
 * @param listed how long the child is on the list from that day; null: it is not
 */
export const listedDaysFrom = (
  days: readonly ListedDays[],
  from: Day,
  listed: { readonly until: Day | null } | null,
): ListedDays[] => {
  const dayBefore = addDays(from, -1)
  const before = days
    .filter((one) => one.from < from)
    .map((one) => ({ from: one.from, until: one.until === null || one.until > dayBefore ? dayBefore : one.until }))
  if (!listed) return before
  const last = before.at(-1)
  return last?.until === dayBefore
    ? [...before.slice(0, -1), { from: last.from, until: listed.until }]
    : [...before, { from, until: listed.until }]
}

/** A child on a list, on days that are those of its registration and of the list. */
export type OnList = { readonly childId: number; readonly from: Day; readonly to: Day }

/** The days that count of those on a list: its registration's, until the list ends. Null when none is left. */
export const daysThatCount = (
  { from, until }: ListedDays,
  registration: { readonly startDay: Day; readonly endDay: Day },
  endedFrom: Day | null,
): { readonly from: Day; readonly to: Day } | null => {
  const ends = [until, registration.endDay, endedFrom && addDays(endedFrom, -1)].flatMap((day) => day ?? [])
  const first = from > registration.startDay ? from : registration.startDay
  const last = ends.toSorted()[0] ?? registration.endDay
  return first <= last ? { from: first, to: last } : null
}

/** How many children are on the list on a day; one with two homes counts once. */
export const countOn = (onList: readonly OnList[], day: Day): number =>
  new Set(onList.filter((one) => isWithin(one, day)).map(({ childId }) => childId)).size

/** The first of these days on which no place is left for one more child; null when there is one on each. */
export const firstFullDay = (
  others: readonly OnList[],
  capacity: number,
  { from, to }: { readonly from: Day; readonly to: Day },
): Day | null =>
  // The number only grows where a child comes on the list.
  [from, ...others.map((one) => one.from).filter((day) => day > from && day <= to)]
    .toSorted()
    .find((day) => countOn(others, day) >= capacity) ?? null

/**
 * The first day from `from` on with more children than places, and more than there were before a change; null when there
 * is none. Fewer places than children are no fault of the change.
 */
export const firstOverfilledDay = (
  before: readonly OnList[],
  after: readonly OnList[],
  capacity: number,
  from: Day,
): Day | null =>
  // The change adds children where one comes on the list, or where one went before it.
  [from, ...after.map((one) => one.from), ...before.map(({ to }) => addDays(to, 1))]
    .filter((day) => day >= from)
    .toSorted()
    .find((day) => countOn(after, day) > Math.max(capacity, countOn(before, day))) ?? null
