import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readXlsx } from '../../../main/documents/spreadsheets/xlsx.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, aWednesday } from '../../support/towns/town.ts'
import { ended } from '../../support/towns/year.ts'
import { acts, book, bookings, close, mercredi, open, refusal, town } from './year-town.ts'

afterEach(close)

describe('days closed for all', () => {
  const garderie = 'Garderie 2026/2027'
  beforeEach(async () => {
    await open(
      aTown()
        .with(aFamily('Marchand', { children: { Ana: {}, Bo: {} } }))
        .with(aFamily('Évrard', { children: { Cy: {} } }))
        .with(aWednesday({ capacity: 1 }))
        .with(anActivity('GARDERIE', { slots: { Soir: ['18:00', '19:00'] } }))
        .with(aPeriod(garderie, 'GARDERIE', { weekdays: [1, 2, 3, 4, 5] }))
        .with(aRegistration('Marchand', 'Ana', mercredi))
        .with(aRegistration('Marchand', 'Bo', garderie))
        .with(aRegistration('Évrard', 'Cy', mercredi)),
    )
    await book('Ana', mercredi, ['2026-12-09', '2026-12-16'])
    const { client } = town
    const cells = [
      {
        registrationId: town.registration('Cy', mercredi),
        day: '2026-12-09',
        slotId: town.slot('CLSH MERCREDI', 'Matin'),
      },
    ]
    await client.reservations.move({ cells, act: 'waitList' })
    const evening = [
      { registrationId: town.registration('Bo', garderie), day: '2026-12-09', slotId: town.slot('GARDERIE', 'Soir') },
    ]
    await client.reservations.move({ cells: evening, act: 'book' })
  })
  const closing = { from: '2026-12-09', to: '2026-12-11', activityIds: null }

  it('shows what it touches by activity and by state, and whom to tell', async () => {
    const touched = await town.client.year.previewClosing(closing)
    expect(touched).toMatchObject({ days: 3, confirmed: 2, waiting: 1, requested: 0, billed: 0, creditCents: 0 })
    expect(
      touched.activities
        .map(({ activity, openings, confirmed, waiting }) => [activity, openings, confirmed, waiting].join(' '))
        .toSorted((one, other) => (one < other ? -1 : 1)),
    ).toEqual(['CLSH MERCREDI 3 1 1', 'GARDERIE 3 1 0'])
    expect(touched.families.map(({ name, children }) => [name, children])).toEqual([
      ['Évrard', 'Cy'],
      ['Marchand', 'Ana,Bo'],
    ])
  })

  it('closes in one act: bookings and ranks end, with the reason; other days stay', async () => {
    const done = await ended(town.client.year.close({ ...closing, reason: 'Neige', charged: false }))
    expect(done).toMatchObject({ openings: 6, bookings: 2, waiting: 1, families: 2 })
    expect(bookings()).toBe(1)
    expect(await town.client.year.closings()).toMatchObject([
      {
        from: '2026-12-09',
        to: '2026-12-11',
        reason: 'Neige',
        openings: 6,
        activities: [{ name: 'CLSH MERCREDI' }, { name: 'GARDERIE' }],
      },
    ])
    expect(acts()).toEqual(['year.close'])
    expect(await refusal(ended(town.client.year.close({ ...closing, reason: 'Neige', charged: false })))).toMatch(
      /Rien n’est ouvert/,
    )
  })

  it('counts a booking whose cancellation is asked once, before as after, and keeps whom to tell until it is undone', async () => {
    const { client } = town
    // As the exchange writes what a family asks on the portal.
    town.store.sqlite
      .prepare(`update reservation set ask = 'cancel', recorded_at = '2026-11-24T08:00:00.000Z'
        where registration_id = ? and day = '2026-12-09'`)
      .run(town.registration('Bo', garderie))
    const { activities, confirmed, families } = await client.year.previewClosing(closing)
    expect(confirmed).toBe(2)
    expect(activities.map((one) => one.confirmed)).toEqual([1, 1])
    expect(activities.reduce((sum, { cancelAsked }) => sum + cancelAsked, 0)).toBe(1)
    const done = await ended(client.year.close({ ...closing, reason: 'Neige', charged: false }))
    expect(done.bookings).toBe(confirmed)
    const one = { ...closing, reason: 'Neige' }
    expect(await client.year.freedFamilies(one)).toEqual(families)
    const activityIds = [town.activity('GARDERIE')]
    expect((await client.year.freedFamilies({ ...one, activityIds })).map(({ name }) => name)).toEqual(['Marchand'])
    const file = await client.year.freedFamiliesFile({ ...one, format: 'xlsx' })
    const { rows } = await readXlsx(new Uint8Array(await file.arrayBuffer()), '', 100)
    expect(rows.map((row) => row.slice(0, 2))).toEqual([
      ['Famille', 'Enfants'],
      ['Évrard', 'Cy'],
      ['Marchand', 'Ana, Bo'],
    ])
    const paper = await client.year.freedFamiliesFile({ ...one, format: 'pdf' })
    expect(new TextDecoder().decode((await paper.arrayBuffer()).slice(0, 5))).toBe('%PDF-')
    await ended(client.year.reopen(one))
    expect(await client.year.freedFamilies(one)).toEqual([])
  })

  it('only for chosen activities', async () => {
    const activityIds = [town.activity('GARDERIE')]
    expect(await town.client.year.previewClosing({ ...closing, activityIds })).toMatchObject({
      confirmed: 1,
      waiting: 0,
    })
    await ended(town.client.year.close({ ...closing, activityIds, reason: 'Grève', charged: false }))
    expect(bookings()).toBe(2)
    expect(await refusal(town.client.year.previewClosing({ ...closing, activityIds: [] }))).toMatch(
      /au moins une activité/,
    )
    expect(await refusal(town.client.year.previewClosing({ ...closing, to: '2026-12-01' }))).toMatch(/fin vient avant/)
    expect(await refusal(town.client.year.previewClosing({ ...closing, to: '2027-12-01' }))).toMatch(
      /Deux mois au plus/,
    )
  })

  it('opens again, with nothing booked', async () => {
    await ended(town.client.year.close({ ...closing, reason: 'Neige', charged: false }))
    expect(await ended(town.client.year.reopen({ ...closing, reason: 'Neige' }))).toMatchObject({
      openings: 6,
    })
    expect(await town.client.year.closings()).toEqual([])
    expect(bookings()).toBe(1)
    await book('Ana', mercredi, ['2026-12-09'])
    expect(await refusal(ended(town.client.year.reopen({ ...closing, reason: 'Neige' })))).toMatch(/déjà ouverts/)
  })
})
