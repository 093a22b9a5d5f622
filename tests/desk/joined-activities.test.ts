import * as fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { checkFile } from '../../main/store/checking/check.ts'
import { day, lastOfMonth, monthKey } from '../../shared/rules/calendar/day.ts'
import { aFarSide, giveAccount, pair } from '../exchange/published/publishing.ts'
import { aClock } from '../support/desk.ts'
import { examples } from '../support/long.ts'
import { aTariff, last } from '../support/towns/billing.ts'
import { factsOf } from '../support/towns/facts.ts'
import {
  aFamily,
  anActivity,
  aPeriod,
  aRegistration,
  aTown,
  described,
  type Part,
  type Town,
} from '../support/towns/town.ts'
import { calendarFile, ended, nextYear } from '../support/towns/year.ts'
import { undone } from '../support/undone.ts'

const young = 'ALSH maternelle'
const old = 'ALSH élémentaire'
const years = [2024, 2025, 2026]
const periodOf = (activity: string, year: number) => `${activity} ${year}/${year + 1}`
/** Wednesdays outside holidays, in the month of each year that is billed. */
const wednesdays = (year: number) =>
  ({ 2024: ['2024-12-04', '2024-12-11'], 2025: ['2025-12-03', '2025-12-10'] })[year] ?? ['2026-12-09', '2026-12-16']

type Child = {
  readonly name: string
  readonly birthDay: string
  readonly activity: string
  readonly bookings: readonly number[]
}
const usual: readonly Child[] = [
  { name: 'Ana', birthDay: '2022-03-14', activity: young, bookings: [5, 3] },
  { name: 'Bob', birthDay: '2021-05-02', activity: young, bookings: [7, 0] },
  { name: 'Zoé', birthDay: '2018-04-11', activity: old, bookings: [7, 7] },
  { name: 'Noé', birthDay: '2017-07-30', activity: old, bookings: [1, 2] },
]
const slotNames = ['Matin', 'Repas', 'Après-midi'] as const

let town: Town

afterEach(async () => {
  const findings = checkFile(town.store.sqlite)
  await town.close()
  if (findings.length > 0) throw new Error(JSON.stringify(findings))
})

/** Two activities with a tariff each over three years: Decembers of two years issued, the third in drafts. */
const threeYears = described('threeYears', (children: readonly Child[]): Part => {
  const parts = [
    ...children.map(({ name, birthDay }) => aFamily(name, { familyQuotient: 727, children: { [name]: { birthDay } } })),
    anActivity(young, { minimumAge: 3, maximumAge: 5, supervision: 'extracurricular' }),
    anActivity(old, { minimumAge: 6, maximumAge: 11, supervision: 'extracurricular' }),
    aTariff(young),
    aTariff(old, 'ALSH mercredi, 7-11 ans'),
    ...[young, old].flatMap((activity) =>
      years.map((year) =>
        aPeriod(periodOf(activity, year), activity, {
          startDay: `${year}-09-04`,
          endDay: `${year + 1}-06-30`,
          capacity: activity === young ? 16 : 48,
        }),
      ),
    ),
  ]
  return async (made) => {
    const { client, clock } = made
    for (const part of parts) await part(made)
    for (const year of years) {
      clock.set(`${year}-11-${year === 2026 ? 25 : 10}`)
      const own = children.filter(({ birthDay, activity }) => isOfAge(birthDay, activity, year))
      for (const { name, activity } of own) await aRegistration(name, name, periodOf(activity, year))(made)
      for (const child of own) await book(made, child, year)
      const from = day(`${year}-12-01`)
      const run = await last(
        await client.invoicing.run({ from, to: lastOfMonth(from), activityIds: null, familyIds: null }),
      )
      if (year === 2026) continue
      clock.set(`${year + 1}-01-05`)
      const { drafts } = await client.invoicing.drafts({ runId: run.id })
      if (drafts.length > 0)
        await last(await client.invoicing.issue({ runId: run.id, ids: drafts.map(({ id }) => id) }))
    }
  }
})

const open = async (children: readonly Child[] = usual) => {
  town = await aTown().with(threeYears(children)).open(aClock('2024-11-01', '10:42'))
  town.clock.set('2026-11-25')
}

const isOfAge = (birthDay: string, activity: string, year: number) => {
  const age = year - Number(birthDay.slice(0, 4)) - (birthDay.slice(5) > '09-04' ? 1 : 0)
  return activity === young ? age >= 3 && age <= 5 : age >= 6 && age <= 11
}

const book = async (made: Town, { name, activity, bookings }: Child, year: number) => {
  const cells = wednesdays(year).flatMap((on, index) =>
    slotNames.flatMap((slot, bit) =>
      ((bookings[index] ?? 0) >> bit) & 1
        ? [
            {
              registrationId: made.registration(name, periodOf(activity, year)),
              day: on,
              slotId: made.slot(activity, slot),
            },
          ]
        : [],
    ),
  )
  if (cells.length === 0) return
  const { refused } = await made.client.reservations.move({ cells, act: 'book' })
  expect(refused).toEqual([])
}

const registrationOf = (name: string, activity: string, year: number) =>
  town.registration(name, periodOf(activity, year))
const input = (changes: { id?: number; joinedId?: number } = {}) => ({
  id: town.activity(young),
  joinedId: town.activity(old),
  groupName: '3-5 ans',
  joinedGroupName: '6-11 ans',
  ...changes,
})
const aPlace = { address: '', contact: '', phone: '', archived: false }
const join = () => town.client.activities.join(input())
const obstacles = async () =>
  (await town.client.activities.previewJoining(input())).obstacles.map((one) => one.replaceAll('\u00a0', ' '))

/** The rows of all tables except those that say how activities are shown. */
const untouched = () =>
  factsOf(town.store).filter(([table]) => !['activity', 'activity_group', 'period'].includes(table))
/** One after the other, as printing several at once starts a thread for each. */
const pdfs = async () => {
  const printed: string[] = []
  for (const id of town.store.statement('select id from invoice order by id').pluck().all() as number[]) {
    const paper = await town.client.invoicing.pdf({ ids: [id] })
    printed.push(Buffer.from(await paper.arrayBuffer()).toString('base64'))
  }
  return printed
}
/** The drafts of the last run, computed again: the lines of each home with their cents. */
const draftsAnew = async () => {
  const runId = town.store.statement('select max(id) from invoice_run').pluck().get() as number
  await last(await town.client.invoicing.recalculate({ runId }))
  const { drafts } = await town.client.invoicing.drafts({ runId })
  return drafts.map(({ familyId, totalCents, verdict }) => ({ familyId, totalCents, verdict }))
}

/** Children who are in the same group a year later. */
const sameNextYear: readonly Child[] = [
  { name: 'Ana', birthDay: '2023-03-14', activity: young, bookings: [5, 3] },
  { name: 'Zoé', birthDay: '2018-04-11', activity: old, bookings: [7, 7] },
  { name: 'Noé', birthDay: '2017-07-30', activity: old, bookings: [1, 2] },
]

/** The amounts of December's drafts by home. */
const draftsOfDecember = async (year: number) => {
  const from = day(`${year}-12-01`)
  const input = { from, to: lastOfMonth(from), activityIds: null, familyIds: null }
  const run = await last(await town.client.invoicing.run(input))
  const { drafts } = await town.client.invoicing.drafts({ runId: run.id })
  return drafts
    .filter(({ month }) => month === monthKey(from))
    .map(({ familyId, totalCents }) => ({ familyId, totalCents }))
    .toSorted((a, b) => a.familyId - b.familyId)
}

const copyOne = (copy: Awaited<ReturnType<typeof town.client.year.previewCopy>>[number] | undefined) => {
  if (!copy) throw new Error('the period is copied')
  const { periodId, newName: name, moved } = copy
  const periods = [{ periodId, name, startDay: moved.from, endDay: moved.to }]
  return ended(town.client.year.copy({ year: 2027, periods }))
}

const registerIn = async (periodId: number, name: string): Promise<number> => {
  const { startDay, endDay } = await town.client.activities.period({ id: periodId })
  const { id } = await town.client.registrations.ask({
    childId: town.child(name),
    familyId: town.family(name),
    periodId,
    startDay,
    endDay,
    typicalWeek: [],
    overrideReason: '',
    accepted: true,
  })
  return id
}

/**
 * Joins the two activities, and compares all prices and places before and after. @returns the number of drafts compared
 */
const expectNothingMoved = async (): Promise<number> => {
  pair(town)
  for (const name of usual.map((child) => child.name)) if (town.known.has(`family ${name}`)) giveAccount(town, name)
  const portal = aFarSide(town)
  await portal.exchange({ papers: true })
  const published = new Map(portal.holds)
  const [drafts, papers] = [await draftsAnew(), await pdfs()]
  const facts = untouched()
  await join()
  expect(untouched()).toEqual(facts)
  expect(await pdfs()).toEqual(papers)
  expect(await draftsAnew()).toEqual(drafts)
  await portal.exchange({ papers: true })
  expect([...portal.holds.keys()].toSorted()).toEqual([...published.keys()].toSorted())
  for (const [id, { body }] of portal.holds)
    if (!id.startsWith('period/')) expect([id, body]).toEqual([id, published.get(id)?.body])
    else {
      // A period says under which activity and group it is shown; its conditions, prices and places are those of
      // before.
      const { activity: now, ...shown } = JSON.parse(body)
      const { activity: then, ...before } = JSON.parse(published.get(id)?.body ?? 'null')
      expect(shown).toEqual(before)
      expect(now.id).toBe(then.id)
      expect([now.lead, then.lead]).toEqual([
        now.id === town.activity(young) ? undefined : town.activity(young),
        undefined,
      ])
      expect(now.name).toMatch(/^ALSH maternelle, (3-5|6-11) ans$/)
    }
  return drafts.length
}

describe('two activities that become one', () => {
  it('move no cell, registration, price, draft, paper nor published id, in a town of three years', async () => {
    await open()
    expect(await expectNothingMoved()).toBeGreaterThan(0)
    expect(await town.client.activities.get({ id: town.activity(young) })).toMatchObject({
      minimumAge: 3,
      maximumAge: 11,
      joinedToId: null,
      groups: [
        { name: '3-5 ans', minimumAge: 3, maximumAge: 5 },
        { name: '6-11 ans', minimumAge: 6, maximumAge: 11 },
      ],
    })
    const acts = town.store.statement(`select label from act where kind = 'activities.join'`).pluck().all()
    expect(acts).toEqual(['Activités réunies\u00a0: ALSH élémentaire rejoint ALSH maternelle'])
  })

  it('move nothing in random towns either', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(3), bookings: fc.tuple(fc.nat(7), fc.nat(7)) }), {
          minLength: 2,
          maxLength: 4,
        }),
        async (wishes) => {
          if (town) await town.close().catch(() => undefined)
          const bookings = new Map(wishes.map(({ at, bookings: own }) => [at, own]))
          await open(usual.map((child, at) => ({ ...child, bookings: bookings.get(at) ?? child.bookings })))
          expect(await expectNothingMoved()).toBeGreaterThanOrEqual(0)
        },
      ),
      { numRuns: examples(4) },
    ))

  it('are separated again by undoing one act, and their history names what became of them', async () => {
    await open()
    const before = factsOf(town.store)
    await join()
    const history = await town.client.history.ofRecord({ entity: 'activity', id: town.activity(old) })
    expect(JSON.stringify(history)).toContain('Réunie à')
    await undone(town.client, town.store.statement('select max(id) from act').pluck().get() as number)
    expect(factsOf(town.store)).toEqual(before)
  })

  it('are shown under a name of their own, said in the act and gone with it', async () => {
    await open()
    const { client, store } = town
    const nameNow = async () => (await client.activities.list()).find(({ id }) => id === town.activity(young))?.name
    const before = await nameNow()
    await client.activities.join({ ...input(), name: 'ALSH du mercredi' })
    expect(await nameNow()).toBe('ALSH du mercredi')
    const act = store.statement('select id, label from act order by id desc limit 1').get() as {
      id: number
      label: string
    }
    expect(act.label).toContain('sous le nom ALSH du mercredi')
    await undone(client, act.id)
    expect(await nameNow()).toBe(before)
  })

  it('say before what is joined, with children and places', async () => {
    await open()
    const preview = await town.client.activities.previewJoining(input())
    expect(preview.obstacles).toEqual([])
    expect(preview.groups).toEqual([
      { name: '3-5 ans', who: 'de 3 à 5\u00a0ans' },
      { name: '6-11 ans', who: 'de 6 à 11\u00a0ans' },
    ])
    expect(preview.periods.map(({ name, group, children, capacity }) => [name, group, children, capacity])).toEqual([
      ['ALSH maternelle 2026/2027', '3-5 ans', 2, 16],
      ['ALSH maternelle 2025/2026', '3-5 ans', 2, 16],
      ['ALSH maternelle 2024/2025', '3-5 ans', 1, 16],
      ['ALSH élémentaire 2026/2027', '6-11 ans', 2, 48],
      ['ALSH élémentaire 2025/2026', '6-11 ans', 2, 48],
      ['ALSH élémentaire 2024/2025', '6-11 ans', 2, 48],
    ])
  })
})

describe('two activities stay two', () => {
  it('while a child is registered in both, and one that passed from one to the other is none', async () => {
    await open()
    await town.client.registrations.ask({
      childId: town.child('Bob'),
      familyId: town.family('Bob'),
      periodId: town.period(periodOf(old, 2026)),
      startDay: day('2026-12-01'),
      endDay: day('2027-06-30'),
      typicalWeek: [],
      overrideReason: 'Son frère y va',
      accepted: true,
    })
    expect(await obstacles()).toEqual([
      'Bob Bob est inscrit aux deux en même temps : mettez fin à l’une des inscriptions.',
    ])
    const before = factsOf(town.store)
    await expect(join()).rejects.toMatchObject({ data: { sentence: expect.stringMatching(/^Bob Bob est inscrit/) } })
    expect(factsOf(town.store)).toEqual(before)
  })

  it('while they are of two sites, and no facility of a joined one leaves for another', async () => {
    await open()
    const { client } = town
    const [place] = await client.settings.facilities()
    const other = await client.settings.saveFacility({ ...aPlace, name: 'LES PRÉS' })
    const { id: siteId } = await client.settings.saveSite({ name: 'Les Prés' })
    const own = await client.activities.get({ id: town.activity(old) })
    await client.activities.save({ ...own, facilityId: other.id })
    await client.settings.saveFacility({ ...aPlace, id: other.id, name: 'LES PRÉS', siteId })
    expect(await obstacles()).toEqual([
      expect.stringMatching(
        /^Elles ne sont pas du même site \(« .+ » et « Les Prés »\) : une activité est d’un seul site\.$/,
      ),
    ])
    await client.settings.saveFacility({ ...aPlace, id: other.id, name: 'LES PRÉS', siteId: place?.siteId ?? 0 })
    expect(await obstacles()).toEqual([])
    await join()
    await expect(
      client.settings.saveFacility({ ...aPlace, id: other.id, name: 'LES PRÉS', siteId }),
    ).rejects.toMatchObject({ data: { sentence: expect.stringMatching(/un seul site/) } })
    const third = await client.settings.saveFacility({ ...aPlace, name: 'LA LANDE', siteId })
    const joined = await client.activities.get({ id: town.activity(old) })
    await expect(client.activities.save({ ...joined, groups: undefined, facilityId: third.id })).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/^Elle est réunie à «.ALSH maternelle.», d’un autre site/) },
    })
  })

  it('while their hours are declared to the CAF by different rules', async () => {
    await open()
    const rule = {
      fromDay: day('2026-11-01'),
      declaredAs: '',
      kind: 'extrascolaire' as const,
      counts: 'fixed' as const,
      dayMinutes: 540,
      halfDayMinutes: 240,
      source: 'Convention de 2026',
    }
    await town.client.figures.saveHoursRule({ ...rule, activityId: town.activity(old) })
    expect(await obstacles()).toEqual(['Leurs heures ne se déclarent pas à la CAF selon la même règle.'])
    await town.client.figures.saveHoursRule({ ...rule, activityId: town.activity(young) })
    expect(await obstacles()).toEqual([])
  })

  it('when one of them is already joined; a joined activity takes no new period', async () => {
    await open()
    await join()
    expect(await obstacles()).toContain('« ALSH élémentaire » est déjà réunie à une autre activité.')
    const own = await town.client.activities.period({ id: town.period(periodOf(old, 2026)) })
    const { id: _, ...again } = { ...own, name: 'Une autre', startDay: day('2027-09-01'), endDay: day('2028-06-30') }
    await expect(town.client.activities.savePeriod(again)).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/réunie à «.ALSH maternelle.»/) },
    })
    // A period of before is still changed where it is.
    await town.client.activities.savePeriod({ ...own, name: 'ALSH des grands 2026/2027' })
  })
})

describe('once they are one', () => {
  const day0 = '2026-12-16'

  it('a single sheet, list and line of Accueil have the children of both, with their groups', async () => {
    await open()
    await join()
    const sheet = await town.client.attendance.sheet({ activityId: town.activity(young), day: day(day0) })
    expect(sheet.slots.map(({ name }) => name)).toEqual(['Matin', 'Repas', 'Après-midi'])
    expect(sheet.children.map(({ firstName, group, cells }) => [firstName, group, cells.map(Boolean)])).toEqual([
      ['Ana', '3-5 ans', [true, true, false]],
      ['Noé', '6-11 ans', [false, true, false]],
      ['Zoé', '6-11 ans', [true, true, true]],
    ])
    expect(sheet.totals.map(({ expected }) => expected)).toEqual([2, 3, 1])
    expect(await town.client.attendance.day({ day: day(day0) })).toMatchObject([
      { activityId: town.activity(young), activity: young, expected: 3, held: 3, capacity: 64 },
    ])
  })

  it('a mark on the sheet is made in the child’s own activity', async () => {
    await open()
    await join()
    town.clock.set(day0)
    const cells = [
      { registrationId: registrationOf('Zoé', old, 2026), day: day(day0), slotId: town.slot(young, 'Matin') },
      // Noé comes without a booking.
      { registrationId: registrationOf('Noé', old, 2026), day: day(day0), slotId: town.slot(young, 'Matin') },
    ]
    expect(await town.client.attendance.mark({ cells, mark: 'present', reason: '' })).toMatchObject({ refused: [] })
    const slots = town.store
      .statement('select distinct slot_id from attendance join reservation on reservation.id = reservation_id')
      .pluck()
      .all()
    expect(slots).toEqual([town.slot(old, 'Matin')])
  })

  it('next year has one period with both groups and their places, and each child is registered in it again', async () => {
    await open()
    await join()
    await ended(town.client.year.importCalendar(calendarFile(nextYear)))
    const copies = await town.client.year.previewCopy({ year: 2027, activityIds: null })
    expect(copies.map(({ name, joins, newName }) => [name, joins, newName])).toEqual([
      ['ALSH maternelle 2026/2027', ['ALSH élémentaire 2026/2027'], 'ALSH maternelle 2027/2028'],
    ])
    const periods = copies.map(({ periodId, moved }) => ({
      periodId,
      name: 'ALSH mercredi 2027/2028',
      startDay: moved.from,
      endDay: moved.to,
    }))
    await ended(town.client.year.copy({ year: 2027, periods }))
    const [made] = await town.client.activities.periods({ activityId: town.activity(young) })
    const groups = (await town.client.activities.get({ id: town.activity(young) })).groups.map(({ id }) => id)
    expect(made).toMatchObject({ name: 'ALSH mercredi 2027/2028', groupIds: null, activityId: town.activity(young) })
    expect(made?.places).toEqual(
      slotNames.map((slot) => ({
        slotId: town.slot(young, slot),
        capacity: 64,
        groupPlaces: [
          { groupId: groups[0], capacity: 16 },
          { groupId: groups[1], capacity: 48 },
        ],
      })),
    )
    await town.client.registrations.change({
      id: registrationOf('Zoé', old, 2026),
      startDay: day('2026-09-04'),
      endDay: day('2027-06-30'),
      typicalWeek: [{ weekday: 3, slotId: town.slot(old, 'Repas') }],
      overrideReason: '',
    })
    const asked = { fromPeriodId: town.period(periodOf(old, 2026)), toPeriodId: made?.id ?? 0 }
    const again = await town.client.year.previewReenrolment(asked)
    expect(again.map(({ firstName, refusal, week }) => [firstName, refusal, week])).toEqual([
      ['Noé', null, ''],
      ['Zoé', null, 'mercredi repas'],
    ])
    await ended(
      town.client.year.reenrol({ ...asked, registrationIds: again.map((one) => one.registrationId), week: 'kept' }),
    )
    const week = town.store.statement(`select typical_week from registration where period_id = ? and child_id = ?`)
    expect(JSON.parse(String(week.pluck().get(made?.id, town.child('Zoé'))))).toEqual([
      { weekday: 3, slotId: town.slot(young, 'Repas') },
    ])
  })

  it('a day that closes for the activity closes for the children of both', async () => {
    await open()
    await join()
    const closing = { from: day(day0), to: day(day0), activityIds: [town.activity(young)] }
    const { activities } = await town.client.year.previewClosing(closing)
    expect(activities).toMatchObject([{ activity: young }])
    await ended(town.client.year.close({ ...closing, reason: 'Neige', charged: false }))
    expect(await town.client.attendance.day({ day: day(day0) })).toEqual([])
  })

  it('days closed from one window, and a slot that ends, are those of both', async () => {
    await open()
    await join()
    const { client } = town
    const [morning, meal] = [town.slot(young, 'Matin'), town.slot(young, 'Repas')]
    await client.reservations.close({
      from: day(day0),
      to: day(day0),
      periodIds: [young, old].map((activity) => town.period(periodOf(activity, 2026))),
      slotIds: [morning],
      reason: 'Neige',
      charged: false,
    })
    const sheet = await client.attendance.sheet({ activityId: town.activity(young), day: day(day0) })
    expect(sheet.totals.map(({ expected }) => expected)).toEqual([3, 1])
    await client.activities.endSlot({ slotId: meal, from: day('2027-05-01') })
    const endOf = async (activity: string) =>
      (await client.activities.get({ id: town.activity(activity) })).slots.map(({ name, endedFrom }) => [
        name,
        endedFrom,
      ])
    expect(await endOf(young)).toEqual([
      ['Matin', null],
      ['Repas', '2027-05-01'],
      ['Après-midi', null],
    ])
    expect(await endOf(old)).toEqual(await endOf(young))
  })

  it('staff read one name in lists, also of a period of before', async () => {
    await open()
    await town.client.activities.join({ ...input(), name: 'ALSH du mercredi' })
    const { client } = town
    for (const [name, activity] of [
      ['Ana', young],
      ['Zoé', old],
    ] as const) {
      const own = await client.registrations.ofFamily({ familyId: town.family(name) })
      expect(own.map((one) => one.activity)).toEqual(own.map(() => 'ALSH du mercredi'))
      expect((await client.activities.period({ id: town.period(periodOf(activity, 2026)) })).activity).toBe(
        'ALSH du mercredi',
      )
    }
  })

  it('next year asks of each child the cents that its group pays today, by one tariff', async () => {
    await open(sameNextYear)
    const before = await draftsOfDecember(2026)
    expect(before).toHaveLength(3)
    await join()
    await ended(town.client.year.importCalendar(calendarFile(nextYear)))
    const [copy, ...more] = await town.client.year.previewCopy({ year: 2027, activityIds: null })
    expect([copy?.jointTariff, copy?.obstacle, more]).toEqual(['ALSH mercredi, 3-6 ans', null, []])
    const tariffs = () => town.client.prices.tariffs()
    const starts = async () =>
      (await tariffs()).flatMap(({ name, versions }) => versions.map(({ from }) => `${name} ${from}`)).toSorted()
    const known = await starts()
    await copyOne(copy)
    expect(await starts()).toEqual([...known, `ALSH mercredi, 3-6 ans ${copy?.moved.from}`].toSorted())
    // The drafts of this year are those of before.
    expect(await draftsOfDecember(2026)).toEqual(before)
    const [made] = await town.client.activities.periods({ activityId: town.activity(young) })
    town.clock.set('2027-11-10')
    for (const { name, bookings } of sameNextYear) {
      const id = await registerIn(made?.id ?? 0, name)
      const cells = ['2027-12-01', '2027-12-08'].flatMap((on, index) =>
        slotNames.flatMap((slot, bit) =>
          ((bookings[index] ?? 0) >> bit) & 1
            ? [{ registrationId: id, day: day(on), slotId: town.slot(young, slot) }]
            : [],
        ),
      )
      expect((await town.client.reservations.move({ cells, act: 'book' })).refused).toEqual([])
    }
    expect(await draftsOfDecember(2027)).toEqual(before)
    const acts = town.store.statement(`select id from act where kind = 'year.copy'`).pluck().all() as number[]
    expect(acts).toHaveLength(1)
  })

  it('next year is not copied while one tariff cannot say the prices of both, with the rule or the activity named', async () => {
    await open(sameNextYear)
    await join()
    await ended(town.client.year.importCalendar(calendarFile(nextYear)))
    const obstacle = async () =>
      (await town.client.year.previewCopy({ year: 2027, activityIds: null }))[0]?.obstacle?.replaceAll('\u00a0', ' ')
    const [first] = (await town.client.prices.tariffs()).filter(({ name }) => name === 'ALSH mercredi, 3-6 ans')
    const [version] = first?.versions ?? []
    if (!first || !version) throw new Error('the town has the tariff')
    const definition = { ...version.definition, minimum: { cents: 500 } }
    const saved = { tariffId: first.id, from: day('2027-01-01'), definition }
    const { versions } = await town.client.prices.saveVersion(saved)
    expect(await obstacle()).toBe(
      '« ALSH mercredi, 3-6 ans » et « ALSH mercredi, 7-11 ans » diffèrent autrement que par leurs prix (le minimum de facturation) : donnez d’abord à « ALSH mercredi, 3-6 ans », à partir de cette année, un prix pour le groupe « 6-11 ans ».',
    )
    const facts = factsOf(town.store)
    const [copy] = await town.client.year.previewCopy({ year: 2027, activityIds: null })
    await expect(copyOne(copy)).rejects.toMatchObject({ data: { sentence: expect.stringMatching(/minimum/) } })
    expect(factsOf(town.store)).toEqual(facts)
    await town.client.prices.removeVersion({ id: versions.at(-1)?.id ?? 0 })
    await anActivity('Étude')(town)
    await town.client.prices.attach({ activityId: town.activity('Étude'), tariffId: first.id })
    expect(await obstacle()).toMatch(/^« ALSH mercredi, 3-6 ans » est aussi le tarif de « Étude »/)
  })

  it('a child of the other group is still refused in a period of before, with its ages', async () => {
    await open()
    await join()
    await expect(
      town.client.registrations.ask({
        childId: town.child('Zoé'),
        familyId: town.family('Zoé'),
        periodId: town.period(periodOf(young, 2026)),
        startDay: day('2026-12-01'),
        endDay: day('2027-06-30'),
        typicalWeek: [],
        overrideReason: '',
        accepted: true,
      }),
    ).rejects.toMatchObject({ data: { sentence: expect.stringMatching(/de 3 à 5.ans/) } })
  })
})
