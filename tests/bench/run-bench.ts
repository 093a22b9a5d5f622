import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { openDesk } from '../../main/app/desk.ts'
import type { Core } from '../../main/desk/core.ts'
import { issue, startRun } from '../../main/desk/invoicing/invoicing.ts'
import { systemActor } from '../../main/store/acts/acts.ts'
import { day, instantOf, timeOfDay } from '../../shared/rules/calendar/day.ts'
import { fillBenchTown } from '../support/towns/bench-town.ts'

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
    fillBenchTown(core, families)
    core.store.sqlite.pragma('wal_checkpoint(truncate)')
    const watch = watchingTheLoop()
    const work = { signal: new AbortController().signal, onProgress: () => undefined }
    const started = performance.now()
    const run = await startRun(
      core,
      { ...systemActor, roles: [] },
      { from: day('2026-10-01'), to: day('2026-10-31'), activityIds: null, familyIds: null },
      work,
    )
    const drafted = performance.now()
    const { issued } = await issue(
      core,
      { ...systemActor, roles: [] },
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
