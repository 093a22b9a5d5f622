import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addMinutes, day, type Instant, instant } from '../../../shared/rules/calendar/day.ts'
import { inRankOrder, nextToPromote, rankAmong } from '../../../shared/rules/cell/places.ts'
import {
  offeredUntil,
  type Priority,
  type PriorityClaims,
  prioritiesMet,
  rankExplanation,
  willWaitText,
} from '../../../shared/rules/cell/waiting.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')
const at = instant('2026-11-03T09:02:00.000Z')
const nothing: PriorityClaims = { markedFor: '', resident: false, sibling: false, quotient: null }
const residentThenQuotient: readonly Priority[] = [{ kind: 'resident' }, { kind: 'quotient', upTo: 620 }]

const child = (name: string, claims: Partial<PriorityClaims>, minutes: number, priorities = residentThenQuotient) => ({
  name,
  recordedAt: addMinutes(at, minutes),
  logNumber: minutes,
  met: prioritiesMet(priorities, { ...nothing, ...claims }),
})

const told = (claims: Partial<PriorityClaims>, rank: number, priorities: readonly Priority[]) =>
  plain(
    rankExplanation(
      rank,
      priorities,
      { recordedAt: at, logNumber: 1, met: prioritiesMet(priorities, { ...nothing, ...claims }) },
      claims.markedFor ?? '',
    ),
  )

describe('the order of a waiting list', () => {
  it('without priorities is first come, first served', () => {
    const list = [child('Noé', { resident: true }, 2, []), child('Zoé', {}, 1, [])]
    expect(inRankOrder(list).map(({ name }) => name)).toEqual(['Zoé', 'Noé'])
  })

  it('looks at the first priority, then the second, then at who asked first', () => {
    const list = [
      child('hors commune, petit quotient', { quotient: 300 }, 1),
      child('de la commune, plus tard', { resident: true }, 3),
      child('de la commune, plus tôt', { resident: true }, 2),
      child('de la commune, petit quotient', { resident: true, quotient: 620 }, 4),
      child('sans rien', {}, 0),
    ]
    expect(inRankOrder(list).map(({ name }) => name)).toEqual([
      'de la commune, petit quotient',
      'de la commune, plus tôt',
      'de la commune, plus tard',
      'hors commune, petit quotient',
      'sans rien',
    ])
  })

  it('knows no small quotient where none is known', () => {
    expect(prioritiesMet([{ kind: 'quotient', upTo: 620 }], nothing)).toEqual([false])
    expect(prioritiesMet([{ kind: 'quotient', upTo: 620 }], { ...nothing, quotient: 620.5 })).toEqual([false])
  })

  it('explains each rank in one sentence', () => {
    expect(told({ resident: true }, 3, residentThenQuotient)).toBe(
      '3ᵉ : habite la commune, demande du 3 novembre 2026 à 10 h 02',
    )
    expect(
      told({ markedFor: 'deux parents qui travaillent', sibling: true }, 1, [{ kind: 'marked' }, { kind: 'sibling' }]),
    ).toBe(
      '1ᵉʳ : prioritaire (deux parents qui travaillent), frère ou sœur inscrit, demande du 3 novembre 2026 à 10 h 02',
    )
    expect(told({ resident: true }, 2, [])).toBe('2ᵉ : demande du 3 novembre 2026 à 10 h 02')
  })
})

const sentences = (list: readonly { recordedAt: string; logNumber: number; met: boolean[] }[]) =>
  list
    .map((one) => ({ ...one, recordedAt: instant(one.recordedAt) }))
    .map((one, index, all) => plain(rankExplanation(index + 1, residentThenQuotient, one, '', all)))

describe('ranks of one minute', () => {
  it('are shown apart by the second, then by the order of recording', () => {
    const met = [true, false]
    expect(
      sentences([
        { recordedAt: '2026-11-03T09:02:04.000Z', logNumber: 1, met },
        { recordedAt: '2026-11-03T09:02:14.100Z', logNumber: 3, met },
        { recordedAt: '2026-11-03T09:02:14.100Z', logNumber: 7, met },
        { recordedAt: '2026-11-03T09:03:00.000Z', logNumber: 8, met },
        { recordedAt: '2026-11-03T09:02:04.000Z', logNumber: 2, met: [false, false] },
      ]),
    ).toEqual([
      '1ᵉʳ : habite la commune, demande du 3 novembre 2026 à 10 h 02 min 4 s',
      '2ᵉ : habite la commune, demande du 3 novembre 2026 à 10 h 02 min 14 s, enregistrée 1ʳᵉ dans la même seconde',
      '3ᵉ : habite la commune, demande du 3 novembre 2026 à 10 h 02 min 14 s, enregistrée 2ᵉ dans la même seconde',
      '4ᵉ : habite la commune, demande du 3 novembre 2026 à 10 h 03',
      '5ᵉ : demande du 3 novembre 2026 à 10 h 02',
    ])
  })

  it('omit seconds that all of them share', () => {
    const met = [false, false]
    const asked = { recordedAt: '2026-11-03T10:00:00.000Z', met }
    expect(
      sentences([
        { ...asked, logNumber: 1 },
        { ...asked, logNumber: 2 },
      ]),
    ).toEqual([
      '1ᵉʳ : demande du 3 novembre 2026 à 11 h 00, enregistrée 1ʳᵉ dans la même minute',
      '2ᵉ : demande du 3 novembre 2026 à 11 h 00, enregistrée 2ᵉ dans la même minute',
    ])
  })
})

const anyList = (width: number) =>
  fc
    .uniqueArray(
      fc.record({
        met: fc.array(fc.boolean(), { minLength: width, maxLength: width }),
        minutes: fc.nat(3),
        logNumber: fc.nat(500),
        isOffered: fc.boolean(),
      }),
      { selector: ({ logNumber }) => logNumber, maxLength: 30 },
    )
    .map((rows) =>
      rows.map(({ met, minutes, logNumber, isOffered }) => ({
        met,
        recordedAt: addMinutes(at, minutes),
        logNumber,
        offeredUntil: isOffered ? addMinutes(at, 60) : null,
      })),
    )
const anyOfThree = fc.nat(3).chain(anyList)

describe('whatever the priorities', () => {
  it('the order is total and stable: whoever reads the list, however it was written, reads the same', () => {
    fc.assert(
      fc.property(anyOfThree, fc.nat(), (list, seed) => {
        const numbers = (rows: typeof list) => inRankOrder(rows).map(({ logNumber }) => logNumber)
        const shuffled = list.toSorted((one, other) => ((one.logNumber * seed) % 7) - ((other.logNumber * seed) % 7))
        expect(numbers(shuffled)).toEqual(numbers(list))
        expect(numbers(inRankOrder(list))).toEqual(numbers(list))
        for (const one of list) {
          const others = inRankOrder(list.filter((other) => other !== one))
          expect(rankAmong(one, others)).toBe(1 + numbers(list).indexOf(one.logNumber))
        }
      }),
    )
  })

  it('never more than the capacity is held, offers included, and nobody is offered two', () => {
    fc.assert(
      fc.property(anyOfThree, fc.nat(20), fc.nat(40), (list, confirmed, capacity) => {
        const offered = list.filter((one) => one.offeredUntil !== null).length
        const held = confirmed + offered
        const next = nextToPromote(list, held, capacity)
        expect(held + next.length).toBeLessThanOrEqual(Math.max(held, capacity))
        expect(next.every((one) => one.offeredUntil === null)).toBe(true)
        const free = inRankOrder(list).filter((one) => one.offeredUntil === null)
        expect(next).toEqual(free.slice(0, next.length))
      }),
    )
  })

  it('passing on ends: an offer that nobody answers goes down the list once, in its order', () => {
    fc.assert(
      fc.property(anyOfThree, fc.integer({ min: 1, max: 5 }), (found, capacity) => {
        let list = found.map((one) => ({ ...one, offeredUntil: null as Instant | null }))
        const order = inRankOrder(list).map(({ logNumber }) => logNumber)
        const offered: number[] = []
        for (let turn = 0; list.length > 0; turn += 1) {
          expect(turn).toBeLessThanOrEqual(found.length)
          const held = list.filter((one) => one.offeredUntil !== null).length
          const next = new Set(nextToPromote(list, held, capacity))
          offered.push(...inRankOrder(list).flatMap((one) => (next.has(one) ? [one.logNumber] : [])))
          // Each offer runs out: who had one leaves the list, and the next turn begins.
          list = list.filter((one) => !next.has(one))
        }
        expect(offered).toEqual(order)
      }),
    )
  })
})

describe('whoever asks for a full day', () => {
  it('is shown its rank, or that the town’s priorities decide', () => {
    expect(willWaitText(0, false)).toBe('vous serez en tête de la liste d’attente')
    expect(willWaitText(2, false)).toBe('vous serez 3ᵉ sur la liste d’attente')
    expect(willWaitText(2, true)).toBe('vous serez sur la liste d’attente, dans l’ordre des priorités de la ville')
  })
})

describe('an offer', () => {
  it('is kept for its hours, summer time or not', () => {
    expect(offeredUntil(at, 48, day('2026-12-09'))).toBe('2026-11-05T09:02:00.000Z')
  })

  it('never outlives the eve of the day', () => {
    expect(offeredUntil(at, 48, day('2026-11-04'))).toBe('2026-11-03T23:00:00.000Z')
    expect(offeredUntil(instant('2026-07-01T09:00:00.000Z'), 48, day('2026-07-02'))).toBe('2026-07-01T22:00:00.000Z')
  })
})
