import { addMonths, daysOfMonth, type Month, monthKey } from '../calendar/day.ts'
import type { Cents } from './money.ts'

/* « Prévision »: what months bring according to the present bookings, beside the same months of the previous year. */

export type ForecastAmounts = {
  /** What the month brings: what papers bill, and what a run would add or give back. */
  readonly cents: Cents
  /** The part of `cents` that issued papers bill, less what credit notes took back. */
  readonly billedCents: Cents
  /** What papers bill for the same month of the previous year, less what credit notes took back. */
  readonly lastYearCents: Cents
}

export type ForecastRow = ForecastAmounts & {
  readonly month: Month
  readonly regieId: number
  /** Null for lines of no activity. */
  readonly activityId: number | null
}

type OfRow = Pick<ForecastRow, 'month' | 'regieId' | 'activityId'>

const nothing: ForecastAmounts = { cents: 0, billedCents: 0, lastYearCents: 0 }

const plus = (one: ForecastAmounts, other: ForecastAmounts): ForecastAmounts => ({
  cents: one.cents + other.cents,
  billedCents: one.billedCents + other.billedCents,
  lastYearCents: one.lastYearCents + other.lastYearCents,
})

export const forecastTotal = (rows: readonly ForecastAmounts[]): ForecastAmounts => rows.reduce(plus, nothing)

/** The name shown for lines of no activity. */
export const withoutActivityText = 'Sans activité'

export const monthLastYear = (month: Month): Month => monthKey(addMonths(daysOfMonth(month).from, -12))

/** Adds the amounts of any number of homes up in one row per month, régie and activity. */
export const createForecast = () => {
  const rows = new Map<string, ForecastRow>()
  const add = ({ month, regieId, activityId }: OfRow, amounts: Partial<ForecastAmounts>): void => {
    const key = `${month} ${regieId} ${activityId}`
    const of = rows.get(key) ?? { month, regieId, activityId, ...nothing }
    rows.set(key, { ...of, ...plus(of, { ...nothing, ...amounts }) })
  }
  return {
    /** @param cents what issued papers bill */
    addBilled: (of: OfRow, cents: Cents) => add(of, { cents, billedCents: cents }),
    /** @param of the row of the month a year later */
    addLastYear: (of: OfRow, lastYearCents: Cents) => add(of, { lastYearCents }),
    /** @param cents negative for what a run would give back */
    addDifference: (of: OfRow, cents: Cents) => add(of, { cents }),
    /** Adds the rows of other homes. */
    addRows: (of: readonly ForecastRow[]) => {
      for (const row of of) add(row, row)
    },
    rows: (): ForecastRow[] => [...rows.values()],
  }
}
