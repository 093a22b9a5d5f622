import { describe, expect, it } from 'vitest'
import { addMinutes } from '../../../shared/rules/calendar/day.ts'
import { cellState } from '../../../shared/rules/cell/cell.ts'
import { move } from '../../../shared/rules/cell/cell-moves.ts'
import { cellNotes } from '../../../shared/rules/cell/cell-texts.ts'
import { whyNotAction, whyNotUndo } from '../../../shared/rules/cell/cell-verdicts.ts'
import {
  ask,
  at,
  blocked,
  cell,
  confirmed,
  director,
  exchange,
  obstacle,
  parent,
  plain,
  ranked,
  reception,
  rule,
  tooLateToCancel,
  written,
} from './cell-facts.ts'

const free = cell()
const requestSent = cell({ ask: ask('book', 'collected') })
const waitlisted = cell({ held: ranked(1), placesLeft: 0 })
const late = { bookable: blocked(obstacle('tooLate')), cancellable: tooLateToCancel }

describe('a place offered', () => {
  const until = addMinutes(at, 48 * 60)
  const offered = { ...waitlisted, held: { kind: 'waitlisted' as const, rank: 1, offeredUntil: until }, placesLeft: 0 }
  const offering = { at, offeredUntil: until }

  it('is kept: the child stays on the list, and the place is no longer free', () => {
    const moved = move({ ...waitlisted, placesLeft: 1 }, 'offer', reception, offering)
    expect(moved).toMatchObject({
      ok: true,
      answer: null,
      facts: { held: { rank: 1, offeredUntil: until }, placesLeft: 0 },
    })
    expect(moved.ok && cellState(moved.facts)).toBe('waitlisted')
  })

  it('is offered to one at a time, to the next whom nothing was offered', () => {
    expect(move(offered, 'offer', reception, offering)).toMatchObject({
      reason: 'Une place est déjà proposée à cet enfant.',
    })
    const second = { ...waitlisted, held: { kind: 'waitlisted' as const, rank: 2, before: 0 }, placesLeft: 1 }
    expect(move(second, 'offer', rule, offering).ok).toBe(true)
    expect(move({ ...second, held: ranked(2) }, 'offer', rule, offering)).toMatchObject({ ok: false })
    expect(move({ ...second, placesLeft: 0 }, 'offer', director, { ...offering, ...written })).toMatchObject({
      ok: false,
    })
  })

  it('is the family’s to take: at the desk, or on the portal whatever the deadline of booking', () => {
    expect(move(offered, 'promote', reception, plain)).toMatchObject({
      ok: true,
      overbooked: false,
      facts: { held: confirmed, placesLeft: 0 },
    })
    expect(whyNotAction('promote', offered, rule)).toBe('La place est proposée\u00a0: la famille répond.')
    const recorded = move({ ...offered, ...late }, 'record', parent, plain)
    if (!recorded.ok) throw new Error(recorded.reason)
    expect([cellState(recorded.facts), cellNotes(recorded.facts).at(-1)]).toEqual([
      'waitlisted',
      'prise, réponse à venir',
    ])
    expect(move(recorded.facts, 'collect', exchange, plain)).toMatchObject({
      answer: 'accepted',
      facts: { held: confirmed },
    })
  })

  it('is not taken once its time was over, nor at hours where the child is booked elsewhere', () => {
    const tooLate = { ...offered, ask: { ...ask('book', 'recorded'), recordedAt: addMinutes(until, 1) } }
    expect(move(tooLate, 'collect', exchange, plain)).toMatchObject({ answer: 'moot', facts: { held: offered.held } })
    const elsewhere = { ...offered, ask: ask('book', 'recorded'), bookable: blocked(obstacle('overlap')) }
    expect(move(elsewhere, 'collect', exchange, plain)).toMatchObject({
      answer: 'refused',
      facts: { held: offered.held },
    })
  })

  it('passes on: left or lapsed, the child is off the list and the place free again', () => {
    for (const [act, who] of [
      ['leave', reception],
      ['lapse', rule],
      ['removeFromList', director],
    ] as const)
      expect(move(offered, act, who, written)).toMatchObject({
        ok: true,
        facts: { held: { kind: 'none' }, placesLeft: 1 },
      })
    expect(whyNotAction('lapse', offered, director)).not.toBeNull()
    expect(whyNotAction('lapse', waitlisted, rule)).toBe('Aucune place n’est proposée à cet enfant.')
  })

  it('comes back by an undo only while its place is free', () => {
    expect(whyNotUndo(offered.held, free.held, { ...free, placesLeft: 1 }, false)).toBeNull()
    expect(whyNotUndo(offered.held, free.held, { ...free, placesLeft: 0 }, false, true)).toBe(
      'La place a été donnée depuis.',
    )
  })
})

describe('too few adults, where the town lets that stand in the way', () => {
  const short = {
    ...requestSent,
    placesLeft: 3,
    understaffed: 'Encadrement insuffisant (1 animateur pour 9 places\u00a0: il en faut 2).',
  }

  it('is passed by the director in writing only', () => {
    expect(move(short, 'accept', reception, plain)).toMatchObject({ ok: false })
    expect(move(short, 'accept', rule, plain)).toMatchObject({ ok: false })
    expect(move(short, 'accept', director, written)).toMatchObject({ ok: true, overbooked: false })
  })
})
