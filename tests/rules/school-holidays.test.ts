import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { addDays, type Day, day, daysBetween } from '../../shared/rules/day.ts'
import {
  holidaysOn,
  isSchoolHoliday,
  knownUntil,
  schoolHolidays,
  type Zone,
} from '../../shared/rules/school-holidays.ts'

const zones: readonly Zone[] = ['A', 'B', 'C']
// Beside the project, where the developers have it.
const published = fileURLToPath(new URL('../../../shared/data/vacances_scolaires_1990_2026.csv', import.meta.url))

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
    expect(holidaysOn(zone, day(on))?.name).toBe(name)
    expect(isSchoolHoliday(zone, day(on))).toBe(name !== undefined)
  })

  it('2026-2027 is to be checked, the years before are not', () => {
    expect(schoolHolidays.filter(({ certain, from }) => certain !== from < '2026-09-01')).toEqual([])
  })

  it('five a school year in each zone, in order, apart, within what is known', () => {
    for (const zone of zones) {
      const own = schoolHolidays.filter((holidays) => holidays.zones.includes(zone))
      expect(own).toHaveLength(1 + 4 * 5)
      own.forEach(({ from, to }, index) => {
        expect(from <= to && to <= knownUntil).toBe(true)
        expect(from > addDays(own[index - 1]?.to ?? day('2023-01-01'), 20)).toBe(true)
      })
    }
  })

  it.skipIf(!existsSync(published))(`agree with the published file (SKIPPED where ${published} is absent)`, () => {
    const lines = readFileSync(published, 'utf8').split('\n')
    const theirs = new Map(lines.map((line) => [line.slice(0, 10), line.split(',').slice(1, 4)]))
    const days: Day[] = daysBetween(day('2023-07-08'), day('2026-08-30'))
    const differing = days.filter((on) => {
      const ours = zones.map((zone) => (isSchoolHoliday(zone, on) ? 'True' : 'False'))
      return ours.join(' ') !== theirs.get(on)?.join(' ')
    })
    expect(differing).toEqual([])
  })
})
