import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addDays,
  addMonths,
  ageOn,
  type Day,
  day,
  dayAt,
  daysBetween,
  daysFrom,
  instant,
  instantOf,
  isDay,
  isWithin,
  lastOfMonth,
  mondayOf,
  timeAt,
  timeOfDay,
  weekday,
} from '../../../shared/rules/calendar/day.ts'

const anyDay = fc.integer({ min: 0, max: 60_000 }).map((offset) => addDays(day('1950-01-01'), offset))

describe('a day', () => {
  it.each(['2026-02-30', '2026-2-3', '26-02-03', 'hier', '', '0206-02-03', '2025-02-29', '2026-13-01', '2026-00-10'])(
    'is never « %s »',
    (text) => {
      expect(() => day(text)).toThrow(RangeError)
    },
  )

  it.each(['24:00', '9:00', '12:60', ''])('has no time « %s »', (text) => {
    expect(() => timeOfDay(text)).toThrow(RangeError)
  })

  it.each(['2026-11-25', '2026-11-25T10:00:00Z', '2026-11-25T10:00:00.000+01:00', ''])(
    'is not an instant: « %s »',
    (text) => {
      expect(() => instant(text)).toThrow(RangeError)
    },
  )

  it('steps over the ends of months, leap days and clock changes', () => {
    expect(addDays(day('2026-12-31'), 1)).toBe('2027-01-01')
    expect(addDays(day('2028-02-28'), 1)).toBe('2028-02-29')
    expect(daysBetween(day('2026-03-28'), day('2026-03-30'))).toEqual(['2026-03-28', '2026-03-29', '2026-03-30'])
    expect(daysBetween(day('2026-03-30'), day('2026-03-28'))).toEqual([])
  })

  it('adding days adds up, stays a day and keeps the order of strings', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -800, max: 800 }), (from, amount) => {
        const to = addDays(from, amount)
        expect(isDay(to)).toBe(true)
        expect(daysFrom(from, to)).toBe(amount)
        expect(addDays(to, -amount)).toBe(from)
        expect(Math.sign(amount)).toBe(to < from ? -1 : to > from ? 1 : 0)
      }),
    )
  })

  it('weeks begin on Monday', () => {
    expect(weekday(day('2026-11-25'))).toBe(3)
    fc.assert(
      fc.property(anyDay, (of) => {
        const monday = mondayOf(of)
        expect(weekday(monday)).toBe(1)
        expect(daysFrom(monday, of)).toBe(weekday(of) - 1)
      }),
    )
  })

  it('a month on, the last of the month stays within it', () => {
    expect(addMonths(day('2027-01-31'), 1)).toBe('2027-02-28')
    expect(addMonths(day('2027-01-15'), -1)).toBe('2026-12-15')
    expect(lastOfMonth(day('2028-02-03'))).toBe('2028-02-29')
  })

  it('a span counts both its ends', () => {
    const span = { from: day('2026-09-01'), to: day('2026-09-30') }
    expect(['2026-08-31', '2026-09-01', '2026-09-30', '2026-10-01'].map((on) => isWithin(span, day(on)))).toEqual([
      false,
      true,
      true,
      false,
    ])
    expect(isWithin({ from: span.from }, day('2099-01-01'))).toBe(true)
  })
})

const inMonths = (birth: Day, on: Day) => ageOn(birth, on).years * 12 + ageOn(birth, on).months

describe('the age on a day', () => {
  it.each<[string, string, number, number]>([
    ['2020-11-26', '2026-11-25', 5, 11],
    ['2020-11-25', '2026-11-25', 6, 0],
    ['2024-02-29', '2027-02-28', 2, 11],
    ['2024-02-29', '2027-03-01', 3, 0],
    ['2026-11-26', '2026-11-25', 0, 0],
  ])('born %s, on %s: %i years %i months', (birth, on, years, months) => {
    expect(ageOn(day(birth), day(on))).toEqual({ years, months })
  })

  it('never goes down', () => {
    fc.assert(
      fc.property(anyDay, fc.nat(7000), (birth, offset) => {
        const on = addDays(birth, offset)
        expect(inMonths(birth, on)).toBeLessThanOrEqual(inMonths(birth, addDays(on, 1)))
      }),
    )
  })
})

describe('the day it is in France', () => {
  it('has begun before midnight in UTC', () => {
    expect(dayAt(instant('2026-11-24T22:59:59.999Z'))).toBe('2026-11-24')
    expect(dayAt(instant('2026-11-24T23:00:00.000Z'))).toBe('2026-11-25')
    expect(dayAt(instant('2026-07-09T22:00:00.000Z'))).toBe('2026-07-10')
  })

  it('goes to an instant and back, clock changes included', () => {
    const times = fc.tuple(fc.integer({ min: 3, max: 23 }), fc.nat(59))
    const changes = fc.constantFrom(day('2026-03-29'), day('2026-10-25'), day('2027-03-28'))
    fc.assert(
      fc.property(fc.oneof(anyDay, changes), times, (on, [hours, minutes]) => {
        const time = timeOfDay(`${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`)
        const at = instantOf(on, time)
        expect([dayAt(at), timeAt(at)]).toEqual([on, time])
      }),
    )
  })
})
