import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../../shared/rules/calendar/day.ts'
import {
  type DossierHome,
  type DossierItem,
  dossierOf,
  isComplete,
  itemState,
  itemStateText,
  itemsFor,
  lackingIn,
  renewalDays,
} from '../../../shared/rules/dossier/dossier.ts'
import type { RequiredPaper } from '../../../shared/rules/dossier/required-paper.ts'

const today = day('2026-11-30')
const [alsh, meals] = [1, 2]
const [basile, zoe] = [10, 11]
const asked = (id: number, changes: Partial<RequiredPaper> = {}): RequiredPaper => ({
  id,
  kind: 'insurance',
  name: `pièce ${id}`,
  scope: 'child',
  activityId: null,
  validity: 'schoolYear',
  months: null,
  withdrawnOn: null,
  ...changes,
})
const home: DossierHome = {
  children: [
    { id: basile, activityIds: [alsh, meals] },
    { id: zoe, activityIds: [meals] },
  ],
  quotient: null,
  seen: [],
}
const until = (end: string, childId: number | null = basile, requiredId = 1) => ({
  requiredId,
  childId,
  validUntil: day(end),
})
const owners = (required: RequiredPaper, changes: Partial<DossierHome> = {}) =>
  dossierOf([required], { ...home, ...changes }, today).map(({ childId }) => childId)
const state = (end: string | null) => itemState({ held: { until: end === null ? null : day(end) } }, today)

describe('a dossier asks for', () => {
  it('a paper of every child who is registered', () => {
    expect(owners(asked(1))).toEqual([basile, zoe])
    expect(owners(asked(1), { children: [{ id: basile, activityIds: [] }] })).toEqual([])
  })

  it('a paper of an activity, of the children who are registered in it', () => {
    expect(owners(asked(1, { activityId: alsh }))).toEqual([basile])
  })

  it('a paper of the home, once', () => {
    expect(owners(asked(1, { scope: 'home' }))).toEqual([null])
    expect(owners(asked(1, { scope: 'home', activityId: 3 }))).toEqual([])
  })

  it('nothing that the town has withdrawn', () => {
    expect(owners(asked(1, { withdrawnOn: today }))).toEqual([])
    expect(owners(asked(1, { withdrawnOn: addDays(today, 1) }))).toEqual([basile, zoe])
  })

  it('a care plan only of a child who gave one', () => {
    const carePlan = asked(1, { kind: 'carePlan' })
    expect(owners(carePlan)).toEqual([])
    expect(owners(carePlan, { seen: [until('2027-01-01')] })).toEqual([basile])
  })

  it('a care plan again until some days after its end, which keeps no dossier open', () => {
    const carePlan = asked(1, { kind: 'carePlan' })
    const ended = (days: number) => ({ seen: [until(addDays(today, -days))] })
    expect(owners(carePlan, ended(renewalDays))).toEqual([basile])
    expect(owners(carePlan, ended(renewalDays + 1))).toEqual([])
    const items = dossierOf([carePlan], { ...home, ...ended(1) }, today)
    expect(items.map((item) => itemState(item, today).kind)).toEqual(['missing'])
    expect(isComplete(items, today)).toBe(true)
  })

  it('the quotient that the home has, which nobody notes as seen', () => {
    const quotient = asked(1, { kind: 'benefits', scope: 'home', validity: null })
    expect(dossierOf([quotient], home, today)).toMatchObject([{ held: null }])
    expect(dossierOf([quotient], { ...home, quotient: { until: null } }, today)).toMatchObject([
      { held: { until: null } },
    ])
  })
})

describe('what the consents of a child say', () => {
  const consents = asked(1, { kind: 'consents', validity: null })
  const held = (answered: DossierItem['held'] | undefined) =>
    dossierOf([consents], { ...home, children: [{ id: basile, activityIds: [alsh], consents: answered }] }, today)

  it('is an item of the dossier, there while every question is answered', () => {
    expect(held(null)).toMatchObject([{ childId: basile, held: null }])
    expect(held({ until: null })).toMatchObject([{ held: { until: null } }])
    expect(held({ until: day('2026-12-18') })).toMatchObject([{ held: { until: '2026-12-18' } }])
  })

  it('is none where nothing is asked of the child', () => {
    expect(held(undefined)).toEqual([])
  })
})

describe('a paper of it', () => {
  it('is there until its last day, and asked again before', () => {
    expect(state(null)).toEqual({ kind: 'there', until: null })
    expect(state('2027-08-31').kind).toBe('there')
    expect(state(addDays(today, renewalDays)).kind).toBe('there')
    expect(state(addDays(today, renewalDays - 1)).kind).toBe('renew')
    expect(state(today).kind).toBe('renew')
    expect(state(addDays(today, -1))).toEqual({ kind: 'missing', endedOn: '2026-11-29' })
    expect(itemState({ held: null }, today)).toEqual({ kind: 'missing', endedOn: null })
    expect(itemState({ held: null, isSent: true }, today)).toEqual({ kind: 'received' })
    expect(itemState({ held: { until: null }, isSent: true }, today)).toEqual({ kind: 'there', until: null })
  })

  it('counts until the end of the one seen last, so that a mistyped end is corrected', () => {
    const ends = ['2072-08-31', '2027-08-31', '2027-01-15']
    fc.assert(
      fc.property(fc.shuffledSubarray(ends, { minLength: 1 }), (some) => {
        const [item] = dossierOf([asked(1)], { ...home, seen: some.map((end) => until(end)) }, today)
        expect(item?.held).toEqual({ until: some.at(-1) })
      }),
    )
  })

  it('is described in words', () => {
    expect(itemStateText(state('2027-08-31'))).toBe('là, jusqu’au mar. 31 août 2027')
    expect(itemStateText(state('2026-12-18'))).toBe('à renouveler avant le ven. 18 déc. 2026')
    expect(itemStateText(state('2026-08-31'))).toBe('manque, finie le lun. 31 août 2026')
    expect(itemStateText({ kind: 'missing', endedOn: null })).toBe('manque')
  })
})

describe('a dossier is complete', () => {
  const items = dossierOf(
    [asked(1), asked(2, { scope: 'home' }), asked(3, { activityId: alsh })],
    { ...home, seen: [until('2027-08-31'), until('2027-08-31', null, 2)] },
    today,
  )

  it('for a child and an activity: with the papers of the child and of the home that this activity requires', () => {
    expect(isComplete(itemsFor(items, { childId: basile, activityId: meals }), today)).toBe(true)
    expect(isComplete(itemsFor(items, { childId: basile, activityId: alsh }), today)).toBe(false)
    expect(isComplete(itemsFor(items, { childId: zoe, activityId: meals }), today)).toBe(false)
  })

  it('while a paper is to be renewed, and not one day after its end', () => {
    const one: DossierItem[] = dossierOf(
      [asked(1)],
      { ...home, seen: [until('2026-11-30'), until('2026-11-30', zoe)] },
      today,
    )
    expect(isComplete(one, today)).toBe(true)
    expect(isComplete(one, addDays(today, 1))).toBe(false)
  })

  it('until the health record lacks something, such as a new insurance', () => {
    const [child] = home.children
    const tomorrow = addDays(today, 1)
    const items = dossierOf(
      [asked(1, { kind: 'health' }), asked(2)],
      {
        ...home,
        children: child ? [{ ...child, healthLacksFrom: tomorrow }] : [],
        seen: [until('2027-08-31'), until('2027-08-31', basile, 2)],
      },
      today,
    )
    expect([isComplete(items, today), isComplete(items, tomorrow)]).toEqual([true, false])
    expect(lackingIn(items, tomorrow).map(({ kind }) => kind)).toEqual(['health'])
    const [record] = items
    const words = (isSent: boolean) => record && itemStateText(itemState({ ...record, isSent }, tomorrow))
    expect([words(false), words(true)]).toEqual(['à compléter', 'reçue, à lire'])
  })

  it('or nothing is asked for', () => {
    expect(isComplete([], today)).toBe(null)
  })
})
