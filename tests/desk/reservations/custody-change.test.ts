import { afterEach, describe, expect, it } from 'vitest'
import type { CustodyChangeInput, HomeDecision } from '../../../shared/contract/desk/reservations/custody.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { aClock } from '../../support/desk.ts'
import { close, even, gestures, odd, open, period, town, week1, week2, week3, week4 } from '../families/two-homes.ts'

afterEach(close)

describe('a change of rule', () => {
  it('lists the bookings to come whose day changes owner, and no other', async () => {
    const { book, rule, preview, change, marchand, duval } = await open()
    for (const on of [even, odd, week1, week2]) await book('Marchand', on)
    expect((await preview(rule('2026-09-01'))).map(({ day: on }) => on)).toEqual([odd, week1])
    expect((await preview(rule('2026-12-20'))).map(({ day: on }) => on)).toEqual([week1])
    expect((await preview(rule('2026-09-01', marchand, marchand))).length).toBe(0)
    await change(rule('2026-09-01'), 'free')
    const swapped = await preview(rule('2027-01-01', duval, marchand))
    expect(swapped.map(({ day: on, ownerId }) => [on, ownerId])).toEqual([[week2, duval]])
  })

  it('leaves what is past with the home that booked: a rule that would move it is refused, and says from when it may be', async () => {
    const clock = aClock('2026-11-25')
    const { book, rule, preview, state, change } = await open({}, clock)
    await book('Marchand', odd)
    await book('Marchand', week1)
    clock.set(odd)
    const refused = {
      data: {
        field: 'from',
        sentence:
          '1\u00a0jour déjà passé et réservé changerait de foyer\u00a0: ce qui est passé reste au foyer qui a réservé. ' +
          'Faites une nouvelle règle à partir du 17 décembre 2026.',
      },
    }
    await expect(preview(rule('2026-09-01'))).rejects.toMatchObject(refused)
    const asked = { change: rule('2026-09-01'), decisions: [] }
    const { childId } = gestures(town)
    await expect(town.client.reservations.changeCustody({ childId, ...asked })).rejects.toMatchObject(refused)
    await expect(change({ kind: 'days', days: [day(odd)], home: town.family('Duval') })).rejects.toMatchObject({
      data: { sentence: expect.stringContaining('Choisissez des jours à partir du 17 décembre 2026.') },
    })
    expect((await change(rule('2026-12-17'))).listed.map(({ day: on }) => on)).toEqual([week1])
    expect(await state('Marchand', odd)).toContain('Réservation validée')
  })

  it('is proposed for the whole school year while nothing of it is booked, afterwards from today', async () => {
    const clock = aClock('2026-11-25')
    const { book, rule, change, childId } = await open({}, clock)
    const proposed = async () =>
      (await town.client.reservations.custody({ childId, from: day('2026-09-01'), to: day('2027-08-31') })).newRuleFrom
    await book('Marchand', even)
    expect(await proposed()).toBe('2026-09-01')
    clock.set(even)
    expect(await proposed()).toBe('2026-12-10')
    clock.set('2026-12-15')
    expect(await proposed()).toBe('2026-12-15')
    await change(rule('2026-09-01'))
    expect(await proposed()).toBe('2026-12-15')
  })

  it('moves, frees and keeps, one by one, in one act', async () => {
    const { book, rule, preview, childId, state, cell } = await open()
    for (const on of [odd, week1, week3]) await book('Marchand', on)
    const change = rule('2026-12-01')
    const acts: readonly HomeDecision[] = ['move', 'free', 'keep']
    const decisions = (await preview(change)).map(({ reservationId }, at) => ({
      reservationId,
      act: acts[at] ?? 'keep',
    }))
    expect(await town.client.reservations.changeCustody({ childId, change, decisions })).toEqual({
      moved: 1,
      freed: 1,
      kept: 1,
      promoted: 0,
    })
    expect(await state('Duval', odd)).toBe('Réservation validée')
    expect(await state('Marchand', odd)).toBe('Case grisée. Jour de l’autre foyer.')
    expect(await state('Duval', week1)).toBe('Case libre')
    expect(await state('Marchand', week3)).toBe('Réservation validée, jour de l’autre foyer')
    expect((await cell('Duval', odd)).story[0]).toMatchObject({ sentence: 'Reçu de l’autre foyer' })
    expect((await cell('Marchand', odd)).story[0]).toMatchObject({
      sentence: 'Place retirée',
      reason: 'Jour de l’autre foyer',
    })
    const [last] = town.store.statement('select kind, label from act order by id desc limit 1').all()
    expect(last).toMatchObject({
      kind: 'reservations.custody',
      label: 'Garde alternée de Louison Marchand\u00a0: règle au 1ᵉʳ décembre 2026',
    })
  })

  it('a booking that staff kept is not listed again, unless its day changes home', async () => {
    const { book, rule, change, preview, marchand, duval } = await open()
    await book('Marchand', odd)
    await change(rule('2026-09-01'), 'keep')
    expect(await preview({ kind: 'asItIs' })).toEqual([])
    expect(await preview(rule('2026-11-01'))).toEqual([])
    await change(rule('2026-11-01', duval, marchand))
    expect((await preview({ kind: 'removeRule', from: day('2026-11-01') })).map(({ day: on }) => on)).toEqual([odd])
  })

  it('a full day stays full: the place goes over, nobody is promoted into it', async () => {
    const { book, rule, change, state, cell, key } = await open({ capacity: 1 })
    await book('Marchand', odd)
    expect(await book('Duval', even)).toBe('réservé')
    await town.client.reservations.move({
      cells: [key('Tom', odd)],
      act: 'waitList',
    })
    await change(rule('2026-12-12'), 'move')
    expect(await state('Duval', odd)).toBe('Réservation validée')
    expect((await cell('Duval', odd)).places[0]).toMatchObject({ held: 1, capacity: 1, waiting: 1 })
  })

  it('a rank goes over as it is, and is never kept', async () => {
    const { book, rule, change, preview, childId, state, key } = await open({ capacity: 1 })
    await town.client.reservations.move({
      cells: [key('Tom', odd)],
      act: 'book',
    })
    expect(await book('Marchand', odd)).toContain('Complet')
    await town.client.reservations.move({ cells: [key('Marchand', odd)], act: 'waitList' })
    const [listed] = await preview(rule('2026-09-01'))
    expect(listed).toMatchObject({ held: 'waitlisted', whyNotMoved: null })
    await expect(
      town.client.reservations.changeCustody({
        childId,
        change: rule('2026-09-01'),
        decisions: [{ reservationId: listed?.reservationId ?? 0, act: 'keep' }],
      }),
    ).rejects.toMatchObject({ data: { sentence: expect.stringContaining('ne se garde pas') } })
    await change(rule('2026-09-01'), 'move')
    expect(await state('Duval', odd)).toBe('Demande de réservation en attente, place 1')
    expect(await state('Marchand', odd)).toBe('Case grisée. Jour de l’autre foyer.')
  })

  it('a place freed goes to the next of the list where the period says so', async () => {
    const { book, rule, change, key, state } = await open({ capacity: 1, promotion: 'automatic' })
    await book('Marchand', odd)
    await town.client.reservations.move({ cells: [key('Tom', odd)], act: 'waitList' })
    expect((await change(rule('2026-09-01'), 'free')).done).toMatchObject({ freed: 1, promoted: 1 })
    expect(await state('Tom', odd)).toBe('Réservation validée')
  })

  it('says why a place cannot go over where the other home is not registered', async () => {
    const { book, rule, preview, childId } = await open()
    await book('Marchand', odd)
    await town.client.reservations.endRegistration({
      registrationId: town.registration('Duval', period),
      lastDay: day('2026-12-01'),
      reason: 'Déménagement',
      charged: false,
    })
    const [listed] = await preview(rule('2026-09-01'))
    expect(listed?.whyNotMoved).toBe('L’autre foyer n’est pas inscrit à cette période.')
    await expect(
      town.client.reservations.changeCustody({
        childId,
        change: rule('2026-09-01'),
        decisions: [{ reservationId: listed?.reservationId ?? 0, act: 'move' }],
      }),
    ).rejects.toMatchObject({ data: { sentence: 'L’autre foyer n’est pas inscrit à cette période.' } })
  })

  it('is refused and changes nothing when the list is no longer the one that was read', async () => {
    const { book, rule, preview, childId } = await open()
    await book('Marchand', odd)
    const change = rule('2026-09-01')
    const decisions = (await preview(change)).map(({ reservationId }) => ({ reservationId, act: 'free' as const }))
    await book('Marchand', week1)
    await expect(town.client.reservations.changeCustody({ childId, change, decisions })).rejects.toMatchObject({
      data: { sentence: expect.stringContaining('relisez la liste') },
    })
    const { rules } = await town.client.reservations.custody({ childId, from: day(even), to: day(week4) })
    expect(rules).toEqual([])
    expect(await book('Marchand', week3)).toBe('réservé')
  })

  it('is for whoever decides', async () => {
    const { rule, childId } = await open()
    const cashier = await town.as('cashier')
    await expect(
      cashier.reservations.changeCustody({ childId, change: rule('2026-09-01'), decisions: [] }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('a demande recorded before the rule', () => {
  it('is shown with the change, whose day it was and whose it becomes', async () => {
    const { rule, change, demandes, key, marchand, duval } = await open()
    for (const [home, on] of [
      ['Marchand', odd],
      ['Duval', week1],
      ['Marchand', even],
    ] as const) {
      await town.client.reservations.move({ cells: [key(home, on)], act: 'enterDemand' })
    }
    const whose = async (wanted: CustodyChangeInput) =>
      (await demandes(wanted)).map((one) => [one.day, one.familyId, one.ownerBefore, one.ownerAfter])
    expect(await whose(rule('2026-12-12'))).toEqual([
      [odd, marchand, null, duval],
      [week1, duval, null, duval],
    ])
    await change(rule('2026-09-01'))
    expect(await whose({ kind: 'days', days: [day(even)], home: duval })).toEqual([[even, marchand, marchand, duval]])
    expect(await whose({ kind: 'asItIs' })).toEqual([])
    expect(await whose({ kind: 'removeRule', from: day('2026-09-01') })).toEqual([
      [even, marchand, marchand, null],
      [odd, marchand, duval, null],
      [week1, duval, duval, null],
    ])
  })

  it('is no longer accepted, only answered', async () => {
    const { rule, change, key, state } = await open()
    const move = (act: 'enterDemand' | 'accept' | 'waitList' | 'refuse', more: object = {}) =>
      town.client.reservations.move({ cells: [key('Marchand', odd)], act, ...more })
    await move('enterDemand')
    expect((await change(rule('2026-09-01'))).listed).toEqual([])
    expect(await state('Marchand', odd)).toBe('Demande de réservation envoyée')
    expect((await move('accept')).refused[0]?.sentence).toBe('Jour de l’autre foyer.')
    expect((await move('waitList')).refused[0]?.sentence).toBe('Jour de l’autre foyer.')
    await move('refuse', { reason: { kind: 'written', text: 'Jour de l’autre foyer' } })
    expect(await state('Marchand', odd)).toBe('Case grisée. Jour de l’autre foyer.')
  })

  it('of the other home is accepted with the place that passes to it', async () => {
    const { rule, change, key, book, state, cell } = await open()
    await book('Marchand', odd)
    await town.client.reservations.move({ cells: [key('Duval', odd)], act: 'enterDemand' })
    await change(rule('2026-09-01'), 'move')
    expect(await state('Duval', odd)).toBe('Réservation validée')
    expect((await cell('Duval', odd)).recordedAt).toBeNull()
  })
})
