import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, type Day, day, daysBetween, isWithin } from '../../../shared/rules/calendar/day.ts'
import {
  countOn,
  daysThatCount,
  firstFullDay,
  firstOverfilledDay,
  type ListedDays,
  listedDaysFrom,
} from '../../../shared/rules/groups/sublists.ts'

const start = day('2026-11-01')
const at = (index: number): Day => addDays(start, index)
const isListed = (days: readonly ListedDays[], on: Day) =>
  days.some(({ from, until }) => from <= on && (until === null || on <= until))
const whole = daysBetween(start, at(40))
const aDay = fc.integer({ min: 0, max: 30 }).map(at)
const aDecision = fc.record({
  from: aDay,
  listed: fc.option(fc.record({ until: fc.option(fc.integer({ min: 0, max: 20 })) })),
})
const aListing = fc
  .record({ childId: fc.integer({ min: 1, max: 6 }), from: aDay, long: fc.integer({ min: 0, max: 9 }) })
  .map(({ childId, from, long }) => ({ childId, from, to: addDays(from, long) }))
const decided = (decisions: readonly (typeof aDecision extends fc.Arbitrary<infer Value> ? Value : never)[]) =>
  decisions.reduce<readonly ListedDays[]>(
    (days, { from, listed }) =>
      listedDaysFrom(days, from, listed && { until: listed.until === null ? null : addDays(from, listed.until) }),
    [],
  )

describe('the days of a child on a list', () => {
  it('are those of the newest decision from its day on, and stay as they were before', () =>
    fc.assert(
      fc.property(fc.array(aDecision, { maxLength: 5 }), aDecision, (earlier, { from, listed }) => {
        const before = decided(earlier)
        const until = listed === null || listed.until === null ? null : addDays(from, listed.until)
        const after = listedDaysFrom(before, from, listed && { until })
        for (const on of whole)
          expect(isListed(after, on)).toBe(
            on < from ? isListed(before, on) : listed !== null && (until === null || on <= until),
          )
      }),
    ))

  it('stay one span when the child is put on it again, and never overlap', () => {
    expect(listedDaysFrom([{ from: at(0), until: null }], at(5), { until: null })).toEqual([
      { from: at(0), until: null },
    ])
    fc.assert(
      fc.property(fc.array(aDecision, { maxLength: 6 }), (decisions) => {
        const days = decided(decisions)
        const overlaps = days.some(({ until }, index) => {
          const next = days[index + 1]
          return next !== undefined && (until === null || until >= next.from)
        })
        expect(overlaps).toBe(false)
      }),
    )
  })

  it('count within the registration, and until the list ends', () => {
    const registration = { startDay: at(2), endDay: at(20) }
    expect(daysThatCount({ from: at(0), until: null }, registration, null)).toEqual({ from: at(2), to: at(20) })
    expect(daysThatCount({ from: at(5), until: at(8) }, registration, at(7))).toEqual({ from: at(5), to: at(6) })
    expect(daysThatCount({ from: at(7), until: null }, registration, at(7))).toBeNull()
  })
})

describe('the places of a list', () => {
  it('are given to children, whatever their homes', () => {
    const twice = [1, 1, 2].map((childId) => ({ childId, from: at(0), to: at(9) }))
    expect(countOn(twice, at(3))).toBe(2)
  })

  it('are full on the first day on which one more child would be too many', () =>
    fc.assert(
      fc.property(
        fc.array(aListing, { maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        aDay,
        (others, capacity, from) => {
          const to = addDays(from, 9)
          const slow = daysBetween(from, to).find(
            (on) => new Set(others.filter((one) => isWithin(one, on)).map(({ childId }) => childId)).size >= capacity,
          )
          expect(firstFullDay(others, capacity, { from, to })).toBe(slow ?? null)
        },
      ),
    ))
})

describe('a change of who is on a list', () => {
  it('overfills it on the first day with more children than places and than before, found by counting each day', () =>
    fc.assert(
      fc.property(
        fc.array(aListing, { maxLength: 6 }),
        fc.array(aListing, { maxLength: 6 }),
        fc.integer({ min: 0, max: 4 }),
        aDay,
        (before, after, capacity, from) => {
          const expected = daysBetween(from, at(80)).find(
            (on) => countOn(after, on) > capacity && countOn(after, on) > countOn(before, on),
          )
          expect(firstOverfilledDay(before, after, capacity, from)).toBe(expected ?? null)
        },
      ),
    ))
})
