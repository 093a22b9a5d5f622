import { type Cents, formatEuros, formatNumber, hundredths, roundedBy } from '../money/money.ts'
import { counted, ordinal } from '../text/french.ts'
import type { Bracket } from './bracket.ts'
import { sayFamilyQuotient } from './family-quotient.ts'
import { type Fiscal, siblingPercent, type TariffVersion, type Unit, type UnitPrice } from './tariff.ts'

/** One version, one quotient, one residence: every unit counted under it has the same price. */
export type PricedUnder = {
  readonly version: TariffVersion
  readonly familyQuotient: number | null
  readonly bracket: number
  readonly resident: boolean
  readonly rank: number
}

export type UnitOfPrice = {
  readonly cents: Cents
  readonly explanation: string
  readonly bracket: string | null
  readonly isReduced?: boolean
}

export const unitPrice = (
  price: UnitPrice,
  unit: Unit,
  basis: PricedUnder,
  fiscal: Fiscal | null,
  without: boolean,
): UnitOfPrice => {
  const { version, familyQuotient, resident, rank } = basis
  const steps: string[] = []
  let amount: Cents
  let bracket: Bracket | undefined
  if (price.method === 'fixed') {
    amount = price.cents
  } else if (familyQuotient === null) {
    amount = price.method === 'bracket' ? Math.max(...price.cents) : price.ceiling
    steps.push(sayFamilyQuotient(null))
  } else if (price.method === 'bracket') {
    bracket = version.brackets[basis.bracket]
    amount = priceAt(price.cents, basis.bracket)
    steps.push(sayFamilyQuotient(familyQuotient), `tranche ${bracket?.label ?? ''}`)
  } else {
    const effort = byEffort(version, familyQuotient, price.percent)
    amount = Math.min(Math.max(effort, price.floor), price.ceiling)
    steps.push(`${sayFamilyQuotient(familyQuotient)} × ${formatNumber(price.percent)}\u00a0%`)
    if (amount !== effort)
      steps.push(`${formatEuros(effort)}, ${amount === price.floor ? 'minimum' : 'maximum'} ${formatEuros(amount)}`)
  }
  // Percentages multiply, and are rounded once, together.
  let raised = 0
  let lowered = 0
  if (!resident && price.nonResident.rule !== 'same') {
    if (price.nonResident.rule === 'percent') {
      raised = price.nonResident.percent
      steps.push(`hors commune + ${formatNumber(raised)}\u00a0%`)
    } else {
      const column = price.nonResident.cents
      amount = familyQuotient === null ? Math.max(...column) : priceAt(column, column.length === 1 ? 0 : basis.bracket)
      steps.push('hors commune')
    }
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
  if (without) steps.push('venu sans réservation')
  steps.push(`${unit.one} ${formatEuros(amount)}`)
  return {
    cents: amount,
    explanation: `${steps.join(' → ')}${version.example ? ' (tarif d’exemple)' : ''}`,
    bracket: bracket?.label ?? null,
    isReduced: lowered > 0,
  }
}

/** Euros in cents: QF × percent / 100 × 100, on whole numbers of hundredths (QF) and of ten-thousandths (percent). */
const byEffort = ({ rounding }: TariffVersion, familyQuotient: number, percent: number): Cents =>
  roundedBy(rounding, Math.round(familyQuotient * 100) * Math.round(percent * 10_000), 1_000_000)

/** @throws RangeError when the tariff has no price there: `refuseTariff` keeps such a tariff out */
const priceAt = (column: readonly Cents[], index: number): Cents => {
  const found = column[index]
  if (found === undefined) throw new RangeError(`the tariff has no price at place ${index}`)
  return found
}
