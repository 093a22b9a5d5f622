import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Delegation, isDelegateOn, whyNotDelegation } from '../../../shared/rules/access/emergency.ts'
import { addDays, type Day, day } from '../../../shared/rules/calendar/day.ts'

const start = day('2026-11-25')
const of = (from: number, to: number | null, staffId = 1): Delegation => ({
  staffId,
  from: addDays(start, from),
  to: to === null ? null : addDays(start, to),
})
const isOn = (delegations: readonly Delegation[], on: Day) => isDelegateOn(delegations, 1, on)

describe('a delegate for health in an emergency', () => {
  it('is one from the first day to the last, both included, or without an end', () => {
    const week = [of(0, 6)]
    expect([-1, 0, 6, 7].map((at) => isOn(week, addDays(start, at)))).toEqual([false, true, true, false])
    expect(isOn([of(0, null)], addDays(start, 4000))).toBe(true)
    expect(isDelegateOn(week, 2, start)).toBe(false)
  })

  it('is named once for a day', () => {
    const days = fc.integer({ min: -20, max: 20 })
    const delegation = fc.tuple(days, fc.option(fc.nat(15))).map(([from, long]) => of(from, long && from + long))
    fc.assert(
      fc.property(delegation, delegation, (one, other) => {
        const share = Array.from({ length: 60 }, (_, at) => addDays(start, at - 22)).some(
          (on) => isOn([one], on) && isOn([other], on),
        )
        expect(whyNotDelegation(one, [other]) !== null).toBe(share)
      }),
    )
    expect(whyNotDelegation(of(0, null), [of(0, null, 2)])).toBeNull()
  })

  it('is not named backwards', () => {
    expect(whyNotDelegation(of(3, 2), [])?.field).toBe('to')
  })
})
