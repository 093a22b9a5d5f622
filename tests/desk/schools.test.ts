import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changedSince } from '../../main/exchange/published/changes.ts'
import { familyDocuments } from '../../main/exchange/published/families.ts'
import { periodDocuments } from '../../main/exchange/published/periods.ts'
import { portalAccount } from '../../main/store/schema/index.ts'
import { day } from '../../shared/rules/calendar/day.ts'
import { anAddress } from '../support/towns/families.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, type Town } from '../support/towns/town.ts'

const wednesday = '2026-12-09'
const later = '2027-01-13'
const period = 'Repas 2026/2027'
let town: Town
let schools: { tilleuls: number; prevert: number }

beforeEach(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { children: { Louison: {}, Basile: {} } }))
    .with(anActivity('RESTAURANT DES TILLEULS'))
    .with(aPeriod(period, 'RESTAURANT DES TILLEULS'))
    .open()
  const { client } = town
  const school = async (name: string) => (await client.settings.saveSchool({ name })).id
  schools = { tilleuls: await school('École des Tilleuls'), prevert: await school('École Jacques-Prévert') }
  await attends('Louison', 'tilleuls', '2026-09-01')
  await attends('Basile', 'prevert', '2026-09-01')
  const [activity] = await client.activities.list()
  if (!activity) throw new Error('no activity')
  await client.activities.save({ ...activity, schoolIds: [schools.tilleuls] })
})
afterEach(() => town.close())

const attends = (child: string, school: keyof typeof schools, fromDay: string, exemption?: string) =>
  town.client.families.setSchooling({
    childId: town.child(child),
    schoolId: schools[school],
    level: 'CP',
    className: '',
    fromDay,
    ...(exemption !== undefined && { exemption }),
  })

const expectRefused = (call: Promise<unknown>, sentence: RegExp) =>
  expect(call).rejects.toMatchObject({ data: { sentence: expect.stringMatching(sentence) } })

const reach = {
  today: day('2026-11-26'),
  overSince: day('2026-06-01'),
  bookedUntil: day('2027-11-26'),
  issuedFrom: day('2025-01-01'),
}

const wish = (child: string) => ({
  childId: town.child(child),
  familyId: town.family('Marchand'),
  periodId: town.period(period),
  startDay: '2026-09-02',
  endDay: '2027-06-30',
  typicalWeek: [],
  overrideReason: '',
  accepted: true,
})

const book = async (child: string, on: string) => {
  const cell = {
    registrationId: town.registration(child, period),
    day: on,
    slotId: town.slot('RESTAURANT DES TILLEULS', 'Repas'),
  }
  const { refused: no } = await town.client.reservations.move({ cells: [cell], act: 'book' })
  return no.map(({ sentence }) => sentence.replaceAll('\u00a0', ' '))
}

describe('an activity of some schools', () => {
  it('takes their children, and others with a written reason only', async () => {
    await aRegistration('Marchand', 'Louison', period)(town)
    expect(await book('Louison', wednesday)).toEqual([])
    await expectRefused(
      town.client.registrations.ask(wish('Basile')),
      /École de cette activité.*Tilleuls\. Celle de l’enfant.*Prévert\./,
    )
    await town.client.registrations.ask({ ...wish('Basile'), overrideReason: 'Ramassage du mercredi' })
  })

  it('closes the day on which the child has changed school, and no day before it', async () => {
    await aRegistration('Marchand', 'Louison', period)(town)
    await attends('Louison', 'prevert', '2027-01-04')
    expect(await book('Louison', wednesday)).toEqual([])
    expect(await book('Louison', later)).toEqual([
      expect.stringContaining(
        'École de cette activité : École des Tilleuls. Celle de l’enfant : École Jacques-Prévert.',
      ),
    ])
  })

  it('is published with the names of its schools, none for an activity of all', async () => {
    const published = () => {
      const [document] = periodDocuments(town.store, reach, [town.period(period)]).values()
      return document?.conditions.schools
    }
    expect(published()).toEqual(['École des Tilleuls'])
    const [activity] = await town.client.activities.list()
    if (activity) await town.client.activities.save({ ...activity, schoolIds: null })
    expect(published()).toBeUndefined()
  })

  it('keeps its schools: one that is gone is refused, one that it needs cannot go', async () => {
    const [activity] = await town.client.activities.list()
    if (!activity) throw new Error('no activity')
    await expectRefused(town.client.activities.save({ ...activity, schoolIds: [99] }), /n’existe plus/)
    const { id } = await town.client.settings.saveSchool({ name: 'École Colette' })
    await town.client.activities.save({ ...activity, schoolIds: [schools.tilleuls, id] })
    await expectRefused(town.client.settings.removeSchool({ id }), /réservée à cette école/)
    expect(await town.client.settings.schools()).toHaveLength(3)
  })
})

describe('the streets of a school', () => {
  const lilas = { street: 'Rue des Lilas', fromNumber: null, toNumber: 20, side: 'both' as const }

  it('are kept with it; a fault names its row and changes nothing', async () => {
    const { client } = town
    const tilleuls = { id: schools.tilleuls, name: 'École des Tilleuls' }
    expect((await client.settings.saveSchool({ ...tilleuls, catchment: [lilas] })).catchment).toEqual([lilas])
    await expect(
      client.settings.saveSchool({
        id: schools.prevert,
        name: 'École Prévert',
        catchment: [{ ...lilas, fromNumber: 23, toNumber: null }],
      }),
    ).rejects.toMatchObject({ data: { field: 'catchment.0.street', sentence: expect.stringContaining('sans école') } })
    expect(await client.settings.schools()).toMatchObject([
      { name: 'École des Tilleuls', catchment: [lilas] },
      { name: 'École Jacques-Prévert', catchment: [] },
    ])
    expect((await client.settings.saveSchool(tilleuls)).catchment).toEqual([lilas])
    // A school gives up no street that leaves numbers of it to none, nor goes with such a street.
    const rest = (fromNumber: number, toNumber: number | null) => [{ ...lilas, fromNumber, toNumber }]
    const { id } = await client.settings.saveSchool({ name: 'École du Bout', catchment: rest(21, 40) })
    await client.settings.saveSchool({ id: schools.prevert, name: 'École Prévert', catchment: rest(41, null) })
    await expect(client.settings.saveSchool({ id, name: 'École du Bout', catchment: [] })).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/sans école/) },
    })
    await expect(client.settings.removeSchool({ id })).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/sans école/) },
    })
    await client.settings.saveSchool({ id: schools.prevert, name: 'École Prévert', catchment: [] })
    await client.settings.removeSchool({ id })
    expect((await client.settings.saveSchool({ ...tilleuls, catchment: [] })).catchment).toEqual([])
  })
})

const schoolings = async () => {
  const { children } = await town.client.families.one({ id: town.family('Marchand') })
  const louison = children.find(({ firstName }) => firstName === 'Louison')
  return louison?.schoolings.slice(0, 2).map(({ fromDay, exemption }) => [fromDay, exemption])
}

describe('a dérogation', () => {
  it('is a fact of the school from a day on: it stays while the child stays there', async () => {
    await attends('Louison', 'tilleuls', '2026-09-01', 'Fratrie')
    await attends('Louison', 'tilleuls', '2027-01-04')
    expect(await schoolings()).toEqual([
      ['2027-01-04', 'Fratrie'],
      ['2026-09-01', 'Fratrie'],
    ])
    await attends('Louison', 'prevert', '2027-01-04')
    expect(await schoolings()).toEqual([
      ['2027-01-04', ''],
      ['2026-09-01', 'Fratrie'],
    ])
  })
})

const willows = { street: 'Rue des Saules', fromNumber: null, toNumber: null, side: 'both' as const }
const noFilter = { activityId: null, periodId: null, schoolId: null, requiredId: null }
const asked = {
  kind: 'exemption',
  name: 'Dérogation scolaire',
  scope: 'child',
  activityId: null,
  validity: null,
  months: null,
} as const
const plain = (texts: readonly (string | null)[]) => texts.map((text) => text?.replaceAll('\u00a0', ' ') ?? null)
const toWrite =
  'Dérogation à noter. École de l’enfant : École des Tilleuls. Celle de son adresse : École Jacques-Prévert.'
const family = () => town.client.families.one({ id: town.family('Marchand') })
const toldOfChildren = async () => plain((await family()).children.map(({ exemptionAsked }) => exemptionAsked))
const states = async () =>
  (await town.client.dossiers.ofFamily({ familyId: town.family('Marchand') })).items.map(
    ({ childId, state }) => [childId, state.kind] as const,
  )
const lacking = async () => (await town.client.dossiers.list(noFilter)).rows.map(({ child }) => child)

describe('a dérogation that dossiers ask for', () => {
  let requiredId: number

  /** Both children live in the streets of Prévert; Louison goes to Tilleuls. */
  beforeEach(async () => {
    const { client } = town
    requiredId = (await client.dossiers.saveRequired(asked)).id
    await aRegistration('Marchand', 'Louison', period)(town)
    await client.registrations.ask({ ...wish('Basile'), overrideReason: 'Ramassage du mercredi' })
    await client.settings.saveSchool({ id: schools.prevert, name: 'École Jacques-Prévert', catchment: [willows] })
  })

  it('is missing of a child of other streets until its reason is written, and of nobody else', async () => {
    const { client } = town
    const louison = town.child('Louison')
    expect([await states(), await lacking()]).toEqual([[[louison, 'missing']], ['Louison Marchand']])
    expect(await toldOfChildren()).toEqual(expect.arrayContaining([toWrite, null]))
    const check = () => client.registrations.check({ ...wish('Louison'), periodId: town.period(period) })
    expect(plain((await check()).toSettle)).toEqual([toWrite])
    await expectRefused(
      client.dossiers.see({
        requiredId,
        familyId: town.family('Marchand'),
        childId: louison,
        seenOn: day('2026-11-25'),
        validUntil: null,
      }),
      /avec son école et la raison/,
    )
    await attends('Louison', 'tilleuls', '2026-09-01', 'Fratrie')
    expect([await states(), await lacking()]).toEqual([[[louison, 'there']], []])
    expect([(await check()).toSettle, await toldOfChildren()]).toEqual([[], [null, null]])
  })

  it('is no longer asked for when the home, or another home of the child, moves to the streets of the school', async () => {
    const { client } = town
    const lilacs = { street: 'Rue des Lilas', fromNumber: null, toNumber: null, side: 'both' as const }
    await client.settings.saveSchool({ id: schools.tilleuls, name: 'École des Tilleuls', catchment: [lilacs] })
    await aFamily('Duval', { children: {} })(town)
    await client.families.linkChild({ familyId: town.family('Duval'), childId: town.child('Louison') })
    expect(await lacking()).toEqual(['Louison Marchand'])
    const moves = (home: string, line1: string, resident: boolean | null = null) =>
      client.families.setAddress({
        familyId: town.family(home),
        fromDay: day('2026-11-01'),
        address: anAddress(line1),
        resident,
      })
    await moves('Duval', '3 rue des Lilas')
    expect(await lacking()).toEqual([])
    // A street of the same name elsewhere is nobody’s.
    await moves('Duval', '3 rue des Lilas', false)
    expect(await lacking()).toEqual(['Louison Marchand'])
    await moves('Marchand', '8 rue des Lilas')
    // Now it is Basile, at Prévert, who lives in the streets of Tilleuls.
    expect(await lacking()).toEqual(['Basile Marchand'])
    await moves('Marchand', '8 rue inconnue')
    expect([await lacking(), await states()]).toEqual([[], []])
  })

  it('follows, in other homes too, the first pupils of a level that a school gets or loses', async () => {
    const { client, store } = town
    await aFamily('Duval', { children: { Noé: {} } })(town)
    const duval = town.child('Noé')
    const attendsAs = (childId: number, level: 'GS' | 'CP') =>
      client.families.setSchooling({
        childId,
        schoolId: schools.prevert,
        level,
        className: '',
        fromDay: '2026-09-01',
      })
    const makesAllStale = async (work: () => Promise<unknown>) => {
      const before = store.statement('select max(id) from act').pluck().get() as number
      await work()
      return changedSince(store, before).get('family') === 'all'
    }
    // Basile was the only pupil of Prévert of an age of primary school: Louison's streets are no longer of any school.
    expect(await makesAllStale(() => attendsAs(town.child('Basile'), 'GS'))).toBe(true)
    expect(await lacking()).toEqual([])
    expect(await makesAllStale(() => attendsAs(duval, 'CP'))).toBe(true)
    expect(await lacking()).toEqual(['Louison Marchand'])
    await aFamily('Leroy', { children: { Zoé: {} } })(town)
    expect(await makesAllStale(() => attendsAs(town.child('Zoé'), 'CP'))).toBe(false)
  })

  it('is a paper to send for the parent, who is not shown the reason', async () => {
    const guardianId = (await family()).guardians[0]?.id ?? 0
    town.store.act(town.person, 'portal.invite', 'Compte', (write) =>
      write.insert(portalAccount, { guardianId, invitationId: 'i1', invitationBy: 'mail', invitedAt: write.at }),
    )
    const shown = () =>
      familyDocuments(town.store, reach, [town.family('Marchand')])
        .get(town.family('Marchand'))
        ?.dossier?.map(({ kind, name, held }) => [kind, name, held])
    expect(shown()).toEqual([['other', 'Dérogation scolaire', null]])
    await attends('Louison', 'tilleuls', '2026-09-01', 'Fratrie')
    expect(shown()).toEqual([['other', 'Dérogation scolaire', {}]])
    expect(JSON.stringify([...familyDocuments(town.store, reach, [town.family('Marchand')])])).not.toContain('Fratrie')
  })
})
