import { describe, expect, it } from 'vitest'
import {
  isSuspended,
  refuseSuspension,
  servesSchoolMeals,
  suspendedText,
  suspendsIn,
} from '../../../../shared/rules/money/recovery/suspension.ts'

const school = { weekdays: [1, 2, 4, 5], schoolHolidays: 'without' } as const
const wednesdays = { weekdays: [3], schoolHolidays: 'without' } as const
const holidays = { weekdays: [1, 2, 3, 4, 5], schoolHolidays: 'only' } as const

describe('school meals', () => {
  it.each([
    ['a canteen', [true], [school], true],
    ['a canteen before its first period', [true], [], true],
    ['a canteen on Wednesdays', [true], [wednesdays], true],
    ['one activity for the evening and the canteen', [false, true], [wednesdays, school], true],
    ['a recreation centre with its lunch', [false, true, false], [wednesdays, holidays], false],
    ['the evening', [false], [school], false],
  ] as const)('%s', (_, meals, periods, is) => {
    expect(servesSchoolMeals({ meals, periods })).toBe(is)
  })
})

const text = (regie: string, phone: string) => suspendedText({ regie, phone }).replaceAll('\u00a0', ' ')

describe('a régie that suspends bookings', () => {
  const centre = { id: 1, name: 'CLSH MERCREDI', meals: [false, true], periods: [wednesdays] }
  const canteen = { id: 2, name: 'Cantine', meals: [true], periods: [school] }

  const named = (...ids: number[]) =>
    refuseSuspension({ suspendAboveCents: 0, suspendActivityIds: ids }, [centre, canteen])

  it('does so above its amount, in the activities it names, never in a school canteen', () => {
    expect(
      [4999, 5000, 5001].map((cents) => isSuspended({ suspendAboveCents: 5000, suspendActivityIds: null }, cents)),
    ).toEqual([false, false, true])
    expect(isSuspended({ suspendAboveCents: null, suspendActivityIds: null }, 99_999)).toBe(false)
    const all = { suspendAboveCents: 0, suspendActivityIds: null }
    expect([centre, canteen].map((activity) => suspendsIn(all, activity))).toEqual([true, false])
    // A slot that made it a canteen may have come after the régie named it.
    expect(suspendsIn({ ...all, suspendActivityIds: [2] }, canteen)).toBe(false)
    expect(suspendsIn({ ...all, suspendActivityIds: [] }, centre)).toBe(false)
    expect(suspendsIn({ suspendAboveCents: null, suspendActivityIds: [1] }, centre)).toBe(false)
  })

  it('cannot name a school canteen', () => {
    expect(named(1)).toBeUndefined()
    expect(named(1, 2)).toMatch(/^Cantine.*L131-13/)
    expect(named(3)).toBe('Une de ces activités n’existe plus.')
  })

  it('names whom families should call, without an amount', () => {
    expect(text('', '02 31 35 30 30')).toBe('Réservations suspendues : appelez la régie, 02 31 35 30 30.')
    expect(text('Régie des camps', '')).toBe('Réservations suspendues : appelez la régie des camps.')
    expect(text('Camps', '')).toBe('Réservations suspendues : appelez la régie « Camps ».')
  })
})
