import { assert, constantFrom, nat, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import {
  couldBegin,
  coupleName,
  folded,
  isPhone,
  nameKey,
  namesakesAmong,
  phoneDigits,
  phoneText,
  properName,
  sameFullName,
  withinOneTypo,
} from '../../../shared/rules/people/names.ts'
import { levelNamed, levelsText, levelText, schoolYearStart } from '../../../shared/rules/people/schooling.ts'

const child = (id: number, lastName: string, firstName: string) => ({ id, lastName, firstName })

it('finds who shares a name with somebody else of a list, not a child that is on it twice', () => {
  const list = [
    child(1, 'Brunet', 'Ayden'),
    child(2, 'BRUNET', 'Ayden'),
    child(3, 'Brunet', 'Lyam'),
    child(3, 'Brunet', 'Lyam'),
  ]
  expect([...namesakesAmong(list)]).toEqual([1, 2])
})

describe('a name', () => {
  it.each([
    ['Élise d’Hervé-Le Goff', "elise d'herve LE GOFF"],
    ['Lœtitia', 'LOETITIA'],
    ['Zoé–Lou', 'zoe lou'],
    ['François', 'FRANCOIS'],
  ])('« %s » is the same as « %s »', (one, other) => expect(folded(one)).toBe(folded(other)))

  it('is the same the other way round', () => {
    expect(sameFullName({ lastName: 'Le Goff', firstName: 'Élise' }, { lastName: 'ELISE', firstName: 'le-goff' })).toBe(
      true,
    )
    expect(sameFullName({ lastName: 'Le Goff', firstName: 'Élise' }, { lastName: 'Le Goff', firstName: 'Lise' })).toBe(
      false,
    )
  })

  it.each([
    ['LE GOFF-HERVÉ', 'Le Goff-Hervé'],
    ["D'ALMEIDA", "D'Almeida"],
    ['DUPONT DE LA TOUR', 'Dupont de La Tour'],
    ['McDonald', 'McDonald'],
    ['anouk', 'Anouk'],
    ['jean-paul de la tour', 'Jean-Paul de La Tour'],
    ['anouk Maillard', 'Anouk Maillard'],
    ['élie LE GOFF', 'Élie LE GOFF'],
    ['d’Ornano', 'd’Ornano'],
    ['de Gaulle', 'de Gaulle'],
    ['  Petit   Jean ', 'Petit Jean'],
  ])('« %s » is written « %s »', (typed, written) => expect(properName(typed)).toBe(written))

  it('shared by two guardians is written once', () => {
    const camille = { firstName: 'Camille', lastName: 'Marchand' }
    expect(coupleName([])).toBe('')
    expect(coupleName([camille])).toBe('Camille Marchand')
    expect(coupleName([camille, { firstName: 'Julien', lastName: 'MARCHAND' }])).toBe('Camille et Julien MARCHAND')
    expect(coupleName([camille, { firstName: 'Julien', lastName: 'Duval' }])).toBe('Camille Marchand et Julien Duval')
  })
})

describe('one typo', () => {
  const aLetter = constantFrom('a', 'b', 'c', 'd', 'e')
  const word = string({ unit: aLetter, minLength: 1, maxLength: 8 })

  it('is one letter added, left out, changed, or two swapped', () => {
    assert(
      property(word, nat(), aLetter, (text, position, letter) => {
        const at = position % text.length
        const swapped = text.slice(0, at) + (text[at + 1] ?? '') + (text[at] ?? '') + text.slice(at + 2)
        for (const typed of [
          text,
          text.slice(0, at) + letter + text.slice(at),
          text.slice(0, at) + text.slice(at + 1),
          text.slice(0, at) + letter + text.slice(at + 1),
          swapped,
        ]) {
          expect(withinOneTypo(typed, text)).toBe(true)
          expect(withinOneTypo(text, typed)).toBe(true)
        }
      }),
    )
  })

  it('does not make two names equal when there are two typos', () => {
    expect(withinOneTypo('rousseau', 'roussaux')).toBe(false)
    expect(withinOneTypo('abcd', 'dcba')).toBe(false)
  })

  it('is forgiven in what is typed so far', () => {
    expect(couldBegin('rouse', 'rousseau')).toBe(true)
    expect(couldBegin('rxuxs', 'rousseau')).toBe(false)
  })
})

describe('a phone', () => {
  it.each([
    '0639984127',
    '06 39 98 41 27',
    '06.39.98.41.27',
    '+33 6 39 98 41 27',
    '+33 (0)6 39 98 41 27',
    '0033639984127',
  ])('« %s » is one number', (text) => {
    expect(phoneDigits(text)).toBe('0639984127')
    expect(phoneText(text)).toBe('06 39 98 41 27')
    expect(isPhone(text)).toBe(true)
  })

  it.each(['06 39', '0039984127', 'portable', '+32 475 12 34 56 78 90 12'])('« %s » is none', (text) =>
    expect(isPhone(text)).toBe(false),
  )

  it('from abroad is kept as it was typed', () => {
    expect(isPhone('+32 475 12 34 56')).toBe(true)
    expect(phoneText('+32 475 12 34 56')).toBe('+32 475 12 34 56')
  })
})

describe('the key of a name', () => {
  it('is one, however it is spelt and whichever way round it was typed', () => {
    expect(nameKey('Le Goff', 'Élise')).toBe(nameKey('ELISE', 'le-goff'))
    expect(nameKey('Le Goff', 'Élise')).not.toBe(nameKey('Le Goff', 'Élisa'))
  })
})

describe('a class', () => {
  it.each([
    ['PETITE SECTION', 'PS'],
    ['M.S.', 'MS'],
    ['cours élémentaire 1re année', 'CE1'],
    ['6E', '6e'],
    ['GRANDS', null],
    ['', null],
  ])('« %s » is of level %s', (text, level) => expect(levelNamed(text)).toBe(level))

  it('are written as the French write them', () => {
    expect(['CM2', '6e', '2de', '1re', 'Tle', ''].map(levelText)).toEqual(['CM2', '6ᵉ', '2ᵈᵉ', '1ʳᵉ', 'Tˡᵉ', ''])
  })

  it('consecutive ones are written as the first and the last', () => {
    expect(levelsText(['CM2', 'CM1', 'CP', 'CE1', 'CE2'])).toBe('CP → CM2')
    expect(levelsText(['CM1', 'CM2', '6e'])).toBe('CM1 → 6ᵉ')
    expect(levelsText(['CP', 'PS', 'MS'])).toBe('PS, MS, CP')
    expect([levelsText(['GS', 'CP']), levelsText(['PS'])]).toEqual(['GS, CP', 'PS'])
  })

  it('belongs to a school year that begins in September', () => {
    expect(schoolYearStart(day('2026-11-25'))).toBe('2026-09-01')
    expect(schoolYearStart(day('2027-08-31'))).toBe('2026-09-01')
    expect(schoolYearStart(day('2027-09-01'))).toBe('2027-09-01')
  })
})
