import { describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import { type CivilStatus, civilStatusErrors } from '../../../shared/rules/quotient/consent.ts'

const on = day('2026-11-25')
const camille: CivilStatus = {
  birthName: 'Marchand',
  firstNames: 'Camille Anne',
  civilSex: 'F',
  bornOn: day('1988-04-02'),
  birthCountry: '99100',
  birthTown: '14118',
}

describe('the civil status of somebody who consents', () => {
  it('is right with names and a country; the rest may be unknown', () => {
    expect(civilStatusErrors(camille, on)).toEqual({})
    expect(civilStatusErrors({ ...camille, civilSex: null, bornOn: null, birthTown: '' }, on)).toEqual({})
  })

  it.each<[keyof CivilStatus, Partial<CivilStatus>]>([
    ['birthName', { birthName: ' ' }],
    ['firstNames', { firstNames: '' }],
    ['bornOn', { bornOn: day('2014-11-26') }],
    ['birthCountry', { birthCountry: 'France', birthTown: '' }],
    ['birthTown', { birthTown: '145' }],
    ['birthTown', { birthCountry: '99127' }],
  ])('is wrong at its field: %s', (field, changes) => {
    expect(Object.keys(civilStatusErrors({ ...camille, ...changes }, on))).toEqual([field])
  })
})
