import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readSpreadsheet } from '../../../main/documents/spreadsheets/spreadsheet.ts'
import { receivedPaper } from '../../../main/store/schema/index.ts'
import type { RequiredPaperInput } from '../../../shared/contract/desk/people/dossiers.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { noHealth } from '../../../shared/rules/dossier/health.ts'
import type { TestDesk } from '../../support/desk.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'

const period = 'ALSH mercredi 2026/2027'
let town: Town
let client: TestDesk['client']
beforeEach(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { children: { Basile: { birthDay: '2020-10-02' }, Zoé: {} } }))
    .with(aFamily('Riou', { children: { Noé: {} } }))
    .with(aWednesday())
    .with(aRegistration('Marchand', 'Basile', period))
    .open()
  client = town.client
})
afterEach(() => town.close())

const insurance: RequiredPaperInput = {
  kind: 'insurance',
  name: 'Attestation d’assurance',
  scope: 'child',
  activityId: null,
  validity: 'schoolYear',
  months: null,
}
const ask = async (changes: Partial<RequiredPaperInput> = {}) =>
  (await client.dossiers.saveRequired({ ...insurance, ...changes })).id
const dossier = (family = 'Marchand') => client.dossiers.ofFamily({ familyId: town.family(family) })
const see = (requiredId: number, changes: { seenOn?: string; validUntil?: string; child?: string | null } = {}) =>
  client.dossiers.see({
    requiredId,
    familyId: town.family('Marchand'),
    childId: changes.child === null ? null : town.child(changes.child ?? 'Basile'),
    seenOn: day(changes.seenOn ?? '2026-11-25'),
    validUntil: changes.validUntil === undefined ? null : day(changes.validUntil),
  })
const refused = (call: Promise<unknown>, sentence: RegExp, field?: string) =>
  expect(call).rejects.toMatchObject({ data: { sentence: expect.stringMatching(sentence), ...(field && { field }) } })
const facts = () => town.store.statement('select count(*) from paper_fact').pluck().get()
const lastAct = (kind: string) =>
  town.store.statement('select max(id) from act where kind = ?').pluck().get(kind) as number

const list = (changes: Partial<Parameters<typeof client.dossiers.list>[0]> = {}) =>
  client.dossiers.list({ activityId: null, periodId: null, schoolId: null, requiredId: null, ...changes })
const file = (format: 'pdf' | 'xlsx', requiredId: number | null = null) =>
  client.dossiers.file({ activityId: null, periodId: null, schoolId: null, requiredId, format })
const inDossier = async () =>
  (await dossier()).items.filter(({ state }) => state.kind === 'missing').map(({ requiredId }) => requiredId)

describe('the dossier of a family', () => {
  it('asks nothing until the town does, nor of a child who is not registered', async () => {
    expect(await dossier()).toEqual({ isComplete: null, remindedOn: null, children: [], items: [] })
    await ask()
    expect(await dossier()).toMatchObject({
      isComplete: false,
      children: [{ firstName: 'Basile', isComplete: false }],
      items: [{ name: 'Attestation d’assurance', childId: town.child('Basile'), state: { kind: 'missing' } }],
    })
    expect((await dossier('Riou')).isComplete).toBe(null)
  })

  it('says of a paper sent on the portal that it is received, to read: it is asked for no more, and not complete yet', async () => {
    const other = await ask({ name: 'Carnet', kind: 'other' })
    await ask()
    const send = (kind: 'insurance' | 'other', requiredId: number | null) =>
      town.store.act(town.person, 'papers.accept', 'Pièce reçue', (write) =>
        write.insert(receivedPaper, {
          key: kind,
          familyId: town.family('Marchand'),
          childId: town.child('Basile'),
          requiredId,
          sender: 'Camille Marchand',
          kind,
          name: 'photo.jpg',
          type: 'image/jpeg',
          pages: 1,
          size: 1,
          hash: '',
          recordedAt: town.clock(),
          content: 'here',
          state: 'waiting',
        }),
      )
    send('insurance', null)
    expect(await dossier()).toMatchObject({
      isComplete: false,
      items: [{ state: { kind: 'missing' } }, { state: { kind: 'received' } }],
    })
    expect(await list()).toMatchObject({ incomplete: 1, rows: [{ missing: [other] }] })
    send('other', other)
    expect(await list()).toMatchObject({ incomplete: 0, rows: [] })
    await refused(client.campaign.letters({ familyIds: [town.family('Marchand')] }), /Rien ne manque/)
  })

  it('becomes complete when somebody sees the paper, says who and when, and is incomplete again after an undo', async () => {
    await see(await ask())
    expect(await dossier()).toMatchObject({
      isComplete: true,
      items: [{ state: { kind: 'there', until: '2027-08-31' }, seenOn: '2026-11-25', seenBy: expect.any(String) }],
    })
    await undone(client, lastAct('dossiers.see'))
    expect((await dossier()).isComplete).toBe(false)
  })

  it('has the quotient of the home, which staff write on its record', async () => {
    await ask({ kind: 'benefits', name: 'Quotient familial', scope: 'home', validity: null })
    expect((await dossier()).isComplete).toBe(false)
    await client.families.setQuotient({
      familyId: town.family('Marchand'),
      fromDay: day('2026-09-01'),
      value: 727,
      source: 'CAF',
      updatedOn: day('2026-09-01'),
    })
    expect((await dossier()).items).toMatchObject([{ childId: null, state: { kind: 'there', until: null } }])
  })

  it.each([
    ['a day to come', { seenOn: '2026-12-24' }, /pas encore venue/],
    ['an end before the day it was seen', { validUntil: '2026-11-20' }, /avant le jour/],
    ['no child', { child: null }, /l’enfant/],
    ['a child of another home', { child: 'Noé' }, /pas de ce foyer/],
  ] as const)('refuses %s, nothing noted', async (_, changes, sentence) => {
    await refused(see(await ask(), changes), sentence)
    expect(facts()).toBe(0)
  })

  it('counts a health record that staff type from the signed sheet as given, by them, until it lacks something', async () => {
    await ask({ kind: 'health', name: 'Fiche sanitaire' })
    const insured = { insurer: 'MAE', insuranceContract: 'A 12', insuranceUntil: '2027-08-31' }
    const record = {
      familyId: town.family('Marchand'),
      childId: town.child('Basile'),
      ...noHealth,
      doses: {},
      doctor: 'Dr Lune',
      ...insured,
    }
    await client.families.changeHealth(record)
    expect(await dossier()).toMatchObject({ isComplete: false, items: [{ state: { kind: 'missing' }, seenBy: '' }] })
    await client.dossiers.giveHealth({ ...record, insuranceUntil: '2026-11-30' })
    expect(await dossier()).toMatchObject({
      isComplete: true,
      items: [{ state: { kind: 'there', until: '2027-08-31' }, seenOn: '2026-11-25', seenBy: town.person.name }],
    })
    town.clock.set('2026-12-01')
    expect(await dossier()).toMatchObject({ isComplete: false, items: [{ state: { kind: 'toComplete' } }] })
    expect(await list()).toMatchObject({ incomplete: 1 })
    await client.families.changeHealth(record)
    expect((await dossier()).isComplete).toBe(true)
    await client.families.changeHealth({ ...record, treatment: 'Ventoline' })
    expect(await list()).toMatchObject({ incomplete: 1, rows: [{ child: 'Basile Marchand' }] })
    await client.families.changeHealth({ ...record, doctor: '' })
    expect((await dossier()).isComplete).toBe(false)
  })

  it('notes no health record as given where none is asked for, and writes nothing', async () => {
    const record = { familyId: town.family('Marchand'), childId: town.child('Basile'), ...noHealth, doses: {} }
    await refused(client.dossiers.giveHealth({ ...record, doctor: 'Dr Lune' }), /n’est pas demandée/)
    expect((await client.families.health({ childId: record.childId })).doctor).toBe('')
  })

  it('no longer asks for a paper withdrawn from a day on, and asks again once that is undone', async () => {
    const id = await ask()
    await refused(client.dossiers.withdrawRequired({ id, on: day('2026-11-01') }), /passée/)
    await client.dossiers.withdrawRequired({ id, on: day('2026-11-25') })
    expect((await dossier()).isComplete).toBe(null)
    await refused(see(id), /n’est plus demandé/)
    await client.dossiers.withdrawRequired({ id, on: null })
    expect((await dossier()).isComplete).toBe(false)
  })
})

describe('a paper that was noted', () => {
  it('is noted once more where its end was mistyped, and the right end holds', async () => {
    const id = await ask({ validity: 'date' })
    await refused(see(id, { validUntil: '2072-08-31' }), /vérifiez l’année/, 'validUntil')
    await see(id, { validUntil: '2037-08-31' })
    expect(await dossier()).toMatchObject({ items: [{ state: { kind: 'there', until: '2037-08-31' } }] })
    await see(id, { validUntil: '2027-08-31' })
    expect(await dossier()).toMatchObject({ items: [{ state: { kind: 'there', until: '2027-08-31' } }] })
  })

  it('is asked up to the last day of a registration whose end was recorded ahead', async () => {
    await ask()
    const registrationId = town.registration('Basile', period)
    await client.reservations.endRegistration({
      registrationId,
      lastDay: day('2026-12-16'),
      reason: 'Fin',
      charged: false,
    })
    expect((await dossier()).isComplete).toBe(false)
    town.clock.set('2026-12-17')
    expect((await dossier()).isComplete).toBe(null)
  })

  it('is read by those who keep dossiers, and noted by no other by accepting it', async () => {
    for (const role of ['administrator', 'cashier'] as const) {
      const other = await town.as(role)
      await expect(other.dossiers.ofFamily({ familyId: town.family('Marchand') })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      })
    }
  })
})

describe('what the town asks for', () => {
  it('is asked once, and is what it is from the first one that was seen', async () => {
    const id = await ask()
    await refused(ask({ name: 'attestation d’assurance' }), /déjà demandé/, 'name')
    await refused(ask({ kind: 'health', scope: 'home', name: 'Fiche' }), /enfant/, 'scope')
    await see(id)
    await refused(client.dossiers.saveRequired({ ...insurance, id, kind: 'vaccination' }), /ne change plus/, 'kind')
    await client.dossiers.saveRequired({ ...insurance, id, name: 'Assurance scolaire' })
    expect(await client.dossiers.required()).toMatchObject([{ name: 'Assurance scolaire', isUsed: true }])
  })

  it('may be of one activity', async () => {
    await ask({ activityId: town.activity('CLSH MERCREDI') })
    expect((await dossier()).items).toMatchObject([{ activity: 'CLSH MERCREDI' }])
  })
})

describe('erasing a family', () => {
  it('forgets the papers seen of it; merging families keeps them', async () => {
    const home = await ask({ kind: 'rules', name: 'Règlement', scope: 'home' })
    await see(home, { child: null })
    await client.doubles.merge({
      kind: 'family',
      keptId: town.family('Riou'),
      goneId: town.family('Marchand'),
      take: [],
    })
    expect((await dossier('Riou')).isComplete).toBe(true)
  })
})

describe('the list of dossiers', () => {
  it('says of each child what dossiers say of each home', async () => {
    const [insured, rules, plan] = [
      await ask(),
      await ask({ kind: 'rules', name: 'Règlement', scope: 'home' }),
      await ask({ kind: 'carePlan', name: 'PAI', validity: 'date' }),
    ]
    await ask({ kind: 'benefits', name: 'Quotient familial', scope: 'home', validity: null })
    const missingOf = async () => (await list()).rows.map(({ child, missing }) => [child, missing.length])
    expect(await missingOf()).toEqual([['Basile Marchand', 3]])
    expect(new Set((await list()).rows[0]?.missing)).toEqual(new Set(await inDossier()))

    await see(insured)
    await see(rules, { child: null })
    await see(plan, { validUntil: '2026-12-01' })
    expect(await list()).toMatchObject({ children: 1, incomplete: 1, total: 1, familyIds: [town.family('Marchand')] })
    await client.families.setQuotient({
      familyId: town.family('Marchand'),
      fromDay: day('2026-09-01'),
      value: 727,
      source: 'CAF',
      updatedOn: day('2026-09-01'),
    })
    expect(await list()).toMatchObject({ children: 1, incomplete: 0, rows: [] })
    town.desk.core.store.sqlite
      .prepare(`update paper_fact set valid_until = '2026-11-24', seen_on = '2026-11-01'`)
      .run()
    expect(new Set((await list()).rows[0]?.missing)).toEqual(new Set(await inDossier()))
    expect(await missingOf()).toEqual([['Basile Marchand', 3]])
  })

  it('is filtered by activity, period and paper, and counts who lacks each', async () => {
    const insured = await ask()
    expect(await list({ activityId: town.activity('CLSH MERCREDI') })).toMatchObject({ total: 1 })
    expect(await list({ periodId: town.period(period), requiredId: insured })).toMatchObject({
      total: 1,
      required: [{ id: insured, children: 1 }],
    })
    expect(await list({ schoolId: 999 })).toMatchObject({ children: 0 })
  })

  it('is printed, or saved as a spreadsheet, with the rows of the screen', async () => {
    const insured = await ask()
    await ask({ kind: 'rules', name: '=Règlement', scope: 'home' })
    await aRegistration('Riou', 'Noé', period)(town)
    await see(insured)
    const sheet = async (requiredId: number | null) => {
      const bytes = new Uint8Array(await (await file('xlsx', requiredId)).arrayBuffer())
      return (await readSpreadsheet({ bytes, sheet: '', maxRows: 100 })).rows
    }
    for (const requiredId of [null, insured]) {
      const { rows, required } = await list({ requiredId })
      const names = new Map(required.map(({ id, name }) => [id, name]))
      expect(await sheet(requiredId)).toEqual([
        ['Enfant', 'Famille', 'École', 'Classe', 'Manque'],
        ...rows.map(({ child, family, school, level, missing }) => [
          child,
          family,
          school,
          level,
          missing.map((id) => names.get(id)).join(', '),
        ]),
      ])
    }
    expect((await sheet(null)).slice(1).map(([child, , , , missing]) => [child, missing])).toEqual([
      ['Basile Marchand', '=Règlement'],
      ['Noé Riou', 'Attestation d’assurance, =Règlement'],
    ])
    expect((await file('pdf')).type).toBe('application/pdf')
  })

  it('is sent as one printed letter per home, or by mail where the service sends mails', async () => {
    await refused(client.campaign.letters({ familyIds: [town.family('Marchand')] }), /Rien ne manque/)
    await ask()
    const letters = await client.campaign.letters({ familyIds: [town.family('Marchand')] })
    expect(letters.size).toBeGreaterThan(1000)
    await refused(client.campaign.remind({ familyIds: [town.family('Marchand')] }), /serveur de mail/)
  })
})
