import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkFile } from '../../../main/store/checking/check.ts'
import type { Opening } from '../../../shared/contract/desk/activities.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { aClock } from '../../support/desk.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, type Town } from '../../support/towns/town.ts'

const period = 'ALSH mercredi 2026/2027'
const wednesday = day('2026-12-16')
const clock = () => aClock('2026-11-25', '10:42')
const plain = (text: string | null | undefined) => text?.replaceAll('\u00a0', ' ')

const homes = {
  Zoé: { town: 'Blainville-sur-Orne', familyQuotient: 900 },
  Noé: { town: 'Caen', familyQuotient: 300 },
  Inès: { town: 'Blainville-sur-Orne', familyQuotient: null },
  Malo: { town: 'Caen', familyQuotient: null },
  Lou: { town: 'Blainville-sur-Orne', familyQuotient: 500 },
} as const
type Name = keyof typeof homes
const names = Object.keys(homes) as Name[]

const open = (promotion: 'automatic' | 'offer' | 'proposal', capacity: number, at = clock(), more = {}) => {
  const parts = [
    ...names.map((name) =>
      aFamily(`Famille ${name}`, {
        town: homes[name].town,
        familyQuotient: homes[name].familyQuotient,
        children: { [name]: {} },
      }),
    ),
    anActivity('CLSH MERCREDI', { slots: { Matin: ['08:00', '12:00'] }, ...more }),
    aPeriod(period, 'CLSH MERCREDI', { capacity, promotion }),
    ...names.map((name) => aRegistration(`Famille ${name}`, name, period)),
  ]
  return parts.reduce((town, part) => town.with(part), aTown()).open(at)
}

const gestures = (town: Town) => {
  const slotId = town.slot('CLSH MERCREDI', 'Matin')
  const periodId = town.period(period)
  const key = (child: Name, on = wednesday) => ({ registrationId: town.registration(child, period), day: on, slotId })
  type Act = Parameters<typeof town.client.reservations.move>[0]['act']
  const act = (name: Act, child: Name, more: object = {}) =>
    town.client.reservations.move({ cells: [key(child)], act: name, ...more })
  const states = async (...children: Name[]) =>
    Promise.all(
      children.map(async (child) => {
        const { state, rank } = await town.client.reservations.cell(key(child))
        return rank === null ? state : `${state} ${rank}`
      }),
    )
  const list = async () => {
    const found = await town.client.reservations.waitingList({ periodId, day: wednesday, slotId })
    return found?.children.map(({ name, offeredUntil }) => `${name.split(' ').at(-1)}${offeredUntil ? ' *' : ''}`) ?? []
  }
  return { slotId, periodId, key, act, states, list }
}

let town: Town

const opening = () => ({
  periodId: town.period(period),
  from: wednesday,
  to: day('2027-01-06'),
  slotIds: null,
  more: 2,
  act: 'promote' as const,
})
const capacityOf = async (on: string): Promise<Opening['capacity'] | undefined> =>
  (await town.client.activities.openings({ periodId: town.period(period), from: day(on), to: day(on) }))[0]?.capacity
const held = async () => {
  const { act } = gestures(town)
  for (const child of ['Zoé', 'Noé', 'Inès'] as const) await act('book', child)
}
const warning = async (child: Name = 'Malo') =>
  plain((await town.client.reservations.cell(gestures(town).key(child))).places[0]?.staffingWarning)

afterEach(async () => {
  const found = checkFile(town.store.sqlite)
  await town.close()
  if (found.length > 0) throw new Error(found.map(({ sentence }) => sentence).join(' '))
})

describe('the priorities of a list', () => {
  beforeEach(async () => {
    town = await open('proposal', 1)
    const { act } = gestures(town)
    await act('book', 'Zoé')
    for (const [index, child] of (['Malo', 'Noé', 'Inès', 'Lou'] as const).entries()) {
      await act('waitList', child)
      town.clock.set('2026-11-25', `10:5${index}`)
    }
  })

  it('are nothing until the town sets them: first come, first served', async () => {
    expect(await gestures(town).list()).toEqual(['Malo', 'Noé', 'Inès', 'Lou'])
  })

  it('set for every activity, or for one, order it anew; each rank is explained', async () => {
    const { list, periodId, slotId } = gestures(town)
    const activityId = town.activity('CLSH MERCREDI')
    const rules = await town.client.reservations.waitingRules({ activityId })
    expect(rules).toEqual({ own: null, usual: [], offerHours: 48, staffingBlocks: false })
    const saved = { ...rules, activityId }
    await town.client.reservations.saveWaitingRules({ ...saved, usual: [{ kind: 'resident' }] })
    expect(await list()).toEqual(['Inès', 'Lou', 'Malo', 'Noé'])
    await town.client.reservations.saveWaitingRules({
      ...saved,
      usual: [{ kind: 'resident' }],
      own: [{ kind: 'quotient', upTo: 620 }, { kind: 'resident' }],
    })
    const found = await town.client.reservations.waitingList({ periodId, day: wednesday, slotId })
    expect(found?.children.map(({ sentence }) => plain(sentence))).toEqual([
      '1ᵉʳ : quotient familial jusqu’à 620, habite la commune, demande du 25 novembre 2026 à 10 h 52',
      '2ᵉ : quotient familial jusqu’à 620, demande du 25 novembre 2026 à 10 h 50',
      '3ᵉ : habite la commune, demande du 25 novembre 2026 à 10 h 51',
      '4ᵉ : demande du 25 novembre 2026 à 10 h 42',
    ])
    await expect(
      town.client.reservations.saveWaitingRules({ ...saved, usual: [{ kind: 'resident' }, { kind: 'resident' }] }),
    ).rejects.toMatchObject({ data: { field: 'usual' } })
  })

  it('put a child first when staff say so, with a reason that its rank shows', async () => {
    const { list, periodId, slotId, states } = gestures(town)
    const rules = await town.client.reservations.waitingRules({ activityId: town.activity('CLSH MERCREDI') })
    await town.client.reservations.saveWaitingRules({
      ...rules,
      activityId: town.activity('CLSH MERCREDI'),
      usual: [{ kind: 'marked' }, { kind: 'resident' }],
    })
    const registrationId = town.registration('Noé', period)
    await town.client.reservations.markPriority({ registrationId, reason: 'deux parents qui travaillent' })
    expect(await list()).toEqual(['Noé', 'Inès', 'Lou', 'Malo'])
    expect(await states('Noé', 'Malo')).toEqual(['waitlisted 1', 'waitlisted 4'])
    const found = await town.client.reservations.waitingList({ periodId, day: wednesday, slotId })
    expect(plain(found?.children[0]?.sentence)).toBe(
      '1ᵉʳ : prioritaire (deux parents qui travaillent), demande du 25 novembre 2026 à 10 h 50',
    )
    await town.client.reservations.markPriority({ registrationId, reason: '' })
    expect(await list()).toEqual(['Inès', 'Lou', 'Malo', 'Noé'])
  })

  it('say the rank that a demande would really get, and why', async () => {
    const { act, key, states } = gestures(town)
    const activityId = town.activity('CLSH MERCREDI')
    const rules = await town.client.reservations.waitingRules({ activityId })
    await town.client.reservations.saveWaitingRules({ ...rules, activityId, usual: [{ kind: 'resident' }] })
    await act('leave', 'Inès')
    await act('enterDemand', 'Inès')
    const suggestion = async () => plain((await town.client.reservations.cell(key('Inès'))).suggestion?.sentence)
    const rank =
      'Sur la liste d’attente, l’enfant serait 2ᵉ : habite la commune, demande du 25 novembre 2026 à 10 h 53.'
    expect(await suggestion()).toBe(`Complet. ${rank}`)
    await act('free', 'Zoé')
    expect(await suggestion()).toBe(`D’autres enfants attendent. ${rank}`)
    await act('waitList', 'Inès')
    expect(await states('Lou', 'Inès', 'Malo')).toEqual(['waitlisted 1', 'waitlisted 2', 'waitlisted 3'])
  })

  it('say who is next where a place is free, and strictly so', async () => {
    const { act } = gestures(town)
    const rules = await town.client.reservations.waitingRules({ activityId: town.activity('CLSH MERCREDI') })
    await town.client.reservations.saveWaitingRules({
      ...rules,
      activityId: town.activity('CLSH MERCREDI'),
      usual: [{ kind: 'resident' }],
    })
    await act('free', 'Zoé')
    expect(await town.client.reservations.promotable()).toMatchObject([{ name: 'Famille Inès Inès', free: 1 }])
    expect((await act('promote', 'Malo')).refused[0]?.sentence).toContain('au rang 3')
    expect(await act('promote', 'Inès')).toMatchObject({ done: 1 })
  })

  it('are passed by a booking only once staff confirm it, knowing how many wait', async () => {
    const { act, states } = gestures(town)
    await act('leave', 'Malo')
    await act('free', 'Zoé')
    expect(await act('book', 'Malo')).toMatchObject({
      done: 0,
      refused: [{ needs: null, surcharge: null, waiting: 3 }],
    })
    expect(await act('book', 'Malo', { passesWaiting: true })).toMatchObject({ done: 1, refused: [] })
    expect(await states('Malo', 'Noé')).toEqual(['confirmed', 'waitlisted 1'])
  })
})

describe('a place that is offered', () => {
  beforeEach(async () => {
    town = await open('offer', 2)
    const { act } = gestures(town)
    for (const child of ['Zoé', 'Noé'] as const) await act('book', child)
    for (const child of ['Inès', 'Malo', 'Lou'] as const) await act('waitList', child)
  })

  it('goes to the next as one is freed, and is held: nobody else takes it', async () => {
    const { act, list, states } = gestures(town)
    expect(await act('free', 'Zoé')).toMatchObject({ done: 1, promoted: 1 })
    expect(await list()).toEqual(['Inès *', 'Malo', 'Lou'])
    const [matin] = (await town.client.reservations.cell(gestures(town).key('Zoé'))).places
    expect(matin).toMatchObject({ held: 2, capacity: 2, waiting: 3 })
    const reception = await town.as('receptionist')
    const refused = await reception.reservations.move({ cells: [gestures(town).key('Zoé')], act: 'book' })
    expect(refused.refused[0]?.sentence).toContain('Complet')
    expect((await act('promote', 'Malo')).refused[0]?.sentence).toContain('Complet')
    expect(await states('Inès')).toEqual(['waitlisted 1'])
    expect((await town.client.reservations.cell(gestures(town).key('Inès'))).notes.map(plain)).toContain(
      'place proposée jusqu’au ven. 27 nov. 2026 à 10 h 42',
    )
  })

  it('is the child’s once the family says yes at the desk', async () => {
    const { act, list, states } = gestures(town)
    await act('free', 'Zoé')
    expect(await act('promote', 'Inès')).toMatchObject({ done: 1, promoted: 0 })
    expect(await states('Inès')).toEqual(['confirmed'])
    expect(await list()).toEqual(['Malo', 'Lou'])
  })

  it('passes on when the family lets it go', async () => {
    const { act, list, states } = gestures(town)
    await act('free', 'Zoé')
    expect(await act('leave', 'Inès')).toMatchObject({ done: 1, promoted: 1 })
    expect(await list()).toEqual(['Malo *', 'Lou'])
    expect(await states('Inès')).toEqual(['free'])
  })

  it('passes on when its time is over, as soon as the desk looks, down to the last', async () => {
    const { act, list } = gestures(town)
    await act('free', 'Zoé')
    town.clock.set('2026-11-27', '10:41')
    await act('free', 'Noé')
    expect(await list()).toEqual(['Inès *', 'Malo *', 'Lou'])
    town.clock.set('2026-11-27', '10:43')
    // Any decision looks first.
    await town.client.reservations.move({ cells: [gestures(town).key('Zoé', day('2027-01-06'))], act: 'book' })
    expect(await list()).toEqual(['Malo *', 'Lou *'])
    const { story } = await town.client.reservations.cell(gestures(town).key('Inès'))
    expect(story[0]).toMatchObject({ sentence: 'Place proposée restée sans réponse', who: 'Règle du service' })
    town.clock.set('2026-12-02', '10:43')
    await town.client.reservations.move({ cells: [gestures(town).key('Zoé', day('2027-01-13'))], act: 'book' })
    expect(await list()).toEqual([])
    const [matin] = (await town.client.reservations.cell(gestures(town).key('Zoé'))).places
    expect(matin).toMatchObject({ held: 0, waiting: 0 })
  })

  it('comes back with the decision that gave it up, while it is still there to be offered', async () => {
    const { act, list } = gestures(town)
    await act('free', 'Zoé')
    const left = await act('removeFromList', 'Inès', { reason: { kind: 'written', text: 'Au téléphone' } })
    expect(await list()).toEqual(['Malo *', 'Lou'])
    await town.client.requests.undo({ actId: left.actId ?? 0 })
    expect(await list()).toEqual(['Inès *', 'Malo', 'Lou'])
  })

  it('stays where the capacity is lowered: it frees nobody', async () => {
    const { act, periodId, slotId, states } = gestures(town)
    await act('free', 'Zoé')
    await town.client.activities.changeCapacity({ periodId, day: wednesday, slotId, capacity: 1 })
    expect(await act('promote', 'Inès')).toMatchObject({ done: 1 })
    expect(await states('Inès', 'Noé')).toEqual(['confirmed', 'confirmed'])
  })

  it('can be offered by staff in any period, to the next only', async () => {
    const { act, list } = gestures(town)
    await town.client.activities.changeCapacity({
      periodId: town.period(period),
      day: wednesday,
      slotId: gestures(town).slotId,
      capacity: 3,
    })
    expect((await act('offer', 'Malo')).refused[0]?.sentence).toContain('au rang 2')
    await act('offer', 'Inès')
    expect((await act('offer', 'Inès')).refused[0]?.sentence).toBe('Une place est déjà proposée à cet enfant.')
    expect((await act('offer', 'Malo')).refused[0]?.sentence).toContain('Complet')
    expect(await list()).toEqual(['Inès *', 'Malo', 'Lou'])
  })
})

describe('two desks on the freed place', () => {
  it('only one of them gives it', async () => {
    town = await open('proposal', 1)
    const { act, key, states } = gestures(town)
    await act('book', 'Zoé')
    for (const child of ['Inès', 'Malo'] as const) await act('waitList', child)
    await act('free', 'Zoé')
    const [one, other] = [await town.as('receptionist'), await town.as('director')]
    const results = await Promise.all([
      one.reservations.move({ cells: [key('Inès')], act: 'offer' }),
      other.reservations.move({ cells: [key('Zoé')], act: 'book' }),
      other.reservations.move({ cells: [key('Malo')], act: 'promote' }),
      one.reservations.move({ cells: [key('Inès')], act: 'promote' }),
    ])
    expect(results.map(({ done }) => done)).toEqual([1, 0, 0, 1])
    expect(await states('Inès', 'Malo', 'Zoé')).toEqual(['confirmed', 'waitlisted 1', 'free'])
  })
})

describe('« si j’ouvre 2 places »', () => {
  beforeEach(async () => {
    town = await open('proposal', 1)
    const { act } = gestures(town)
    await act('book', 'Zoé')
    for (const child of ['Inès', 'Malo', 'Lou'] as const) await act('waitList', child)
  })
  it('says who would get them, in order, and which days stay full, and changes nothing', async () => {
    const acts = () => town.store.statement('select count(*) from act').pluck().get()
    const before = acts()
    const seen = await town.client.reservations.openingPreview(opening())
    expect(seen).toMatchObject({ openings: 2, given: 2, children: 2 })
    expect(seen.places).toMatchObject([{ day: wednesday, capacity: 3, held: 1, left: 1, stopped: null }])
    expect(seen.places[0]?.given.map(({ name }) => name)).toEqual(['Famille Inès Inès', 'Famille Malo Malo'])
    expect([acts(), await capacityOf(wednesday)]).toEqual([before, 1])
  })

  it('opens them in one act that does what was shown', async () => {
    const seen = await town.client.reservations.openingPreview(opening())
    expect(await town.client.reservations.openPlaces(opening())).toEqual(seen)
    const { states } = gestures(town)
    expect(await states('Inès', 'Malo', 'Lou')).toEqual(['confirmed', 'confirmed', 'waitlisted 1'])
    expect([await capacityOf(wednesday), await capacityOf('2027-01-06')]).toEqual([3, 3])
    const [last] = town.store.statement('select label, kind, state from act order by id desc limit 1').all()
    expect(last).toMatchObject({ kind: 'reservations.openPlaces', state: 'closed' })
  })

  it('is taken back whole: those who got a place wait again, and the places are closed', async () => {
    await town.client.reservations.openPlaces(opening())
    const actId = Number(town.store.statement('select max(id) from act').pluck().get())
    for await (const step of await town.client.history.undo({ actId, told: true })) expect(step.step).not.toBe('failed')
    expect(await gestures(town).states('Inès', 'Malo', 'Lou')).toEqual(['waitlisted 1', 'waitlisted 2', 'waitlisted 3'])
    expect(await capacityOf(wednesday)).toBe(1)
  })

  it('may offer them instead of giving them', async () => {
    await town.client.reservations.openPlaces({ ...opening(), act: 'offer' })
    expect(await gestures(town).list()).toEqual(['Inès *', 'Malo *', 'Lou'])
  })

  it('passes nobody over: it stops at whoever cannot take the place, and says why', async () => {
    await anActivity('STAGE', { slots: { Journée: ['08:00', '18:00'] } })(town)
    await aPeriod('Stage', 'STAGE', {})(town)
    await aRegistration('Famille Malo', 'Malo', 'Stage')(town)
    const stage = {
      registrationId: town.registration('Malo', 'Stage'),
      day: wednesday,
      slotId: town.slot('STAGE', 'Journée'),
    }
    await town.client.reservations.move({ cells: [stage], act: 'book' })
    const seen = await town.client.reservations.openingPreview({ ...opening(), more: 3 })
    expect(seen.places[0]).toMatchObject({ given: [{ name: 'Famille Inès Inès' }], left: 2 })
    expect(seen.places[0]?.stopped).toMatchObject({ name: 'Famille Malo Malo', why: expect.stringContaining('STAGE') })
  })

  it('is for whoever may change the places', async () => {
    const reception = await town.as('receptionist')
    await expect(reception.reservations.openPlaces(opening())).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(
      town.client.reservations.openingPreview({ ...opening(), from: day('2026-11-18'), to: day('2026-11-25') }),
    ).rejects.toMatchObject({ data: { field: 'from' } })
  })
})

describe('adults beside children', () => {
  const sum = ', soit 1 pour 12 enfants de 6 ans et plus'

  it('warn only where somebody said how many there are; the day may differ from the period', async () => {
    town = await open('proposal', 20, clock(), { supervision: 'extracurricular' })
    await held()
    const { periodId, slotId } = gestures(town)
    expect(await warning()).toBeUndefined()
    await town.client.reservations.planAdults({ periodId, where: null, adults: 1 })
    expect(await warning()).toBeUndefined()
    await town.client.reservations.planAdults({ periodId, where: { day: wednesday, slotIds: [slotId] }, adults: 0 })
    expect(await warning()).toBe(`0 animateur pour 3 places : il en faut 1${sum}`)
    const [section] = await town.client.reservations.calendar({
      from: wednesday,
      to: wednesday,
      periodIds: [periodId],
      familyId: null,
    })
    expect(plain(section?.columns[0]?.staffingWarning)).toBe(`0 animateur pour 3 places : il en faut 1${sum}`)
    expect(await town.client.reservations.adultsPlanned({ periodId })).toEqual({
      adults: 1,
      days: [{ day: wednesday, slotId, adults: 0 }],
    })
    await town.client.reservations.planAdults({ periodId, where: { day: wednesday, slotIds: [slotId] }, adults: null })
    expect(await warning()).toBeUndefined()
  })

  it('stand in the way where the town says so, but for the director in writing', async () => {
    town = await open('proposal', 20, clock(), { supervision: 'extracurricular' })
    await held()
    const { act, periodId, states } = gestures(town)
    const activityId = town.activity('CLSH MERCREDI')
    await town.client.reservations.planAdults({ periodId, where: null, adults: 0 })
    expect(await act('book', 'Malo')).toMatchObject({ done: 1 })
    const rules = await town.client.reservations.waitingRules({ activityId })
    await town.client.reservations.saveWaitingRules({ ...rules, activityId, staffingBlocks: true })
    const { refused } = await act('book', 'Lou')
    expect(plain(refused[0]?.sentence)).toBe(
      `Encadrement insuffisant (0 animateur pour 5 places : il en faut 1${sum}). Passer outre demande un motif écrit.`,
    )
    await act('book', 'Lou', { reason: { kind: 'written', text: 'Un animateur de plus arrive' } })
    expect(await states('Lou')).toEqual(['confirmed'])
  })

  it('are counted in Demandes, and a demande goes to the waiting list when adults are missing', async () => {
    town = await open('proposal', 20, clock(), { supervision: 'extracurricular' })
    await held()
    const { act, periodId } = gestures(town)
    await act('enterDemand', 'Malo')
    await town.client.reservations.planAdults({ periodId, where: null, adults: 0 })
    const suggested = async () => {
      const [item] = await town.client.requests.queue()
      const detail = item && (await town.client.requests.one(item.key))
      const found = detail?.parts[0]?.suggested
      return [found?.act, plain(found?.why)]
    }
    expect(await suggested()).toEqual([
      'accept',
      `Il reste 17 places. Matin : 0 animateur pour 4 places : il en faut 1${sum}.`,
    ])
    const activityId = town.activity('CLSH MERCREDI')
    const rules = await town.client.reservations.waitingRules({ activityId })
    await town.client.reservations.saveWaitingRules({ ...rules, activityId, staffingBlocks: true })
    expect(await suggested()).toEqual([
      'waitList',
      `Encadrement insuffisant (0 animateur pour 4 places : il en faut 1${sum}).`,
    ])
  })
})
