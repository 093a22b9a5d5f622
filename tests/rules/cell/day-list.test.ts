import { describe, expect, it } from 'vitest'
import { timeOfDay } from '../../../shared/rules/calendar/day.ts'
import {
  classText,
  type GroupableChild,
  groupOf,
  groupRows,
  hoursText,
  isComing,
  personToCallText,
} from '../../../shared/rules/cell/day-list.ts'

const hours = (start: string, end: string) => ({ start: timeOfDay(start), end: timeOfDay(end) })
const plain = (text: string) => text.replaceAll('\u00a0', ' ')
const child = (changes: Partial<GroupableChild> = {}): GroupableChild => ({
  activity: 'CLSH MERCREDI',
  school: 'Les Tilleuls',
  level: 'CP',
  className: '',
  years: 6,
  ...changes,
})

describe('a list of the day', () => {
  it('expects who has a place and is not known to be absent, and who came all the same', () => {
    expect(isComing({ expected: true, mark: null })).toBe(true)
    expect(isComing({ expected: false, mark: 'present' })).toBe(true)
    expect(isComing({ expected: false, mark: null })).toBe(false)
    for (const mark of ['absent', 'justifiedInTime', 'justifiedLate'] as const)
      expect(isComing({ expected: true, mark })).toBe(false)
  })

  it('shows consecutive slots as one stay', () => {
    const day = [hours('13:30', '18:00'), hours('08:00', '12:00'), hours('12:00', '13:30')]
    expect(plain(hoursText(day))).toBe('8 h 00 – 18 h 00')
    expect(plain(hoursText([hours('07:30', '08:30'), hours('16:30', '18:00')]))).toBe(
      '7 h 30 – 8 h 30, 16 h 30 – 18 h 00',
    )
    expect(hoursText([])).toBe('')
  })

  it('groups by age where the law changes the number of adults: at six', () => {
    expect(groupOf('age', child({ years: 5 }))).toBe('Moins de 6 ans')
    expect(groupOf('age', child({ years: 6 }))).toBe('6 ans et plus')
  })

  it('names a class once when its level is in its name', () => {
    expect(classText({ level: 'PS', className: 'PS A' })).toBe('PS A')
    expect(classText({ level: 'CE1', className: 'Mme Roux' })).toBe('CE1, Mme Roux')
    expect(classText({ level: 'CP', className: '' })).toBe('CP')
  })

  it('puts classes by level, the youngest first, and what is not known last', () => {
    const rows = [
      child({ level: '' }),
      child({ level: 'CM2' }),
      child({ level: 'PS' }),
      child({ level: 'CP', className: 'A' }),
    ]
    expect(groupRows(rows, 'class', (row) => row).map(({ name }) => name)).toEqual([
      'PS',
      'CP, A',
      'CM2',
      'Classe non connue',
    ])
    const schools = [child({ school: '' }), child({ school: 'Pagnol' }), child({ school: 'Écureuils' })]
    expect(groupRows(schools, 'school', (row) => row).map(({ name }) => name)).toEqual([
      'Écureuils',
      'Pagnol',
      'École non connue',
    ])
  })
})

it('names the people to call by first name when they have the child’s last name, in full otherwise', () => {
  const camille = { firstName: 'Camille', lastName: 'Duval', phones: ['06 39 98 41 27', '02 31 44 55 66'] }
  expect(personToCallText(camille)).toBe('Camille Duval, 06 39 98 41 27, 02 31 44 55 66')
  expect(personToCallText(camille, 'DUVAL')).toBe('Camille, 06 39 98 41 27, 02 31 44 55 66')
  expect(personToCallText({ firstName: 'Domicile', lastName: '', phones: ['02 31 44 55 66'] }, 'Duval')).toBe(
    'Domicile, 02 31 44 55 66',
  )
})
