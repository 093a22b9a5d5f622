import type { Day } from '../calendar/day.ts'
import { allocate, type Cents, formatEuros } from '../money/money.ts'
import { counted } from '../text/french.ts'
import { type ConditionFacts, chosenPrice } from './price-conditions.ts'
import { groupFor, type LineGroup, type PricingBasis } from './price-groups.ts'
import type { ChargeableSlot } from './price-terms.ts'
import { inPeriodText } from './printed/condition-words.ts'
import {
  type CountingPeriod,
  type Fiscal,
  lateCollectionSlot,
  type PriceLimit,
  type QuantityReduction,
  slotsOf,
  type TariffLine,
} from './tariff.ts'
import { unitPrice } from './unit-price.ts'

/*
 * Prices that depend on how many days a child comes, or on what these cost together: bundles, reductions by number of
 * days, limits of a line, a day or a month. They apply before deductions and aids.
 */

/** One unit priced on a day, not in its line yet. */
export type DayUnit = {
  readonly day: Day
  readonly basis: PricingBasis
  readonly group: LineGroup
  readonly slots: readonly ChargeableSlot[]
  /** Null for a surcharge, which no rule on quantity changes. */
  readonly line: TariffLine | null
  /** Whether the child came without a booking, and the line has a price of its own for that. */
  readonly isUnbooked: boolean
  readonly facts: (slots: readonly string[]) => ConditionFacts
}

/** The units of one child in one activity; `applyQuantities` replaces `units`. */
export type QuantityPart = {
  readonly childId: number
  units: readonly DayUnit[]
  /** The days of the same week, month or period as `on` on which the child comes to one of the slots. */
  readonly attendedDays: (per: CountingPeriod, on: Day, slots: readonly string[]) => readonly Day[]
}

/**
 * Changes the units of `parts` by the rules on quantity.
 * @param parts all children of a home under one tariff in one month
 */
export const applyQuantities = (parts: readonly QuantityPart[]): void => {
  payLateOnce(parts)
  for (const part of parts) {
    withinLines(part)
    bundle(part)
    reduce(part)
  }
  limit(parts)
}

/** Where late pick-ups are paid once by a home and evening, keeps those of the child that cost most. */
const payLateOnce = (parts: readonly QuantityPart[]): void => {
  const late = parts.flatMap((part) =>
    part.units.flatMap((unit) =>
      unit.basis.version.latePickUp?.per === 'home' &&
      unit.line &&
      slotsOf(unit.line.count).includes(lateCollectionSlot)
        ? [{ part, unit }]
        : [],
    ),
  )
  for (const ofDay of Map.groupBy(late, ({ unit }) => unit.day).values()) {
    const byPart = [...Map.groupBy(ofDay, ({ part }) => part)]
    const [most] = byPart.toSorted(
      ([, one], [, other]) => sumOf(other.map(({ unit }) => unit)) - sumOf(one.map(({ unit }) => unit)),
    )
    for (const [part, own] of byPart) {
      if (part === most?.[0]) continue
      const dropped = new Set(own.map(({ unit }) => unit))
      part.units = part.units.filter((unit) => !dropped.has(unit))
    }
  }
}

/** Keeps the time of a day within the least and the most of its line. */
const withinLines = (part: QuantityPart): void => {
  for (const [line, units] of Map.groupBy(part.units, (unit) => unit.line)) {
    if (line?.count.per !== 'time') continue
    const { least = null, most = null } = line.count
    if (least === null && most === null) continue
    for (const day of new Set(units.map((unit) => unit.day)))
      keepWithin([part], { per: 'day', of: 'child', least, most }, (unit) => unit.day === day && unit.line === line)
  }
}

/**
 * Replaces the units that a line has in a month by the one price of its bundle, once they are as many as it asks for.
 */
const bundle = (part: QuantityPart): void => {
  const ofLines = Map.groupBy(part.units, ({ line, isUnbooked }) => (isUnbooked ? null : line))
  for (const [line, units] of ofLines) {
    const [first] = units
    if (!line?.bundle || !first || units.length < line.bundle.from) continue
    const { from, unit, price } = line.bundle
    const chosen = chosenPrice(price, () => first.facts(first.slots.map(({ slot }) => slot)))
    if (!chosen) continue
    const { basis } = first
    const group = groupFor(basis, `bundle ${line.label} ${unit.one} ${chosen.key}`, () => ({
      line: line.label,
      fiscal: line.fiscal,
      unit,
      ...unitPrice(chosen.price, unit, basis, line.fiscal, false, `à partir de ${from} dans le mois`),
      condition: `à partir de ${from} dans le mois`,
    }))
    const replaced = new Set(units)
    const slots = units.flatMap((one) => one.slots)
    part.units = part.units.flatMap((one) =>
      one === first ? [{ ...first, group, slots }] : replaced.has(one) ? [] : [one],
    )
  }
}

/** Takes a reduction by number of days off these days, in equal parts, and never more than a day costs. */
const reduce = (part: QuantityPart): void => {
  const done = new Set<string>()
  for (const { day, basis } of part.units) {
    for (const [per, rules] of Map.groupBy(basis.version.reductions ?? [], (rule) => rule.per)) {
      const reached = reachedBy(part, rules, day, basis)
      if (!reached) continue
      const { rule, days } = reached
      const key = `${day} ${per}`
      if (done.has(key)) continue
      done.add(key)
      const share =
        allocate(
          rule.cents,
          days.map(() => 1),
        )[days.indexOf(day)] ?? 0
      const text = `${counted(rule.from, 'jour')} ${inPeriodText(per)}`
      const ofDay = part.units.filter((unit) => unit.day === day && unit.line && rule.on.includes(unit.group.fiscal))
      takeOff(part, ofDay, share, text, `${text} \u2212\u00a0${formatEuros(rule.cents)} en tout`)
    }
  }
}

/**
 * Among the reductions for which the child has enough days, the one with the largest number of days, and these days.
 */
const reachedBy = (
  part: QuantityPart,
  rules: readonly QuantityReduction[],
  day: Day,
  { version }: PricingBasis,
): { readonly rule: QuantityReduction; readonly days: readonly Day[] } | undefined => {
  for (const rule of rules.toSorted((a, b) => b.from - a.from)) {
    const days = part.attendedDays(rule.per, day, slotsPricedAs(version.lines, rule.on))
    if (days.length >= rule.from && days.includes(day)) return { rule, days }
  }
  return undefined
}

const slotsPricedAs = (lines: readonly TariffLine[], on: readonly Fiscal[]): string[] =>
  lines.flatMap(({ fiscal, count }) => (on.includes(fiscal) ? slotsOf(count) : []))

/** Keeps each day and month within its least and its most. */
const limit = (parts: readonly QuantityPart[]): void => {
  const last = parts
    .flatMap(({ units }) => units.slice(-1))
    .reduce<DayUnit | undefined>((latest, unit) => (latest && latest.day >= unit.day ? latest : unit), undefined)
  if (!last?.basis.version.limits && parts.every(({ units }) => units.every(({ basis }) => !basis.version.limits)))
    return
  const days = [...new Set(parts.flatMap(({ units }) => units.map(({ day }) => day)))].toSorted()
  for (const day of days) {
    const ofDay = parts.flatMap(({ units }) => units.filter((unit) => unit.day === day))
    for (const rule of (ofDay[0]?.basis.version.limits ?? []).filter(({ per }) => per === 'day'))
      for (const group of groupsOf(parts, rule)) keepWithin(group, rule, (unit) => unit.day === day)
  }
  for (const rule of (last?.basis.version.limits ?? []).filter(({ per }) => per === 'month'))
    for (const group of groupsOf(parts, rule)) keepWithin(group, rule, () => true)
}

const groupsOf = (parts: readonly QuantityPart[], { of }: PriceLimit): (readonly QuantityPart[])[] => {
  switch (of) {
    case 'home':
      return [parts]
    case 'child':
      return [...Map.groupBy(parts, ({ childId }) => childId).values()]
  }
}

const keepWithin = (
  parts: readonly QuantityPart[],
  { per, of, least, most }: PriceLimit,
  isCounted: (unit: DayUnit) => boolean,
): void => {
  const costly = parts.map((part) => ({ part, units: part.units.filter((unit) => unit.line && isCounted(unit)) }))
  const total = costly.reduce((sum, { units }) => sum + sumOf(units), 0)
  const span = `par ${per === 'day' ? 'jour' : 'mois'}${of === 'home' ? ' et par foyer' : ''}`
  if (most !== null && total > most) {
    const cells = costly.flatMap(({ part, units }) =>
      [...Map.groupBy(units, ({ day }) => day).values()].map((ofDay) => ({ part, ofDay, cents: sumOf(ofDay) })),
    )
    const shares = allocate(
      total - most,
      cells.map(({ cents }) => cents),
    )
    const why = `plafond ${formatEuros(most)} ${span}`
    for (const [at, { part, ofDay }] of cells.entries()) takeOff(part, ofDay, shares[at] ?? 0, `Plafond ${span}`, why)
  }
  if (least !== null && total > 0 && total < least) {
    const found = costly.flatMap(({ part, units }) => units.slice(-1).map((unit) => ({ part, unit }))).at(-1)
    if (!found) return
    const { part, unit } = found
    const cents = least - total
    const group = groupFor(unit.basis, `least ${per} ${of} ${cents}`, () => ({
      line: `Minimum ${span}`,
      fiscal: 'autre',
      unit: { one: 'complément', many: 'compléments' },
      cents,
      explanation: `minimum ${formatEuros(least)} ${span} → complément ${formatEuros(cents)}`,
      bracket: null,
      condition: `minimum ${span}`,
    }))
    part.units = [...part.units, { ...unit, group, slots: [] }]
  }
}

/** Adds negative units to a day, one for each fiscal category, in proportion of what each costs. */
const takeOff = (part: QuantityPart, ofDay: readonly DayUnit[], cents: Cents, label: string, why: string): void => {
  const [first] = ofDay
  const byFiscal = [...Map.groupBy(ofDay, ({ group }) => group.fiscal)]
  const most = Math.min(cents, sumOf(ofDay))
  if (!first || most <= 0) return
  const shares = allocate(
    most,
    byFiscal.map(([, units]) => Math.max(0, sumOf(units))),
  )
  const added = byFiscal.flatMap(([fiscal], at): DayUnit[] => {
    const share = shares[at] ?? 0
    if (share === 0) return []
    const group = groupFor(first.basis, `reduction ${label} ${fiscal} ${share} ${why}`, () => ({
      line: label.charAt(0).toLocaleUpperCase('fr') + label.slice(1),
      fiscal,
      unit: { one: 'jour', many: 'jours' },
      cents: 0 - share,
      explanation: `${why} → ${formatEuros(0 - share)}`,
      bracket: null,
      reduction: label,
    }))
    return [{ ...first, group, slots: [] }]
  })
  part.units = [...part.units, ...added]
}

const sumOf = (units: readonly DayUnit[]): Cents => units.reduce((sum, { group }) => sum + group.cents, 0)
