import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, type Day, day, daysBetween } from '../../../shared/rules/calendar/day.ts'
import { familyQuotientOn } from '../../../shared/rules/price/family-quotient.ts'
import {
  coveredUntil,
  isQuotientKnown,
  knownQuotientText,
  lastKnownUntil,
  lastValidDay,
  oldestQuotientsPricing,
  type QuotientRule,
  quotientRuleText,
  quotientStateOn,
  quotientsByRule,
  type RecordedQuotient,
  whyNotYearlyDate,
} from '../../../shared/rules/quotient/validity.ts'

const until = (month: number, date: number): QuotientRule['holds'] => ({ kind: 'until', date: { month, date } })
const forMonths = (months: number): QuotientRule['holds'] => ({ kind: 'months', months })
const thenTop = { kind: 'top' } as const
const thenLastKnown = (month: number, date: number): QuotientRule['without'] => ({
  kind: 'lastKnown',
  until: { month, date },
})

const since = (fromDay: string, value: number | null = 727, toDay: string | null = null): RecordedQuotient => ({
  fromDay: day(fromDay),
  toDay: toDay === null ? null : day(toDay),
  value,
  source: 'CAF',
})

describe('until when a quotient counts', () => {
  it.each([
    ['31 December', until(12, 31), '2026-09-01', '2026-12-31'],
    ['31 December, when it begins that day', until(12, 31), '2026-12-31', '2026-12-31'],
    ['31 August, when it begins in September', until(8, 31), '2026-09-01', '2027-08-31'],
    ['12 months', forMonths(12), '2026-09-15', '2027-09-14'],
    ['one month from the last of January', forMonths(1), '2026-01-31', '2026-02-27'],
  ])('%s', (_, holds, fromDay, lastDay) => {
    expect(lastValidDay({ holds, without: thenTop }, since(fromDay))).toBe(lastDay)
  })

  it('until the next one where the service has no rule', () => {
    expect(lastValidDay(null, since('2026-09-01'))).toBeNull()
  })

  it('until the day written on the paper, whatever the rule says', () => {
    for (const rule of [null, { holds: until(12, 31), without: thenTop }])
      expect(lastValidDay(rule, since('2026-09-01', 727, '2027-01-31'))).toBe('2027-01-31')
  })

  it('the last known one counts until the date that follows', () => {
    const rule = { holds: until(12, 31), without: thenLastKnown(2, 28) }
    expect(lastKnownUntil(rule, day('2026-12-31'))).toBe('2027-02-28')
    expect(lastKnownUntil(rule, day('2027-02-28'))).toBe('2028-02-28')
    expect(lastKnownUntil({ ...rule, without: thenTop }, day('2026-12-31'))).toBeNull()
  })
})

describe('the days that recorded quotients price', () => {
  const rule = { holds: until(12, 31), without: thenLastKnown(2, 28) }

  it('after its end, the last known one, then none', () => {
    expect(quotientsByRule(rule, [since('2026-09-01')])).toEqual([
      { from: '2026-09-01', to: '2026-12-31', value: 727, source: 'CAF' },
      { from: '2027-01-01', to: '2027-02-28', value: 727, source: 'CAF', endedOn: '2026-12-31' },
      { from: '2027-03-01', to: undefined, value: null, source: '', endedOn: '2026-12-31' },
    ])
  })

  it('a new one takes over from the last known one', () => {
    expect(quotientsByRule(rule, [since('2026-09-01'), since('2027-02-01', 640)]).slice(0, 3)).toEqual([
      { from: '2026-09-01', to: '2026-12-31', value: 727, source: 'CAF' },
      { from: '2027-01-01', to: '2027-01-31', value: 727, source: 'CAF', endedOn: '2026-12-31' },
      { from: '2027-02-01', to: '2027-12-31', value: 640, source: 'CAF' },
    ])
  })

  it('one recorded as unknown is not replaced by the last known one', () => {
    const rows = quotientsByRule(rule, [since('2026-09-01'), since('2026-11-01', null)])
    expect(rows).toEqual([{ from: '2026-09-01', to: '2026-10-31', value: 727, source: 'CAF' }])
  })

  const days = fc.integer({ min: 0, max: 1500 }).map((offset) => addDays(day('2024-01-01'), offset))
  const dates = fc.constantFrom({ month: 12, date: 31 }, { month: 8, date: 31 }, { month: 2, date: 28 })
  const rules: fc.Arbitrary<QuotientRule> = fc.record({
    holds: fc.oneof(
      dates.map((date) => ({ kind: 'until' as const, date })),
      fc.integer({ min: 1, max: 30 }).map((months) => ({ kind: 'months' as const, months })),
    ),
    without: fc.oneof(
      fc.constant({ kind: 'top' as const }),
      dates.map((date) => ({ kind: 'lastKnown' as const, until: date })),
    ),
  })
  const recorded = fc
    .uniqueArray(
      fc.record({
        fromDay: days,
        length: fc.option(fc.integer({ min: 0, max: 500 })),
        value: fc.option(fc.integer({ min: 0, max: 3000 })),
      }),
      { selector: ({ fromDay }) => fromDay, maxLength: 5 },
    )
    .map((rows) =>
      rows
        .map(
          ({ fromDay, length, value }): RecordedQuotient => ({
            fromDay,
            toDay: length === null || value === null ? null : addDays(fromDay, length),
            value,
            source: 'CAF',
          }),
        )
        .toSorted((one, other) => (one.fromDay < other.fromDay ? -1 : 1)),
    )

  it('never overlap, and each day has the value of the latest that began, unless it has ended', () => {
    fc.assert(
      fc.property(fc.option(rules), recorded, days, (anyRule, history, on) => {
        const rows = quotientsByRule(anyRule, history)
        const overlapping = rows.filter(({ to }, at) =>
          rows.slice(at + 1).some(({ from }) => to === undefined || from <= to),
        )
        expect(overlapping).toEqual([])
        const latest = history.findLast(({ fromDay }) => fromDay <= on)
        const state = latest ? quotientStateOn(anyRule, latest, on) : 'ended'
        const found = familyQuotientOn(rows, on)
        expect(found?.value ?? null).toBe(state === 'ended' ? null : (latest?.value ?? null))
        expect(found?.endedOn !== undefined).toBe(latest !== undefined && latest.value !== null && state !== 'counts')
      }),
    )
  })

  it('are found in a query by their oldest first and last day', () => {
    fc.assert(
      fc.property(fc.option(rules), days, days, fc.boolean(), (anyRule, dated, on, hasOwnEnd) => {
        fc.pre(dated <= on)
        const oldest = oldestQuotientsPricing(anyRule, on)
        const row = { fromDay: dated, toDay: hasOwnEnd ? dated : null }
        const isFound = hasOwnEnd ? dated >= oldest.toDay : dated >= oldest.fromDay
        expect(isFound).toBe(quotientStateOn(anyRule, row, on) !== 'ended')
      }),
    )
  })

  it('no rule, no change: each counts until the next one', () => {
    const history = [since('2026-01-01', 500), since('2026-06-01', null), since('2026-09-01', 640)]
    const valueOn = (on: Day) => familyQuotientOn(quotientsByRule(null, history), on)?.value ?? null
    for (const on of daysBetween(day('2025-12-25'), day('2026-10-10')))
      expect(valueOn(on)).toBe(history.findLast(({ fromDay }) => fromDay <= on)?.value ?? null)
  })
})

describe('the same value again', () => {
  const rule = { holds: until(12, 31), without: thenTop }

  it('changes nothing while it counts for as long', () => {
    expect(isQuotientKnown(rule, since('2026-09-01'), since('2026-11-01'))).toBe(true)
    expect(isQuotientKnown(null, since('2020-09-01'), since('2026-11-01'))).toBe(true)
  })

  it('is recorded where the known one has ended, or would end before it', () => {
    expect(isQuotientKnown(rule, since('2025-09-01'), since('2026-11-01'))).toBe(false)
    expect(isQuotientKnown({ ...rule, holds: forMonths(12) }, since('2026-09-01'), since('2026-11-01'))).toBe(false)
    expect(isQuotientKnown(rule, undefined, since('2026-11-01'))).toBe(false)
  })
})

it('is a sentence', () => {
  expect(quotientRuleText(null)).toBe('Un quotient compte jusqu’au suivant.')
  expect(quotientRuleText({ holds: until(12, 31), without: thenTop })).toBe(
    'Un quotient compte jusqu’au 31 décembre. Ensuite, sans nouveau quotient\u00a0: le tarif le plus haut.',
  )
  expect(quotientRuleText({ holds: forMonths(12), without: thenLastKnown(3, 1) })).toBe(
    'Un quotient compte 12\u00a0mois. Ensuite, le dernier connu compte jusqu’au 1ᵉʳ mars, puis le tarif le plus haut s’applique.',
  )
  expect(knownQuotientText({ holds: until(12, 31), without: thenTop }, since('2026-09-01'))).toBe(
    '727, jusqu’au 31/12/2026',
  )
})

it('refuses a date that some years do not have', () => {
  expect(whyNotYearlyDate({ month: 12, date: 31 })).toBeNull()
  expect(whyNotYearlyDate({ month: 2, date: 29 })).toMatch(/29 février/)
  expect(whyNotYearlyDate({ month: 6, date: 31 })).toMatch(/n’existe pas/)
})

describe('quotients that follow one another', () => {
  const rule: QuotientRule = { holds: until(12, 31), without: thenTop }
  const covered = (...quotients: RecordedQuotient[]) => coveredUntil(rule, quotients, day('2026-11-25'))

  it.each([
    ['none', [], null],
    ['one', [since('2026-01-01')], { until: '2026-12-31' }],
    ['the next from the day after on', [since('2026-01-01'), since('2027-01-01')], { until: '2027-12-31' }],
    ['one that takes its place earlier', [since('2026-01-01'), since('2026-12-01')], { until: '2026-12-31' }],
    ['a day too late', [since('2026-01-01'), since('2027-01-02')], { until: '2026-12-31' }],
    ['unknown from a day on', [since('2026-01-01'), since('2026-12-10', null)], { until: '2026-12-09' }],
    ['unknown today', [since('2026-01-01', null), since('2027-01-01')], null],
  ])('%s', (_, quotients, expected) => {
    expect(covered(...quotients)).toEqual(expected)
  })
})
