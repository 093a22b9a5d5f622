import { existsSync, readFileSync } from 'node:fs'
import { ORPCError } from '@orpc/client'
import { afterEach, describe, expect, it } from 'vitest'
import { changedSpans } from '../../../main/desk/invoicing/spans/spans-store.ts'
import { currentBook } from '../../../main/desk/prices/prices.ts'
import { belongingTables } from '../../../main/desk/protection/belongings.ts'
import { repeatErasures } from '../../../main/desk/protection/protection.ts'
import { peopleTables } from '../../../main/desk/protection/protection-store.ts'
import { pointersTo, tableNames } from '../../../main/store/acts/tables.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { invoice, paperFact, receivedPaper } from '../../../main/store/schema/index.ts'
import { Refusal } from '../../../shared/contract/procedure.ts'
import { roles } from '../../../shared/rules/access/roles.ts'
import { day, instantOf, type Month, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { unconfirmedBond } from '../../../shared/rules/people/guardian-bond.ts'
import { aPortalOf } from '../../support/collected.ts'
import { aClock, password, type TestDesk } from '../../support/desk.ts'
import { aBillingTown, billing, last, period } from '../../support/towns/billing.ts'
import { aChild, aGuardian, aHome, anAddress } from '../../support/towns/families.ts'
import { aMail, queue } from '../../support/towns/mails.ts'
import type { Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'
import { asked, missing } from '../documents/documents-reading.ts'

const monday = instantOf(day('2026-11-23'), timeOfDay('10:00'))
let town: Town
afterEach(() => town.close())

const open = async (clock?: ReturnType<typeof aClock>) => {
  town = await aBillingTown().open(clock)
  return town.client
}

/** Families whose name contains a text. */
const listOf = (text: string) => ({
  thing: 'homes' as const,
  on: null,
  brackets: [[{ column: 'home.name' as const, is: 'containing' as const, text }]],
  columns: ['home.name' as const],
  groups: [],
  sort: [],
})

/** Types the mark everywhere for this family, so that the test can check that none of it is left. */
const marked = async (client: TestDesk['client'], mark: string) => {
  const { id } = await client.families.create({
    home: { ...aHome(mark), homePhone: '02 31 99 88 77', notes: `Notes ${mark}` },
    guardians: [
      { ...aGuardian(`Camille${mark}`, mark), email: `${mark.toLowerCase().replaceAll(/[^a-z]/g, '')}@exemple.fr` },
    ],
    move: { fromDay: '2026-09-01', address: anAddress(`3 rue ${mark}`), resident: null },
    quotient: { fromDay: '2026-09-01', value: 640, source: `CAF ${mark}`, updatedOn: '2026-09-01' },
    children: [{ ...aChild(`Zoé${mark}`, mark, '2020-03-14'), notes: `Doudou ${mark}`, schooling: null }],
  })
  const family = await client.families.one({ id })
  const childId = family.children[0]?.id ?? 0
  await client.families.addPickup({
    childId,
    name: `Mamie ${mark}`,
    relation: '',
    phone: '06 11 22 33 44',
    allowed: true,
  })
  await client.families.changeChild({ id: childId, child: aChild(`Zoë${mark}`, mark, '2020-03-14') })
  await client.families.changeHealth({ childId, allergies: `Arachide ${mark}`, diet: '', pai: '', doctor: '' })
  await client.families.removeQuotient({ id: family.quotients[0]?.id ?? 0 })
  const { id: guardianId, email } = family.guardians[0] ?? { id: 0, email: '' }
  const bond = { ...unconfirmedBond, guardianId, childId }
  const decided = { authority: 'decision', decidedBy: `JAF ${mark}`, decidedOn: '2020-01-15' } as const
  await client.families.setBond({ ...bond, ...decided })
  await client.families.setBond(bond)
  await client.families.setBond({ ...bond, kind: 'childWelfare', referent: `Référente ${mark}` })
  const [question] = await client.consents.questions()
  const first = { text: 'J’accepte.', fromDay: '2023-01-01' }
  if (!question)
    await client.consents.addQuestion({ kind: 'image', title: 'Photos', asksAll: true, leastAge: null, first })
  const [asked] = await client.consents.ofChild({ childId })
  const textId = asked?.textId ?? 0
  await client.consents.answer({ childId, guardianId, textId, answer: 'yes', on: '2023-01-01' })
  for (const [subject, of] of [
    ['family', { familyId: id }],
    ['guardian', { guardianId }],
    ['child', { childId }],
  ] as const) {
    const seenBy = ['administrator' as const]
    const label = `Repère ${(await client.fields.defined()).length}`
    const field = { subject, kind: 'text' as const, label, choices: [], seenBy, editedBy: seenBy }
    const { id: fieldId } = await client.fields.save(field)
    for (const value of [`Casier ${mark}`, `Crochet ${mark}`, '', `Patère ${mark}`])
      await client.fields.set({ ...of, values: [{ fieldId, value }] })
  }
  const note = { seenBy: ['administrator' as const], alertUntil: '2026-12-18', assigneeId: null, dueOn: null }
  const kept = await client.notes.save({ ...note, familyId: id, childId: null, text: `Prévenir ${mark}` })
  await client.notes.save({ ...note, ...kept, familyId: id, childId: null, text: `Rappeler ${mark}` })
  await client.notes.save({ ...note, familyId: null, childId, text: `Lunettes de ${mark}` })
  await client.freeLists.save({ name: `Liste de ${mark}`, query: listOf(mark), isShared: false })
  const gone = await client.freeLists.save({ name: 'Un moment', query: listOf(`${mark} et d’autres`), isShared: false })
  await client.freeLists.remove(gone)
  const named = [[{ column: 'child.lastName' as const, is: 'equalTo' as const, text: mark }]]
  const whom = { kind: 'families' as const, familyIds: [id], childIds: [childId], brackets: named }
  await client.sendings.saveAudience({ name: `Chez ${mark}`, whom, isShared: false })
  queue(town.desk.core, town.person, [aMail(`Camille${mark}`, { familyId: id, guardianId, email })])
  await client.mails.stop({ email, reason: `Lettre de ${mark}` })
  return { id, childId }
}

const erase = (client: TestDesk['client'], subject: 'family' | 'child', id: number, confirmation: string) =>
  refusing(async () => last(await client.protection.erase({ subject, id, confirmation })))

const refusing = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw error instanceof ORPCError ? new Error(Refusal.parse(error.data).sentence) : error
  }
}

/** Whether the file or one beside it contains the mark. */
const inFile = (mark: string): boolean =>
  ['', '-wal', '-shm'].some((end) => {
    const path = `${town.store.path}${end}`
    return existsSync(path) && readFileSync(path).includes(mark)
  })

/** The tables that contain the mark, except those of accounts. */
const inTables = (mark: string, but: readonly string[] = []): string[] =>
  tableNames.filter(
    (table) =>
      !but.includes(table) && JSON.stringify(town.store.statement(`select * from ${table}`).all()).includes(mark),
  )

const accounts = () =>
  ['invoice', 'invoice_line', 'allocation', 'opening_balance'].map((table) =>
    town.store.statement(`select * from ${table} order by id`).all(),
  )

const paid = async (client: TestDesk['client'], familyId: number, amountCents: number) =>
  client.payments.record({
    familyId,
    means: 'cash',
    amountCents,
    receivedOn: '2026-11-25',
    payer: '',
    reference: '',
    chosen: null,
  })

const backedUp = async (client: TestDesk['client']) => {
  for await (const step of await client.settings.makeBackup()) if (step.backup) return { name: step.backup.name }
  throw new Error('no backup was made')
}

const isThere = (id: number) => town.store.statement('select 1 from family where id = ?').get(id) !== undefined

const files = async (client: TestDesk['client'], familyId: number) => {
  const file = await client.protection.exportFamily({ familyId })
  const bytes = new Uint8Array(await file.arrayBuffer())
  const read = (name: string) => asked('unzip', bytes, ['-p'], [name])
  return { name: file.name, read }
}

it('every table that points to people is one that an erasure knows, or one that law keeps', async () => {
  await open()
  const pointing = (['family', 'child', 'guardian'] as const).flatMap((entity) => pointersTo(entity))
  const spans = ['billed_span', 'give_up', 'kept_price', 'final_span', 'repricing']
  const kept = [
    'invoice',
    'invoice_line',
    'payment',
    'payer_part',
    'free_line',
    'opening_balance',
    'debt_decision',
    'refund',
    'reminder',
    'year_plan',
    ...spans,
  ]
  const known: readonly string[] = [...peopleTables, 'health_record', ...kept]
  expect(pointing.map(({ table }) => table).filter((table) => !known.includes(table))).toEqual([])
})

it('every table of people is named by the plan of an erasure when it has rows of theirs', async () => {
  const client = await open()
  const namedApart = ['family', 'guardian', 'child', 'registration', 'reservation', 'aid', 'mandate', 'bank_line']
  const goWithCells = ['reservation_move', 'attendance']
  const named: readonly string[] = [...belongingTables, ...namedApart, ...goWithCells]
  expect(peopleTables.filter((table) => !named.includes(table))).toEqual([])
  const { id } = await marked(client, 'Zyxmarque')
  const { touched } = await client.protection.plan({ subject: 'family', id })
  expect(Object.fromEntries(touched.map(({ title, count }) => [title, count]))).toMatchObject({
    'Notes, alertes et tâches': 2,
    'Champs de la commune remplis': 3,
    'Fiches sanitaires': 1,
    'Adresses et numéros arrêtés': 1,
  })
})

describe('a family without any paper', () => {
  it('leaves nothing: no row, no value of the audit trail, no label, no index, no byte in the file', async () => {
    const client = await open()
    const { id, childId } = await marked(client, 'Zyxmarque')
    expect(inFile('Zyxmarque')).toBe(true)
    expect((await client.home.search({ text: 'zyxmarque' })).families).toHaveLength(1)

    const plan = await client.protection.plan({ subject: 'family', id })
    expect(plan).toMatchObject({ name: 'Zyxmarque', obstacles: [], kept: [] })
    expect(plan.people).toEqual(['CamilleZyxmarque Zyxmarque', 'ZoëZyxmarque Zyxmarque'])
    await expect(erase(client, 'family', id, 'Zyxmark')).rejects.toThrow('Tapez «\u00a0Zyxmarque\u00a0»')
    expect(await erase(client, 'family', id, 'zyxmarque')).toEqual({ erased: 1, isRewritten: true })

    expect(inTables('yxmarque')).toEqual([])
    expect(inFile('yxmarque')).toBe(false)
    expect(inFile('2 31 99 88 77')).toBe(false)
    expect(inFile('0231998877')).toBe(false)
    expect((await client.home.search({ text: 'zyxmarque' })).families).toEqual([])
    const rows = (table: string, row: number) =>
      town.store.statement(`select count(*) from ${table} where id = ?`).pluck().get(row)
    expect([rows('family', id), rows('child', childId)]).toEqual([0, 0])
    expect(town.store.statement('select count(*) from health_record').pluck().get()).toBe(0)
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('leaves to another home of its child what was seen of the child’s papers, without their files', async () => {
    const client = await open()
    const { id, childId } = await marked(client, 'Zyxmarque')
    await client.families.linkChild({ familyId: town.family('Marchand'), childId })
    const insurance = { kind: 'insurance', name: 'Assurance', scope: 'child', activityId: null } as const
    const { id: requiredId } = await client.dossiers.saveRequired({
      ...insurance,
      validity: 'schoolYear',
      months: null,
    })
    const at = instantOf(day('2026-11-20'), timeOfDay('10:00'))
    town.store.act(town.person, 'dossiers.see', 'Pièce vue', (write) => {
      const { id: paperId } = write.insert(receivedPaper, {
        key: 'a paper',
        familyId: id,
        childId,
        sender: 'Zyxmarque',
        kind: 'insurance',
        name: 'assurance.pdf',
        type: 'application/pdf',
        pages: 1,
        size: 1,
        hash: '',
        recordedAt: at,
        decidedAt: at,
        content: 'here',
        state: 'accepted',
      })
      const seen = { seenOn: day('2026-11-20'), seenBy: 'Sandrine', validUntil: day('2027-08-31') }
      write.insert(paperFact, { requiredId, familyId: null, childId, paperId, ...seen })
    })
    expect(await erase(client, 'family', id, 'zyxmarque')).toMatchObject({ erased: 1 })
    expect(town.store.statement('select child_id as childId, paper_id as paperId from paper_fact').all()).toEqual([
      { childId, paperId: null },
    ])
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('cannot come back: the older acts and the erasure itself say why they are not undone', async () => {
    const client = await open()
    const { id } = await marked(client, 'Zyxmarque')
    const acts = (kind: string) =>
      town.store.statement('select max(id) from act where kind = ?').pluck().get(kind) as number
    const [created, changed] = [acts('families.create'), acts('families.child')]
    await erase(client, 'family', id, 'Zyxmarque')
    for (const act of [created, changed]) await expect(undone(client, act)).rejects.toThrow('effacées pour de bon')
    await expect(undone(client, acts('protection.erase'))).rejects.toThrow('définitif')
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('leaves the latest acts and the histories readable by every role', async () => {
    const client = await open()
    const { id, childId } = await marked(client, 'Zyxmarque')
    await erase(client, 'family', id, 'Zyxmarque')
    for (const role of roles) {
      const staff = await town.as(role)
      for (const screen of ['accueil', 'familles'] as const)
        for (const { actId } of await staff.history.lastActs({ screen, mine: false, count: 50 }))
          expect(await staff.history.ofAct({ actId })).toMatchObject({ actId })
    }
    const notes = (await client.history.lastActs({ screen: 'accueil', mine: false, count: 50 })).filter(({ label }) =>
      label.startsWith('Note'),
    )
    expect(notes).toHaveLength(3)
    expect(new Set(notes.map(({ whyNot }) => whyNot))).toEqual(new Set(['Cette note n’existe plus.']))
    for (const [entity, of] of [
      ['family', id],
      ['child', childId],
      ['family', town.family('Marchand')],
    ] as const)
      expect(await client.history.ofRecord({ entity, id: of })).toMatchObject({ hasMore: false })
  })

  it('is refused to whoever is no administrator', async () => {
    const client = await open()
    const { id } = await marked(client, 'Zyxmarque')
    const director = await town.as('director')
    await expect(director.protection.plan({ subject: 'family', id })).rejects.toThrow('Forbidden')
    await expect(erase(director, 'family', id, 'Zyxmarque')).rejects.toThrow('Administrateur')
  })
})

describe('a family with papers', () => {
  const december = ['2026-12-09', '2026-12-16']

  const billed = async () => {
    const clock = aClock()
    const client = await open(clock)
    const desk = billing(town)
    await desk.book('Louison', december, 'Matin')
    await desk.book('Noé', december, 'Matin')
    const run = await desk.run()
    await desk.issue(run.id)
    const family = town.family('Marchand')
    return { clock, client, desk, family }
  }

  it.skipIf(missing('unzip'))('is told what was given up for it (needs unzip)', async () => {
    const { client, family } = await billed()
    const [invoice] = await client.invoicing.ofFamily({ familyId: family })
    const note = { invoiceId: invoice?.id ?? 0, lines: null, reason: 'Erreur de la <mairie>', billAgain: false }
    await client.invoicing.creditNote(note)
    const { read } = await files(client, family)
    expect(read('Lisez-moi.html')).toContain('09/12/2026, 16/12/2026')
    expect(read('Lisez-moi.html')).toContain('Erreur de la &lt;mairie&gt;')
    expect(JSON.parse(read('donnees.json')).giveUps).toMatchObject([{ product: 'Accueil', unitCents: 550 }])
  })

  it('says which past days were never billed: they are erased, and can no longer be billed', async () => {
    const { clock, client, desk, family } = await billed()
    await desk.book('Louison', ['2027-01-06'], 'Matin')
    clock.set('2027-01-07')
    const { touched, kept, familyId } = await client.protection.plan({ subject: 'family', id: family })
    const lost = 'dont passées, jamais facturées\u00a0: effacées, elles ne pourront plus être facturées'
    expect(touched.find(({ title }) => title === lost)?.count).toBe(1)
    expect(kept.map(({ title }) => title).join()).not.toContain('jamais')
    expect(familyId).toBe(family)
    const child = await client.protection.plan({ subject: 'child', id: town.child('Louison') })
    expect(child.familyId).toBe(family)
    const cell = {
      registrationId: town.registration('Louison', 'ALSH mercredi 2026/2027'),
      day: '2027-01-06',
      slotId: town.slot('CLSH MERCREDI', 'Matin'),
    }
    const lostOnceMarked = async (mark: 'absent' | 'justifiedInTime') => {
      await client.attendance.mark({ cells: [cell], mark, reason: 'Certificat' })
      const plan = await client.protection.plan({ subject: 'family', id: family })
      return plan.touched.find(({ title }) => title === lost)?.count ?? 0
    }
    // The tariff charges an absence, except one that is justified in time.
    expect([await lostOnceMarked('absent'), await lostOnceMarked('justifiedInTime')]).toEqual([1, 0])
  })

  it('is not erased while something is to pay or a registration goes on', async () => {
    const { client, family } = await billed()
    const { obstacles } = await client.protection.plan({ subject: 'family', id: family })
    expect(obstacles.join(' ')).toMatch(/2\u00a0inscriptions en cours.*à\u00a0?\s?payer/s)
    await expect(erase(client, 'family', family, 'Marchand')).rejects.toThrow('inscriptions en cours')
  })

  it('is not erased before the end of a registration that was recorded ahead: its child still comes', async () => {
    const clock = aClock()
    const client = await open(clock)
    const home = { subject: 'family', id: town.family('Marchand') } as const
    for (const child of ['Louison', 'Basile'])
      await client.reservations.endRegistration({
        registrationId: town.registration(child, period),
        lastDay: '2026-12-18',
        reason: 'Déménagement',
        charged: false,
      })
    const obstacles = async () =>
      (await client.protection.plan(home)).obstacles.map((one) => one.replaceAll('\u00a0', ' '))
    const lasting =
      '2 inscriptions durent jusqu’à la fin déjà notée : attendez ce jour, ou notez le départ de la famille.'
    clock.set('2026-12-18')
    expect(await obstacles()).toEqual([lasting])
    await expect(erase(client, 'family', home.id, 'Marchand')).rejects.toThrow('inscriptions durent')
    clock.set('2026-12-19')
    expect(await obstacles()).toEqual([])
  })

  it('keeps its invoices, its payments and the days they bill; nothing else, and no total moves', async () => {
    const { clock, client, desk, family } = await billed()
    const returned = await client.payments.record({
      familyId: family,
      means: 'cheque',
      amountCents: 100,
      receivedOn: '2026-11-25',
      payer: '',
      reference: 'n° 12, compte Marchand',
      chosen: null,
    })
    await client.payments.cancel({ id: returned.id, reason: 'Chèque de M. Marchand sans provision' })
    await paid(client, family, await desk.balance('Marchand'))
    clock.set('2027-09-15')
    await client.protection.setRetention({ kind: 'family', months: 12 })
    const before = accounts()
    const total = town.store.statement('select sum(amount_cents) from payment').pluck().get()
    const cells = town.store.statement('select count(*) from reservation where billed_by is not null').pluck().get()
    expect(await erase(client, 'family', family, 'Marchand')).toMatchObject({ erased: 1 })

    expect(accounts()).toEqual(before)
    expect(town.store.statement('select sum(amount_cents) from payment').pluck().get()).toBe(total)
    expect(town.store.statement('select count(*) from reservation where billed_by is not null').pluck().get()).toBe(
      cells,
    )
    expect(town.store.statement(`select payer from payment`).pluck().all()).toEqual(['', 'Mme Camille Marchand'])
    expect(await client.families.one({ id: family })).toMatchObject({
      name: 'Famille effacée',
      guardians: [],
      children: [],
    })
    expect(await desk.balance('Marchand')).toBe(0)
    // Printed on papers, and nowhere else: not in what the audit trail repeats of their drafts and payers.
    for (const word of ['Louison', 'Marchand'])
      expect([word, inTables(word, ['invoice', 'payment'])]).toEqual([word, []])
    const trail = town.store
      .statement(`select before, after from audit where entity = 'invoice'
        and entity_id in (select id from invoice where family_id = ?)`)
      .all(family)
    expect(JSON.stringify(trail)).not.toContain('4 rue des Saules')
    const [paper] = await client.invoicing.ofFamily({ familyId: family })
    expect((await client.invoicing.paper({ id: paper?.id ?? 0 })).debtor.name).toBe('Mme Camille Marchand')
    expect(checkFile(town.store.sqlite)).toEqual([])
  })
})

/** Two billed months, credited whole, and one that was never billed; then the home or one of its children is erased. */
const erasedAfterBilling = async (subject: 'family' | 'child') => {
  const clock = aClock()
  const client = await open(clock)
  const desk = billing(town)
  await desk.book('Louison', ['2026-12-09', '2027-01-06'], 'Matin')
  await desk.book('Basile', ['2026-12-09', '2027-01-06', '2027-02-03'], 'Matin')
  await desk.book('Noé', ['2026-12-09'], 'Matin')
  for (const month of ['2026-12', '2027-01']) await desk.issue((await desk.run(month)).id)
  const familyId = town.family('Marchand')
  const { store, person } = town
  const papers = await client.invoicing.ofFamily({ familyId })
  for (const { id: invoiceId } of papers)
    await client.invoicing.creditNote({ invoiceId, lines: null, reason: 'Erreur', billAgain: false })
  const month = '2026-12' as Month
  store.act(person, 'invoicing.issue', 'Essai', (write) => {
    // A family with a draft is not erased; a child may be, with a draft of its home that does not name it.
    const draft = { kind: 'invoice', state: 'draft', totalCents: 0, verdict: 'ready', journal: [] } as const
    if (subject === 'child')
      write.insert(invoice, { familyId, month, fromDay: day('2026-12-01'), toDay: day('2026-12-31'), ...draft })
  })
  clock.set('2027-09-15')
  await client.protection.setRetention({ kind: 'family', months: 12 })
  if (subject === 'family') await erase(client, 'family', familyId, 'Marchand')
  else await erase(client, 'child', town.child('Basile'), 'Basile Marchand')
  const changed = changedSpans(store, [familyId], {
    to: day('2027-07-31'),
    bookId: currentBook(store).id,
    billsFrom: null,
    monthsAround: 0,
    madeAgain: null,
  })
  const final = store.statement('select family_id = ?, month, cause from final_span order by month').raw().all(familyId)
  const reasons = new Set(store.statement('select reason from give_up').pluck().all())
  return { final, reasons: [...reasons], changed: changed.map((span) => span.month), findings: checkFile(store.sqlite) }
}

describe('billed months of erased people', () => {
  const bothMonths = [
    [1, '2026-12', 'erased'],
    [1, '2027-01', 'erased'],
  ]

  it('are final: no run bills them again from what is left', async () => {
    const { final, reasons, changed, findings } = await erasedAfterBilling('family')
    expect([final, reasons]).toEqual([bothMonths, ['']])
    // The month that was never billed has no cell left, and asks nothing.
    expect(changed).toEqual(['2027-02'])
    expect(findings).toEqual([])
  })

  it('are final for the whole home of a child: the prices of its brothers and sisters depended on it', async () => {
    const { final, changed, findings } = await erasedAfterBilling('child')
    expect(final).toEqual(bothMonths)
    expect(changed).toEqual(['2027-02'])
    expect(findings).toEqual([])
  })
})

describe('all that is due', () => {
  it('is listed, with what is kept and why, and erased once its word is typed', async () => {
    const clock = aClock('2023-06-01')
    const client = await open(clock)
    const { id } = await marked(client, 'Zyxmarque')
    await client.reservations.leave({ familyId: id, on: '2023-07-01', charged: false })
    clock.set('2026-11-25')
    const overview = await client.protection.overview()
    expect(overview.due.find(({ kind }) => kind === 'family')).toMatchObject({ months: 36, before: '2023-11-25' })
    const due = await client.protection.due({ kind: 'family' })
    expect(due.find(({ name }) => name === 'Zyxmarque')).toMatchObject({ since: '2023-07-01', obstacles: [] })
    expect((await client.protection.due({ kind: 'health' })).map(({ name }) => name)).toEqual([
      'ZoëZyxmarque Zyxmarque',
    ])
    const all = { kinds: ['family' as const, 'health' as const, 'trail' as const] }
    await expect(
      refusing(async () => last(await client.protection.eraseDue({ ...all, confirmation: 'oui' }))),
    ).rejects.toThrow('EFFACER')
    await last(await client.protection.eraseDue({ ...all, confirmation: 'EFFACER' }))
    expect(inTables('yxmarque')).toEqual([])
    expect(
      (await client.protection.overview()).due.filter(({ kind }) => kind !== 'child' && kind !== 'family'),
    ).toMatchObject(
      ['health', 'photo', 'request', 'message', 'mail', 'paper', 'account', 'staff', 'trail'].map((kind) => ({
        kind,
        count: 0,
      })),
    )
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('a length beyond what is allowed is refused, and changes nothing', async () => {
    const client = await open()
    await expect(refusing(() => client.protection.setRetention({ kind: 'family', months: 60 }))).rejects.toThrow(
      '3\u00a0ans au plus.',
    )
    expect(town.store.statement('select count(*) from retention').pluck().get()).toBe(0)
  })
})

describe('an older copy', () => {
  it('that replaces the file is erased again', async () => {
    const client = await open()
    const { id } = await marked(client, 'Zyxmarque')
    const backup = await backedUp(client)
    await erase(client, 'family', id, 'Zyxmarque')
    await client.settings.restoreBackup(backup)
    await expect.poll(() => isThere(id), { timeout: 10_000 }).toBe(false)
    await expect.poll(() => inFile('yxmarque'), { timeout: 10_000 }).toBe(false)
    expect(inTables('yxmarque')).toEqual([])
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('from before the family existed may have its id for another family, which stays', async () => {
    const clock = aClock()
    const client = await open(clock)
    const backup = await backedUp(client)
    clock.set('2026-11-25', '11:00')
    const { id } = await marked(client, 'Zyxmarque')
    await erase(client, 'family', id, 'Zyxmarque')
    await client.settings.restoreBackup(backup)
    clock.set('2026-11-25', '12:00')
    await client.staff.login({ login: 'sandrine', password })
    const other = await marked(client, 'Lebrun')
    expect(other.id).toBe(id)
    await repeatErasures(town.desk.core)
    expect(isThere(id)).toBe(true)
  })
})

describe('what a family is handed', () => {
  it.skipIf(missing('unzip'))(
    'is a page to read and the same for a program, with health for those only who may read it (needs unzip)',
    async () => {
      const client = await open()
      const { id } = await marked(client, 'Le <Goff>')
      const whole = await files(client, id)
      expect(whole.name).toBe('Données famille Le -Goff- 2026-11-25.zip')
      expect(whole.read('Lisez-moi.html')).toContain('Arachide Le &lt;Goff&gt;')
      expect(JSON.parse(whole.read('donnees.json'))).toMatchObject({
        familyId: id,
        health: [{ allergies: 'Arachide Le <Goff>' }],
      })
      const receptionist = await town.as('receptionist')
      const partial = await files(receptionist, id)
      expect(partial.read('Lisez-moi.html')).not.toContain('Arachide')
      expect(partial.read('Lisez-moi.html')).toContain('rôle Directeur')
      expect(partial.read('donnees.json')).not.toContain('Arachide')
      await expect((await town.as('animator')).protection.exportFamily({ familyId: id })).rejects.toThrow('Forbidden')
    },
  )

  it.skipIf(missing('unzip'))(
    'tells who may fetch a child one person a line, then what was proposed (needs unzip)',
    async () => {
      const client = await open()
      const familyId = town.family('Marchand')
      const childId = town.child('Louison')
      const odile = { childId, name: 'Odile Sorel', relation: 'Grand-mère', phone: '06 39 98 27 15' }
      await client.families.addPickup({ ...odile, allowed: true })
      await client.families.addPickup({ ...odile, name: 'Alphonse Petit', relation: '', phone: '', allowed: false })
      const portal = aPortalOf(town)
      const before = 'Odile Sorel, Grand-mère, 06 39 98 27 15'
      portal.collect(
        portal.proposal('p', 'Marchand', monday, {
          subject: 'child',
          subjectId: childId,
          field: 'pickups',
          before,
          after: `${before}\nLise Roux`,
        }),
        portal.proposal('q', 'Marchand', monday, { field: 'homePhone', before: '', after: '02 31 00 00 00' }),
        portal.demande('d', 'Marchand', 'Louison', 'book', monday, {
          registrationId: town.registration('Louison', period),
          day: day('2026-12-09'),
          slotId: town.slot('CLSH MERCREDI', 'Matin'),
        }),
      )
      const { read } = await files(client, familyId)
      const page = read('Lisez-moi.html').replaceAll('\u00a0', ' ')
      expect(page).toContain(`<td>${before}\nAlphonse Petit (interdit)</td>`)
      expect(page).toContain(
        `<td>Personnes autorisées, Louison, avant :\n${before}\naprès :\n${before}\nLise Roux</td>`,
      )
      expect(page).toContain('<td>Tél domicile : vide → 02 31 00 00 00</td>')
      expect(page).toContain('<td>Louison, réserver le 09/12/2026, Matin, ALSH mercredi 2026/2027</td>')
    },
  )
})

describe('who consulted', () => {
  it('health records and exports are listed by reader and by name, without their content', async () => {
    const client = await open()
    const { id, childId } = await marked(client, 'Zyxmarque')
    await client.families.health({ childId })
    const zip = await client.protection.exportFamily({ familyId: id })
    expect(zip.size).toBeGreaterThan(500)
    const { rows } = await client.protection.consultations({})
    expect(rows.slice(0, 4).map(({ what, about }) => [what, about])).toEqual([
      ['read', 'ZoëZyxmarque Zyxmarque'],
      ['exported', 'Zyxmarque'],
      ['read', 'ZoëZyxmarque Zyxmarque'],
      ['changed', 'ZoëZyxmarque Zyxmarque'],
    ])
    expect(JSON.stringify(rows)).not.toContain('Arachide')
  })
})
