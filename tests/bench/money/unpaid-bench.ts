import { performance } from 'node:perf_hooks'
import type { Core } from '../../../main/desk/core.ts'
import { systemActor } from '../../../main/store/acts/acts.ts'
import { allocation, payment } from '../../../main/store/schema/index.ts'
import { day, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { atBenchDesk } from '../../support/bench-desk.ts'
import { fillBankTown } from '../../support/towns/bank.ts'
import { fillBenchTown } from '../../support/towns/bench-town.ts'
import { answersDuring, atBench, slowest } from '../blocking-bench.ts'
import { median, painted } from '../grid-bench.ts'

const homes = 20_000
/** One home in twenty has paid nothing. */
const isUnpaid = (home: number) => home % 20 === 0
const dueOn = day('2026-10-15')

export type UnpaidFigures = {
  readonly seconds: number
  /** SQLite alone: the unpaid amount of each invoice past its due day, added up by home. */
  readonly baselineSeconds: number
  readonly p99: number
  readonly nothingP99: number
}

/** « Impayés » of a town of 20,000 homes, each with an invoice past its due day, which one in twenty has not paid. */
export const unpaid20000 = async (): Promise<UnpaidFigures> => {
  let figures: UnpaidFigures | undefined
  await atBench(async (desk, client) => {
    const raw = desk.core.store.sqlite.prepare(`select family_id, sum(left_cents) from (
        select family_id, total_cents - coalesce((select sum(amount_cents) from allocation
          where invoice_id = invoice.id), 0) as left_cents
        from invoice where state = 'issued' and due_on < '2026-11-02') where left_cents > 0 group by family_id`)
    const list = async () => {
      const { payers } = await client.recovery.unpaid({})
      if (payers.length !== homes / 20) throw new Error(`${payers.length} homes have not paid`)
    }
    raw.all()
    await list()
    const began = performance.now()
    raw.all()
    const read = performance.now()
    await list()
    const listed = performance.now()
    const nothing = await answersDuring(desk, client, () => new Promise((done) => setTimeout(done, 1500)))
    const waits = await answersDuring(desk, client, async () => {
      for (let time = 0; time < 5; time += 1) {
        await list()
        await new Promise((done) => setTimeout(done, 200))
      }
    })
    figures = {
      seconds: (listed - read) / 1000,
      baselineSeconds: (read - began) / 1000,
      p99: slowest(waits),
      nothingP99: slowest(nothing),
    }
  }, fillUnpaidTown)
  if (!figures) throw new Error('nothing was measured')
  return figures
}

export type UnpaidPaintedFigures = {
  /** Medians in milliseconds, from the click to the second frame after the last change of the page. */
  readonly painted: number
  /** The same measure for a click that changes nothing. */
  readonly nothing: number
}

/** The same list, opened for the first time after a login, in a built desk. */
export const unpaidPainted = (times = 5): Promise<UnpaidPaintedFigures> =>
  atBenchDesk(instantOf(day('2026-11-02'), timeOfDay('10:00')), fillUnpaidTown, async (page) => {
    const link = 'a[href$="/reglements/impayes"]'
    const opened = await median(times, async () => {
      await page.evaluate(() => {
        window.location.hash = '#/reglements'
      })
      await page.reload()
      await page.locator(link).waitFor()
      await page.waitForTimeout(500)
      const milliseconds = await painted(page, link)
      await page.getByRole('row').nth(5).waitFor()
      return milliseconds
    })
    return { painted: opened, nothing: await median(times, () => painted(page, 'h1')) }
  })

const fillUnpaidTown = (core: Core): void => {
  fillBenchTown(core, 500)
  fillBankTown(core, homes, dueOn)
  payInvoices(core)
}

const payInvoices = ({ store }: Core): void =>
  store.act(systemActor, 'payments.record', 'Ceux qui ont payé', (write) => {
    const paid = (
      store
        .statement('select id, family_id as familyId, number, total_cents as cents from invoice order by number')
        .all() as { id: number; familyId: number; number: number; cents: number }[]
    ).filter(({ number }) => !isUnpaid(number))
    const ids = write.insertMany(
      payment,
      paid.map(({ familyId, number, cents }) => ({
        familyId,
        regieId: firstRegieId,
        means: 'transfer' as const,
        amountCents: cents,
        receivedOn: dueOn,
        bookedOn: dueOn,
        recordedAt: write.at,
        receiptYear: 2026,
        receiptNumber: number,
        payer: '',
        reference: '',
      })),
    )
    write.insertMany(
      allocation,
      paid.map(({ id, cents }, index) => ({
        paymentId: ids[index] ?? 0,
        invoiceId: id,
        amountCents: cents,
        onDay: dueOn,
      })),
    )
  })
