import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Login } from '../../../main/portal/account/accounts.ts'
import { createPairingCode } from '../../../main/portal/exchange/pairing.ts'
import { dashboard, registrations } from '../../../main/portal/pages/pages.ts'
import { papersShown, sendPaper } from '../../../main/portal/papers/sent-papers.ts'
import { saveDrafts } from '../../../main/portal/reservations/drafts.ts'
import { record } from '../../../main/portal/reservations/recorded-days.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { type Day, day } from '../../../shared/rules/calendar/day.ts'
import { noHealth } from '../../../shared/rules/dossier/health.ts'
import type { FileKind } from '../../../shared/rules/requests/paper.ts'
import { aPdf } from '../../security/paper-files.ts'
import { aPortalOf } from '../../support/collected.ts'
import { aClock } from '../../support/desk.ts'
import { quickStore } from '../../support/machine/quick-store.ts'
import { aBillingTown, period } from '../../support/towns/billing.ts'
import type { Town } from '../../support/towns/town.ts'
import { aServedPortal, type ServedPortal } from '../paired.ts'

const clock = aClock()
const wednesday = day('2026-12-09')
let town: Town
let served: ServedPortal
let parent: Login
let familyId: number
let required: number

beforeEach(async () => {
  clock.set('2026-11-25')
  town = await aBillingTown().open(clock)
  const { client } = town
  familyId = town.family('Marchand')
  const saved = await client.dossiers.saveRequired({
    kind: 'insurance',
    name: 'Assurance scolaire',
    scope: 'child',
    activityId: null,
    validity: 'schoolYear',
    months: null,
  })
  required = saved.id
  await askDossier('required')
})
afterEach(() => town.close())

const askDossier = async (dossier: 'none' | 'warn' | 'required') => {
  const {
    activity: _a,
    facility: _f,
    type: _t,
    ...known
  } = await town.client.activities.period({
    id: town.period(period),
  })
  await town.client.activities.savePeriod({ ...known, dossier })
}
const cell = (child: string) => ({
  registrationId: town.registration(child, period),
  day: wednesday,
  slotId: town.slot('CLSH MERCREDI', 'Matin'),
})
const see = (child: string) =>
  town.client.dossiers.see({
    requiredId: required,
    familyId,
    childId: town.child(child),
    seenOn: day('2026-11-25'),
    validUntil: null,
  })
const book = (child: string, more: object = {}) =>
  town.client.reservations.move({ cells: [cell(child)], act: 'book', ...more })

const exchange = async () => {
  await town.client.exchange.now()
  const coming = `select 1 from received_paper where content = 'awaited'`
  for (let turn = 0; turn < 500 && town.store.statement(coming).get() !== undefined; turn += 1)
    await new Promise((next) => setTimeout(next, 20))
}
const items = async () => (await papersShown(served.portal, parent)).dossier
const ofQuotient = async () => (await items()).find(({ name }) => name === 'Quotient familial')?.state
const ofLouison = async () =>
  (await items()).filter(({ about }) => about === 'Louison Marchand').map(({ name, isSent }) => [name, isSent])
const asked = async () => (await items()).filter(({ kind }) => kind === 'consents').map(({ about }) => about)
const missing = async () => (await dashboard(served.portal, parent)).dossierMissing
/** What each registration of the parent says of an incomplete dossier. */
const told = async () =>
  (await registrations(served.portal, parent)).flatMap(({ registrations: own }) =>
    own.map(({ incompleteDossier }) => incompleteDossier),
  )
const send = async (child: string, answered: number | null = required, kind: FileKind = 'insurance') =>
  sendPaper(
    served.portal,
    parent,
    {
      request: randomUUID(),
      kind,
      child: town.child(child),
      asked: null,
      required: answered,
      name: 'assurance.pdf',
      quotient: null,
      incomeCents: null,
    },
    await aPdf(),
  )
const endRefused = (sentence: RegExp) => ({ data: { field: 'validUntil', sentence: expect.stringMatching(sentence) } })
const tick = (child: string) =>
  saveDrafts(served.portal, parent, [
    { registration: town.registration(child, period), day: wednesday, slot: cell(child).slotId, wish: 'book' },
  ])

describe('a period that asks for a complete dossier', () => {
  it('is booked by staff with a reason, and with none once the paper was seen', async () => {
    expect((await book('Louison')).refused).toMatchObject([
      { needs: 'writtenReason', sentence: expect.stringMatching(/Dossier incomplet/) },
    ])
    expect((await book('Louison', { reason: { kind: 'written', text: 'Assurance promise' } })).refused).toEqual([])
    await see('Basile')
    expect((await book('Basile')).refused).toEqual([])
  })

  it('refuses what a parent recorded all the same, and takes it once the dossier is complete', () => {
    const portal = aPortalOf(town)
    const at = clock()
    portal.collect(portal.demande('a1', 'Marchand', 'Louison', 'book', at, cell('Louison')))
    expect(portal.tell()).toMatchObject([
      { of: 'a1', answer: 'refused', reason: expect.stringMatching(/Dossier incomplet/) },
    ])
  })

  it('or only warns, or asks nothing', async () => {
    for (const demand of ['warn', 'none'] as const) {
      await askDossier(demand)
      const child = demand === 'warn' ? 'Louison' : 'Basile'
      expect((await book(child)).refused).toEqual([])
    }
  })
})

describe('a parent', () => {
  beforeEach(async () => {
    served = await aServedPortal(clock, quickStore)
    await town.client.exchange.pair({ address: served.address, code: (await createPairingCode(served.portal)).code })
    const [account] = await town.client.portal.accountsOfFamily({ familyId })
    const guardianId = account?.guardianId ?? 0
    town.store.sqlite.prepare('update guardian set email = ? where id = ?').run('marchand@exemple.fr', guardianId)
    await town.client.portal.inviteByMail({ guardianIds: [guardianId] })
    parent = {
      guardianId,
      name: 'Mme Marchand',
      email: 'marchand@exemple.fr',
      sessionId: 's',
      familyId,
      families: [familyId],
    }
    await exchange()
  })
  afterEach(() => served.close())

  it('reads what is missing, sends it, and books once staff have accepted it', async () => {
    expect(await items()).toMatchObject([
      { name: 'Assurance scolaire', about: 'Louison Marchand', state: { kind: 'missing' }, isSent: false },
      { about: 'Basile Marchand' },
    ])
    expect(await missing()).toBe(2)
    expect((await tick('Louison')).refused).toMatchObject([{ reason: expect.stringMatching(/Dossier incomplet/) }])

    await send('Louison')
    expect(await missing()).toBe(1)
    expect((await items()).map(({ isSent }) => isSent)).toEqual([true, false])
    await exchange()
    const [paper] = (await town.client.papers.queue()).received
    expect(paper).toMatchObject({ child: 'Louison', isForDossier: true })
    await town.client.papers.accept({ id: paper?.id ?? 0, quotient: null, incomeCents: null })
    expect(await town.client.dossiers.ofFamily({ familyId })).toMatchObject({
      isComplete: false,
      children: [
        { firstName: 'Louison', isComplete: true },
        { firstName: 'Basile', isComplete: false },
      ],
    })
    await exchange()
    expect((await items())[0]).toMatchObject({ state: { kind: 'there', until: '2027-08-31' }, isSent: false })

    await tick('Louison')
    await record(served.portal, parent, { request: randomUUID(), surchargeAccepted: false })
    await exchange()
    expect(await town.client.reservations.cell(cell('Louison'))).toMatchObject({ state: 'requestSent' })
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('sends one of two papers that the town named itself, and the other is still asked', async () => {
    const other = { kind: 'other', scope: 'child', activityId: null, validity: 'schoolYear', months: null } as const
    const { id } = await town.client.dossiers.saveRequired({ ...other, name: 'Test nautique' })
    await town.client.dossiers.saveRequired({ ...other, name: 'Sortie du territoire' })
    await exchange()
    await send('Louison', id, 'other')
    const sentOnly = [
      ['Assurance scolaire', false],
      ['Test nautique', true],
      ['Sortie du territoire', false],
    ]
    expect(await ofLouison()).toEqual(sentOnly)
    await exchange()
    expect(await ofLouison()).toEqual(sentOnly)
  })

  it('lacks an answer from the day on which a child is first asked about, by its age or by the first text', async () => {
    for (const child of ['Louison', 'Basile']) await see(child)
    const { client, store } = town
    const answers = { scope: 'child', activityId: null, validity: null, months: null } as const
    await client.dossiers.saveRequired({ ...answers, kind: 'consents', name: 'Autorisations' })
    store.sqlite.prepare(`update child set birth_day = '2018-12-02' where id = ?`).run(town.child('Louison'))
    store.sqlite.prepare(`update child set birth_day = '2019-06-02' where id = ?`).run(town.child('Basile'))
    const first = { text: 'Votre enfant rentre-t-il seul ?', fromDay: day('2026-09-01') }
    await client.consents.addQuestion({ kind: 'leavesAlone', title: 'Départ', asksAll: false, leastAge: 8, first })
    await exchange()
    expect(await asked()).toEqual([])
    clock.set('2026-12-02')
    await exchange()
    expect(await asked()).toEqual(['Louison Marchand'])
    const later = { text: 'Peut-on photographier votre enfant ?', fromDay: day('2026-12-04') }
    await client.consents.addQuestion({ kind: 'image', title: 'Photos', asksAll: false, leastAge: null, first: later })
    await exchange()
    clock.set('2026-12-04')
    await exchange()
    expect((await asked()).toSorted()).toEqual(['Basile Marchand', 'Louison Marchand'])
  })

  it('reads above the calendar what the period does about an incomplete dossier, until it is complete', async () => {
    expect(await told()).toEqual(['required', 'required'])
    await askDossier('warn')
    await see('Louison')
    await exchange()
    expect(await told()).toEqual([null, 'warn'])
    expect((await tick('Basile')).refused).toEqual([])
  })

  it('has a quotient that was renewed in time, on the day on which the former one ends and after it', async () => {
    for (const child of ['Louison', 'Basile']) await see(child)
    await town.client.dossiers.saveRequired({
      kind: 'benefits',
      name: 'Quotient familial',
      scope: 'home',
      activityId: null,
      validity: null,
      months: null,
    })
    const quotient = { familyId, value: 700, source: '', updatedOn: day('2026-11-25') }
    await town.client.families.setQuotient({ ...quotient, fromDay: day('2026-01-01'), toDay: day('2026-12-31') })
    await town.client.families.setQuotient({ ...quotient, fromDay: day('2027-01-01'), toDay: day('2027-12-31') })
    await exchange()
    for (const on of ['2026-11-25', '2026-12-31', '2027-01-01']) {
      clock.set(on)
      expect([on, await ofQuotient()]).toEqual([on, { kind: 'there', until: '2027-12-31' }])
    }
    await exchange()
    expect(await ofQuotient()).toEqual({ kind: 'there', until: '2027-12-31' })
    expect((await missing()) ?? 0).toBe(0)
  })

  it('is told that a health record is to complete from the day on which it lacks something, and not what', async () => {
    for (const child of ['Louison', 'Basile']) await see(child)
    const asking = { kind: 'health', name: 'Fiche sanitaire', scope: 'child', activityId: null } as const
    await town.client.dossiers.saveRequired({ ...asking, validity: 'schoolYear', months: null })
    for (const [child, ends] of Object.entries({ Louison: '2026-11-30', Basile: '2027-08-31' }))
      await town.client.dossiers.giveHealth({
        familyId,
        childId: town.child(child),
        ...noHealth,
        doses: {},
        doctor: 'Dr Lune',
        insurer: 'MAE',
        insuranceContract: 'A 12',
        insuranceUntil: ends,
      })
    await exchange()
    expect((await missing()) ?? 0).toBe(0)
    clock.set('2026-12-01')
    await exchange()
    expect(
      (await items()).filter(({ kind }) => kind === 'health').map(({ about, state }) => [about, state.kind]),
    ).toEqual([
      ['Louison Marchand', 'toComplete'],
      ['Basile Marchand', 'there'],
    ])
    expect(await missing()).toBe(1)
    expect((await tick('Louison')).refused).toHaveLength(1)
  })

  it('is refused when a paper is no longer asked for, and nothing is sent', async () => {
    await town.client.dossiers.withdrawRequired({ id: required, on: day('2026-11-25') })
    await exchange()
    await expect(send('Louison')).rejects.toThrow('n’est plus demandée')
    expect(await items()).toEqual([])
    expect((await tick('Louison')).refused).toEqual([])
  })

  it('sends a PAI, a prescription or a decision of a judge, whose file is kept sealed until it ends, asked for or not', async () => {
    const kinds = ['carePlan', 'prescription', 'courtDecision'] as const
    const until = day('2027-10-15')
    const held = () => town.store.statement('select kind from received_paper order by id').pluck().all()
    const eraseDue = async () => {
      for await (const _ of await town.client.protection.eraseDue({ kinds: ['paper'], confirmation: 'EFFACER' }));
    }
    // Of these three, the service asks for the PAI alone.
    await town.client.dossiers.saveRequired({
      kind: 'carePlan',
      name: 'PAI',
      scope: 'child',
      activityId: null,
      validity: 'date',
      months: null,
    })
    const asked = (await town.client.dossiers.required()).find(({ kind }) => kind === 'carePlan')?.id ?? 0
    await town.client.dossiers.see({
      requiredId: asked,
      familyId,
      childId: town.child('Louison'),
      seenOn: day('2026-11-25'),
      validUntil: day('2026-11-30'),
    })
    await exchange()
    // The portal, whose file is not sealed, does not know what it is.
    expect((await items()).find((item) => item.required === asked)).toMatchObject({
      kind: 'other',
      name: 'Un document du dossier',
    })
    await send('Louison')
    for (const kind of kinds)
      await (kind === 'carePlan' ? send('Louison', asked, 'other') : send('Louison', null, kind))
    await exchange()
    const received = (await town.client.papers.queue()).received
    const accept = ({ id }: { id: number }, validUntil: Day | null) =>
      town.client.papers.accept({ id, quotient: null, incomeCents: null, validUntil })
    const [insurance, ...kept] = received
    if (insurance) await accept(insurance, null)
    for (const one of kept) {
      await expect(accept(one, null)).rejects.toMatchObject(endRefused(/jusqu’à quand/))
      await expect(accept(one, day('2026-11-24'))).rejects.toMatchObject(endRefused(/plus valable/))
      await accept(one, until)
    }
    clock.set('2027-10-15')
    await eraseDue()
    expect(held()).toEqual(kinds)
    expect(town.store.statement('select count(*) from received_paper_part').pluck().get()).toBeGreaterThanOrEqual(3)
    const insured = `select paper_id from paper_fact where required_id = ?`
    expect(town.store.statement(insured).pluck().all(required)).toEqual([null])
    clock.set('2027-10-16')
    await eraseDue()
    expect(held()).toEqual([])
    expect(town.store.statement('select count(*) from received_paper_part').pluck().get()).toBe(0)
    expect(town.store.statement(`select count(*) from paper_fact where valid_until = ?`).pluck().get(until)).toBe(1)
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('may have sent it before that was known here: it arrives, and staff answer it as any paper', async () => {
    await send('Louison')
    await town.client.dossiers.withdrawRequired({ id: required, on: day('2026-11-25') })
    await exchange()
    const [paper] = (await town.client.papers.queue()).received
    expect(paper).toMatchObject({ isForDossier: false })
    await town.client.papers.accept({ id: paper?.id ?? 0, quotient: null, incomeCents: null })
    expect(town.store.statement('select count(*) from paper_fact').pluck().get()).toBe(0)
  })
})
