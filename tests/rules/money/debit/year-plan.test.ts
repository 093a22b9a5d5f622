import { assert, constantFrom, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../../../shared/rules/calendar/day.ts'
import { isBankDay } from '../../../../shared/rules/money/debit/collection-day.ts'
import {
  balanceDay,
  ownDueDay,
  refuseYear,
  schoolYearOf,
  usualYear,
  type YearWish,
  yearBalance,
  yearParts,
} from '../../../../shared/rules/money/debit/year-plan.ts'

const on = day('2026-11-30')
const facts = { on, noticeDays: 14, leastCents: 500 }
const wish = (changes: Partial<YearWish> = {}): YearWish => ({
  cents: 45_000,
  firstOn: day('2027-01-10'),
  count: 6,
  balanceOn: day('2027-08-10'),
  ...changes,
})

describe('the parts of a year', () => {
  it('are equal, the last one takes the rest, each on its date or the bank day that follows', () => {
    expect(yearParts(wish({ cents: 10_000, count: 3 }))).toEqual([
      { dueOn: '2027-01-11', cents: 3333 },
      { dueOn: '2027-02-10', cents: 3333 },
      { dueOn: '2027-03-10', cents: 3334 },
    ])
  })

  it('add up to the cent, on bank days that follow each other, whatever the sum, their number and the date', () => {
    assert(
      property(
        integer({ min: 1, max: 5_000_000 }),
        integer({ min: 1, max: 12 }),
        integer({ min: 0, max: 900 }),
        (cents, count, later) => {
          const parts = yearParts({ cents, count, firstOn: addDays(on, later) })
          expect(parts.reduce((sum, part) => sum + part.cents, 0)).toBe(cents)
          const amounts = parts.map((part) => part.cents)
          expect(Math.max(...amounts) - Math.min(...amounts)).toBeLessThan(count)
          for (const [index, { dueOn }] of parts.entries()) {
            expect(isBankDay(dueOn)).toBe(true)
            expect(dueOn > (parts[index - 1]?.dueOn ?? '')).toBe(true)
          }
        },
      ),
    )
  })

  it.each<[string, Partial<YearWish>, keyof YearWish, RegExp]>([
    ['no part', { count: 0 }, 'count', /De 1 à 12/],
    ['more than a year', { count: 13 }, 'count', /De 1 à 12/],
    ['less than the régie collects', { cents: 2999 }, 'cents', /au moins 5,00/],
    ['a day nearer than a notice', { firstOn: day('2026-12-10') }, 'firstOn', /14 jours avant.*lundi 14 décembre/],
    ['a balance among the parts', { balanceOn: day('2027-06-10') }, 'balanceOn', /après la dernière.*10 juin 2027/],
    ['a balance in two years', { balanceOn: day('2028-08-10') }, 'balanceOn', /18 mois/],
  ])('are refused: %s', (_, changes, field, sentence) => {
    const refused = refuseYear(wish(changes), facts)
    expect(refused?.field).toBe(field)
    expect(refused?.sentence.replaceAll('\u00a0', ' ')).toMatch(sentence)
  })
})

describe('what is proposed', () => {
  it.each<[string, Partial<YearWish>]>([
    ['2026-08-20', { firstOn: day('2026-09-10'), count: 10, balanceOn: day('2027-08-10') }],
    ['2026-11-30', { firstOn: day('2027-01-11'), count: 6, balanceOn: day('2027-08-10') }],
    // The 10th of May is too near; June and the summer have no part.
    ['2027-05-02', { firstOn: day('2027-09-10'), count: 10, balanceOn: day('2028-08-10') }],
  ])('on %s', (now, expected) => {
    expect(usualYear(day(now), { noticeDays: 14 })).toEqual(expected)
  })

  it('can be agreed as it is, on any day and with any notice', () => {
    assert(
      property(integer({ min: 0, max: 1500 }), constantFrom(1, 14, 60), (later, noticeDays) => {
        const now = addDays(on, later)
        const usual = { cents: 60_000, ...usualYear(now, { noticeDays }) }
        expect(refuseYear(usual, { on: now, noticeDays, leastCents: 500 })).toBeUndefined()
        expect(balanceDay(usual)).toBe(usual.balanceOn)
        expect(schoolYearOf(usual.firstOn).to >= usual.balanceOn).toBe(true)
      }),
    )
  })
})

describe('the balance of a year', () => {
  it('is what was billed less what was taken: to pay, or ahead', () => {
    assert(
      property(integer({ min: 0, max: 1_000_000 }), integer({ min: 0, max: 1_000_000 }), (billedCents, takenCents) => {
        const { leftCents, aheadCents } = yearBalance({ billedCents, takenCents })
        expect(takenCents + leftCents - aheadCents).toBe(billedCents)
        expect(Math.min(leftCents, aheadCents)).toBe(0)
      }),
    )
  })

  it('takes the invoices that would be due before it', () => {
    const balanceOn = day('2027-08-10')
    expect(ownDueDay(day('2027-08-09'), balanceOn)).toBeNull()
    expect(ownDueDay(balanceOn, balanceOn)).toBe(balanceOn)
    expect(ownDueDay(day('2027-01-10'), undefined)).toBe('2027-01-10')
  })
})
