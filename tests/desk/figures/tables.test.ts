import { describe, expect, it, onTestFinished } from 'vitest'
import { monthsWritten } from '../../../main/desk/figures/hours-store.ts'
import { systemActor } from '../../../main/store/acts/acts.ts'
import { activity } from '../../../main/store/schema/index.ts'
import type { FiguresTable } from '../../../shared/contract/desk/figures/figures-tables.ts'
import { day, type Month } from '../../../shared/rules/calendar/day.ts'
import { aBillingTown } from '../../support/towns/billing.ts'
import { atFirstSite, mark } from '../../support/towns/sites.ts'
import {
  aFamily,
  anActivity,
  aPeriod,
  aRegistration,
  aTown,
  aWednesday,
  type Part,
  type Town,
} from '../../support/towns/town.ts'

const wednesdays = 'ALSH mercredi 2026/2027'

const opened = async (...parts: readonly Part[]): Promise<Town> => {
  const town = await aTown(parts).open()
  onTestFinished(() => town.close())
  return town
}

const cells = (town: Town, registrationId: number, ...days: readonly string[]) =>
  days.map((on) => ({ registrationId, day: day(on), slotId: town.slot('CLSH MERCREDI', 'Matin') }))
const came = (town: Town, registrationId: number, ...days: readonly string[]) =>
  town.client.attendance.mark({ cells: cells(town, registrationId, ...days), mark: 'present' })

/** The values of a column by the title of their rows. */
const column = ({ columns, rows }: FiguresTable, key: string) => {
  const at = columns.findIndex((one) => one.key === key)
  return Object.fromEntries(rows.map(({ title, values }) => [title, values[at]]))
}
const totalOf = ({ columns, total }: FiguresTable, key: string) => total[columns.findIndex((one) => one.key === key)]

it('a person of one site counts last year’s children who moved to another site, without their names', async () => {
  const town = await opened(
    aFamily('Marchand', { familyQuotient: 727, children: { Zoé: { birthDay: '2016-04-02' } } }),
    anActivity('CLSH MERCREDI', { supervision: 'periscolaire' }),
    aPeriod('Nord 2024/2025', 'CLSH MERCREDI', { startDay: '2024-09-04', endDay: '2025-06-25' }),
    aRegistration('Marchand', 'Zoé', 'Nord 2024/2025'),
    anActivity(`CLSH ${mark}`, { facility: `MAISON ${mark}` }),
    aPeriod(mark, `CLSH ${mark}`),
    aRegistration('Marchand', 'Zoé', mark),
  )
  const { client } = town
  const siteId = (await client.settings.saveSite({ name: `Site ${mark}` })).id
  const facility = (await client.settings.facilities()).find(({ name }) => name === `MAISON ${mark}`)
  if (!facility) throw new Error('no facility')
  await client.settings.saveFacility({ ...facility, siteId })
  await came(town, town.registration('Zoé', 'Nord 2024/2025'), '2025-03-12')
  const nord = await atFirstSite(town, ['director'])
  const march = { from: '2025-03' as Month, to: '2025-03' as Month, siteId: 1 }
  const { rows, children } = await nord.figures.caf(march)
  expect(rows).toMatchObject([{ done: 240 }])
  expect([rows, children]).toEqual([(await client.figures.caf(march)).rows, 1])
  const [row] = rows
  if (!row) throw new Error('no hours')
  const { accueil, ageGroup } = row
  expect(await nord.figures.cafDetail({ ...march, accueil, ageGroup })).toMatchObject({
    minutes: 240,
    totalChildren: 1,
    children: [],
    example: null,
  })
  const attendance = { view: 'attendance' as const, from: day('2025-03-01'), to: day('2025-03-31'), by: 'day' as const }
  expect(await nord.figures.serviceBehind({ asked: attendance, row: '', column: 'present' })).toMatchObject({
    rows: [],
    total: 1,
  })
  for (const by of ['age', 'school', 'town', 'bracket'] as const) {
    const people = { view: 'people' as const, on: day('2025-03-12'), by, siteId: 1 }
    expect((await nord.figures.service(people)).rows).toEqual((await client.figures.service(people)).rows)
    for (const what of ['children', 'families'])
      expect(await nord.figures.serviceBehind({ asked: people, row: '', column: what })).toMatchObject({
        rows: [],
        total: 1,
      })
  }
})

it('kept hours are all forgotten after more marks than are looked at', async () => {
  const town = await opened(
    aFamily('Marchand', { children: { Zoé: {} } }),
    aWednesday(),
    aRegistration('Marchand', 'Zoé', wednesdays),
  )
  await came(town, town.registration('Zoé', wednesdays), '2026-11-18')
  await came(town, town.registration('Zoé', wednesdays), '2026-09-09')
  const acts = town.store.statement(`select act_id from audit where entity = 'attendance' order by act_id`).pluck()
  const last = (acts.all() as number[]).slice(-2)
  const rows = town.store.statement(
    `select count(*) from audit where act_id in (select value from json_each(?)) and entity in ('reservation', 'attendance')`,
  )
  const written = rows.pluck().get(JSON.stringify(last)) as number
  expect(monthsWritten(town.store, last, written)).toEqual(new Set(['2026-11', '2026-09']))
  expect(monthsWritten(town.store, last, written - 1)).toBeNull()
})

describe('« Fréquentation »', () => {
  it('lists behind a group all days of a child of two homes', async () => {
    const group = { name: '6-11 ans', minimumAge: 6, maximumAge: 11, levels: null, childrenPerAdult: null }
    const town = await opened(
      aFamily('Marchand', { children: { Zoé: { birthDay: '2018-04-02' } } }),
      aFamily('Duval'),
      anActivity('CLSH MERCREDI', { groups: [group] }),
      aPeriod(wednesdays, 'CLSH MERCREDI'),
      aRegistration('Marchand', 'Zoé', wednesdays),
    )
    const first = town.registration('Zoé', wednesdays)
    await town.client.families.linkChild({ familyId: town.family('Duval'), childId: town.child('Zoé') })
    await aRegistration('Duval', 'Zoé', wednesdays)(town)
    await came(town, first, '2026-11-04')
    await came(town, town.registration('Zoé', wednesdays), '2026-11-18')
    const asked = {
      view: 'attendance' as const,
      from: day('2026-11-01'),
      to: day('2026-11-25'),
      by: 'group' as const,
      activityId: town.activity('CLSH MERCREDI'),
    }
    const [row] = (await town.client.figures.service(asked)).rows
    const behind = await town.client.figures.serviceBehind({ asked, row: row?.key ?? '', column: 'present' })
    expect(behind.rows.map(({ value }) => value)).toEqual(['2'])
  })

  it('has nothing to mark on days to come, and takes the places of who is expected today', async () => {
    const town = await opened(
      aFamily('Marchand', { children: { Zoé: {} } }),
      aWednesday(),
      aRegistration('Marchand', 'Zoé', wednesdays),
    )
    const moved = await town.client.reservations.move({
      cells: cells(town, town.registration('Zoé', wednesdays), '2026-11-18', '2026-11-25', '2026-12-09'),
      act: 'book',
      reason: { kind: 'written', text: 'Au téléphone' },
    })
    expect(moved.refused).toEqual([])
    const asked = { view: 'attendance' as const, from: day('2026-11-18'), to: day('2026-12-09'), by: 'day' as const }
    const table = await town.client.figures.service(asked)
    expect([totalOf(table, 'booked'), totalOf(table, 'toMark')]).toEqual([3, 2])
    expect(Object.values(column(table, 'share'))).toEqual([0, 2, 0, 2])
    const behind = await town.client.figures.serviceBehind({ asked, row: '', column: 'toMark' })
    expect(behind.rows.map(({ value }) => value)).toEqual(['2'])
  })

  it('says in words what had come until yesterday, with which last year is compared', async () => {
    const town = await opened(
      aFamily('Marchand', { children: { Zoé: {} } }),
      aWednesday(),
      aRegistration('Marchand', 'Zoé', wednesdays),
    )
    await came(town, town.registration('Zoé', wednesdays), '2026-11-18', '2026-11-25')
    const asked = { view: 'attendance' as const, from: day('2026-11-01'), to: day('2026-11-25') }
    const table = await town.client.figures.service({ ...asked, by: 'month' })
    expect([totalOf(table, 'present'), totalOf(table, 'change')]).toEqual([2, 1])
    expect(table.sentence).toMatch(/^1.présence, jusqu’à hier, rien un an avant\./)
    expect(table.note).toMatch(/mar. 24 nov. 2026.: 1.présence\. /)
    const ofDays = { ...asked, by: 'day' as const, activityId: town.activity('CLSH MERCREDI') }
    expect((await town.client.figures.service(ofDays)).sentence).toMatch(/; 1.présence en tout, jusqu’à hier/)
  })

  it('adds up last year row by row, with what was open then alone, and names one year for days of one', async () => {
    const lastYear = '2025/2026'
    const town = await opened(
      aFamily('Marchand', { children: { Zoé: {} } }),
      anActivity('CLSH MERCREDI'),
      aPeriod(lastYear, 'CLSH MERCREDI', { startDay: '2025-09-03', endDay: '2026-06-24' }),
      aRegistration('Marchand', 'Zoé', lastYear),
    )
    // The second is the day that today, which is not over, is compared with.
    await came(town, town.registration('Zoé', lastYear), '2025-11-19', '2025-11-26')
    const asked = { view: 'attendance' as const, from: day('2026-11-01'), to: day('2026-11-30') }
    for (const [by, title] of [
      ['day', 'En 2025'],
      ['week', 'En 2025'],
      ['month', 'Un an avant'],
    ] as const) {
      const table = await town.client.figures.service({ ...asked, by })
      expect(Object.values(column(table, 'before')).filter((value) => value !== 0)).toEqual([1])
      expect([totalOf(table, 'before'), totalOf(table, 'change')]).toEqual([1, -1])
      expect(table.note).toMatch(/^L’écart avec l’année d’avant s’arrête à hier, mar. 24 nov. 2026\s: 0\sprésence\. /)
      expect(table.columns.find(({ key }) => key === 'before')?.title).toBe(title)
    }
    const schoolYear = { ...asked, from: day('2026-09-01'), to: day('2027-06-30'), by: 'day' as const }
    const { columns } = await town.client.figures.service(schoolYear)
    expect(columns.find(({ key }) => key === 'before')?.title).toBe('Un an avant')
  })
})

it('an activity that was joined to another is counted with it', async () => {
  const town = await opened(
    aFamily('Marchand', { children: { Zoé: {} } }),
    aWednesday(),
    aRegistration('Marchand', 'Zoé', wednesdays),
    anActivity('GRANDS'),
  )
  await came(town, town.registration('Zoé', wednesdays), '2026-11-18')
  const [joinedId, id] = [town.activity('GRANDS'), town.activity('CLSH MERCREDI')]
  town.store.act(systemActor, 'activities.join', 'Réunies', (write) =>
    write.update(activity, joinedId, { joinedToId: id }),
  )
  const asked = { view: 'attendance' as const, from: day('2026-11-01'), to: day('2026-11-25'), by: 'day' as const }
  const whole = await town.client.figures.service({ ...asked, activityId: id })
  expect(totalOf(whole, 'present')).toBe(1)
  expect(await town.client.figures.service({ ...asked, activityId: joinedId })).toEqual(whole)
  const people = { view: 'people' as const, on: day('2026-11-25'), by: 'age' as const, activityId: joinedId }
  expect(totalOf(await town.client.figures.service(people), 'children')).toBe(1)
})

it('the year before is shown in this year’s brackets, even when the council changed them', async () => {
  const town = await aBillingTown().open()
  onTestFinished(() => town.close())
  await aPeriod('2025/2026', 'CLSH MERCREDI', { startDay: '2025-09-03', endDay: '2026-06-24' })(town)
  await aRegistration('Marchand', 'Louison', '2025/2026')(town)
  const [tariff] = await town.client.prices.tariffs()
  const definition = structuredClone(tariff?.versions[0]?.definition)
  if (!tariff || !definition) throw new Error('the town has a tariff')
  const [first, , , last] = definition.brackets
  if (!first || !last) throw new Error('four brackets')
  const brackets = [
    first,
    { min: 301, below: 801, label: '301–800' },
    { min: 801, below: last.min, label: '801–1100' },
    last,
  ]
  await town.client.prices.saveVersion({
    tariffId: tariff.id,
    from: day('2026-11-01'),
    definition: { ...definition, brackets },
  })
  const asked = { view: 'people' as const, on: day('2026-11-25'), by: 'bracket' as const }
  const table = await town.client.figures.service(asked)
  expect(column(table, 'before')).toEqual({ '301–800': 1, 'Quotient inconnu': 0 })
  expect(column(table, 'children')).toEqual({ '301–800': 2, 'Quotient inconnu': 1 })
})
