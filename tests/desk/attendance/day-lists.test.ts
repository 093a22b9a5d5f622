import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listPdf } from '../../../main/documents/list-pdf.ts'
import { readSpreadsheet } from '../../../main/documents/spreadsheets/spreadsheet.ts'
import type { ListTable } from '../../../shared/contract/desk/attendance.ts'
import type { HealthInput } from '../../../shared/contract/desk/people/families.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { personToCallText } from '../../../shared/rules/cell/day-list.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { asked, missing } from '../documents/documents-reading.ts'

const wednesdays = 'ALSH mercredi 2026/2027'
const evenings = 'Garderie 2026/2027'
const today = day('2026-11-25')
const nextWeek = day('2026-12-02')
const canteen = 'Restaurant 2026/2027'
let town: Town

const move = (
  act: 'book' | 'free',
  child: string,
  period: string,
  activity: string,
  slots: readonly string[],
  on = today,
) =>
  town.client.reservations.move({
    act,
    reason: { kind: 'listed', code: 'toldInTime' },
    charged: false,
    cells: slots.map((slot) => ({
      registrationId: town.registration(child, period),
      day: on,
      slotId: town.slot(activity, slot),
    })),
  })
const book = (child: string, period: string, activity: string, slots: readonly string[], on = today) =>
  move('book', child, period, activity, slots, on)
const ventolin = 'Ventoline (ordonnance du 03/09/2026)'
const health = (child: string, changes: Partial<HealthInput>) =>
  town.client.families.changeHealth({
    childId: town.child(child),
    allergies: '',
    diet: '',
    pai: '',
    doctor: '',
    ...changes,
  })
type Asked = Parameters<Town['client']['attendance']['list']>[0]
const expected = (groupBy: 'activity' | 'school' | 'class' | 'age' = 'activity'): Asked => ({
  kind: 'expected',
  day: today,
  activityIds: [],
  groupBy,
})
const outing = (): Asked => ({
  kind: 'outing',
  day: today,
  activityId: town.activity('CLSH MERCREDI'),
  registrationIds: null,
})
const kitchen: Asked = { kind: 'kitchen', from: today }
const week = (): Asked => ({ kind: 'week', activityId: town.activity('CLSH MERCREDI'), from: today })
const everyList = (): Asked[] => [expected(), expected('school'), kitchen, outing(), week()]

const bytesOf = async (question: Asked, format: 'pdf' | 'xlsx', client = town.client) =>
  new Uint8Array(await (await client.attendance.listFile({ asked: question, format })).arrayBuffer())
const paper = async (question: Asked, client = town.client) =>
  asked('pdftotext', await bytesOf(question, 'pdf', client), [], ['-']).replaceAll(/[\u00a0\u202f]/g, ' ')
const workbook = async (question: Asked, client = town.client) =>
  (await readSpreadsheet({ bytes: await bytesOf(question, 'xlsx', client), sheet: '', maxRows: 1000 })).rows
const flat = (text: string) => text.replaceAll(/\s+/g, ' ')
const names = ({ groups }: ListTable) =>
  groups.map(({ name, rows }) => [name, rows.map(({ cells }) => cells[0]?.text)] as const)

beforeAll(async () => {
  town = await aTown()
    .with(
      aFamily('Marchand', { children: { Louison: { level: 'CP' }, Basile: { level: 'PS', birthDay: '2022-05-04' } } }),
    )
    .with(aFamily('Duval', { children: { Zoé: { level: 'CE1' } } }))
    .with(aWednesday())
    .with(anActivity('GARDERIE', { facility: 'ÉCOLE', type: 'Périscolaire', slots: { Soir: ['18:00', '19:00'] } }))
    .with(aPeriod(evenings, 'GARDERIE'))
    .with(anActivity('RESTAURANT', { facility: 'ÉCOLE', type: 'Restauration', slots: { Repas: ['12:00', '13:00'] } }))
    .with(aPeriod(canteen, 'RESTAURANT', { weekdays: [4] }))
    .with(aRegistration('Marchand', 'Louison', wednesdays))
    .with(aRegistration('Marchand', 'Basile', wednesdays))
    .with(aRegistration('Marchand', 'Basile', canteen))
    .with(aRegistration('Duval', 'Zoé', wednesdays))
    .with(aRegistration('Duval', 'Zoé', evenings))
    .open()
  await book('Louison', wednesdays, 'CLSH MERCREDI', ['Matin', 'Repas'])
  await book('Basile', wednesdays, 'CLSH MERCREDI', ['Repas', 'Après-midi'])
  await book('Zoé', wednesdays, 'CLSH MERCREDI', ['Matin', 'Repas', 'Après-midi'])
  await book('Zoé', evenings, 'GARDERIE', ['Soir'])
  await book('Basile', canteen, 'RESTAURANT', ['Repas'], day('2026-11-26'))
  await book('Zoé', wednesdays, 'CLSH MERCREDI', ['Repas'], nextWeek)
  await health('Zoé', {
    allergies: 'Arachide',
    diet: 'sans porc',
    pai: 'Trousse n° 4',
    treatment: 'Ventoline',
    prescriptionOn: day('2026-09-03'),
  })
  await health('Basile', { diet: 'sans porc' })
  const family = await town.client.families.one({ id: town.family('Duval') })
  await town.client.families.change({ ...homeOf(family), id: family.id, homePhone: '0231445566' })
  await town.client.families.addPickup({
    childId: town.child('Zoé'),
    name: 'Denis Duval',
    relation: '',
    phone: '',
    allowed: false,
  })
  await town.client.families.addPickup({
    childId: town.child('Louison'),
    name: 'Agnès Sorel',
    relation: 'grand-mère',
    phone: '06 12 34 56 78',
    allowed: true,
  })
})
afterAll(() => town.close())

const homeOf = (family: Awaited<ReturnType<Town['client']['families']['one']>>) => ({
  name: family.name,
  homePhone: family.homePhone,
  beneficiaryName: family.beneficiaryName,
  benefitScheme: family.benefitScheme,
  beneficiaryNumber: family.beneficiaryNumber,
  formerNumber: family.formerNumber,
  dependentChildren: family.dependentChildren,
  lastIncomeCents: family.lastIncomeCents,
  incomeUpdatedOn: family.incomeUpdatedOn,
  invoicesBy: family.invoicesBy,
  notes: family.notes,
})

describe('children expected', () => {
  it('are listed by activity, by class, by age', async () => {
    expect(names(await town.client.attendance.list(expected()))).toEqual([
      ['CLSH MERCREDI', ['Duval Zoé', 'Marchand Basile', 'Marchand Louison']],
      ['GARDERIE', ['Duval Zoé']],
    ])
    expect(names(await town.client.attendance.list(expected('class')))).toEqual([
      ['PS', ['Marchand Basile']],
      ['CP', ['Marchand Louison']],
      ['CE1', ['Duval Zoé']],
    ])
    expect(names(await town.client.attendance.list(expected('age')))).toEqual([
      ['Moins de 6 ans', ['Marchand Basile']],
      ['6 ans et plus', ['Duval Zoé', 'Marchand Louison']],
    ])
  })

  it('carry their hours, one line for all that a child comes to', async () => {
    const { groups } = await town.client.attendance.list(expected('school'))
    const [zoé] = groups[0]?.rows ?? []
    expect(zoé?.cells[1]?.text.replaceAll('\u00a0', ' ')).toBe(
      'CLSH MERCREDI : Matin, Repas, Après-midi, 8 h 00 – 18 h 00\nGARDERIE : Soir, 18 h 00 – 19 h 00',
    )
  })

  it.skipIf(missing('pdftotext'))(
    'are printed with allergies, who fetches them and who must not, page of pages (needs pdftotext)',
    async () => {
      const text = flat(await paper(expected()))
      for (const said of [
        'Enfants attendus',
        'mercredi 25 novembre 2026 – CLSH MERCREDI, GARDERIE',
        'Attendus : 3',
        'CLSH MERCREDI – 3 enfants',
        'Arachide · PAI : Trousse n° 4',
        'Traitement : Ventoline (ordonnance du 03/09/2026)',
        'Agnès Sorel (grand-mère), 06 12 34 56 78',
        'Interdit : Denis Duval',
        'Page 1/1',
      ])
        expect(text).toContain(said)
    },
  )

  it('are as many as on Accueil: a child in two activities counts once', async () => {
    const { children, activities } = await town.client.home.today()
    expect(children).toEqual({ expected: 3, present: 0 })
    expect(activities?.reduce((sum, { expected: ofOne }) => sum + ofOne, 0)).toBeGreaterThan(3)
  })

  it('go out as a spreadsheet, a line for each activity of each child', async () => {
    const rows = await workbook(expected('class'))
    expect(rows[0]).toEqual([
      'Groupe',
      'Nom',
      'Prénom',
      'Âge',
      'École',
      'Classe',
      'Activité',
      'Plages',
      'Heures',
      'Absent',
      'Allergies',
      'PAI',
      'Régime',
      'Traitement',
      'Peut venir le chercher',
      'Ne doit pas venir le chercher',
      'Autorisations',
    ])
    expect(rows.filter((row) => row[2] === 'Zoé').map((row) => [row[0], row[6], row[10], row[13], row[15]])).toEqual([
      ['CE1', 'CLSH MERCREDI', 'Arachide', ventolin, 'Denis Duval'],
      ['CE1', 'GARDERIE', 'Arachide', ventolin, 'Denis Duval'],
    ])
  })
})

describe('the kitchen', () => {
  it('counts seven days by place and diet, each meal under one head', async () => {
    const rows = await workbook(kitchen)
    expect(rows).toEqual([
      [
        'Jour',
        'Repas',
        'Ajoutés ce jour',
        'Retirés ce jour',
        'Prévus',
        'Absents',
        'En plus',
        'À servir',
        'Normaux',
        'Sans porc',
        'Allergie ou PAI',
        'À servir à part',
      ],
      [
        'mer. 25 nov. 2026',
        'CLSH MERCREDI – CENTRE DE LOISIRS',
        '3',
        '0',
        '3',
        '0',
        '0',
        '3',
        '1',
        '1',
        '1',
        'Arachide, PAI, sans porc',
      ],
      ['jeu. 26 nov. 2026', 'RESTAURANT – ÉCOLE', '1', '0', '1', '0', '0', '1', '0', '1', '0', ''],
    ])
  })

  it('says what was booked and given up since the morning, whatever the day of the meal', async () => {
    town.clock.set('2026-11-26', '09:15')
    await book('Louison', wednesdays, 'CLSH MERCREDI', ['Repas'], nextWeek)
    await move('free', 'Zoé', wednesdays, 'CLSH MERCREDI', ['Repas'], nextWeek)
    const rows = await workbook({ kind: 'kitchen', from: '2026-11-26' })
    expect(rows.slice(1).map((row) => row.slice(0, 5))).toEqual([
      ['jeu. 26 nov. 2026', 'RESTAURANT – ÉCOLE', '0', '0', '1'],
      ['mer. 2 déc. 2026', 'CLSH MERCREDI – CENTRE DE LOISIRS', '1', '1', '1'],
    ])
    town.clock.set('2026-11-27', '09:15')
    const nextDay = await workbook({ kind: 'kitchen', from: '2026-11-27' })
    expect(nextDay[1]?.slice(2, 5)).toEqual(['0', '0', '1'])
    town.clock.set('2026-11-25')
  })

  it('is corrected by who is absent and who came all the same', async () => {
    const meal = (child: string) => ({
      registrationId: town.registration(child, wednesdays),
      day: today,
      slotId: town.slot('CLSH MERCREDI', 'Repas'),
    })
    await town.client.attendance.mark({ cells: [meal('Louison')], mark: 'absent' })
    expect((await workbook(kitchen))[1]?.slice(4, 11)).toEqual(['3', '1', '0', '2', '0', '1', '1'])
    await town.client.attendance.mark({ cells: [meal('Louison')], mark: null })
  })

  it.skipIf(missing('pdftotext'))('is printed (needs pdftotext)', async () => {
    const text = flat(await paper(kitchen))
    for (const said of [
      'Repas à servir',
      'Normaux',
      'du mercredi 25 novembre 2026 au mardi 1ᵉʳ décembre 2026',
      'Arachide, PAI, sans porc',
    ])
      expect(text).toContain(said)
    // What is in a tray, not whose it is.
    expect(text).not.toContain('Zoé')
  })
})

it.skipIf(missing('pdftotext'))(
  'the day sheet says whom to call, on screen and on paper (needs pdftotext)',
  async () => {
    const { attendance } = town.client
    const activityId = town.activity('CLSH MERCREDI')
    const { children } = await attendance.sheet({ activityId, day: today })
    const parents = children.find(({ firstName }) => firstName === 'Zoé')?.parents ?? []
    expect(parents.map((one) => personToCallText(one))).toEqual(['Camille Duval', 'Domicile, 02 31 44 55 66'])
    const file = await attendance.sheetPdf({ activityIds: [activityId], day: today })
    const text = asked('pdftotext', new Uint8Array(await file.arrayBuffer()), [], ['-'])
    expect(flat(text)).toContain('Camille Domicile, 02 31 44 55 66')
  },
)

describe('the outing sheet', () => {
  it.skipIf(missing('pdftotext'))('says whom to call, what to know, what to write (needs pdftotext)', async () => {
    const text = flat(await paper(outing()))
    for (const said of [
      'Fiche de sortie',
      'Destination :',
      'Retour à :',
      'Secours : 15, 18 ou 112',
      'Camille Duval',
      'Domicile, 02 31 44 55 66',
      'Arachide · PAI : Trousse n° 4',
      'Interdit : Denis Duval',
    ])
      expect(text).toContain(said)
  })

  it('holds only those who go, and not who is absent', async () => {
    const only = { ...outing(), registrationIds: [town.registration('Zoé', wednesdays)] } as Asked
    expect(names(await town.client.attendance.list(only))).toEqual([['', ['Duval Zoé']]])
    const cells = ['Matin', 'Repas', 'Après-midi'].map((slot) => ({
      registrationId: town.registration('Zoé', wednesdays),
      day: today,
      slotId: town.slot('CLSH MERCREDI', slot),
    }))
    await town.client.attendance.mark({ cells, mark: 'absent' })
    expect(names(await town.client.attendance.list(outing()))).toEqual([['', ['Marchand Basile', 'Marchand Louison']]])
    await town.client.attendance.mark({ cells, mark: null })
  })
})

describe('the week to fill by hand', () => {
  it('has a box for each slot that is open, and lines for whoever is not on it', async () => {
    const { columns, groups, emptyRows } = await town.client.attendance.list(week())
    expect(columns.map(({ title }) => title)).toEqual([
      'Enfant',
      ...['mat.', 'rep.', 'apr.'].map((slot) => `mer. 25 nov. ${slot}`),
    ])
    expect(groups[0]?.rows.map(({ cells }) => cells.map(({ text, box }) => box ?? text))).toEqual([
      ['Duval Zoé', 'expected', 'expected', 'expected'],
      ['Marchand Basile', 'notBooked', 'expected', 'expected'],
      ['Marchand Louison', 'expected', 'expected', 'notBooked'],
    ])
    expect(emptyRows).toBeGreaterThan(0)
  })
})

describe('a list that is longer than a page', () => {
  it.skipIf(missing('pdftotext'))(
    'has its titles on each, no child twice, no group’s name alone at a foot (needs pdftotext)',
    async () => {
      const rows = Array.from({ length: 17 }, (_, at) => ({
        id: String(at),
        registrationId: null,
        cells: [{ text: `Enfant ${at} fin`, strong: true }, { text: '' }],
      }))
      const file = await listPdf({
        title: 'Enfants attendus',
        about: 'mercredi',
        summary: [],
        blanks: [],
        columns: [
          { title: 'Enfant', kind: 'text' },
          { title: 'Qui vient chercher', kind: 'text' },
        ],
        groups: Array.from({ length: 9 }, (_, at) => ({ name: `Groupe ${at}`, count: '17 enfants', rows })),
        emptyRows: 0,
        empty: '',
        note: '',
        showsHealth: false,
        organisationName: 'Espace Jeunesse',
        printedAt: town.clock(),
      })
      const pages = asked('pdftotext', file, ['-layout'], ['-']).split('\f').slice(0, -1)
      expect(pages.length).toBeGreaterThan(4)
      for (const [at, page] of pages.entries()) {
        expect(page).toContain('Qui vient chercher')
        expect(page).toContain(`Page ${at + 1}/${pages.length}`)
        expect(page).not.toMatch(/Groupe \d – 17.enfants\s*Confidentiel/)
      }
      expect(pages.join('').match(/Enfant 16 fin/g)).toHaveLength(9)
    },
  )
})

describe('health', () => {
  let receptionist: Town['client'] | undefined
  const theReceptionist = async () => {
    receptionist ??= await town.as('receptionist')
    return receptionist
  }
  const secrets = /Arachide|Trousse|sans porc|PAI|llergie/i

  it('is on no screen, no paper and in no file of those without the right to it', async () => {
    const client = await theReceptionist()
    for (const list of everyList()) {
      const table = await client.attendance.list(list)
      expect(JSON.stringify({ ...table, note: '' })).not.toMatch(secrets)
      expect(JSON.stringify(await workbook(list, client))).not.toMatch(secrets)
    }
    expect((await client.attendance.list(outing())).note).toContain('rôle Animateur ou Directeur')
  })

  it.skipIf(missing('pdftotext'))('is on none of their papers either (needs pdftotext)', async () => {
    for (const list of everyList()) {
      const text = await paper(list, await theReceptionist())
      expect(text).toContain('Page 1/')
      expect(text.replace(/La santé et les régimes se lisent.*/, '')).not.toMatch(secrets)
    }
  })

  it('is shown to an animator, and each reading is logged: who, why, which child', async () => {
    const animator = await town.as('animator')
    const logged = () =>
      town.store
        .statement(`select act.label from act where kind = 'health.read' and actor_name = 'animator' order by id`)
        .pluck()
        .all()
    await animator.attendance.list(kitchen)
    const { groups } = await animator.attendance.list(outing())
    expect(groups[0]?.rows.flatMap(({ cells }) => cells.map(({ text }) => text))).toContain(
      'Camille Duval\nDomicile, 02 31 44 55 66',
    )
    await bytesOf(outing(), 'pdf', animator)
    await bytesOf(outing(), 'xlsx', animator)
    expect(logged()).toEqual(
      [
        'Santé consultée : cuisine (écran) du mer. 25 nov. 2026',
        'Santé consultée : fiche de sortie (écran) du mer. 25 nov. 2026, CLSH MERCREDI',
        'Santé consultée : fiche de sortie (papier) du mer. 25 nov. 2026, CLSH MERCREDI',
        'Santé consultée : fiche de sortie (fichier) du mer. 25 nov. 2026, CLSH MERCREDI',
      ].map((label) => label.replace(' :', '\u00a0:')),
    )
  })

  it('says everywhere that a PAI has ended, and still what it asks for', async () => {
    await health('Zoé', { pai: 'Trousse n° 4', paiUntil: day('2026-09-01') })
    const said = 'PAI\u00a0: Trousse n° 4 (fini depuis le 01/09/2026)'
    for (const list of [expected(), outing()])
      expect(JSON.stringify(await town.client.attendance.list(list))).toContain(said)
    expect(JSON.stringify(await workbook(expected()))).toContain('Trousse n° 4 (fini depuis le 01/09/2026)')
    expect((await workbook(kitchen))[1]?.at(-1)).toBe('PAI fini')
    const { children } = await town.client.attendance.sheet({ activityId: town.activity('CLSH MERCREDI'), day: today })
    expect(children.find(({ firstName }) => firstName === 'Zoé')?.health).toMatchObject({ paiName: 'PAI fini' })
  })

  it('is refused with the rest to who has no part in attendance', async () => {
    const cashier = await town.as('cashier')
    await expect(cashier.attendance.list(expected())).rejects.toThrow(/Forbidden/)
    await expect(bytesOf(kitchen, 'xlsx', cashier)).rejects.toThrow(/Forbidden/)
  })
})
