import { type Cents, formatEuros, formatNumber, hundredths, roundedBy } from '../money/money.ts'
import { counted, ordinal } from '../text/french.ts'
import type { Bracket } from './bracket.ts'
import { familyQuotientText } from './family-quotient.ts'
import {
  type Fiscal,
  type NonResident,
  siblingPercent,
  type TariffVersion,
  type Unit,
  type UnitPrice,
} from './tariff.ts'

/** Conditions under which all units have the same price: tariff version, quotient, residence, rank. */
export type PriceConditions = {
  readonly version: TariffVersion
  readonly familyQuotient: number | null
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

export const unitPrice = (
  price: UnitPrice,
  unit: Unit,
  basis: PriceConditions,
  fiscal: Fiscal | null,
  isUnbooked: boolean,
): PricedUnit => {
  const { version, resident, rank } = basis
  const { cents, steps, bracket } = residentPrice(price, basis)
  let amount = cents
  // Percentages are multiplied, and rounded once at the end.
  let raised = 0
  let lowered = 0
  if (!resident) {
    const beyond = nonResidentPrice(price.nonResident, amount, basis)
    amount = beyond.cents
    raised = beyond.raised
    steps.push(...beyond.steps)
  }
  if (version.siblings && fiscal !== null && version.siblings.on.includes(fiscal)) {
    lowered = siblingPercent(version.siblings, rank)
    const who = version.siblings.by === 'count' ? counted(rank, 'enfant') : `${ordinal(rank)} enfant`
    if (lowered > 0) steps.push(`${who} \u2212\u00a0${formatNumber(lowered)}\u00a0%`)
  }
  if (raised > 0 || lowered > 0)
    amount = roundedBy(
      version.rounding,
      amount * (10_000 + hundredths(raised)) * (10_000 - hundredths(lowered)),
      100_000_000,
    )
  if (isUnbooked) steps.push('venu sans réservation')
  steps.push(`${unit.one} ${formatEuros(amount)}`)
  return {
    cents: amount,
    explanation: `${steps.join(' → ')}${version.example ? ' (tarif d’exemple)' : ''}`,
    bracket: bracket?.label ?? null,
    isReduced: lowered > 0,
  }
}

/** The price of one unit for a home of the town. */
const residentPrice = (
  price: UnitPrice,
  { version, familyQuotient, bracket: at }: PriceConditions,
): { readonly cents: Cents; readonly steps: string[]; readonly bracket?: Bracket | undefined } => {
  switch (price.method) {
    case 'fixed':
      return { cents: price.cents, steps: [] }
    case 'bracket': {
      if (familyQuotient === null) return { cents: Math.max(...price.cents), steps: [familyQuotientText(null)] }
      const bracket = version.brackets[at]
      const steps = [familyQuotientText(familyQuotient), `tranche ${bracket?.label ?? ''}`]
      return { cents: priceAt(price.cents, at), steps, bracket }
    }
    case 'effortRate': {
      if (familyQuotient === null) return { cents: price.ceiling, steps: [familyQuotientText(null)] }
      const effort = byEffort(version, familyQuotient, price.percent)
      const cents = Math.min(Math.max(effort, price.floor), price.ceiling)
      const steps = [`${familyQuotientText(familyQuotient)} × ${formatNumber(price.percent)}\u00a0%`]
      if (cents !== effort)
        steps.push(`${formatEuros(effort)}, ${cents === price.floor ? 'minimum' : 'maximum'} ${formatEuros(cents)}`)
      return { cents, steps }
    }
  }
}

/** The price of one unit for a home of another town, before the percentage that may be added. */
const nonResidentPrice = (
  nonResident: NonResident,
  cents: Cents,
  { familyQuotient, bracket }: PriceConditions,
): { readonly cents: Cents; readonly raised: number; readonly steps: readonly string[] } => {
  switch (nonResident.rule) {
    case 'same':
      return { cents, raised: 0, steps: [] }
    case 'percent':
      return {
        cents,
        raised: nonResident.percent,
        steps: [`hors commune + ${formatNumber(nonResident.percent)}\u00a0%`],
      }
    case 'column': {
      const column = nonResident.cents
      const own = familyQuotient === null ? Math.max(...column) : priceAt(column, column.length === 1 ? 0 : bracket)
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
