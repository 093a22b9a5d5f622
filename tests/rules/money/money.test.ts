import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  allocate,
  cents,
  formatAmount,
  formatEuros,
  formatNumber,
  halfUp,
  parseAmount,
  parsePercent,
  withPercent,
} from '../../../shared/rules/money/money.ts'

const amounts = fc.integer({ min: -100_000_000, max: 100_000_000 })

describe('money', () => {
  it.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('is never %s cents', (value) => {
    expect(() => cents(value)).toThrow(RangeError)
  })

  it('rounds half a cent up, and the credit note the same way', () => {
    expect(halfUp(5, 10)).toBe(1)
    expect(halfUp(4, 10)).toBe(0)
    expect(halfUp(-5, 10)).toBe(-1)
    expect(halfUp(-4, 10)).toBe(0)
  })

  it('adds a percentage to the cent', () => {
    expect(withPercent(295, 20)).toBe(354)
    expect(withPercent(100, 12.5)).toBe(113)
  })

  it('is written as French writes it', () => {
    expect(formatEuros(123_456)).toBe('1\u202F234,56\u00A0€')
    expect(formatEuros(-1200)).toBe('\u221212,00\u00A0€')
    expect(formatEuros(5)).toBe('0,05\u00A0€')
    expect(formatAmount(123_456_789)).toBe('1\u202F234\u202F567,89')
    expect(formatNumber(1180.5)).toBe('1\u202F180,5')
  })

  it.each([
    ['12,5', 1250],
    ['12.50 €', 1250],
    ['1 234,56 €', 123_456],
    ['1\u202F234,56\u00A0€', 123_456],
    ['7 euros', 700],
    ['−3', -300],
    ['-0', 0],
    ['4,', 400],
  ])('« %s » is read', (typed, expected) => {
    expect(parseAmount(typed)).toStrictEqual({ cents: expected })
  })

  it.each(['', 'douze', '1,234', '1.234,56', '12,5,0', '1e3', '99999999999', '--1'])(
    '« %s » is refused in a sentence',
    (typed) => {
      const read = parseAmount(typed)
      expect('refusal' in read && read.refusal).toMatch(/montant/)
    },
  )

  it('reads back everything it writes', () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        expect(parseAmount(formatEuros(amount))).toStrictEqual({ cents: amount })
      }),
    )
  })
})

describe('a percentage', () => {
  it.each([
    ['12,5', 12.5],
    ['10 %', 10],
    ['0.36', 0.36],
    ['−20', -20],
  ])('« %s » is read', (typed, value) => {
    expect(parsePercent(typed, 2)).toStrictEqual({ value })
  })

  it.each(['', 'dix', '12,345', '1,2,3', '1e3'])('« %s » is refused in a sentence, never rounded', (typed) => {
    expect(parsePercent(typed, 2)).toHaveProperty('refusal')
  })

  it('may have more decimals where the caller computes with them', () => {
    expect(parsePercent('0,0619', 4)).toStrictEqual({ value: 0.0619 })
    expect(parsePercent('0,06195', 4)).toHaveProperty('refusal', expect.stringContaining('quatre au plus'))
  })
})

describe('an amount that is shared', () => {
  it('gives the odd cents to the largest remainders, then to the first', () => {
    expect(allocate(100, [1, 1, 1])).toStrictEqual([34, 33, 33])
    expect(allocate(-100, [1, 1, 1])).toStrictEqual([-34, -33, -33])
    expect(allocate(5, [3, 7])).toStrictEqual([2, 3])
    expect(allocate(10, [0, 1])).toStrictEqual([0, 10])
  })

  it('cannot be shared by nobody', () => {
    expect(() => allocate(10, [])).toThrow(RangeError)
    expect(() => allocate(10, [2, -1])).toThrow(RangeError)
  })

  it('loses no cent, and nobody is a cent away from a fair share', () => {
    const weights = fc
      .array(fc.nat(1000), { minLength: 1, maxLength: 12 })
      .filter((all) => all.some((weight) => weight > 0))
    fc.assert(
      fc.property(amounts, weights, (total, shares) => {
        const parts = allocate(total, shares)
        const whole = shares.reduce((sum, weight) => sum + weight, 0)
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total)
        for (const [index, part] of parts.entries()) {
          expect(Math.abs(part - (total * (shares[index] ?? 0)) / whole)).toBeLessThan(1)
        }
      }),
    )
  })
})
