import { assert, integer, nat, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, type Day, day } from '../../../../shared/rules/calendar/day.ts'
import {
  maxPlanParts,
  monthlyParts,
  partsLeft,
  planState,
  planStateText,
  refuseParts,
} from '../../../../shared/rules/money/recovery/plan.ts'

const on = day('2027-01-20')
const sumOf = (parts: readonly { readonly cents: number }[]) => parts.reduce((sum, { cents }) => sum + cents, 0)

describe('the parts of a plan', () => {
  it('are equal, a month apart, and the last one takes the rest', () => {
    expect(monthlyParts(10_000, 3, day('2027-01-31'))).toEqual([
      { dueOn: '2027-01-31', cents: 3333 },
      { dueOn: '2027-02-28', cents: 3333 },
      { dueOn: '2027-03-31', cents: 3334 },
    ])
  })

  it('add up to the debts and can be agreed, whatever the sum and their number', () => {
    assert(
      property(
        integer({ min: maxPlanParts, max: 10_000_000 }),
        integer({ min: 2, max: maxPlanParts }),
        (cents, count) => {
          const parts = monthlyParts(cents, count, on)
          expect(sumOf(parts)).toBe(cents)
          expect(refuseParts(parts, cents, on)).toBeUndefined()
        },
      ),
    )
  })

  it.each<[string, readonly (readonly [string, number])[], number, string]>([
    ['a single one', [['2027-02-01', 10_000]], 0, 'au moins deux parts'],
    [
      'a day that is past',
      [
        ['2027-01-19', 5000],
        ['2027-02-01', 5000],
      ],
      0,
      'passé',
    ],
    [
      'two on one day',
      [
        ['2027-02-01', 5000],
        ['2027-02-01', 5000],
      ],
      1,
      'après la précédente',
    ],
    [
      'one before another',
      [
        ['2027-03-01', 5000],
        ['2027-02-01', 5000],
      ],
      1,
      'après la précédente',
    ],
    [
      'one of nothing',
      [
        ['2027-02-01', 10_000],
        ['2027-03-01', 0],
      ],
      1,
      'une somme',
    ],
    [
      'one too far away',
      [
        ['2027-02-01', 5000],
        ['2029-02-01', 5000],
      ],
      1,
      'Deux ans',
    ],
    [
      'a sum that is not the debts',
      [
        ['2027-02-01', 5000],
        ['2027-03-01', 4999],
      ],
      1,
      '99,99',
    ],
  ])('cannot be %s', (_, parts, row, words) => {
    const refused = refuseParts(
      parts.map(([dueOn, cents]) => ({ dueOn: day(dueOn), cents })),
      10_000,
      on,
    )
    expect(refused).toMatchObject({ row, sentence: expect.stringContaining(words) })
  })

  it('are more than anybody follows beyond two years of months', () => {
    expect(refuseParts(monthlyParts(100_000, maxPlanParts + 1, on), 100_000, on)).toMatchObject({ row: maxPlanParts })
  })
})

describe('a plan', () => {
  const parts = monthlyParts(9000, 3, day('2027-02-01'))
  const stateAt = (today: string, leftCents: number) => planState(partsLeft(parts, leftCents), day(today))

  it('is kept up to the last minute of a part’s day, and broken on the day after', () => {
    expect(stateAt('2027-02-01', 9000)).toEqual({ kind: 'kept', part: { dueOn: '2027-02-01', leftCents: 3000 } })
    expect(stateAt('2027-02-02', 9000)).toMatchObject({ kind: 'broken', part: { dueOn: '2027-02-01' } })
    expect(stateAt('2027-02-02', 6001)).toMatchObject({ kind: 'broken', part: { leftCents: 1 } })
    expect(stateAt('2027-02-02', 6000)).toMatchObject({ kind: 'kept', part: { dueOn: '2027-03-01' } })
  })

  it('is mended by money that comes late, and over once nothing is left', () => {
    expect(stateAt('2027-03-15', 6000).kind).toBe('broken')
    expect(stateAt('2027-03-15', 3000).kind).toBe('kept')
    expect(stateAt('2027-12-31', 0)).toEqual({ kind: 'paid' })
  })

  it('describes its state in words', () => {
    expect(planStateText(stateAt('2027-02-01', 9000))).toBe(
      'Échéancier respecté\u00a0: 30,00\u00a0€ avant le lun. 1ᵉʳ févr. 2027',
    )
    expect(planStateText(stateAt('2027-02-02', 9000))).toContain('Échéancier rompu\u00a0: 30,00\u00a0€ attendus le')
  })

  it('leaves of its parts what is left of its debts, first days paid first; a cheque that comes back opens them again', () => {
    assert(
      property(
        integer({ min: 30, max: 100_000 }),
        integer({ min: 2, max: 12 }),
        integer({ min: 0, max: 150_000 }),
        (cents, count, left) => {
          const found = partsLeft(monthlyParts(cents, count, on), left)
          expect(found.reduce((sum, { leftCents }) => sum + leftCents, 0)).toBe(Math.min(cents, left))
          const afterFirstOpen = found.slice(found.findIndex(({ leftCents }) => leftCents > 0)).slice(1)
          expect(left === 0 || afterFirstOpen.every((part) => part.leftCents === part.cents)).toBe(true)
        },
      ),
    )
  })

  it('never becomes better by waiting, nor worse by paying', () => {
    const rank = { broken: 0, kept: 1, paid: 2 }
    const rankAt = (today: Day, left: number) => rank[planState(partsLeft(parts, left), today).kind]
    assert(
      property(nat(200), nat(9000), nat(200), nat(9000), (wait, left, more, paid) => {
        const today = addDays(on, wait)
        expect(rankAt(addDays(today, more), left)).toBeLessThanOrEqual(rankAt(today, left))
        expect(rankAt(today, Math.max(0, left - paid))).toBeGreaterThanOrEqual(rankAt(today, left))
      }),
    )
  })
})
