import { describe, expect, it } from 'vitest'
import { advancesText, revenueByNature } from '../../../shared/rules/money/revenue.ts'
import type { SpentAmount } from '../../../shared/rules/money/tax-statement.ts'

const paid = (paymentId: number, cents: number, nature?: string): SpentAmount => ({
  paymentId,
  cents,
  nature,
  childId: 1,
  activityId: 1,
  fiscal: 'garde',
})

describe('what a régie received', () => {
  const received = [
    { id: 1, means: 'cash' as const, cents: 1000 },
    { id: 2, means: 'cheque' as const, cents: 500 },
    { id: 3, means: 'cash' as const, cents: 200 },
  ]
  const spent = [paid(1, 600, '7067'), paid(1, 300, '7066'), paid(2, 400), paid(9, 5000, '7066')]

  it('adds up by nature and means; what has none and what pays nothing yet come last', () => {
    expect(revenueByNature(received, spent).map(({ nature, cents, byMeans }) => [nature, cents, [...byMeans]])).toEqual(
      [
        ['7066', 300, [['cash', 300]]],
        ['7067', 600, [['cash', 600]]],
        ['sans nature', 400, [['cheque', 400]]],
        [
          advancesText,
          400,
          [
            ['cash', 300],
            ['cheque', 100],
          ],
        ],
      ],
    )
  })

  it('is counted whole, whatever was spent of it', () => {
    const total = revenueByNature(received, spent).reduce((sum, { cents }) => sum + cents, 0)
    expect(total).toBe(1700)
    expect(revenueByNature([], spent)).toEqual([])
  })
})
