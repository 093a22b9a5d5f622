import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, day, daysFrom, weekday } from '../../../shared/rules/calendar/day.ts'
import { type OpeningPlan, openingsOf, skippedDays } from '../../../shared/rules/calendar/openings.ts'
import { publicHolidayOn } from '../../../shared/rules/calendar/public-holidays.ts'
import { calendarOf, holidaysIn } from '../../../shared/rules/calendar/school-holidays.ts'
import { applyTypicalWeek } from '../../../shared/rules/calendar/typical-week.ts'

const wednesdays: OpeningPlan<string> = {
  from: day('2026-09-02'),
  to: day('2027-06-30'),
  weekdays: [3],
  schoolHolidays: 'without',
  holidays: holidaysIn(calendarOf('B')),
  slots: [
    { slot: 'matin', capacity: 18 },
    { slot: 'repas', capacity: 16 },
  ],
}
const daysOf = (plan: OpeningPlan<string>) => [...new Set(openingsOf(plan).map((opening) => opening.day))]

describe('the openings of a period', () => {
  it('Wednesdays of a school year, without holidays', () => {
    const days = daysOf(wednesdays)
    expect(days.slice(0, 2)).toEqual(['2026-09-02', '2026-09-09'])
    expect(days).not.toContain('2026-11-11')
    expect(days).not.toContain('2026-12-23')
    expect(days).toHaveLength(35)
    expect(openingsOf(wednesdays)).toHaveLength(70)
    expect(openingsOf(wednesdays)[1]).toEqual({ day: '2026-09-02', slot: 'repas', capacity: 16 })
  })

  it('only in the holidays', () => {
    const christmas = { ...wednesdays, from: day('2026-12-16'), to: day('2027-01-06'), weekdays: [1, 2, 3, 4, 5] }
    expect(daysOf({ ...christmas, schoolHolidays: 'only' })).toEqual([
      '2026-12-21',
      '2026-12-22',
      '2026-12-23',
      '2026-12-24',
      '2026-12-28',
      '2026-12-29',
      '2026-12-30',
      '2026-12-31',
    ])
  })

  it('says what it leaves closed, and why', () => {
    const autumn = skippedDays({ ...wednesdays, to: day('2026-12-24') })
    expect(autumn).toEqual([
      { day: '2026-10-21', reason: 'Vacances de la Toussaint' },
      { day: '2026-10-28', reason: 'Vacances de la Toussaint' },
      { day: '2026-11-11', reason: 'Jour férié (Armistice 1918)' },
      { day: '2026-12-23', reason: 'Vacances de Noël' },
    ])
    expect(skippedDays({ ...wednesdays, schoolHolidays: 'only', to: day('2026-09-02') })[0]?.reason).toBe(
      'Jour d’école',
    )
  })

  it('opens or skips every wanted weekday, never a public holiday, and never both', () => {
    const plans = fc.record({
      offset: fc.nat(900),
      length: fc.nat(120),
      weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 })),
      schoolHolidays: fc.constantFrom('with' as const, 'without' as const, 'only' as const),
      zone: fc.constantFrom('A' as const, 'B' as const, 'C' as const),
    })
    fc.assert(
      fc.property(plans, ({ offset, length, weekdays, schoolHolidays, zone }) => {
        const from = addDays(day('2024-09-01'), offset)
        const holidays = holidaysIn(calendarOf(zone))
        const plan = { ...wednesdays, from, to: addDays(from, length), weekdays, schoolHolidays, holidays }
        const open = daysOf(plan)
        const wanted = Array.from({ length: length + 1 }, (_, step) => addDays(from, step)).filter((on) =>
          weekdays.includes(weekday(on)),
        )
        expect([...open, ...skippedDays(plan).map((skipped) => skipped.day)].toSorted()).toEqual(wanted)
        expect(open.filter((on) => publicHolidayOn(on) !== null)).toEqual([])
        const within = open.filter((on) => holidays(on) !== null).length
        expect({ with: within, without: 0, only: open.length }[schoolHolidays]).toBe(within)
      }),
    )
  })
})

describe('a typical week', () => {
  const week = [
    { weekday: 3, slot: 'matin' },
    { weekday: 3, slot: 'repas' },
  ]
  const open = new Set(openingsOf(wednesdays).map((opening) => `${opening.day} ${opening.slot}`))
  const whyNot = (on: string, slot: string) => (open.has(`${on} ${slot}`) ? null : 'Pas d’accueil ce jour-là.')

  it('fills a whole registration and lists what it skipped', () => {
    const { filled, skipped } = applyTypicalWeek(week, wednesdays, whyNot)
    expect(filled).toHaveLength(70)
    expect(skipped[0]).toEqual({ day: '2026-10-21', slot: 'matin', reason: 'Pas d’accueil ce jour-là.' })
    expect(filled.length + skipped.length).toBe(2 * 44)
  })

  it('is applied again from a date on, and touches nothing before', () => {
    const from = day('2027-01-01')
    const { filled, skipped } = applyTypicalWeek(week, { from, to: wednesdays.to }, whyNot)
    expect([...filled, ...skipped].every((cell) => daysFrom(from, cell.day) >= 0)).toBe(true)
    expect(applyTypicalWeek([], wednesdays, whyNot)).toEqual({ filled: [], skipped: [] })
  })
})
