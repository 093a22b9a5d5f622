import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../../shared/rules/calendar/day.ts'
import {
  hasOwnRule,
  judgeSeen,
  paperValidities,
  type RequiredPaper,
  requiredKinds,
  requiredKindTitle,
  scopesOfKind,
  usualEnd,
  whyNotRequired,
} from '../../../shared/rules/dossier/required-paper.ts'

const today = day('2026-11-30')
const insurance: RequiredPaper = {
  id: 1,
  kind: 'insurance',
  name: 'Attestation d’assurance',
  scope: 'child',
  activityId: null,
  validity: 'schoolYear',
  months: null,
  withdrawnOn: null,
}
const seen = (changes: Partial<RequiredPaper>, seenOn = '2026-11-30', validUntil: string | null = null) =>
  judgeSeen(
    { ...insurance, ...changes },
    { seenOn: day(seenOn), validUntil: validUntil === null ? null : day(validUntil) },
    today,
  )
const asked = (changes: Partial<RequiredPaper>) => whyNotRequired({ ...insurance, ...changes })?.field ?? null

describe('how long a paper counts', () => {
  it.each([
    ['seen in September, until the end of August', '2026-09-02', '2027-08-31'],
    ['seen in April, until the end of August', '2027-04-30', '2027-08-31'],
    ['seen in May, when families prepare the next year, until the end of that one', '2027-05-01', '2028-08-31'],
    ['seen in August, for the year that begins', '2026-08-27', '2027-08-31'],
  ])('of a school year: %s', (_, on, end) => {
    expect(usualEnd(insurance, day(on))).toBe(end)
  })

  it('in months: until the day before the same date', () => {
    expect(usualEnd({ validity: 'months', months: 12 }, day('2025-12-19'))).toBe('2026-12-18')
  })

  it('by date: until the day on the paper, which somebody must type', () => {
    const dated = { validity: 'date', months: null } as const
    expect(seen(dated)).toMatchObject({ field: 'validUntil' })
    expect(seen(dated, '2026-11-30', '2031-10-02')).toEqual({ validUntil: '2031-10-02' })
  })
})

describe('a paper is not noted as seen', () => {
  it.each([
    ['from a day to come', {}, '2026-12-01', null, 'seenOn', /pas encore venue/],
    ['when it ends before it was seen', {}, '2026-11-20', '2026-11-19', 'validUntil', /avant le jour/],
    ['when it has ended', {}, '2025-10-01', null, 'validUntil', /plus valable depuis le lun. 31 août 2026/],
    ['when its year is mistyped', {}, '2026-11-30', '2072-08-31', 'validUntil', /plus de 18.ans/],
    ['when it is not asked any more', { withdrawnOn: today }, '2026-11-30', null, '', /n’est plus demandé/],
    ['when it is a quotient', { kind: 'benefits', validity: null }, '2026-11-30', null, '', /quotient/],
  ] as const)('%s', (_, changes, seenOn, validUntil, field, why) => {
    expect(seen(changes, seenOn, validUntil)).toEqual({ field, why: expect.stringMatching(why) })
  })

  it('but until the day from which it is withdrawn', () => {
    expect(seen({ withdrawnOn: addDays(today, 1) })).toHaveProperty('validUntil')
  })

  it('whatever the dates, or it counts from the day it was seen to today at least', () => {
    const days = fc.integer({ min: -2000, max: 2000 }).map((away) => addDays(today, away))
    fc.assert(
      fc.property(days, fc.option(days), fc.constantFrom(...paperValidities), (seenOn, validUntil, validity) => {
        const judged = judgeSeen(
          { ...insurance, validity, months: validity === 'months' ? 6 : null },
          { seenOn, validUntil },
          today,
        )
        if ('why' in judged) return
        expect(seenOn <= today && today <= judged.validUntil).toBe(true)
      }),
    )
  })
})

describe('what a town asks for', () => {
  it.each([
    ['has a name', { name: '' }, 'name'],
    ['is of whom such a paper can be', { scope: 'home' }, 'scope'],
    ['says how long it counts', { validity: null }, 'validity'],
    ['leaves the quotient to its own rule', { kind: 'benefits', scope: 'home' }, 'validity'],
    ['counts some months', { validity: 'months', months: 0 }, 'months'],
    ['counts no months beside a school year', { months: 3 }, 'months'],
    ['is confirmed, and bears a date', { kind: 'rules', scope: 'home', validity: 'date' }, 'validity'],
    ['is answers to consents, with a validity', { kind: 'consents' }, 'validity'],
  ] as const)('%s', (_, changes, field) => {
    expect(asked(changes)).toBe(field)
  })

  it('may be of every kind, each with a name and a usual scope', () => {
    for (const kind of requiredKinds) {
      const [scope] = scopesOfKind(kind)
      const validity = hasOwnRule(kind) ? null : 'schoolYear'
      expect(asked({ kind, scope, validity, name: requiredKindTitle(kind) })).toBe(null)
    }
  })
})
