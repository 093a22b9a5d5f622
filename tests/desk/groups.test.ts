import * as fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { familyDocuments } from '../../main/exchange/published/families.ts'
import { periodDocuments, placesDocuments } from '../../main/exchange/published/periods.ts'
import { checkFile } from '../../main/store/checking/check.ts'
import { child } from '../../main/store/schema/index.ts'
import { day } from '../../shared/rules/calendar/day.ts'
import { giveAccount } from '../exchange/published/publishing.ts'
import { aClock } from '../support/desk.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, type Town } from '../support/towns/town.ts'

const activity = 'CLSH MERCREDI'
const period = 'ALSH mercredi 2026/2027'
const wednesday = day('2026-12-16')
/** Léo turns six on that day. */
const birthday = day('2027-01-20')

const children = {
  Ana: '2022-03-14',
  Bob: '2022-05-02',
  Léo: '2021-01-20',
  Zoé: '2019-04-11',
  Noé: '2018-07-30',
  Inès: '2017-02-01',
  Max: '2014-06-18',
} as const
type Name = keyof typeof children
const names = Object.keys(children) as Name[]

let town: Town

const groups = [
  { name: '3-5 ans', minimumAge: 3, maximumAge: 5, levels: null, childrenPerAdult: null },
  { name: '6-11 ans', minimumAge: 6, maximumAge: 11, levels: null, childrenPerAdult: null },
]

/** A Wednesday of two groups, by default of one and two places; Max, of twelve years, is registered with a reason. */
const open = async (places: readonly [number, number] = [1, 2], promotion: 'automatic' | 'proposal' = 'proposal') => {
  town = await [
    ...names.map((name) => aFamily(`Famille ${name}`, { children: { [name]: { birthDay: children[name] } } })),
    anActivity(activity, { slots: { Matin: ['08:00', '12:00'] }, groups }),
    aPeriod(period, activity, { capacity: 9, promotion }),
    ...names.filter((name) => name !== 'Max').map((name) => aRegistration(`Famille ${name}`, name, period)),
  ]
    .reduce((made, part) => made.with(part), aTown())
    .open(aClock('2026-11-25', '10:42'))
  await givePlaces(places)
}

const groupIds = async () =>
  (await town.client.activities.get({ id: town.activity(activity) })).groups.map(({ id }) => id)
const groupPlaces = async (places: readonly number[]) =>
  (await groupIds()).map((groupId, index) => ({ groupId, capacity: places[index] ?? 0 }))
const givePlaces = async (places: readonly number[]) => {
  const found = await town.client.activities.period({ id: town.period(period) })
  const slotId = town.slot(activity, 'Matin')
  await town.client.activities.savePeriod({
    ...found,
    places: [{ slotId, capacity: 0, groupPlaces: await groupPlaces(places) }],
  })
}

const key = (child: Name, on = wednesday) => ({
  registrationId: town.registration(child, period),
  day: on,
  slotId: town.slot(activity, 'Matin'),
})
type Act = Parameters<typeof town.client.reservations.move>[0]['act']
const act = async (name: Act, child: Name, on = wednesday) => {
  const { refused } = await town.client.reservations.move({ cells: [key(child, on)], act: name })
  return refused.map(({ sentence }) => sentence.replaceAll('\u00a0', ' '))[0] ?? null
}
const state = async (child: Name, on = wednesday) => {
  const { state: found, rank } = await town.client.reservations.cell(key(child, on))
  return rank === null ? found : `${found} ${rank}`
}
const column = async (on = wednesday) => {
  const [section] = await town.client.reservations.calendar({
    from: on,
    to: on,
    periodIds: [town.period(period)],
    familyId: null,
  })
  const found = section?.columns[0]
  return {
    whole: `${found?.held}/${found?.capacity}`,
    groups: found?.groups.map(({ held, capacity }) => `${held}/${capacity ?? '–'}`),
  }
}
const put = async (child: Name, group: 0 | 1 | null, fromDay: string) =>
  town.client.reservations.putInGroup({
    registrationId: town.registration(child, period),
    groupId: group === null ? null : ((await groupIds())[group] ?? 0),
    fromDay,
    reason: 'À la demande des parents',
  })
const wish = (overrideReason: string) => ({
  childId: town.child('Max'),
  familyId: town.family('Famille Max'),
  periodId: town.period(period),
  startDay: '2026-09-02',
  endDay: '2027-06-30',
  typicalWeek: [],
  overrideReason,
  accepted: true,
})

const expectRefused = (call: Promise<unknown>, sentence: RegExp) =>
  expect(call).rejects.toMatchObject({ data: { sentence: expect.stringMatching(sentence) } })

afterEach(async () => {
  const [fault] = checkFile(town.store.sqlite)
  await town.close()
  if (fault) throw new Error(fault.sentence)
})

describe('places by group', () => {
  it('are those of the child’s age on the day; the opening has their sum', async () => {
    await open()
    expect(await act('book', 'Ana')).toBeNull()
    expect(await act('book', 'Bob')).toMatch(/Complet/)
    expect(await act('book', 'Zoé')).toBeNull()
    expect(await act('book', 'Noé')).toBeNull()
    expect(await act('book', 'Inès')).toMatch(/Complet/)
    expect(await column()).toEqual({ whole: '3/3', groups: ['1/1', '2/2'] })
    // Léo is of the first group until its birthday, of the second from that day on.
    expect(await act('book', 'Léo')).toMatch(/Complet/)
    expect(await act('book', 'Ana', birthday)).toBeNull()
    expect(await act('book', 'Léo', birthday)).toBeNull()
    expect(await column(birthday)).toEqual({ whole: '2/3', groups: ['1/1', '1/2'] })
  })

  it('have a waiting list each, on which nobody passes from one to the other', async () => {
    await open([1, 2], 'automatic')
    for (const child of ['Ana', 'Zoé', 'Noé'] as const) await act('book', child)
    for (const child of ['Bob', 'Inès', 'Léo'] as const) expect(await act('waitList', child)).toBeNull()
    expect(await Promise.all((['Bob', 'Léo', 'Inès'] as const).map((child) => state(child)))).toEqual([
      'waitlisted 1',
      'waitlisted 2',
      'waitlisted 1',
    ])
    const lists = await town.client.reservations.waitingLists({ periodId: null })
    expect(lists.map(({ group, waiting, held, capacity }) => [group, waiting, held, capacity])).toEqual([
      ['3-5 ans', 2, 1, 1],
      ['6-11 ans', 1, 2, 2],
    ])
    await act('free', 'Zoé')
    expect([await state('Inès'), await state('Bob'), await state('Léo')]).toEqual([
      'confirmed',
      'waitlisted 1',
      'waitlisted 2',
    ])
  })

  it('are opened for one group, whose list alone moves', async () => {
    await open()
    for (const child of ['Ana', 'Zoé', 'Noé'] as const) await act('book', child)
    for (const child of ['Bob', 'Inès'] as const) await act('waitList', child)
    const wish = {
      periodId: town.period(period),
      from: wednesday,
      to: wednesday,
      slotIds: null,
      more: 1,
      act: 'promote' as const,
    }
    await expectRefused(town.client.reservations.openPlaces(wish), /choisissez le groupe/)
    const [, old] = await groupIds()
    const done = await town.client.reservations.openPlaces({ ...wish, groupId: old ?? null })
    expect(done.places.flatMap(({ group, given }) => given.map(({ name }) => `${group} ${name}`))).toEqual([
      '6-11 ans Famille Inès Inès',
    ])
    expect(await column()).toEqual({ whole: '4/4', groups: ['1/1', '3/3'] })
    const slotId = town.slot(activity, 'Matin')
    await expectRefused(
      town.client.activities.changeCapacity({ periodId: town.period(period), day: wednesday, slotId, capacity: 9 }),
      /places par groupe/,
    )
  })

  it('close the day to a group that the period does not take', async () => {
    await open()
    const [young] = await groupPlaces([3])
    const found = await town.client.activities.period({ id: town.period(period) })
    const places = [{ slotId: town.slot(activity, 'Matin'), capacity: 0, groupPlaces: young ? [young] : [] }]
    await town.client.activities.savePeriod({ ...found, places })
    expect(await act('book', 'Zoé')).toMatch(/^Fermé : pas d’accueil du groupe 6-11 ans\./)
    expect(await act('book', 'Ana')).toBeNull()
  })
})

describe('a birthday or a new class', () => {
  it('cancels no booking: the child keeps its place, and the group shows « above » and accepts nobody else', async () => {
    await open([1, 1])
    // Written a year too young, Léo is booked with the young ones; Zoé with the old ones.
    const late = day('2027-01-27')
    expect(await act('book', 'Zoé', late)).toBeNull()
    town.store.act(town.person, 'families.child', 'Date de naissance corrigée', (write) =>
      write.update(child, town.child('Léo'), { birthDay: day('2022-01-20') }),
    )
    expect(await act('book', 'Léo', late)).toBeNull()
    expect(await column(late)).toEqual({ whole: '2/2', groups: ['1/1', '1/1'] })
    town.store.act(town.person, 'families.child', 'Date de naissance corrigée', (write) =>
      write.update(child, town.child('Léo'), { birthDay: day(children.Léo) }),
    )
    expect([await state('Léo', late), await state('Zoé', late)]).toEqual(['confirmed', 'confirmed'])
    expect(await column(late)).toEqual({ whole: '2/2', groups: ['0/1', '2/1'] })
    expect(await act('book', 'Noé', late)).toMatch(/Complet/)
    expect(await act('book', 'Ana', late)).toBeNull()
  })

  it('the last place of a group, asked for at two workstations at once, goes to one of them', async () => {
    await open([1, 1])
    const answers = await Promise.all((['Ana', 'Bob', 'Léo'] as const).map((one) => act('book', one)))
    expect(answers.filter((why) => why === null)).toHaveLength(1)
    expect(answers.filter((why) => why?.includes('Complet'))).toHaveLength(2)
    expect(await column()).toEqual({ whole: '1/2', groups: ['1/1', '0/1'] })
  })
})

describe('a child put in a group by hand', () => {
  it('keeps its place, the new group shows « above », later demandes are refused, and its former place is given on', async () => {
    await open([1, 1], 'automatic')
    for (const child of ['Ana', 'Zoé'] as const) await act('book', child)
    await act('waitList', 'Bob')
    const { promoted, above } = await put('Ana', 1, '2026-12-01')
    expect(promoted).toBe(1)
    expect(above.map((text) => text.replaceAll('\u00a0', ' '))).toEqual([
      'mer. 16 déc., Matin : 6-11 ans au-dessus de 1',
    ])
    expect([await state('Ana'), await state('Bob')]).toEqual(['confirmed', 'confirmed'])
    expect(await column()).toEqual({ whole: '3/2', groups: ['1/1', '2/1'] })
    expect(await act('book', 'Noé')).toMatch(/Complet/)
    const { groupId, put: rows } = await town.client.reservations.childGroup({
      registrationId: town.registration('Ana', period),
    })
    expect([groupId, rows.length]).toEqual([(await groupIds())[0], 1])
    // Staff let age decide again, from the same day on: nothing of the decision stays.
    await put('Ana', null, '2026-12-01')
    expect(await column()).toEqual({ whole: '3/2', groups: ['2/1', '1/1'] })
  })

  it('is in it whichever of its homes registered it, since it is one child on the day', async () => {
    await open([1, 1])
    const familyId = town.family('Famille Bob')
    await town.client.families.linkChild({ familyId, childId: town.child('Ana') })
    const first = town.registration('Ana', period)
    await aRegistration('Famille Bob', 'Ana', period)(town)
    await town.client.reservations.putInGroup({
      registrationId: first,
      fromDay: '2026-12-01',
      groupId: (await groupIds())[1] ?? 0,
      reason: 'À sa demande',
    })
    const registered = town.store
      .statement('select count(distinct registration_id) from registration_group')
      .pluck()
      .get()
    expect(registered).toBe(2)
  })

  it('keeps its instant on the list of the other group', async () => {
    await open([1, 1])
    for (const child of ['Ana', 'Zoé'] as const) await act('book', child)
    await act('waitList', 'Léo')
    await act('waitList', 'Noé')
    await put('Léo', 1, '2026-12-01')
    expect([await state('Léo'), await state('Noé')]).toEqual(['waitlisted 1', 'waitlisted 2'])
  })

  it('is refused for a past day, a day after its registration, and a group of another activity', async () => {
    await open()
    expect(await groupIds()).toHaveLength(2)
    await expectRefused(put('Ana', 1, '2026-11-24'), /ce qui est passé reste/)
    await expectRefused(put('Ana', 1, '2027-07-14'), /ce qui est passé reste/)
    const registrationId = town.registration('Ana', period)
    await expectRefused(
      town.client.reservations.putInGroup({ registrationId, groupId: 99, fromDay: '2026-12-01', reason: '' }),
      /n’est pas de cette activité/,
    )
  })
})

describe('the day sheet', () => {
  it('says the group of each child that day', async () => {
    await open()
    for (const child of ['Ana', 'Zoé', 'Noé'] as const) await act('book', child)
    await put('Noé', 0, '2026-12-01')
    const sheet = await town.client.attendance.sheet({ activityId: town.activity(activity), day: wednesday })
    expect(sheet.groups).toEqual(['3-5 ans', '6-11 ans'])
    expect(Object.fromEntries(sheet.children.map(({ firstName, group }) => [firstName, group]))).toEqual({
      Ana: '3-5 ans',
      Noé: '3-5 ans',
      Zoé: '6-11 ans',
    })
  })
})

describe('what parents are shown', () => {
  it('is the groups with the places and counts of each, and where staff put their child', async () => {
    await open()
    for (const child of ['Ana', 'Zoé'] as const) await act('book', child)
    await act('waitList', 'Bob')
    await put('Zoé', 0, '2026-12-01')
    const reach = {
      today: day('2026-11-26'),
      overSince: day('2026-06-01'),
      bookedUntil: day('2027-11-26'),
      issuedFrom: day('2025-01-01'),
    }
    const periodId = town.period(period)
    const [young, old] = await groupIds()
    const shown = periodDocuments(town.store, reach, [periodId]).get(periodId)
    expect(shown?.conditions.groups?.map(({ id, name }) => [id, name])).toEqual([
      [young, '3-5 ans'],
      [old, '6-11 ans'],
    ])
    expect(shown?.openings.find((opening) => opening.day === wednesday)?.groupPlaces).toEqual(await groupPlaces([1, 2]))
    const counted = placesDocuments(town.store, reach, [periodId]).get(periodId)
    expect(counted?.openings.find((opening) => opening.day === wednesday)).toMatchObject({
      held: 2,
      waiting: 1,
      groups: [{ groupId: young, held: 2, waiting: 1 }],
    })
    const home = town.family('Famille Zoé')
    giveAccount(town, 'Famille Zoé')
    expect(familyDocuments(town.store, reach, [home]).get(home)?.registrations[0]?.put).toEqual([
      { from: '2026-12-01', groupId: young },
    ])
  })
})

describe('a child of no group', () => {
  it('is refused with the ages, unless staff write why', async () => {
    await open()
    await expectRefused(
      town.client.registrations.ask(wish('')),
      /d’aucun groupe de cette activité.*3-5.ans \(de 3 à 5.ans\) et 6-11.ans \(de 6 à 11.ans\)\. Il a 12.ans/,
    )
    const { id } = await town.client.registrations.ask(wish('Frère d’Inès'))
    town.known.set(`registration Max, ${period}`, id)
    // No group has a place for it, until staff put it in one.
    expect(await act('book', 'Max')).toMatch(/place/)
    expect(await column()).toEqual({ whole: '0/3', groups: ['0/1', '0/2'] })
    expect(await act('waitList', 'Max')).toBeNull()
    expect(await town.client.reservations.promotable()).toEqual([])
    const lists = await town.client.reservations.waitingLists({ periodId: null })
    expect(lists).toMatchObject([{ groupId: null, waiting: 1, held: 0, capacity: 0 }])
    const left = {
      cells: [key('Max')],
      act: 'removeFromList' as const,
      reason: { kind: 'written' as const, text: 'x' },
    }
    expect((await town.client.reservations.move(left)).refused).toEqual([])
    await put('Max', 1, '2026-12-01')
    expect(await act('book', 'Max')).toBeNull()
    expect(await column()).toEqual({ whole: '1/3', groups: ['0/1', '1/2'] })
  })
})

describe('the groups of an activity', () => {
  it('are refused where a child would be in two, and kept while they are used', async () => {
    await open()
    const found = await town.client.activities.get({ id: town.activity(activity) })
    const save = (own: Parameters<typeof town.client.activities.save>[0]['groups']) =>
      town.client.activities.save({ ...found, groups: own })
    await expectRefused(save(groups.map((group) => ({ ...group, minimumAge: 3 }))), /se recoupent/)
    await expectRefused(
      save([{ ...groups[0], name: 'x', minimumAge: 9, maximumAge: 3, levels: null, childrenPerAdult: null }]),
      /inférieur/,
    )
    await expectRefused(save([]), /il reste/)
    // A copy of what the screen read changes nothing, and an older screen that knows no group keeps them.
    expect((await save(found.groups)).groups).toEqual(found.groups)
    expect((await save(undefined)).groups).toEqual(found.groups)
  })

  it('without places of their own only sort its children', async () => {
    await open()
    const found = await town.client.activities.period({ id: town.period(period) })
    await town.client.activities.savePeriod({
      ...found,
      places: [{ slotId: town.slot(activity, 'Matin'), capacity: 2 }],
    })
    expect(await act('book', 'Ana')).toBeNull()
    expect(await act('book', 'Bob')).toBeNull()
    expect(await act('book', 'Zoé')).toMatch(/Complet/)
    expect(await column()).toEqual({ whole: '2/2', groups: ['2/–', '0/–'] })
  })
})

it('no place of a group is sold twice, whatever is asked, freed, waited for and moved', async () => {
  await open([1, 2], 'automatic')
  const step = fc.record({
    act: fc.constantFrom<Act>('book', 'free', 'waitList', 'promote', 'removeFromList'),
    child: fc.constantFrom(...names.filter((name) => name !== 'Max')),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 12 }), async (steps) => {
      for (const { act: name, child } of steps) {
        await act(name, child)
        const { groups: found } = await column()
        for (const text of found ?? []) {
          const [held = 0, capacity = 0] = text.split('/').map(Number)
          expect(held).toBeLessThanOrEqual(capacity)
        }
      }
    }),
    { numRuns: 8 },
  )
})
