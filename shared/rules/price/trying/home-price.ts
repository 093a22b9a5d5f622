import type { Month } from '../../calendar/day.ts'
import type { Aid } from '../../money/aid.ts'
import { type ChargeUnit, unitsOf } from '../../money/charges.ts'
import { type AidFacts, reductionsOf } from '../../money/payers.ts'
import { addTakes, byMonth, priceMonths, type SpanPrice, type SpanRequest, type YearTakes } from '../span-price.ts'

/** All that the months of a home are priced from, whatever was billed. */
export type HomeToPrice = Omit<SpanRequest, 'month' | 'taken'> & {
  /** In the order in which they are taken. */
  readonly aids: readonly Aid[]
  readonly aidFacts: AidFacts
}

/** What a month of a home costs, and what its aids take of it. */
export type PricedHomeMonth = {
  readonly month: Month
  readonly priced: SpanPrice
  readonly reductions: readonly ChargeUnit[]
}

/** Prices the days of a home month by month, by the same functions as an invoicing run. */
export const priceHome = ({ aids, aidFacts, ...home }: HomeToPrice): PricedHomeMonth[] => {
  const months = byMonth(home)
  const priced = priceMonths(months)
  let taken: YearTakes = {}
  return months.flatMap(({ month }, at) => {
    const span = priced[at]
    if (!span) return []
    if (aids.length === 0) return [{ month, priced: span, reductions: [] }]
    const { reductions, takes } = reductionsOf(unitsOf(span.charges), aids, { ...aidFacts, taken })
    taken = addTakes(taken, takes)
    return [{ month, priced: span, reductions }]
  })
}
