import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instant, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import {
  adultsNeeded,
  gaugeLevel,
  gaugeText,
  inRankOrder,
  nextToPromote,
  rankAmong,
  suggestion,
  supervisionKind,
  supervisionWarning,
  warningsBySlot,
} from '../../../shared/rules/cell/places.ts'

const waiting = (name: string, recordedAt: string, logNumber: number) => ({
  name,
  recordedAt: instant(`2026-11-${recordedAt}.000Z`),
  logNumber,
})
const zoe = waiting('Zoé', '20T08:00:00', 41)
const louison = waiting('Louison', '23T20:14:00', 57)
const twin = waiting('Basile', '23T20:14:00', 58)

describe('the gauge', () => {
  it.each([
    [28, 32, 'open'],
    [29, 32, 'nearlyFull'],
    [9, 10, 'nearlyFull'],
    [32, 32, 'full'],
    [33, 32, 'over'],
    [0, 0, 'full'],
    [1, 0, 'over'],
  ])('%i of %i is %s', (held, capacity, level) => {
    expect(gaugeLevel(held, capacity)).toBe(level)
    expect(gaugeText(held, capacity)).toBe(`${held}/${capacity}`)
  })
})

describe('the waiting list', () => {
  it('is ordered by the moment of recording, ties by log number', () => {
    expect(inRankOrder([twin, louison, zoe]).map(({ name }) => name)).toEqual(['Zoé', 'Louison', 'Basile'])
    expect(rankAmong(louison, [zoe, twin])).toBe(2)
  })

  it('promotes strictly by rank, and only while there is a place', () => {
    expect(nextToPromote([twin, zoe, louison], 16, 16)).toEqual([])
    expect(nextToPromote([twin, zoe, louison], 17, 16)).toEqual([])
    expect(nextToPromote([twin, zoe, louison], 14, 16)).toEqual([zoe, louison])
  })

  it('skips nobody, promotes nobody twice, and never beyond the capacity', () => {
    const lists = fc.uniqueArray(fc.tuple(fc.nat(3), fc.nat(500)), { selector: ([, logNumber]) => logNumber })
    fc.assert(
      fc.property(lists, fc.nat(40), fc.nat(40), (rows, held, capacity) => {
        const list = rows.map(([hour, logNumber]) => waiting('', `20T0${hour}:00:00`, logNumber))
        const promoted = nextToPromote(list, held, capacity)
        const ranks = promoted.map((child) => rankAmong(child, inRankOrder(list.filter((other) => other !== child))))
        expect(ranks).toEqual(promoted.map((_, index) => index + 1))
        expect(held + promoted.length).toBeLessThanOrEqual(Math.max(held, capacity))
        expect(promoted.length === list.length || held + promoted.length >= capacity).toBe(true)
      }),
    )
  })

  it.each([
    ['a place is free', { held: 15, waiting: 0, together: 1 }, 'accept'],
    ['the last place for two siblings', { held: 15, waiting: 0, together: 2 }, 'waitList'],
    ['others wait already', { held: 15, waiting: 1, together: 1 }, 'waitList'],
    ['full', { held: 16, waiting: 0, together: 1 }, 'waitList'],
  ] as const)('%s: suggested %#', (_, { held, waiting: count, together }, expected) => {
    const opening = { held, capacity: 16, waiting: count, together }
    expect(suggestion({ ...opening, waitingList: true })).toBe(expected)
    expect(suggestion({ ...opening, waitingList: false })).toBe(held + together <= 16 ? 'accept' : 'refuse')
  })
})

describe('supervision', () => {
  it.each([
    ['extrascolaire', 18, 0, 3],
    ['extrascolaire', 16, 12, 3],
    ['periscolaire', 10, 14, 2],
    ['periscolairePedt', 15, 18, 3],
    ['periscolairePedtLong', 0, 0, 0],
  ] as const)('%s, %i under six and %i from six: %i adults', (kind, underSix, fromSix, adults) => {
    expect(adultsNeeded(kind, { underSix, fromSix })).toBe(adults)
  })

  it.each([
    ['a morning before class', 'periscolairePedt', [['07:30', '08:30']], 'periscolairePedt'],
    ['a Wednesday, five hours', 'periscolaire', [['08:30', '13:30']], 'periscolaire'],
    [
      'a Wednesday, morning, meal and afternoon',
      'periscolaire',
      [
        ['08:00', '12:00'],
        ['13:30', '18:00'],
        ['12:00', '13:30'],
      ],
      'periscolaireLong',
    ],
    [
      'the same without the meal',
      'periscolaire',
      [
        ['08:00', '12:00'],
        ['13:30', '18:00'],
      ],
      'periscolaire',
    ],
    ['a day of holidays', 'extracurricular', [['09:00', '10:00']], 'extrascolaire'],
    ['a canteen', 'none', [['12:00', '13:30']], null],
  ] as const)('%s is counted by its hours in a row', (_, supervision, slots, expected) => {
    const hours = slots.map(([start, end]) => ({ start: timeOfDay(start), end: timeOfDay(end) }))
    expect(supervisionKind(supervision, hours)).toBe(expected)
  })

  it('warns when adults are missing, and shows the ratio', () => {
    expect(supervisionWarning('extrascolaire', { underSix: 18, fromSix: 0 }, 2)?.replaceAll('\u00a0', ' ')).toBe(
      '2 animateurs pour 18 places : il en faut 3, soit 1 pour 8 enfants de moins de 6 ans',
    )
    expect(supervisionWarning('extrascolaire', { underSix: 16, fromSix: 0 }, 2)).toBeNull()
    expect(supervisionWarning('extrascolaire', { underSix: 0, fromSix: 13 }, 1)?.replaceAll('\u00a0', ' ')).toBe(
      '1 animateur pour 13 places : il en faut 2, soit 1 pour 12 enfants de 6 ans et plus',
    )
    expect(supervisionWarning('extrascolaire', { underSix: 12, fromSix: 20 }, 3)?.replaceAll('\u00a0', ' ')).toBe(
      '3 animateurs pour 32 places : il en faut 4, soit 2 pour 12 enfants de moins de 6 ans et 2 pour 20 plus grands',
    )
  })

  it('names the slots that a warning is about, together for one warning', () => {
    const short = '2 animateurs pour 18 places'
    expect(
      warningsBySlot([
        { name: 'Matin', staffingWarning: short },
        { name: 'Repas', staffingWarning: null },
        { name: 'Après-midi', staffingWarning: short },
      ]),
    ).toEqual([`Matin et après-midi\u00a0: ${short}`])
  })
})
