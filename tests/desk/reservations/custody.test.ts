import { afterEach, describe, expect, it } from 'vitest'
import { day, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { sameHomeAllWeek } from '../../../shared/rules/people/custody.ts'
import { aClock } from '../../support/desk.ts'
import { billing, last } from '../../support/towns/billing.ts'
import { aFamily } from '../../support/towns/town.ts'
import { close, even, odd, open, period, town, week1, week2, week4 } from '../families/two-homes.ts'

type Pair = [number, number]

afterEach(close)

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

  it('and no rule: one gesture for both homes gives a day once', async () => {
    const { key } = await open()
    const { done, refused } = await town.client.reservations.move({
      cells: [key('Marchand', even), key('Duval', even)],
      act: 'book',
    })
    expect(done).toBe(1)
    expect(refused).toMatchObject([{ sentence: expect.stringContaining('Déjà réservé aux mêmes heures') }])
  })

  it('and no rule: a list that both homes wait on gives the child one place', async () => {
    const { key, book, state } = await open({ capacity: 1 })
    const tom = { ...key('Duval', even), registrationId: town.registration('Tom', period) }
    await town.client.reservations.move({ cells: [tom], act: 'book' })
    expect(await book('Marchand', odd)).toBe('réservé')
    await town.client.reservations.move({ cells: [key('Marchand', even), key('Duval', even)], act: 'waitList' })
    await town.client.reservations.openPlaces({
      periodId: town.period(period),
      from: day(even),
      to: day(even),
      slotIds: null,
      more: 2,
      act: 'promote',
    })
    expect(await state('Marchand', even)).toBe('Réservation validée')
    expect(await state('Duval', even)).toContain('en attente')
  })

  it('and no rule: a typical week given to both homes at once gives each day once', async () => {
    const { key } = await open()
    const { filled, skipped } = await last(
      await town.client.reservations.applyWeeks({
        periodId: town.period(period),
        registrationIds: ['Marchand', 'Duval'].map((home) => key(home, even).registrationId),
        week: [{ weekday: 3, slotId: key('Marchand', even).slotId }],
        from: day(even),
        to: day(odd),
      }),
    )
    expect([filled, skipped]).toMatchObject([2, [{ count: 2 }]])
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

  it('a typical week fills the days of its home and lists the others', async () => {
    const { change, rule, key } = await open()
    await change(rule('2026-09-01'))
    const week = [{ weekday: 3, slotId: key('Marchand', even).slotId }]
    const { registrationId } = key('Marchand', even)
    const { filled, skipped } = await town.client.reservations.applyWeek({ registrationId, week, from: day(even) })
    expect(filled.slice(0, 2).map(({ day: on }) => on)).toEqual([even, week2])
    expect(skipped.find(({ day: on }) => on === odd)?.reason).toBe('Jour de l’autre foyer.')
  })

  it('shares school holidays by halves, in the zone of the town', async () => {
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

  it('a child with one home has no custody to share', async () => {
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
  it('at the price of its own quotient', async () => {
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

  it('a day freed for the other home cannot be taken back by an undo', async () => {
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
  it('finds a booking on the other home’s day that nobody decided to keep', async () => {
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

  it('finds a rule that names a home which is not the child’s', async () => {
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
  it('shows the rules, the exchanged days, what each home has booked and what is left to decide', async () => {
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
      rules: [
        {
          from: '2026-09-01',
          evenWeek: [...sameHomeAllWeek(marchand)],
          oddWeek: [...sameHomeAllWeek(duval)],
          holidays: null,
        },
      ],
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
