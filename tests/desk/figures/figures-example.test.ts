import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Desk, openDesk } from '../../../main/app/desk.ts'
import { type CountedHours, countHours, readHours } from '../../../main/desk/figures/hours.ts'
import { readXlsx } from '../../../main/documents/spreadsheets/xlsx.ts'
import { systemActor } from '../../../main/store/acts/acts.ts'
import { child } from '../../../main/store/schema/index.ts'
import type { CafFilter } from '../../../shared/contract/desk/figures/figures.ts'
import type { FiguresTable } from '../../../shared/contract/desk/figures/figures-tables.ts'
import {
  addDays,
  ageOn,
  type Day,
  day,
  type Month,
  minutesOf,
  type TimeOfDay,
  today,
} from '../../../shared/rules/calendar/day.ts'
import { attendanceSteps, incomeSteps, peopleSteps, shareOf } from '../../../shared/rules/figures/figures-table.ts'
import { waitingDays } from '../../../shared/rules/figures/mayor-page.ts'
import { clientOf } from '../../support/desk.ts'
import { copyExampleTown, exampleNow } from '../example-made.ts'

let folder: string
let desk: Desk
let client: ReturnType<typeof clientOf>
beforeAll(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'chiffres-')), 'ville')
  await copyExampleTown(folder)
  desk = await openDesk({ dataDir: `${folder}-service`, exampleDir: folder, demo: true, clock: () => exampleNow })
  client = clientOf(desk)
  await client.staff.session()
}, 240_000)
afterAll(async () => {
  await desk.close()
  rmSync(dirname(folder), { recursive: true, force: true })
})

const september = { from: '2026-09' as Month, to: '2026-09' as Month }

type Cell = {
  childId: number
  name: string
  birth: Day
  activity: string
  day: Day
  start: TimeOfDay
  end: TimeOfDay
  isMeal: 0 | 1
}

/** All slots that children attended in September, read without the code of « Chiffres ». */
const cells = () =>
  desk.core.store
    .statement(
      `select child.id childId, first_name || ' ' || last_name name, birth_day birth, activity.name activity, day,
        slot.start, slot."end", is_meal isMeal
      from attendance join reservation on reservation.id = reservation_id join registration on registration.id = registration_id
      join child on child.id = child_id join slot on slot.id = slot_id join activity on activity.id = slot.activity_id
      where mark = 'present' and day like '2026-09-%' and activity.supervision <> 'none'`,
    )
    .all() as Cell[]

/**
 * The rules of the example town, written again: 9 h and 4 h around school and on Wednesdays, 8 h and 4 h in the
 * holidays.
 */
const minutesOfDay = (slots: readonly Cell[]): number => {
  const most = slots.every(({ activity }) => /vacances|jeunes/.test(activity)) ? 480 : 540
  const lasting = (some: readonly Cell[]) => some.map(({ start, end }) => minutesOf(end) - minutesOf(start))
  const care = lasting(slots.filter(({ isMeal }) => isMeal === 0))
  const all = lasting(slots).reduce((sum, one) => sum + one, 0)
  if (care.length < 2) return Math.min(all, 240)
  return care.length === slots.length
    ? Math.min(
        most,
        care.reduce((sum, one) => sum + Math.min(one, 240), 0),
      )
    : Math.min(most, all)
}

const lastAct = () => desk.core.store.statement('select max(id) from act').pluck().get() as number

const sorted = (found: CountedHours | undefined) => (found?.rows ?? []).map((row) => JSON.stringify(row)).toSorted()

describe('the hours of September in the example town', () => {
  it('are those counted by hand for three children', async () => {
    const figure = { ...september, siteId: null, scheme: null, accueil: 'ALSH mercredi', measure: 'done' as const }
    const { children } = await client.figures.cafDetail({ ...figure, ageGroup: 'under6' })
    const hoursOf = (name: string) => (children.find((child) => child.name === name)?.minutes ?? Number.NaN) / 60
    // Four whole days of 9 h, and on the 30th the meal and the afternoon alone: 4 h.
    expect(hoursOf('Marchand Louison')).toBe(4 * 9 + 4)
    // Five mornings of 4 h 30, each counted 4 h. Basile is 6 on 2 October.
    expect(hoursOf('Marchand Basile')).toBe(5 * 4)
    // On the 2nd without the meal, two half-days of 4 h, then four whole days.
    expect(hoursOf('Morel Louis')).toBe(2 * 4 + 4 * 9)
  })

  it('are the sum of all children, recomputed child by child and day by day', async () => {
    const { rows, children } = await client.figures.caf(september)
    const days = [...Map.groupBy(cells(), ({ childId, activity, day }) => `${childId} ${activity} ${day}`).values()]
    const byAge = (age: (years: number) => boolean) =>
      days
        .filter(([first]) => first && age(ageOn(first.birth, first.day).years))
        .reduce((sum, slots) => sum + minutesOfDay(slots), 0)
    const told = (group: string) =>
      rows.filter(({ ageGroup }) => ageGroup === group).reduce((sum, { done }) => sum + done, 0)
    expect(told('under6')).toBe(byAge((years) => years < 6))
    expect(told('from6')).toBe(byAge((years) => years >= 6 && years < 12))
    expect(told('from12')).toBe(byAge((years) => years >= 12 && years < 18))
    expect(children).toBe(new Set(cells().map(({ childId }) => childId)).size)
  })

  it('equal the sum of the days listed behind each figure', async () => {
    const { rows } = await client.figures.caf(september)
    for (const { accueil, ageGroup, done, booked, billed, childDays } of rows) {
      const figure = { ...september, accueil, ageGroup }
      const detail = await client.figures.cafDetail({ ...figure, measure: 'done' })
      expect([detail.minutes, detail.childDays]).toEqual([done, childDays])
      expect(detail.children.reduce((sum, { minutes }) => sum + minutes, 0)).toBe(done)
      expect(detail.days.reduce((sum, { minutes }) => sum + minutes, 0)).toBe(done)
      expect((await client.figures.cafDetail({ ...figure, measure: 'booked' })).minutes).toBe(booked)
      expect((await client.figures.cafDetail({ ...figure, measure: 'billed' })).minutes).toBe(billed)
    }
  })

  it('add up to the year, by month and by scheme, read by this thread or by others', async () => {
    const { rows } = await client.figures.caf(september)
    const done = rows.reduce((sum, row) => sum + row.done, 0)
    const { months } = await client.figures.cafYear({ year: 2026 })
    const month = months.find((one) => one.month === '2026-09')
    expect(Object.values(month?.groups ?? {}).reduce((sum, one) => sum + one, 0)).toBe(done)
    const ofSchemes = await Promise.all(
      (['general', 'agricultural', 'other', 'unknown'] as const).map((scheme) =>
        client.figures.caf({ ...september, scheme }),
      ),
    )
    expect(ofSchemes.flatMap((one) => one.rows).reduce((sum, row) => sum + row.done, 0)).toBe(done)
    const filter = { ...september, siteId: null, scheme: null }
    const [byThreads, here] = [await readHours(desk.core.store, filter, 0), await readHours(desk.core.store, filter)]
    expect(sorted(byThreads.get(filter.from))).toEqual(sorted(here.get(filter.from)))
  })

  it('are kept month by month, and read again where a mark, its undoing or a child changes them', async () => {
    const { store } = desk.core
    const autumn = { from: '2026-09', to: '2026-11', siteId: null, scheme: null } as CafFilter
    const anew = async () => [...(await readHours(store, autumn)).values()].flatMap(sorted).toSorted()
    const isAsReadAnew = async () => expect(sorted(await countHours(store, autumn))).toEqual(await anew())
    await isAsReadAnew()
    const cell = store
      .statement(
        `select registration_id as registrationId, day, slot_id as slotId from reservation join attendance on reservation_id = reservation.id
        where day like '2026-11-%' and mark = 'present' order by reservation.id limit 1`,
      )
      .get() as { registrationId: number; day: Day; slotId: number }
    const before = sorted(await countHours(store, autumn))
    await client.attendance.mark({ cells: [cell], mark: null })
    expect(sorted(await countHours(store, autumn))).not.toEqual(before)
    await isAsReadAnew()
    await client.history.undo({ actId: lastAct(), told: false })
    await isAsReadAnew()
    store.act(systemActor, 'families.child', 'Naissance', (write) =>
      write.update(child, 1, { birthDay: '2019-01-01' as Day }),
    )
    await isAsReadAnew()
  })

  it('are written in the order of the declaration, as a spreadsheet and on paper', async () => {
    const { rows } = await client.figures.caf(september)
    expect([...new Set(rows.map(({ kind }) => kind))]).toEqual(['periscolaire', 'extrascolaire'])
    const sheet = await client.figures.cafFile({ ...september, format: 'xlsx' })
    expect(sheet.name).toBe('heures-caf-2026-09-2026-09.xlsx')
    const paper = await client.figures.cafFile({ ...september, format: 'pdf' })
    expect(
      Buffer.from(await paper.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-')
  })
})

/* Compares figures of two screens that count the same thing. */

const on = today(() => exampleNow)
const valueOf = ({ columns, rows, total }: FiguresTable, column: string, row?: string): number => {
  const at = columns.findIndex(({ key }) => key === column)
  const values = row === undefined ? total : rows.find(({ key }) => key === row)?.values
  return values?.[at] ?? 0
}
const sumOf = (table: FiguresTable, column: string): number =>
  table.rows.reduce((sum, { key }) => sum + valueOf(table, column, key), 0)

describe('« Fréquentation »', () => {
  const asked = { view: 'attendance' as const, from: day('2026-09-01'), to: addDays(on, 20) }

  it('counts, activity by activity, whom the day sheet expects and has marked', async () => {
    const sheets = await client.attendance.day({ day: on })
    const table = await client.figures.service({ ...asked, from: on, to: on, by: 'activity' })
    expect(sheets.length).toBeGreaterThan(0)
    for (const { activityId, expected, present } of sheets) {
      expect([valueOf(table, 'booked', String(activityId)), valueOf(table, 'present', String(activityId))]).toEqual([
        expected,
        present,
      ])
    }
    const expected = table.rows.filter(({ key }) => valueOf(table, 'present', key) || valueOf(table, 'booked', key))
    expect(expected).toHaveLength(sheets.length)
  })

  it('has the same total for every grouping, and equal to the rows behind each figure', async () => {
    const byDay = await client.figures.service({ ...asked, by: 'day' })
    for (const by of attendanceSteps.filter((step) => step !== 'group')) {
      const table = await client.figures.service({ ...asked, by })
      for (const column of ['present', 'booked', 'absent', 'toMark', 'waiting', 'taken', 'places']) {
        expect(valueOf(table, column), `${by} ${column}`).toBe(valueOf(byDay, column))
        expect(sumOf(table, column), `${by} ${column}`).toBe(valueOf(byDay, column))
      }
      for (const { key } of table.rows)
        expect(valueOf(table, 'share', key), `${by} ${key}`).toBe(
          shareOf(valueOf(table, 'taken', key), valueOf(table, 'places', key)) ?? 0,
        )
      const row = table.rows.at(-2)?.key ?? ''
      for (const column of table.opens) {
        const behind = await client.figures.serviceBehind({ asked: { ...asked, by }, row, column })
        expect(
          behind.rows.reduce((sum, { value }) => sum + Number(value), 0),
          `${by} ${row} ${column}`,
        ).toBe(valueOf(table, column, row))
      }
    }
  })
})

describe('« Familles »', () => {
  it('counts every registered child once, however they are cut', async () => {
    for (const by of peopleSteps) {
      const asked = { view: 'people' as const, on, by }
      const table = await client.figures.service(asked)
      const all = await client.figures.serviceBehind({ asked, row: '', column: 'children' })
      expect(all.total).toBe(valueOf(table, 'children'))
      expect(table.rows.length).toBeGreaterThan(1)
      for (const { key } of table.rows) {
        const behind = await client.figures.serviceBehind({ asked, row: key, column: 'families' })
        expect(behind.total).toBe(valueOf(table, 'families', key))
      }
    }
  })
})

describe('« Recettes »', () => {
  it('is what the closings of the same days count, whatever it is cut by', async () => {
    const { closed } = await client.closings.read({ regieId: 1 })
    const [month] = closed.filter(({ kind }) => kind === 'month')
    if (!month) throw new Error('no month is closed')
    const { from, to, statement } = month
    const received = statement.received.reduce((sum, { cents }) => sum + cents, 0)
    expect(received).toBeGreaterThan(0)
    for (const by of incomeSteps) {
      const asked = { from, to, by }
      const table = await client.figures.income(asked)
      expect(valueOf(table, 'received'), `by ${by}`).toBe(received)
      expect(sumOf(table, 'received'), `by ${by}`).toBe(received)
      const behind = await client.figures.incomeBehind({ asked, row: table.rows[0]?.key ?? '', column: 'received' })
      expect(behind.total, `by ${by}`).toBeGreaterThan(0)
    }
    const byNature = await client.figures.income({ from, to, by: 'nature' })
    for (const { nature, cents } of statement.received)
      expect(byNature.rows.find(({ key }) => key.endsWith(nature))?.values[0]).toBe(cents)
  })

  it('is the journal of the régie, of a day on which a payment is cancelled too', async () => {
    const [one] = (await client.payments.day({ day: day('2026-11-24'), regieId: 1 })).payments
    if (!one) throw new Error('nothing was paid that day')
    await client.payments.cancel({ id: one.id, reason: 'Chèque perdu' })
    const journal = await client.payments.journal({
      regieId: 1,
      from: day('2026-11-01'),
      to: on,
      means: null,
      format: 'csv',
    })
    const lines = (await journal.text())
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(';'))
    const told = lines.reduce(
      (sum, cells) => sum + (cells[7] ? 0 : Math.round(Number((cells[6] ?? '0').replace(',', '.')) * 100)),
      0,
    )
    const table = await client.figures.income({ from: day('2026-11-01'), to: on, by: 'means' })
    expect(valueOf(table, 'received')).toBe(told)
  })
})

describe('« Impayés »', () => {
  it('is the list of that name, band by band, and what « Accueil » says that families owe', async () => {
    const { bands } = await client.recovery.unpaid({ regieId: 1 })
    const table = await client.figures.unpaid({ by: 'age' })
    for (const [at, { debts, cents }] of bands.entries())
      expect([valueOf(table, 'debts', String(at)), valueOf(table, 'unpaid', String(at))]).toEqual([debts, cents])
    const byActivity = await client.figures.unpaid({ by: 'activity' })
    expect(sumOf(byActivity, 'unpaid')).toBe(valueOf(table, 'unpaid'))
    expect(sumOf(byActivity, 'before')).toBe(valueOf(table, 'before'))
    const behind = await client.figures.unpaidBehind({ asked: { by: 'age' }, row: '', column: 'unpaid' })
    expect(behind.total).toBeGreaterThan(0)
    const ofFamilies = behind.rows.filter(({ familyId }) => familyId !== null)
    const { money } = await client.home.today()
    expect(money?.overdueFamilies).toBe(ofFamilies.length)
    // No third party of the example owes anything: what families owe is all.
    expect(ofFamilies).toHaveLength(behind.total)
    expect(money?.overdueCents).toBe(valueOf(table, 'unpaid'))
  })
})

describe('« Page du maire »', () => {
  it('has the figures of the other tabs, on one page', async () => {
    const page = await client.figures.mayor({ year: 2026 })
    const days = { from: page.from, to: page.to }
    expect(days).toEqual({ from: '2026-01-01', to: '2026-10-31' })
    const figure = (key: string) => page.figures.find((one) => one.key === key)?.now
    const attendance = await client.figures.service({ view: 'attendance', ...days, by: 'month' })
    expect(page.months.reduce((sum, { now }) => sum + now, 0)).toBe(valueOf(attendance, 'present'))
    expect(figure('share')).toBe(valueOf(attendance, 'share'))
    const behind = async (asked: { from: Day; to: Day }, column: string) =>
      (await client.figures.serviceBehind({ asked: { view: 'attendance', ...asked, by: 'month' }, row: '', column }))
        .total
    expect(figure('children')).toBe(await behind(days, 'present'))
    expect(figure('waiting')).toBe(await behind(waitingDays(on), 'waiting'))
    const waiting = desk.core.store.statement(
      `select count(distinct child_id) from reservation join registration on registration.id = registration_id
      where held = 'waitlisted' and day > ?`,
    )
    expect(figure('waiting')).toBe(waiting.pluck().get(on))
    const { months } = await client.figures.cafYear({ year: 2026 })
    const hours = months.filter(({ month }) => month <= '2026-10').flatMap(({ groups }) => Object.values(groups))
    expect(figure('hours')).toBe(hours.reduce((sum, one) => sum + one, 0))
    expect(figure('income')).toBe(valueOf(await client.figures.income({ ...days, by: 'means' }), 'received'))
    expect(figure('unpaid')).toBe(valueOf(await client.figures.unpaid({ by: 'age' }), 'unpaid'))
    const paper = Buffer.from(await (await client.figures.mayorFile({ year: 2026, format: 'pdf' })).arrayBuffer())
    expect(paper.toString('latin1').match(/\/Type \/Page\b/g)).toHaveLength(1)
    await expect(client.figures.mayor({ year: 2027 })).rejects.toMatchObject({
      data: { sentence: 'Cette année n’a pas commencé.' },
    })
  })
})

const rounded = (value: number) => Math.round(value * 100) / 100

const numbersIn = (rows: readonly (readonly string[])[], from: number) =>
  rows
    .slice(1)
    .map((row) => (rows[0] ?? []).slice(from).map((_, at) => row[from + at]?.replace(',', '.') ?? ''))
    .map((cells) => cells.map((cell) => (cell === '' ? null : rounded(Number(cell)))))

const inUnit = (value: number | null, unit: string) =>
  value === null ? null : rounded(value / (unit === 'euros' ? 100 : unit === 'hours' ? 60 : 1))

describe('the mayor’s page as a spreadsheet', () => {
  it('has the same numbers as the page', async () => {
    const page = await client.figures.mayor({ year: 2026 })
    const file = await client.figures.mayorFile({ year: 2026, format: 'xlsx' })
    const bytes = new Uint8Array(await file.arrayBuffer())
    const sheet = async (name: string) => (await readXlsx(bytes, name, 100)).rows
    const { sheets } = await readXlsx(bytes, '', 100)
    expect(numbersIn(await sheet(sheets[0] ?? ''), 3)).toEqual(
      page.figures.map(({ now, before, unit }) => [inUnit(now, unit), inUnit(before, unit)]),
    )
    expect(numbersIn(await sheet('Présences par mois'), 1)).toEqual(page.months.map(({ now, before }) => [now, before]))
    expect(numbersIn(await sheet('Présences par activité'), 1)).toEqual(
      page.activities.map(({ present, share, before }) => [present, share, before, present - before]),
    )
  })
})

const mealsByHand = (from: Day, to: Day) =>
  desk.core.store
    .statement(
      `select count(*) from reservation join slot on slot.id = slot_id
      where is_meal = 1 and held = 'confirmed' and day between ? and ?`,
    )
    .pluck()
    .get(from, to)

describe('« Prévision »', () => {
  const span = { from: day('2026-11-10'), to: day('2027-01-05') }
  const months = { from: day('2026-11-01'), to: day('2027-01-31') }

  it('expects the children of « Fréquentation » and the meals of the kitchen, by whole months', async () => {
    const { months: found, activities, total } = await client.figures.expected(span)
    const attendance = await client.figures.service({ view: 'attendance', ...months, by: 'month' })
    expect(found.map(({ month, booked, waiting, before }) => [month, booked, waiting, before])).toEqual(
      attendance.rows.map(({ key }) => [
        key,
        valueOf(attendance, 'booked', key),
        valueOf(attendance, 'waiting', key),
        valueOf(attendance, 'before', key),
      ]),
    )
    expect(found.find(({ month }) => month === '2026-12')?.meals).toBe(
      mealsByHand(day('2026-12-01'), day('2026-12-31')),
    )
    expect(total.meals).toBe(mealsByHand(months.from, months.to))
    expect(total.meals).toBeGreaterThan(0)
    expect(activities.reduce((sum, { meals }) => sum + meals, 0)).toBe(total.meals)
  })

  it('is saved with them, as a spreadsheet and on paper', async () => {
    const { total } = await client.figures.expected(months)
    const file = await client.figures.forecastFile({ ...span, format: 'xlsx' })
    expect(file.name).toBe('prevision-2026-11-2027-01.xlsx')
    for (const by of ['mois', 'activité']) {
      const sheet = `Enfants et repas par ${by}`
      const { rows } = await readXlsx(new Uint8Array(await file.arrayBuffer()), sheet, 100)
      expect(rows.at(-1)).toEqual([
        'Total',
        ...[total.booked, total.before, total.meals, total.waiting].map((value) => String(value)),
      ])
    }
    const paper = await client.figures.forecastFile({ ...span, format: 'pdf' })
    expect(paper.type).toBe('application/pdf')
    expect(paper.size).toBeGreaterThan(1000)
  })
})

const refused = (sentence: string) => expect.objectContaining({ data: expect.objectContaining({ sentence }) })

describe('what is asked wrongly', () => {
  it('is refused in a sentence', async () => {
    const asked = { view: 'attendance' as const, from: on, to: on, by: 'day' as const }
    await expect(client.figures.service({ ...asked, to: addDays(on, -1) })).rejects.toEqual(
      refused('Le dernier jour est avant le premier.'),
    )
    await expect(client.figures.service({ ...asked, from: addDays(on, -400) })).rejects.toEqual(
      refused('Demandez un an au plus à la fois.'),
    )
    await expect(client.figures.service({ ...asked, activityId: 99_999 })).rejects.toEqual(
      refused('Cette activité n’existe plus.'),
    )
    await expect(client.figures.service({ ...asked, by: 'group' })).rejects.toEqual(
      refused('Choisissez une activité\u00a0: chacune a ses groupes.'),
    )
    await expect(client.figures.service({ ...asked, siteId: 99_999 })).rejects.toEqual(refused('Ce site n’existe pas.'))
    await expect(client.figures.income({ from: on, to: on, by: 'month', regieId: 99 })).rejects.toEqual(
      refused('Cette régie n’existe plus.'),
    )
    await expect(client.figures.serviceBehind({ asked, row: 'hier', column: 'present' })).rejects.toEqual(
      refused('Ce chiffre n’existe pas.'),
    )
  })
})
