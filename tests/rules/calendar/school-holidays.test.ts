import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { addDays, type Day, day, daysBetween } from '../../../shared/rules/calendar/day.ts'
import {
  calendarOf,
  holidaysIn,
  type SchoolHoliday,
  schoolHolidays,
  withoutBridge,
  type Zone,
} from '../../../shared/rules/calendar/school-holidays.ts'

const zones: readonly Zone[] = ['A', 'B', 'C']
// Beside the project, where the developers have it.
const published = fileURLToPath(new URL('../../../../shared/data/vacances_scolaires_1990_2026.csv', import.meta.url))

const imported = (name: string, from: string, to: string, zone: Zone = 'B'): SchoolHoliday => ({
  name,
  zones: [zone],
  from: day(from),
  to: day(to),
  certain: true,
})

describe('school holidays', () => {
  it.each<[Zone, string, string | undefined]>([
    ['B', '2026-02-13', undefined],
    ['B', '2026-02-14', 'Vacances d’hiver'],
    ['B', '2026-03-01', 'Vacances d’hiver'],
    ['B', '2026-03-02', undefined],
    ['B', '2026-12-23', 'Vacances de Noël'],
    ['A', '2027-02-24', 'Vacances d’hiver'],
    ['C', '2027-02-24', undefined],
    ['B', '2027-02-24', 'Vacances d’hiver'],
    ['B', '2027-09-15', undefined],
  ])('zone %s, %s', (zone, on, name) => {
    expect(holidaysIn(calendarOf(zone))(day(on))?.name).toBe(name)
  })

  it('2026-2027 is to be checked, the years before are not', () => {
    expect(schoolHolidays.filter(({ certain, from }) => certain !== from < '2026-09-01')).toEqual([])
  })

  it('five a school year in each zone, in order, apart, within what is known', () => {
    for (const zone of zones) {
      const own = schoolHolidays.filter((holidays) => holidays.zones.includes(zone))
      expect(own).toHaveLength(1 + 4 * 5)
      own.forEach(({ from, to }, index) => {
        expect(from <= to && to <= '2027-08-31').toBe(true)
        expect(from > addDays(own[index - 1]?.to ?? day('2023-01-01'), 20)).toBe(true)
      })
    }
  })

  it.skipIf(!existsSync(published))(`agree with the published file (SKIPPED where ${published} is absent)`, () => {
    const lines = readFileSync(published, 'utf8').split('\n')
    const theirs = new Map(lines.map((line) => [line.slice(0, 10), line.split(',').slice(1, 4)]))
    const days: Day[] = daysBetween(day('2023-07-08'), day('2026-08-30'))
    const differing = days.filter((on) => {
      const ours = zones.map((zone) => (holidaysIn(calendarOf(zone))(on) ? 'True' : 'False'))
      return ours.join(' ') !== theirs.get(on)?.join(' ')
    })
    expect(differing).toEqual([])
  })
})

describe('an imported calendar', () => {
  it('replaces the shipped holidays of the same name and year, for its zone only', () => {
    const winter = imported('Vacances d’hiver', '2027-02-13', '2027-02-28')
    expect(holidaysIn(calendarOf('B', [winter]))(day('2027-02-15'))).toEqual(winter)
    expect(holidaysIn(calendarOf('B', [winter]))(day('2027-03-03'))).toBeNull()
    expect(holidaysIn(calendarOf('C', [winter]))(day('2027-02-10'))?.certain).toBe(false)
    expect(holidaysIn(calendarOf('B', [winter]))(day('2026-02-20'))?.name).toBe('Vacances d’hiver')
  })

  it('keeps what it does not speak of, in order, and never two holidays on a day', () => {
    const more = [
      imported('Vacances de Noël', '2026-12-16', '2027-01-03'),
      imported('Pont de l’Ascension', '2027-05-06', '2027-05-09'),
      imported('Vacances de la Toussaint', '2027-10-23', '2027-11-07'),
    ]
    const calendar = calendarOf('B', more)
    expect(calendar).toHaveLength(calendarOf('B').length + 2)
    calendar.forEach(({ from }, at) => expect(from > (calendar[at - 1]?.to ?? '')).toBe(true))
  })

  it('a bridge closes the school, homes do not share it out', () => {
    const holidays = holidaysIn(calendarOf('B', [imported('Pont de l’Ascension', '2027-05-06', '2027-05-09')]))
    expect(holidays(day('2027-05-07'))?.name).toBe('Pont de l’Ascension')
    expect(withoutBridge(holidays)(day('2027-05-07'))).toBeNull()
    expect(withoutBridge(holidays)(day('2027-04-20'))?.name).toBe('Vacances de printemps')
  })
})
