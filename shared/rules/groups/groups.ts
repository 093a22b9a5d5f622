import { compareTexts } from '../../collections.ts'
import { addDays, addMonths, ageOn, type Day, type DayRange, dayOf, isWithin, yearOf } from '../calendar/day.ts'
import { classDay, levels, levelText } from '../people/schooling.ts'
import { listed } from '../text/french.ts'

/**
 * A part of an activity with ages or classes of its own. A group that has neither contains the children whom staff put
 * in it.
 */
export type Group = {
  readonly id: number
  readonly name: string
  /** In whole years on the day; both bounds included, null for no limit. */
  readonly minAge: number | null
  readonly maxAge: number | null
  /** Empty for all classes. */
  readonly classes: readonly string[]
}

/** The places of each group on a slot; a group that is not listed has none that day. */
export type GroupPlaces = readonly { readonly groupId: number; readonly capacity: number }[]

/** From a day on, staff put the child in this group; null lets age and class decide again. */
export type PutInGroup = { readonly from: Day; readonly groupId: number | null }

/** What decides a child's group on a day. @see ChildOverTime for a span */
type ChildOfDay = {
  readonly birth: Day
  readonly schoolClass: string | null
  readonly put?: readonly PutInGroup[] | undefined
}

/**
 * The child's only group on a day: the one that staff chose, else the first one that its age and class match; null when
 * there is none.
 * @param child `put` soonest first
 */
export const groupOn = <Own extends Group>(groups: readonly Own[], child: ChildOfDay, on: Day): Own | null => {
  const put = child.put?.findLast(({ from }) => from <= on)?.groupId ?? null
  return groups.find(({ id }) => id === put) ?? groups.find((group) => takesByRule(group, child, on)) ?? null
}

/** Whether age and class match the group. */
const takesByRule = (group: Group, { birth, schoolClass }: ChildOfDay, on: Day): boolean => {
  return (
    isOfAge(group, birth, on) &&
    (group.classes.length === 0 || (schoolClass !== null && group.classes.includes(schoolClass)))
  )
}

/** Whether a child is of an age at which the group takes children by itself. */
export const isOfAge = (group: Group, birth: Day, on: Day): boolean => {
  if (isByHandOnly(group) || on < birth) return false
  const { years } = ageOn(birth, on)
  return years >= (group.minAge ?? 0) && years <= (group.maxAge ?? Infinity)
}

export const isByHandOnly = ({ minAge, maxAge, classes }: Omit<Group, 'id' | 'name'>): boolean =>
  minAge === null && maxAge === null && classes.length === 0

type OfDays = DayRange & { readonly id: number; readonly period: DayRange }

/**
 * The registration that decides a child's group in an activity on a day: that of the cell, else the one that starts
 * first. Periods may overlap, and a cell may lie after the end of its registration when it was charged although it was
 * given back.
 */
export const registrationFor = <Own extends OfDays>(
  registrations: readonly Own[],
): ((on: Day, id?: number) => Own | undefined) => {
  const inOrder = registrations.toSorted((one, other) => compareTexts(one.from, other.from) || one.id - other.id)
  return (on, id) =>
    inOrder.find((one) => one.id === id) ??
    inOrder.find((one) => isWithin(one, on)) ??
    inOrder.find(({ period }) => isWithin(period, on))
}

/** A child with its classes and the groups that staff chose for it, each soonest first. */
export type ChildOverTime = {
  readonly birth: Day
  readonly classes: readonly { readonly from: Day; readonly schoolClass: string | null }[]
  readonly put: readonly PutInGroup[]
}

export type GroupSpan = { readonly groupId: number | null; readonly from: Day; readonly to: Day }

/** The group of a child on one day, by its class of that day. */
export const groupOfChild = <Own extends Group>(
  groups: readonly Own[],
  { birth, classes, put }: ChildOverTime,
  day: Day,
): Own | null => {
  const on = classDay(day)
  return groupOn(
    groups,
    { birth, schoolClass: classes.findLast((one) => one.from <= on)?.schoolClass ?? null, put },
    day,
  )
}

/**
 * The groups of a child over a span of days, without gaps and in order. A birthday, a class or a decision of staff may
 * change them.
 */
export const groupSpans = (groups: readonly Group[], child: ChildOverTime, from: Day, to: Day): GroupSpan[] => {
  const spans: GroupSpan[] = []
  for (const start of changeDays(child, from, to)) {
    const groupId = groupOfChild(groups, child, start)?.id ?? null
    const last = spans.at(-1)
    if (last?.groupId === groupId) continue
    if (last) spans[spans.length - 1] = { ...last, to: addDays(start, -1) }
    spans.push({ groupId, from: start, to })
  }
  return spans
}

/** The first day of the span, then each day on which the group may change. */
const changeDays = ({ birth, classes, put }: ChildOverTime, from: Day, to: Day): Day[] => {
  const years = Array.from({ length: yearOf(to) - yearOf(from) + 1 }, (_, more) => yearOf(from) + more)
  const birthdays = years.map((year) => addMonths(birth, 12 * (year - yearOf(birth))))
  const candidates = [
    ...birthdays,
    // A child born on 29 February turns a year older on 1 March in other years.
    ...birthdays.map((day) => addDays(day, 1)),
    ...classes.map((one) => one.from),
    // In the last days of August the class of the coming school year already counts.
    ...years.map((year) => dayOf(year, 8, 25)),
    ...put.map((one) => one.from),
  ]
  return [from, ...new Set(candidates.filter((day) => day > from && day <= to))].toSorted()
}

/** Two groups that may both match the same child by age and class; null when there are none. */
export const ambiguousGroups = <Own extends Omit<Group, 'id'>>(groups: readonly Own[]): readonly [Own, Own] | null => {
  for (const [index, group] of groups.entries()) {
    const other = groups.slice(index + 1).find((one) => shareChildren(group, one))
    if (other) return [group, other]
  }
  return null
}

const shareChildren = (one: Omit<Group, 'id'>, other: Omit<Group, 'id'>): boolean => {
  if (isByHandOnly(one) || isByHandOnly(other)) return false
  const isAgeShared = (one.minAge ?? 0) <= (other.maxAge ?? Infinity) && (other.minAge ?? 0) <= (one.maxAge ?? Infinity)
  const isClassShared =
    one.classes.length === 0 ||
    other.classes.length === 0 ||
    one.classes.some((schoolClass) => other.classes.includes(schoolClass))
  return isAgeShared && isClassShared
}

type Taken = Pick<Group, 'minAge' | 'maxAge' | 'classes'>

/**
 * Who an activity takes and none of its groups does: such a child is refused. Nobody where staff fill a group by hand,
 * or where there is no group.
 */
export const takenByNoGroup = (
  activity: Taken,
  groups: readonly Taken[],
): { readonly ages: readonly number[]; readonly classes: readonly string[] } => {
  if (groups.length === 0 || groups.some(isByHandOnly)) return { ages: [], classes: [] }
  const bounds = [activity, ...(activity.classes.length === 0 ? [] : [agesInClasses(activity.classes)])]
  const lowest = Math.max(...bounds.map(({ minAge }) => minAge ?? 0))
  const highest = Math.min(...bounds.map(({ maxAge }) => maxAge ?? Infinity))
  // Where the activity says no age, only a gap between two groups is told.
  const from = lowest > 0 ? lowest : Math.min(...groups.map(({ minAge }) => minAge ?? 0))
  const to = highest < Infinity ? highest : Math.max(...groups.map(({ minAge, maxAge }) => maxAge ?? minAge ?? 0))
  const ages = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
  return {
    ages: ages.filter(
      (age) => !groups.some(({ minAge, maxAge }) => age >= (minAge ?? 0) && age <= (maxAge ?? Infinity)),
    ),
    classes: activity.classes.filter(
      (one) => !groups.some(({ classes }) => classes.length === 0 || classes.includes(one)),
    ),
  }
}

/** A child has its age of the year in a class, and a year more from its birthday of the next: 6 and 7 years in CP. */
const agesInClasses = (classes: readonly string[]): Pick<Group, 'minAge' | 'maxAge'> => {
  const ages = classes.map((one) => levels.findIndex((level) => level === one) + ageInFirstLevel)
  return { minAge: Math.min(...ages), maxAge: Math.max(...ages) + 1 }
}

const ageInFirstLevel = 2

/** « Aucun groupe ne prend 10 et 11 ans : ces enfants seraient refusés. »; null when every child has a group. */
export const takenByNoGroupText = (activity: Taken, groups: readonly Taken[]): string | null => {
  const { ages, classes } = takenByNoGroup(activity, groups)
  const missing = [...(ages.length === 0 ? [] : [`${listed(ages.map(String))}\u00a0ans`]), ...classes.map(levelText)]
  return missing.length === 0
    ? null
    : `Aucun groupe ne prend les enfants de ${listed(missing)}\u00a0: ils seraient refusés.`
}

/** The places of all groups together. */
export const totalPlaces = (places: GroupPlaces): number => places.reduce((sum, { capacity }) => sum + capacity, 0)

/** « au-dessus de 2 » for a group that has more children than places, as after a change of class; null when it fits. */
export const aboveText = (held: number, capacity: number): string | null =>
  held > capacity ? `au-dessus de ${held - capacity}` : null
