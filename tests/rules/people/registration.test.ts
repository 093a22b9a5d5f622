import { describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import {
  endedAfter,
  isActive,
  isLiveOn,
  type RegistrationAction,
  type RegistrationState,
  registrationAfter,
  stateOn,
  whyNotRegistrationAction,
} from '../../../shared/rules/people/registration.ts'

describe('the life of a registration', () => {
  it('ends on a chosen day; before its first day it is withdrawn instead', () => {
    const startDay = day('2026-12-09')
    expect(endedAfter(startDay, startDay)).toBe('ended')
    expect(endedAfter(startDay, day('2026-12-08'))).toBe('withdrawn')
  })

  it('is in force up to its last day, ended or not, and no longer', () => {
    const to = day('2026-12-18')
    const read = (state: RegistrationState) => [to, day('2026-12-19')].map((on) => stateOn({ state, to }, on))
    expect(read('ended')).toEqual(['accepted', 'ended'])
    expect(read('accepted')).toEqual(['accepted', 'ended'])
    expect(read('asked')).toEqual(['asked', 'asked'])
  })

  it('is live while it is asked or in force, an end that was recorded ahead or not', () => {
    const to = day('2026-12-18')
    const live = (on: string) => states.filter((state) => isLiveOn({ state, to }, day(on)))
    expect(live('2026-12-18')).toEqual(['asked', 'accepted', 'ended'])
    expect(live('2026-12-19')).toEqual([])
  })

  const states: RegistrationState[] = ['asked', 'accepted', 'refused', 'withdrawn', 'ended']
  const acts: RegistrationAction[] = ['accept', 'refuse', 'withdraw', 'end']

  it.each<[RegistrationState, string]>([
    ['asked', 'accepted refused withdrawn –'],
    ['accepted', '– – – ended'],
    ['refused', 'accepted – – –'],
    ['withdrawn', '– – – –'],
    ['ended', '– – – –'],
  ])('from %s: %s', (state, after) => {
    expect(acts.map((act) => registrationAfter(state, act) ?? '–').join(' ')).toBe(after)
  })

  it('says why an act is not open', () => {
    for (const state of states) {
      for (const act of acts) {
        expect(whyNotRegistrationAction(state, act) === null).toBe(registrationAfter(state, act) !== null)
      }
    }
    expect(states.filter(isActive)).toEqual(['asked', 'accepted'])
  })
})
