import { afterEach, describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import { aClock } from '../../support/desk.ts'
import { billing } from '../../support/towns/billing.ts'
import { undone } from '../../support/undone.ts'
import { close, even, facts, lastAct, odd, open, town, week1, week2, week3, week4 } from '../families/two-homes.ts'

afterEach(close)

describe('a change of rule taken back', () => {
  it.each(['move', 'free', 'keep'] as const)('gives every fact back, where bookings were settled: %s', async (act) => {
    const { book, rule, change, state } = await open()
    for (const on of [even, odd, week1, week2]) {
      await book('Marchand', on)
      await book('Marchand', on, 'Repas')
    }
    const before = facts()
    const { listed } = await change(rule('2026-09-01'), act)
    expect(listed.length).toBe(4)
    await undone(town.client, lastAct())
    expect(facts()).toEqual(before)
    expect(await state('Marchand', odd)).toBe('Réservation validée')
    expect(await book('Duval', odd)).toContain('Déjà réservé aux mêmes heures')
  })

  it('gives the first rule back where a second had handed its days over', async () => {
    const { book, rule, change, marchand, duval } = await open()
    await change(rule('2026-09-01'))
    await book('Marchand', even)
    await book('Duval', odd)
    const before = facts()
    await change(rule('2026-09-01', duval, marchand), 'move')
    await undone(town.client, lastAct())
    expect(facts()).toEqual(before)
  })

  it('gives an exchanged day and its bookings back', async () => {
    const { book, rule, change, duval } = await open()
    await change(rule('2026-09-01'))
    await book('Marchand', even)
    const before = facts()
    await change({ kind: 'days', days: [day(even)], home: duval }, 'move')
    await undone(town.client, lastAct())
    expect(facts()).toEqual(before)
  })

  it('keeps a full day full, and the ranks where they stood', async () => {
    const { book, rule, change, key } = await open({ capacity: 1 })
    await book('Marchand', odd)
    await town.client.reservations.move({ cells: [key('Tom', odd)], act: 'waitList' })
    await town.client.reservations.move({ cells: [key('Tom', week1)], act: 'book' })
    await town.client.reservations.move({ cells: [key('Marchand', week1)], act: 'waitList' })
    const before = facts()
    await change(rule('2026-09-01'), 'move')
    await undone(town.client, lastAct())
    expect(facts()).toEqual(before)
  })

  it('and the place that it gave to the next of the list', async () => {
    const { book, rule, change, key } = await open({ capacity: 1, promotion: 'automatic' })
    await book('Marchand', odd)
    await town.client.reservations.move({ cells: [key('Tom', odd)], act: 'waitList' })
    const before = facts()
    await change(rule('2026-09-01'), 'free')
    await undone(town.client, lastAct())
    expect(facts()).toEqual(before)
  })

  it('says why not, and changes nothing, once the day was given to somebody else', async () => {
    const { book, rule, change, key } = await open({ capacity: 1 })
    await book('Marchand', odd)
    await change(rule('2026-09-01'), 'free')
    const changed = lastAct()
    await town.client.reservations.move({ cells: [key('Tom', odd)], act: 'book' })
    const before = facts()
    await expect(undone(town.client, changed)).rejects.toThrow('La place a été donnée depuis.')
    expect(facts()).toEqual(before)
  })

  it('says why not once the other home booked on its new days', async () => {
    const { book, rule, change, marchand, duval } = await open()
    await change(rule('2026-09-01', duval, marchand))
    await change(rule('2026-09-01'))
    const changed = lastAct()
    await book('Marchand', even)
    const before = facts()
    await expect(undone(town.client, changed)).rejects.toThrow('tomberaient sur un jour de l’autre foyer')
    expect(facts()).toEqual(before)
  })

  it('says why not once a day that was moved is billed', async () => {
    const clock = aClock()
    const { book, rule, change } = await open({}, clock)
    await book('Marchand', odd)
    await change(rule('2026-09-01'), 'move')
    const changed = lastAct()
    const { run, issue } = billing(town)
    await issue((await run('2026-12')).id)
    await expect(undone(town.client, changed)).rejects.toThrow(/factur/)
  })

  it('and of many bookings, by slices', async () => {
    const { book, rule, change } = await open()
    for (const on of [even, odd, week1, week2, week3, week4])
      for (const slot of ['Matin', 'Repas', 'Après-midi']) await book('Marchand', on, slot)
    const before = facts()
    await change(rule('2026-09-01'), 'move')
    const label = (await town.client.history.lastActs({ screen: 'familles', mine: true, count: 1 }))[0]
    expect(label).toMatchObject({ undoable: true, whyNot: null })
    await undone(town.client, lastAct())
    expect(facts()).toEqual(before)
  })
})
