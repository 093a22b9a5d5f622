import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import {
  type OutstandingDebt,
  type OutstandingPayer,
  splitOutstanding,
} from '../../../shared/rules/money/recovery/outstanding.ts'

const debt = (changes: Partial<OutstandingDebt> = {}): OutstandingDebt => ({
  invoiceId: 1,
  openingDebtId: null,
  leftCents: 2000,
  wasReminded: true,
  isCollected: false,
  isBeingPaid: false,
  isPlanned: false,
  hasDraft: false,
  ...changes,
})
const payer = (changes: Partial<OutstandingPayer> = {}): OutstandingPayer => ({
  debts: [debt()],
  isChosen: true,
  aside: null,
  hasAddress: true,
  ...changes,
})
const causes = (of: OutstandingPayer) => splitOutstanding(of, 1500).kept.map(({ cause }) => cause)

describe('what a régie hands over', () => {
  it('is what a reminder asked for, of whoever owes 15,00 € in all', () => {
    expect(causes(payer())).toEqual([])
    expect(causes(payer({ debts: [debt({ leftCents: 700 }), debt({ leftCents: 800 })] }))).toEqual([])
    expect(causes(payer({ debts: [debt({ leftCents: 1499 })] }))).toEqual(['threshold'])
    expect(causes(payer({ debts: [debt({ leftCents: 1499 }), debt({ wasReminded: false })] }))).toEqual([
      'threshold',
      'notReminded',
    ])
  })

  it('leaves what is about to be paid, and whom staff keep, each with its reason', () => {
    expect(causes(payer({ debts: [debt(), debt({ isCollected: true }), debt({ isBeingPaid: true })] }))).toEqual([
      'collected',
      'paying',
    ])
    expect(causes(payer({ debts: [debt({ hasDraft: true }), debt({ isPlanned: true })] }))).toEqual([
      'draft',
      'planned',
    ])
    expect(causes(payer({ isChosen: false }))).toEqual(['notChosen'])
    expect(causes(payer({ aside: { until: day('2027-05-01'), reason: 'CCAS' } }))).toEqual(['aside'])
    expect(causes(payer({ hasAddress: false }))).toEqual(['address'])
  })

  it('loses no debt, and hands over nothing below the threshold', () => {
    const debts = fc.array(
      fc.record({
        leftCents: fc.integer({ min: 1, max: 3000 }),
        wasReminded: fc.boolean(),
        isCollected: fc.boolean(),
        isBeingPaid: fc.boolean(),
        isPlanned: fc.boolean(),
        hasDraft: fc.boolean(),
      }),
      { maxLength: 6 },
    )
    fc.assert(
      fc.property(debts, fc.boolean(), fc.boolean(), (some, isChosen, hasAddress) => {
        const of = payer({
          debts: some.map((one, index) => debt({ ...one, invoiceId: index + 1 })),
          isChosen,
          hasAddress,
        })
        const { sent, kept } = splitOutstanding(of, 1500)
        expect([...sent, ...kept.map((one) => one.debt)].toSorted(byId)).toEqual(of.debts)
        const cents = sent.reduce((sum, { leftCents }) => sum + leftCents, 0)
        expect(cents === 0 || cents >= 1500).toBe(true)
      }),
    )
  })
})

const byId = (one: OutstandingDebt, other: OutstandingDebt) => (one.invoiceId ?? 0) - (other.invoiceId ?? 0)
