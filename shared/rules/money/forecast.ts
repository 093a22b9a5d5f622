import { addMonths, daysOfMonth, type Month, monthKey } from '../calendar/day.ts'
import type { Cents } from './money.ts'

/*
 * « Prévision »: what months bring from what is booked today, beside the same months a year before.
 */

export type ForecastAmounts = {
  /** What the month brings: what stands billed, and what a run would bill more or give back. */
  readonly cents: Cents
  /** Of `cents`, what issued papers bill, less what credit notes took back. */
  readonly billedCents: Cents
  /** What papers bill of the same month a year before, less what credit notes took back. */
  readonly lastYearCents: Cents
}

export type ForecastRow = ForecastAmounts & {
  readonly month: Month
  readonly regieId: number
  /** Null for lines that belong to no activity. */
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

/** The name of what belongs to no activity. */
export const withoutActivityText = 'Sans activité'

export const monthLastYear = (month: Month): Month => monthKey(addMonths(daysOfMonth(month).from, -12))

/** Collects amounts of any number of homes into one row for each month, régie and activity. */
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
    /** Adds what other homes bring. */
    addRows: (of: readonly ForecastRow[]) => {
      for (const row of of) add(row, row)
    },
    rows: (): ForecastRow[] => [...rows.values()],
  }
}
