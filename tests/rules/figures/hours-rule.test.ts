import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { day, type Month, type TimeOfDay, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { ageGroupOf, schemeOf } from '../../../shared/rules/figures/child-group.ts'
import { differencesSince, type HoursRow } from '../../../shared/rules/figures/declaration.ts'
import {
  type CountedSlot,
  countDay,
  countText,
  type HoursRule,
  hoursRuleText,
  hoursText,
  usualHoursRules,
  whyNotHoursRule,
} from '../../../shared/rules/figures/hours-rule.ts'
import { monthSpanName } from '../../../shared/rules/figures/month-span.ts'
import '../../support/examples.ts'

const slot = (start: string, end: string, isMeal = false): CountedSlot => ({
  start: timeOfDay(start),
  end: timeOfDay(end),
  isMeal,
})
const morning = slot('07:30', '12:00')
const meal = slot('12:00', '13:30', true)
const afternoon = slot('13:30', '18:30')
const { periscolaire, extrascolaire, none } = usualHoursRules
const hours = (rule: HoursRule, ...slots: CountedSlot[]) => countDay(rule, slots).minutes / 60

describe('a Wednesday, after what the CAF publishes', () => {
  it('is 9 h at most with the meal, 4 h a half-day, two half-days without the meal', () => {
    expect(hours(periscolaire, morning, meal, afternoon)).toBe(9)
    expect(hours(periscolaire, morning)).toBe(4)
    expect(hours(periscolaire, meal, afternoon)).toBe(4)
    expect(hours(periscolaire, morning, afternoon)).toBe(8)
    expect(hours(periscolaire, meal)).toBe(1.5)
    expect(hours(periscolaire)).toBe(0)
  })
})

it('care before and after class counts its whole slots', () =>
  expect(hours(periscolaire, slot('07:30', '08:20'), slot('16:30', '18:30'))).toBeCloseTo(2 + 50 / 60))

it('a day of holidays counts at most 8 h, until the convention says otherwise', () => {
  expect(hours(extrascolaire, morning, meal, afternoon)).toBe(8)
  expect(hours({ ...extrascolaire, dayMinutes: 600, halfDayMinutes: null }, morning, meal, afternoon)).toBe(10)
})

it('a convention by the day counts the same whatever the slots last', () => {
  const stay: HoursRule = { ...extrascolaire, counts: 'fixed', dayMinutes: 600, halfDayMinutes: 300 }
  expect(hours(stay, morning, afternoon)).toBe(10)
  expect(hours(stay, slot('09:00', '10:00'))).toBe(5)
  expect(hours(stay)).toBe(0)
})

it('an activity that is not declared counts nothing', () => expect(hours(none, morning, meal, afternoon)).toBe(0))

it('a rule begins with a month, has a source, and no half-day beyond its day', () => {
  const first = day('2026-09-01')
  expect(whyNotHoursRule(periscolaire, first)).toBe(null)
  expect(whyNotHoursRule(none, first)).toBe(null)
  expect(whyNotHoursRule(periscolaire, day('2026-09-02'))).toMatchObject({ field: 'fromDay' })
  expect(whyNotHoursRule({ ...periscolaire, source: '' }, first)).toMatchObject({ field: 'source' })
  expect(whyNotHoursRule({ ...periscolaire, halfDayMinutes: 600 }, first)).toMatchObject({ field: 'halfDayMinutes' })
  expect(whyNotHoursRule({ ...periscolaire, counts: 'fixed', dayMinutes: null }, first)).toMatchObject({
    field: 'dayMinutes',
  })
})

it('is described in words', () => {
  expect(hoursRuleText(periscolaire)).toBe('plage entière, 9\u00a0h par jour, 4\u00a0h par demi-journée au plus')
  expect(hoursRuleText({ ...periscolaire, dayMinutes: null, halfDayMinutes: null })).toBe('plage entière')
  expect(hoursText(1_730 * 60 + 5)).toBe('1\u202f730\u00a0h\u00a005')
})

const told = (rule: HoursRule, ...of: CountedSlot[]) => countText(rule, countDay(rule, of)).replaceAll('\u00a0', ' ')

it('says what it did with the hours of a day', () => {
  expect(told(periscolaire, morning, meal, afternoon)).toBe('plafond d’une journée, compté')
  expect(told(periscolaire, morning)).toBe('plafond d’une demi-journée, compté')
  expect(told(periscolaire, morning, afternoon)).toBe('chaque demi-journée à 4 h au plus, compté')
  expect(told(periscolaire, meal)).toBe('compté en entier')
  expect(told({ ...extrascolaire, counts: 'fixed', halfDayMinutes: 300 }, morning)).toBe(
    'forfait d’une demi-journée, compté',
  )
})

const clock = (at: number) => `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`

const slots = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 22 }), fc.integer({ min: 1, max: 90 }), fc.boolean())
    .map(([hour, minutes, isMeal]): CountedSlot => {
      const end = hour * 60 + minutes
      return { start: clock(hour * 60) as TimeOfDay, end: clock(Math.min(end, 1439)) as TimeOfDay, isMeal }
    }),
  { maxLength: 5 },
)
const ceiling = fc.option(fc.integer({ min: 1, max: 1440 }), { nil: null })
const rules = fc.record({
  kind: fc.constantFrom('periscolaire' as const, 'extrascolaire' as const),
  counts: fc.constant('slots' as const),
  dayMinutes: ceiling,
  halfDayMinutes: ceiling,
  source: fc.constant('x'),
})

describe('whatever the rule and the day', () => {
  it('a day counts no more than its slots last, and no more than the ceiling of a day', () => {
    fc.assert(
      fc.property(rules, slots, (rule, day_) => {
        const { minutes, sum, is } = countDay(rule, day_)
        expect(minutes).toBeLessThanOrEqual(sum)
        expect(minutes).toBeLessThanOrEqual((is === 'day' ? rule.dayMinutes : rule.halfDayMinutes) ?? sum)
        expect(minutes).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('does not depend on the order of its slots', () => {
    fc.assert(
      fc.property(rules, slots, (rule, day_) => {
        expect(countDay(rule, day_.toReversed()).minutes).toBe(countDay(rule, day_).minutes)
      }),
    )
  })
})

describe('the age of the declaration', () => {
  it('is that of the day itself', () => {
    const birth = day('2020-10-02')
    expect(ageGroupOf(birth, day('2026-10-01'))).toBe('under6')
    expect(ageGroupOf(birth, day('2026-10-02'))).toBe('from6')
    expect(ageGroupOf(birth, day('2032-10-02'))).toBe('from12')
    expect(ageGroupOf(birth, day('2038-10-02'))).toBe(null)
    expect(ageGroupOf(birth, day('2020-10-01'))).toBe(null)
  })
})

it.each([
  ['CAF, régime général', 'general'],
  ['Régime Général', 'general'],
  ['caf', 'general'],
  ['MSA', 'agricultural'],
  ['Mutualité sociale agricole', 'agricultural'],
  ['SNCF', 'other'],
  ['', 'unknown'],
  [' – ', 'unknown'],
])('« %s » is %s', (typed, scheme) => expect(schemeOf(typed)).toBe(scheme))

const row = (changes: Partial<HoursRow>): HoursRow => ({
  accueil: 'ALSH mercredi',
  kind: 'periscolaire',
  ageGroup: 'from6',
  scheme: 'general',
  month: '2026-09' as Month,
  booked: 0,
  done: 540,
  billed: 0,
  childDays: 1,
  ...changes,
})

it('changes since a declaration are listed by accueil, age and month', () => {
  const agricultural = row({ scheme: 'agricultural' })
  expect(differencesSince([row({}), agricultural], [agricultural, row({ booked: 9 })])).toEqual([])
  expect(differencesSince([row({})], [row({ done: 240 }), row({ ageGroup: 'under6' })])).toEqual([
    { accueil: 'ALSH mercredi', ageGroup: 'from6', month: '2026-09', declared: 540, now: 240 },
    { accueil: 'ALSH mercredi', ageGroup: 'under6', month: '2026-09', declared: 0, now: 540 },
  ])
})

it.each([
  ['2026-09', '2026-09', 'Septembre 2026'],
  ['2026-07', '2026-09', '3ᵉ trimestre 2026'],
  ['2026-01', '2026-03', '1ᵉʳ trimestre 2026'],
  ['2026-01', '2026-12', '2026'],
  ['2026-08', '2026-10', 'du 1ᵉʳ août 2026 au 31 octobre 2026'],
])('%s to %s is « %s »', (from, to, name) =>
  expect(monthSpanName(from as Month, to as Month).replaceAll('\u00a0', ' ')).toBe(name),
)
