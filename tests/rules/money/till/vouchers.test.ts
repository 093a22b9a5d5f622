import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, type Day, day } from '../../../../shared/rules/calendar/day.ts'
import {
  eligibleCents,
  eligibleLines,
  refuseVoucherRules,
  tooManyVouchersText,
  type VoucherLine,
  type VoucherRule,
  voucherRoom,
} from '../../../../shared/rules/money/payment/vouchers.ts'

const evening = 1
const canteen = 2
const rule = (changes: Partial<VoucherRule> = {}): VoucherRule => ({
  means: 'cesu',
  activityIds: [evening],
  fiscal: 'garde',
  belowAge: null,
  ...changes,
})
const line = (changes: Partial<VoucherLine> = {}): VoucherLine => ({
  activityId: evening,
  fiscal: 'garde',
  birthDay: day('2020-10-08'),
  days: [day('2026-10-05'), day('2026-10-06'), day('2026-10-08'), day('2026-10-09')],
  cents: 1000,
  ...changes,
})

describe('what vouchers may pay', () => {
  it('is everything where the régie sets no limit', () => {
    expect(eligibleCents([], 'cesu', [line()])).toBeNull()
    expect(eligibleCents([rule()], 'holidayVouchers', [line()])).toBeNull()
  })

  it('is what a rule names: its activities, its fiscal category', () => {
    const lines = [line(), line({ fiscal: 'repas', cents: 300 }), line({ activityId: canteen, cents: 500 })]
    expect(eligibleCents([rule()], 'cesu', lines)).toBe(1000)
    expect(eligibleCents([rule({ fiscal: null })], 'cesu', lines)).toBe(1300)
    expect(eligibleCents([rule({ activityIds: null })], 'cesu', lines)).toBe(1500)
    expect(eligibleCents([rule()], 'cesu', [line({ activityId: null })])).toBe(0)
  })

  it('is only the days before a birthday', () => {
    expect(eligibleCents([rule({ belowAge: 6 })], 'cesu', [line()])).toBe(500)
    expect(eligibleCents([rule({ belowAge: 5 })], 'cesu', [line()])).toBe(0)
    expect(eligibleCents([rule({ belowAge: 6 }), rule({ belowAge: 7 })], 'cesu', [line()])).toBe(1000)
    expect(eligibleCents([rule({ belowAge: 6 })], 'cesu', [line({ birthDay: null })])).toBe(0)
  })

  it('is less what a credit note takes back', () => {
    const note = line({ days: [day('2026-10-05')], cents: -250 })
    expect(eligibleCents([rule({ belowAge: 6 })], 'cesu', [line(), note])).toBe(250)
    expect(eligibleCents([rule({ belowAge: 6 })], 'cesu', [line(), line({ cents: -1000 })])).toBe(0)
  })

  it('is known line by line, for the certificate', () => {
    const lines = [line(), line({ fiscal: 'repas', cents: 300 }), line({ days: [day('2026-10-05')], cents: -250 })]
    const numbered = lines.map((one, index) => ({ ...one, lineId: index + 1 }))
    expect(eligibleLines([rule({ belowAge: 6 })], 'cesu', numbered)).toEqual([
      { lineId: 1, cents: 500 },
      { lineId: 3, cents: -250 },
    ])
    expect(eligibleLines([rule()], 'holidayVouchers', numbered)).toBeNull()
  })

  it('is at most what is left, and at most what such vouchers have not paid yet', () => {
    const debt = { leftCents: 1000, paidCents: 0, lines: [line()] }
    expect(voucherRoom([rule({ belowAge: 6 })], 'cesu', debt)).toBe(500)
    expect(voucherRoom([rule({ belowAge: 6 })], 'cesu', { ...debt, paidCents: 400 })).toBe(100)
    expect(voucherRoom([rule({ belowAge: 6 })], 'cesu', { ...debt, paidCents: 600 })).toBe(0)
    expect(voucherRoom([rule({ belowAge: 6 })], 'cesu', { ...debt, leftCents: 300 })).toBe(300)
    // Of an opening balance no line is known.
    expect(voucherRoom([rule()], 'cesu', { ...debt, lines: null })).toBe(0)
    expect(voucherRoom([], 'cesu', { ...debt, lines: null })).toBe(1000)
  })

  it('never passes what is billed, grows with the age, and each day counts once', () => {
    const someDays = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 20 })
    const someLine = fc
      .record({ cents: fc.integer({ min: 0, max: 90_000 }), days: someDays })
      .map(
        ({ cents, days }): VoucherLine =>
          line({ cents, days: days.toSorted((a, b) => a - b).map((away): Day => addDays(day('2026-09-15'), away)) }),
      )
    fc.assert(
      fc.property(fc.array(someLine, { maxLength: 6 }), fc.integer({ min: 1, max: 8 }), (lines, age) => {
        const at = (belowAge: number | null) => eligibleCents([rule({ belowAge })], 'cesu', lines) ?? -1
        const all = lines.reduce((sum, { cents }) => sum + cents, 0)
        expect(at(null)).toBe(all)
        expect(at(age)).toBeGreaterThanOrEqual(0)
        expect(at(age)).toBeLessThanOrEqual(at(age + 1))
        expect(at(8)).toBe(all)
      }),
    )
  })
})

describe('the rules of vouchers', () => {
  it('name an activity, or all, and an age that a child may have', () => {
    expect(refuseVoucherRules([rule(), rule({ activityIds: null })])).toBeUndefined()
    expect(refuseVoucherRules([rule(), rule({ activityIds: [] })])).toMatchObject({ row: 1, field: 'activityIds' })
    for (const belowAge of [0, -1, 26, 2.5])
      expect(refuseVoucherRules([rule({ belowAge })])).toMatchObject({ row: 0, field: 'belowAge' })
  })

  it('name the largest sum that may be taken', () => {
    expect(tooManyVouchersText('cesu', 8400)).toBe(
      'CESU\u00a0: 84,00\u00a0€ au plus se paient ainsi. Rien n’est rendu ni gardé en avance.',
    )
    expect(tooManyVouchersText('holidayVouchers', 0)).toMatch(/^Chèques-vacances\u00a0: rien/)
  })
})
