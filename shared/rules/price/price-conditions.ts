import { type Day, isWithin, mondayOf, monthKey } from '../calendar/day.ts'
import type { DeclaredFacts, PartRegistration } from './price-terms.ts'
import { conditionText } from './printed/condition-words.ts'
import {
  type BasePrice,
  type CountingPeriod,
  groupCode,
  type PriceCondition,
  type Range,
  slotCode,
  type UnitPrice,
} from './tariff.ts'

/** What the condition of a price may ask about one child on one day. */
export type ConditionFacts = {
  readonly day: Day
  readonly resident: boolean
  /** Price categories of the child and of its home on that day, as they were typed. */
  readonly categories: readonly string[]
  /** The home's benefit scheme, as it was typed. */
  readonly scheme: string
  /** The name of the group of the child that day; null for none. */
  readonly group: () => string | null
  /** Codes of the slots to which the child comes that day. */
  readonly slots: readonly string[]
  readonly rank: () => number
  readonly children: () => number
  /** On how many weekdays the child's typical week has one of the slots of the line. */
  readonly weekdays: () => number
  /** The days of the week, month or period on which the child comes: `nth` up to this day, `days` in all. */
  readonly counted: (per: CountingPeriod) => { readonly nth: number; readonly days: number }
}

export const isInRange = ({ from, to }: Range, value: number): boolean => from <= value && (to === null || value <= to)

export const conditionHolds = (when: PriceCondition, facts: ConditionFacts): boolean =>
  (when.resident === undefined || when.resident === facts.resident) &&
  (when.category === undefined || facts.categories.some((own) => slotCode(own) === slotCode(when.category ?? ''))) &&
  (when.scheme === undefined || slotCode(facts.scheme).includes(slotCode(when.scheme))) &&
  (when.group === undefined || groupCode(when.group) === groupCode(facts.group() ?? '')) &&
  (when.rank === undefined || isInRange(when.rank, facts.rank())) &&
  (when.children === undefined || isInRange(when.children, facts.children())) &&
  (when.weekdays === undefined || isInRange(when.weekdays, facts.weekdays())) &&
  (when.slots === undefined || when.slots.every((slot) => facts.slots.includes(slot))) &&
  (when.dates === undefined || isWithin(when.dates, facts.day)) &&
  (when.nth === undefined || isInRange(when.nth, facts.counted(when.nth.per).nth)) &&
  (when.days === undefined || isInRange(when.days, facts.counted(when.days.per).days))

/** The price that holds for a child on a day. */
export type ChosenPrice = {
  /** Names the case that applies; empty for a price without cases. Only units with the same key may share a line. */
  readonly key: string
  readonly price: BasePrice | TogetherPrice
  /** « 2ᵉ enfant, hors commune »; null without a condition. */
  readonly condition: string | null
}

/** What the child of that rank adds to the price of the children of a home together. */
export type TogetherPrice = Extract<UnitPrice, { method: 'together' }> & { readonly rank: number }

/** @returns null when no case holds and there is no price for anybody else */
export const chosenPrice = (price: UnitPrice, facts: () => ConditionFacts): ChosenPrice | null => {
  switch (price.method) {
    case 'fixed':
    case 'bracket':
    case 'effortRate':
      return { key: '', price, condition: null }
    case 'together': {
      const rank = facts().rank()
      return { key: ` rank ${rank}`, price: { ...price, rank }, condition: null }
    }
    case 'cases': {
      const now = facts()
      const at = price.cases.findIndex(({ when }) => conditionHolds(when, now))
      const found = price.cases[at]
      if (found) return { key: ` case ${at}`, price: found.price, condition: conditionText(found.when) }
      return price.otherwise && { key: ' otherwise', price: price.otherwise, condition: null }
    }
  }
}

/**
 * Tells the days of the same week, month or period as `on`. A child without a registration on that day has no period:
 * the month stands for it.
 */
export const isInCountingPeriod = (
  per: CountingPeriod,
  registrations: readonly PartRegistration[],
  on: Day,
): ((other: Day) => boolean) => {
  switch (per) {
    case 'week':
      return (other) => mondayOf(other) === mondayOf(on)
    case 'month':
      return (other) => monthKey(other) === monthKey(on)
    case 'period': {
      const period = registrations.find((one) => isWithin(one.period, on))?.period
      return (other) => (period ? isWithin(period, other) : monthKey(other) === monthKey(on))
    }
  }
}

/** The price categories of the home and of one child on a day, and the benefit scheme of the home. */
export const declaredOn = (
  { categories = [], scheme = '' }: DeclaredFacts,
  childId: number | undefined,
  on: Day,
): Pick<ConditionFacts, 'categories' | 'scheme'> => ({
  categories: categories
    .filter((row) => (row.childId === null || row.childId === childId) && isWithin(row, on))
    .map(({ category }) => category),
  scheme,
})
