import { performance } from 'node:perf_hooks'
import { bankFileOf, fillBankTown } from '../../support/towns/bank.ts'
import { fillBenchTown } from '../../support/towns/bench-town.ts'
import { answersDuring, atBench, slowest } from '../blocking-bench.ts'

const homes = 20_000
const lines = 5000

export type MatchFigures = {
  /** Seconds to read the file, record its lines, and match them. */
  readonly seconds: number
  /** SQLite alone: insert as many rows, and read the unpaid amount of each invoice once. */
  readonly baselineSeconds: number
  readonly sure: number
  /** 99th percentile of an answer in milliseconds, meanwhile and on an idle desk. */
  readonly p99: number
  readonly nothingP99: number
}

/** A statement of 5,000 lines against 20,000 open invoices, while other workstations work. */
export const match5000 = async (): Promise<MatchFigures> => {
  let figures: MatchFigures | undefined
  await atBench(
    async (desk, client) => {
      const { sqlite } = desk.core.store
      const began = performance.now()
      sqlite.exec('create temp table raw (id integer primary key, a text, b text, c text, d integer)')
      const insert = sqlite.prepare('insert into raw (a, b, c, d) values (?, ?, ?, ?)')
      sqlite.transaction(() => {
        for (let index = 0; index < lines; index += 1) insert.run(`VIR ${index}`, `FACTURE ${index}`, 'MME X', index)
      })()
      sqlite
        .prepare(`select id, total_cents - coalesce((select sum(amount_cents) from allocation
          where invoice_id = invoice.id), 0) from invoice where state = 'issued'`)
        .all()
      const baselineSeconds = (performance.now() - began) / 1000
      const nothing = await answersDuring(desk, client, () => new Promise((done) => setTimeout(done, 1500)))
      const file = bankFileOf(lines)
      let [sure, seconds] = [0, 0]
      const waits = await answersDuring(desk, client, async () => {
        const started = performance.now()
        await client.bank.readFile({ file })
        const read = await client.bank.read({})
        seconds = (performance.now() - started) / 1000
        sure = read.lines.filter(({ state }) => state === 'sure').length
      })
      figures = { seconds, baselineSeconds, sure, p99: slowest(waits), nothingP99: slowest(nothing) }
    },
    (core) => {
      fillBenchTown(core, 500)
      fillBankTown(core, homes)
    },
  )
  if (!figures) throw new Error('nothing was measured')
  if (figures.sure !== (lines * 3) / 5) throw new Error(`${figures.sure} lines are sure`)
  return figures
}
