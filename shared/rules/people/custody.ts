import { ascending } from '../../collections.ts'
import { addDays, type Day, dayOf, daysFrom, mondayOf, weekday, yearOf } from '../calendar/day.ts'

/** A home, by the number of its family. */
export type Home = number

/** Where a child wakes up on each of seven days, Monday first. */
export type WeekHomes = readonly Home[]
export type Halves = readonly [first: Home, second: Home]

/** What gives the days of a child to its homes, until the next rule. */
export type CustodyRule = {
  readonly from: Day
  /** Weeks by the parity of their number, ISO 8601: after a year of 53, two weeks in a row are odd. */
  readonly evenWeek: WeekHomes
  readonly oddWeek: WeekHomes
  /** Halves of school holidays, by the parity of the year in which they begin; null when weeks go on through them. */
  readonly holidays: { readonly evenYears: Halves; readonly oddYears: Halves } | null
}

/** The dated rules of one child, oldest first, and the days that parents exchanged. */
export type Custody = {
  readonly rules: readonly CustodyRule[]
  readonly exceptions: ReadonlyMap<Day, Home>
}

/** The school holidays that a day is in, if any: those of the town's zone. */
export type Holidays = (on: Day) => { readonly from: Day; readonly to: Day } | null

/** The home in which the child wakes up that day; null before the first rule, when no day is either home's alone. */
export const homeOf = ({ rules, exceptions }: Custody, on: Day, holidays: Holidays): Home | null =>
  exceptions.get(on) ?? homeByRule(rules, on, holidays)

/** The same without the exceptions. */
export const homeByRule = (rules: readonly CustodyRule[], on: Day, holidays: Holidays): Home | null => {
  const rule = ruleOn(rules, on)
  if (!rule) return null
  const span = rule.holidays && holidays(on)
  if (rule.holidays && span) {
    const { evenYears, oddYears } = rule.holidays
    const [first, second] = yearOf(span.from) % 2 === 0 ? evenYears : oddYears
    return on < secondHalf(span) ? first : second
  }
  const week = weekNumber(on) % 2 === 0 ? rule.evenWeek : rule.oddWeek
  return week[weekday(on) - 1] ?? null
}

export const ruleOn = (rules: readonly CustodyRule[], on: Day): CustodyRule | undefined =>
  rules.findLast(({ from }) => from <= on)

/** The first day of the second half: of an odd number of days, the first half has one more. */
export const secondHalf = ({ from, to }: { readonly from: Day; readonly to: Day }): Day =>
  addDays(from, Math.ceil((daysFrom(from, to) + 1) / 2))

/** ISO 8601: the week of a year is the one its Thursday is in. */
export const weekNumber = (on: Day): number => {
  const thursday = addDays(mondayOf(on), 3)
  return Math.floor(daysFrom(dayOf(yearOf(thursday), 1, 1), thursday) / 7) + 1
}

/** What staff change of it at once. */
export type CustodyChange =
  /** A rule of the same day is replaced. */
  | { readonly kind: 'rule'; readonly rule: CustodyRule }
  /** As if it had never been said: the rule before it goes on. */
  | { readonly kind: 'removeRule'; readonly from: Day }
  /** Days given to a home whatever the rule says; without a home, the rule's again. */
  | { readonly kind: 'days'; readonly days: readonly Day[]; readonly home: Home | null }
  /** Nothing: what still stands on the other home's days is settled. */
  | { readonly kind: 'asItIs' }

export const changedCustody = (custody: Custody, change: CustodyChange): Custody => {
  if (change.kind === 'asItIs') return custody
  if (change.kind === 'days') {
    const exceptions = new Map(custody.exceptions)
    for (const on of change.days) {
      if (change.home === null) exceptions.delete(on)
      else exceptions.set(on, change.home)
    }
    return { ...custody, exceptions }
  }
  const from = change.kind === 'rule' ? change.rule.from : change.from
  const others = custody.rules.filter((rule) => rule.from !== from)
  const rules = change.kind === 'rule' ? [...others, change.rule] : others
  return { ...custody, rules: rules.toSorted(ascending(({ from }) => from)) }
}

/** Every week alike in one home. */
export const alwaysAt = (home: Home): WeekHomes => Array.from({ length: 7 }, () => home)
