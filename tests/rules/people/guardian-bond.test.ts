import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import {
  authorities,
  bondKinds,
  bondWith,
  confirmedParent,
  type GuardianBond,
  mayHoldAuthority,
  ordinaryPairs,
  powers,
  powersOf,
  type StatedBond,
  tidyBond,
  unconfirmedBond,
  whyNotBond,
} from '../../../shared/rules/people/guardian-bond.ts'

const today = day('2026-11-30')
const none = { sees: null, asks: null, fetches: null, told: null }
const all = (may: boolean) => ({ sees: may, asks: may, fetches: may, told: may })
const bond = (changes: Partial<GuardianBond>): GuardianBond => ({ ...unconfirmedBond, ...changes })
const refusal = (changes: Partial<GuardianBond>) => whyNotBond(tidyBond(bond(changes)), today)?.sentence ?? null
const without = (kind: GuardianBond['kind']) => powersOf(bond({ kind, authority: 'no' }))
const pair = (guardianId: number, childId: number, authority: GuardianBond['authority'] = 'unconfirmed') => ({
  guardianId,
  childId,
  authority,
})

describe('what a guardian may do for a child', () => {
  it('stays everything until staff have looked, and with authority', () => {
    for (const kind of bondKinds)
      for (const authority of ['unconfirmed', 'yes', 'decision'] as const)
        expect(powersOf(bond({ kind, authority }))).toEqual(all(true))
  })

  it('is nothing without authority, except for those to whom the child is entrusted', () => {
    for (const kind of ['parent', 'tutor', 'stepParent'] as const) expect(without(kind)).toEqual(all(false))
    for (const kind of ['fosterFamily', 'childWelfare'] as const) expect(without(kind)).toEqual(all(true))
  })

  it('is what staff decided, one by one', () => {
    const told = bond({
      authority: 'no',
      overrides: { ...none, sees: true, told: true },
      overrideReason: 'Droit à l’information',
    })
    expect(powersOf(told)).toEqual({ sees: true, asks: false, fetches: false, told: true })
  })

  it('needs a judge to take the child from whoever may hold authority', () => {
    expect(authorities.filter((authority) => mayHoldAuthority({ authority }))).toEqual([
      'unconfirmed',
      'yes',
      'decision',
    ])
  })
})

describe('a bond', () => {
  it('is refused with a sentence when it says too little, or too much', () => {
    expect(refusal({})).toBeNull()
    expect(refusal(confirmedParent)).toBeNull()
    expect(refusal({ kind: 'stepParent', authority: 'yes' })).toMatch(/beau-parent/)
    expect(refusal({ kind: 'stepParent', authority: 'no' })).toBeNull()
    expect(refusal({ kind: 'childWelfare', authority: 'no' })).toMatch(/référent/)
    expect(refusal({ kind: 'childWelfare', authority: 'no', referent: 'Mme Le Goff' })).toBeNull()
    expect(refusal({ authority: 'decision', decidedOn: today })).toMatch(/juge/)
    expect(refusal({ authority: 'decision', decidedBy: 'JAF de Caen' })).toMatch(/date/)
    expect(refusal({ authority: 'decision', decidedBy: 'JAF de Caen', decidedOn: day('2026-12-01') })).toMatch(
      /pas encore/,
    )
    expect(refusal({ authority: 'decision', decidedBy: 'JAF de Caen', decidedOn: today })).toBeNull()
    expect(refusal({ authority: 'no', overrides: { ...none, told: true } })).toMatch(/pourquoi/)
    expect(refusal({ authority: 'no', overrides: { ...none, asks: true }, overrideReason: 'x' })).toMatch(
      /voir l’enfant/,
    )
  })

  it('once tidy, keeps its powers, is tidy, and holds no reason without an override', () => {
    const overrides = fc.record(
      Object.fromEntries(powers.map((power) => [power, fc.option(fc.boolean())])) as Record<
        (typeof powers)[number],
        fc.Arbitrary<boolean | null>
      >,
    )
    const any = fc.record({
      kind: fc.constantFrom(...bondKinds),
      authority: fc.constantFrom(...authorities),
      decidedBy: fc.constantFrom('', 'JAF de Caen'),
      decidedOn: fc.constantFrom(null, today),
      referent: fc.constantFrom('', 'Mme Le Goff'),
      overrides,
      overrideReason: fc.constantFrom('', 'Jugement'),
    })
    fc.assert(
      fc.property(any, (typed) => {
        const tidy = tidyBond(typed)
        expect(tidyBond(tidy)).toEqual(tidy)
        expect(powersOf(tidy)).toEqual(powersOf(typed))
        expect(powers.some((power) => tidy.overrides[power] !== null) || tidy.overrideReason === '').toBe(true)
        expect(tidy.authority === 'decision' || (tidy.decidedBy === '' && tidy.decidedOn === null)).toBe(true)
      }),
    )
  })
})

describe('confirming in one gesture', () => {
  it('takes what is still to confirm of a couple, never of a child of two homes or of three guardians', () => {
    const pairs = [pair(1, 10), pair(2, 10, 'no'), pair(1, 11), pair(2, 11)]
    expect(ordinaryPairs(2, new Set(), pairs)).toEqual([pair(1, 10), pair(1, 11), pair(2, 11)])
    expect(ordinaryPairs(2, new Set([11]), pairs)).toEqual([pair(1, 10)])
    expect(ordinaryPairs(3, new Set(), pairs)).toEqual([])
  })
})

const bondAfter = (recorded: GuardianBond, told: StatedBond) => bondWith(recorded, told, today)
const refusedAt = (recorded: GuardianBond, told: StatedBond) => {
  const found = bondAfter(recorded, told)
  return 'field' in found ? found.field : null
}

describe('what a list tells of a bond', () => {
  it('leaves what it does not tell as it is recorded', () => {
    const foster = bond({ kind: 'fosterFamily', authority: 'no' })
    expect(bondAfter(foster, {})).toEqual({ bond: foster })
    expect(bondAfter(foster, { authority: 'yes' })).toEqual({ bond: { ...foster, authority: 'yes' } })
    expect(bondAfter(unconfirmedBond, { kind: 'parent' })).toEqual({ bond: unconfirmedBond })
  })

  it('is refused beside its column when it says too little, or what goes with another choice', () => {
    expect(refusedAt(unconfirmedBond, { kind: 'childWelfare' })).toBe('referent')
    expect(refusedAt(unconfirmedBond, { authority: 'decision', decidedOn: day('2026-02-03') })).toBe('decidedBy')
    expect(refusedAt(unconfirmedBond, { authority: 'yes', decidedBy: 'Tribunal de Caen' })).toBe('decidedBy')
    expect(refusedAt(unconfirmedBond, { kind: 'parent', referent: 'M. Quesnel' })).toBe('referent')
    expect(refusedAt(bond({ kind: 'stepParent', authority: 'no' }), { authority: 'yes' })).toBe('authority')
  })

  it('is always one that staff could have recorded', () => {
    const told = fc.record(
      {
        kind: fc.constantFrom(...bondKinds),
        authority: fc.constantFrom(...authorities),
        decidedBy: fc.constantFrom('Tribunal de Caen', 'JAF'),
        decidedOn: fc.constantFrom(day('2026-02-03'), day('2027-01-01')),
        referent: fc.constantFrom('M. Quesnel, 02 31 00 00 00', 'Mme Lair'),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(told, told, (first, second) => {
        const once = bondAfter(unconfirmedBond, first)
        const twice = 'bond' in once ? bondAfter(once.bond, second) : once
        const wrong = 'bond' in twice ? whyNotBond(tidyBond(twice.bond), today) : null
        expect(wrong).toBeNull()
      }),
    )
  })
})
