import { describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import {
  invalidDayText,
  isEmail,
  readChild,
  readHome,
  withoutSecondParent,
} from '../../../shared/rules/people/sign-up.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')
const email = 'lea@exemple.fr'
const home = {
  'guardian1.firstName': 'LÉA',
  'guardian1.lastName': ' garnier ',
  'guardian1.mobilePhone': '+33 6 39 98 20 64',
  line1: '21 rue du Stade',
  postcode: '14550',
  town: 'Blainville-sur-Orne',
}
const faultsOf = (read: ReturnType<typeof readHome> | ReturnType<typeof readChild>) =>
  'faults' in read ? read.faults.map(({ field }) => field) : []

const guardiansOf = (changes: object) => {
  const read = readHome(withoutSecondParent({ ...home, ...changes }), email)
  return 'value' in read ? read.value.guardians.length : read.faults
}

describe('what a newcomer types of the home', () => {
  it('is written as the service writes it', () => {
    expect(readHome(home, email)).toMatchObject({
      value: { guardians: [{ firstName: 'Léa', lastName: 'Garnier', email, mobilePhone: '06 39 98 20 64' }] },
    })
  })

  it.each([
    ['no name', { 'guardian1.firstName': ' ' }, ['guardian1.firstName']],
    ['no phone at all', { 'guardian1.mobilePhone': '' }, ['guardian1.mobilePhone']],
    ['a phone of four figures', { homePhone: '3639' }, ['homePhone']],
    ['a postcode of four figures', { postcode: '1455' }, ['postcode']],
    ['half a second parent', { 'guardian2.firstName': 'Hugo' }, ['guardian2.lastName']],
    [
      'one mail for two',
      { 'guardian2.firstName': 'Hugo', 'guardian2.lastName': 'M', 'guardian2.email': email },
      ['guardian2.email'],
    ],
    ['a civility of its own', { 'guardian1.civility': 'Dr' }, ['guardian1.civility']],
    [
      'several, in the order of the form',
      { town: '', 'guardian2.firstName': 'Hugo', 'guardian1.lastName': '', 'guardian1.firstName': '' },
      ['guardian1.firstName', 'guardian1.lastName', 'town', 'guardian2.lastName'],
    ],
  ])('is to be corrected with %s', (_, changes, fields) => {
    expect(faultsOf(readHome({ ...home, ...changes }, email))).toEqual(fields)
  })

  it('has no second parent for a civility alone, nor once « Pas d’autre parent » is chosen', () => {
    expect(guardiansOf({ 'guardian2.civility': 'M.' })).toBe(1)
    expect(guardiansOf({ 'guardian2.civility': 'aucun', 'guardian2.firstName': 'Hugo' })).toBe(1)
    expect(guardiansOf({ 'guardian2.firstName': 'Hugo', 'guardian2.lastName': 'M' })).toBe(2)
  })

  it('needs one phone, the home’s too', () => {
    expect(faultsOf(readHome({ ...home, 'guardian1.mobilePhone': '', homePhone: '0231000000' }, email))).toEqual([])
  })
})

describe('what a newcomer types of a child', () => {
  const child = {
    firstName: 'Anouk',
    lastName: 'Maillard',
    birth: '9/2/2021',
    sex: 'F',
    school: 'École A',
    schoolClass: 'GS',
  }
  const read = (changes: object) => readChild({ ...child, ...changes }, ['École A'], day('2026-11-25'))

  it('is read as it is typed in France', () => {
    expect(read({})).toMatchObject({ value: { birth: '2021-02-09', school: 'École A', schoolClass: 'GS' } })
  })

  it.each([
    ['no first name', { firstName: '' }, ['firstName']],
    ['a birth to come', { birth: '26/11/2026' }, ['birth']],
    ['an adult', { birth: '25/11/2008' }, ['birth']],
    ['a school that is not of the list', { school: 'École B' }, ['school']],
    ['a class that is none', { schoolClass: 'CP bis' }, ['schoolClass']],
  ])('is to be corrected with %s', (_, changes, fields) => {
    expect(faultsOf(read(changes))).toEqual(fields)
  })
})

describe('a day that does not exist', () => {
  it.each([
    ['31/06/2023', 'Juin n’a que 30 jours.'],
    ['29/02/2023', 'Février 2023 n’a que 28 jours.'],
    ['30/02/2024', 'Février 2024 n’a que 29 jours.'],
    ['1/13/2023', 'Cette date n’existe pas. Exemple : 14/03/2022.'],
    ['2023-02-30', 'Cette date n’existe pas. Exemple : 14/03/2022.'],
    ['5 mai 2019', 'Écrivez la date en chiffres. Exemple : 14/03/2022.'],
    ['', 'À remplir. Exemple : 14/03/2022.'],
  ])('« %s »: %s', (written, words) => {
    expect(plain(invalidDayText(written))).toBe(words)
  })
})

it.each([
  ['nom@exemple.fr', true],
  ['nom@exemple', false],
  ['nom@exemple.fr,autre@exemple.fr', false],
  ['Nom <nom@exemple.fr>', false],
  [`${'x'.repeat(200)}@exemple.fr`, false],
])('%s is an address: %s', (text, is) => {
  expect(isEmail(text)).toBe(is)
})
