import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { openDesk } from '../../main/desk/desk.ts'
import type { Core } from '../../main/desk/core.ts'
import { issue, startRun } from '../../main/desk/invoicing/invoicing.ts'
import { system, type Write } from '../../main/store/acts.ts'
import {
  activity,
  activityTariff,
  activityType,
  child,
  facility,
  family,
  familyAddress,
  familyChild,
  familyGuardian,
  familyQuotient,
  guardian,
  opening,
  organisation,
  period,
  registration,
  reservation,
  slot,
  tariff,
  tariffVersion,
} from '../../main/store/schema/index.ts'
import { addDays, day, instantOf, timeOfDay, weekday } from '../../shared/rules/day.ts'
import { eightDaysBefore } from '../../shared/rules/deadline.ts'
import { exampleCanteen, falaisePeriscolaire, falaiseWednesday3to6 } from '../../shared/rules/example-tariffs.ts'
import type { Tariff } from '../../shared/rules/tariff.ts'

/** The peer's month: 23,390 bookings in 500 invoices. */
const BOOKINGS_A_FAMILY = 23_390 / 500

export type RunFigures = {
  /** Price, draft and issue with numbers. */
  readonly seconds: number
  readonly draftSeconds: number
  readonly issueSeconds: number
  /** The longest that the writer kept everybody else waiting, milliseconds. */
  readonly longestBlock: number
  /** The same rows written by raw statements in one transaction, nothing priced, audited or sealed. */
  readonly baselineSeconds: number
  readonly lines: number
}

export const run500 = (): Promise<RunFigures> => measured(500)
export const run1000 = (): Promise<RunFigures> => measured(1000)

const measured = async (families: number): Promise<RunFigures> => {
  const folder = mkdtempSync(join(tmpdir(), 'run-bench-'))
  const now = instantOf(day('2026-11-02'), timeOfDay('10:00'))
  const desk = await openDesk({ dataDir: join(folder, 'data'), exampleDir: join(folder, 'example'), clock: () => now })
  try {
    const { core } = desk
    fill(core, families)
    core.store.sqlite.pragma('wal_checkpoint(truncate)')
    const watch = watchingTheLoop()
    const work = { signal: new AbortController().signal, onProgress: () => undefined }
    const started = performance.now()
    const run = await startRun(
      core,
      { ...system, roles: [] },
      { from: day('2026-10-01'), to: day('2026-10-31'), activityIds: null, familyIds: null },
      work,
    )
    const drafted = performance.now()
    const { issued } = await issue(
      core,
      { ...system, roles: [] },
      { runId: run.id, ids: await draftIds(core, run.id) },
      work,
    )
    const ended = performance.now()
    const longestBlock = await watch.stop()
    if (issued !== families) throw new Error(`${issued} invoices issued for ${families} families`)
    const lines = core.store.statement('select count(*) from invoice_line').pluck().get() as number
    return {
      seconds: (ended - started) / 1000,
      draftSeconds: (drafted - started) / 1000,
      issueSeconds: (ended - drafted) / 1000,
      longestBlock,
      baselineSeconds: barely(core),
      lines,
    }
  } finally {
    await desk.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const draftIds = async ({ store }: Core, runId: number): Promise<number[]> =>
  store.statement('select id from invoice where run_id = ? order by id').pluck().all(runId) as number[]

/** The rows of the run again, as raw as SQLite takes them. */
const barely = ({ store: { sqlite } }: Core): number => {
  const invoices = sqlite.prepare('select * from invoice').raw().all()
  const lines = sqlite.prepare('select * from invoice_line').raw().all()
  sqlite.exec(
    'create temp table i as select * from invoice where 0; create temp table l as select * from invoice_line where 0',
  )
  const started = performance.now()
  sqlite.transaction(() => {
    for (const [name, rows] of [
      ['i', invoices],
      ['l', lines],
    ] as const) {
      const [first] = rows
      const insert = sqlite.prepare(
        `insert into temp.${name} values (${(first as unknown[]).map(() => '?').join(', ')})`,
      )
      for (const row of rows) insert.run(...(row as unknown[]))
    }
    const mark = sqlite.prepare('update reservation set surcharge_cents = surcharge_cents where id = ?')
    for (const id of sqlite.prepare('select id from reservation').pluck().all()) mark.run(id)
  })()
  return (performance.now() - started) / 1000
}

/** The longest time between two turns of the event loop. */
const watchingTheLoop = () => {
  let longest = 0
  let before = performance.now()
  let isOn = true
  const turn = () => {
    const now = performance.now()
    longest = Math.max(longest, now - before)
    before = now
    if (isOn) setImmediate(turn)
  }
  setImmediate(turn)
  return {
    async stop() {
      isOn = false
      await new Promise(setImmediate)
      return longest
    },
  }
}

/** Two children a family, garderie, cantine and Wednesdays: 46 or 47 bookings in October, no two families alike. */
const fill = ({ store }: Core, families: number): void => {
  store.act(system, 'bench.fill', 'Ville du banc d’essai', (write) => {
    write.insert(organisation, {
      id: 1,
      name: 'Espace Jeunesse',
      authority: 'Ville du banc d’essai',
      address: '1 place de la Mairie',
      postcode: '14000',
      town: 'Banc',
      residentTown: 'Banc',
      schoolZone: 'B',
      payfipNumber: '012345',
      waysToPay: 'espèces, chèque, carte',
    })
    const place = write.insert(facility, { name: 'CENTRE' }).id
    const type = write.insert(activityType, { name: 'ALSH' }).id
    const make = (name: string, slots: readonly string[], price: Tariff) => {
      const made = anActivity(write, place, type, name, slots)
      const tariffId = write.insert(tariff, { name }).id
      for (const { from, ...definition } of price.versions)
        write.insert(tariffVersion, { tariffId, fromDay: from, definition })
      write.insert(activityTariff, { activityId: made.activityId, tariffId })
      return made
    }
    const wednesdays = make('ALSH mercredi', ['Matin', 'Repas', 'Après-midi'], falaiseWednesday3to6)
    const evenings = make('Garderie du soir', ['Soir'], falaisePeriscolaire)
    const canteen = make('Restaurant scolaire', ['Repas'], exampleCanteen)
    const october = Array.from({ length: 31 }, (_, index) => addDays(day('2026-10-01'), index))
    const schoolDays = october.filter((on) => [1, 2, 4, 5].includes(weekday(on)))
    const openDays = october.filter((on) => weekday(on) === 3)
    for (const one of [wednesdays, evenings, canteen]) {
      const days = one === wednesdays ? openDays : schoolDays
      write.insertMany(
        opening,
        days.flatMap((on) =>
          one.slotIds.map((slotId) => ({ periodId: one.periodId, day: on, slotId, capacity: 10_000 })),
        ),
      )
    }
    let booked = 0
    for (let index = 0; index < families; index += 1) {
      const familyId = write.insert(family, { name: `Famille ${String(index).padStart(4, '0')}` }).id
      const guardianId = write.insert(guardian, { lastName: `Famille ${index}`, firstName: 'Camille' }).id
      write.insert(familyGuardian, { familyId, guardianId, rank: 1 })
      write.insert(familyAddress, {
        familyId,
        fromDay: day('2024-09-01'),
        line1: `${index} rue des Saules`,
        postcode: '14000',
        town: 'Banc',
        resident: index % 5 > 0,
      })
      if (index % 20 > 0)
        write.insert(familyQuotient, {
          familyId,
          fromDay: day('2026-01-01'),
          value: 150 + ((index * 37) % 1500),
          source: 'CAF',
          updatedOn: day('2026-01-01'),
        })
      const wanted = Math.round((index + 1) * BOOKINGS_A_FAMILY) - booked
      booked += wanted
      let left = wanted
      for (const [rank, name] of ['Alix', 'Noé'].entries()) {
        const childId = write.insert(child, {
          lastName: `Famille ${index}`,
          firstName: name,
          birthDay: day(`20${18 + rank}-05-0${1 + (index % 9)}`),
        }).id
        write.insert(familyChild, { familyId, childId })
        const share = rank === 0 ? Math.ceil(left / 2) : left
        left -= share
        const meals = Math.floor((share - 6) / 2)
        register(write, wednesdays, familyId, childId, openDays.slice(0, 2), 6)
        register(write, evenings, familyId, childId, schoolDays, share - 6 - meals)
        register(write, canteen, familyId, childId, schoolDays, meals)
      }
    }
  })
}

type Made = { readonly activityId: number; readonly periodId: number; readonly slotIds: readonly number[] }

const anActivity = (write: Write, facilityId: number, typeId: number, name: string, slots: readonly string[]): Made => {
  const rule = { deadline: eightDaysBefore, after: 'closed' as const }
  const activityId = write.insert(activity, { facilityId, typeId, name, bookingRule: rule, cancelRule: rule }).id
  const slotIds = slots.map(
    (slotName, position) =>
      write.insert(slot, {
        activityId,
        name: slotName,
        shortName: slotName.slice(0, 4),
        start: timeOfDay(`${10 + position}:00`),
        end: timeOfDay(`${10 + position}:45`),
        position,
      }).id,
  )
  const periodId = write.insert(period, {
    activityId,
    name: `${name} 2026/2027`,
    startDay: day('2026-09-01'),
    endDay: day('2027-07-03'),
    weekdays: [1, 2, 3, 4, 5],
    schoolHolidays: 'without',
    places: slotIds.map((slotId) => ({ slotId, capacity: 10_000 })),
  }).id
  return { activityId, periodId, slotIds }
}

const register = (
  write: Write,
  { periodId, slotIds }: Made,
  familyId: number,
  childId: number,
  days: readonly ReturnType<typeof day>[],
  count: number,
) => {
  const registrationId = write.insert(registration, {
    childId,
    familyId,
    periodId,
    state: 'accepted',
    startDay: day('2026-09-01'),
    endDay: day('2027-07-03'),
    typicalWeek: [],
    askedAt: instantOf(day('2026-06-01'), timeOfDay('09:00')),
  }).id
  const cells = days.flatMap((on) => slotIds.map((slotId) => ({ day: on, slotId }))).slice(0, count)
  if (cells.length < count) throw new Error(`${count} bookings do not fit in ${cells.length} cells`)
  write.insertMany(
    reservation,
    cells.map((cell) => ({ registrationId, periodId, ...cell, held: 'confirmed' as const })),
  )
}
