import { describe, expect, it } from 'vitest'
import { day, instant, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import {
  addressLines,
  ageText,
  briefDay,
  counted,
  datesText,
  daysText,
  instantText,
  listed,
  longDay,
  monthText,
  notADayText,
  numericDay,
  ofName,
  sentenceWithSubject,
  shortDay,
  spanText,
  timeText,
  typedDay,
  unitDatesText,
  withUnbrokenNumbers,
} from '../../../shared/rules/text/french.ts'

const wednesday = day('2026-11-25')
const first = day('2026-12-01')

describe('French texts', () => {
  it('days, long and short', () => {
    expect(longDay(wednesday)).toBe('mercredi 25 novembre 2026')
    expect(shortDay(wednesday)).toBe('mer. 25 nov. 2026')
    expect(longDay(first)).toBe('mardi 1ᵉʳ décembre 2026')
    expect(briefDay(first)).toBe('mar. 1ᵉʳ déc.')
    expect(numericDay(first)).toBe('01/12/2026')
    expect(monthText(first)).toBe('décembre 2026')
  })

  it('from a day to another, month and year said once', () => {
    expect(daysText(day('2026-11-23'), day('2026-11-29'))).toBe('23 → 29 nov. 2026')
    expect(daysText(day('2026-11-30'), day('2026-12-06'))).toBe('30 nov. → 6 déc. 2026')
    expect(daysText(day('2026-12-28'), day('2027-01-03'))).toBe('28 déc. 2026 → 3 janv. 2027')
    expect(daysText(day('2027-02-01'), day('2027-02-07'))).toBe('1ᵉʳ → 7 févr. 2027')
    expect(daysText(day('2026-11-25'), day('2026-11-25'))).toBe('mer. 25 nov. 2026')
  })

  it.each([
    [['2026-10-07', '2026-10-14'], '7 et 14 oct.'],
    [['2026-10-14', '2026-10-01', '2026-10-07', '2026-10-07'], '1ᵉʳ, 7 et 14 oct.'],
    [['2026-09-30', '2026-10-01'], '30 sept., 1ᵉʳ oct.'],
    [['2026-12-30', '2027-01-06'], '30 déc. 2026, 6 janv. 2027'],
    [[], ''],
  ])('every day, in short: %j → %s', (days, text) => {
    expect(datesText(days.map(day)).replaceAll('\u00a0', ' ')).toBe(text)
  })

  it('a sentence and what it is about, without a capital after a colon', () => {
    expect(sentenceWithSubject('mar. 8 déc., repas', 'Cette case est déjà réservée.')).toBe(
      'Mar. 8 déc., repas. Cette case est déjà réservée.',
    )
    expect(sentenceWithSubject('Ligne 2', 'doublon possible.')).toBe('Ligne 2. Doublon possible.')
    expect(sentenceWithSubject('mar. 8 déc.', 'Trop tard.')).toBe('Mar. 8 déc. Trop tard.')
  })

  it.each([
    [['2026-10-05', '2026-10-05', '2026-10-07', '2026-10-14'], '7 et 14 oct., deux fois le 5 oct.'],
    [['2026-10-05', '2026-10-05', '2026-10-07', '2026-10-07'], 'deux fois les 5 et 7 oct.'],
    [['2026-10-05', '2026-10-05', '2026-10-05'], '3 fois le 5 oct.'],
    [['2026-10-14', '2026-11-04', '2026-11-04'], '14 oct., deux fois le 4 nov.'],
    [['2026-10-07', '2026-10-14'], '7 et 14 oct.'],
    [[], ''],
  ])('the day of every unit that is counted: %j → %s', (units, text) => {
    expect(unitDatesText(units.map(day)).replaceAll('\u00a0', ' ')).toBe(text)
  })

  it('times, with a space that does not break', () => {
    expect(timeText(timeOfDay('08:05'))).toBe('8\u00a0h\u00a005')
    expect(instantText(instant('2026-11-24T01:00:00.000Z'))).toBe('mar. 24 nov. 2026 à 2\u00a0h\u00a000')
  })

  it.each([
    [0, 8, '8\u00a0mois'],
    [1, 0, '1\u00a0an'],
    [2, 5, '2\u00a0ans 5\u00a0mois'],
    [3, 5, '3\u00a0ans'],
    [11, 0, '11\u00a0ans'],
  ])('%i years %i months', (years, months, text) => {
    expect(ageText({ years, months })).toBe(text)
  })

  it('the plural begins at two', () => {
    expect(counted(2, 'repas')).toBe('2\u00a0repas')
    expect([0, 1, 2].map((count) => counted(count, 'place'))).toEqual(['0\u00a0place', '1\u00a0place', '2\u00a0places'])
    expect(listed(['lundi', 'mardi', 'jeudi'])).toBe('lundi, mardi et jeudi')
  })

  it('a telephone is never cut at the end of a line, the words around it may be', () => {
    expect(withUnbrokenNumbers('Soir, 16\u00a0h\u00a030\u00a0–\u00a018\u00a0h\u00a030')).toBe(
      'Soir, 16\u00a0h\u00a030\u00a0–\u2060\u00a018\u00a0h\u00a030',
    )
    expect(withUnbrokenNumbers('Grand-mère, 06 39 98 27 15 · 02 31 00 00 00')).toBe(
      'Grand-mère, 06\u00a039\u00a098\u00a027\u00a015 · 02\u00a031\u00a000\u00a000\u00a000',
    )
  })
})

describe('an address', () => {
  const address = { line1: '8 rue des Tilleuls', line2: '', postcode: '14550', town: 'Blainville' }

  it('has no empty line on an envelope', () => {
    expect(addressLines(address)).toEqual(['8 rue des Tilleuls', '14550 Blainville'])
    expect(addressLines({ ...address, line2: 'Bâtiment B', postcode: '' })).toEqual([
      '8 rue des Tilleuls',
      'Bâtiment B',
      'Blainville',
    ])
  })
})

it.each([
  ['2026-07-01', '2026-07-31', 'juillet 2026'],
  ['2025-06-01', '2025-08-31', 'juin à août 2025'],
  ['2025-11-01', '2026-01-31', 'novembre 2025 à janvier 2026'],
  ['2026-11-01', '2026-11-15', 'du 01/11/2026 au 15/11/2026'],
])('the days from %s to %s are « %s »', (from, to, text) => expect(spanText(day(from), day(to))).toBe(text))

describe('a day as it is typed', () => {
  it.each([
    ['03/05/2021', '2021-05-03'],
    ['3/5/21', '2021-05-03'],
    ['03.05.2021', '2021-05-03'],
    ['3-5-2021', '2021-05-03'],
    ['03052021', '2021-05-03'],
    ['14/03/87', '1987-03-14'],
    ['31/02/2021', null],
    ['05/13/2021', null],
    ['03/05', null],
    ['2021-05-03', '2021-05-03'],
    ['2021-02-30', null],
    ['', null],
  ])('« %s »', (text, day) => expect(typedDay(text)).toBe(day))

  it('why what was typed is no day', () => {
    expect(notADayText('31/02/2027')).toBe('31/02/2027\u00a0: cette date n’existe pas.')
    expect(notADayText('2/12')).toBe('2/12\u00a0: écrivez le jour, le mois et l’année, comme 25/11/2026.')
  })

  it.each([
    ['Ambre', 'd’Ambre'],
    ['Élise', 'd’Élise'],
    ['Yves', 'd’Yves'],
    ['Œdipe', 'd’Œdipe'],
    ['Yann', 'de Yann'],
    ['Basile', 'de Basile'],
    ['Hugo', 'de Hugo'],
  ])('of %s', (name, text) => {
    expect(ofName(name)).toBe(text)
  })
})
