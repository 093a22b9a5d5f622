import { array, assert, constantFrom, integer, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openedUntil, type SiteRegistration, seesHealth, seesHome } from '../../../shared/rules/access/sites.ts'
import { addDays, day } from '../../../shared/rules/calendar/day.ts'

const today = day('2026-11-25')
const at = (siteId: number, state: SiteRegistration['state'], endDay = '2027-06-30'): SiteRegistration => ({
  siteId,
  state,
  endDay: day(endDay),
})

describe('a home is seen at a site', () => {
  it('where one of its children is registered, or asks to be', () => {
    expect(seesHome([1], [at(1, 'accepted')], today)).toBe(true)
    expect(seesHome([1], [at(1, 'asked')], today)).toBe(true)
    expect(seesHome([2], [at(1, 'accepted')], today)).toBe(false)
    expect(seesHome([2], [at(1, 'accepted'), at(2, 'accepted')], today)).toBe(true)
  })

  it('for 12 months after its last day there, to the day', () => {
    const then = [at(1, 'ended', '2025-11-25'), at(2, 'accepted')]
    expect(seesHome([1], then, today)).toBe(true)
    expect(seesHome([1], then, addDays(today, 1))).toBe(false)
  })

  it('everywhere while it is registered nowhere: new, refused, or gone for longer than that', () => {
    expect(seesHome([1], [], today)).toBe(true)
    expect(seesHome([1], [at(2, 'refused'), at(2, 'withdrawn')], today)).toBe(true)
    expect(seesHome([1], [at(2, 'ended', '2025-11-24')], today)).toBe(true)
  })

  it('never less by one more site', () => {
    const registration = record({
      siteId: integer({ min: 1, max: 4 }),
      state: constantFrom('asked', 'accepted', 'refused', 'withdrawn', 'ended'),
      endDay: constantFrom(day('2024-06-30'), day('2026-06-30'), day('2027-06-30')),
    })
    assert(
      property(array(registration), integer({ min: 1, max: 4 }), integer({ min: 1, max: 4 }), (all, one, more) => {
        expect(seesHome([one, more], all, today) || !seesHome([one], all, today)).toBe(true)
        expect(seesHome([1, 2, 3, 4], all, today)).toBe(true)
      }),
    )
  })
})

describe('the health of a child is read at a site', () => {
  it('where it is accepted and has not ended, never where only its home is seen', () => {
    expect(seesHealth([1], [at(1, 'accepted')], today)).toBe(true)
    expect(seesHealth([1], [], today)).toBe(false)
    expect(seesHealth([1], [at(1, 'asked'), at(2, 'accepted')], today)).toBe(false)
    expect(seesHealth([1], [at(1, 'accepted', '2026-11-24')], today)).toBe(false)
    expect(seesHealth([1], [at(1, 'accepted', '2026-11-25')], today)).toBe(true)
  })

  it('until the last day of one whose end was recorded ahead', () => {
    expect(seesHealth([1], [at(1, 'ended', '2026-11-25')], today)).toBe(true)
    expect(seesHealth([1], [at(1, 'ended', '2026-11-24')], today)).toBe(false)
    expect(seesHealth([1], [at(1, 'withdrawn')], today)).toBe(false)
  })
})

it('a home opened with a reason is seen for 30 days', () => {
  expect(openedUntil(today)).toBe('2026-12-25')
})
