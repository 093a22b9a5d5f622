import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkFile } from '../../main/store/checking/check.ts'
import { day } from '../../shared/rules/calendar/day.ts'
import { aClock } from '../support/desk.ts'
import { last } from '../support/towns/billing.ts'
import { factsOf } from '../support/towns/facts.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, type Town } from '../support/towns/town.ts'
import { calendarFile, ended, nextYear } from '../support/towns/year.ts'
import { undone } from '../support/undone.ts'
import { asked as documentsAsked } from './documents/documents-reading.ts'

const activity = 'CLSH MERCREDI'
const period = 'ALSH mercredi 2026/2027'
const wednesday = day('2026-12-16')
const names = ['Ana', 'Bob', 'Zoé'] as const
type Name = (typeof names)[number]

let town: Town

beforeEach(async () => {
  town = await [
    ...names.map((name) => aFamily(name, { children: { [name]: { birthDay: '2019-04-11' } } })),
    anActivity(activity, { slots: { Matin: ['08:00', '12:00'], Repas: ['12:00', '13:30'] } }),
    aPeriod(period, activity, { capacity: 9 }),
    ...names.map((name) => aRegistration(name, name, period)),
  ]
    .reduce((made, part) => made.with(part), aTown())
    .open(aClock('2026-11-25', '10:42'))
  await saveLists([{ name: 'Car 2', capacity: 2, slotIds: [slot('Matin')], endedFrom: null }])
})

afterEach(async () => {
  const findings = checkFile(town.store.sqlite)
  await town.close()
  if (findings.length > 0) throw new Error(JSON.stringify(findings))
})

const slot = (name: string) => town.slot(activity, name)
const saved = () => town.client.activities.get({ id: town.activity(activity) })
type Lists = NonNullable<Parameters<Town['client']['activities']['save']>[0]['sublists']>
const saveLists = async (sublists: Lists) => town.client.activities.save({ ...(await saved()), sublists })
const listId = async (name = 'Car 2') => (await saved()).sublists.find((list) => list.name === name)?.id ?? 0
const put = async (name: Name, changes: { listed?: boolean; fromDay?: string; untilDay?: string | null } = {}) =>
  town.client.registrations.setSublist({
    registrationId: town.registration(name, period),
    sublistId: await listId(),
    listed: true,
    fromDay: '2026-11-25',
    untilDay: null,
    ...changes,
  })
const listsOf = async (name: Name) =>
  (await town.client.registrations.sublists({ registrationId: town.registration(name, period) })).sublists
const book = async (name: Name, slots = ['Matin', 'Repas'], on = wednesday) => {
  const cells = slots.map((one) => ({ registrationId: town.registration(name, period), day: on, slotId: slot(one) }))
  expect((await town.client.reservations.move({ cells, act: 'book' })).refused).toEqual([])
}
const refusing = (call: Promise<unknown>, sentence: string) =>
  expect(call).rejects.toMatchObject({
    data: { sentence: expect.stringMatching(sentence.replaceAll(' ', '[ \u00a0]')) },
  })
const lastAct = () => town.store.statement('select max(id) from act').pluck().get() as number

describe('the places of a list', () => {
  it('are given to children from a day on, and refused once they are full', async () => {
    await put('Ana')
    await put('Bob', { fromDay: '2026-12-09', untilDay: '2027-01-06' })
    const before = factsOf(town.store)
    await refusing(put('Zoé'), 'La liste « Car 2 » est complète le mer. 9 déc. 2026 : 2 places')
    expect(factsOf(town.store)).toEqual(before)
    await put('Zoé', { untilDay: '2026-12-08' })
    await put('Bob', { listed: false, fromDay: '2026-12-16' })
    await put('Zoé', { fromDay: '2026-12-16' })
    expect((await listsOf('Zoé')).map(({ name, taken, days }) => [name, taken, days])).toEqual([
      [
        'Car 2',
        2,
        [
          { from: '2026-11-25', until: '2026-12-08' },
          { from: '2026-12-16', until: null },
        ],
      ],
    ])
    expect((await listsOf('Bob'))[0]?.days).toEqual([{ from: '2026-12-09', until: '2026-12-15' }])
  })

  it('are no places of the day: nothing that is booked depends on them', async () => {
    for (const name of names) await book(name)
    await put('Ana')
    await put('Bob')
    await saveLists([{ ...((await saved()).sublists[0] as Lists[number]), capacity: 1 }])
    const [section] = await town.client.reservations.calendar({
      from: wednesday,
      to: wednesday,
      periodIds: [town.period(period)],
      familyId: null,
    })
    expect(section?.columns.map(({ held, sublists }) => [held, sublists.map((one) => one.held)])).toEqual([
      [3, [2]],
      [3, [2]],
    ])
    expect(section?.sublists).toMatchObject([{ name: 'Car 2', capacity: 1, slotIds: [slot('Matin')] }])
    expect(section?.rows.map(({ firstName, sublistIds }) => [firstName, sublistIds.length])).toEqual([
      ['Ana', 1],
      ['Bob', 1],
      ['Zoé', 0],
    ])
  })

  it('bad input is a sentence, and nothing is done', async () => {
    await put('Ana')
    const before = factsOf(town.store)
    await refusing(put('Bob', { fromDay: '2026-11-24' }), 'Choisissez un jour à venir')
    await refusing(put('Bob', { fromDay: '2026-12-09', untilDay: '2026-12-02' }), 'Le dernier jour vient avant')
    await refusing(saveLists([]), 'Des enfants ont été mis sur la liste « Car 2 » : arrêtez-la')
    const [car] = (await saved()).sublists as Lists
    if (!car) throw new Error('no list')
    await refusing(saveLists([car, { ...car, id: undefined, name: 'car 2' }]), 'Deux listes portent le même nom')
    await refusing(saveLists([{ ...car, id: 99 }]), 'Des enfants ont été mis|Cette liste')
    expect(factsOf(town.store)).toEqual(before)
  })
})

const noOneMore = 'La liste « Car 2 » aurait 2 enfants pour 1 place le'
const onePlace = async () => saveLists([{ ...((await saved()).sublists[0] as Lists[number]), capacity: 1 }])
const change = (name: Name, endDay: string) =>
  town.client.registrations.change({
    id: town.registration(name, period),
    startDay: '2026-09-02',
    endDay,
    typicalWeek: [],
    overrideReason: '',
  })
const end = (name: Name, lastDay: string) =>
  town.client.reservations.endRegistration({
    registrationId: town.registration(name, period),
    lastDay,
    reason: 'départ',
    charged: false,
  })
const refusedAsIs = async (call: () => Promise<unknown>, sentence = noOneMore) => {
  const before = factsOf(town.store)
  await refusing(call(), sentence)
  expect(factsOf(town.store)).toEqual(before)
}
const notUndone = async (actId: number, sentence = noOneMore) => {
  const before = factsOf(town.store)
  await expect(undone(town.client, actId)).rejects.toThrow(new RegExp(sentence.replaceAll(' ', '[ \u00a0]')))
  expect(factsOf(town.store)).toEqual(before)
}

describe('a full list', () => {
  it('does not take back a child who is accepted after all, until it is taken off', async () => {
    await onePlace()
    const asked = { childId: town.child('Ana'), familyId: town.family('Ana'), periodId: town.period(period) }
    await end('Ana', '2026-11-25')
    town.clock.set('2026-11-26')
    const { id } = await town.client.registrations.ask({
      ...asked,
      startDay: '2026-11-26',
      endDay: '2027-06-30',
      typicalWeek: [],
      overrideReason: '',
      accepted: false,
    })
    town.known.set(`registration Ana, ${period}`, id)
    await put('Ana', { fromDay: '2026-11-26' })
    await town.client.registrations.refuse({ id, reason: 'Complet' })
    const refusal = lastAct()
    await put('Bob', { fromDay: '2026-11-26' })
    const accept = () => town.client.registrations.accept({ id, overrideReason: '', seen: 'refused' })
    await refusedAsIs(accept)
    await notUndone(refusal)
    await refusing(put('Ana', { fromDay: '2026-11-26' }), 'Cette inscription n’est plus en cours')
    await put('Ana', { listed: false, fromDay: '2026-11-26' })
    await accept()
    expect((await listsOf('Ana'))[0]).toMatchObject({ taken: 1, isListed: false })
  })

  it('does not grow by a later last day, nor by what is undone', async () => {
    await onePlace()
    await put('Ana')
    await change('Ana', '2027-01-31')
    const shorter = lastAct()
    await put('Bob', { fromDay: '2027-02-01' })
    await refusedAsIs(() => change('Ana', '2027-03-01'), `${noOneMore} lun. 1`)
    await notUndone(shorter)
    await change('Ana', '2027-01-15')
    await put('Ana', { listed: false, fromDay: '2026-12-01' })
    const off = lastAct()
    await put('Zoé', { fromDay: '2026-12-01', untilDay: '2026-12-31' })
    await notUndone(off, `${noOneMore} mar. 1`)
    expect((await listsOf('Ana'))[0]).toMatchObject({ taken: 1, days: [{ until: '2026-11-30' }] })
  })

  it('does not grow by a merge of two records, one of which was on it for a shorter time', async () => {
    await onePlace()
    await town.client.doubles.merge({
      kind: 'family',
      keptId: town.family('Ana'),
      goneId: town.family('Bob'),
      take: [],
    })
    await put('Ana')
    await change('Ana', '2027-01-31')
    await put('Zoé', { fromDay: '2027-02-01' })
    await refusedAsIs(() =>
      town.client.doubles.merge({ kind: 'child', keptId: town.child('Ana'), goneId: town.child('Bob'), take: [] }),
    )
    expect((await listsOf('Ana'))[0]).toMatchObject({ taken: 1, isListed: true })
  })

  it('is left by a child whose end is recorded ahead, and keeps its place until then', async () => {
    await put('Ana')
    await end('Ana', '2027-01-31')
    await put('Ana', { listed: false, fromDay: '2026-12-16' })
    await put('Ana', { fromDay: '2027-01-06' })
    expect((await listsOf('Ana'))[0]?.days).toEqual([
      { from: '2026-11-25', until: '2026-12-15' },
      { from: '2027-01-06', until: null },
    ])
    town.clock.set('2027-02-01')
    await refusing(put('Ana', { listed: false, fromDay: '2027-02-01' }), 'Cette inscription n’est plus en cours')
  })
})

describe('a list', () => {
  it('that ends takes nobody any more, and its children are on it no longer', async () => {
    await put('Ana')
    await book('Ana')
    await saveLists([{ ...((await saved()).sublists[0] as Lists[number]), endedFrom: '2026-12-16' }])
    await refusing(put('Bob', { fromDay: '2026-12-16' }), 'La liste « Car 2 » s’arrête le mer. 16 déc')
    await put('Bob', { fromDay: '2026-12-15' })
    const sheet = await town.client.attendance.sheet({ activityId: town.activity(activity), day: wednesday })
    expect([sheet.sublists, sheet.children.map(({ sublists }) => sublists)]).toEqual([[], [[]]])
  })

  it('is a filter of the sheet, and a paper of the day with a box for each of its slots', async () => {
    await put('Ana')
    await put('Bob')
    await book('Ana')
    await book('Bob', ['Repas'])
    await book('Zoé')
    const sheet = await town.client.attendance.sheet({ activityId: town.activity(activity), day: wednesday })
    expect(sheet.children.map(({ firstName, sublists }) => [firstName, sublists])).toEqual([
      ['Ana', ['Car 2']],
      ['Bob', ['Car 2']],
      ['Zoé', []],
    ])
    const asked = { kind: 'sublist' as const, activityId: town.activity(activity), day: wednesday, name: '' }
    const list = await town.client.attendance.list(asked)
    expect(list.columns.map(({ title }) => title)).toContain('mat.')
    expect(list.columns.map(({ title }) => title)).not.toContain('rep.')
    // Bob comes to the meal only: no bus takes him.
    expect(list.groups.map(({ name, rows }) => [name, rows.map(({ cells }) => cells[0]?.text)])).toEqual([
      ['Car 2', ['Ana Ana']],
    ])
    const pdf = await town.client.attendance.listFile({ asked, format: 'pdf' })
    expect(pdf.name).toBe(`listes-${wednesday}.pdf`)
  })

  it('is taken back with the act that made or changed it, and its values from its history', async () => {
    const before = factsOf(town.store)
    await put('Ana')
    await undone(town.client, lastAct())
    expect(factsOf(town.store)).toEqual(before)
    const list = (await saved()).sublists[0] as Lists[number]
    await saveLists([{ ...list, name: 'Car 3' }])
    const history = await town.client.history.ofRecord({ entity: 'activity', id: town.activity(activity) })
    expect(JSON.stringify(history)).toContain('Car 3')
  })

  it('stays with its children when two activities become one, on the equal slots', async () => {
    await anActivity('CLSH DES GRANDS', {
      slots: { Matin: ['08:00', '12:00'], Repas: ['12:00', '13:30'] },
      minimumAge: 12,
      maximumAge: 17,
    })(town)
    const small = await saved()
    await town.client.activities.save({ ...small, minimumAge: 3, maximumAge: 11 })
    await put('Ana')
    const join = () =>
      town.client.activities.join({
        id: town.activity('CLSH DES GRANDS'),
        joinedId: town.activity(activity),
        groupName: '12-17 ans',
        joinedGroupName: '3-11 ans',
      })
    const joined = await join()
    expect(joined.sublists).toMatchObject([{ name: 'Car 2', slotIds: [town.slot('CLSH DES GRANDS', 'Matin')] }])
    expect((await listsOf('Ana'))[0]).toMatchObject({ name: 'Car 2', isListed: true })
    await book('Ana')
    const sheet = await town.client.attendance.sheet({ activityId: joined.id, day: wednesday })
    expect(sheet.children.map(({ sublists }) => sublists)).toEqual([['Car 2']])
    const [section] = await town.client.reservations.calendar({
      from: wednesday,
      to: wednesday,
      periodIds: [town.period(period)],
      familyId: null,
    })
    expect(section?.sublists).toMatchObject([{ slotIds: [slot('Matin')] }])
  })

  it('is kept by the merge of two homes that both had the registration', async () => {
    const twin = { childId: town.child('Ana'), goneId: town.child('Bob') }
    await put('Ana', { untilDay: '2026-12-02' })
    await put('Bob')
    await town.client.doubles.merge({
      kind: 'family',
      keptId: town.family('Ana'),
      goneId: town.family('Bob'),
      take: [],
    })
    await town.client.doubles.merge({ kind: 'child', keptId: twin.childId, goneId: twin.goneId, take: [] })
    expect((await listsOf('Ana'))[0]?.days).toEqual([{ from: '2026-11-25', until: null }])
  })

  it('is taken again by next year’s registrations, as far as its places go', async () => {
    await put('Ana')
    await put('Zoé')
    await put('Zoé', { listed: false, fromDay: '2026-12-02' })
    await put('Bob', { fromDay: '2026-12-02' })
    await saveLists([{ ...((await saved()).sublists[0] as Lists[number]), capacity: 1 }])
    await ended(town.client.year.importCalendar(calendarFile(nextYear)))
    const [copy] = await town.client.year.previewCopy({ year: 2027, activityIds: null })
    if (!copy) throw new Error('no copy')
    await ended(
      town.client.year.copy({
        year: 2027,
        periods: [{ periodId: copy.periodId, name: copy.newName, startDay: copy.moved.from, endDay: copy.moved.to }],
      }),
    )
    const [made] = await town.client.activities.periods({ activityId: town.activity(activity) })
    const done = await last(
      await town.client.year.reenrol({
        fromPeriodId: town.period(period),
        toPeriodId: made?.id ?? 0,
        registrationIds: names.map((name) => town.registration(name, period)),
        week: 'none',
      }),
    )
    expect(done).toMatchObject({ registered: 3, unlisted: [{ name: 'Bob Bob', list: 'Car 2' }] })
    const next = town.store
      .statement(
        `select child.first_name from registration_sublist listed join registration own on own.id = registration_id
        join child on child.id = own.child_id where own.period_id = ?`,
      )
      .pluck()
    expect(next.all(made?.id)).toEqual(['Ana'])
  })

  it('is in the copy of a family’s data, and goes with the family', async () => {
    await put('Ana')
    const copy = await town.client.protection.exportFamily({ familyId: town.family('Ana') })
    const data = documentsAsked('unzip', new Uint8Array(await copy.arrayBuffer()), ['-p'], ['donnees.json'])
    expect(data).toContain('Car 2')
    await town.client.reservations.endRegistration({
      registrationId: town.registration('Ana', period),
      lastDay: '2026-11-24',
      reason: 'départ',
      charged: false,
    })
    await last(await town.client.protection.erase({ subject: 'family', id: town.family('Ana'), confirmation: 'Ana' }))
    expect(town.store.statement('select count(*) from registration_sublist').pluck().get()).toBe(0)
  })
})
