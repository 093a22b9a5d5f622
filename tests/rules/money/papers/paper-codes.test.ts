import { assert, integer, property, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numberText, payfipReference } from '../../../../shared/rules/money/invoice.ts'
import { couponCode, readCouponCode, transferCode } from '../../../../shared/rules/money/paper-codes.ts'

describe('the barcode of a coupon', () => {
  it('gives back number and amount', () => {
    const numbers = tuple(integer({ min: 2000, max: 2099 }), integer({ min: 1, max: 999_999 }))
    assert(
      property(numbers, integer({ min: 0, max: 99_999_999 }), ([year, number], cents) => {
        const text = numberText(year, number)
        expect(readCouponCode(couponCode(text, cents))).toEqual({ reference: payfipReference(text), cents })
      }),
    )
  })

  it('is nothing else that somebody types', () => {
    for (const text of ['', '2026-001284', '142,76', '2026001284', 'AUBRY', '2026001284000142761'])
      expect(readCouponCode(text)).toBeUndefined()
  })
})

describe('the text of a transfer', () => {
  const account = { name: 'Régie Espace Jeunesse', iban: 'FR7610071140000000001234582', bic: '' }

  it('says the amount with a point, whatever its cents', () => {
    expect(transferCode(account, 5, '2026-000001').split('\n')[7]).toBe('EUR0.05')
    expect(transferCode(account, 14_276, '2026-000001').split('\n')[7]).toBe('EUR142.76')
  })

  it('is of something to pay', () => {
    expect(() => transferCode(account, 0, '2026-000001')).toThrow(RangeError)
  })
})
