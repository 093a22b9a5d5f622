import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newKeyPair } from '../../main/crypto/keys.ts'
import { enterReceipt } from '../../main/exchange/receipts.ts'
import { signReceipt } from '../../main/portal/reservations/receipts.ts'
import { checkFile } from '../../main/store/checking/check.ts'
import { aRegistration } from '../support/towns/town.ts'
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
  wednesday,
} from './two-families.ts'

beforeEach(() => open())
afterEach(() => town.close())

/** What the desk had said, before the copy it comes back from. */
const answered = (of: string, answer: string, held: object, revision = 1, kind = 'answer') =>
  portal.entry(`answer:${of}:${revision}`, kind, tuesday, {
    of,
    answer,
    reason: 'C’est d’accord.',
    revision,
    facts: [
      {
        family: town.family('Lecerf'),
        registration: town.registration('Zoé', period),
        day: wednesday,
        slot: town.slot(activity, 'Matin'),
        held,
        note: '',
      },
    ],
  })
const keys = newKeyPair()
const body = (more: object = {}) => ({
  number: 'R-2026-004817',
  guardian: portal.guardianOf('Lecerf'),
  guardianName: 'Camille Lecerf',
  family: town.family('Lecerf'),
  familyTitle: 'Mme Lecerf',
  recordedAt: monday,
  answerDueOn: '2026-11-25',
  items: [
    { demande: 'a', child: 'Zoé', registration: period, day: wednesday, slot: 'Matin', wish: 'book' },
    { demande: 'b', child: 'Zoé', registration: period, day: later, slot: 'Repas', wish: 'book' },
  ],
  registration: null,
  refused: [],
  estimateCents: null,
  costs: [],
  log: { epoch: 1, number: 12, hash: 'x' },
  ...more,
})
const enter = (content: object, key = keys.privateKey) => {
  const { body: text, signature } = signReceipt({ privateKey: key }, JSON.stringify(content))
  return enterReceipt(town.desk.core, town.person, { text, signature })
}
/** In the desk's own log, as the portal gave it back. */
const keep = ({ number, hash, id, kind, at: saidAt, body }: ReturnType<typeof answered>) =>
  town.store
    .statement('insert into own_entry (number, hash, id, kind, at, body) values (?, ?, ?, ?, ?, ?)')
    .run(number, hash, id, kind, saidAt, body)

describe('a desk that was restored', () => {
  it('adopts its lost answer: the cell and the ask become what the parent was told, and nothing is sent again', async () => {
    portal.collect(demande('a', 'Zoé', 'book'))
    portal.recover(answered('a', 'accepted', { kind: 'confirmed', cancelDenied: false }))
    expect([await state('Zoé'), told()]).toEqual(['confirmed', []])
    expect(await town.client.requests.queue()).toEqual([])
  })

  it('charges nothing of a cancellation that the booking taken over ended', async () => {
    await staff('Zoé', 'book')
    const reason = { kind: 'written' as const, text: 'Repas commandé' }
    await town.client.reservations.move({ cells: [cell('Zoé')], act: 'free', charged: true, reason })
    portal.collect(demande('a', 'Zoé', 'book'))
    portal.recover(answered('a', 'accepted', { kind: 'confirmed', cancelDenied: false }))
    expect([await state('Zoé'), checkFile(town.store.sqlite)]).toEqual(['confirmed', []])
  })

  it('finds its answer in its own log when the demande comes back after it', async () => {
    keep(answered('a', 'accepted', { kind: 'confirmed', cancelDenied: false }))
    portal.collect(demande('a', 'Zoé', 'book'))
    expect([await state('Zoé'), told()]).toEqual(['confirmed', []])
  })

  it('finds the last of its answers, and those to second thoughts', async () => {
    keep(answered('a', 'accepted', { kind: 'confirmed', cancelDenied: false }))
    keep(answered('a', 'withdrawn', { kind: 'none' }, 2))
    keep(answered('takenBack:a', 'withdrawn', { kind: 'none' }))
    portal.collect(demande('a', 'Zoé', 'book'))
    portal.collect(portal.undone('takenBack', 'a', 'Lecerf', tuesday))
    expect([await state('Zoé'), told()]).toEqual(['free', []])
    portal.collect(demande('b', 'Zoé', 'book', tuesday))
    expect(await state('Zoé')).toBe('requestSent')
  })

  it('that decided differently adopts the standing answer as its next revision', async () => {
    portal.collect(demande('a', 'Zoé', 'book'))
    await decide('Zoé', 'refuse')
    expect(told()).toEqual(['a refused 1'])
    const { body } = answered('a', 'accepted', { kind: 'confirmed', cancelDenied: false })
    portal.collect(portal.entry('stands:x', 'answerStands', tuesday, body))
    expect([await state('Zoé'), told()]).toEqual(['confirmed', ['a accepted 2']])
  })

  it('takes over beyond the places, as a recorded fact', async () => {
    await staff('Noé', 'book')
    portal.collect(demande('a', 'Zoé', 'book'))
    portal.recover(answered('a', 'accepted', { kind: 'confirmed', cancelDenied: false }))
    expect(town.store.statement('select count(*) from reservation where overbooked').pluck().get()).toBe(1)
  })
})

const found = (answer: 'accepted' | 'refused' | 'withdrawn') => {
  const told = { of: 'r', answer, reason: 'C’est dit.', revision: 1, facts: [] }
  portal.recover(portal.entry('answer:r:1', 'answer', tuesday, told))
}
const states = async () =>
  (await town.client.registrations.ofFamily({ familyId: town.family('Yvon') })).map((one) => one.state).toSorted()
/** Côme asked on the portal, and staff of the restored copy refuse it. */
const asked = async () => {
  portal.collect(portal.registration('r', 'Yvon', 'Côme', period, monday))
  const [item] = await town.client.requests.queue()
  if (item?.key.kind !== 'registration') throw new Error('a registration waits')
  return item.key
}

const refuse = (key: Awaited<ReturnType<typeof asked>>) =>
  town.client.requests.decide({ decisions: [{ ...key, act: 'refuse', reason: 'Complet' }] })

describe('a decision on a registration that is found again', () => {
  it('is accepted again, off the list that has no place left for it', async () => {
    const { client } = town
    const saved = await client.activities.get({ id: town.activity(activity) })
    const bus = { name: 'Car 2', capacity: 1, slotIds: [town.slot(activity, 'Matin')], endedFrom: null }
    const [list] = (await client.activities.save({ ...saved, sublists: [bus] })).sublists
    const put = (registrationId: number) =>
      client.registrations.setSublist({
        registrationId,
        sublistId: list?.id ?? 0,
        listed: true,
        fromDay: '2026-12-02',
        untilDay: null,
      })
    const key = await asked()
    await put(key.registrationId)
    await refuse(key)
    await put(town.registration('Zoé', period))
    found('accepted')
    expect(await states()).toEqual(['accepted'])
    const { sublists } = await client.registrations.sublists({ registrationId: key.registrationId })
    expect(sublists).toMatchObject([{ taken: 1, isListed: false, days: [] }])
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('stays as it is beside another registration of the child, which no reason overrides', async () => {
    await refuse(await asked())
    await aRegistration('Yvon', 'Côme', period)(town)
    found('accepted')
    expect(await states()).toEqual(['accepted', 'refused'])
  })

  it('frees the places of one that is withdrawn after all, for who waits', async () => {
    const key = await asked()
    await town.client.requests.decide({ decisions: [{ ...key, act: 'accept', reason: '' }] })
    const own = { registrationId: key.registrationId, day: wednesday, slotId: town.slot(activity, 'Matin') }
    await town.client.reservations.move({ cells: [own], act: 'book' })
    await staff('Zoé', 'waitList')
    found('withdrawn')
    expect(await states()).toEqual(['withdrawn'])
    expect((await town.client.reservations.cell(own)).state).toBe('closed')
    expect((await town.client.reservations.promotable({})).map(({ name }) => name)).toEqual(['Lecerf Zoé'])
    expect(checkFile(town.store.sqlite)).toEqual([])
  })
})

describe('a receipt entered again', () => {
  beforeEach(() => portal.pair(keys.publicKey))

  it('gives each demande its first instant back, once', async () => {
    clock.set('2026-12-08')
    expect(enter(body())).toEqual({ number: 'R-2026-004817', entered: 2, known: 0 })
    expect((await town.client.requests.queue()).map(({ recordedAt, days }) => [recordedAt, days])).toEqual([
      [monday, 2],
    ])
    expect(enter(body())).toEqual({ number: 'R-2026-004817', entered: 0, known: 2 })
    expect(town.store.statement('select id from acted_upon order by id').pluck().all()).toEqual(['a', 'b'])
    portal.collect(demande('a', 'Zoé', 'book'))
    expect((await town.client.requests.queue()).length).toBe(1)
  })

  it('leaves alone what the desk still knows', () => {
    portal.collect(demande('a', 'Zoé', 'book'))
    expect(enter(body())).toMatchObject({ entered: 1, known: 1 })
  })

  it('is refused when the portal did not sign this very text, or with a key that was revoked', () => {
    expect(() => enter(body(), newKeyPair().privateKey)).toThrow(/n’a pas été signé par le portail/)
    const { signature } = signReceipt({ privateKey: keys.privateKey }, JSON.stringify(body()))
    const text = JSON.stringify(body({ recordedAt: at('2026-10-01') }))
    expect(() => enterReceipt(town.desk.core, town.person, { text, signature })).toThrow(/n’a pas été signé/)
    expect(() => enterReceipt(town.desk.core, town.person, { text: 'x', signature: '' })).toThrow(/n’a pas été signé/)
    expect(town.store.statement('select count(*) from portal_ask').pluck().get()).toBe(0)
  })

  it('may be of a registration', async () => {
    const content = body({
      guardian: portal.guardianOf('Yvon'),
      family: town.family('Yvon'),
      items: [],
      registration: {
        demande: 'r',
        child: 'Côme',
        period,
        from: '2026-12-02',
        to: '2027-06-30',
        week: [{ weekday: 3, slot: 'Matin' }],
      },
    })
    expect(enter(content)).toMatchObject({ entered: 1 })
    expect((await town.client.requests.queue())[0]).toMatchObject({ key: { kind: 'registration' }, recordedAt: monday })
    const [asked] = await town.client.registrations.ofFamily({ familyId: town.family('Yvon') })
    expect(asked?.typicalWeek).toEqual([{ weekday: 3, slotId: town.slot(activity, 'Matin') }])
  })

  it('for a registration older than typical weeks in receipts is entered without one', async () => {
    const content = body({
      guardian: portal.guardianOf('Yvon'),
      family: town.family('Yvon'),
      items: [],
      registration: { demande: 'r', child: 'Côme', period, from: '2026-12-02', to: '2027-06-30' },
    })
    expect(enter(content)).toMatchObject({ entered: 1 })
    const [asked] = await town.client.registrations.ofFamily({ familyId: town.family('Yvon') })
    expect(asked?.typicalWeek).toEqual([])
  })
})
