import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pickupsOfChildren } from '../../../main/desk/families/families.ts'
import { familyDocuments } from '../../../main/exchange/published/families.ts'
import { reachOn } from '../../../main/exchange/published/reach.ts'
import { portalAccount, receivedPaper } from '../../../main/store/schema/index.ts'
import { systemActor } from '../../../main/store/store.ts'
import { day, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { confirmedParent, type GuardianBond, unconfirmedBond } from '../../../shared/rules/people/guardian-bond.ts'
import type { TestDesk } from '../../support/desk.ts'
import { last } from '../../support/towns/billing.ts'
import { aChild, aGuardian } from '../../support/towns/families.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'

const period = 'ALSH mercredi 2026/2027'
const wednesday = '2026-12-09'
let town: Town
let client: TestDesk['client']
let karim: number
beforeEach(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { children: { Basile: { birthDay: '2020-10-02' }, Zoé: {} } }))
    .with(aWednesday())
    .with(aRegistration('Marchand', 'Basile', period))
    .open()
  client = town.client
  const added = await client.families.addGuardian({
    familyId: town.family('Marchand'),
    guardian: aGuardian('Karim', 'Benali'),
  })
  karim = added.id
})
afterEach(() => town.close())

const family = () => client.families.one({ id: town.family('Marchand') })
const say = (bond: Partial<GuardianBond>, child = 'Basile', guardianId = karim) =>
  client.families.setBond({ ...unconfirmedBond, ...bond, guardianId, childId: town.child(child) })
const bondOf = async (child = 'Basile', guardianId = karim) =>
  (await family()).bonds.find((one) => one.guardianId === guardianId && one.childId === town.child(child))
const on = (at: string) => pickupsOfChildren(town.store, [town.child('Basile')], day(at))[0]?.forbidding
const recorded = async () =>
  (await family()).children.find(({ id }) => id === town.child('Basile'))?.pickups.map(({ forbidding }) => forbidding)
const lastAct = (kind: string) =>
  town.store.statement('select max(id) from act where kind = ?').pluck().get(kind) as number
const rows = () => town.store.statement('select count(*) from guardian_bond').pluck().get()
const refused = (call: Promise<unknown>, sentence: RegExp, field?: string) =>
  expect(call).rejects.toMatchObject({ data: { sentence: expect.stringMatching(sentence), ...(field && { field }) } })
const shown = () =>
  familyDocuments(town.store, reachOn(day('2026-11-30')), [town.family('Marchand')]).get(town.family('Marchand'))

describe('bond and authority', () => {
  it('are to confirm for everybody at first, and confirmed in one gesture for a couple', async () => {
    const { bonds } = await family()
    expect(bonds.map(({ authority }) => authority)).toEqual(Array(4).fill('unconfirmed'))
    await client.families.confirmBonds({ familyId: town.family('Marchand') })
    expect((await family()).bonds.every(({ authority, kind }) => authority === 'yes' && kind === 'parent')).toBe(true)
    await refused(client.families.confirmBonds({ familyId: town.family('Marchand') }), /d’un geste/)
    await undone(client, lastAct('families.bond'))
    expect(rows()).toBe(0)
  })

  it('are not confirmed in one gesture in a home of three', async () => {
    await client.families.addGuardian({ familyId: town.family('Marchand'), guardian: aGuardian('Odile', 'Riou') })
    await refused(client.families.confirmBonds({ familyId: town.family('Marchand') }), /enfant par enfant/)
    expect(rows()).toBe(0)
  })

  it('are of one child: a step-father has none for one, and to confirm again leaves nothing', async () => {
    await say({ kind: 'stepParent', authority: 'no' })
    expect(await bondOf()).toMatchObject({ powers: { sees: false, asks: false, fetches: false, told: false } })
    expect(await bondOf('Zoé')).toMatchObject({ authority: 'unconfirmed', powers: { sees: true, fetches: true } })
    await say({})
    expect(rows()).toBe(0)
  })

  it.each([
    ['a step-parent of authority', { kind: 'stepParent', authority: 'yes' }, /beau-parent/, 'authority'],
    ['a decision without a judge', { authority: 'decision', decidedOn: day('2026-03-12') }, /juge/, 'decidedBy'],
    ['a service without its referent', { kind: 'childWelfare', authority: 'no' }, /référent/, 'referent'],
    [
      'an exception without a reason',
      { authority: 'no', overrides: { ...unconfirmedBond.overrides, told: true } },
      /pourquoi/,
      'overrideReason',
    ],
  ] as const)('are refused, nothing changed: %s', async (_, bond, sentence, field) => {
    await refused(say(bond), sentence, field)
    expect(rows()).toBe(0)
  })

  it('are not said of two people of different homes, and end when a guardian leaves', async () => {
    await say({ authority: 'no' })
    await client.families.removeGuardian({ familyId: town.family('Marchand'), guardianId: karim })
    expect(rows()).toBe(0)
    await refused(say({ authority: 'no' }), /même famille/)
    await undone(client, lastAct('families.guardian'))
    expect(await bondOf()).toMatchObject({ authority: 'no' })
  })
})

describe('what follows', () => {
  it('is published only where something is withheld', async () => {
    town.store.act(systemActor, 'portal.invite', 'Compte', (write) =>
      write.insert(portalAccount, {
        guardianId: karim,
        invitationId: 'i1',
        invitationBy: 'mail',
        invitedAt: town.store.clock(),
      }),
    )
    expect(shown()?.guardians.map(({ limits }) => limits)).toEqual([undefined, undefined])
    await client.families.confirmBonds({ familyId: town.family('Marchand') })
    await say({ kind: 'stepParent', authority: 'no' })
    expect(shown()?.guardians.map(({ limits }) => limits)).toEqual([
      undefined,
      [{ child: town.child('Basile'), not: ['sees', 'asks', 'told'] }],
    ])
  })

  it('is on the day sheet: who does not fetch the child, and who is not called', async () => {
    const [registration] = await client.registrations.ofFamily({ familyId: town.family('Marchand') })
    await client.reservations.move({
      cells: [
        {
          registrationId: registration?.id ?? 0,
          day: wednesday,
          slotId: town.slot('CLSH MERCREDI', 'Matin'),
        },
      ],
      act: 'book',
    })
    const sheet = async () => {
      const { activityId } = await client.activities.period({ id: town.period(period) })
      return (await client.attendance.sheet({ activityId, day: wednesday })).children[0]
    }
    expect(await sheet()).toMatchObject({
      notFetching: [],
      parents: [{ firstName: 'Camille' }, { firstName: 'Karim' }],
    })
    await say({ kind: 'stepParent', authority: 'no' })
    expect(await sheet()).toMatchObject({ notFetching: ['Karim Benali'], parents: [{ firstName: 'Camille' }] })
  })
})

const again = async () => {
  const { id } = await client.families.create({
    home: { ...(await family()), name: 'Marchand' },
    guardians: [aGuardian('Karim', 'Benali')],
    move: null,
    quotient: null,
    children: [{ ...aChild('Basile', 'Marchand', '2020-10-02'), schooling: null }],
  })
  return client.families.one({ id })
}
const merge = async (goneId: number) =>
  client.doubles.merge({ kind: 'family', keptId: town.family('Marchand'), goneId, take: [] })

describe('a service of the ASE', () => {
  const service = { ...aGuardian('Service', 'ASE du Calvados') }
  const add = (referent: string) =>
    client.families.addGuardian({ familyId: town.family('Marchand'), guardian: service, service: { referent } })

  it('is one for every child from the first dialog, with the powers of who is entrusted with them', async () => {
    const { id } = await add('Mme Roy, 02 31 00 00 00')
    const own = (await family()).bonds.filter(({ guardianId }) => guardianId === id)
    expect(own.length).toBe((await family()).children.length)
    expect(new Set(own.map(({ kind, authority }) => `${kind} ${authority}`))).toEqual(new Set(['childWelfare no']))
    expect(own.every(({ powers }) => Object.values(powers).every(Boolean))).toBe(true)
  })

  it('is refused without its referent, and nobody is added', async () => {
    const before = (await family()).guardians.length
    await expect(add('')).rejects.toMatchObject({ data: { field: 'service.referent' } })
    expect((await family()).guardians).toHaveLength(before)
  })
})

describe('a person forbidden', () => {
  const pickup = { name: 'Benali Karim', relation: 'père', phone: '', allowed: false }
  const forbid = (
    decision: {
      decidedBy?: string
      decidedOn?: string | null
      decidedUntil?: string | null
      decisionPaperId?: number
    } = {},
  ) => client.families.addPickup({ childId: town.child('Basile'), ...pickup, ...decision })

  it('who may hold authority is disputed until a court has decided: the team calls the director', async () => {
    await forbid()
    expect(await recorded()).toEqual(['disputed'])
    await say({ authority: 'no' })
    expect(await recorded()).toEqual(['forbidden'])
  })

  it('by a court decision stays forbidden while the decision is in force', async () => {
    await forbid({ decidedBy: 'JAF de Caen', decidedOn: '2026-03-12', decidedUntil: '2026-12-08' })
    expect(await recorded()).toEqual(['forbidden'])
    expect([on('2026-03-11'), on('2026-03-12'), on('2026-12-08'), on(wednesday)]).toEqual([
      'disputed',
      'forbidden',
      'forbidden',
      'disputed',
    ])
  })

  it('by a court decision is not listed among the parents who fetch, on sheets and paper; without a decision, they are', async () => {
    const registrationId = town.registration('Basile', period)
    const cell = { registrationId, day: wednesday, slotId: town.slot('CLSH MERCREDI', 'Matin') }
    await client.reservations.move({ cells: [cell], act: 'book' })
    const sheet = async () => {
      const { children } = await client.attendance.sheet({ activityId: town.activity('CLSH MERCREDI'), day: wednesday })
      return children.map(({ notFetching, parents }) => [notFetching, parents.map(({ firstName }) => firstName)])
    }
    const paper = async () =>
      JSON.stringify(
        await client.attendance.list({ kind: 'expected', day: wednesday, activityIds: [], groupBy: 'activity' }),
      )
    const onFamily = async () => (await family()).children.find(({ id }) => id === town.child('Basile'))?.notFetching
    await forbid()
    expect(await onFamily()).toEqual([])
    expect((await family()).children.find(({ id }) => id === town.child('Basile'))?.disputed).toEqual([karim])
    expect(await sheet()).toEqual([[[], ['Camille', 'Karim']]])
    expect(await paper()).not.toContain('sauf')
    expect(await paper()).toContain('arents (pour Karim Benali, appelez la direction)')
    const basile = (await family()).children.find(({ id }) => id === town.child('Basile'))
    await client.families.removePickup({ id: basile?.pickups[0]?.id ?? 0 })
    await forbid({ decidedBy: 'JAF de Caen', decidedOn: '2026-03-12' })
    // He is told of his child all the same: he may hold authority.
    expect(await sheet()).toEqual([[['Karim Benali'], ['Camille', 'Karim']]])
    expect(await onFamily()).toEqual([karim])
    expect(await paper()).toContain('arents, sauf Karim Benali')
  })

  it.each([
    ['a decision without a judge', { decidedOn: '2026-03-12' }, /juge/, 'decidedBy'],
    ['a decision without a day', { decidedBy: 'JAF de Caen' }, /date/, 'decidedOn'],
    ['a decision to come', { decidedBy: 'JAF de Caen', decidedOn: '2027-03-12' }, /pas encore/, 'decidedOn'],
    [
      'a decision that ends before its day',
      { decidedBy: 'JAF de Caen', decidedOn: '2026-03-12', decidedUntil: '2026-03-11' },
      /finirait/,
      'decidedUntil',
    ],
  ] as const)('is refused, nothing changed: %s', async (_, decision, sentence, field) => {
    await refused(forbid(decision), sentence, field)
    expect(await recorded()).toEqual([])
  })

  it('carries the decision itself, one that is about the child, kept until it ends', async () => {
    const paper = (kind: 'courtDecision' | 'insurance', childId: number) =>
      town.store.act(town.person, 'papers.accept', 'Pièce acceptée', (write) =>
        write.insert(receivedPaper, {
          key: `${kind} ${childId}`,
          familyId: town.family('Marchand'),
          childId,
          sender: 'Camille Marchand',
          kind,
          name: 'jugement.pdf',
          type: 'application/pdf',
          pages: 1,
          size: 1,
          hash: '',
          recordedAt: instantOf(day('2026-03-20'), timeOfDay('10:00')),
          decidedAt: instantOf(day('2026-03-20'), timeOfDay('10:00')),
          content: 'here',
          state: 'accepted',
        }),
      ).id
    const basile = town.child('Basile')
    const decisionPaperId = paper('courtDecision', basile)
    const decision = { decidedBy: 'JAF de Caen', decidedOn: '2026-03-12', decidedUntil: '2030-06-30' }
    await refused(forbid({ decisionPaperId }), /juge/, 'decidedBy')
    for (const other of [paper('insurance', basile), paper('courtDecision', town.child('Zoé')), 999])
      await refused(forbid({ ...decision, decisionPaperId: other }), /décision de justice/, 'decisionPaperId')
    await forbid({ ...decision, decisionPaperId })
    expect((await family()).children.flatMap(({ pickups }) => pickups)).toMatchObject([{ decisionPaperId }])
    const due = async (on: string) => {
      town.clock.set(on)
      return (await client.protection.due({ kind: 'paper' })).length
    }
    // The two other papers are due, this one is not before the decision has ended.
    expect([await due('2030-06-30'), await due('2030-07-01')]).toEqual([2, 3])
    await last(await client.protection.eraseDue({ kinds: ['paper'], confirmation: 'EFFACER' }))
    expect((await family()).children.flatMap(({ pickups }) => pickups)).toMatchObject([
      { decidedBy: 'JAF de Caen', decisionPaperId: null },
    ])
  })

  it('and then authorised keeps no decision', async () => {
    await forbid({ decidedBy: 'JAF de Caen', decidedOn: '2026-03-12' })
    const [recordedPickup] = (await family()).children.flatMap(({ pickups }) => pickups)
    await client.families.changePickup({
      id: recordedPickup?.id ?? 0,
      ...pickup,
      allowed: true,
      decidedBy: 'JAF de Caen',
      decidedOn: '2026-03-12',
    })
    expect((await family()).children.flatMap(({ pickups }) => pickups)).toMatchObject([
      { allowed: true, decidedBy: '', decidedOn: null, forbidding: null },
    ])
  })
})

describe('merging', () => {
  it('two homes keeps what either says of the same two people', async () => {
    const other = await again()
    const [bond] = other.bonds
    await client.families.setBond({
      ...confirmedParent,
      guardianId: bond?.guardianId ?? 0,
      childId: bond?.childId ?? 0,
    })
    await merge(other.id)
    expect(await bondOf()).toMatchObject({ authority: 'yes' })
    expect(rows()).toBe(1)
  })

  it('is refused where the two say another authority', async () => {
    const other = await again()
    const [bond] = other.bonds
    await client.families.setBond({
      ...confirmedParent,
      guardianId: bond?.guardianId ?? 0,
      childId: bond?.childId ?? 0,
    })
    await say({ authority: 'no' })
    await refused(merge(other.id), /autorité parentale/)
    // The same authority, but staff decided that this one is not told.
    await say({
      ...confirmedParent,
      overrides: { ...unconfirmedBond.overrides, told: false },
      overrideReason: 'À sa demande',
    })
    await refused(merge(other.id), /mêmes droits/)
    expect(rows()).toBe(2)
  })
})
