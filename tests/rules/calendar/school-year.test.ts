import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, type Day, day, daysFrom, instant, weekday } from '../../../shared/rules/calendar/day.ts'
import {
  calendarOf,
  type SchoolHoliday,
  schoolHolidays,
  type Zone,
} from '../../../shared/rules/calendar/school-holidays.ts'
import {
  movedDay,
  movedDays,
  movedInstant,
  movedName,
  schoolYearAt,
  schoolYearOf,
} from '../../../shared/rules/calendar/school-year.ts'
import { cyclesOfSchools, nextLevel, schoolAfter } from '../../../shared/rules/calendar/school-year-classes.ts'

const zoneB = calendarOf('B')
const of = (year: number, zone: Zone = 'B') => schoolYearOf(calendarOf(zone), year)
const [last, now] = [of(2025), of(2026)]

const inYear = (year: number, zone: Zone, offset: number): Day => {
  const { start, end } = of(year, zone)
  return addDays(start, offset % (daysFrom(start, end) + 1))
}

const kindOf = (calendar: readonly SchoolHoliday[], on: Day) =>
  calendar.find(({ from, to }) => from <= on && on <= to)?.name ?? 'school'

describe('a school year', () => {
  it('goes from one rentrée to the eve of the next', () => {
    expect(last).toMatchObject({
      name: '2025/2026',
      start: '2025-09-01',
      end: '2026-08-30',
      isKnown: true,
      isCertain: true,
    })
    expect(now).toMatchObject({ start: '2026-08-31', end: '2027-08-31', isKnown: true, isCertain: false })
    expect(last.holidays.map((one) => one?.name)).toEqual([
      'Vacances de la Toussaint',
      'Vacances de Noël',
      'Vacances d’hiver',
      'Vacances de printemps',
      'Vacances d’été',
    ])
  })

  it('is unknown beyond the calendar, except for the rentrée that follows the last summer', () => {
    expect(of(2027)).toMatchObject({ start: '2027-09-01', isKnown: false })
    expect(of(2030)).toMatchObject({ start: '2030-09-02', end: '2031-08-31', isKnown: false })
  })

  it.each([
    ['2026-08-30', 2025],
    ['2026-08-31', 2026],
    ['2026-12-25', 2026],
    ['2027-07-14', 2026],
  ])('%s is in %i', (on, year) => {
    expect(schoolYearAt(zoneB, day(on)).year).toBe(year)
  })
})

describe('a day moved to the next school year', () => {
  it.each([
    ['the first day of school', '2025-09-01', '2026-08-31'],
    ['the Tuesday of that week, still the rentrée', '2025-09-02', '2026-08-31'],
    ['a Wednesday of September', '2025-09-10', '2026-09-09'],
    ['the first day of the Toussaint', '2025-10-18', '2026-10-17'],
    ['a Monday of them', '2025-10-20', '2026-10-19'],
    ['the last', '2025-11-02', '2026-11-01'],
    ['the Monday after', '2025-11-03', '2026-11-02'],
    ['the Friday before Christmas', '2025-12-19', '2026-12-18'],
    ['winter holidays of the zone, a week later this year', '2026-02-16', '2027-02-22'],
    ['the Friday that ends them', '2026-02-27', '2027-03-05'],
    ['the last day of school', '2026-07-03', '2027-07-02'],
    ['the second Monday of the summer', '2026-07-13', '2027-07-12'],
    ['the last day of the summer', '2026-08-30', '2027-08-31'],
  ])('%s', (_, from, to) => {
    expect(movedDay(last, now, day(from))).toBe(to)
  })

  it('goes on by 52 weeks where the calendar is not known', () => {
    expect(movedDay(of(2026), of(2027), day('2026-11-18'))).toBe('2027-11-17')
    expect(movedDay(of(2026), of(2027), day('2027-02-22'))).toBe('2028-02-21')
    expect(movedDay(of(2026), of(2027), day('2026-09-01'))).toBe('2027-09-01')
  })

  const years = fc.constantFrom(2023, 2024, 2025)
  const zones = fc.constantFrom<Zone>('A', 'B', 'C')

  it('stays within its year, its holidays stay holidays of the same name, school stays school', () => {
    fc.assert(
      fc.property(years, zones, fc.nat(400), (year, zone, offset) => {
        const on = inYear(year, zone, offset)
        const moved = movedDay(of(year, zone), of(year + 1, zone), on)
        const calendar = calendarOf(zone)
        expect(moved >= of(year + 1, zone).start && moved <= of(year + 1, zone).end).toBe(true)
        expect(kindOf(calendar, moved)).toBe(kindOf(calendar, on))
      }),
    )
  })

  it('keeps its weekday away from the ends: Wednesdays stay Wednesdays', () => {
    fc.assert(
      fc.property(years, zones, fc.nat(400), (year, zone, offset) => {
        const on = inYear(year, zone, offset)
        const own = of(year, zone)
        const isEnd = [own.start, own.end, ...own.holidays.flatMap((one) => (one ? [one.from, one.to] : []))].some(
          (end) => Math.abs(daysFrom(end, on)) <= 4,
        )
        expect(isEnd || weekday(movedDay(own, of(year + 1, zone), on)) === weekday(on)).toBe(true)
      }),
    )
  })

  it('a span never turns round', () => {
    fc.assert(
      fc.property(years, zones, fc.nat(400), fc.nat(400), (year, zone, one, other) => {
        const [from, to] = [inYear(year, zone, one), inYear(year, zone, other)].toSorted() as [Day, Day]
        const moved = movedDays(of(year, zone), of(year + 1, zone), { from, to })
        expect(moved.from <= moved.to).toBe(true)
      }),
    )
  })
})

describe('what goes with a period', () => {
  it('a window opens at the same hour of the clock, winter or summer', () => {
    expect(movedInstant(zoneB, instant('2025-06-11T06:00:00.000Z'))).toBe('2026-06-10T06:00:00.000Z')
    expect(movedInstant(zoneB, instant('2025-11-05T07:30:00.000Z'))).toBe('2026-11-04T07:30:00.000Z')
  })

  it.each([
    ['ALSH mercredi 2025/2026', 'ALSH mercredi 2026/2027'],
    ['Garderie 2025-2026', 'Garderie 2026-2027'],
    ['Garderie 25/26', 'Garderie 26/27'],
    ['Juillet 2026', 'Juillet 2027'],
    ['Groupe 12/14 ans', 'Groupe 12/14 ans 2026/2027'],
    ['Mercredis', 'Mercredis 2026/2027'],
  ])('«\u00a0%s\u00a0» becomes «\u00a0%s\u00a0»', (before, after) => {
    expect(movedName(before, now)).toBe(after)
  })

  it('has five shipped holidays a year', () => {
    expect(schoolHolidays.every(({ name }) => name.startsWith('Vacances'))).toBe(true)
  })
})

describe('the class of the year after', () => {
  const [nursery, elementary, whole, other] = [1, 2, 3, 4]
  const pupils = [
    ...['PS', 'GS'].map((level) => ({ schoolId: nursery, level })),
    ...['CP', 'CM2'].map((level) => ({ schoolId: elementary, level })),
  ]
  const primary = ['GS', 'CP', 'CM2'].map((level) => ({ schoolId: whole, level }))

  it('goes up one level, from the nursery to the end of the lycée', () => {
    expect(['PS', 'GS', 'CM2', 'Tle', '', 'ULIS'].map(nextLevel)).toEqual(['MS', 'CP', '6e', null, null, null])
  })

  it('stays in the school that has it, goes to the only other one that has it, else staff choose', () => {
    const cyclesOf = cyclesOfSchools(pupils)
    expect(schoolAfter({ schoolId: nursery, level: 'PS' }, cyclesOf)).toBe(nursery)
    expect(schoolAfter({ schoolId: nursery, level: 'GS' }, cyclesOf)).toBe(elementary)
    const withPrimary = cyclesOfSchools([...pupils, ...primary])
    expect(schoolAfter({ schoolId: whole, level: 'GS' }, withPrimary)).toBe(whole)
    expect(schoolAfter({ schoolId: nursery, level: 'GS' }, withPrimary)).toBe('choose')
    expect(schoolAfter({ schoolId: other, level: 'Tle' }, withPrimary)).toBeNull()
  })

  it('CM2 leaves the schools of the town, even if one of them has a 6e', () => {
    const cyclesOf = cyclesOfSchools([...pupils, { schoolId: other, level: '6e' }])
    expect(schoolAfter({ schoolId: elementary, level: 'CM2' }, cyclesOf)).toBeNull()
  })
})
