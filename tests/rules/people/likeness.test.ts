import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import {
  isCertainDouble,
  likenessKeys,
  likenessOf,
  minDoubleScore,
  type Person,
} from '../../../shared/rules/people/likeness.ts'

const basile: Person = {
  lastName: 'Marchand',
  firstName: 'Basile',
  birthDay: day('2020-10-02'),
  phones: [],
  email: '',
  address: '',
}
const sameHome = { phones: ['06 39 98 41 27'], address: '8 rue des Tilleuls' }
const like = (changes: Partial<Person>) => likenessOf(basile, { ...basile, ...changes })
const meets = (one: Person, other: Person) => likenessKeys(one).some((key) => likenessKeys(other).includes(key))

describe('two records of one child', () => {
  it.each([
    ['an accent or capitals', { lastName: 'MARCHÂND' }, 'même nom, même date de naissance'],
    [
      'names the wrong way round',
      { lastName: 'Basile', firstName: 'Marchand' },
      'nom et prénom échangés, même date de naissance',
    ],
    ['a letter', { firstName: 'Bazile' }, 'prénom proche, même date de naissance'],
    ['the sound', { lastName: 'Marchant' }, 'nom proche, même date de naissance'],
    ['half of a double name', { lastName: 'Marchand-Duval' }, 'nom proche, même date de naissance'],
    ['day and month', { birthDay: day('2020-02-10') }, 'même nom, date de naissance proche'],
  ] as const)('differ by %s', (_, changes, why) => {
    const { score, reasons } = like(changes)
    expect(reasons.join(', ')).toBe(why)
    expect(score).toBeGreaterThanOrEqual(minDoubleScore)
    expect(meets(basile, { ...basile, ...changes })).toBe(true)
  })

  it.each([
    ['twins', { firstName: 'Louison' }],
    ['a namesake of another year', { birthDay: day('2014-05-17') }],
    [
      'a brother at the same address',
      { firstName: 'Ulysse', birthDay: day('2018-01-01'), address: '8 rue des Tilleuls' },
    ],
  ] as const)('are two children: %s', (_, changes) => {
    expect(like(changes).score).toBeLessThan(minDoubleScore)
    expect(likenessOf({ ...basile, ...sameHome }, { ...basile, ...sameHome, ...changes }).score).toBeLessThan(
      minDoubleScore,
    )
  })
})

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase()
const word = fc.stringMatching(/^[A-Za-zÉéèçô]{1,8}( [A-Za-zé]{1,6})?$/)
const person: fc.Arbitrary<Person> = fc.record({
  lastName: word,
  firstName: word,
  birthDay: fc.constantFrom(null, day('2020-10-02'), day('2020-02-10'), day('2014-05-17')),
  phones: fc.subarray(['06 39 98 41 27', '0231000000']),
  email: fc.constantFrom('', 'a@exemple.fr', 'A@exemple.fr'),
  address: fc.constantFrom('', '8 rue des Tilleuls', '8, RUE DES TILLEULS'),
})

it('makes two records certainly one child only with one name and one birth date', () => {
  expect(isCertainDouble(basile, { ...basile, lastName: 'MARCHÂND' })).toBe(true)
  expect(isCertainDouble(basile, { ...basile, ...sameHome, firstName: 'Bazile' })).toBe(false)
  expect(isCertainDouble({ ...basile, birthDay: null }, { ...basile, ...sameHome, birthDay: null })).toBe(false)
})

describe('likeness', () => {
  it('is the same from both sides, and never more than of oneself', () => {
    fc.assert(
      fc.property(person, person, (one, other) => {
        expect(likenessOf(one, other)).toEqual(likenessOf(other, one))
        expect(likenessOf(one, one).score).toBeGreaterThanOrEqual(likenessOf(one, other).score)
      }),
    )
  })

  it('does not depend on accents nor on capitals', () => {
    fc.assert(
      fc.property(person, person, (one, other) => {
        const shouted = { ...other, lastName: plain(other.lastName), firstName: plain(other.firstName) }
        expect(likenessOf(one, shouted).score).toBe(likenessOf(one, other).score)
      }),
    )
  })
})
