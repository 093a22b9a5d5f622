import { describe, expect, it } from 'vitest'
import { day, instant, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { type BookingRule, eightDaysBefore } from '../../../shared/rules/calendar/deadline.ts'
import { isWorkingDay } from '../../../shared/rules/calendar/public-holidays.ts'
import { windowStateAt } from '../../../shared/rules/calendar/window.ts'
import {
  type Bookable,
  type BookableInput,
  bookable,
  cancellable,
  obstacleText,
  overlaps,
} from '../../../shared/rules/cell/bookable.ts'
import { blocked, obstacle } from './cell-facts.ts'

const closed: BookingRule = { deadline: eightDaysBefore, after: 'closed' }
const twoHours: BookingRule = { deadline: { unit: 'hours', amount: 2 }, after: 'closed' }
const wednesday = day('2026-12-09')
const on = (date: string, time: string) => instantOf(day(date), timeOfDay(time))

const morning: BookableInput = {
  at: on('2026-11-25', '10:00'),
  day: wednesday,
  slot: { start: timeOfDay('08:00'), end: timeOfDay('12:00') },
  opening: { open: true, capacity: 16, held: 12 },
  period: { from: day('2026-09-02'), booking: closed, waitingList: true },
  isWorkingDay,
  registration: { state: 'accepted', span: { from: day('2026-09-02'), to: day('2027-06-30') } },
  conditions: { minAge: 3, maxAge: 5, classes: [], residentsOnly: false },
  child: { birth: day('2022-03-01'), school: null, schoolClass: 'MS', resident: true },
  ownDay: true,
  others: [],
  mayAsk: true,
  suspended: null,
  lacksDossier: false,
}
const lunch = { activity: 'Restaurant', slot: 'repas', start: timeOfDay('12:00'), end: timeOfDay('13:30') }

const said = (answer: Bookable) =>
  answer.answer === 'no' ? answer.obstacles.map((one) => obstacleText(one).replaceAll('\u00a0', ' ')) : answer.answer

describe('a late ask that the tariff prices', () => {
  const byTariff = { deadline: eightDaysBefore, after: { surcharge: 0, byTariff: true } } as const
  const asked = (at: string, rule: BookingRule = byTariff) => cancellable(rule, { ...morning, at: on(at, '10:00') })

  it('has the days that are left from it to the day from which its deadline is counted', () => {
    expect(asked('2026-12-01')).toEqual({ answer: 'yes' })
    expect(asked('2026-12-02')).toEqual({ answer: 'surcharge', surcharge: { notice: 7 } })
    expect(asked('2026-12-08')).toEqual({ answer: 'surcharge', surcharge: { notice: 1 } })
    const week = { ...byTariff, deadline: { unit: 'calendarDays', amount: 8, before: 'week' } } as const
    expect(asked('2026-12-04', week)).toEqual({ answer: 'surcharge', surcharge: { notice: 3 } })
    expect(asked('2026-12-08', week)).toEqual({ answer: 'surcharge', surcharge: { notice: 0 } })
  })

  it('is no longer taken on the day itself', () => {
    expect(asked('2026-12-09')).toMatchObject({ answer: 'no' })
  })
})

describe('whether a parent may book', () => {
  it.each<[string, Partial<BookableInput>, string | string[]]>([
    ['all is well', {}, 'yes'],
    ['full, with a waiting list', { opening: { open: true, capacity: 16, held: 16 } }, 'yes'],
    ['another booking next to it', { others: [lunch] }, 'yes'],
    ['the last minute', { at: on('2026-12-01', '23:59') }, 'yes'],
    ['too late', { at: on('2026-12-02', '00:00') }, ['Trop tard : il fallait demander au plus tard le mar. 1ᵉʳ déc.']],
    [
      'an ended registration, within its dates',
      { registration: { state: 'ended', span: { from: day('2026-09-02'), to: wednesday } } },
      'yes',
    ],
    ['no registration', { registration: null }, ['L’enfant n’est pas inscrit à cette période.']],
    [
      'a refused one',
      { registration: { state: 'refused', span: { from: wednesday } } },
      ['L’enfant n’est pas inscrit à cette période.'],
    ],
    [
      '« ? »',
      { registration: { state: 'asked', span: { from: wednesday } } },
      ['L’inscription attend encore sa réponse.'],
    ],
    [
      'outside its dates',
      { registration: { state: 'accepted', span: { from: day('2027-01-06') } } },
      ['Ce jour est en dehors de l’inscription, qui commence le mer. 6 janv. 2027.'],
    ],
    ['closed by hand', { opening: { open: false, why: 'réunion d’équipe' } }, ['Fermé : réunion d’équipe.']],
    ['never open', { opening: { open: false } }, ['Pas d’accueil ce jour-là.']],
    ['the other home’s day', { ownDay: false }, ['Jour de l’autre foyer.']],
    [
      'the other home’s day first, whatever the deadline',
      { ownDay: false, at: on('2026-12-02', '00:00') },
      ['Jour de l’autre foyer.', 'Trop tard : il fallait demander au plus tard le mar. 1ᵉʳ déc.'],
    ],
    [
      'too old',
      { child: { ...morning.child, birth: day('2020-12-09') } },
      ['Cette activité est ouverte de 3 à 5 ans : l’enfant a 6 ans le mer. 9 déc. 2026.'],
    ],
    [
      'booked elsewhere',
      { others: [{ ...lunch, start: timeOfDay('11:30') }] },
      ['Déjà réservé aux mêmes heures : Restaurant, repas, de 11 h 30 à 13 h 30.'],
    ],
    [
      'full, without a waiting list',
      { opening: { open: true, capacity: 16, held: 16 }, period: { ...morning.period, waitingList: false } },
      ['Complet, sans liste d’attente.'],
    ],
    [
      'past',
      { at: on('2026-12-10', '08:00') },
      ['Ce jour est passé.', 'Trop tard : il fallait demander au plus tard le mar. 1ᵉʳ déc.'],
    ],
    [
      'the day has begun, though in time by the hour',
      { at: on('2026-12-09', '05:30'), period: { ...morning.period, booking: twoHours } },
      ['Ce jour a commencé : une demande n’aurait plus de réponse à temps.'],
    ],
    [
      'the eve, in time by the hour',
      { at: on('2026-12-08', '23:30'), period: { ...morning.period, booking: twoHours } },
      'yes',
    ],
    [
      'several reasons, the first shown',
      { registration: null, opening: { open: false } },
      ['L’enfant n’est pas inscrit à cette période.', 'Pas d’accueil ce jour-là.'],
    ],
  ])('%s', (_, change, expected) => {
    expect(said(bookable({ ...morning, ...change }))).toEqual(expected)
  })

  it('past the deadline with a surcharge, where the town says so, until the day itself', () => {
    const late = {
      ...morning,
      period: { ...morning.period, booking: { deadline: eightDaysBefore, after: { surcharge: 200 } } },
    }
    expect(bookable(late)).toEqual({ answer: 'yes' })
    expect(bookable({ ...late, at: on('2026-12-08', '23:59') })).toEqual({ answer: 'surcharge', surcharge: 200 })
    const free = { ...late.period, booking: { ...late.period.booking, after: { surcharge: 0 } } }
    expect(bookable({ ...late, at: on('2026-12-08', '23:59'), period: free })).toEqual({ answer: 'yes' })
    expect(said(bookable({ ...late, at: on('2026-12-09', '00:00') }))).toHaveLength(1)
  })

  it('cancelling has a deadline of its own', () => {
    const twoDays: BookingRule = { deadline: { unit: 'workingDays', amount: 2, before: 'day' }, after: 'closed' }
    const asked = { ...morning, at: on('2026-12-04', '12:00') }
    expect(cancellable(twoDays, asked)).toEqual({ answer: 'yes' })
    expect(cancellable(closed, asked)).toEqual({
      answer: 'no',
      closedAt: '2026-12-01T23:00:00.000Z',
      surcharge: { notice: 5 },
    })
  })

  it('hours that only touch do not overlap', () => {
    expect(overlaps(morning.slot, lunch)).toBe(false)
    expect(overlaps(morning.slot, { ...lunch, start: timeOfDay('11:59') })).toBe(true)
    expect(said(blocked(obstacle('full')))).toEqual(['Complet, sans liste d’attente.'])
  })
})

describe('the window of a period', () => {
  const window = {
    opensAt: instant('2026-06-15T06:00:00.000Z'),
    residentsFrom: instant('2026-06-01T06:00:00.000Z'),
    closesAt: instant('2026-08-31T22:00:00.000Z'),
  }

  const within = (at: string) => said(bookable({ ...morning, period: { ...morning.period, window }, at: instant(at) }))

  it('opens earlier to residents', () => {
    const at = instant('2026-06-08T10:00:00.000Z')
    expect(windowStateAt(window, at, true)).toEqual({ open: true })
    expect(windowStateAt(window, at, false)).toEqual({ open: false, opensAt: window.opensAt })
    expect(windowStateAt(window, window.opensAt, false)).toEqual({ open: true })
  })

  it('says when it opens, and when it was over', () => {
    expect(within('2026-05-01T10:00:00.000Z')).toEqual(['Les réservations ouvrent le lun. 1ᵉʳ juin 2026 à 8 h 00.'])
    expect(within('2026-08-31T22:00:00.000Z')).toEqual([
      'Les réservations sont closes depuis le mar. 1ᵉʳ sept. 2026 à 0 h 00.',
    ])
    expect(within('2026-08-31T21:59:59.999Z')).toBe('yes')
  })
})
