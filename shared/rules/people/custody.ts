import { ascending } from '../../collections.ts'
import { addDays, type Day, dayOf, daysFrom, mondayOf, weekday, yearOf } from '../calendar/day.ts'

/** A home, by the number of its family. */
export type Home = number

/** The home in which a child wakes up on each of seven days, Monday first. */
export type HomesOfWeek = readonly Home[]
export type Halves = readonly [first: Home, second: Home]

/** A custody rule: assigns a child's days to its homes, until the next rule. */
export type CustodyRule = {
  readonly from: Day
  /** Even and odd weeks by ISO 8601 number: after a year of 53 weeks, two weeks in a row are odd. */
  readonly evenWeek: HomesOfWeek
  readonly oddWeek: HomesOfWeek
  /**
   * The home of each half of the school holidays, by the parity of the year in which they begin; null when the weekly
   * rule applies during holidays too.
   */
  readonly holidays: { readonly evenYears: Halves; readonly oddYears: Halves } | null
}

/** A child's dated rules, oldest first, and the exceptions: days that the parents swapped. */
export type Custody = {
  readonly rules: readonly CustodyRule[]
  readonly exceptions: ReadonlyMap<Day, Home>
}

/** Finds the school holidays of the town's zone that contain a day; null on other days. */
export type Holidays = (on: Day) => { readonly from: Day; readonly to: Day } | null

/**
 * The home in which the child wakes up that day; null before the first rule, when days belong to neither home alone.
 */
export const homeOf = ({ rules, exceptions }: Custody, on: Day, holidays: Holidays): Home | null =>
  exceptions.get(on) ?? homeByRule(rules, on, holidays)

/** The home by the rules alone, without the exceptions. */
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

/** The first day of the second half of holidays; with an odd number of days, the first half is one day longer. */
export const secondHalf = ({ from, to }: { readonly from: Day; readonly to: Day }): Day =>
  addDays(from, Math.ceil((daysFrom(from, to) + 1) / 2))

/** The ISO 8601 week number: a week belongs to the year of its Thursday. */
export const weekNumber = (on: Day): number => {
  const thursday = addDays(mondayOf(on), 3)
  return Math.floor(daysFrom(dayOf(yearOf(thursday), 1, 1), thursday) / 7) + 1
}

/** A change of a child's custody, made by staff in one act. */
export type CustodyChange =
  /** Adds a rule; replaces one that starts on the same day. */
  | { readonly kind: 'rule'; readonly rule: CustodyRule }
  /** Removes a rule: the previous one applies again. */
  | { readonly kind: 'removeRule'; readonly from: Day }
  /** Gives days to a home whatever the rule says; a null home restores the rule for these days. */
  | { readonly kind: 'days'; readonly days: readonly Day[]; readonly home: Home | null }
  /** Changes no rule: only settles the reservations that remain on the other home's days. */
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

/** A week spent entirely in one home. */
export const sameHomeAllWeek = (home: Home): HomesOfWeek => Array.from({ length: 7 }, () => home)
