import { fillBenchTown } from '../../support/towns/bench-town.ts'
import { fillBooksTown } from '../../support/towns/books.ts'
import { answersDuring, atBench, type Client, slowest } from '../blocking-bench.ts'

const homes = 20_000

export type CloseFigures = {
  /** Seconds to read and close the year, after its twelve months. */
  readonly seconds: number
  /** SQLite alone: the sum of all rows of the year. */
  readonly baselineSeconds: number
  /** Seconds to read and close December. */
  readonly monthSeconds: number
  /** 99th percentile of an answer in milliseconds, meanwhile and on an idle desk; and the slowest answer. */
  readonly p99: number
  readonly nothingP99: number
  readonly longest: number
  /** The balances of all payers on a day, as CSV, with the answers meanwhile. */
  readonly balancesSeconds: number
  readonly balancesP99: number
}

/** Twelve months and the year of a régie with 20,000 homes, while other workstations work. */
export const closeYear = async (): Promise<CloseFigures> => {
  let figures: CloseFigures | undefined
  await atBench(
    async (desk, client) => {
      const { sqlite } = desk.core.store
      const began = performance.now()
      sqlite.prepare('select sum(total_cents), count(distinct nature) from invoice_line').get()
      sqlite.prepare('select means, sum(amount_cents) from payment group by means').all()
      sqlite.prepare('select sum(amount_cents) from allocation').get()
      const baselineSeconds = (performance.now() - began) / 1000
      const nothing = await answersDuring(desk, client, () => new Promise((done) => setTimeout(done, 1500)))
      let monthSeconds = 0
      for (let month = 0; month < 12; month += 1) monthSeconds = await closeNext(client)
      let seconds = 0
      const waits = await answersDuring(desk, client, async () => {
        seconds = await closeNext(client)
      })
      const { closed } = await client.closings.read({})
      if (closed[0]?.kind !== 'year') throw new Error('the year is not closed')
      const started = performance.now()
      const balancesWaits = await answersDuring(desk, client, async () => {
        await client.closings.balances({ on: closed[0]?.to ?? '2025-12-31', format: 'csv' })
      })
      figures = {
        seconds,
        baselineSeconds,
        monthSeconds,
        p99: slowest(waits),
        nothingP99: slowest(nothing),
        longest: Math.max(...waits),
        balancesSeconds: (performance.now() - started) / 1000,
        balancesP99: slowest(balancesWaits),
      }
    },
    (core) => {
      fillBenchTown(core, 500)
      fillBooksTown(core, homes)
    },
  )
  if (!figures) throw new Error('nothing was measured')
  return figures
}

/** Reads the open periods, as the screen does, and closes the last of them. @returns seconds */
const closeNext = async ({ closings }: Client): Promise<number> => {
  const began = performance.now()
  const next = (await closings.read({})).open.at(-1)
  if (!next) throw new Error('nothing is to close')
  await closings.close({ kind: next.kind, from: next.from, dueAfterCents: next.statement.dueAfterCents })
  return (performance.now() - began) / 1000
}
