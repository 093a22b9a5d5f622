import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { countWaitingAnswers } from '../../main/exchange/answers.ts'
import type { Day } from '../../shared/rules/calendar/day.ts'
import {
  activity,
  at,
  cell,
  clock,
  decide,
  demande,
  later,
  monday,
  open,
  period,
  portal,
  staff,
  state,
  told,
  town,
  tuesday,
} from './two-families.ts'

beforeEach(() => open())
afterEach(() => town.close())

describe('a demande that is collected', () => {
  it('waits for its answer with its own instant, whoever recorded it named with its receipt', async () => {
    portal.collect(demande('a', 'Zoé', 'book'))
    expect(await state('Zoé')).toBe('requestSent')
    const [item] = await town.client.requests.queue()
    expect(item).toMatchObject({ recordedAt: monday, dueOn: '2026-11-25', child: { firstName: 'Zoé' } })
    const detail = await town.client.requests.one(item?.key ?? { kind: 'registration', registrationId: 1 })
    expect(detail).toMatchObject({ askedBy: 'Camille Lecerf', receipt: 'R-2026-004817', enteredBy: '' })
    expect([told(), countWaitingAnswers(town.store)]).toEqual([[], 0])
  })

  it('is collected once, whichever way and however often it comes', async () => {
    const entry = demande('a', 'Zoé', 'book')
    portal.collect(entry, entry)
    portal.collect(entry)
    expect(town.store.statement('select count(*) from portal_ask').pluck().get()).toBe(1)
    expect((await town.client.requests.queue()).length).toBe(1)
  })

  it('is never made late by its travel, and is refused when it was recorded late', async () => {
    clock.set('2026-12-07')
    portal.collect(demande('a', 'Zoé', 'book', monday), demande('b', 'Noé', 'book', at('2026-12-02')))
    expect([await state('Zoé'), await state('Noé')]).toEqual(['requestSent', 'closed'])
    const [answer] = portal.tell()
    expect(answer).toMatchObject({ of: 'b', answer: 'refused', revision: 1 })
    expect(answer?.reason).toMatch(/^La demande n’est pas acceptée\. Trop tard/)
  })

  it('is expired when its day came first, at collection or while it waited', async () => {
    portal.collect(demande('a', 'Zoé', 'book'))
    clock.set('2026-12-09')
    portal.collect(demande('b', 'Noé', 'book', tuesday))
    expect(told().toSorted()).toEqual(['a expired 1', 'b expired 1'])
    expect([await town.client.requests.queue(), told()]).toEqual([[], []])
  })

  it('goes to the waiting list in the order of the portal’s log, for one instant', async () => {
    await town.close()
    await open({ capacity: 1 })
    portal.collect(demande('a', 'Noé', 'book'), demande('b', 'Zoé', 'book'))
    await decide('Zoé', 'waitList')
    await decide('Noé', 'waitList')
    const ranks = await Promise.all(
      ['Noé', 'Zoé'].map(async (child) => (await town.client.reservations.cell(cell(child))).rank),
    )
    expect(ranks).toEqual([1, 2])
  })

  it.each([
    ['of a guardian of another family', { guardian: 2 }, /responsable de ce foyer/],
    ['for another home’s registration', { registration: 2 }, /n’est pas de ce foyer/],
    ['for a child who is not in that registration', { child: 2 }, /n’est pas de ce foyer/],
    ['for a registration that does not exist', { registration: 4096 }, /n’est pas de ce foyer/],
    ['of a family that does not exist', { family: 4096 }, /responsable de ce foyer/],
    ['for a slot that the activity does not have', { slot: 4096 }, /plage n’existe pas/],
    ['for a day that is not open', { day: '2026-12-10' }, /Pas d’accueil/],
    ['for a day outside of the registration', { day: '2027-07-07' }, /en dehors de l’inscription/],
  ])('%s is answered refused, and stops nothing', async (_, forged, reason) => {
    portal.collect(demande('bad', 'Zoé', 'book', monday, cell('Zoé'), forged), demande('good', 'Noé', 'book'))
    expect(await state('Noé')).toBe('requestSent')
    const answers = portal.tell()
    expect(answers.map(({ of, answer }) => [of, answer])).toEqual([['bad', 'refused']])
    expect(answers[0]?.reason).toMatch(reason)
    expect(await state('Zoé')).toBe('free')
  })

  it('that cannot be read is answered too', () => {
    portal.collect(portal.entry('x', 'demande', monday, 'not json'), portal.entry('y', 'demande', monday, { day: 1 }))
    portal.collect(portal.entry('z', 'takenBack', monday, '{}'), demande('good', 'Noé', 'book'))
    expect(told()).toEqual(['x refused 1', 'y refused 1', 'z refused 1'])
  })

  it('recorded late is taken when the family accepted the surcharge, at the town’s price', async () => {
    await town.close()
    const rule = {
      deadline: { unit: 'calendarDays' as const, amount: 20, before: 'day' as const },
      after: { surcharge: 200 },
    }
    await open({ capacity: 5, bookingRule: rule })
    portal.collect(
      demande('a', 'Zoé', 'book', monday, cell('Zoé'), { surchargeCents: 200 }),
      demande('b', 'Noé', 'book', monday, cell('Noé'), { surchargeCents: 1 }),
    )
    expect([await state('Zoé'), await state('Noé')]).toEqual(['requestSent', 'free'])
    await decide('Zoé', 'accept')
    expect(town.store.statement(`select surcharge_cents from reservation where held = 'confirmed'`).pluck().get()).toBe(
      200,
    )
  })

  it('more than a hundred and forty come at once, and each is in the queue', async () => {
    await town.close()
    await open({ capacity: 20 })
    const days = town.store
      .statement(`select distinct day from opening where day > '2026-12-02' order by day limit 34`)
      .pluck()
      .all() as Day[]
    const entries = days
      .flatMap((on) =>
        ['Matin', 'Repas', 'Après-midi'].flatMap((slot) => ['Zoé', 'Noé'].map((child) => ({ on, slot, child }))),
      )
      .slice(0, 200)
      .map(({ on, slot, child }, index) => demande(`d${index}`, child, 'book', monday, cell(child, on, slot)))
    portal.collect(...entries)
    expect(entries.length).toBeGreaterThan(140)
    expect(told()).toEqual([])
    const asked = town.store.statement(`select count(*) from reservation where ask = 'book' and collected`)
    expect(asked.pluck().get()).toBe(entries.length)
  })
})

describe('a demande that staff overtook', () => {
  it('is accepted where the act equals the wish, else moot', async () => {
    await town.close()
    await open({ capacity: 5 })
    await staff('Zoé', 'book')
    await staff('Noé', 'waitList')
    portal.collect(
      demande('a', 'Zoé', 'book'),
      demande('b', 'Noé', 'book'),
      demande('c', 'Noé', 'cancel', monday, cell('Noé', later)),
    )
    expect(told()).toEqual(['a accepted 1', 'b moot 1', 'c accepted 1'])
    expect([await state('Zoé'), await state('Noé')]).toEqual(['confirmed', 'waitlisted'])
  })

  it('costs what staff asked past the deadline, unless the family had asked before it', async () => {
    await town.close()
    const deadline = { unit: 'calendarDays', amount: 20, before: 'day' } as const
    await open({ capacity: 5, bookingRule: { deadline, after: { surcharge: 200 } } })
    const ill = { reason: { kind: 'listed', code: 'illness' } } as const
    for (const child of ['Zoé', 'Noé'])
      await town.client.reservations.move({ cells: [cell(child)], act: 'book', ...ill, surchargeAccepted: true })
    portal.collect(
      demande('a', 'Zoé', 'book', monday, cell('Zoé'), { surchargeCents: 200 }),
      demande('b', 'Noé', 'book', at('2026-11-18'), cell('Noé')),
    )
    expect(told()).toEqual(['a accepted 1', 'b accepted 1'])
    const owed = town.store.statement('select surcharge_cents from reservation order by id').pluck().all()
    expect(owed).toEqual([200, 0])
  })

  it('is answered with the demande that was written at the counter for the same cell', async () => {
    await town.client.reservations.move({ cells: [cell('Zoé')], act: 'enterDemand', recordedAt: tuesday })
    portal.collect(demande('a', 'Zoé', 'book'))
    expect((await town.client.requests.queue()).map(({ recordedAt }) => recordedAt)).toEqual([monday])
    await decide('Zoé', 'accept')
    expect(told()).toEqual(['a accepted 1'])
  })

  it('two of one cell are answered together', async () => {
    portal.collect(demande('a', 'Zoé', 'book'))
    portal.collect(demande('b', 'Zoé', 'book', tuesday))
    await decide('Zoé', 'accept')
    expect(told()).toEqual(['a accepted 1', 'b accepted 1'])
  })

  it('has a history that begins with the parent who recorded it', async () => {
    portal.collect(demande('a', 'Zoé', 'book'))
    const { story } = await town.client.reservations.cell(cell('Zoé'))
    expect(story.map(({ at: on, who, sentence, reason }) => [on, who, sentence, reason])).toEqual([
      [clock(), 'Portail Famille', 'Demande envoyée\u00a0: reçue du portail', ''],
      [monday, 'Camille Lecerf', 'Demande enregistrée', 'reçu R-2026-004817'],
    ])
  })

  it('leaving the list is done at once, and a promotion that crossed it is undone', async () => {
    await staff('Zoé', 'waitList')
    await staff('Zoé', 'promote')
    portal.collect(demande('a', 'Zoé', 'leave'))
    expect([await state('Zoé'), told()]).toEqual(['free', ['a accepted 1']])
  })
})

describe('what the town lets through alone', () => {
  it('is answered when it is collected if every rule allows it, and shown as done by a rule', async () => {
    portal.letThrough({ bookings: true })
    portal.collect(demande('a', 'Zoé', 'book'), demande('b', 'Noé', 'book', tuesday))
    expect([await state('Zoé'), await state('Noé'), told()]).toEqual(['confirmed', 'requestSent', ['a accepted 1']])
    const { story } = await town.client.reservations.cell(cell('Zoé'))
    expect(story[0]).toMatchObject({ who: 'Règle du service', sentence: 'Demande acceptée' })
  })

  it('the last place goes to who asked first, an older demande that waits for staff before it', async () => {
    await town.client.reservations.move({ cells: [cell('Noé')], act: 'enterDemand', recordedAt: at('2026-11-20') })
    portal.letThrough({ bookings: true })
    portal.collect(demande('a', 'Zoé', 'book'))
    expect(await state('Zoé')).toBe('requestSent')
  })

  it('cancellations, registrations and fields each by their own setting', async () => {
    await staff('Zoé', 'book')
    const week = [{ weekday: 3, slot: town.slot(activity, 'Repas') }]
    portal.letThrough({ cancellations: true, registrations: true, fields: ['family.homePhone'] })
    portal.collect(
      demande('a', 'Zoé', 'cancel'),
      demande('b', 'Noé', 'book'),
      portal.registration('r', 'Yvon', 'Côme', period, monday, { week }),
      portal.proposal('p', 'Lecerf', monday, { field: 'homePhone', after: '02 31 00 00 00' }),
      portal.proposal('q', 'Lecerf', monday, { field: 'benefitScheme', after: 'MSA' }),
    )
    expect(told()).toEqual(['a accepted 1', 'r accepted 1', 'p accepted 1'])
    expect(
      town.store.statement(`select count(*) from reservation where held = 'confirmed'`).pluck().get(),
    ).toBeGreaterThan(20)
    expect((await town.client.requests.queue()).map(({ key }) => key.kind).toSorted()).toEqual(['cells', 'proposals'])
  })

  it('withdrawn in the same batch is not', async () => {
    portal.letThrough({ bookings: true })
    portal.collect(demande('a', 'Zoé', 'book'), portal.undone('withdrawn', 'a', 'Lecerf', monday))
    expect([await state('Zoé'), told()]).toEqual(['free', ['a withdrawn 1', 'withdrawn:a withdrawn 1']])
  })
})
