import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeOpenings, openingsToClose, setSlotEnd } from '../../main/desk/activities/activities.ts'
import type { PeriodInput } from '../../shared/contract/desk/activities.ts'
import { day, timeOfDay } from '../../shared/rules/calendar/day.ts'
import { billing } from '../support/towns/billing.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, aWednesday, type Town } from '../support/towns/town.ts'

const year = 'ALSH mercredi 2026/2027'
let town: Town
beforeEach(async () => {
  town = await aTown().with(aWednesday()).open()
})
afterEach(() => town.close())

const opened = async () => {
  const openings = await town.client.activities.openings({ periodId: town.period(year) })
  return [...new Set(openings.filter(({ closedReason }) => closedReason === null).map((one) => one.day))]
}
const changed = async (changes: Partial<PeriodInput>): Promise<PeriodInput> => ({
  ...(await town.client.activities.period({ id: town.period(year) })),
  ...changes,
})
const places = (capacity: number) =>
  ['Matin', 'Repas', 'Après-midi'].map((name) => ({ slotId: town.slot('CLSH MERCREDI', name), capacity }))
const matin = () => town.slot('CLSH MERCREDI', 'Matin')

const findings = () => billing(town).findings()

/** One place held, on the last day. */
const booked = async () => {
  await aFamily('Marchand', { children: { Louison: {} } })(town)
  await aRegistration('Marchand', 'Louison', year)(town)
  const registrationId = town.registration('Louison', year)
  const { done } = await town.client.reservations.move({
    cells: [{ registrationId, day: '2027-06-30', slotId: matin() }],
    act: 'book',
  })
  expect(done).toBe(1)
}

it('a type says how many activities have it, and cannot be deleted while one has', async () => {
  const { types, saveType, removeType, get, save } = town.client.activities
  await saveType({ name: 'Séjours' })
  const known = await get({ id: town.activity('CLSH MERCREDI') })
  const { id: typeId } = await saveType({ name: 'Vacances' })
  for (const name of ['CLSH HIVER', 'CLSH ÉTÉ']) {
    const { id: _, slots, ...activity } = known
    await save({ ...activity, typeId, name, slots: slots.map(({ id: _own, ...slot }) => slot) })
  }
  expect(Object.fromEntries((await types()).map(({ name, activities }) => [name, activities]))).toMatchObject({
    Séjours: 0,
    Vacances: 2,
  })
  await expect(removeType({ id: typeId })).rejects.toMatchObject({
    data: { sentence: 'Des activités sont de ce type\u00a0: il reste.' },
  })
})

it('facilities are sorted as in French: « ÉCOLE » before « ESPACE »', async () => {
  for (const name of ['ESPACE JEUNES', 'ÉCOLE DES TILLEULS'])
    await town.client.settings.saveFacility({ name, address: '', contact: '', phone: '', archived: false })
  const names = (await town.client.settings.facilities()).map(({ name }) => name)
  expect(names).toEqual(['CENTRE DE LOISIRS', 'ÉCOLE DES TILLEULS', 'ESPACE JEUNES'])
})

const nearest = (on: string) => town.client.activities.nearestOpenDays({ day: on })

it('the ways out of a closed day are the nearest days on which something is open', async () => {
  expect(await nearest('2026-11-28')).toEqual({ before: '2026-11-25', after: '2026-12-02' })
  expect((await nearest('2020-01-01')).before).toBeNull()
  expect((await nearest('2030-01-01')).after).toBeNull()
})

const firstFrom = (from: string) => town.client.activities.firstOpenDay({ periodId: town.period(year), from })

it('a child who comes during a period is proposed its next open day, today when it is one', async () => {
  expect(await firstFrom('2026-11-25')).toBe('2026-11-25')
  expect(await firstFrom('2026-11-28')).toBe('2026-12-02')
  expect(await firstFrom('2030-01-01')).toBeNull()
})

describe('the openings of a period', () => {
  it('are its weekdays without public holidays and the school holidays of the zone', async () => {
    const days = await opened()
    expect(days[0]).toBe('2026-09-02')
    expect(days).not.toContain('2026-11-11')
    expect(days).not.toContain('2026-10-21')
    expect(days).toHaveLength(35)
  })

  it('take registrations along when the period gets shorter, unless one would be left no day', async () => {
    await booked()
    const id = town.registration('Louison', year)
    const shorter = await changed({ endDay: day('2027-05-26') })
    await expect(town.client.activities.savePeriod(shorter)).rejects.toMatchObject({ code: 'REFUSED' })
    const cells = [{ registrationId: id, day: day('2027-06-30'), slotId: matin() }]
    await town.client.reservations.move({ cells, act: 'free' })
    expect(await town.client.activities.previewPeriod(shorter)).toMatchObject({ shortened: 1 })
    await town.client.activities.savePeriod(shorter)
    expect(await town.client.registrations.get({ id })).toMatchObject({ startDay: '2026-09-02', endDay: '2027-05-26' })
    expect(findings()).toEqual([])
    await town.client.activities.savePeriod(await changed({ startDay: day('2026-10-07') }))
    expect(await town.client.registrations.get({ id })).toMatchObject({ startDay: '2026-10-07' })
    const { typicalWeek, overrideReason } = await town.client.registrations.get({ id })
    const may = { id, startDay: day('2027-05-05'), endDay: day('2027-05-26'), typicalWeek, overrideReason }
    await town.client.registrations.change(may)
    await expect(town.client.activities.savePeriod(await changed({ endDay: day('2027-04-28') }))).rejects.toMatchObject(
      {
        data: { field: 'endDay' },
      },
    )
  })

  it('follow the period when it changes, except for the days changed by hand', async () => {
    const periodId = town.period(year)
    await town.client.activities.changeCapacity({ periodId, day: '2026-09-09', slotId: matin(), capacity: 8 })
    await town.client.activities.openDay({ periodId, day: '2026-10-21' })
    const larger = await changed({ places: places(24) })
    expect(await town.client.activities.previewPeriod(larger)).toEqual({
      days: 35,
      added: 0,
      changed: 35 * 3 - 1,
      kept: 4,
      removed: 0,
      inTheWay: 0,
      shortened: 0,
    })
    await town.client.activities.savePeriod(larger)
    const openings = await town.client.activities.openings({ periodId })
    const capacity = (on: string) => openings.find((one) => one.day === on && one.slotId === matin())?.capacity
    expect([capacity('2026-09-02'), capacity('2026-09-09'), capacity('2026-10-21')]).toEqual([24, 8, 20])
  })

  it('recorded twice changes nothing', async () => {
    const before = await town.client.activities.openings({ periodId: town.period(year) })
    await town.client.activities.savePeriod(await changed({}))
    expect(await town.client.activities.openings({ periodId: town.period(year) })).toEqual(before)
  })

  it('a day opens by hand inside the period only, and opens again after it was closed', async () => {
    const periodId = town.period(year)
    await expect(town.client.activities.openDay({ periodId, day: '2027-07-07' })).rejects.toMatchObject({
      data: { sentence: 'Ce jour est en dehors de la période.', field: 'day' },
    })
    town.store.act(town.person, 'families.change', 'Jour fermé', (write) =>
      closeOpenings(town.store, write, { from: day('2026-12-09'), to: day('2026-12-09'), reason: 'réunion d’équipe' }),
    )
    expect(await opened()).not.toContain('2026-12-09')
    await town.client.activities.openDay({ periodId, day: '2026-12-09' })
    expect(await opened()).toContain('2026-12-09')
  })
})

describe('closing', () => {
  it('closes one slot or all, on one day or several, and keeps closed what the period would open again', async () => {
    const closing = { from: day('2026-12-02'), to: day('2026-12-09'), slotIds: [matin()] }
    expect(openingsToClose(town.store, closing)).toHaveLength(2)
    town.store.act(town.person, 'families.change', 'Matins fermés', (write) =>
      closeOpenings(town.store, write, { ...closing, reason: 'travaux' }),
    )
    expect(openingsToClose(town.store, closing)).toHaveLength(0)
    await town.client.activities.savePeriod(await changed({ places: places(30) }))
    const { from, to } = closing
    const openings = await town.client.activities.openings({ periodId: town.period(year), from, to })
    expect(openings.filter(({ closedReason }) => closedReason === 'travaux')).toHaveLength(2)
  })

  it('a slot ended from a day opens no more from then on; earlier days stay', async () => {
    town.store.act(town.person, 'families.change', 'Plage arrêtée', (write) =>
      setSlotEnd(town.store, write, matin(), day('2027-01-01')),
    )
    await town.client.activities.savePeriod(await changed({ places: places(30) }))
    const days = (await town.client.activities.openings({ periodId: town.period(year) }))
      .filter(({ slotId }) => slotId === matin())
      .map((one) => one.day)
    expect(days.at(-1)).toBe('2026-12-16')
  })

  it('a slot that days opened is never deleted', async () => {
    const activity = await town.client.activities.get({ id: town.activity('CLSH MERCREDI') })
    await expect(town.client.activities.save({ ...activity, slots: activity.slots.slice(1) })).rejects.toMatchObject({
      data: {
        sentence: 'Des jours ont été ouverts sur la plage «\u00a0Matin\u00a0»\u00a0: arrêtez-la à une date.',
        field: 'slots',
      },
    })
    expect((await town.client.activities.get({ id: activity.id })).slots).toHaveLength(3)
  })
})

describe('what holds a place', () => {
  it('keeps its day: narrowing the dates is refused until the day is closed, which frees it', async () => {
    await booked()
    const shorter = await changed({ endDay: day('2027-06-23') })
    expect(await town.client.activities.previewPeriod(shorter)).toMatchObject({ removed: 3, inTheWay: 1 })
    await expect(town.client.activities.savePeriod(shorter)).rejects.toMatchObject({ code: 'REFUSED' })
    expect(await opened()).toContain('2027-06-30')
    await town.client.reservations.close({
      from: '2027-06-30',
      to: '2027-06-30',
      periodIds: [town.period(year)],
      slotIds: null,
      reason: 'fin avancée',
      charged: false,
    })
    await town.client.activities.savePeriod(shorter)
    expect(await opened()).not.toContain('2027-06-30')
  })

  it('keeps its slot: ending it is refused before that day, and nothing has moved', async () => {
    await booked()
    const before = await town.client.activities.openings({ periodId: town.period(year) })
    await expect(town.client.activities.endSlot({ slotId: matin(), from: '2027-01-01' })).rejects.toMatchObject({
      code: 'REFUSED',
    })
    expect(await town.client.activities.openings({ periodId: town.period(year) })).toEqual(before)
    await town.client.activities.endSlot({ slotId: matin(), from: '2027-07-01' })
  })

  it('keeps its slot, freed and closed since, from being deleted', async () => {
    await booked()
    const cells = [{ registrationId: town.registration('Louison', year), day: day('2027-06-30'), slotId: matin() }]
    await town.client.reservations.move({ cells, act: 'free' })
    await town.client.activities.savePeriod(
      await changed({ places: places(20).filter(({ slotId }) => slotId !== matin()) }),
    )
    const known = await town.client.activities.get({ id: town.activity('CLSH MERCREDI') })
    const without = { ...known, slots: known.slots.filter(({ id }) => id !== matin()) }
    await expect(town.client.activities.save(without)).rejects.toMatchObject({ data: { field: 'slots' } })
  })

  it('stays when the places become fewer', async () => {
    await booked()
    await town.client.activities.savePeriod(await changed({ places: places(0) }))
    const last = day('2027-06-30')
    const openings = await town.client.activities.openings({ periodId: town.period(year), from: last, to: last })
    expect(openings.map(({ capacity }) => capacity)).toEqual([0, 0, 0])
  })
})

describe('a bad period is refused at its field and leaves nothing', () => {
  it.each<[string, Partial<PeriodInput>, string]>([
    ['dates upside down', { endDay: day('2026-09-01') }, 'endDay'],
    ['a year too far', { endDay: day('2036-06-30') }, 'endDay'],
    ['no weekday', { weekdays: [] }, 'weekdays'],
    ['no slot', { places: [] }, 'places'],
    ['a slot from elsewhere', { places: [{ slotId: 999, capacity: 5 }] }, 'places.0.slotId'],
  ])('%s', async (_, changes, field) => {
    const before = await opened()
    await expect(town.client.activities.savePeriod(await changed(changes))).rejects.toMatchObject({
      code: 'REFUSED',
      data: { field },
    })
    expect(await opened()).toEqual(before)
  })
})

describe('rights', () => {
  it('everyone reads activities, administrators and directors change them', async () => {
    const animator = await town.as('animator')
    expect(await animator.activities.periods({})).toHaveLength(1)
    await expect(animator.activities.savePeriod(await changed({}))).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const director = await town.as('director')
    await director.activities.savePeriod(await changed({ name: 'ALSH mercredi' }))
  })
})

describe('the hours of a slot', () => {
  it('never come upon those of another booking of the same child', async () => {
    await anActivity('SOIR', { slots: { Soir: ['18:00', '19:00'] } })(town)
    await aPeriod('Soirs', 'SOIR')(town)
    await booked()
    await aRegistration('Marchand', 'Louison', 'Soirs')(town)
    const book = (registration: string, slotId: number) =>
      town.client.reservations.move({
        cells: [{ registrationId: town.registration('Louison', registration), day: day('2026-12-09'), slotId }],
        act: 'book',
      })
    await book(year, town.slot('CLSH MERCREDI', 'Après-midi'))
    await book('Soirs', town.slot('SOIR', 'Soir'))
    const known = await town.client.activities.get({ id: town.activity('SOIR') })
    const from = (start: string) => ({
      ...known,
      slots: known.slots.map((slot) => ({ ...slot, start: timeOfDay(start) })),
    })
    await expect(town.client.activities.save(from('17:30'))).rejects.toMatchObject({
      data: { sentence: expect.stringContaining('Louison Marchand est déjà en'), field: 'slots.0.start' },
    })
    await town.client.activities.save(from('18:15'))
    expect(findings()).toEqual([])
  })
})
