import { describe, expect, it } from 'vitest'
import {
  gridName,
  nextAnchor,
  openingDay,
  periodChoices,
  periodToShow,
  shownPeriod,
  spanOf,
} from '../../../renderer/desk/reservations/calendar-spans.ts'
import { blockText, refusedText } from '../../../renderer/desk/reservations/cell-texts.ts'
import type { Period } from '../../../shared/contract/desk/activities.ts'
import { day } from '../../../shared/rules/calendar/day.ts'

const today = day('2026-11-28')

const named = (id: number, name: string, startDay: string, endDay: string) =>
  ({ id, name, startDay, endDay }) as unknown as Period
const full = (child: string) => ({ child, day: day('2026-12-09'), slot: 'Matin', sentence: 'Complet.' })

describe('what the calendar shows', () => {
  it('begins today and goes on to the end of the next month', () => {
    expect(spanOf('month', today)).toEqual({ from: '2026-11-28', to: '2026-12-31', words: 'Nov. et déc. 2026' })
    expect(spanOf('month', day('2026-12-01'))).toMatchObject({ to: '2027-01-31', words: 'Déc. 2026 et janv. 2027' })
  })

  it('opens on the week of the next open day once this week has none left, on a Sunday for instance', () => {
    const sunday = day('2026-11-29')
    expect(openingDay('week', sunday, day('2026-11-30'))).toBe('2026-11-30')
    expect(openingDay('week', day('2026-11-26'), day('2026-12-02'))).toBe('2026-12-02')
    expect(openingDay('week', day('2026-11-23'), day('2026-11-25'))).toBe('2026-11-23')
    expect(openingDay('week', sunday, null)).toBe(sunday)
  })

  it('opens the month today, or on the first open day of a period that begins later than the days shown', () => {
    expect(openingDay('month', today, day('2026-12-21'))).toBe(today)
    expect(openingDay('month', today, day('2027-02-22'))).toBe('2027-02-22')
    expect(openingDay('day', today, day('2026-12-02'))).toBe(today)
  })

  it('goes back to the beginning of the month before it goes to the month before', () => {
    expect(nextAnchor('month', today, -1)).toBe('2026-11-01')
    expect(nextAnchor('month', day('2026-11-01'), -1)).toBe('2026-10-01')
    expect(nextAnchor('month', today, 1)).toBe('2026-12-01')
  })
})

describe('the period that is shown', () => {
  const year = named(1, 'Restaurant 2026/2027', '2026-08-31', '2027-07-02')
  const lastYear = named(2, 'Accueil 2025/2026', '2025-09-01', '2026-07-03')
  const wednesdays = named(3, 'ALSH mercredi 2026/2027', '2026-09-02', '2027-06-30')
  const christmas = named(4, 'Vacances de Noël 2026', '2026-12-21', '2027-01-01')
  const all = [lastYear, year, wednesdays, christmas]

  it('is the one under way that began last, else the next, never one that is over while another comes', () => {
    expect(periodToShow(all, today)?.id).toBe(3)
    expect(periodToShow([lastYear, christmas], today)?.id).toBe(4)
    expect(periodToShow([lastYear], today)?.id).toBe(2)
  })

  it('is chosen among those under way first, those that are over last', () => {
    expect(periodChoices(all, today).map(({ group, items }) => [group, ...items.map(({ value }) => value)])).toEqual([
      ['En cours', '3', '1'],
      ['À venir', '4'],
      ['Terminées', '2'],
    ])
  })
})

describe('the period of joined activities', () => {
  const small = {
    ...named(1, 'ALSH mercredi 2026/2027, 3-5 ans', '2026-09-02', '2027-06-30'),
    activityId: 1,
    leadId: 1,
  }
  const big = { ...named(2, 'ALSH mercredi 2026/2027, 6-11 ans', '2026-09-02', '2027-06-30'), activityId: 2, leadId: 1 }
  const alone = { ...named(3, 'Accueil 2026/2027', '2026-09-01', '2027-07-02'), activityId: 3, leadId: 3 }

  it('is one choice, named after what the joined periods share', () => {
    const [choices] = periodChoices([small, big, alone], today)
    expect(choices?.items.map(({ label }) => label)).toEqual(['Accueil 2026/2027', 'ALSH mercredi 2026/2027'])
    expect(shownPeriod([small, big, alone], big)).toBe(small)
    expect(shownPeriod([small, big, alone], alone)).toBe(alone)
  })

  it('is named by both when they share no words', () => {
    const other = { ...big, name: 'Grands 2026/2027' }
    expect(gridName([small, other], small)).toBe('ALSH mercredi 2026/2027, 3-5 ans et Grands 2026/2027')
  })
})

describe('the words of several cells', () => {
  it('name the days and the slots', () => {
    expect(blockText([day('2026-12-09'), day('2026-12-09')], ['Matin', 'Repas'])).toBe(
      'mer. 9 déc. 2026 · matin et repas',
    )
    expect(blockText([day('2026-12-16'), day('2026-12-09')], ['Matin'])).toBe(
      '2\u00a0jours, du mer. 9 déc. au mer. 16 déc. · matin',
    )
  })

  it('name whose cell could not be moved, on which day', () => {
    expect(refusedText([full('Noé Fouquet')])).toEqual({
      title: 'Noé Fouquet, mer. 9 déc., matin',
      message: 'Complet.',
    })
    expect(refusedText([full('Noé Fouquet'), full('Basile Marchand'), full('Zoé Duval')])).toEqual({
      title: '3\u00a0cases inchangées',
      message:
        'Complet. (Noé Fouquet, mer. 9 déc., matin\u00a0; Basile Marchand, mer. 9 déc., matin\u00a0; et 1 de plus)',
    })
  })
})
