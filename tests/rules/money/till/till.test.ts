import { describe, expect, it } from 'vitest'
import { day } from '../../../../shared/rules/calendar/day.ts'
import {
  countText,
  isCeilingReached,
  refuseClosedDay,
  refuseClosing,
  slipNumberText,
} from '../../../../shared/rules/money/payment/till.ts'

const wednesday = day('2026-11-25')
const thursday = day('2026-11-26')

describe('a till', () => {
  it('that is closed holds every day up to that one, and none after', () => {
    expect(refuseClosedDay(null, wednesday)).toBeUndefined()
    expect(refuseClosedDay(wednesday, wednesday)).toBe(
      'La caisse est close jusqu’au 25 novembre 2026 compris\u00a0: un régisseur peut la rouvrir.',
    )
    expect(refuseClosedDay(wednesday, day('2026-11-02'))).toBeDefined()
    expect(refuseClosedDay(wednesday, thursday)).toBeUndefined()
  })

  it('says how its count differs', () => {
    expect([countText(18850, 18850), countText(18650, 18850), countText(18900, 18850)]).toEqual([
      'compte juste',
      'il manque 2,00\u00a0€',
      '0,50\u00a0€ de trop',
    ])
  })

  it('has reached its ceiling from that amount on, and never without one', () => {
    const reached = [49_999, 50_000, 50_001].map((cashCents) => isCeilingReached({ cashCents, ceilingCents: 50_000 }))
    expect(reached).toEqual([false, true, true])
    expect(isCeilingReached({ cashCents: 1_000_000, ceilingCents: 0 })).toBe(false)
  })

  it('is closed once, on a day that has come, and with a word where the count differs', () => {
    const right = { on: wednesday, today: wednesday, closedOn: null, countedCents: 100, expectedCents: 100, note: '' }
    expect(refuseClosing(right)).toBeUndefined()
    expect(refuseClosing({ ...right, on: thursday })?.sentence).toBe('Une journée se close quand elle est venue.')
    expect(refuseClosing({ ...right, closedOn: wednesday })?.sentence).toMatch(/^La caisse est close/)
    expect(refuseClosing({ ...right, countedCents: 90 })).toEqual({
      sentence: 'Le compte n’y est pas (il manque 0,10\u00a0€)\u00a0: dites ce que vous en savez.',
      field: 'note',
    })
    expect(refuseClosing({ ...right, countedCents: 90, note: 'Rendu de trop' })).toBeUndefined()
  })

  it('numbers its slips in their own series', () => expect(slipNumberText(2026, 12)).toBe('B2026-000012'))
})
