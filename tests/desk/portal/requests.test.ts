import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AnswerAction, Decision, RequestDetail, RequestItem } from '../../../shared/contract/desk/requests.ts'
import { type Day, day, type Instant, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { aClock } from '../../support/desk.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'

const period = 'ALSH mercredi 2026/2027'
const activity = 'CLSH MERCREDI'
const wednesday = day('2026-12-09')
const later = day('2026-12-16')
const at = (on: string, time = '18:05') => instantOf(day(on), timeOfDay(time))
const monday = at('2026-11-23')
const tuesday = at('2026-11-24')

let town: Town
afterEach(() => town.close())

/** Alone with one child each, but the Lemonniers who have two. */
const open = async (changes: Parameters<typeof aWednesday>[0] = { capacity: 2 }, clock = aClock()) => {
  const homes = { Lecerf: ['Zoé'], Gosselin: ['Noé'], Lemonnier: ['Inès', 'Malo'] }
  const withHomes = Object.entries(homes).reduce(
    (all, [name, children]) =>
      all.with(
        aFamily(name, { familyQuotient: 727, children: Object.fromEntries(children.map((child) => [child, {}])) }),
      ),
    aTown(),
  )
  town = await Object.entries(homes)
    .flatMap(([name, children]) => children.map((child) => aRegistration(name, child, period)))
    .reduce((all, part) => all.with(part), withHomes.with(aWednesday(changes)))
    .open(clock)
}

const cell = (child: string, on: Day = wednesday, slot = 'Matin') => ({
  registrationId: town.registration(child, period),
  day: on,
  slotId: town.slot(activity, slot),
})
const ask = (child: string, recordedAt: Instant, cells = [cell(child)]) =>
  town.client.reservations.move({ cells, act: 'enterDemand', recordedAt })
const book = (child: string, on: Day = wednesday) =>
  town.client.reservations.move({ cells: [cell(child, on)], act: 'book' })
const state = async (child: string, on: Day = wednesday, slot = 'Matin') =>
  (await town.client.reservations.cell(cell(child, on, slot))).state

const itemOf = async (child: string): Promise<RequestItem> => {
  const found = (await town.client.requests.queue()).find((one) => one.child.firstName === child)
  if (!found) throw new Error(`${child} is not in the queue`)
  return found
}
const detail = async (child: string): Promise<RequestDetail> => {
  const found = await town.client.requests.one((await itemOf(child)).key)
  if (!found) throw new Error(`${child} is not in the queue`)
  return found
}
const suggestedTo = async (child: string) => {
  const { parts } = await detail(child)
  return parts.map(({ suggested }) => suggested.act)
}
/** Every part answered the same way, or as the rules suggest. */
const answering = ({ key, parts }: RequestDetail, act: AnswerAction | 'suggested', more: object = {}): Decision => {
  if (key.kind !== 'cells') throw new Error('only days have parts')
  return {
    ...key,
    answers: parts.map(({ day: on, slots, suggested }) => ({
      day: on,
      slotIds: slots.map(({ id }) => id),
      act: act === 'suggested' ? suggested.act : act,
      ...(suggested.reason !== '' && { reason: { kind: 'written' as const, text: suggested.reason } }),
      ...more,
    })),
  }
}
const decide = (...decisions: Decision[]) => town.client.requests.decide({ decisions })
const sentenceOf = (error: unknown) => (error as { data: { sentence: string } }).data.sentence

const none = { count: 0, late: 0, dueOn: null }
const noRequest = {
  waiting: 0,
  late: 0,
  bookings: none,
  cancellations: none,
  registrations: none,
  changes: none,
  signUps: none,
}

describe('the queue', () => {
  beforeEach(() => open({ capacity: 20 }))

  it('is empty when nothing is asked', async () => {
    expect(await town.client.requests.queue()).toEqual([])
    expect(await town.client.requests.count()).toEqual(noRequest)
    expect((await town.client.requests.possible()).decisions).toEqual([])
  })

  it('shows the late ones first, by the date promised, the demandes of a family together', async () => {
    await ask('Noé', tuesday)
    await ask('Malo', at('2026-11-25', '08:00'))
    await ask('Zoé', at('2026-11-19'))
    await ask('Inès', at('2026-11-18'))
    const queue = await town.client.requests.queue()
    expect(queue.map(({ child, dueOn, lateBy }) => [child.firstName, dueOn, lateBy])).toEqual([
      ['Inès', '2026-11-20', 5],
      ['Malo', '2026-11-27', -2],
      ['Zoé', '2026-11-23', 2],
      ['Noé', '2026-11-26', -1],
    ])
    expect(await town.client.requests.count()).toEqual({
      ...noRequest,
      waiting: 4,
      late: 2,
      bookings: { count: 4, late: 2, dueOn: expect.any(String) },
    })
    const ofHome = (name: string) => town.client.requests.countOfFamily({ familyId: town.family(name) })
    expect(await Promise.all(['Lemonnier', 'Gosselin'].map(ofHome))).toEqual([
      { ...noRequest, waiting: 2, late: 1, bookings: { count: 2, late: 1, dueOn: expect.any(String) } },
      { ...noRequest, waiting: 1, bookings: { count: 1, late: 0, dueOn: expect.any(String) } },
    ])
  })

  it('cells asked for at one moment for one child are one demande; at another moment, another one', async () => {
    await ask('Zoé', monday, [cell('Zoé'), cell('Zoé', wednesday, 'Repas'), cell('Zoé', later)])
    await ask('Zoé', tuesday, [cell('Zoé', day('2027-01-06'))])
    expect((await town.client.requests.queue()).map(({ days }) => days)).toEqual([2, 1])
    const { parts } = await detail('Zoé')
    expect(parts.map((part) => [part.day, part.slots.map(({ name }) => name)])).toEqual([
      [wednesday, ['Matin', 'Repas']],
      [later, ['Matin']],
    ])
  })

  it('shows what was asked, the present state, the places, the deadline and what the family will read', async () => {
    await book('Noé')
    await ask('Zoé', monday)
    const [part] = (await detail('Zoé')).parts
    expect(part).toMatchObject({
      slots: [{ name: 'Matin', state: 'requestSent', held: 1, capacity: 20 }],
      deadline: { kept: true, text: '16\u00a0jours avant, dans les délais' },
      suggested: { act: 'accept', why: 'Il reste 19\u00a0places.' },
      familyReads: 'C’est d’accord\u00a0: la place de Zoé est réservée.',
    })
  })

  it('slots that do not follow each other are decided apart', async () => {
    await ask('Zoé', monday, [cell('Zoé'), cell('Zoé', wednesday, 'Après-midi')])
    expect((await detail('Zoé')).parts.map(({ slots }) => slots[0]?.name)).toEqual(['Matin', 'Après-midi'])
  })
})

describe('what is suggested', () => {
  it('the last place goes to who asked first; the next is put on the list, with its rank', async () => {
    await open({ capacity: 1 })
    await ask('Noé', tuesday)
    await ask('Zoé', monday)
    expect([await suggestedTo('Zoé'), await suggestedTo('Noé')]).toEqual([['accept'], ['waitList']])
    const [part] = (await detail('Noé')).parts
    expect(part?.suggested.why).toBe(
      'Matin complet, demandes plus anciennes comprises. Noé aurait la 1ʳᵉ place de la liste d’attente.',
    )
  })

  it('a whole day waits when one of its slots is full', async () => {
    await open({ capacity: 1 })
    await book('Noé')
    await ask('Zoé', monday, [cell('Zoé'), cell('Zoé', wednesday, 'Repas')])
    expect(await suggestedTo('Zoé')).toEqual(['waitList'])
    await decide(answering(await detail('Zoé'), 'suggested'))
    expect([await state('Zoé'), await state('Zoé', wednesday, 'Repas')]).toEqual(['waitlisted', 'waitlisted'])
  })

  it('siblings asked together wait together when there is one place for two', async () => {
    await open({ capacity: 1 })
    await ask('Inès', monday, [cell('Inès'), cell('Malo')])
    expect([await suggestedTo('Inès'), await suggestedTo('Malo')]).toEqual([['waitList'], ['waitList']])
    const inès = await detail('Inès')
    expect(inès.together).toEqual(['Malo'])
    expect(inès.parts[0]?.suggested.why).toMatch(/^2 enfants demandés ensemble et 1\u00a0place/)
  })

  it('never goes before those who already wait', async () => {
    await open({ capacity: 2 })
    await town.client.reservations.move({ cells: [cell('Noé')], act: 'waitList' })
    await ask('Zoé', monday)
    expect(await suggestedTo('Zoé')).toEqual(['waitList'])
  })

  it('full without a list is refused', async () => {
    await open({ capacity: 1, waitingList: false })
    await book('Noé')
    await ask('Zoé', monday)
    expect((await detail('Zoé')).parts[0]?.familyReads).toBe('La demande n’est pas acceptée. C’est complet.')
  })

  it('the deadline is judged when the family asked, however long the answer took', async () => {
    const clock = aClock()
    await open({ capacity: 20 }, clock)
    const on = day('2026-12-02')
    await ask('Zoé', at('2026-11-24'), [cell('Zoé', on)])
    await ask('Noé', at('2026-11-25', '09:00'), [cell('Noé', on)])
    clock.set('2026-11-30')
    expect([await suggestedTo('Zoé'), await suggestedTo('Noé')]).toEqual([['accept'], ['refuse']])
    expect((await detail('Noé')).parts[0]?.suggested.reason).toMatch(/^Trop tard/)
  })

  it('a cancellation in time is accepted, too late is refused', async () => {
    await open({ capacity: 20 })
    await book('Zoé')
    await book('Noé')
    await ask('Zoé', monday)
    await ask('Noé', at('2026-11-20'))
    expect(await suggestedTo('Zoé')).toEqual(['acceptCancel'])
    const clock = aClock('2026-12-03')
    await town.close()
    await open({ capacity: 20 }, aClock())
    await book('Zoé')
    town.clock.set('2026-12-03')
    await ask('Zoé', clock())
    expect(await suggestedTo('Zoé')).toEqual(['refuseCancel'])
  })

  it('a child is not promised two activities at the same hours', async () => {
    town = await aTown()
      .with(aFamily('Lecerf', { children: { Zoé: {} } }))
      .with(aWednesday())
      .with(anActivity('Poney', { slots: { Séance: ['09:00', '11:00'] } }))
      .with(aPeriod('Poney 2026/2027', 'Poney'))
      .with(aRegistration('Lecerf', 'Zoé', period))
      .with(aRegistration('Lecerf', 'Zoé', 'Poney 2026/2027'))
      .open()
    const pony = {
      registrationId: town.registration('Zoé', 'Poney 2026/2027'),
      day: wednesday,
      slotId: town.slot('Poney', 'Séance'),
    }
    await ask('Zoé', monday)
    await ask('Zoé', tuesday, [pony])
    const queue = await town.client.requests.queue()
    const second = await town.client.requests.one(queue[1]?.key ?? { kind: 'registration', registrationId: 1 })
    expect(second?.parts[0]?.suggested).toMatchObject({
      act: 'refuse',
      reason: expect.stringMatching(/^Déjà réservé aux mêmes heures/),
    })
    const first = await town.client.requests.one(queue[0]?.key ?? { kind: 'registration', registrationId: 1 })
    if (!first || !second) throw new Error('both wait')
    const both = await decide(answering(first, 'accept'), answering(second, 'accept'))
    expect([both.done, both.refused.map(({ registrationId }) => registrationId)]).toEqual([1, [pony.registrationId]])
  })

  it('a demande whose day came first has nothing left to decide', async () => {
    await open({ capacity: 20 })
    await ask('Zoé', monday)
    town.clock.set('2026-12-09')
    expect((await itemOf('Zoé')).closing).toBe('unanswered')
    await decide(answering(await detail('Zoé'), 'suggested'))
    expect(await town.client.requests.queue()).toEqual([])
  })
})

describe('a decision', () => {
  beforeEach(() => open({ capacity: 2 }))

  it('leaves the queue once answered, each day with its own answer, and comes back when undone', async () => {
    for (const child of ['Noé', 'Malo']) await book(child)
    await ask('Zoé', monday, [cell('Zoé'), cell('Zoé', later)])
    const { actId, done } = await decide(answering(await detail('Zoé'), 'suggested'))
    expect(done).toBe(1)
    expect([await state('Zoé'), await state('Zoé', later)]).toEqual(['waitlisted', 'confirmed'])
    expect(await town.client.requests.queue()).toEqual([])
    await town.client.requests.undo({ actId: actId ?? 0 })
    expect([await state('Zoé'), await state('Zoé', later)]).toEqual(['requestSent', 'requestSent'])
    expect((await itemOf('Zoé')).days).toBe(2)
  })

  it('a refusal asks for the reason that the family reads', async () => {
    await ask('Zoé', monday)
    const asked = await detail('Zoé')
    expect((await decide(answering(asked, 'refuse'))).refused[0]).toMatchObject({ needs: 'reason' })
    await decide(answering(asked, 'refuse', { reason: { kind: 'written', text: 'Sortie complète' } }))
    const { story } = await town.client.reservations.cell(cell('Zoé'))
    expect(story[0]).toMatchObject({ sentence: 'Demande refusée', reason: 'Sortie complète' })
  })

  it('beyond the places asks for the override right and a written reason; without, it waits on', async () => {
    for (const child of ['Noé', 'Malo']) await book(child)
    await ask('Zoé', monday)
    const asked = await detail('Zoé')
    const receptionist = await town.as('receptionist')
    const refusal = await receptionist.requests.decide({ decisions: [answering(asked, 'accept')] }).catch(sentenceOf)
    expect(refusal).toBe('Complet\u00a0: il ne reste aucune place. Passer outre demande le rôle Directeur.')
    expect((await decide(answering(asked, 'accept'))).refused[0]).toMatchObject({ needs: 'writtenReason' })
    await decide(answering(asked, 'accept', { reason: { kind: 'written', text: 'Fratrie' } }))
    expect(await state('Zoé')).toBe('confirmed')
  })

  it('is made once: whoever presses second reads who decided, and nothing changes', async () => {
    await ask('Zoé', monday)
    const seenByBoth = await detail('Zoé')
    const other = await town.as('receptionist')
    const reason = { reason: { kind: 'written', text: 'Sortie complète' } }
    await other.requests.decide({ decisions: [answering(seenByBoth, 'refuse', reason)] })
    for (const act of ['accept', 'waitList', 'refuse'] as const) {
      const refusal = await decide(answering(seenByBoth, act, reason)).catch(sentenceOf)
      expect(refusal).toBe('Déjà décidée par receptionist, mer. 25 nov. 2026 à 10\u00a0h\u00a042.')
    }
    expect(await state('Zoé')).toBe('free')
  })

  it('is shown to whoever still has the demande on screen: who answered, and when', async () => {
    await ask('Zoé', monday)
    const { key } = await itemOf('Zoé')
    expect(await town.client.requests.answered(key)).toBeNull()
    const other = await town.as('receptionist')
    await other.requests.decide({ decisions: [answering(await detail('Zoé'), 'accept')] })
    expect(await town.client.requests.answered(key)).toBe(
      'Déjà décidée par receptionist, mer. 25 nov. 2026 à 10\u00a0h\u00a042.',
    )
  })

  it('answers the demande that was seen, not one that came since', async () => {
    await ask('Zoé', monday)
    const seen = await detail('Zoé')
    await decide(answering(seen, 'refuse', { reason: { kind: 'written', text: 'Erreur de jour' } }))
    await ask('Zoé', tuesday)
    expect(await decide(answering(seen, 'accept')).catch(sentenceOf)).toMatch(/^Déjà décidée/)
    expect(await state('Zoé')).toBe('requestSent')
  })

  it('an accepted cancellation may stay billed, with its reason', async () => {
    await book('Zoé')
    await ask('Zoé', monday)
    const asked = await detail('Zoé')
    expect(await decide(answering(asked, 'acceptCancel', { charged: true })).catch(sentenceOf)).toBe(
      'Indiquez pourquoi l’annulation reste facturée.',
    )
    await decide(
      answering(asked, 'acceptCancel', { charged: true, reason: { kind: 'written', text: 'Repas commandé' } }),
    )
    expect(
      town.store
        .statement('select held, charged_reason reason from reservation where charged_reason is not null')
        .all(),
    ).toEqual([{ held: 'none', reason: 'Repas commandé' }])
  })

  it('is open to who may decide only', async () => {
    await ask('Zoé', monday)
    const cashier = await town.as('cashier')
    expect(await cashier.requests.queue()).toHaveLength(1)
    const refused = cashier.requests.decide({ decisions: [answering(await detail('Zoé'), 'accept')] })
    await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

/** Its typical week: Wednesday mornings. */
const wished = async (child: string, family: string) => {
  const { startDay, endDay } = await town.client.activities.period({ id: town.period(period) })
  const { id } = await town.client.registrations.ask({
    childId: town.child(child),
    familyId: town.family(family),
    periodId: town.period(period),
    startDay,
    endDay,
    typicalWeek: [{ weekday: 3, slotId: town.slot(activity, 'Matin') }],
    overrideReason: '',
    accepted: false,
  })
  return id
}

describe('a registration «\u00a0?\u00a0»', () => {
  beforeEach(async () => {
    town = await aTown()
      .with(aFamily('Yvon', { children: { Côme: {} } }))
      .with(aWednesday())
      .open()
  })

  it('is in the queue with its conditions and what its typical week would book', async () => {
    await wished('Côme', 'Yvon')
    const { registration, days } = await detail('Côme')
    expect(days).toBe(0)
    expect(registration).toMatchObject({ week: 'mercredi\u00a0: matin', suggested: { act: 'accept' } })
    expect(registration?.weekGives.filled.length).toBeGreaterThan(20)
  })

  it('is accepted with its days in one act, and «\u00a0?\u00a0» again when undone', async () => {
    const registrationId = await wished('Côme', 'Yvon')
    const expected = (await detail('Côme')).registration?.weekGives
    const { actId, week } = await decide({ kind: 'registration', registrationId, act: 'accept', reason: '' })
    expect(week).toEqual(expected)
    await town.client.requests.undo({ actId: actId ?? 0 })
    expect((await town.client.registrations.get({ id: registrationId })).state).toBe('asked')
    expect((await itemOf('Côme')).key).toEqual({ kind: 'registration', registrationId })
  })

  it('stays accepted when days were booked since', async () => {
    const registrationId = await wished('Côme', 'Yvon')
    const { actId } = await decide({ kind: 'registration', registrationId, act: 'acceptWithoutDays', reason: '' })
    await town.client.reservations.move({
      cells: [{ registrationId, day: wednesday, slotId: town.slot(activity, 'Matin') }],
      act: 'book',
    })
    expect(await town.client.requests.undo({ actId: actId ?? 0 }).catch(sentenceOf)).toBe(
      'L’inscription a changé depuis\u00a0: il n’y a plus rien à annuler ici.',
    )
  })

  it('outside the ages is suggested for refusal, and accepted only by who may override, with a reason', async () => {
    await town.close()
    town = await aTown()
      .with(aFamily('Yvon', { children: { Côme: {} } }))
      .with(anActivity(activity, { maximumAge: 5 }))
      .with(aPeriod(period, activity))
      .open()
    const { id: registrationId } = await town.client.registrations.ask({
      childId: town.child('Côme'),
      familyId: town.family('Yvon'),
      periodId: town.period(period),
      startDay: day('2026-12-02'),
      endDay: day('2027-06-30'),
      typicalWeek: [],
      overrideReason: 'Fratrie',
      accepted: false,
    })
    const { registration } = await detail('Côme')
    expect(registration?.suggested).toMatchObject({
      act: 'refuse',
      reason: expect.stringMatching(/jusqu’à 5\u00a0ans/),
    })
    expect((await town.client.requests.possible()).decisions).toEqual([])
    const decisions = [{ kind: 'registration' as const, registrationId, act: 'accept' as const, reason: 'Fratrie' }]
    const receptionist = await town.as('receptionist')
    expect(await receptionist.requests.decide({ decisions }).catch(sentenceOf)).toMatch(/Directeur/)
    expect(await town.client.requests.decide({ decisions })).toMatchObject({ done: 1 })
  })

  it('can be decided only once', async () => {
    const registrationId = await wished('Côme', 'Yvon')
    const other = await town.as('receptionist')
    await other.requests.decide({
      decisions: [{ kind: 'registration', registrationId, act: 'refuse', reason: 'Hors commune' }],
    })
    const second = await decide({ kind: 'registration', registrationId, act: 'accept', reason: '' }).catch(sentenceOf)
    expect(second).toBe('Déjà décidée par receptionist, mer. 25 nov. 2026 à 10\u00a0h\u00a042.')
    expect((await town.client.registrations.get({ id: registrationId })).state).toBe('refused')
  })
})

describe('«\u00a0Accepter tout ce qui est possible\u00a0»', () => {
  it('accepts what the rules accept, first come first served, in one act that one undo takes back', async () => {
    await open({ capacity: 2 })
    await book('Noé', later)
    await ask('Noé', monday, [cell('Noé', later)])
    await ask('Zoé', monday, [cell('Zoé'), cell('Zoé', later)])
    await ask('Inès', tuesday, [cell('Inès'), cell('Malo')])
    const preview = await town.client.requests.possible()
    expect(preview).toMatchObject({ bookings: 2, cancellations: 1, registrations: 0, left: 2 })
    for (const { what } of preview.lines) expect(what).toMatch(/^\d+\sjours? à (réserver|annuler) \(mer\. .*\), /)
    const result = await town.client.requests.decide({ decisions: preview.decisions })
    expect(result).toMatchObject({ done: 2, refused: [] })
    expect(await Promise.all([state('Zoé'), state('Zoé', later), state('Noé', later)])).toEqual([
      'confirmed',
      'confirmed',
      'free',
    ])
    expect((await town.client.requests.queue()).map(({ child }) => child.firstName)).toEqual(['Inès', 'Malo'])
    await town.client.requests.undo({ actId: result.actId ?? 0 })
    expect(await town.client.requests.queue()).toHaveLength(4)
  })

  it('shows beforehand what each typical week gives and what it skips, as the decision then counts it', async () => {
    town = await aTown()
      .with(aFamily('Yvon', { children: { Côme: {} } }))
      .with(aFamily('Lecerf', { children: { Zoé: {} } }))
      .with(aWednesday({ capacity: 1 }))
      .open()
    await wished('Côme', 'Yvon')
    await wished('Zoé', 'Lecerf')
    const acts = () => town.store.statement('select count(*) from act').pluck().get()
    const before = acts()
    const { decisions, lines, weekDays } = await town.client.requests.possible()
    expect(acts()).toBe(before)
    expect(lines.map(({ what }) => /avec \d+\s(jours à réserver|en liste d’attente)/.exec(what)?.[1])).toEqual([
      'jours à réserver',
      'en liste d’attente',
    ])
    expect(weekDays.filled).toBe(weekDays.waitListed)
    expect(lines.every(({ skipped }) => skipped.some(({ reason }) => /trop tard/i.test(reason)))).toBe(true)
    const skipped = lines.flatMap((line) => line.skipped.flatMap(({ days }) => days))
    expect(skipped).toHaveLength(weekDays.skipped)
    const result = await town.client.requests.decide({ decisions })
    expect(result).toMatchObject({ done: 2, refused: [], weekDays })
    expect(result.week.skipped.map(({ day: on }) => on).toSorted()).toEqual(skipped.toSorted())
  })

  it('takes the first thousand who asked, then those after them', async () => {
    await open()
    const { registrationId, slotId } = cell('Zoé')
    town.store
      .statement(
        `with recursive one(number) as (select 1 union all select number + 1 from one where number < 1001)
        insert into reservation (registration_id, period_id, day, slot_id, held, ask, recorded_at, collected, waiting_since, act_id)
        select ?, ?, date('2026-12-01', number || ' days'), ?, 'waitlisted', 'leave',
          strftime('%FT%H:%M:%fZ', '2026-11-02', number || ' seconds'), 1, '2026-11-01T08:00:00.000Z', 1 from one`,
      )
      .run(registrationId, town.period(period), slotId)
    const { decisions, ...preview } = await town.client.requests.possible()
    expect(preview).toMatchObject({ cancellations: 1000, left: 1 })
    expect(await town.client.requests.decide({ decisions })).toMatchObject({ done: 1000 })
    const last = { recordedAt: '2026-11-02T00:16:41.000Z' }
    expect(await town.client.requests.possible()).toMatchObject({ decisions: [last], left: 0 })
  })

  it('accepts nothing that came after the preview, and says what somebody decided meanwhile', async () => {
    await open({ capacity: 20 })
    await ask('Zoé', monday)
    await ask('Noé', monday)
    const preview = await town.client.requests.possible()
    await decide(answering(await detail('Noé'), 'refuse', { reason: { kind: 'written', text: 'Fermé' } }))
    await ask('Inès', tuesday)
    const { done, refused } = await town.client.requests.decide({ decisions: preview.decisions })
    expect([done, refused.map(({ sentence }) => sentence.slice(0, 13))]).toEqual([1, ['Déjà décidée ']])
    expect((await town.client.requests.queue()).map(({ child }) => child.firstName)).toEqual(['Inès'])
  })
})
