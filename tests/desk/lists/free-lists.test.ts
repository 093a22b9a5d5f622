import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { SavedList } from '../../../shared/contract/desk/figures/free-lists.ts'
import type { Role } from '../../../shared/rules/access/roles.ts'
import { ageOn, day } from '../../../shared/rules/calendar/day.ts'
import { noHealth } from '../../../shared/rules/dossier/health.ts'
import { allColumns, type ColumnId, listThings, subjectOf, things } from '../../../shared/rules/lists/list-columns.ts'
import { type ConditionKind, conditionsOfKind, type ListCondition } from '../../../shared/rules/lists/list-query.ts'
import type { TestDesk } from '../../support/desk.ts'
import { aMember } from '../../support/desk.ts'
import { aTownOfSites, atFirstSite, mark } from '../../support/towns/sites.ts'
import { aFamily, aTown, type Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'

type Client = TestDesk['client']
type Query = SavedList['query']

let town: Town
let client: Client
beforeAll(async () => {
  town = await aTownOfSites().open()
  client = town.client
  await client.fields.save({
    subject: 'child',
    kind: 'number',
    label: 'Casier',
    choices: [],
    seenBy: ['administrator', 'director', 'receptionist'],
    editedBy: ['director'],
  })
  const [field] = await client.fields.list()
  await client.fields.set({ childId: town.child('Zoé'), values: [{ fieldId: field?.id ?? 0, value: '12' }] })
})
afterAll(() => town.close())

const aQuery = (changes: Partial<Query> = {}): Query => ({
  thing: 'children',
  on: null,
  brackets: [],
  columns: ['child.firstName'],
  groups: [],
  sort: [{ column: 'child.firstName', isDescending: false }],
  ...changes,
})
const childrenWhere = async (...brackets: Query['brackets']) =>
  (await client.freeLists.run({ query: aQuery({ brackets }) })).lines.map(({ cells }) => cells[0])
const withRole = (roles: Role[], login: string): Promise<Client> =>
  aMember(town.desk, client, { name: login, login, roles })
const refused = (call: Promise<unknown>, sentence: RegExp, field?: string) =>
  expect(call).rejects.toMatchObject({ data: { sentence: expect.stringMatching(sentence), ...(field && { field }) } })

/** A condition of each kind on a column. */
const conditionOf = (column: ColumnId, is: ConditionKind, isDay: boolean): ListCondition => {
  switch (is) {
    case 'containing':
    case 'equalTo':
      return { column, is, text: 'É' }
    case 'oneOf':
    case 'noneOf':
      return { column, is, values: ['1', 'oui'] }
    case 'between':
    case 'fromTo':
      return isDay
        ? { column, is: 'fromTo', from: day('2026-01-01'), to: null }
        : { column, is: 'between', from: 1, to: 2 }
    case 'withinDays':
      return { column, is, days: 7, direction: 'ahead' }
    case 'empty':
    case 'filled':
      return { column, is }
  }
}

describe('every column', () => {
  it.each(listThings)('of %s can be shown, filtered in each way, sorted by and grouped by', async (thing) => {
    const columns = (await client.freeLists.columns()).filter(({ id }) =>
      things[thing].subjects.includes(subjectOf(id)),
    )
    expect(columns.length).toBeGreaterThan(4)
    for (const { id, kind } of columns) {
      const column = id as ColumnId
      const filters = conditionsOfKind[kind].map((is) => [conditionOf(column, is, kind === 'day')])
      const groups = kind === 'set' || kind === 'paper' ? [] : [column]
      const query = aQuery({ thing, columns: [column], groups, sort: [{ column, isDescending: true }] })
      const { total } = await client.freeLists.run({ query })
      const answers = await Promise.all(
        filters.map(
          async (bracket) => (await client.freeLists.run({ query: { ...query, brackets: [bracket] } })).total,
        ),
      )
      // Every line is either empty or filled, and among some values or not.
      const linesOf = (is: ConditionKind) => answers[conditionsOfKind[kind].indexOf(is)]
      const halves = conditionsOfKind[kind].length === 0 ? total : (linesOf('empty') ?? 0) + (linesOf('filled') ?? 0)
      const chosen = linesOf('noneOf') === undefined ? total : (linesOf('oneOf') ?? 0) + (linesOf('noneOf') ?? 0)
      expect([id, halves, chosen]).toEqual([id, total, total])
    }
  })

  it('that is a declared field of the house or of the town is there by itself', async () => {
    const ids = (await client.freeLists.columns()).map(({ id }) => id)
    const field = (await client.fields.list()).find(({ label }) => label === 'Casier')
    expect(ids).toContain(`child.custom${field?.id}`)
    for (const id of allColumns([]).keys()) expect(ids).toContain(id)
    expect(
      await childrenWhere([{ column: `child.custom${field?.id ?? 0}`, is: 'between', from: 10, to: null }]),
    ).toEqual(['Zoé'])
  })
})

const named = (text: string): ListCondition => ({ column: 'child.firstName', is: 'equalTo', text })

describe('a list of children', () => {
  it('has what is known of their home, and of each consent that is asked', async () => {
    await client.consents.addQuestion({
      kind: 'swimming',
      title: 'Baignade',
      asksAll: false,
      leastAge: null,
      first: { text: 'Peut se baigner.', fromDay: day('2026-09-01') },
    })
    const columns: ColumnId[] = ['child.firstName', 'home.name', 'home.quotient', 'child.consent_swimming']
    const { lines } = await client.freeLists.run({ query: aQuery({ columns }) })
    expect(lines.map(({ cells }) => cells)).toEqual([
      ['Inès', 'Deux', null, 'waiting'],
      ['Malo', mark, 500, 'waiting'],
      ['Paul', 'Nouveau', null, 'waiting'],
      ['Zoé', 'Marchand', 727, 'waiting'],
    ])
    expect(await childrenWhere([{ column: 'home.quotient', is: 'between', from: 600, to: null }])).toEqual(['Zoé'])
    expect(await childrenWhere([{ column: 'child.dossier', is: 'oneOf', values: ['non'] }])).toEqual([])
  })
})

it('a child of two homes has a line for each once the list reads them, is counted once, and only the home of a line is written to', async () => {
  const both = await aTown()
    .with(aFamily('Marchand', { children: { Louison: {}, Basile: {} } }))
    .with(aFamily('Duval'))
    .open()
  onTestFinished(() => both.close())
  const [marchand, duval] = [both.family('Marchand'), both.family('Duval')]
  await both.client.families.linkChild({ childId: both.child('Louison'), familyId: duval })
  const run = (changes: Partial<Query>) => both.client.freeLists.run({ query: aQuery(changes) })
  const plain = await run({})
  expect([plain.total, plain.items, plain.homes]).toEqual([2, 2, 2])
  const shown = await run({ columns: ['child.firstName', 'home.name'], groups: ['child.lastName'] })
  expect(shown.lines.map(({ cells, familyId }) => [...cells, familyId])).toEqual([
    ['Basile', 'Marchand', marchand],
    ['Louison', 'Marchand', marchand],
    ['Louison', 'Duval', duval],
  ])
  expect([shown.total, shown.items, shown.homes, shown.groups.map(({ items }) => items)]).toEqual([3, 2, 2, [2]])
  const ofDuval: Query['brackets'] = [[{ column: 'home.name', is: 'equalTo', text: 'duval' }]]
  const atDuval = await run({ brackets: ofDuval })
  expect([atDuval.lines.map(({ cells }) => cells[0]), atDuval.homeIds]).toEqual([['Louison'], [duval]])
  const whom = { kind: 'families' as const, familyIds: [marchand, duval], brackets: ofDuval }
  expect(await both.client.sendings.preview({ whom, withSms: false })).toMatchObject({ families: 1, children: 1 })
})

describe('filters', () => {
  it('all hold, and of a bracket any', async () => {
    expect(await childrenWhere([named('zoe')])).toEqual(['Zoé'])
    expect(await childrenWhere([named('Zoé'), named('INES')])).toEqual(['Inès', 'Zoé'])
    expect(await childrenWhere([named('Zoé'), named('Inès')], [named('Inès')])).toEqual(['Inès'])
  })

  it('on activities are those of the registrations of the day', async () => {
    const nord: ListCondition = {
      column: 'child.activities',
      is: 'oneOf',
      values: [String(town.activity('CLSH NORD'))],
    }
    expect(await childrenWhere([nord])).toEqual(['Inès', 'Zoé'])
    const { lines } = await client.freeLists.run({ query: aQuery({ brackets: [[nord]], on: day('2030-01-01') }) })
    expect(lines).toEqual([])
  })

  it('never read a text as SQL', async () => {
    for (const text of ["' or 1=1 --", '"; drop table child', '%', '_', '$1 :day ?1'])
      expect(await childrenWhere([{ column: 'child.firstName', is: 'containing', text }])).toEqual([])
  })
})

it('the age is that of the rule on the day of the list', async () => {
  for (const on of ['2026-03-13', '2026-03-14', '2027-02-28', '2019-01-01'].map(day)) {
    const { lines } = await client.freeLists.run({ query: aQuery({ on, columns: ['child.age', 'child.birthDay'] }) })
    for (const { cells } of lines) expect(cells[0]).toBe(ageOn(day(String(cells[1])), on).years)
  }
})

it('groups stand in the order of their lines, with their counts and sums', async () => {
  const query = aQuery({
    thing: 'bookings',
    columns: ['child.firstName', 'booking.day'],
    groups: ['registration.activity', 'booking.month'],
    sort: [],
  })
  const { groups, lines, total, homes } = await client.freeLists.run({ query })
  expect([total, homes, lines.length]).toEqual([6, 3, 6])
  const seen = [...new Set(lines.map(({ group }) => JSON.stringify(group)))]
  expect(groups.map(({ values }) => JSON.stringify(values))).toEqual(seen)
  expect(groups.reduce((sum, one) => sum + one.items, 0)).toBe(total)
})

it('the debt of a home is not summed over its children’s bookings', async () => {
  const query = aQuery({ thing: 'bookings', columns: ['home.owed', 'home.childCount'], sort: [] })
  expect((await client.freeLists.run({ query })).sums).toEqual({})
  const homes = aQuery({ thing: 'homes', columns: ['home.childCount'], sort: [] })
  expect((await client.freeLists.run({ query: homes })).sums).toEqual({ 'home.childCount': 4 })
})

it('groups that differ by an accent alone stand one after the other, each with its own count', async () => {
  const { id } = (await client.fields.list())[0] ?? { id: 0 }
  for (const [child, value] of [
    ['Zoé', '12'],
    ['Inès', '12'],
    ['Malo', '7'],
  ] as const)
    await client.fields.set({ childId: town.child(child), values: [{ fieldId: id, value }] })
  for (const [child, notes] of [
    ['Zoé', 'Côté'],
    ['Inès', 'Cote'],
    ['Malo', 'Côté'],
    ['Paul', 'Cote'],
  ] as const)
    town.store.sqlite.prepare('update child set notes = ? where id = ?').run(notes, town.child(child))
  const query = aQuery({ groups: ['child.notes'], sort: [{ column: 'child.firstName', isDescending: false }] })
  const { lines } = await client.freeLists.run({ query })
  const headings = lines.map(({ group }) => group[0]).filter((value, at, all) => value !== all[at - 1])
  expect(headings).toHaveLength(2)
})

describe('a person of one site', () => {
  it('finds nothing of the other by any column, filter or group', async () => {
    const nord = await atFirstSite(town, ['director'], 'listes')
    const columns = await nord.freeLists.columns()
    for (const thing of listThings) {
      const own = columns
        .filter(({ id }) => things[thing].subjects.includes(subjectOf(id)))
        .map(({ id }) => id as ColumnId)
      for (let at = 0; at < own.length; at += 20) {
        const answer = await nord.freeLists.run({ query: aQuery({ thing, columns: own.slice(at, at + 20), sort: [] }) })
        expect(JSON.stringify(answer)).not.toContain(mark)
      }
    }
    const query = aQuery({ brackets: [[{ column: 'child.lastName', is: 'containing', text: mark }]] })
    expect((await nord.freeLists.run({ query })).total).toBe(0)
  })
})

describe('rights', () => {
  const owed = aQuery({ thing: 'homes', columns: ['home.name'], sort: [{ column: 'home.owed', isDescending: true }] })
  const health = aQuery({ brackets: [[{ column: 'child.allergies', is: 'filled' }]] })

  it('on papers need the right to dossiers', async () => {
    const cashier = await withRole(['cashier'], 'caisse-listes')
    const missing = aQuery({ brackets: [[{ column: 'child.missing', is: 'filled' }]] })
    await expect(cashier.freeLists.run({ query: missing })).rejects.toMatchObject({
      data: { sentence: expect.stringContaining('Pièce qui manque') },
    })
  })

  it('are asked by filters, sorts and groups as by columns', async () => {
    const agent = await withRole(['receptionist'], 'agent-listes')
    const administrator = await withRole(['administrator'], 'admin-listes')
    expect((await agent.freeLists.columns()).some(({ isHealth }) => isHealth)).toBe(false)
    await refused(agent.freeLists.run({ query: health }), /«\s*Allergies\s*».*Directeur/)
    await refused(administrator.freeLists.run({ query: owed }), /Reste dû/)
    await refused(
      administrator.freeLists.run({ query: aQuery({ thing: 'invoices', columns: ['invoice.total'] }) }),
      /rôle/,
    )
    const animator = await withRole(['animator'], 'anim-listes')
    await refused(animator.freeLists.columns(), /rôle/)
  })

  it('on health are logged for each child, once an hour, and prevent a list from being shared', async () => {
    await client.families.changeHealth({
      ...noHealth,
      doses: {},
      childId: town.child('Zoé'),
      allergies: 'arachide',
    })
    const director = await withRole(['director'], 'dir-listes')
    const count = () =>
      town.store.statement(`select count(*) from audit where entity = 'health_consultation'`).pluck().get()
    const before = Number(count())
    const { lines } = await director.freeLists.run({
      query: { ...health, columns: ['child.firstName', 'child.allergies'] },
    })
    expect(lines.map(({ cells }) => cells)).toEqual([['Zoé', 'arachide']])
    expect(Number(count()) - before).toBe(1)
    await director.freeLists.run({ query: health })
    expect(Number(count()) - before).toBe(1)
    await refused(
      director.freeLists.save({ name: 'Allergies', query: health, isShared: true }),
      /ne se partage pas/,
      'isShared',
    )
    expect(await director.freeLists.save({ name: 'Allergies', query: health, isShared: false })).toMatchObject({})
    expect((await client.freeLists.saved()).map(({ name }) => name)).not.toContain('Allergies')
  })

  it('on a shared list are the reader’s own: without them the list does not open, and names the column', async () => {
    const director = await withRole(['director'], 'partage-listes')
    const { id } = await director.freeLists.save({ name: 'Qui doit', query: owed, isShared: true })
    const administrator = await withRole(['administrator'], 'lecteur-listes')
    const [shared] = (await administrator.freeLists.saved()).filter(({ name }) => name === 'Qui doit')
    expect(shared).toMatchObject({ id, isMine: false, isShared: true, why: expect.stringContaining('Reste dû') })
    const agent = await withRole(['receptionist'], 'agent-partage')
    expect((await agent.freeLists.saved()).find((one) => one.id === id)?.why).toBeNull()
    await refused(agent.freeLists.remove({ id }), /enregistrez la vôtre/)
    await refused(agent.freeLists.save({ name: 'À moi', query: owed, isShared: true }), /Directeur/, 'isShared')
  })
})

describe('a saved list', () => {
  it('has a name of its own, is changed, taken away, and comes back by an undo', async () => {
    const { id } = await client.freeLists.save({ name: 'Sans école', query: aQuery(), isShared: false })
    await refused(
      client.freeLists.save({ name: 'sans ecole', query: aQuery(), isShared: false }),
      /s’appelle déjà/,
      'name',
    )
    await client.freeLists.save({ id, name: 'Sans école', query: aQuery({ groups: ['child.school'] }), isShared: true })
    await client.freeLists.remove({ id })
    await refused(client.freeLists.remove({ id }), /n’existe plus/)
    const last = Number(town.store.statement(`select max(id) from act where kind = 'lists.save'`).pluck().get())
    await undone(client, last)
    expect((await client.freeLists.saved()).find((one) => one.id === id)?.query.groups).toEqual(['child.school'])
  })

  it('says when one of its fields was withdrawn', async () => {
    await client.fields.save({
      subject: 'child',
      kind: 'text',
      label: 'Bus',
      choices: [],
      seenBy: ['administrator', 'director'],
      editedBy: ['director'],
    })
    const field = (await client.fields.list()).find(({ label }) => label === 'Bus')
    const query = aQuery({ columns: [`child.custom${field?.id ?? 0}`] })
    const { id } = await client.freeLists.save({ name: 'Bus', query, isShared: false })
    await client.fields.withdraw({ id: field?.id ?? 0, from: day('2026-01-01') })
    expect((await client.freeLists.saved()).find((one) => one.id === id)?.why).toMatch(/n’existe plus/)
    await refused(client.freeLists.run({ query }), /n’existe plus/)
  })
})

describe('a list that goes out', () => {
  it('is recorded, as a spreadsheet and on paper', async () => {
    const query = aQuery({ columns: ['child.lastName', 'child.firstName', 'child.age'], groups: ['child.school'] })
    const sheet = await client.freeLists.file({ name: 'Enfants', query, format: 'xlsx' })
    const paper = await client.freeLists.file({ name: 'Enfants', query, format: 'pdf' })
    expect([sheet.name, paper.type]).toEqual(['Enfants.xlsx', 'application/pdf'])
    const labels = town.store.statement(`select label from act where kind = 'lists.export' order by id`).pluck().all()
    expect(labels).toEqual(
      ['Liste sortie en Excel : Enfants, 4 lignes', 'Liste sortie en PDF : Enfants, 4 lignes'].map((text) =>
        text.replaceAll(' :', '\u00a0:').replaceAll('4 l', '4\u00a0l'),
      ),
    )
  })
})

const run = (changes: Partial<Query>) => client.freeLists.run({ query: aQuery(changes) })

it('a query that makes no sense is refused in a sentence', async () => {
  await expect(run({ columns: ['booking.day'] })).rejects.toMatchObject({
    data: { sentence: '«\u00a0Jour\u00a0» n’est pas une colonne pour des enfants\u00a0: retirez-la.' },
  })
  await refused(run({ columns: ['child.nothing'] }), /n’existe plus/)
  await refused(run({ columns: [] }), /au moins une colonne/)
  await refused(run({ groups: ['child.activities'] }), /rangez la liste autrement/)
  await refused(run({ brackets: [[{ column: 'child.age', is: 'between', from: 8, to: 3 }]] }), /dépasse/)
  await refused(run({ brackets: [[{ column: 'child.age', is: 'between', from: null, to: null }]] }), /une borne/)
  await refused(run({ brackets: [[{ column: 'child.age', is: 'containing', text: '3' }]] }), /ne se filtre pas/)
  await refused(run({ brackets: [[{ column: 'child.lastName', is: 'containing', text: ' ' }]] }), /écrivez le texte/)
  await refused(run({ brackets: [[]] }), /vide/)
})
