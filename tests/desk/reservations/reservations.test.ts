import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { checkFile } from '../../../main/store/checking/check.ts'
import { day, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { cellStates } from '../../../shared/rules/cell/cell.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'
import { asked, missing } from '../documents/documents-reading.ts'

const period = 'ALSH mercredi 2026/2027'
const names = ['Zoé', 'Noé', 'Inès', 'Malo'] as const
const wednesday = day('2026-12-09')
const year = { capacity: 2 }

const open = (changes: Parameters<typeof aWednesday>[0] = year) =>
  names
    .reduce(
      (town, name) => town.with(aRegistration(`Famille ${name}`, name, period)),
      names
        .reduce(
          (town, name) => town.with(aFamily(`Famille ${name}`, { familyQuotient: 727, children: { [name]: {} } })),
          aTown(),
        )
        .with(aWednesday(changes)),
    )
    .open()

/** The gestures of staff on a town's Wednesday mornings. */
const gestures = (town: Town) => {
  const key = (child: string, on = wednesday, slot = 'Matin') => ({
    registrationId: town.registration(child, period),
    day: on,
    slotId: town.slot('CLSH MERCREDI', slot),
  })
  const act = (name: Parameters<typeof town.client.reservations.move>[0]['act'], child: string, more: object = {}) =>
    town.client.reservations.move({ cells: [key(child)], act: name, ...more })
  const state = async (child: string, on = wednesday) => {
    const { state: now, rank } = await town.client.reservations.cell(key(child, on))
    return rank === null ? now : `${now} ${rank}`
  }
  return { key, act, state }
}

describe('the calendar at the desk', () => {
  let town: Town
  beforeAll(async () => {
    town = await open()
  })
  afterAll(() => town.close())

  it('shows for several cells: their children, the places once all are booked, and the possible acts with their cells', async () => {
    const on = day('2027-06-09')
    const key = (child: string) => gestures(town).key(child, on)
    await town.client.reservations.move({ cells: [key('Zoé')], act: 'book' })
    const cells = [key('Zoé'), key('Noé'), key('Inès')]
    const { states, children, places, acts } = await town.client.reservations.block({ cells })
    expect(states).toEqual([
      { state: 'confirmed', count: 1 },
      { state: 'free', count: 2 },
    ])
    expect(children.map(({ name }) => name)).toEqual(['Zoé Famille Zoé', 'Noé Famille Noé', 'Inès Famille Inès'])
    expect(places).toMatchObject([{ day: on, slot: 'Matin', capacity: 2, held: 1, withAll: 3 }])
    const open = (name: string) => acts.find((one) => one.act === name)?.cells
    expect(open('book')).toEqual([key('Noé'), key('Inès')])
    expect(open('free')).toEqual([key('Zoé')])

    const { refused } = await town.client.reservations.move({ cells: [key('Noé'), key('Inès')], act: 'book' })
    expect(refused).toMatchObject([{ child: 'Inès Famille Inès', day: on, slot: 'Matin' }])
  })

  it('opens on Wednesdays of school weeks, grey past the deadline, free after it', async () => {
    const [section] = await town.client.reservations.calendar({
      from: day('2026-11-25'),
      to: day('2026-12-16'),
      periodIds: null,
      familyId: null,
    })
    expect(
      section?.columns.map(({ day: on }) => on.slice(5)).filter((on, index, all) => all.indexOf(on) === index),
    ).toEqual(['11-25', '12-02', '12-09', '12-16'])
    const [closed] = await town.client.reservations.calendar({
      from: day('2026-11-26'),
      to: day('2026-11-26'),
      periodIds: [town.period(period)],
      familyId: null,
    })
    expect(closed).toMatchObject({ columns: [], rows: section?.rows.map(({ age }) => ({ age })) })
    const states = Array.from(section?.rows[0]?.states ?? '', (letter) => cellStates[letter.charCodeAt(0) - 97])
    expect(states).toEqual([...Array(6).fill('closed'), ...Array(6).fill('free')])
    const { closedReason } = await town.client.reservations.cell(gestures(town).key('Zoé', day('2026-12-02')))
    expect(closedReason).toMatch(/^Trop tard/)
  })

  it('books until the last place, then refuses with the reason and lists who waits', async () => {
    const { act, state } = gestures(town)
    expect(await act('book', 'Zoé')).toMatchObject({ done: 1, refused: [] })
    expect(await act('book', 'Noé')).toMatchObject({ done: 1 })
    const animator = await town.as('receptionist')
    const full = await animator.reservations.move({ cells: [gestures(town).key('Inès')], act: 'book' })
    expect(full).toMatchObject({ done: 0, actId: null })
    expect(full.refused[0]?.sentence).toBe(
      'Complet\u00a0: il ne reste aucune place. Passer outre demande le rôle Directeur.',
    )
    await act('waitList', 'Inès')
    await act('waitList', 'Malo')
    expect(await Promise.all(['Zoé', 'Inès', 'Malo'].map((child) => state(child)))).toEqual([
      'confirmed',
      'waitlisted 1',
      'waitlisted 2',
    ])
  })

  it('the audit trail counts the cells that were booked, not those asked, and names the child and the day', async () => {
    const { key } = gestures(town)
    const cells = [key('Zoé', day('2026-12-16')), key('Inès')]
    const { actId, done, refused } = await town.client.reservations.move({ act: 'book', cells })
    expect([done, refused.length]).toEqual([1, 1])
    const administrator = await town.as('administrator')
    const { acts } = await administrator.settings.audit({ entity: 'reservation' })
    expect(acts[0]).toMatchObject({ id: actId, label: 'Réservé\u00a0: 1\u00a0case' })
    const changes = await administrator.settings.auditAct({ id: actId ?? 0 })
    const names = ['Zoé Famille Zoé, 16/12/2026, Matin']
    expect(changes.map(({ entity, rows, names: told }) => ({ entity, rows, names: told }))).toEqual([
      { entity: 'reservation', rows: 1, names },
      { entity: 'reservation_move', rows: 1, names },
    ])
    await undone(town.client, actId ?? 0)
  })

  it('promotes strictly by rank, once a place is free', async () => {
    const { act, state } = gestures(town)
    expect((await act('promote', 'Inès')).refused[0]?.sentence).toBe('Complet\u00a0: il ne reste aucune place.')
    await act('free', 'Zoé')
    expect(await town.client.reservations.promotable()).toMatchObject([{ name: 'Famille Inès Inès', free: 1 }])
    expect((await act('promote', 'Malo')).refused[0]?.sentence).toMatch(/au rang 2/)
    await act('promote', 'Inès')
    expect(await state('Inès')).toBe('confirmed')
    expect(await state('Malo')).toBe('waitlisted 1')
  })

  it('overbooks only with the override right and a written reason, and says so', async () => {
    const { act, state } = gestures(town)
    expect((await act('book', 'Zoé')).refused[0]?.sentence).toBe(
      'Complet\u00a0: il ne reste aucune place. Passer outre demande un motif écrit.',
    )
    await act('book', 'Zoé', { reason: { kind: 'written', text: 'Fratrie' } })
    expect(await state('Zoé')).toBe('confirmed')
    const { places, story } = await town.client.reservations.cell(gestures(town).key('Zoé'))
    expect(places[0]).toMatchObject({ held: 3, capacity: 2, waiting: 1 })
    expect(story.map(({ sentence, reason }) => [sentence, reason])).toEqual([
      ['Réservé', 'Fratrie'],
      ['Libéré', ''],
      ['Réservé', ''],
    ])
  })

  it('takes an act back by a new one, unless the place was given meanwhile', async () => {
    const { act, state } = gestures(town)
    const freed = await act('free', 'Zoé')
    await town.client.requests.undo({ actId: freed.actId ?? 0 }).then(
      () => expect.unreachable('held was 3 of 2, so nothing is free to give back'),
      (error: unknown) =>
        expect(error).toMatchObject({
          data: { sentence: 'Complet\u00a0: rendre cette place dépasserait les places ouvertes.' },
        }),
    )
    const left = await act('removeFromList', 'Malo', { reason: { kind: 'written', text: 'Au téléphone' } })
    await town.client.requests.undo({ actId: left.actId ?? 0 })
    expect(await state('Malo')).toBe('waitlisted 1')
  })

  it('a demande entered by hand waits for its decision, due two working days later', async () => {
    const { key, state } = gestures(town)
    const on = day('2026-12-16')
    const cells = [key('Malo', on)]
    const recordedAt = instantOf(day('2026-11-24'), timeOfDay('18:05'))
    await town.client.reservations.move({ cells, act: 'enterDemand', recordedAt })
    expect(await town.client.reservations.cell(key('Malo', on))).toMatchObject({
      state: 'requestSent',
      answerBy: '2026-11-26',
      suggestion: { act: 'accept' },
    })
    await town.client.reservations.move({ cells, act: 'refuse', reason: { kind: 'written', text: 'Sortie complète' } })
    expect(await state('Malo', on)).toBe('free')
  })

  it('moves a block as one act: what can be is done, the rest is listed', async () => {
    const { key } = gestures(town)
    const days = ['2026-12-02', '2027-01-06', '2027-01-13'].map((text) => day(text))
    const animator = await town.client.reservations.move({ cells: days.map((on) => key('Zoé', on)), act: 'book' })
    expect(animator).toMatchObject({ done: 2, refused: [{ day: '2026-12-02' }] })
    await town.client.requests.undo({ actId: animator.actId ?? 0 })
    expect(await gestures(town).state('Zoé', days[1])).toBe('free')
  })

  it('closing a day previews what it frees, and frees it in one act with the reason', async () => {
    const closing = { from: wednesday, to: wednesday, periodIds: [town.period(period)], slotIds: null }
    expect(await town.client.reservations.closingPreview(closing)).toMatchObject({
      bookings: 2,
      waiting: 1,
      families: 3,
    })
    await town.client.reservations.close({ ...closing, reason: 'Intempéries', charged: false })
    const { state, closedReason, story } = await town.client.reservations.cell(gestures(town).key('Noé'))
    expect([state, closedReason, story[0]?.sentence]).toEqual(['closed', 'Fermé\u00a0: Intempéries.', 'Place retirée'])
  })

  it('the typical week fills the year, puts full days on the list, and names what it skips', async () => {
    const week = [{ weekday: 3, slotId: town.slot('CLSH MERCREDI', 'Matin') }]
    const input = { registrationId: town.registration('Malo', period), week, from: day('2026-11-25') }
    const preview = await town.client.reservations.weekPreview(input)
    const applied = await town.client.reservations.applyWeek(input)
    expect(applied).toEqual(preview)
    expect(applied.skipped.map(({ day: on }) => on)).toContain(wednesday)
    expect(applied.filled.map(({ day: on }) => on)).toContain('2027-06-30')
    expect(new Set(applied.skipped.map(({ reason }) => reason.slice(0, 9)))).toContain('Trop tard')
  })

  it('ending a registration frees what comes after and keeps what was', async () => {
    const input = { registrationId: town.registration('Malo', period), lastDay: day('2027-03-31') }
    const preview = await town.client.reservations.endingPreview(input)
    expect(preview.bookings).toBeGreaterThan(5)
    await town.client.reservations.endRegistration({ ...input, reason: 'Déménagement', charged: false })
    expect(await gestures(town).state('Malo', day('2027-03-24'))).toBe('confirmed')
    expect(await gestures(town).state('Malo', day('2027-04-07'))).toBe('closed')
  })
})

describe('a registration accepted with its typical week', () => {
  it('is one act: both are there, or neither', async () => {
    const town = await aTown()
      .with(aFamily('Aubry', { children: { Lou: {} } }))
      .with(aWednesday())
      .open()
    const { startDay, endDay } = await town.client.activities.period({ id: town.period(period) })
    const typicalWeek = [{ weekday: 3, slotId: town.slot('CLSH MERCREDI', 'Matin') }]
    const wished = { childId: town.child('Lou'), familyId: town.family('Aubry'), periodId: town.period(period) }
    const asked = { ...wished, startDay, endDay, typicalWeek, overrideReason: '' }
    const acts = () => town.store.statement('select count(*) from act').pluck().get()
    const before = acts()
    const preview = await town.client.reservations.registrationPreview(asked)
    expect(acts()).toBe(before)
    const { registrationId: _, ...made } = await town.client.reservations.registerWithWeek(asked)
    expect(made.filled.length).toBeGreaterThan(20)
    expect(preview).toEqual(made)
    await expect(town.client.reservations.registerWithWeek(asked)).rejects.toMatchObject({ code: 'REFUSED' })
    const [last] = town.store.statement('select label, kind from act order by id desc limit 1').all()
    expect(last).toEqual({ label: 'Inscription avec sa semaine type', kind: 'registrations.ask' })
    await town.close()
  })
})

describe('where the period promotes by itself', () => {
  it('a freed place goes to the next at once, before the cancel deadline', async () => {
    const town = await open({ capacity: 2, promotion: 'automatic' })
    const { act, state } = gestures(town)
    for (const child of ['Zoé', 'Noé']) await act('book', child)
    for (const child of ['Inès', 'Malo']) await act('waitList', child)
    expect(await act('free', 'Zoé')).toMatchObject({ done: 1, promoted: 1 })
    expect(await Promise.all([state('Inès'), state('Malo')])).toEqual(['confirmed', 'waitlisted 1'])
    await town.close()
  })

  it('so does one that the end of a registration freed', async () => {
    const town = await open({ capacity: 2, promotion: 'automatic' })
    const { act, state } = gestures(town)
    for (const child of ['Zoé', 'Noé']) await act('book', child)
    for (const child of ['Inès', 'Malo']) await act('waitList', child)
    await town.client.reservations.endRegistration({
      registrationId: town.registration('Zoé', period),
      lastDay: day('2026-12-02'),
      reason: 'Déménagement',
      charged: false,
    })
    expect(await Promise.all([state('Inès'), state('Malo')])).toEqual(['confirmed', 'waitlisted 1'])
    await town.close()
  })
})

const late = { deadline: { unit: 'calendarDays', amount: 30, before: 'day' }, after: { surcharge: 200 } } as const
const ill = { reason: { kind: 'listed', code: 'illness' } } as const

it('a registration ended before its first day leaves no booked day, and none can be booked', async () => {
  const town = await open({ capacity: 1, promotion: 'automatic' })
  const { act, state } = gestures(town)
  const registrationId = town.registration('Zoé', period)
  const { endDay, typicalWeek } = await town.client.registrations.get({ id: registrationId })
  const wished = { id: registrationId, startDay: wednesday, endDay, typicalWeek, overrideReason: '' }
  await town.client.registrations.change(wished)
  await act('book', 'Zoé')
  await act('waitList', 'Malo')
  const lastDay = day('2026-11-30')
  expect(await town.client.reservations.endingPreview({ registrationId, lastDay })).toMatchObject({ bookings: 1 })
  await town.client.reservations.endRegistration({ registrationId, lastDay, reason: 'Déménagement', charged: false })
  expect(await Promise.all([state('Zoé'), state('Malo')])).toEqual(['closed', 'confirmed'])
  expect(await town.client.registrations.get({ id: registrationId })).toMatchObject({
    state: 'withdrawn',
    startDay: wednesday,
    endDay,
    reason: 'Déménagement',
  })
  const director = { reason: { kind: 'written', text: 'Accord' } } as const
  expect((await act('book', 'Zoé', director)).refused[0]?.sentence).toBe('L’enfant n’est pas inscrit à cette période.')
  expect(checkFile(town.store.sqlite)).toEqual([])
  const ended = town.store.statement(`select id from act where kind = 'registrations.end'`).pluck().get() as number
  await undone(town.client, ended)
  expect(await Promise.all([state('Zoé'), state('Malo')])).toEqual(['confirmed', 'waitlisted 1'])
  await town.close()
})

it('a family that leaves ends its registrations in the same act: previewed before, and undone as one', async () => {
  const town = await open({ capacity: 1, promotion: 'automatic' })
  const { state, key } = gestures(town)
  const familyId = town.family('Famille Zoé')
  const later = day('2026-12-16')
  await town.client.reservations.move({ cells: [key('Zoé'), key('Zoé', later)], act: 'book' })
  await town.client.reservations.move({ cells: [key('Malo', later)], act: 'waitList' })
  const registrationId = town.registration('Zoé', period)
  expect(await town.client.reservations.leavingPreview({ familyId, on: later })).toMatchObject({
    registrations: [{ id: registrationId, firstName: 'Zoé', period, becomes: 'ended' }],
    bookings: 1,
  })
  await town.client.reservations.leave({ familyId, on: later, charged: false })
  expect(await Promise.all([state('Zoé'), state('Zoé', later), state('Malo', later)])).toEqual([
    'confirmed',
    'closed',
    'confirmed',
  ])
  expect(await town.client.registrations.get({ id: registrationId })).toMatchObject({
    state: 'ended',
    endDay: '2026-12-15',
    reason: 'Départ de la famille',
  })
  expect(await town.client.families.one({ id: familyId })).toMatchObject({ leftOn: later })
  // It goes sooner than was said: what is ended already ends sooner too.
  await town.client.reservations.leave({ familyId, on: wednesday, charged: false })
  expect(await town.client.registrations.get({ id: registrationId })).toMatchObject({
    state: 'ended',
    endDay: '2026-12-08',
  })
  expect(await state('Zoé')).toBe('closed')
  expect(checkFile(town.store.sqlite)).toEqual([])
  const acts = town.store.statement(`select id from act where kind = 'families.leave' order by id desc`).pluck().all()
  for (const one of acts) await undone(town.client, one as number)
  expect(await Promise.all([state('Zoé'), state('Zoé', later), state('Malo', later)])).toEqual([
    'confirmed',
    'confirmed',
    'waitlisted 1',
  ])
  expect(await town.client.families.one({ id: familyId })).toMatchObject({ leftOn: null })
  await town.close()
})

it('a family that leaves withdraws what it still asks for, and what had not begun', async () => {
  const town = await aTown()
    .with(aFamily('Famille Zoé', { familyQuotient: 727, children: { Zoé: {}, Léo: {} } }))
    .with(aWednesday(year))
    .with(aRegistration('Famille Zoé', 'Zoé', period))
    .open()
  const familyId = town.family('Famille Zoé')
  const { startDay, endDay } = await town.client.activities.period({ id: town.period(period) })
  await town.client.registrations.ask({
    childId: town.child('Léo'),
    familyId,
    periodId: town.period(period),
    startDay,
    endDay,
    typicalWeek: [],
    overrideReason: '',
    accepted: false,
  })
  await town.client.reservations.leave({ familyId, on: day('2020-01-01'), charged: false })
  expect((await town.client.registrations.ofFamily({ familyId })).map((one) => one.state)).toEqual([
    'withdrawn',
    'withdrawn',
  ])
  expect(checkFile(town.store.sqlite)).toEqual([])
  await town.close()
})

describe('past a deadline where late bookings cost a majoration', () => {
  let town: Town
  beforeAll(async () => {
    town = await open({ bookingRule: late, capacity: 4 })
  })
  afterAll(() => town.close())
  const told = async (child: string) => {
    const { state, notes, story } = await town.client.reservations.cell(gestures(town).key(child))
    return [state, notes.map((note) => note.replaceAll('\u00a0', ' ')), story[0]?.reason]
  }

  it('staff say why, and whether the family owes it', async () => {
    const { act, key } = gestures(town)
    const receptionist = await town.as('receptionist')
    const cells = [key('Zoé')]
    expect(await receptionist.reservations.move({ cells, act: 'book' })).toMatchObject({
      done: 0,
      refused: [{ needs: 'listedReason', surcharge: 200 }],
    })
    expect(await act('book', 'Zoé', ill)).toMatchObject({ done: 0, refused: [{ surcharge: 200 }] })
    expect(await told('Zoé')).toEqual(['free', [], undefined])
    await receptionist.reservations.move({ cells, act: 'book', ...ill, surchargeAccepted: true })
    expect(await told('Zoé')).toEqual(['confirmed', ['réservation hors délai, majoration de 2,00 €'], 'Enfant malade'])
    await receptionist.reservations.move({ cells: [key('Noé')], act: 'book', ...ill, surchargeAccepted: false })
    expect(await told('Noé')).toEqual(['confirmed', [], 'Enfant malade (sans majoration)'])
  })

  it('a typical week lists these days instead of booking them', async () => {
    const { key } = gestures(town)
    const week = [{ weekday: 3, slotId: key('Inès').slotId }]
    const registrationId = town.registration('Inès', period)
    const { filled, skipped } = await town.client.reservations.weekPreview({ registrationId, week, from: wednesday })
    expect(skipped[0]).toMatchObject({
      day: wednesday,
      reason: 'Hors délai\u00a0: à réserver à part, avec sa majoration de 2,00\u00a0€.',
    })
    expect(filled[0]?.day).toBe('2027-01-06')
  })

  it('a demande written at the counter says whether the family accepts it', async () => {
    const { act, key } = gestures(town)
    const suggestion = async () => {
      const [item] = await town.client.requests.queue()
      const detail = item && (await town.client.requests.one(item.key))
      return detail?.parts[0]?.suggested
    }
    expect(await act('enterDemand', 'Malo')).toMatchObject({ done: 0, refused: [{ needs: null, surcharge: 200 }] })
    await act('enterDemand', 'Malo', { surchargeAccepted: false })
    expect(await suggestion()).toMatchObject({
      act: 'refuse',
      reason: 'Le délai est dépassé et la majoration n’a pas été acceptée.',
    })
    await act('takeBack', 'Malo')
    await act('enterDemand', 'Malo', { surchargeAccepted: true })
    expect(await suggestion()).toMatchObject({ act: 'accept' })
    await act('accept', 'Malo')
    expect(await told('Malo')).toMatchObject(['confirmed', ['réservation hors délai, majoration de 2,00 €'], ''])
    await act('free', 'Malo')
    // Asked in time, however late it is written down: nothing is due.
    const recordedAt = instantOf(day('2026-11-02'), timeOfDay('10:00'))
    await town.client.reservations.move({ cells: [key('Malo')], act: 'enterDemand', recordedAt })
    await act('accept', 'Malo')
    expect(await told('Malo')).toEqual(['confirmed', [], ''])
  })
})

it('when only one of two slots is asked for late, only that one costs the surcharge', async () => {
  const deadline = { unit: 'hours', amount: 375 } as const
  const town = await open({ capacity: 4, cancelRule: { deadline, after: { surcharge: 500 } } })
  const cells = ['Matin', 'Repas'].map((slot) => gestures(town).key('Zoé', wednesday, slot))
  await town.client.reservations.move({ cells, act: 'book' })
  const recordedAt = instantOf(day('2026-11-23'), timeOfDay('18:05'))
  await town.client.reservations.move({ cells, act: 'enterDemand', recordedAt, surchargeAccepted: true })
  const [item] = await town.client.requests.queue()
  const detail = item && (await town.client.requests.one(item.key))
  expect(detail?.parts.map(({ suggested }) => suggested.why.replaceAll('\u00a0', ' '))).toEqual([
    'Hors délai, majoration de 5,00 € acceptée par la famille : la place se libère.',
  ])
  await town.close()
})

describe('what a cell was before', () => {
  it('asks for no surcharge of what staff begin anew', async () => {
    const town = await open({ capacity: 1, bookingRule: late })
    const { act, state } = gestures(town)
    const surcharge = () =>
      town.store
        .statement('select surcharge_cents from reservation where registration_id = ?')
        .pluck()
        .get(town.registration('Zoé', period))
    await act('book', 'Zoé', { ...ill, surchargeAccepted: true })
    expect(surcharge()).toBe(200)
    await act('free', 'Zoé')
    await act('waitList', 'Zoé')
    await act('promote', 'Zoé')
    expect([await state('Zoé'), surcharge()]).toEqual(['confirmed', 0])
    await town.close()
  })

  it('says why a freed place cannot come back: it was given since, or there was none to give', async () => {
    const town = await open({ capacity: 1 })
    const { act } = gestures(town)
    const written = { reason: { kind: 'written', text: 'Fratrie' } }
    const whyNotUndone = async ({ actId }: { actId: number | null }) =>
      undone(town.client, actId ?? 0).then(
        () => null,
        (error: Error) => error.message.replaceAll('\u00a0', ' '),
      )
    for (const child of ['Zoé', 'Noé', 'Inès']) await act('book', child, written)
    const third = await act('free', 'Inès')
    expect(await whyNotUndone(third)).toBe('Il y a déjà plus de réservations que de places ouvertes.')
    const second = await act('free', 'Noé')
    expect(await whyNotUndone(second)).toBe('Complet : rendre cette place dépasserait les places ouvertes.')
    const first = await act('free', 'Zoé')
    await act('book', 'Malo')
    for (const freed of [first, second, third]) expect(await whyNotUndone(freed)).toBe('La place a été donnée depuis.')
    await act('free', 'Malo')
    expect(await whyNotUndone(first)).toBeNull()
    await town.close()
  })

  it('does not come back on a day that is closed since, nor in a registration that is over', async () => {
    const town = await open()
    const { act, key, state } = gestures(town)
    for (const child of ['Zoé', 'Noé']) await act('book', child)
    const freed = await act('free', 'Zoé')
    const other = await act('free', 'Noé')
    await town.client.reservations.endRegistration({
      registrationId: town.registration('Noé', period),
      lastDay: day('2026-12-02'),
      reason: 'Déménagement',
      charged: false,
    })
    await expect(town.client.requests.undo({ actId: other.actId ?? 0 })).rejects.toMatchObject({
      data: { sentence: 'L’inscription ne comprend plus ces jours\u00a0: il n’y a plus rien à annuler ici.' },
    })
    const closing = { from: wednesday, to: wednesday, periodIds: [town.period(period)], slotIds: null }
    await town.client.reservations.close({ ...closing, reason: 'Intempéries', charged: false })
    await expect(town.client.requests.undo({ actId: freed.actId ?? 0 })).rejects.toMatchObject({
      data: { sentence: 'Fermé\u00a0: Intempéries.' },
    })
    expect([await state('Zoé'), (await town.client.reservations.cell(key('Noé'))).state]).toEqual(['closed', 'closed'])
    await town.close()
  })
})

it('before the first known address of a home, that address counts, for its days as for its prices', async () => {
  const town = await aTown()
    .with(aFamily('Famille Zoé', { children: { Zoé: {} } }))
    .with(anActivity('CLSH MERCREDI', { residentsOnly: true }))
    .with(aPeriod(period, 'CLSH MERCREDI'))
    .with(aRegistration('Famille Zoé', 'Zoé', period))
    .open()
  town.store.statement(`update family_address set from_day = '2027-01-04'`).run()
  expect(await gestures(town).act('book', 'Zoé')).toMatchObject({ done: 1, refused: [] })
  await town.close()
})

describe('a typical week where children wait', () => {
  it('goes after them, though a place be free', async () => {
    const town = await open()
    const { act, key, state } = gestures(town)
    for (const child of ['Zoé', 'Noé']) await act('book', child)
    await act('waitList', 'Inès')
    await act('free', 'Zoé')
    const week = [{ weekday: 3, slotId: key('Malo').slotId }]
    const { waitListed } = await town.client.reservations.applyWeek({
      registrationId: town.registration('Malo', period),
      week,
      from: wednesday,
    })
    expect(waitListed).toEqual([{ day: wednesday, slotId: key('Malo').slotId }])
    expect([await state('Inès'), await state('Malo')]).toEqual(['waitlisted 1', 'waitlisted 2'])
    await town.close()
  })
})

describe('where two slots of one activity overlap', () => {
  it('a child can have only one of them, in one act or in two', async () => {
    const town = await aTown()
      .with(aFamily('Famille Zoé', { children: { Zoé: {} } }))
      .with(anActivity('CLSH MERCREDI', { slots: { Matin: ['08:00', '12:00'], Journée: ['08:00', '18:00'] } }))
      .with(aPeriod(period, 'CLSH MERCREDI', year))
      .with(aRegistration('Famille Zoé', 'Zoé', period))
      .open()
    const { key } = gestures(town)
    const both = ['Matin', 'Journée'].map((slot) => key('Zoé', wednesday, slot))
    const { done, refused } = await town.client.reservations.move({ cells: both, act: 'book' })
    expect(done).toBe(1)
    expect(refused.map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/^Déjà réservé aux mêmes heures.*CLSH MERCREDI, Matin/),
    ])
    await town.close()
  })
})

const later = day('2026-12-16')
/** Zoé's morning goes a week later. */
const aWeekLater = (town: Town, more: object = {}) => {
  const { registrationId, slotId } = gestures(town).key('Zoé')
  return { registrationId, from: wednesday, to: later, slotIds: [slotId], ...more }
}
const openBooked = async (changes: Parameters<typeof aWednesday>[0] = year) => {
  const town = await open(changes)
  onTestFinished(() => town.close())
  await gestures(town).act('book', 'Zoé')
  return { town, ...gestures(town) }
}
const why = (asked: Promise<unknown>) =>
  asked.then(
    () => null,
    (error: { data?: { sentence?: string } }) => error.data?.sentence?.replaceAll('\u00a0', ' '),
  )

describe('a booking that goes to another day', () => {
  it('is freed and booked in one act, shown in both histories, and undone as one', async () => {
    const { town, state, key } = await openBooked()
    expect(await town.client.reservations.reschedulingPreview(aWeekLater(town))).toEqual({
      refused: [],
      lacks: [],
      needs: 'nothing',
      asksCharged: false,
      surcharge: null,
      passed: null,
      places: [{ slot: 'Matin', held: 0, capacity: 2 }],
    })
    const { slotId } = key('Zoé')
    const twice = aWeekLater(town, { slotIds: [slotId, slotId] })
    const { actId, done } = await town.client.reservations.reschedule(twice)
    expect([done, await state('Zoé'), await state('Zoé', later)]).toEqual([1, 'free', 'confirmed'])
    const told = async (on: typeof later) => (await town.client.reservations.cell(key('Zoé', on))).story.at(0)?.reason
    expect([await told(wednesday), await told(later)]).toEqual(['déplacé au mer. 16 déc.', 'déplacé du mer. 9 déc.'])
    await town.client.requests.undo({ actId })
    expect([await state('Zoé'), await state('Zoé', later)]).toEqual(['confirmed', 'free'])
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('stays where it is when the other day is full, closed or the same', async () => {
    const { town, state } = await openBooked({ capacity: 1 })
    await town.client.reservations.move({ cells: [gestures(town).key('Noé', later)], act: 'book' })
    const receptionist = await town.as('receptionist')
    const full = 'Mer. 16 déc., matin. Complet : il ne reste aucune place. Passer outre demande le rôle Directeur.'
    expect(await why(receptionist.reservations.reschedule(aWeekLater(town)))).toBe(full)
    const { refused } = await receptionist.reservations.reschedulingPreview(aWeekLater(town))
    expect(refused.map((sentence) => sentence.replaceAll('\u00a0', ' '))).toEqual([full])
    expect(await why(receptionist.reservations.reschedule(aWeekLater(town, { to: day('2026-12-17') })))).toMatch(
      /^Jeu. 17 déc., matin. Pas d’accueil/,
    )
    expect(await why(town.client.reservations.reschedule(aWeekLater(town, { to: wednesday })))).toMatch(
      /^Choisissez un autre/,
    )
    expect([await state('Zoé'), await state('Zoé', later)]).toEqual(['confirmed', 'free'])
  })

  it('before those who wait for the last place of the other day asks first', async () => {
    const { town, state, key } = await openBooked({ capacity: 1 })
    await town.client.reservations.move({ cells: [key('Inès', later)], act: 'waitList' })
    const preview = await town.client.reservations.reschedulingPreview(aWeekLater(town))
    expect([preview.refused, preview.passed, preview.lacks.length]).toEqual([[], 1, 1])
    expect(await why(town.client.reservations.reschedule(aWeekLater(town)))).toMatch(
      /1 enfant attend une place ce jour-là/,
    )
    await town.client.reservations.reschedule(aWeekLater(town, { passesWaiting: true }))
    expect([await state('Zoé', later), await state('Inès', later)]).toEqual(['confirmed', 'waitlisted 1'])
  })

  it('past the deadline of the day that is left asks why, and whether that day stays billed', async () => {
    const { town, state } = await openBooked()
    town.clock.set('2026-12-04')
    expect(await town.client.reservations.reschedulingPreview(aWeekLater(town))).toMatchObject({
      refused: [],
      lacks: [expect.stringMatching(/^Mer. 9 déc., matin. Le délai est dépassé/)],
      needs: 'listedReason',
      asksCharged: true,
    })
    expect(await why(town.client.reservations.reschedule(aWeekLater(town)))).toMatch(
      /choisissez un motif dans la liste\.$/,
    )
    expect(await why(town.client.reservations.reschedule(aWeekLater(town, ill)))).toMatch(
      /dites si la place reste facturée\.$/,
    )
    expect([await state('Zoé'), await state('Zoé', later)]).toEqual(['confirmed', 'free'])
    await town.client.reservations.reschedule(aWeekLater(town, { ...ill, charged: true }))
    expect(town.store.statement('select charged_reason from reservation where day = ?').pluck().all(wednesday)).toEqual(
      ['Enfant malade, déplacé au mer. 16 déc.'],
    )
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('gives the place it leaves to whoever waits for it', async () => {
    const { town, act, state } = await openBooked({ capacity: 1, promotion: 'automatic' })
    await act('waitList', 'Inès')
    expect(await town.client.reservations.reschedule(aWeekLater(town))).toMatchObject({ done: 1, promoted: 1 })
    expect([await state('Inès'), await state('Zoé', later)]).toEqual(['confirmed', 'confirmed'])
  })
})

it('the calendar is printed as it is shown, with the signs that it has', async () => {
  const town = await open()
  onTestFinished(() => town.close())
  const { act } = gestures(town)
  await act('book', 'Zoé')
  await act('book', 'Noé')
  await act('waitList', 'Inès')
  const shown = { from: wednesday, to: day('2026-12-16'), periodIds: [town.period(period)], familyId: null }
  const file = await town.client.reservations.calendarPdf(shown)
  expect(file.name).toBe('Calendrier 9 au 16 déc. 2026.pdf')
  expect((await town.client.reservations.calendarPdf({ ...shown, to: wednesday })).name).toBe(
    'Calendrier mer. 9 déc. 2026.pdf',
  )
  expect(await why(town.client.reservations.calendarPdf({ ...shown, periodIds: [9999] }))).toBe(
    'Cette période n’existe plus.',
  )
  if (missing('pdftotext')) return
  const text = asked('pdftotext', new Uint8Array(await file.arrayBuffer()), [], ['-']).replaceAll(/\s+/g, ' ')
  for (const word of [period, '4 enfants', 'Famille Zoé Zoé', '2/2', 'Validée', 'En attente'])
    expect(text).toContain(word)
  expect(text).not.toContain('Annulation')
})
