import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  looksLikeTown,
  parseChoiceCell,
  parseCivilityCell,
  parseDayCell,
  parseEmailCell,
  parseFullNameCell,
  parseLevelCell,
  parseMonthOrDayCell,
  parsePhoneCell,
  parsePostcodeCell,
  parseQuotientCell,
  parseSexCell,
  parseYesNoCell,
} from '../../../main/desk/imports/list-values.ts'
import { addDays, type Day, day } from '../../../shared/rules/calendar/day.ts'
import { quotientTooHighText } from '../../../shared/rules/price/family-quotient.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'

const ours = (text: string) => looksLikeTown(text, 'Blainville-sur-Orne')

describe('the words of a cell', () => {
  it.each(['02/10/2020', '2/10/20', '2020-10-02', '02.10.2020', '02/10/2020 00:00', '2020-10-02T00:00:00.000Z'])(
    'that say a day are read: %s',
    (text) => expect(parseDayCell(text)).toEqual({ value: '2020-10-02' }),
  )

  it('any day is read as it is written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), (days) => {
        const on: Day = addDays(day('1990-01-01'), days)
        expect(parseDayCell(numericDay(on))).toEqual({ value: on })
        expect(parseDayCell(on)).toEqual({ value: on })
      }),
    )
  })

  it('a day that a spreadsheet counted, or in letters, is proposed, one that does not exist is not', () => {
    expect(parseDayCell('44106')).toEqual({
      sentence: 'Une date s’écrit JJ/MM/AAAA.',
      proposal: '02/10/2020',
      isRewritten: true,
    })
    expect(parseDayCell('4 mars 2019')).toMatchObject({ proposal: '04/03/2019' })
    expect(parseDayCell('mer. 1er sept. 2021')).toMatchObject({ proposal: '01/09/2021' })
    expect(parseDayCell('30 février 2021')).toMatchObject({ proposal: null })
    expect(parseDayCell('31/02/2022')).toEqual({ sentence: 'Ce jour n’existe pas.', proposal: null })
  })

  it.each(['09/2026', '2026-09', 'septembre 2026', 'Sept. 2026', '1/9/2026'])(
    'a month begins on its first day: %s',
    (text) => expect(parseMonthOrDayCell(text)).toEqual({ value: '2026-09-01' }),
  )

  it('that name a choice in other words propose the one of the same ages', () => {
    const choices = ['3-5 ans', '6-11 ans'].map((ages, id) => ({ id, name: `ALSH mercredi 2026/2027, ${ages}` }))
    const proposed = (text: string) => parseChoiceCell(text, choices, 'Période inconnue')
    expect(proposed('ALSH Mercredis · 6-11 ans')).toMatchObject({ proposal: choices[1]?.name })
    expect(proposed('ALSH Mercredis · 3-5 ans')).toMatchObject({ proposal: choices[0]?.name })
    expect(proposed('Cantine 6-11')).toMatchObject({ proposal: null })
  })

  it('yes and no in every hand', () => {
    for (const text of ['Oui', 'O', 'x', 'VRAI', '1']) expect(parseYesNoCell(text)).toEqual({ value: true })
    for (const text of ['Non', 'n', 'Faux', '0']) expect(parseYesNoCell(text)).toEqual({ value: false })
    expect(parseYesNoCell('peut-être')).toMatchObject({ sentence: 'Écrivez oui ou non.' })
  })

  it('what a spreadsheet has dropped, such as a leading zero, is proposed', () => {
    expect(parsePostcodeCell('1000')).toMatchObject({ proposal: '01000' })
    expect(parsePhoneCell('639984127')).toMatchObject({ proposal: '06 39 98 41 27' })
    expect(parseEmailCell('Camille @exemple,fr')).toMatchObject({ proposal: 'camille@exemple.fr' })
  })

  it('sex, civility, level and quotient are read', () => {
    expect([parseSexCell('Garçon'), parseSexCell('féminin')]).toEqual([{ value: 'M' }, { value: 'F' }])
    expect([parseCivilityCell('MME'), parseCivilityCell('Monsieur')]).toEqual([{ value: 'Mme' }, { value: 'M.' }])
    expect([parseLevelCell('PETITE SECTION'), parseLevelCell('CP A')]).toEqual([{ value: 'PS' }, { value: 'CP' }])
    expect(parseQuotientCell('1 234,5 €')).toEqual({ value: 1234.5 })
    expect(parseQuotientCell('999 999')).toMatchObject({ sentence: quotientTooHighText })
    expect(parseQuotientCell('-3')).toMatchObject({ sentence: 'Un quotient familial ne peut pas être négatif.' })
  })

  it('a school is known however it is written, and the closest is proposed', () => {
    const schools = [
      { id: 1, name: 'École Jacques-Prévert' },
      { id: 2, name: 'École maternelle des Tilleuls' },
    ]
    expect(parseChoiceCell('ECOLE JACQUES PREVERT', schools, 'École inconnue')).toEqual({ value: 1 })
    expect(parseChoiceCell('E.M. Tilleul', schools, 'École inconnue')).toEqual({
      sentence: 'École inconnue\u00a0: «\u00a0E.M. Tilleul\u00a0».',
      proposal: 'École maternelle des Tilleuls',
    })
    expect(parseChoiceCell('Ailleurs', schools, 'École inconnue')).toMatchObject({ proposal: null })
  })

  it.each([
    ['MARCHAND Camille', '', 'Marchand', 'Camille'],
    ['Mme Camille LE GOFF', '', 'Le Goff', 'Camille'],
    ['Le Goff Jean-Luc', 'Le Goff', 'Le Goff', 'Jean-Luc'],
    ['AUVRAY JEANNE', 'Auvray', 'Auvray', 'Jeanne'],
    ['M. Paul Duval', 'DUVAL', 'Duval', 'Paul'],
  ])('of « %s », beside the last name « %s », both names are read', (text, known, lastName, firstName) => {
    expect(parseFullNameCell(text, known)).toEqual({ value: { lastName, firstName } })
  })

  it.each(['Paul Ozenne', 'AUVRAY', 'M. et Mme AUVRAY Jean', 'AUVRAY Jean / AUVRAY Lise'])(
    'of « %s » no one can tell who it is',
    (text) => {
      expect(parseFullNameCell(text, 'Marchand')).toHaveProperty('sentence')
    },
  )

  it('a town that is written short or wrong may be ours, another of the same beginning is not', () => {
    expect(['Blainville', 'BLAINVILLE S/ ORNE', 'Blainvile-sur-Orne'].filter(ours)).toHaveLength(3)
    expect(['BLAINVILLE SUR ORNE', 'Blainville-sur-Mer', 'Caen', 'Orne', ''].filter(ours)).toEqual([])
  })
})
