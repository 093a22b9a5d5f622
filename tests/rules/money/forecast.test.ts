import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Month } from '../../../shared/rules/calendar/day.ts'
import {
  comparedTotal,
  comparisonTexts,
  createForecast,
  forecastTotal,
  monthLastYear,
  unbookedText,
} from '../../../shared/rules/money/forecast.ts'

const month = fc.constantFrom('2026-09', '2026-10', '2026-11') as fc.Arbitrary<Month>
const amount = fc.record({
  of: fc.record({
    month,
    regieId: fc.integer({ min: 1, max: 2 }),
    activityId: fc.option(fc.integer({ min: 1, max: 3 })),
  }),
  kind: fc.constantFrom('addBilled' as const, 'addLastYear' as const, 'addDifference' as const),
  cents: fc.integer({ min: -5000, max: 5000 }),
})
const amounts = fc.array(amount)
type AmountOf = typeof amount extends fc.Arbitrary<infer One> ? One : never

const collected = (all: readonly AmountOf[]) => {
  const forecast = createForecast()
  for (const { of, kind, cents } of all) forecast[kind](of, cents)
  return forecast.rows()
}

const sumOf = (all: readonly { readonly cents: number }[]) => all.reduce((sum, { cents }) => sum + cents, 0)

it('a forecast has one row for each month, régie and activity, and they add up to what was collected', () => {
  fc.assert(
    fc.property(amounts, (all) => {
      const rows = collected(all)
      expect(new Set(rows.map((row) => `${row.month} ${row.regieId} ${row.activityId}`)).size).toBe(rows.length)
      const of = (...kinds: string[]) => sumOf(all.filter(({ kind }) => kinds.includes(kind)))
      expect(forecastTotal(rows)).toEqual({
        cents: of('addBilled', 'addDifference'),
        billedCents: of('addBilled'),
        lastYearCents: of('addLastYear'),
      })
    }),
  )
})

it('the same month a year before has the same name', () => {
  expect(monthLastYear('2028-02' as Month)).toBe('2027-02')
  expect(monthLastYear('2026-12' as Month)).toBe('2025-12')
})

const row = (of: string, cents: number, lastYearCents: number) => ({
  month: of as Month,
  cents,
  billedCents: 0,
  lastYearCents,
})

it('months that nobody booked yet are not compared with the year before', () => {
  const rows = [row('2026-12', 15_000, 10_000), row('2027-01', 0, 40_000)]
  const unbooked = ['2027-01' as Month]
  expect(comparisonTexts(comparedTotal(rows, unbooked))).toEqual(['+\u00a050,00\u00a0€', '+\u00a050\u00a0%'])
  expect(comparisonTexts(comparedTotal(rows.slice(1), unbooked))).toEqual(['pas encore réservé', '–'])
  expect(comparisonTexts(comparedTotal([], unbooked))).toEqual(['–', '–'])
  expect(unbookedText(unbooked)).toMatch(/laissent de côté ce que personne n’a encore réservé.: janvier 2027\.$/)
  expect(unbookedText([])).toBe('')
})
