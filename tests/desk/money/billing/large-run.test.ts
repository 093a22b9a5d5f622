import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Core } from '../../../../main/desk/core.ts'
import { discardRun, issue, listRuns, readDrafts, startRun } from '../../../../main/desk/invoicing/invoicing.ts'
import { familiesPerAnswer } from '../../../../main/desk/invoicing/long-work.ts'
import type { LongWorkTools } from '../../../../main/desk/progress.ts'
import { checkFile } from '../../../../main/store/checking/check.ts'
import { reservation } from '../../../../main/store/schema/index.ts'
import { systemActor } from '../../../../main/store/store.ts'
import { fillBenchTown } from '../../../support/towns/bench-town.ts'
import { october, opened, tools, worker } from '../../../support/works/desk-works.ts'

const homes = 40

const inTown = async (work: (core: Core) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'large-run-'))
  try {
    await opened(join(folder, 'data'), async (core) => {
      fillBenchTown(core, homes, 14)
      await work(core)
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The content of all drafts, and what is stored about their months. */
const drafted = ({ store }: Core) => ({
  drafts: store
    .statement(
      `select family_id, month, kind, total_cents, verdict, journal, set_aside, paper, span_revision,
        (select json_group_array(json_array(child_id, activity_id, label, quantity, total_cents, days, reservation_ids))
          from invoice_line line where line.invoice_id = invoice.id) as lines
      from invoice order by family_id`,
    )
    .all(),
  spans: store.statement('select family_id, month, revision, checked_revision, takes from billing_span').all(),
})

const alone = (core: Core) => startRun(core, worker, october, tools)
const withThread = (core: Core, also: Partial<LongWorkTools> = {}) =>
  startRun(core, worker, october, { ...tools, ...also, threadFrom: 1 })

/** Frees a day of every home except those of the first answer. */
const freeDays = ({ store }: Core) => {
  const cells = store
    .statement(
      `select max(reservation.id) from reservation join registration on registration.id = registration_id
      where registration.family_id > ${familiesPerAnswer} and held = 'confirmed' group by registration.family_id`,
    )
    .pluck()
    .all() as number[]
  store.act(systemActor, 'families.change', 'Des jours libérés', (write) =>
    write.updateMany(reservation, cells, { held: 'none' }),
  )
}

describe('a large run, which another thread prices', () => {
  it('gives the drafts that a small one gives', () =>
    inTown(async (core) => {
      const run = await withThread(core)
      const found = drafted(core)
      expect(found.drafts).toHaveLength(homes)
      const discarding = discardRun(core, worker, run.id)
      expect(listRuns(core)).toEqual([])
      await expect(readDrafts(core, run.id)).rejects.toThrow('n’existe plus')
      await expect(issue(core, worker, { runId: run.id, ids: null }, tools)).rejects.toThrow('est en cours')
      await discarding
      await alone(core)
      expect(drafted(core)).toEqual(found)
    }))

  it('prices again what has changed since the thread read it', () =>
    inTown(async (core) => {
      let isFirst = true
      const onProgress = () => {
        if (isFirst) freeDays(core)
        isFirst = false
      }
      const run = await withThread(core, { onProgress })
      const found = drafted(core)
      await discardRun(core, worker, run.id)
      await alone(core)
      expect(drafted(core)).toEqual(found)
    }))

  it('leaves nothing when it is stopped, and starts again to the same drafts', () =>
    inTown(async (core) => {
      const stopping = new AbortController()
      const stopped = withThread(core, { signal: stopping.signal, onProgress: () => stopping.abort() })
      await expect(stopped).rejects.toThrow('aborted')
      expect(drafted(core).drafts).toEqual([])
      expect(core.store.statement('select count(*) from invoice_run').pluck().get()).toBe(0)
      expect(checkFile(core.store.sqlite)).toEqual([])
      const run = await withThread(core)
      const found = drafted(core)
      await discardRun(core, worker, run.id)
      await alone(core)
      expect(drafted(core)).toEqual(found)
    }))
})
