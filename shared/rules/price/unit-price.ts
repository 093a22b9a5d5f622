import type { Day } from '../calendar/day.ts'
import { type Cents, formatEuros, formatNumber, hundredths, roundedBy } from '../money/money.ts'
import { counted, ordinal } from '../text/french.ts'
import { type Bracket, bracketIndex } from './bracket.ts'
import { familyQuotientText, lastKnownText } from './family-quotient.ts'
import type { TogetherPrice } from './price-conditions.ts'
import { rankText } from './printed/condition-words.ts'
import {
  type BasePrice,
  type Fiscal,
  type NonResident,
  siblingStep,
  type TariffVersion,
  type UnitName,
} from './tariff.ts'

/** Conditions under which all units have the same price: tariff version, quotient, residence, rank. */
export type PriceConditions = {
  readonly version: TariffVersion
  readonly familyQuotient: number | null
  /** The last day of a quotient that has ended: `familyQuotient` is then the last known one, or null. */
  readonly quotientEndedOn?: Day | undefined
  readonly bracket: number
  readonly resident: boolean
  readonly rank: number
}

export type PricedUnit = {
  readonly cents: Cents
  readonly explanation: string
  readonly bracket: string | null
  readonly isReduced?: boolean
}

/**
 * What one unit costs the home, and how that was found.
 * @param condition the case that applies, in words; null for a price without cases
 */
export const unitPrice = (
  price: BasePrice | TogetherPrice,
  unit: UnitName,
  basis: PriceConditions,
  fiscal: Fiscal | null,
  isUnbooked: boolean,
  condition: string | null = null,
): PricedUnit => {
  const { version } = basis
  const { cents, steps, bracket, isReduced } =
    price.method === 'together' ? togetherPrice(price, basis) : reducedPrice(price, basis, fiscal)
  const all = condition === null ? steps : [condition, ...steps]
  if (isUnbooked) all.push('venu sans réservation')
  all.push(`${unit.one} ${formatEuros(cents)}`)
  return {
    cents,
    explanation: `${all.join(' → ')}${version.example ? ' (tarif d’exemple)' : ''}`,
    bracket: bracket?.label ?? null,
    isReduced,
  }
}

type Stepped = {
  readonly cents: Cents
  readonly steps: string[]
  readonly bracket?: Bracket | undefined
  readonly isReduced: boolean
}

/** The price of one unit for this home and child. */
const reducedPrice = (price: BasePrice, basis: PriceConditions, fiscal: Fiscal | null): Stepped => {
  const { version, resident, rank } = basis
  const siblings = fiscal !== null && version.siblings?.on.includes(fiscal) ? version.siblings : undefined
  const down = siblings?.bracketsDown ? siblingStep(siblings.bracketsDown, rank, 0) : 0
  const { cents, steps, bracket } = residentPrice(price, basis, down)
  let amount = cents
  // Percentages are multiplied, and rounded once at the end.
  let raised = 0
  let lowered = 0
  if (!resident) {
    const beyond = nonResidentPrice(price, amount, basis, down)
    amount = beyond.cents
    raised = beyond.raised
    steps.push(...beyond.steps)
  }
  let lessCents = 0
  if (siblings) {
    const who = siblings.by === 'count' ? counted(rank, 'enfant') : `${ordinal(rank)} enfant`
    if (siblings.cents) {
      lessCents = siblingStep(siblings.cents, rank, 0)
      if (lessCents > 0) steps.push(`${who} \u2212\u00a0${formatEuros(lessCents)}`)
    } else if (siblings.bracketsDown) {
      if (down > 0) steps.push(`${who}, ${counted(down, 'tranche')} au-dessous`)
    } else {
      lowered = siblingStep(siblings.percents, rank, 0)
      if (lowered > 0) steps.push(`${who} \u2212\u00a0${formatNumber(lowered)}\u00a0%`)
    }
  }
  if (raised > 0 || lowered > 0)
    amount = roundedBy(
      version.rounding,
      amount * (10_000 + hundredths(raised)) * (10_000 - hundredths(lowered)),
      100_000_000,
    )
  return {
    cents: Math.max(0, amount - lessCents),
    steps,
    bracket,
    isReduced: lowered > 0 || lessCents > 0 || down > 0,
  }
}

/** What the child of that rank adds to the price of its elders together. */
const togetherPrice = ({ totals, rank }: TogetherPrice, basis: PriceConditions): Stepped => {
  const priceOf = (children: number): Stepped | undefined => {
    const total = totals[Math.min(children, totals.length) - 1]
    return total && reducedPrice(total, basis, null)
  }
  const whole = priceOf(rank)
  const before = priceOf(rank - 1)
  if (!whole) throw new RangeError('the tariff has no price for children together')
  if (!before) return whole
  const steps = [
    ...whole.steps,
    `${rankText(rank)} présent, ${formatEuros(whole.cents)} ensemble \u2212\u00a0${formatEuros(before.cents)}`,
  ]
  return { ...whole, cents: Math.max(0, whole.cents - before.cents), steps, isReduced: true }
}

/**
 * The price's own brackets or those of the version, and the index of the home's, `down` lower; −1 for an unknown
 * quotient.
 */
const bracketOf = (price: BasePrice, { version, familyQuotient, bracket }: PriceConditions, down: number) => {
  const own = price.method === 'bracket' ? price.brackets : undefined
  const brackets = own ?? version.brackets
  const at = own ? (familyQuotient === null ? -1 : bracketIndex(own, familyQuotient)) : bracket
  return { brackets, at: at < 0 ? at : Math.max(0, at - down) }
}

/** The price of one unit for a home of the town. */
const residentPrice = (
  price: BasePrice,
  basis: PriceConditions,
  down: number,
): { readonly cents: Cents; readonly steps: string[]; readonly bracket?: Bracket | undefined } => {
  const { version, familyQuotient, quotientEndedOn } = basis
  const lastKnown = quotientEndedOn === undefined ? [] : [lastKnownText(quotientEndedOn)]
  switch (price.method) {
    case 'fixed':
      return { cents: price.cents, steps: [] }
    case 'bracket': {
      if (familyQuotient === null)
        return { cents: Math.max(...price.cents), steps: [familyQuotientText(null, quotientEndedOn)] }
      const { brackets, at } = bracketOf(price, basis, down)
      const bracket = brackets[at]
      const steps = [familyQuotientText(familyQuotient), ...lastKnown, `tranche ${bracket?.label ?? ''}`]
      return { cents: priceAt(price.cents, at), steps, bracket }
    }
    case 'effortRate': {
      if (familyQuotient === null) return { cents: price.ceiling, steps: [familyQuotientText(null, quotientEndedOn)] }
      const effort = byEffort(version, familyQuotient, price.percent)
      const cents = Math.min(Math.max(effort, price.floor), price.ceiling)
      const steps = [`${familyQuotientText(familyQuotient)} × ${formatNumber(price.percent)}\u00a0%`, ...lastKnown]
      if (cents !== effort)
        steps.push(`${formatEuros(effort)}, ${cents === price.floor ? 'minimum' : 'maximum'} ${formatEuros(cents)}`)
      return { cents, steps }
    }
  }
}

/** The price of one unit for a home of another town, before the percentage that may be added. */
const nonResidentPrice = (
  price: BasePrice,
  cents: Cents,
  basis: PriceConditions,
  down: number,
): { readonly cents: Cents; readonly raised: number; readonly steps: readonly string[] } => {
  const nonResident: NonResident = price.nonResident
  switch (nonResident.rule) {
    case 'same':
      return { cents, raised: 0, steps: [] }
    case 'percent':
      return {
        cents,
        raised: nonResident.percent,
        steps: [`hors commune + ${formatNumber(nonResident.percent)}\u00a0%`],
      }
    case 'amount':
      return {
        cents: cents + nonResident.cents,
        raised: 0,
        steps: [`hors commune + ${formatEuros(nonResident.cents)}`],
      }
    case 'column': {
      const column = nonResident.cents
      const { at } = bracketOf(price, basis, down)
      const own = basis.familyQuotient === null ? Math.max(...column) : priceAt(column, column.length === 1 ? 0 : at)
      return { cents: own, raised: 0, steps: ['hors commune'] }
    }
  }
}

/** QF × percent / 100, in cents, computed on integers: hundredths (QF) and ten-thousandths (percent). */
const byEffort = ({ rounding }: TariffVersion, familyQuotient: number, percent: number): Cents =>
  roundedBy(rounding, Math.round(familyQuotient * 100) * Math.round(percent * 10_000), 1_000_000)

/** @throws RangeError when the tariff has no price at this index, which `refuseTariff` prevents */
const priceAt = (column: readonly Cents[], index: number): Cents => {
  const found = column[index]
  if (found === undefined) throw new RangeError(`the tariff has no price at place ${index}`)
  return found
}
