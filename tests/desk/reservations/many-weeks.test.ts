import { ORPCError } from '@orpc/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkFile } from '../../../main/store/checking/check.ts'
import { Refusal } from '../../../shared/contract/procedure.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { factsOf } from '../../support/towns/facts.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'

const period = 'ALSH mercredi 2026/2027'
const [from, to] = [day('2026-12-01'), day('2026-12-31')]
/** Those that are still open to bookings; the 2nd is past its deadline, holidays follow. */
const wednesdays = ['2026-12-09', '2026-12-16']
let town: Town
beforeEach(async () => {
  town = await aTown()
    .with(aFamily('Duval', { children: { Tom: {}, Ana: {} } }))
    .with(aFamily('Marchand', { children: { Basile: {} } }))
    .with(aWednesday({ capacity: 2 }))
    .with(aRegistration('Duval', 'Tom', period))
    .with(aRegistration('Duval', 'Ana', period))
    .with(aRegistration('Marchand', 'Basile', period))
    .open()
})
afterEach(async () => {
  const [fault] = checkFile(town.store.sqlite)
  await town.close()
  if (fault) throw new Error(fault.sentence)
})

const morning = () => town.slot('CLSH MERCREDI', 'Matin')
const wish = (changes: object = {}) => ({
  periodId: town.period(period),
  registrationIds: ['Tom', 'Ana', 'Basile'].map((name) => town.registration(name, period)),
  week: [{ weekday: 3, slotId: morning() }],
  from,
  to,
  ...changes,
})
const apply = async (changes: object = {}, as = town.client) => {
  try {
    for await (const step of await as.reservations.applyWeeks(wish(changes)))
      if (step.step === 'done') return step.result
  } catch (error) {
    throw error instanceof ORPCError ? new Error(Refusal.parse(error.data).sentence) : error
  }
  throw new Error('not done')
}
const facts = () => factsOf(town.store)
const heldBy = (name: string) =>
  town.store
    .statement(`select day, held from reservation where registration_id = ? and held <> 'none' order by day`)
    .all(town.registration(name, period)) as { day: string; held: string }[]

describe('a typical week for many children at once', () => {
  it('books each child, puts the last ones on the waiting list where it is full, and reports child by child', async () => {
    const { children, filled, waitListed } = await apply()
    expect([filled, waitListed]).toEqual([4, 2])
    // In the order of the calendar: by name.
    expect(children.map(({ name, filled: own, waitListed: ranks }) => [name, own, ranks])).toEqual([
      ['Duval Ana', 2, 0],
      ['Duval Tom', 2, 0],
      ['Marchand Basile', 0, 2],
    ])
    expect(heldBy('Tom')).toEqual(wednesdays.map((on) => ({ day: on, held: 'confirmed' })))
    expect(heldBy('Basile')).toEqual(wednesdays.map((on) => ({ day: on, held: 'waitlisted' })))
  })

  it('does what its preview said, which writes nothing', async () => {
    const before = facts()
    const told = await town.client.reservations.weeksPreview(wish())
    expect(facts()).toEqual(before)
    const { actId: _, ...done } = await apply()
    expect(done).toEqual(told)
  })

  it('reports how many demandes of families it grants at the same time', async () => {
    const cells = ['Tom', 'Ana'].map((name) => ({
      registrationId: town.registration(name, period),
      day: '2026-12-09',
      slotId: morning(),
    }))
    await town.client.reservations.move({ cells, act: 'enterDemand' })
    expect(await town.client.reservations.weeksPreview(wish())).toMatchObject({ filled: 4, granted: 2 })
    expect(await apply()).toMatchObject({ filled: 4, granted: 2 })
  })

  it('is one act, taken back whole', async () => {
    const before = facts()
    const { actId } = await apply()
    expect(town.store.statement('select kind, label from act where id = ?').get(actId)).toEqual({
      kind: 'reservations.weeks',
      label: `Semaine type appliquée à 3\u00a0enfants\u00a0: ${period}`,
    })
    await undone(town.client, actId)
    expect(facts()).toEqual(before)
  })

  it('may be that of each registration; whoever has none keeps their days as they are', async () => {
    const { startDay, endDay } = await town.client.activities.period({ id: town.period(period) })
    await town.client.registrations.change({
      id: town.registration('Ana', period),
      startDay,
      endDay,
      typicalWeek: [{ weekday: 3, slotId: town.slot('CLSH MERCREDI', 'Repas') }],
      overrideReason: '',
    })
    const { filled, children } = await apply({ week: null })
    expect(filled).toBe(2)
    expect(children.find(({ name }) => name === 'Duval Tom')).toMatchObject({ filled: 0, skipped: 0 })
  })

  it('skips what the rules refuse, and says why and how often', async () => {
    await town.client.reservations.move({
      cells: [{ registrationId: town.registration('Tom', period), day: '2026-12-09', slotId: morning() }],
      act: 'book',
    })
    const { filled, skipped, children } = await apply()
    expect([filled, heldBy('Ana').length]).toEqual([3, 2])
    expect(skipped.map(({ reason, count }) => [reason, count])).toEqual([
      ['Pas d’accueil ce jour-là.', 6],
      [expect.stringContaining('Trop tard'), 3],
      ['Cette case est déjà réservée.', 1],
    ])
    expect(children.find(({ name }) => name === 'Duval Ana')).toMatchObject({
      skipped: 3,
      why: expect.stringContaining('Trop tard'),
    })
  })

  it('is refused with a sentence, and changes nothing, where nothing can be booked', async () => {
    const before = facts()
    await expect(apply({ week: [] })).rejects.toThrow('Cochez au moins une plage.')
    await expect(apply({ week: null })).rejects.toThrow('Aucun de ces enfants n’a de semaine type.')
    await expect(apply({ to: day('2026-11-01') })).rejects.toThrow('avant la date de début')
    await expect(apply({ from: day('2028-01-01'), to: day('2028-02-01') })).rejects.toThrow('dans la période')
    await expect(apply({ week: [{ weekday: 3, slotId: 999 }] })).rejects.toThrow('n’existe pas')
    await expect(apply({ registrationIds: [999] })).rejects.toThrow('La liste a changé')
    await expect(apply({ week: [{ weekday: 2, slotId: morning() }] })).rejects.toThrow('Rien n’a pu être réservé.')
    expect(facts()).toEqual(before)
  })

  it('is for whoever decides', async () => {
    const cashier = await town.as('cashier')
    await expect(cashier.reservations.weeksPreview(wish())).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})
