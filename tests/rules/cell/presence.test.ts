import { describe, expect, it } from 'vitest'
import { day, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { lengthText, type PresentSlot, presentDays } from '../../../shared/rules/cell/presence.ts'

const on = day('2026-09-02')
const slot = (
  name: string,
  start: string,
  end: string,
  arrivedAt: string | null = null,
  leftAt: string | null = null,
): PresentSlot => ({
  day: on,
  name,
  start: timeOfDay(start),
  end: timeOfDay(end),
  arrivedAt: arrivedAt === null ? null : timeOfDay(arrivedAt),
  leftAt: leftAt === null ? null : timeOfDay(leftAt),
})
const morning = slot('Matin', '08:30', '12:00')
const minutes = (...slots: PresentSlot[]) => presentDays(slots)[0]?.minutes

describe('the days of a child’s presence', () => {
  it('last from the arrival to the departure, over slots that follow one another', () => {
    const evening = slot('Après-midi', '13:30', '18:30', null, '17:22')
    const meal = slot('Repas', '12:00', '13:30')
    expect(presentDays([evening, { ...morning, arrivedAt: timeOfDay('08:31') }, meal])).toEqual([
      {
        day: on,
        slots: ['Matin', 'Repas', 'Après-midi'],
        arrivedAt: '08:31',
        leftAt: '17:22',
        minutes: 8 * 60 + 51,
      },
    ])
  })

  it('last as long as the slots where no hour was noted', () => {
    expect(presentDays([morning])).toMatchObject([{ arrivedAt: null, leftAt: null, minutes: 210 }])
  })

  it('count the time of two slots once, and none between two slots', () => {
    expect(minutes(slot('Matin', '07:30', '08:30'), slot('Soir', '16:30', '18:00'))).toBe(150)
    expect(minutes(slot('Journée', '08:00', '18:00'), morning)).toBe(600)
    expect(minutes(morning, morning)).toBe(210)
  })

  it('count nothing of a departure before the slot, and what a late departure adds', () => {
    expect(minutes(slot('Matin', '08:30', '12:00', null, '08:00'))).toBe(0)
    expect(minutes(slot('Soir', '16:30', '18:30', null, '18:45'))).toBe(135)
  })

  it('are in date order, with their hours', () => {
    const later = { ...morning, day: day('2026-09-09') }
    expect(presentDays([later, morning]).map((one) => one.day)).toEqual(['2026-09-02', '2026-09-09'])
    expect([lengthText(0), lengthText(531), lengthText(4337)]).toEqual([
      '0\u00a0h\u00a000',
      '8\u00a0h\u00a051',
      '72\u00a0h\u00a017',
    ])
  })
})
