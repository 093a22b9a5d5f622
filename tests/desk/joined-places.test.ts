import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dossierOn } from '../../main/portal/family/dossier.ts'
import { checkFile } from '../../main/store/checking/check.ts'
import type { HoursRuleInput } from '../../shared/contract/desk/figures/figures.ts'
import type { RequiredPaperInput } from '../../shared/contract/desk/people/dossiers.ts'
import type { FamilyDocument, PeriodDocument } from '../../shared/contract/portal/documents.ts'
import { day, type Month } from '../../shared/rules/calendar/day.ts'
import { usualHoursRules } from '../../shared/rules/figures/hours-rule.ts'
import { aFarSide, giveAccount, pair } from '../exchange/published/publishing.ts'
import { aClock } from '../support/desk.ts'
import { aTariff, last } from '../support/towns/billing.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, type Town } from '../support/towns/town.ts'
import { undone } from '../support/undone.ts'
import { asked, missing } from './documents/documents-reading.ts'

/* A call with the id of a joined activity must also count what is shown under it: both activities. */

const young = 'ALSH maternelle'
const old = 'ALSH élémentaire'
const periodOf = (activity: string) => `${activity} 2026/2027`
const homes = { Ana: young, Zoé: old } as const
const slots = ['Matin', 'Repas', 'Après-midi'] as const
/** A Wednesday that has passed, and one to come. */
const [past, coming] = ['2026-12-02', '2026-12-16'].map(day) as [ReturnType<typeof day>, ReturnType<typeof day>]
const both = ['Ana', 'Zoé']

let town: Town
let requiredId: number

const cellsOf = (name: keyof typeof homes, ...days: readonly ReturnType<typeof day>[]) =>
  days.flatMap((on) =>
    slots.map((slot) => ({
      registrationId: town.registration(name, periodOf(homes[name])),
      day: on,
      slotId: town.slot(homes[name], slot),
    })),
  )
const aPaper = (changes: Partial<RequiredPaperInput>): RequiredPaperInput => ({
  kind: 'insurance',
  name: 'Assurance',
  scope: 'child',
  activityId: null,
  validity: 'schoolYear',
  months: null,
  ...changes,
})
const rule = (activityId: number, changes: Partial<HoursRuleInput> = {}): HoursRuleInput => ({
  ...usualHoursRules.extrascolaire,
  source: 'Convention, article 4',
  activityId,
  fromDay: day('2026-12-01'),
  declaredAs: '',
  ...changes,
})
const join = () =>
  town.client.activities.join({
    id: town.activity(young),
    joinedId: town.activity(old),
    groupName: '3-5 ans',
    joinedGroupName: '6-11 ans',
  })
const december = { from: day('2026-12-01'), to: day('2026-12-31') }
const hours = async () => {
  const { rows } = await town.client.figures.caf({ from: '2026-12', to: '2026-12' })
  return rows.map(({ accueil, ageGroup, done, booked }) => [accueil, ageGroup, done / 60, booked / 60])
}

beforeEach(async () => {
  town = await [
    ...Object.keys(homes).map((name) =>
      aFamily(name, {
        familyQuotient: 727,
        children: { [name]: { birthDay: name === 'Ana' ? '2022-03-14' : '2018-04-11' } },
      }),
    ),
    anActivity(young, { minimumAge: 3, maximumAge: 5, supervision: 'extracurricular' }),
    anActivity(old, { minimumAge: 6, maximumAge: 11, supervision: 'extracurricular' }),
    aTariff(young),
    aTariff(old, 'ALSH mercredi, 7-11 ans'),
    ...[young, old].map((activity) => aPeriod(periodOf(activity), activity)),
    ...Object.entries(homes).map(([name, activity]) => aRegistration(name, name, periodOf(activity))),
  ]
    .reduce((made, part) => made.with(part), aTown())
    .open(aClock('2026-11-10', '10:42'))
  for (const name of ['Ana', 'Zoé'] as const)
    await town.client.reservations.move({ cells: cellsOf(name, past, coming), act: 'book' })
  pair(town)
  for (const name of both) giveAccount(town, name)
  town.clock.set('2026-12-10')
  const required = await town.client.dossiers.saveRequired(aPaper({ activityId: town.activity(young) }))
  requiredId = required.id
})

afterEach(async () => {
  const findings = checkFile(town.store.sqlite)
  await town.close()
  if (findings.length > 0) throw new Error(JSON.stringify(findings))
})

/** All calls that take an activity, with the children (or homes) that each then counts. */
const places: Readonly<Record<string, (activityId: number) => Promise<readonly string[]>>> = {
  '« Dossiers », by activity': async (activityId) => {
    const filter = { activityId, periodId: null, schoolId: null, requiredId: null }
    return (await town.client.dossiers.list(filter)).rows.map(({ family }) => family)
  },
  'a paper that it requires': async () => {
    const filter = { activityId: null, periodId: null, schoolId: null, requiredId }
    return (await town.client.dossiers.list(filter)).rows.map(({ family }) => family)
  },
  'a free line « enfant inscrit à »': async (registeredIn) => {
    const line = { kindId: null, childId: null, activityId: registeredIn, regieId: 1, day: coming, label: 'Sortie' }
    const sum = { quantity: 1, unitCents: 500, fiscal: 'autre' as const, reason: '', leftOut: [] }
    const input = { ...line, ...sum, homes: { registeredIn, per: 'child' as const } }
    return (await town.client.freeLines.preview(input)).homes.map(({ name }) => name)
  },
  'the homes that a notice reaches': async (id) => {
    const audience = { kind: 'activity' as const, id }
    expect(await town.client.messages.reach({ audience })).toEqual({ homes: 2 })
    const text = { title: 'Piscine', text: 'Un maillot.', fromDay: coming, untilDay: coming, byMail: false }
    const notice = await town.client.messages.addNotice({ ...text, audience })
    const portal = aFarSide(town)
    await portal.exchange()
    const published: { homes: readonly number[] } = portal.read(`notice/${notice.id}`)
    await town.client.messages.removeNotice({ id: notice.id })
    return both.filter((name) => published.homes.includes(town.family(name)))
  },
  'a message to who is expected': async (activityId) => {
    const days = { kind: 'expected' as const, day: coming, untilDay: coming }
    const whom = { ...days, siteId: null, activityId, groupId: null, level: null }
    const { people } = await town.client.sendings.preview({ whom, withSms: false })
    return both.filter((name) => people.some((person) => JSON.stringify(person).includes(name)))
  },
  'the day sheet': async (activityId) =>
    (await town.client.attendance.sheet({ activityId, day: coming })).children.map(({ firstName }) => firstName),
  'the list of who is expected': async (activityId) =>
    namesIn(
      await town.client.attendance.list({ kind: 'expected', day: coming, activityIds: [activityId], groupBy: 'age' }),
    ),
  'the sheet of an outing': async (activityId) =>
    namesIn(await town.client.attendance.list({ kind: 'outing', activityId, day: coming, registrationIds: null })),
  'the sheet of a week': async (activityId) =>
    namesIn(await town.client.attendance.list({ kind: 'week', activityId, from: coming })),
  'figures of people': async (activityId) => {
    const people = { view: 'people' as const, on: coming, by: 'age' as const, activityId }
    const { rows } = await town.client.figures.serviceBehind({ asked: people, row: '', column: 'children' })
    return both.filter((name) => rows.some((row) => row.name.includes(name)))
  },
  'days that close for all': async (activityId) => {
    const closing = { from: coming, to: coming, activityIds: [activityId] }
    const { families, activities } = await town.client.year.previewClosing(closing)
    expect(activities.map(({ activity }) => activity)).toEqual([young])
    return families.map(({ name }) => name)
  },
  'a run of invoices': async (activityId) => {
    const run = await last(
      await town.client.invoicing.run({ ...december, activityIds: [activityId], familyIds: null, regieId: null }),
    )
    const { drafts } = await town.client.invoicing.drafts({ runId: run.id })
    return both.filter((name) => drafts.some(({ familyId }) => familyId === town.family(name)))
  },
  'a free list': async (activityId) => {
    const brackets = [[{ column: 'child.activities' as const, is: 'oneOf' as const, values: [String(activityId)] }]]
    const query = { thing: 'children' as const, on: coming, brackets, columns: ['child.firstName' as const] }
    const { lines } = await town.client.freeLists.run({ query: { ...query, groups: [], sort: [] } })
    return lines.map(({ cells }) => String(cells[0]))
  },
}

const namesIn = (table: unknown) => both.filter((name) => JSON.stringify(table).includes(name))

describe('an activity to which another was joined', () => {
  it.each(Object.keys(places))('includes both: %s', async (place) => {
    const take = places[place]
    await join()
    expect((await take?.(town.activity(young)))?.toSorted()).toEqual(both)
  })

  // A saved list keeps the value that its column offered, which is never an activity that was joined.
  const kept = Object.keys(places).filter((place) => place !== 'a free list')
  it.each(kept)('includes both when a saved link names the joined one: %s', async (place) => {
    const take = places[place]
    await join()
    expect((await take?.(town.activity(old)))?.toSorted()).toEqual(both)
  })

  it('is one row of what is to bill, of the forecast, of income and of what is unpaid', async () => {
    await join()
    expect(await town.client.invoicing.toBill(december)).toMatchObject([{ name: young, cells: 12, hasTariff: true }])
    const { rows } = await last(await town.client.invoicing.forecast(december))
    expect(rows.map(({ activity }) => activity)).toEqual([young])
    town.clock.set('2027-01-05')
    const scope = { ...december, activityIds: null, familyIds: null, regieId: null }
    const run = await last(await town.client.invoicing.run(scope))
    const { drafts } = await town.client.invoicing.drafts({ runId: run.id })
    await last(await town.client.invoicing.issue({ runId: run.id, ids: drafts.map(({ id }) => id) }))
    const paid = { means: 'cash' as const, receivedOn: day('2027-01-05'), payer: '', reference: '', chosen: null }
    for (const name of both)
      await town.client.payments.record({ familyId: town.family(name), amountCents: 100, ...paid })
    const income = await town.client.figures.income({ from: day('2027-01-01'), to: day('2027-01-31'), by: 'activity' })
    expect(income.rows.map(({ title }) => title)).toEqual([young])
    town.clock.set('2027-03-10')
    const unpaid = await town.client.figures.unpaid({ by: 'activity' })
    expect(unpaid.rows.map(({ title }) => title)).toEqual([young])
  })

  it('warns before joining that a paper required for one will be required for the children of both', async () => {
    const names = { groupName: '3-5 ans', joinedGroupName: '6-11 ans' }
    const ids = { id: town.activity(young), joinedId: town.activity(old) }
    expect(await town.client.activities.previewJoining({ ...ids, ...names })).toMatchObject({ papers: ['Assurance'] })
    const filter = { activityId: null, periodId: null, schoolId: null, requiredId: null }
    expect((await town.client.dossiers.list(filter)).rows.map(({ family }) => family)).toEqual(['Ana'])
    await join()
    expect((await town.client.dossiers.required()).map(({ activity }) => activity)).toEqual([young])
    await expect(town.client.dossiers.saveRequired(aPaper({ activityId: town.activity(old) }))).rejects.toMatchObject({
      data: { sentence: '«\u00a0Assurance\u00a0» est déjà demandé.' },
    })
  })

  it('has one typical week for the children of both, each in its own slots and in one act', async () => {
    await join()
    const free = day('2027-01-06')
    const wish = {
      periodId: town.period(periodOf(young)),
      registrationIds: [town.registration('Ana', periodOf(young)), town.registration('Zoé', periodOf(old))],
      week: [{ weekday: 3, slotId: town.slot(young, 'Repas') }],
      from: free,
      to: free,
    }
    expect(await town.client.reservations.weeksPreview(wish)).toMatchObject({ filled: 2, skipped: [] })
    const acts = () => town.store.statement('select count(*) from act').pluck().get() as number
    const before = acts()
    const done = await last(await town.client.reservations.applyWeeks(wish))
    expect([done.filled, acts() - before]).toEqual([2, 1])
    const booked = town.store.statement(
      `select slot_id from reservation where day = ? and held = 'confirmed' order by registration_id`,
    )
    expect(booked.pluck().all(free)).toEqual([town.slot(young, 'Repas'), town.slot(old, 'Repas')])
    // A child of another period of the town is none of this grid.
    await anActivity('Étude')(town)
    await aPeriod('Étude 2026/2027', 'Étude')(town)
    await aRegistration('Zoé', 'Zoé', 'Étude 2026/2027')(town)
    const stranger = { ...wish, registrationIds: [town.registration('Zoé', 'Étude 2026/2027')] }
    await expect(town.client.reservations.weeksPreview(stranger)).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/^La liste a changé/) },
    })
  })

  it.skipIf(missing('pdftotext'))('prints one calendar, of the group that staff chose', async () => {
    await join()
    const [, group] = (await town.client.activities.get({ id: town.activity(young) })).groups
    const shown = { ...december, familyId: null, periodIds: [young, old].map((name) => town.period(periodOf(name))) }
    const printed = async (part: { kind: 'group'; id: number } | null) => {
      const paper = await town.client.reservations.calendarPdf({ ...shown, part })
      return asked('pdftotext', new Uint8Array(await paper.arrayBuffer()), ['-layout'], ['-']).replaceAll('\u00a0', ' ')
    }
    const ofAll = await printed(null)
    expect(ofAll).toMatch(/ALSH maternelle 2026\/2027 et ALSH élémentaire 2026\/2027(?!,)/)
    expect([ofAll.includes('Ana Ana'), ofAll.includes('Zoé Zoé'), ofAll.includes('2/40')]).toEqual([true, true, true])
    const ofGroup = await printed({ kind: 'group', id: group?.id ?? 0 })
    expect(ofGroup).toContain('ALSH maternelle 2026/2027 et ALSH élémentaire 2026/2027, 6-11 ans')
    expect([ofGroup.includes('Ana Ana'), ofGroup.includes('Zoé Zoé'), ofGroup.includes('1/20')]).toEqual([
      false,
      true,
      true,
    ])
  })

  it('asks on the portal, of the children of both, for the papers that one of them requires', async () => {
    await join()
    const portal = aFarSide(town)
    await portal.exchange()
    const family: FamilyDocument = portal.read(`family/${town.family('Zoé')}`)
    const own: PeriodDocument = portal.read(`period/${town.period(periodOf(old))}`)
    const home = { family, town: undefined, periods: new Map([[`${own.id}`, own]]) }
    expect(dossierOn(home, coming)).toMatchObject([{ requiredId, childId: town.child('Zoé') }])
    expect(own.activity).toMatchObject({ id: town.activity(old), lead: town.activity(young) })
  })

  it('is archived as one', async () => {
    await join()
    const own = await town.client.activities.get({ id: town.activity(young) })
    await town.client.activities.save({ ...own, archived: true })
    const all = await town.client.activities.list()
    expect(all.map(({ archived }) => archived)).toEqual([true, true])
  })

  it('has one rule of waiting lists', async () => {
    await join()
    const rules = { own: [{ kind: 'resident' as const }], usual: [], offerHours: 24, staffingBlocks: true }
    await town.client.reservations.saveWaitingRules({ activityId: town.activity(young), ...rules })
    expect(await town.client.reservations.waitingRules({ activityId: town.activity(old) })).toEqual(rules)
  })
})

const came = async () => {
  const cells = both.flatMap((name) => cellsOf(name as keyof typeof homes, past))
  await town.client.attendance.mark({ cells, mark: 'present' })
}

describe('hours told to the CAF', () => {
  it('name two joined activities as one, under the lead’s name, each hour once', async () => {
    await came()
    const before = await hours()
    expect(before.map(([accueil]) => accueil)).toEqual([old, young])
    await join()
    const after = await hours()
    expect(after.map(([accueil]) => accueil)).toEqual([young, young])
    const sums = (rows: typeof before) => [2, 3].map((at) => rows.reduce((sum, row) => sum + Number(row[at]), 0))
    expect(sums(after)).toEqual(sums(before))
    const figure = { from: '2026-12' as Month, to: '2026-12' as Month, accueil: young, ageGroup: 'from6' as const }
    const { children } = await town.client.figures.cafDetail({ ...figure, measure: 'done' })
    expect(children.map(({ name }) => name)).toEqual(['Zoé Zoé'])
    const { controls, rules } = await town.client.figures.caf({ from: figure.from, to: figure.to })
    expect(controls.filter(({ kind }) => kind === 'usualRule')).toEqual([{ kind: 'usualRule', accueils: [young] }])
    expect(rules.map(({ accueil }) => accueil)).toEqual([young])
  })

  it('have one rule from then on, which the rules of before leave as they counted', async () => {
    await came()
    for (const activity of [young, old]) await town.client.figures.saveHoursRule(rule(town.activity(activity)))
    const fromLead = rule(town.activity(young), { fromDay: day('2026-09-01'), dayMinutes: 60, halfDayMinutes: 60 })
    await town.client.figures.saveHoursRule(fromLead)
    await join()
    const rules = await town.client.figures.hoursRules()
    expect(rules.map(({ activity }) => activity)).toEqual([young])
    const counted = async () => (await hours()).map(([, ageGroup, done]) => [ageGroup, done])
    expect(await counted()).toEqual([
      ['under6', 8],
      ['from6', 8],
    ])
    const other = { dayMinutes: 300, declaredAs: 'ALSH du mercredi' }
    await town.client.figures.saveHoursRule(rule(town.activity(young), other))
    expect(await hours()).toEqual([
      ['ALSH du mercredi', 'under6', 5, 16 - 6],
      ['ALSH du mercredi', 'from6', 5, 16 - 6],
    ])
    const [newest] = (await town.client.figures.hoursRules())[0]?.rules ?? []
    await town.client.figures.removeHoursRule({ id: newest?.id ?? 0 })
    // Of the one that was joined, the usual rule counts again; of the other, the one of September.
    expect(await counted()).toEqual([
      ['under6', 1],
      ['from6', 8],
    ])
  })

  it('declared under two names show no difference once the activities are joined', async () => {
    await came()
    town.clock.set('2027-01-05')
    const span = { from: '2026-12' as Month, to: '2026-12' as Month }
    await town.client.figures.declare({ ...span, note: '' })
    const [kept] = await town.client.figures.declarations()
    const read = () => town.client.figures.declaration({ id: kept?.id ?? 0 })
    await join()
    const joining = town.store.statement('select max(id) from act').pluck().get() as number
    const shown = await read()
    expect(shown.differences).toEqual([])
    // What was declared stays as it was.
    expect(shown.rows.map(({ accueil }) => accueil)).toEqual([old, young])
    await town.client.figures.declare({ ...span, note: '' })
    const [again] = await town.client.figures.declarations()
    expect((await town.client.figures.declaration({ id: again?.id ?? 0 })).rules).toMatchObject([{ activity: young }])
    await undone(town.client, joining)
    expect((await read()).differences).toEqual([])
  })
})
