import { describe, expect, it } from 'vitest'
import { day, instant } from '../../../shared/rules/calendar/day.ts'
import { type AnsweredDemande, answerGroups } from '../../../shared/rules/requests/answer-groups.ts'

const today = day('2026-11-28')
const on = (date: string, over: Partial<AnsweredDemande> = {}): AnsweredDemande => ({
  child: 'Alma',
  receipt: 'r1',
  day: day(date),
  slot: 'Matin',
  title: 'ALSH mercredi 2026/2027',
  wish: 'book',
  answer: 'accepted',
  answeredAt: instant('2026-11-27T08:00:00.000Z'),
  ...over,
})
const told = (...answered: AnsweredDemande[]) =>
  answerGroups(answered, today).map(({ title, about }) => [title, about].map((text) => text.replaceAll('\u00a0', ' ')))
const isToRead = (over: Partial<AnsweredDemande>) =>
  answerGroups([on('2026-12-09', { answer: 'refused', ...over })], today).some((group) => group.isToRead)

describe('what an evening of demandes brought', () => {
  it('is summed up once for each child, by kind of answer, in two lines', () => {
    expect(
      told(
        on('2026-12-09'),
        on('2026-12-16'),
        on('2027-01-06'),
        on('2026-12-09', { child: 'Lana' }),
        on('2026-12-16', { answer: 'refused', slot: 'Après-midi' }),
        on('2026-12-16', { wish: 'cancel', answer: 'refused' }),
      ),
    ).toEqual([
      ['Alma : 3 réservations validées', '9 et 16 déc. 2026, 6 janv. 2027, matin'],
      ['Lana : réservation validée', 'mer. 9 déc., matin'],
      ['Alma : réservation refusée', 'mer. 16 déc., après-midi'],
      ['Alma : annulation non validée', 'mer. 16 déc., matin'],
    ])
  })

  it('names the slots of one day together, and of many days the first and the last', () => {
    expect(told(on('2026-12-09'), on('2026-12-09', { slot: 'Repas' }))).toEqual([
      ['Alma : 2 réservations validées', 'mer. 9 déc., matin, repas'],
    ])
    const weeks = ['2026-12-02', '2026-12-09', '2026-12-16', '2027-01-06', '2027-01-13', '2027-01-20', '2027-01-27']
    expect(told(...weeks.map((week) => on(week)))).toEqual([
      ['Alma : 7 réservations validées', 'du 2 déc. au 27 janv., matin'],
    ])
  })

  it('says which slot was answered on which day, where that stays short', () => {
    const three = [on('2026-12-18'), on('2027-01-13', { slot: 'Après-midi' }), on('2027-01-20', { slot: 'Après-midi' })]
    expect(told(...three)).toEqual([
      ['Alma : 3 réservations validées', 'ven. 18 déc., matin ; 13 et 20 janv., après-midi'],
    ])
    expect(told(...three, on('2027-01-27', { slot: 'Repas' }))).toEqual([
      ['Alma : 4 réservations validées', '18 déc. 2026, 13, 20 et 27 janv. 2027, matin, après-midi, repas'],
    ])
  })

  it('keeps two receipts apart, and names the period of a registration', () => {
    expect(told(on('2026-12-09'), on('2026-12-16', { receipt: 'r2' }))).toHaveLength(2)
    expect(told(on('2026-12-09', { day: null, wish: null, slot: '' }))).toEqual([
      ['Alma : inscription acceptée', 'ALSH mercredi 2026/2027'],
    ])
  })

  it('has a refusal read within a week, while its day is to come', () => {
    expect(isToRead({})).toBe(true)
    expect(isToRead({ day: null, wish: null })).toBe(true)
    expect(isToRead({ answeredAt: instant('2026-11-21T08:00:00.000Z') })).toBe(true)
    expect(isToRead({ answeredAt: instant('2026-11-20T08:00:00.000Z') })).toBe(false)
    expect(isToRead({ day: day('2026-11-27') })).toBe(false)
    expect(isToRead({ answer: 'accepted' })).toBe(false)
  })
})
