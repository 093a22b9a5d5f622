import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../../../shared/rules/calendar/day.ts'
import { sumOf } from '../../../../shared/rules/money/money.ts'
import { paidOf, settleOldestFirst } from '../../../../shared/rules/money/payment/payment.ts'
import { settleTogether } from '../../../../shared/rules/money/payment/together.ts'

const debt = (invoiceId: number, leftCents: number, cesu = leftCents, holidayVouchers = leftCents) => ({
  invoiceId,
  openingDebtId: null,
  name: `Facture n° ${invoiceId}`,
  on: addDays(day('2026-10-01'), invoiceId),
  leftCents,
  voucherCents: { cesu, holidayVouchers },
})
const part = (invoiceId: number, cents: number) => ({ invoiceId, openingDebtId: null, cents })

describe('sums handed over at once', () => {
  it('let vouchers pay what they may before the others take the oldest debts', () => {
    const sums = [
      { means: 'cheque', cents: 3000 },
      { means: 'cesu', cents: 2000 },
      { means: 'cash', cents: 1500 },
    ] as const
    expect(settleTogether(sums, [debt(1, 2500, 0), debt(2, 4000, 2000)], 500)).toEqual({
      parts: [[part(1, 2000), part(2, 1000)], [part(2, 2000)], [part(2, 1000)]],
      creditParts: [part(1, 500)],
    })
  })

  it('of one kind pay the same as if each were paid after the other', () => {
    const someDebts = fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 5 })
    const someSums = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(someDebts, someSums, fc.nat(3000), (owed, paid, creditCents) => {
        const debts = owed.map((cents, index) => debt(index + 1, cents))
        const { parts, creditParts } = settleTogether(
          paid.map((cents) => ({ means: 'cash', cents })),
          debts,
          creditCents,
        )
        expect([creditParts, ...parts]).toEqual(
          settleOldestFirst([creditCents, ...paid], debts).map((one) => one.parts),
        )
      }),
    )
  })

  it('never pay more than a debt, nor vouchers more than they may', () => {
    const someDebts = fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.nat(900), fc.nat(900)), { maxLength: 5 })
    const means = fc.constantFrom('cash', 'cesu', 'holidayVouchers', 'cheque')
    const someSums = fc.array(fc.record({ means, cents: fc.integer({ min: 1, max: 900 }) }), { maxLength: 6 })
    fc.assert(
      fc.property(someDebts, someSums, (owed, sums) => {
        const debts = owed.map(([left, ...rooms], index) => {
          const [cesu, holidayVouchers] = rooms.map((room) => Math.min(room, left))
          return debt(index + 1, left, cesu, holidayVouchers)
        })
        const { parts } = settleTogether(sums, debts, 0)
        for (const [index, sum] of sums.entries()) expect(sumOf(parts[index] ?? [])).toBeLessThanOrEqual(sum.cents)
        for (const one of debts) {
          expect(paidOf(one, parts.flat())).toBeLessThanOrEqual(one.leftCents)
          for (const kind of ['cesu', 'holidayVouchers'] as const) {
            const paid = sums.flatMap((sum, index) => (sum.means === kind ? (parts[index] ?? []) : []))
            expect(paidOf(one, paid)).toBeLessThanOrEqual(one.voucherCents[kind])
          }
        }
      }),
    )
  })
})
