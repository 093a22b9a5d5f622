import { array, assert, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { day, instant } from '../../../../shared/rules/calendar/day.ts'
import { refuseDebtor, refuseSigning, stoppedFrom, typedCode } from '../../../../shared/rules/money/debit/signing.ts'

describe('a mandate signed on the portal', () => {
  it('is signed by its code until the minute at which that ends, and not after five wrong ones', () => {
    const codeUntil = instant('2026-11-25T20:24:00.000Z')
    expect(refuseSigning({ codeUntil, wrongCodes: 4 }, instant('2026-11-25T20:23:59.999Z'))).toBeUndefined()
    expect(refuseSigning({ codeUntil, wrongCodes: 0 }, codeUntil)).toMatch(/plus valable/)
    expect(refuseSigning({ codeUntil, wrongCodes: 5 }, instant('2026-11-25T20:00:00.000Z'))).toMatch(/Trop de codes/)
  })

  it('takes a code however it is spaced, and a name that banks can read', () => {
    expect(typedCode(' 048\u00a0207 ')).toBe('048207')
    expect(refuseDebtor('Zoë Noël-Aubry')).toBeUndefined()
    for (const debtor of ['', ' ', '漢字', 'x'.repeat(71)]) expect(refuseDebtor(debtor)).toMatch(/titulaire/)
  })
})

describe('a mandate that its home stops', () => {
  it('is stopped at once, or on the day after the last debit that was announced', () => {
    const on = day('2026-12-01')
    expect(stoppedFrom(on, [])).toBe(on)
    expect(stoppedFrom(on, [day('2027-01-11'), day('2026-12-09')])).toBe('2027-01-12')
    expect(stoppedFrom(on, [day('2026-11-30')])).toBe(on)
  })

  it('is never collected after what was announced, and never loses a line that was', () => {
    const days = integer({ min: 1, max: 28 }).map((date) => day(`2026-12-${String(date).padStart(2, '0')}`))
    assert(
      property(days, array(days), (on, announced) => {
        const from = stoppedFrom(on, announced)
        const later = announced.filter((one) => one >= on)
        expect(from >= on && later.every((one) => one < from)).toBe(true)
        expect(from === on || later.some((one) => one < from)).toBe(true)
      }),
    )
  })
})
