import { afterEach, describe, expect, it } from 'vitest'
import type { CustodyChangeInput, HomeDecision } from '../../shared/contract/desk/custody.ts'
import { alwaysAt } from '../../shared/rules/custody.ts'
import { day, instantOf, timeOfDay } from '../../shared/rules/day.ts'
import { aTariff, billing } from '../support/billing.ts'
import { aClock } from '../support/desk.ts'
import { factsOf } from '../support/facts.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Part, type Town } from '../support/town.ts'
import { undone } from '../support/undone.ts'

const period = 'ALSH mercredi 2026/2027'

/** Her parents live apart: Louison is of both families, the second has a lower quotient and lives out of town. */
const twoHomes: Part = async (town) => {
  await town.client.families.linkChild({ familyId: town.family('Duval'), childId: town.child('Louison') })
  for (const home of ['Marchand', 'Duval']) {
    await aRegistration(home, 'Louison', period)(town)
    town.known.set(`registration ${home}, ${period}`, town.registration('Louison', period))
  }
}

type Pair = [number, number]

const parts = (changes: Parameters<typeof aWednesday>[0]) =>
  aTown()
    .with(aFamily('Marchand', { familyQuotient: 727, children: { Louison: {} } }))
    .with(aFamily('Duval', { familyQuotient: 450, children: { Tom: {} } }))
    .with(aWednesday(changes))
    .with(aTariff('CLSH MERCREDI'))
    .with(aRegistration('Duval', 'Tom', period))
    .with(twoHomes)

// Wednesdays of weeks 50 (even), 51 (odd), 1, 2, 3 and 4.
const [even, odd] = ['2026-12-09', '2026-12-16'] as const
const [week1, week2, week3, week4] = ['2027-01-06', '2027-01-13', '2027-01-20', '2027-01-27'] as const

const gestures = (town: Town) => {
  const { client } = town
  const [marchand, duval] = [town.family('Marchand'), town.family('Duval')]
  const childId = town.child('Louison')
  const key = (home: string, on: string, slot = 'Matin') => ({
    registrationId: town.registration(home, period),
    day: day(on),
    slotId: town.slot('CLSH MERCREDI', slot),
  })
  const rule = (from: string, evenHome = marchand, oddHome = duval): CustodyChangeInput => ({
    kind: 'rule',
    rule: { from: day(from), evenWeek: [...alwaysAt(evenHome)], oddWeek: [...alwaysAt(oddHome)], holidays: null },
  })
  const change = async (wanted: CustodyChangeInput, act?: HomeDecision) => {
    const { bookings: listed } = await client.reservations.custodyPreview({ childId, change: wanted })
    const decisions = listed.map(({ reservationId }) => ({ reservationId, act: act ?? ('keep' as const) }))
    return { listed, done: await client.reservations.changeCustody({ childId, change: wanted, decisions }) }
  }
  return {
    marchand,
    duval,
    childId,
    key,
    rule,
    change,
    preview: async (wanted: CustodyChangeInput) =>
      (await client.reservations.custodyPreview({ childId, change: wanted })).bookings,
    demandes: async (wanted: CustodyChangeInput) =>
      (await client.reservations.custodyPreview({ childId, change: wanted })).demandes,
    book: async (home: string, on: string, slot = 'Matin') => {
      const { refused } = await client.reservations.move({ cells: [key(home, on, slot)], act: 'book' })
      return refused[0]?.sentence ?? 'réservé'
    },
    cell: (home: string, on: string, slot = 'Matin') => client.reservations.cell(key(home, on, slot)),
    state: async (home: string, on: string, slot = 'Matin') =>
      (await client.reservations.cell(key(home, on, slot))).text,
    findings: billing(town).findings,
  }
}

let town: Town
const open = async (changes: Parameters<typeof aWednesday>[0] = {}, clock = aClock()) => {
  town = await parts(changes).open(clock)
  return gestures(town)
}
afterEach(async () => {
  const [finding] = billing(town).findings()
  await town.close()
  if (finding) throw new Error(finding.sentence)
})

describe('a child with two homes', () => {
  it('and no rule: either home books any day, once', async () => {
    const { book } = await open()
    expect(await book('Marchand', even)).toBe('réservé')
    expect(await book('Duval', odd)).toBe('réservé')
    expect(await book('Duval', even)).toContain('Déjà réservé aux mêmes heures')
  })

  it('and no rule: a day that both homes ask for is given once, though both are accepted together', async () => {
    const { key } = await open()
    const cells = [key('Marchand', even), key('Duval', even)]
    const recordedAt = instantOf(day('2026-11-23'), timeOfDay('18:05'))
    await town.client.reservations.move({ cells, act: 'enterDemand', recordedAt })
    const decisions = cells.map(({ registrationId, day: on, slotId }) => ({
      kind: 'cells' as const,
      registrationId,
      wish: 'book' as const,
      recordedAt,
      answers: [{ day: on, slotIds: [slotId], act: 'accept' as const }],
    }))
    const { done, refused } = await town.client.requests.decide({ decisions })
    expect(done).toBe(1)
    expect(refused).toMatchObject([{ sentence: expect.stringContaining('Déjà réservé aux mêmes heures') }])
  })

  it('and a rule: each home books its own days, the other’s are grey and tell nothing more', async () => {
    const { book, change, rule, state, cell } = await open()
    await change(rule('2026-09-01'))
    expect(await book('Marchand', even)).toBe('réservé')
    expect(await book('Marchand', odd)).toBe('Jour de l’autre foyer.')
    expect(await book('Duval', odd)).toBe('réservé')
    expect(await book('Duval', even)).toBe('Jour de l’autre foyer.')
    expect(await state('Duval', even)).toBe('Case grisée. Jour de l’autre foyer.')
    const { acts } = await cell('Duval', even)
    expect(acts.map(({ act }) => act)).not.toContain('book')
  })

  it('no role passes over it, however good the reason', async () => {
    const { change, rule, key } = await open()
    await change(rule('2026-09-01'))
    const reason = { kind: 'written' as const, text: 'Les parents sont d’accord' }
    const { refused } = await town.client.reservations.move({ cells: [key('Marchand', odd)], act: 'book', reason })
    expect(refused).toMatchObject([{ sentence: 'Jour de l’autre foyer.', needs: null }])
  })

  it('a semaine type fills the days of its home and lists the others', async () => {
    const { change, rule, key } = await open()
    await change(rule('2026-09-01'))
    const week = [{ weekday: 3, slotId: key('Marchand', even).slotId }]
    const { registrationId } = key('Marchand', even)
    const { filled, skipped } = await town.client.reservations.applyWeek({ registrationId, week, from: day(even) })
    expect(filled.slice(0, 2).map(({ day: on }) => on)).toEqual([even, week2])
    expect(skipped.find(({ day: on }) => on === odd)?.reason).toBe('Jour de l’autre foyer.')
  })

  it('in holidays by halves, as the zone of the town has them', async () => {
    const { marchand, duval, change, rule, book } = await open({ schoolHolidays: 'with' })
    const weeks = rule('2026-09-01')
    if (weeks.kind !== 'rule') return
    const holidays = { evenYears: [marchand, duval] satisfies Pair, oddYears: [duval, marchand] satisfies Pair }
    await change({ kind: 'rule', rule: { ...weeks.rule, holidays } })
    // Zone B: 20 February to 7 March 2027, of weeks 8 and 9.
    expect(await book('Marchand', '2027-02-24')).toBe('Jour de l’autre foyer.')
    expect(await book('Duval', '2027-02-24')).toBe('réservé')
    expect(await book('Duval', '2027-03-03')).toBe('Jour de l’autre foyer.')
    expect(await book('Marchand', '2027-03-03')).toBe('réservé')
  })

  it('with one home only there is nothing to share', async () => {
    const { rule } = await open()
    await expect(
      town.client.reservations.changeCustody({ childId: town.child('Tom'), change: rule('2026-09-01'), decisions: [] }),
    ).rejects.toMatchObject({ data: { sentence: expect.stringContaining('n’a qu’un foyer') } })
  })

  it('a rule names its homes and no other', async () => {
    const { rule, childId } = await open()
    await aFamily('Fouquet')(town)
    const change = rule('2026-09-01', town.family('Fouquet'))
    await expect(town.client.reservations.changeCustody({ childId, change, decisions: [] })).rejects.toMatchObject({
      data: { sentence: 'Ce foyer n’est pas l’un de ceux de l’enfant.' },
    })
  })
})

describe('each home pays its own', () => {
  it('with its own quotient', async () => {
    const { change, rule, book, marchand, duval } = await open()
    await change(rule('2026-09-01'))
    for (const slot of ['Matin', 'Repas', 'Après-midi']) {
      await book('Marchand', even, slot)
      await book('Duval', odd, slot)
    }
    const { run, drafts } = billing(town)
    const { id } = await run('2026-12')
    const bills = (await drafts(id)).toSorted((one, other) => one.familyId - other.familyId)
    const told = await Promise.all(
      bills.map(async (draft) => {
        const { sections } = await town.client.invoicing.paper({ id: draft.id })
        const lines = sections.flatMap((section) => section.lines)
        return [draft.familyId, lines.map(({ days, explanation }) => [days, explanation.slice(0, 6)])]
      }),
    )
    expect(told).toEqual([
      [
        marchand,
        [
          [[even], 'QF 727'],
          [[even], 'repas '],
        ],
      ],
      [
        duval,
        [
          [[odd], 'QF 450'],
          [[odd], 'repas '],
        ],
      ],
    ])
  })

  it('a place that moves home after the bill is credited to the one and billed to the other', async () => {
    const clock = aClock()
    const { change, rule, book, marchand, duval } = await open({}, clock)
    await book('Marchand', odd)
    const { run, issue, drafts, balance } = billing(town)
    await issue((await run('2026-12')).id)
    expect(await balance('Marchand')).toBeGreaterThan(0)
    const { listed, done } = await change(rule('2026-12-01'), 'move')
    expect(listed).toMatchObject([{ day: odd, familyId: marchand, ownerId: duval, isBilled: true, whyNotMoved: null }])
    expect(done).toEqual({ moved: 1, freed: 0, kept: 0, promoted: 0 })
    const next = await run('2026-12')
    const made = await drafts(next.id)
    const signs = new Map(made.map(({ familyId, totalCents }) => [familyId, Math.sign(totalCents)]))
    expect(signs.get(marchand)).toBe(-1)
    expect(signs.get(duval)).toBe(1)
    await issue(next.id)
    expect(await balance('Marchand')).toBe(0)
    expect(await balance('Duval')).toBeGreaterThan(0)
  })
})

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

  it('is proposed for the school year while nothing is booked of it, then from now on', async () => {
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

  it('what was kept is not asked again, unless its day changes owner', async () => {
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

  it('is refused, and changes nothing, when the list is no more what was read', async () => {
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

const lastAct = () => Number(town.store.statement(`select max(id) from act where state = 'closed'`).pluck().get())
const facts = () => factsOf(town.store)

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

  it('of the other home is accepted with the place that comes to it', async () => {
    const { rule, change, key, book, state, cell } = await open()
    await book('Marchand', odd)
    await town.client.reservations.move({ cells: [key('Duval', odd)], act: 'enterDemand' })
    await change(rule('2026-09-01'), 'move')
    expect(await state('Duval', odd)).toBe('Réservation validée')
    expect((await cell('Duval', odd)).recordedAt).toBeNull()
  })
})

describe('a day exchanged', () => {
  it('is the other home’s whatever the rule, and the rule’s again', async () => {
    const { rule, change, book, state, duval } = await open()
    await change(rule('2026-09-01'))
    await change({ kind: 'days', days: [day(even)], home: duval })
    expect(await book('Marchand', even)).toBe('Jour de l’autre foyer.')
    expect(await book('Duval', even)).toBe('réservé')
    const { listed } = await change({ kind: 'days', days: [day(even)], home: null }, 'move')
    expect(listed.map(({ day: on }) => on)).toEqual([even])
    expect(await state('Marchand', even)).toBe('Réservation validée')
  })

  it('what freed a day is not taken back once it is the other home’s', async () => {
    const { rule, change, book, key } = await open()
    await book('Marchand', odd)
    const { actId } = await town.client.reservations.move({ cells: [key('Marchand', odd)], act: 'free' })
    await change(rule('2026-09-01'))
    await expect(town.client.requests.undo({ actId: actId ?? 0 })).rejects.toMatchObject({
      data: { sentence: 'Ce jour est celui de l’autre foyer.' },
    })
  })
})

const judged = () =>
  billing(town)
    .findings()
    .map(({ sentence }) => sentence)

const writeHomes = (one: number, two: number) =>
  town.store.sqlite.prepare('update custody_rule set home_id = ?, other_home_id = ?').run(one, two)

describe('the judge of the file', () => {
  it('tells a booking on the other home’s day that nobody decided to keep', async () => {
    const { rule, change, book, marchand, duval } = await open()
    await change(rule('2026-09-01'))
    await book('Marchand', even)
    writeHomes(duval, marchand)
    expect(judged()).toEqual(['Réservation 1, 09/12/2026\u00a0: ce jour est celui de l’autre foyer de l’enfant.'])
    writeHomes(marchand, duval)
    expect(judged()).toEqual([])
  })

  it('takes what was kept, and what was past when the rule came', async () => {
    const clock = aClock('2026-11-25')
    const { rule, change, book } = await open({}, clock)
    await book('Marchand', odd)
    await book('Marchand', week1)
    clock.set('2026-12-20')
    await change(rule('2026-12-17'), 'keep')
    expect(judged()).toEqual([])
  })

  it('tells a rule that names a home the child is not of', async () => {
    const { rule, change, duval } = await open()
    await change(rule('2026-09-01'))
    const leave = town.store.sqlite.prepare(
      'update family_child set family_id = ? where family_id = ? and child_id = ?',
    )
    await aFamily('Fouquet')(town)
    leave.run(town.family('Fouquet'), duval, town.child('Louison'))
    expect(judged()).toEqual(['Garde alternée 1\u00a0: un de ses foyers n’est pas celui de l’enfant.'])
    leave.run(duval, town.family('Fouquet'), town.child('Louison'))
  })
})

describe('the year of a child', () => {
  it('tells the rules, the days exchanged, what each home has booked and what is left to settle', async () => {
    const { rule, change, book, childId, marchand, duval } = await open()
    await change(rule('2026-09-01'))
    await book('Marchand', even)
    await book('Marchand', even, 'Repas')
    await book('Duval', odd)
    await change({ kind: 'days', days: [day(week4)], home: duval })
    const found = await town.client.reservations.custody({ childId, from: day('2026-09-01'), to: day('2027-08-31') })
    expect(found).toEqual({
      zone: 'B',
      homes: [
        { id: marchand, name: 'Marchand' },
        { id: duval, name: 'Duval' },
      ],
      rules: [{ from: '2026-09-01', evenWeek: [...alwaysAt(marchand)], oddWeek: [...alwaysAt(duval)], holidays: null }],
      exceptions: [{ day: week4, home: duval }],
      bookings: [
        { day: even, familyId: marchand, count: 2 },
        { day: odd, familyId: duval, count: 1 },
      ],
      unsettled: 0,
      newRuleFrom: '2026-11-25',
    })
  })
})
