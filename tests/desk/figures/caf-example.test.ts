import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Desk, openDesk } from '../../../main/app/desk.ts'
import { type CountedHours, countHours, readHours } from '../../../main/desk/figures/hours.ts'
import { systemActor } from '../../../main/store/acts/acts.ts'
import { child } from '../../../main/store/schema/index.ts'
import type { CafFilter } from '../../../shared/contract/desk/figures.ts'
import { ageOn, type Day, type Month, minutesOf, type TimeOfDay } from '../../../shared/rules/calendar/day.ts'
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

/** Every slot in which a child was in September, read without what « Chiffres » reads it with. */
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

/** The rules of the example town, said once more: 9 h and 4 h around school and on Wednesdays, 8 h and 4 h in holidays. */
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

  it('are what stands behind each figure, whichever is chosen', async () => {
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

  it('are written in the order of the declaration, as a sheet and on paper', async () => {
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
