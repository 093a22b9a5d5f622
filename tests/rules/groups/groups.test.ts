import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, type Day, day, daysBetween } from '../../../shared/rules/calendar/day.ts'
import {
  aboveText,
  ambiguousGroups,
  type ChildOverTime,
  type Group,
  groupOn,
  groupSpans,
  takenByNoGroupText,
  totalPlaces,
} from '../../../shared/rules/groups/groups.ts'
import { isUnknown, unmetConditions, unmetText, whoText } from '../../../shared/rules/people/conditions.ts'
import { classDay, levels } from '../../../shared/rules/people/schooling.ts'

const aGroup = (
  id: number,
  name: string,
  minAge: number | null,
  maxAge: number | null,
  classes: string[] = [],
): Group => ({
  id,
  name,
  minAge,
  maxAge,
  classes,
})
const young = aGroup(1, '3-5 ans', 3, 5)
const old = aGroup(2, '6-11 ans', 6, 11)
const byHand = aGroup(3, 'Passerelle', null, null)
const groups = [young, old, byHand]
const noa = { birth: day('2020-11-24'), schoolClass: null }
const plain = (text: string) => text.replaceAll('\u00a0', ' ')
const said = (...given: Parameters<typeof takenByNoGroupText>) => plain(takenByNoGroupText(...given) ?? '')
const nameOn = (on: string, put: { from: Day; groupId: number | null }[] = []) =>
  groupOn(groups, { ...noa, put }, day(on))?.name ?? null

describe('the group of a child', () => {
  it('is that of its age on the day itself, from the birthday on', () => {
    expect(nameOn('2026-11-23')).toBe('3-5 ans')
    expect(nameOn('2026-11-24')).toBe('6-11 ans')
    expect(nameOn('2032-11-23')).toBe('6-11 ans')
    expect(nameOn('2032-11-24')).toBeNull()
    expect(nameOn('2022-01-05')).toBeNull()
  })

  it('is that of its class, which counts from the last days of August', () => {
    const small = aGroup(1, 'Maternelles', null, null, ['PS', 'MS', 'GS'])
    const big = aGroup(2, 'Élémentaires', null, null, ['CP', 'CE1'])
    const child: ChildOverTime = {
      birth: day('2020-11-24'),
      classes: [
        { from: day('2025-09-01'), schoolClass: 'GS' },
        { from: day('2026-09-01'), schoolClass: 'CP' },
      ],
      put: [],
    }
    expect(groupSpans([small, big], child, day('2026-07-01'), day('2026-10-31'))).toEqual([
      { groupId: 1, from: '2026-07-01', to: '2026-08-24' },
      { groupId: 2, from: '2026-08-25', to: '2026-10-31' },
    ])
    expect(groupOn([small, big], { birth: child.birth, schoolClass: null }, day('2026-10-01'))).toBeNull()
  })

  it('is where staff put it from a day on, until they let age decide again', () => {
    const put = [
      { from: day('2026-12-01'), groupId: 1 },
      { from: day('2027-01-04'), groupId: 3 },
      { from: day('2027-03-01'), groupId: null },
    ]
    expect(nameOn('2026-11-30', put)).toBe('6-11 ans')
    expect(nameOn('2026-12-01', put)).toBe('3-5 ans')
    expect(nameOn('2027-02-28', put)).toBe('Passerelle')
    expect(nameOn('2027-03-01', put)).toBe('6-11 ans')
  })

  it('is never chosen by age for a group that is filled by hand', () => {
    expect(groupOn([byHand], noa, day('2026-11-24'))).toBeNull()
  })

  it('changes on the days that its spans say, on no other, and they leave no day out', () => {
    const days = fc.integer({ min: 0, max: 1500 }).map((offset) => addDays(day('2024-01-01'), offset))
    const child = fc.record({
      birth: fc.integer({ min: 0, max: 4500 }).map((offset) => addDays(day('2012-02-20'), offset)),
      classes: fc
        .array(fc.record({ from: days, schoolClass: fc.constantFrom(null, ...levels) }), { maxLength: 3 })
        .map((rows) => rows.toSorted((one, other) => (one.from < other.from ? -1 : 1))),
      put: fc
        .array(fc.record({ from: days, groupId: fc.constantFrom(null, 1, 2, 3) }), { maxLength: 3 })
        .map((rows) => rows.toSorted((one, other) => (one.from < other.from ? -1 : 1))),
    })
    const choices = fc.constantFrom(groups, [
      aGroup(1, 'A', 3, 5, ['PS', 'MS']),
      aGroup(2, 'B', null, null, ['GS', 'CP']),
    ])
    fc.assert(
      fc.property(choices, child, days, fc.integer({ min: 0, max: 400 }), (some, who, from, length) => {
        const to = addDays(from, length)
        const spans = groupSpans(some, who, from, to)
        const byDay = spans.flatMap((span) => daysBetween(span.from, span.to).map((on) => [on, span.groupId]))
        expect(byDay).toEqual(
          daysBetween(from, to).map((on) => {
            const schoolClass = who.classes.findLast((row) => row.from <= classDay(on))?.schoolClass ?? null
            return [on, groupOn(some, { birth: who.birth, schoolClass, put: who.put }, on)?.id ?? null]
          }),
        )
        expect(spans.every(({ groupId }, index) => groupId !== spans[index - 1]?.groupId || index === 0)).toBe(true)
      }),
    )
  })
})

describe('groups', () => {
  it('leave out who the activity takes and none of them does, which is said', () => {
    const primary = { minAge: null, maxAge: null, classes: ['CP', 'CE1', 'CE2', 'CM1', 'CM2'] }
    const six = aGroup(1, '6-8 ans', 6, 8)
    expect(said(primary, [six, aGroup(2, '9 ans', 9, 9)])).toBe(
      'Aucun groupe ne prend les enfants de 10 et 11 ans : ils seraient refusés.',
    )
    expect(said({ minAge: 3, maxAge: 11, classes: [] }, [young, aGroup(2, '7-11 ans', 7, 11)])).toContain('de 6 ans')
    expect(said({ minAge: null, maxAge: null, classes: [] }, [six, aGroup(2, '10-12 ans', 10, 12)])).toContain(
      'de 9 ans',
    )
    expect(
      said(primary, [aGroup(1, 'Petits', null, null, ['CP', 'CE1']), aGroup(2, 'CM', null, null, ['CM1', 'CM2'])]),
    ).toBe('Aucun groupe ne prend les enfants de CE2 : ils seraient refusés.')
    expect(takenByNoGroupText(primary, [old])).toBeNull()
    expect(takenByNoGroupText(primary, [six, byHand])).toBeNull()
    expect(takenByNoGroupText(primary, [])).toBeNull()
  })

  it('may not both take the same child', () => {
    expect(ambiguousGroups([young, old, byHand, byHand])).toBeNull()
    expect(ambiguousGroups([young, aGroup(2, '5-11 ans', 5, 11)])).toEqual([young, aGroup(2, '5-11 ans', 5, 11)])
    expect(
      ambiguousGroups([aGroup(1, 'Petits', null, null, ['PS']), aGroup(2, 'Grands', null, null, ['CP'])]),
    ).toBeNull()
    expect(ambiguousGroups([aGroup(1, 'Petits', null, null, ['PS']), old])).not.toBeNull()
  })

  it('say who they are for', () => {
    expect(groups.map((group) => plain(whoText(group)))).toEqual(['de 3 à 5 ans', 'de 6 à 11 ans', 'à la main'])
    expect(plain(whoText(aGroup(1, 'A', 6, null, ['CP', 'CE1', 'CE2'])))).toBe('à partir de 6 ans, CP → CE2')
  })

  it('have the places of an opening as their sum, and say how many children they have above', () => {
    expect(
      totalPlaces([
        { groupId: 1, capacity: 16 },
        { groupId: 2, capacity: 48 },
      ]),
    ).toBe(64)
    expect([aboveText(48, 48), aboveText(50, 48)]).toEqual([null, 'au-dessus de 2'])
  })

  it('refuse a child of none with their ages', () => {
    const conditions = { minAge: null, maxAge: null, classes: [], groups: [young, old], residentsOnly: false }
    const child = { birth: day('2014-01-10'), school: null, schoolClass: 'CM2', resident: true }
    const on = day('2026-12-09')
    expect(unmetConditions(conditions, child, on).map((unmet) => plain(unmetText(unmet)))).toEqual([
      'L’enfant n’est d’aucun groupe de cette activité : 3-5 ans (de 3 à 5 ans) et 6-11 ans (de 6 à 11 ans). Il a 12 ans le mer. 9 déc. 2026 et est en CM2.',
    ])
    expect(unmetConditions(conditions, { ...child, put: [{ from: on, groupId: 2 }] }, on)).toEqual([])
  })

  it('refuse a child of no group’s age with the ages, though its class is not known either', () => {
    const own = { minAge: 3, maxAge: 14, classes: ['PS', 'CP'], groups: [young, old], residentsOnly: false }
    const child = { birth: day('2013-01-10'), school: null, schoolClass: null, resident: true }
    const on = day('2026-12-09')
    const [unmet, ...more] = unmetConditions(own, child, on)
    expect([unmet?.kind, more, unmet && isUnknown(unmet)]).toEqual(['group', [], false])
    const small = { ...child, birth: day('2022-01-10') }
    expect(unmetConditions(own, small, on).map(({ kind }) => kind)).toEqual(['class'])
  })
})
