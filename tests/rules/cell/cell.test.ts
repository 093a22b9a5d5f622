import { describe, expect, it } from 'vitest'
import { addDays } from '../../../shared/rules/calendar/day.ts'
import {
  type CellState,
  cellState,
  cellStates,
  type Facts,
  holdsPlace,
  legend,
} from '../../../shared/rules/cell/cell.ts'
import { cellLabel, cellText } from '../../../shared/rules/cell/cell-texts.ts'
import {
  ask,
  blocked,
  cell,
  confirmed,
  denied,
  everyCell,
  obstacle,
  obstacles,
  ranked,
  surcharge,
  wednesday,
} from './cell-facts.ts'

type Row = readonly [name: string, matches: (facts: Facts) => boolean, state: CellState]

const cancelling = ({ held, ask: asked }: Facts) =>
  held.kind === 'confirmed' && (asked?.wish === 'cancel' || asked?.wish === 'leave')
const begun = ({ day, today }: Facts) => today >= day

/** The table of product.md, row by row; the first that matches wins. */
const table: readonly Row[] = [
  [
    'confirmed, cancel or leave recorded',
    (facts) => cancelling(facts) && facts.ask?.collected === false,
    'cancelRequested',
  ],
  ['confirmed, cancel or leave collected', (facts) => cancelling(facts) && facts.ask?.collected === true, 'cancelSent'],
  ['confirmed, cancel denied', ({ held }) => held.kind === 'confirmed' && held.cancelDenied, 'cancelRefused'],
  ['confirmed', ({ held }) => held.kind === 'confirmed', 'confirmed'],
  [
    'no answer before the day',
    (facts) => begun(facts) && (facts.ask !== null || facts.held.kind === 'waitlisted'),
    'closed',
  ],
  ['waitlisted', ({ held }) => held.kind === 'waitlisted', 'waitlisted'],
  ['book recorded', (facts) => facts.ask?.wish === 'book' && !facts.ask.collected, 'requested'],
  ['book collected', (facts) => facts.ask?.wish === 'book' && facts.ask.collected, 'requestSent'],
  ['not bookable', ({ bookable }) => bookable.answer === 'no', 'closed'],
  ['bookable', () => true, 'free'],
]

describe('the state of a cell', () => {
  it('is the first matching row, over every combination of facts', () => {
    const rowOf = (facts: Facts) => table.find(([, matches]) => matches(facts))
    expect(everyCell.filter((facts) => cellState(facts) !== rowOf(facts)?.[2])).toEqual([])
    expect(new Set(everyCell.map((facts) => rowOf(facts)?.[0])).size).toBe(table.length)
    expect(everyCell.length).toBeGreaterThan(5000)
  })

  it('stays confirmed when the deadline or the day has passed', () => {
    const past = { today: addDays(wednesday, 30), bookable: blocked(obstacle('dayPast'), obstacle('tooLate')) }
    expect(cellState(cell({ held: confirmed, ...past }))).toBe('confirmed')
    expect(cellState(cell({ held: denied, ...past }))).toBe('cancelRefused')
  })

  it('a surcharge leaves it free, waiting leaves it requested, a draft is not a state', () => {
    expect(cellState(cell({ bookable: surcharge }))).toBe('free')
    expect(cellState(cell({ ask: ask('book', 'takenBack') }))).toBe('requestSent')
    expect(cellStates).toHaveLength(9)
  })

  it('four states hold a place', () => {
    expect(cellStates.filter(holdsPlace)).toEqual(['confirmed', 'cancelRequested', 'cancelSent', 'cancelRefused'])
    for (const facts of everyCell) expect(holdsPlace(cellState(facts))).toBe(facts.held.kind === 'confirmed')
  })
})

describe('the words of a cell', () => {
  it('are the town’s, kept', () => {
    expect(cellStates.map((state) => legend[state].words)).toEqual([
      'Case libre',
      'Case grisée',
      'Réservation validée',
      'Demande de réservation',
      'Demande de réservation envoyée',
      'Demande de réservation en attente',
      'Demande d’annulation',
      'Demande d’annulation envoyée',
      'Demande d’annulation en attente',
    ])
  })

  it.each<[Partial<Facts>, string]>([
    [{}, 'Case libre'],
    [{ held: ranked(2) }, 'Demande de réservation en attente, place 2'],
    [
      { held: ranked(2), ask: ask('leave', 'recorded') },
      'Demande de réservation en attente, place 2, quitte la liste d’attente',
    ],
    [{ held: ranked(2), today: wednesday }, 'Case grisée, sans réponse avant le jour'],
    [{ held: denied }, 'Demande d’annulation en attente, l’enfant est toujours inscrit'],
    [{ held: confirmed, ask: ask('book', 'recorded') }, 'Réservation validée, déjà réglé par le service'],
    [{ ask: ask('book', 'takenBack') }, 'Demande de réservation envoyée, retrait demandé'],
    [
      { bookable: blocked(obstacle('tooLate')) },
      'Case grisée. Trop tard : il fallait demander au plus tard le lun. 30 nov.',
    ],
    [{ bookable: blocked(obstacle('otherHome')) }, 'Case grisée. Jour de l’autre foyer.'],
    [{ held: confirmed, bookable: blocked(obstacle('otherHome')) }, 'Réservation validée, jour de l’autre foyer'],
  ])('%j reads « %s »', (facts, text) => {
    expect(cellText(cell(facts)).replaceAll('\u00a0', ' ')).toBe(text)
  })

  it('say child, day and slot to a screen reader', () => {
    expect(cellLabel(cell({ held: ranked(1) }), 'Noa Aubry', 'matin').replaceAll('\u00a0', ' ')).toBe(
      'Noa Aubry, mercredi 9 décembre 2026, matin : Demande de réservation en attente, place 1',
    )
  })

  it('say why a grey cell is grey, whatever the reason', () => {
    for (const one of obstacles) expect(cellText(cell({ bookable: blocked(one) })).length).toBeGreaterThan(20)
  })
})
