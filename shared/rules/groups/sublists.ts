import { addDays, type Day, isWithin } from '../calendar/day.ts'

/*
 * Lists inside an activity (« Car 2 », « Atelier »). A child may be on any number of them; each has places of its own.
 */

/** Days on which a registration is on a list; `until: null` for as long as the registration and the list last. */
export type ListedDays = { readonly from: Day; readonly until: Day | null }

/**
 * The days of a registration on a list, after staff decided from a day on. Earlier days stay; decisions for later days
 * are dropped, since the newest decision is about all days from its own on.
 * @param days soonest first
 * @param listed how long the child is on the list from that day; null for not at all
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

/** A child on a list, on days that belong to its registration and to the list. */
export type OnList = { readonly childId: number; readonly from: Day; readonly to: Day }

/** The days on a list that count: within the registration, and before the list ends. Null when none is left. */
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

/** The number of children on the list on a day; a child with two homes counts once. */
export const countOn = (onList: readonly OnList[], day: Day): number =>
  new Set(onList.filter((one) => isWithin(one, day)).map(({ childId }) => childId)).size

/** The first of these days on which there is no place left for one more child; null when there is a place on each. */
export const firstFullDay = (
  others: readonly OnList[],
  capacity: number,
  { from, to }: { readonly from: Day; readonly to: Day },
): Day | null =>
  // The number can only rise on a day on which a child joins the list, so only those days are checked.
  [from, ...others.map((one) => one.from).filter((day) => day > from && day <= to)]
    .toSorted()
    .find((day) => countOn(others, day) >= capacity) ?? null

/**
 * The first day from `from` on with more children than places, and more than before a change; null when there is none.
 * A list that already had too many children is not the fault of the change.
 */
export const firstOverfilledDay = (
  before: readonly OnList[],
  after: readonly OnList[],
  capacity: number,
  from: Day,
): Day | null =>
  // The number can only rise where a child joins the list, or where one left it before the change.
  [from, ...after.map((one) => one.from), ...before.map(({ to }) => addDays(to, 1))]
    .filter((day) => day >= from)
    .toSorted()
    .find((day) => countOn(after, day) > Math.max(capacity, countOn(before, day))) ?? null
