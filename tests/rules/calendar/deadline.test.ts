import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, type Day, day, instantOf, timeOfDay, weekday } from '../../../shared/rules/calendar/day.ts'
import {
  closesAt,
  type Deadline,
  deadlineText,
  eightDaysBefore,
  isInTime,
  latestText,
  type RequestedDay,
} from '../../../shared/rules/calendar/deadline.ts'

const at = (on: string, time: string) => instantOf(day(on), timeOfDay(time))
const asking = (on: Day): RequestedDay => ({
  day: on,
  slotStart: timeOfDay('16:30'),
  periodStart: day('2026-09-01'),
  isWorkingDay: (candidate) => weekday(candidate) <= 5,
})

describe('the eight days of the parents’ guide', () => {
  const friday = asking(day('2026-12-11'))

  it('takes a Friday until the last minute of the Thursday of the week before', () => {
    expect(isInTime(eightDaysBefore, friday, at('2026-12-03', '23:59'))).toBe(true)
    expect(isInTime(eightDaysBefore, friday, at('2026-12-04', '00:00'))).toBe(false)
  })

  it('closes at midnight in France, winter and summer', () => {
    expect(closesAt(eightDaysBefore, friday)).toBe('2026-12-03T23:00:00.000Z')
    expect(closesAt(eightDaysBefore, asking(day('2026-07-10')))).toBe('2026-07-02T22:00:00.000Z')
  })
})

describe('the night when clocks change', () => {
  it('closes at midnight of the day before and of the day after, in March and in October', () => {
    // A day of 23 hours: 28 March 2027; of 25: 25 October 2026.
    expect(closesAt(eightDaysBefore, asking(day('2027-04-04')))).toBe('2027-03-27T23:00:00.000Z')
    expect(closesAt(eightDaysBefore, asking(day('2027-04-05')))).toBe('2027-03-28T22:00:00.000Z')
    expect(closesAt(eightDaysBefore, asking(day('2026-11-02')))).toBe('2026-10-25T23:00:00.000Z')
  })

  it('counts hours as they pass, and an hour of day as the clock shows it', () => {
    const monday = asking(day('2027-03-29'))
    expect(closesAt({ unit: 'hours', amount: 48 }, monday)).toBe('2027-03-27T14:30:00.000Z')
    const noon = { unit: 'calendarDays', amount: 1, before: 'day', until: timeOfDay('12:00') } as const
    expect(closesAt(noon, monday)).toBe('2027-03-28T10:00:00.000Z')
  })
})

describe('a deadline as towns set it', () => {
  const monday = day('2026-09-07')

  it.each<[string, Deadline, Day, string]>([
    [
      'Tuesday 9:00 for the Thursday',
      { unit: 'calendarDays', amount: 2, before: 'day', until: timeOfDay('09:00') },
      addDays(monday, 3),
      at('2026-09-08', '09:00'),
    ],
    [
      'two working days: all of Thursday for the Monday',
      { unit: 'workingDays', amount: 2, before: 'day' },
      monday,
      at('2026-09-04', '00:00'),
    ],
    [
      'the Friday before, noon, for the whole week',
      { unit: 'calendarDays', amount: 3, before: 'week', until: timeOfDay('12:00') },
      addDays(monday, 4),
      at('2026-09-04', '12:00'),
    ],
    ['48 hours before the slot starts', { unit: 'hours', amount: 48 }, addDays(monday, 2), at('2026-09-07', '16:30')],
  ])('%s', (_, deadline, on, expected) => {
    expect(closesAt(deadline, asking(on))).toBe(expected)
  })

  it('never closes earlier for a later day', () => {
    const days = fc.record(
      {
        unit: fc.constantFrom('calendarDays' as const, 'workingDays' as const),
        amount: fc.nat(60),
        before: fc.constantFrom('day' as const, 'week' as const, 'period' as const),
        until: fc.constantFrom(timeOfDay('09:00'), timeOfDay('23:59')),
      },
      { requiredKeys: ['unit', 'amount', 'before'] },
    )
    const hours = fc.record({ unit: fc.constant('hours' as const), amount: fc.nat(1000) })
    fc.assert(
      fc.property(fc.oneof(days, hours), fc.nat(800), (deadline: Deadline, offset) => {
        const earlier = addDays(monday, offset)
        expect(closesAt(deadline, asking(earlier)) <= closesAt(deadline, asking(addDays(earlier, 1)))).toBe(true)
      }),
    )
  })
})

describe('the last moment, said to a parent', () => {
  const friday = asking(day('2026-12-11'))

  it.each<[Deadline, string]>([
    [eightDaysBefore, 'le jeu. 3 déc.'],
    [
      { unit: 'calendarDays', amount: 8, before: 'day', until: timeOfDay('09:00') },
      'le jeu. 3 déc. avant 9\u00a0h\u00a000',
    ],
    [{ unit: 'hours', amount: 48 }, 'le mer. 9 déc. avant 16\u00a0h\u00a030'],
    [{ unit: 'workingDays', amount: 0, before: 'day' }, 'le ven. 11 déc.'],
    [{ unit: 'calendarDays', amount: 15, before: 'period' }, 'le lun. 17 août'],
  ])('%j → %s', (deadline, text) => {
    expect(latestText(closesAt(deadline, friday))).toBe(text)
  })
})

it.each<[Deadline, string]>([
  [eightDaysBefore, '8 jours avant'],
  [{ unit: 'calendarDays', amount: 1, before: 'day', until: timeOfDay('09:00') }, '1 jour avant, jusqu’à 9 h 00'],
  [{ unit: 'workingDays', amount: 2, before: 'week' }, '2 jours ouvrés avant le lundi de la semaine'],
  [{ unit: 'calendarDays', amount: 15, before: 'period' }, '15 jours avant le début de la période'],
  [{ unit: 'hours', amount: 48 }, '48 heures avant'],
])('the rule itself, said to a parent: %j → %s', (deadline, text) => {
  expect(deadlineText(deadline).replaceAll('\u00a0', ' ')).toBe(text)
})
