import { fork } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import {
  closeSync,
  cpSync,
  existsSync,
  fsyncSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { openDesk } from '../../../main/app/desk.ts'
import type { Core } from '../../../main/desk/core.ts'
import { issue, startRun } from '../../../main/desk/invoicing/invoicing.ts'
import { promise, saveThirdParty } from '../../../main/desk/payers/payers.ts'
import { systemActor } from '../../../main/store/acts/acts.ts'
import { reservation } from '../../../main/store/schema/index.ts'
import { dataFileName } from '../../../main/store/store.ts'
import { day, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { fillBenchTown, giveGroupPrices } from '../../support/towns/bench-town.ts'
import { anAidInput, aThirdPartyInput } from '../../support/towns/payers.ts'

export type RunFigures = {
  /** Seconds to price, draft and issue. */
  readonly seconds: number
  readonly draftSeconds: number
  readonly issueSeconds: number
  /** The longest time in milliseconds that the writer blocked other requests. */
  readonly longestBlock: number
  /** The same rows written by raw statements in one transaction, without pricing, audit or hashes. */
  readonly baselineSeconds: number
  readonly lines: number
  /** The most memory that the process has used so far. */
  readonly megabytes: number
}

export const run500 = (): Promise<RunFigures> => inTown((core) => fillBenchTown(core, 500), billed)
export const run1000 = (): Promise<RunFigures> => inTown((core) => fillBenchTown(core, 1000), billed)

/** One home in ten has an aid that a third party pays. */
export const run500Aids = (): Promise<RunFigures> =>
  inTown((core) => {
    fillBenchTown(core, 500)
    const { id: ccas } = saveThirdParty(core, person, aThirdPartyInput('CCAS'))
    const beneficiaries = Array.from({ length: 50 }, (_, index) => ({ familyId: 10 * (index + 1), childId: null }))
    promise(core, person, { aid: anAidInput(ccas), beneficiaries })
  }, billed)

/** Every price is that of the child's group on each day. */
export const run500Groups = (): Promise<RunFigures> =>
  inTown((core) => {
    fillBenchTown(core, 500)
    giveGroupPrices(core)
  }, billed)

const person = { ...systemActor, roles: [] }
const october = { from: day('2026-10-01'), to: day('2026-10-31'), activityIds: null, familyIds: null }
const work = { signal: new AbortController().signal, onProgress: () => undefined }

const inTown = async <Figures>(
  fill: (core: Core) => void,
  measure: (core: Core) => Promise<Figures>,
  dataDir?: string,
): Promise<Figures> => {
  const folder = mkdtempSync(join(tmpdir(), 'run-bench-'))
  const now = instantOf(day('2026-11-02'), timeOfDay('10:00'))
  const exampleDir = join(folder, 'example')
  const desk = await openDesk({ dataDir: dataDir ?? join(folder, 'data'), exampleDir, clock: () => now })
  try {
    fill(desk.core)
    desk.core.store.sqlite.pragma('wal_checkpoint(truncate)')
    return await measure(desk.core)
  } finally {
    await desk.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Drafts October and issues it. */
export const billed = async (core: Core): Promise<RunFigures> => {
  const families = core.store.statement('select count(*) from family').pluck().get() as number
  const watch = watchingTheLoop()
  const started = performance.now()
  const run = await startRun(core, person, october, work)
  const drafted = performance.now()
  const ids = draftIds(core, run.id)
  // Staff issue by another call, which runs in a later turn of the event loop.
  await new Promise(setImmediate)
  const { issued } = await issue(core, person, { runId: run.id, ids }, work)
  const ended = performance.now()
  const longestBlock = await watch.stop()
  const megabytes = process.resourceUsage().maxRSS / 1000
  if (issued !== families) throw new Error(`${issued} invoices issued for ${families} families`)
  return {
    seconds: (ended - started) / 1000,
    draftSeconds: (drafted - started) / 1000,
    issueSeconds: (ended - drafted) / 1000,
    longestBlock,
    baselineSeconds: barely(core),
    lines: core.store.statement('select count(*) from invoice_line').pluck().get() as number,
    megabytes,
  }
}

/** Bills October for 500 homes; ten of them free a day; then October is run again. */
export const runAgain = (): Promise<{ readonly milliseconds: number; readonly baselineMilliseconds: number }> =>
  inTown(
    (core) => fillBenchTown(core, 500),
    async (core) => {
      const { store } = core
      const run = await startRun(core, person, october, work)
      await issue(core, person, { runId: run.id, ids: draftIds(core, run.id) }, work)
      const freed = store
        .statement(
          `select min(reservation.id) from reservation join registration on registration.id = registration_id
          where family_id % 50 = 0 and held = 'confirmed' group by family_id`,
        )
        .pluck()
        .all() as number[]
      store.act(person, 'families.change', 'Des jours libérés', (write) =>
        write.updateMany(reservation, freed, { held: 'none' }),
      )
      const started = performance.now()
      const again = await startRun(core, person, october, work)
      const milliseconds = performance.now() - started
      if (again.drafts !== freed.length) throw new Error(`${again.drafts} drafts for ${freed.length} changed homes`)
      return { milliseconds, baselineMilliseconds: 1000 * barely(core, again.id) }
    },
  )

const largeTown = { families: 20_000, bookings: 935_000 / 20_000 }

/**
 * Runs in a process of its own, to measure the memory of the run alone, on a town that is filled once on this computer.
 */
export const run20000 = async (): Promise<RunFigures> => {
  const folder = mkdtempSync(join(tmpdir(), 'run-bench-'))
  try {
    cpSync(await filledOnce(largeTown), folder, { recursive: true })
    flushToDisk(join(folder, 'data', dataFileName))
    const child = fork(import.meta.filename, [join(folder, 'data')])
    return await new Promise((done, fail) => {
      child.on('message', (figures: RunFigures) => done(figures)).on('error', fail)
      child.on('exit', (code) => fail(new Error(`the run ended with ${code}`)))
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Otherwise the run's first checkpoint waits until the disk has the whole copy. */
const flushToDisk = (path: string) => {
  const file = openSync(path, 'r+')
  fsyncSync(file)
  closeSync(file)
}

/** @returns a folder to copy, with the data and its key. A change of the schema or of the town makes a new one. */
const filledOnce = async ({ families, bookings }: typeof largeTown): Promise<string> => {
  const root = resolve(import.meta.dirname, '../../..')
  const hash = createHash('sha256').update(`${families} ${bookings}`)
  for (const path of [...globSync('main/store/migrations/*.sql', { cwd: root }), 'tests/support/towns/bench-town.ts'])
    hash.update(readFileSync(join(root, path)))
  const cache = join(root, 'node_modules/.cache')
  const kept = join(cache, `bench-town-${hash.digest('hex').slice(0, 16)}`)
  if (!existsSync(kept)) {
    mkdirSync(cache, { recursive: true })
    const own = `${kept}.${randomUUID()}`
    await inTown(
      (core) => fillBenchTown(core, families, bookings),
      async () => undefined,
      join(own, 'data'),
    )
    renameSync(own, kept)
  }
  return kept
}

const draftIds = ({ store }: Core, runId: number): number[] =>
  store.statement('select id from invoice where run_id = ? order by id').pluck().all(runId) as number[]

/** Writes the rows of the run again by the fastest raw statements. */
const barely = ({ store: { sqlite } }: Core, runId?: number): number => {
  const ofRun = runId === undefined ? '' : `where run_id = ${runId}`
  const invoices = sqlite.prepare(`select * from invoice ${ofRun}`).raw().all()
  const lines = sqlite
    .prepare(`select * from invoice_line where invoice_id in (select id from invoice ${ofRun})`)
    .raw()
    .all()
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
    const cells = sqlite.prepare(
      `select value from invoice_line, json_each(reservation_ids) where invoice_id in (select id from invoice ${ofRun})`,
    )
    for (const id of cells.pluck().all()) mark.run(id)
  })()
  return (performance.now() - started) / 1000
}

/** Measures the longest time between two turns of the event loop. */
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

if (process.send && import.meta.main) {
  const [dataDir] = process.argv.slice(2)
  const figures = await inTown(() => undefined, billed, dataDir)
  process.send(figures, () => process.disconnect())
}
