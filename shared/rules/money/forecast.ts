import { addMonths, daysOfMonth, type Month, monthKey } from '../calendar/day.ts'
import { listed, monthText } from '../text/french.ts'
import { type Cents, changeText, percentText } from './money.ts'

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

/** What is compared with the year before: months that nobody booked yet are left out. Null: no other month has a row. */
export const comparedTotal = (
  rows: readonly (ForecastAmounts & { readonly month: Month })[],
  unbooked: readonly Month[],
): ForecastAmounts | null => {
  const compared = rows.filter(({ month }) => !unbooked.includes(month))
  return rows.length > 0 && compared.length === 0 ? null : forecastTotal(compared)
}

/** « Écart » and « % » beside the year before. */
export const comparisonTexts = (compared: ForecastAmounts | null): readonly [change: string, percent: string] => {
  if (compared === null) return ['pas encore réservé', '–']
  const { cents, lastYearCents } = compared
  return [cents === lastYearCents ? '–' : changeText(cents - lastYearCents), percentText(lastYearCents, cents)]
}

/** Which months the comparison leaves out; empty for none. */
export const unbookedText = (unbooked: readonly Month[]): string =>
  unbooked.length === 0
    ? ''
    : `L’écart et le % laissent de côté ce que personne n’a encore réservé\u00a0: ${listed(unbooked.map((month) => monthText(daysOfMonth(month).from)))}.`

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
