import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../../shared/rules/calendar/day.ts'
import type { Facts } from '../../../shared/rules/cell/cell.ts'
import {
  brokenText,
  dependentSlots,
  isTaken,
  newlyBroken,
  type WeekCell,
  type WeekRule,
  weekRuleTexts,
  whyNotWeekRule,
} from '../../../shared/rules/requests/week-rule.ts'
import { ask, blocked, cell, confirmed, obstacle, ranked } from '../cell/cell-facts.ts'

const monday = day('2026-12-07')
const names = new Map([
  [1, 'Matin'],
  [2, 'Repas'],
  [3, 'Journée'],
])
const slotName = (id: number) => names.get(id) ?? ''
const noRule: WeekRule = { least: null, most: null, needs: [], oneOf: [] }
const plain = (text: string) => text.replaceAll('\u00a0', ' ')

/** A week of five days: for each day, the slots that the child has, and the facts that differ from a free cell. */
const week = (days: readonly (readonly number[] | 'closed')[], facts: Partial<Facts> = {}): WeekCell[] =>
  days.flatMap((slots, index) =>
    [...names.keys()].map((slotId) => ({
      day: addDays(monday, index),
      slotId,
      facts: cell({
        day: addDays(monday, index),
        ...(slots === 'closed' ? { bookable: blocked(obstacle('dayClosed')) } : facts),
        held: slots !== 'closed' && slots.includes(slotId) ? confirmed : { kind: 'none' },
      }),
    })),
  )
const nothing = week([[], [], [], [], []])
const sentence = (rule: Partial<WeekRule>, before: readonly WeekCell[], after: readonly WeekCell[]) => {
  const whole = { ...noRule, ...rule }
  const broken = newlyBroken(whole, before, after)
  return broken && plain(brokenText(whole, broken, slotName))
}

const why = (rule: Partial<WeekRule>) => whyNotWeekRule({ ...noRule, ...rule }, { weekdays: 4, slotIds: [1, 2, 3] })

describe('a week that goes together', () => {
  it('has all its open days, or none; a day that staff closed is not asked for', () => {
    const whole = { least: 'all' } as const
    expect(sentence(whole, nothing, week([[1], [1], [], [1], []]))).toBe(
      'Semaine entière, ou aucun jour : il manque mer. 9 déc. et ven. 11 déc.',
    )
    expect(sentence(whole, nothing, week([[1], [1], [1], [1], [1]]))).toBeNull()
    expect(sentence(whole, week([[], [], 'closed', [], []]), week([[1], [1], 'closed', [1], [1]]))).toBeNull()
    expect(sentence(whole, week([[1], [1], [1], [1], [1]]), nothing)).toBeNull()
    expect(sentence(whole, week([[1], [1], [1], [1], [1]]), week([[1], [], [1], [1], [1]]))).toMatch(/mar. 8 déc/)
  })

  it('has so many days at least, or none, or all those that are open', () => {
    const three = { least: 3 } as const
    expect(sentence(three, nothing, week([[1], [1], [], [], []]))).toBe(
      'Au moins 3 jours par semaine, ou aucun : il y en aurait 2.',
    )
    expect(sentence(three, nothing, week([[1], [1, 2], [3], [], []]))).toBeNull()
    expect(sentence(three, week([[1], [1], [1], [], []]), week([[1], [1], [], [], []]))).toMatch(/il y en aurait 2/)
    expect(sentence(three, week([[1], [1], [1], [], []]), nothing)).toBeNull()
    const shortWeek = ['closed', 'closed', 'closed'] as const
    expect(sentence(three, week([...shortWeek, [], []]), week([...shortWeek, [1], [1]]))).toBeNull()
  })

  it('has more days than wished only where nobody waits for them', () => {
    const two = { most: 2 } as const
    const busy = (days: Parameters<typeof week>[0]) => week(days, { waiting: 1 })
    expect(sentence(two, busy([[1], [1], []]), busy([[1], [1], [1]]))).toBe(
      'Au plus 2 jours par semaine tant que d’autres enfants attendent : il y en aurait 3.',
    )
    expect(sentence(two, week([[1], [1], []]), week([[1], [1], [1]]))).toBeNull()
    expect(sentence(two, busy([[1], [1], [1], [1]]), busy([[1], [1], [1], []]))).toBeNull()
  })

  it('has a slot only with the one that it needs, where that one is open, and one slot of those that exclude others', () => {
    const meal = { needs: [{ slotId: 2, neededId: 1 }] }
    expect(sentence(meal, nothing, week([[2]]))).toBe('Lun. 7 déc. Repas se prend avec Matin.')
    expect(sentence(meal, week([[1, 2]]), week([[2]]))).toMatch(/Repas se prend avec Matin/)
    expect(sentence(meal, week([[1, 2]]), week([[]]))).toBeNull()
    expect(sentence({ oneOf: [1, 3] }, nothing, week([[1, 3]]))).toBe(
      'Lun. 7 déc. Une seule plage parmi Matin ou Journée.',
    )
    expect(dependentSlots({ ...noRule, needs: [...meal.needs, { slotId: 3, neededId: 2 }] }, 1)).toEqual([2, 3])
  })

  it('does not hold against the family what staff gave with a reason, unless it gets worse', () => {
    const given = week([[1], [1], [], [], []])
    expect(sentence({ least: 3 }, given, week([[1], [1, 2], [], [], []]))).toBeNull()
    expect(sentence({ least: 3 }, given, week([[1], [], [], [], []]))).toMatch(/il y en aurait 1/)
    expect(sentence({ least: 3 }, given, nothing)).toBeNull()
  })

  it('counts what is waited for and asked, less what the family gives up', () => {
    expect(isTaken(cell({ held: ranked(2) }))).toBe(true)
    expect(isTaken(cell({ ask: ask('book', 'recorded') }))).toBe(true)
    expect(isTaken(cell({ held: confirmed, ask: ask('cancel', 'collected') }))).toBe(false)
    expect(isTaken(cell({ held: confirmed, ask: ask('cancel', 'takenBack') }))).toBe(true)
    expect(isTaken(cell({ ask: ask('book', 'takenBack') }))).toBe(false)
    expect(isTaken(cell({ held: ranked(1), ask: ask('leave', 'recorded') }))).toBe(false)
  })

  it('says beforehand what it asks', () => {
    const rule: WeekRule = { least: 3, most: 4, needs: [{ slotId: 2, neededId: 1 }], oneOf: [1, 3] }
    expect(weekRuleTexts(rule, slotName).map(plain)).toEqual([
      'Au moins 3 jours par semaine, ou aucun.',
      'Au plus 4 jours par semaine, tant que d’autres enfants attendent.',
      'Repas se prend avec Matin : annuler Matin l’annule aussi.',
      'Une seule plage parmi Matin ou Journée, chaque jour.',
      'Une semaine se demande et s’annule en une fois : si un de ses jours ne se peut pas, aucun n’est enregistré.',
    ])
  })

  it('is refused where no week could be so', () => {
    expect(why({ least: 4, most: 4, needs: [{ slotId: 2, neededId: 1 }], oneOf: [1, 3] })).toBeNull()
    expect(why({ least: 5 })).toMatch(/n’en demande pas 5/)
    expect(why({ least: 'all', most: 3 })).toMatch(/plus petit/)
    expect(why({ needs: [{ slotId: 2, neededId: 9 }] })).toMatch(/n’est pas ouverte/)
    expect(why({ needs: [{ slotId: 2, neededId: 2 }] })).toMatch(/elle-même/)
    expect(why({ oneOf: [1] })).toMatch(/au moins deux/)
    expect(why({ needs: [{ slotId: 3, neededId: 1 }], oneOf: [1, 3] })).toMatch(/s’excluent/)
  })
})

// ---- Any week

const anyRule: fc.Arbitrary<WeekRule> = fc.record({
  least: fc.constantFrom(null, 'all' as const, 1, 2, 3, 4),
  most: fc.constantFrom(null, 1, 2, 3),
  needs: fc.constantFrom([], [{ slotId: 2, neededId: 1 }]),
  oneOf: fc.constantFrom([], [1, 3]),
})
const anyDays = fc.array(fc.subarray([1, 2, 3]), { minLength: 5, maxLength: 5 })
const anyClosed = fc.subarray([0, 1, 2, 3, 4])

/** The meaning of the rule, written without the code under test. */
const holds = (rule: WeekRule, days: readonly (readonly number[])[]): boolean => {
  const taken = days.filter((slots) => slots.length > 0)
  const isEnough =
    taken.length === 0 || taken.length >= (rule.least === 'all' ? days.length : Math.min(rule.least ?? 0, days.length))
  return (
    isEnough &&
    days.every((slots) => rule.needs.every((need) => !slots.includes(need.slotId) || slots.includes(need.neededId))) &&
    days.every((slots) => rule.oneOf.filter((id) => slots.includes(id)).length <= 1)
  )
}

describe('of any week', () => {
  it('the rule holds after whatever demande is accepted', () => {
    fc.assert(
      fc.property(anyRule, fc.array(anyDays, { maxLength: 6 }), (rule, wishes) => {
        let days: readonly (readonly number[])[] = [[], [], [], [], []]
        for (const wish of wishes) {
          if (newlyBroken(rule, week(days), week(wish)) === null) days = wish
          expect(holds(rule, days)).toBe(true)
        }
      }),
    )
  })

  it('a day that staff close breaks none: what is left is refused nothing, and a whole week stays whole', () => {
    fc.assert(
      fc.property(anyRule, anyDays, anyClosed, (rule, days, closed) => {
        const left = days.map((slots, index) => (closed.includes(index) ? 'closed' : slots))
        expect(newlyBroken(rule, week(left), week(left))).toBeNull()
        const whole = [1, 1, 1, 1, 1].map((id, index) => (closed.includes(index) ? 'closed' : [id]))
        const none = whole.map((slots) => (slots === 'closed' ? slots : []))
        expect(newlyBroken({ ...noRule, least: 'all' }, week(none), week(whole))).toBeNull()
      }),
    )
  })

  it('giving the whole week up is never refused', () => {
    fc.assert(
      fc.property(anyRule, anyDays, (rule, days) => {
        expect(newlyBroken(rule, week(days), nothing)).toBeNull()
      }),
    )
  })

  it('more than so many days are only taken where nobody waits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), anyDays, anyDays, (most, before, after) => {
        const rule = { ...noRule, most }
        const count = after.filter((slots) => slots.length > 0).length
        const isMore = after.some((slots, index) => slots.some((id) => !before[index]?.includes(id)))
        const broken = newlyBroken(rule, week(before, { waiting: 2 }), week(after, { waiting: 2 }))
        expect(broken !== null).toBe(count > most && isMore)
        expect(newlyBroken(rule, week(before), week(after))).toBeNull()
      }),
    )
  })
})
