import { describe, expect, it } from 'vitest'
import { day, weekday } from '../../../shared/rules/calendar/day.ts'
import { isWorkingDay, publicHolidayOn, publicHolidaysOf } from '../../../shared/rules/calendar/public-holidays.ts'

const named = (year: number, name: string) => publicHolidaysOf(year).find((holiday) => holiday.name === name)?.day

describe('public holidays', () => {
  it.each([
    [2006, '2006-04-17'],
    [2008, '2008-03-24'],
    [2011, '2011-04-25'],
    [2019, '2019-04-22'],
    [2024, '2024-04-01'],
    [2025, '2025-04-21'],
    [2026, '2026-04-06'],
    [2027, '2027-03-29'],
    [2028, '2028-04-17'],
    [2031, '2031-04-14'],
    [2038, '2038-04-26'],
  ])('Easter Monday %i is %s', (year, expected) => {
    expect(named(year, 'Lundi de Pâques')).toBe(expected)
  })

  it('2027: Ascension on 6 May, 8 May a Saturday', () => {
    expect(named(2027, 'Ascension')).toBe('2027-05-06')
    expect(weekday(day('2027-05-08'))).toBe(6)
    expect(publicHolidaysOf(2027).map((holiday) => holiday.day)).toEqual([
      '2027-01-01',
      '2027-03-29',
      '2027-05-01',
      '2027-05-06',
      '2027-05-08',
      '2027-05-17',
      '2027-07-14',
      '2027-08-15',
      '2027-11-01',
      '2027-11-11',
      '2027-12-25',
    ])
  })

  it('Easter is a Sunday between 22 March and 25 April, eleven holidays every year', () => {
    for (let year = 1950; year < 2150; year += 1) {
      const monday = named(year, 'Lundi de Pâques') ?? day('1900-01-01')
      expect(publicHolidaysOf(year)).toHaveLength(11)
      expect(weekday(monday)).toBe(1)
      expect(monday.slice(5) >= '03-23' && monday.slice(5) <= '04-26').toBe(true)
    }
  })

  it('Ascension and 1 May may fall on one day', () => {
    expect(publicHolidaysOf(2008).filter((holiday) => holiday.day === '2008-05-01')).toHaveLength(2)
    expect(publicHolidayOn(day('2008-05-01'))).toBe('Fête du Travail')
  })

  it('working days leave out week-ends and public holidays', () => {
    const week = ['2026-11-09', '2026-11-10', '2026-11-11', '2026-11-12', '2026-11-13', '2026-11-14', '2026-11-15']
    expect(week.map((on) => isWorkingDay(day(on)))).toEqual([true, true, false, true, true, false, false])
  })
})
