import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { chromium } from 'playwright'
import { openDesk } from '../../main/app/desk.ts'
import { screensFolder } from '../../main/build.ts'
import type { Core } from '../../main/desk/core.ts'
import { makeExampleTown } from '../../main/desk/example/example.ts'
import { serveDesk } from '../../main/host/http.ts'
import { systemActor } from '../../main/store/acts/acts.ts'
import { activity } from '../../main/store/schema/index.ts'
import { addDays, day, instantOf, type Month, timeOfDay } from '../../shared/rules/calendar/day.ts'
import { chromiumArguments, chromiumHere } from '../support/machine/chromium.ts'
import { fillOpeningTown } from '../support/towns/bench-town.ts'
import { answersDuring, atBench, slowest } from './blocking-bench.ts'
import { median, painted } from './grid-bench.ts'

const homes = 20_000
/** A year of Wednesdays, of which two thirds are past and marked. */
const wednesdays = Array.from({ length: 36 }, (_, week) => addDays(day('2026-01-07'), 7 * week))
const year = { from: '2026-01' as Month, to: '2026-12' as Month }

export type FiguresFigures = {
  readonly seconds: number
  /** SQLite alone: the number of cells of the year that were booked and attended, by slot and month. */
  readonly baselineSeconds: number
  readonly p99: number
  readonly nothingP99: number
}

/** The hours of a year of 20,000 homes, each with a child who comes on Wednesdays. */
export const figuresCaf = async (): Promise<FiguresFigures> => {
  let figures: FiguresFigures | undefined
  await atBench(
    async (desk, client) => {
      const raw =
        desk.core.store.sqlite.prepare(`select substr(day, 1, 7) as month, slot_id, count(*), sum(held = 'confirmed'), sum(mark is 'present')
        from reservation left join attendance on reservation_id = reservation.id
        where day between '2026-01-01' and '2026-12-31' group by 1, 2`)
      const hours = async () => {
        const { children } = await client.figures.caf(year)
        if (children !== homes) throw new Error(`${children} children came`)
      }
      raw.all()
      await hours()
      const began = performance.now()
      raw.all()
      const read = performance.now()
      await hours()
      const counted = performance.now()
      const nothing = await answersDuring(desk, client, () => new Promise((done) => setTimeout(done, 1500)))
      const waits = await answersDuring(desk, client, hours)
      figures = {
        seconds: (counted - read) / 1000,
        baselineSeconds: (read - began) / 1000,
        p99: slowest(waits),
        nothingP99: slowest(nothing),
      }
    },
    (core) => fillYear(core, homes),
  )
  if (!figures) throw new Error('nothing was measured')
  return figures
}

/** A year of Wednesdays for this number of homes, each with one child who attends. */
export const fillYear = (core: Core, ofHomes: number): void => {
  fillOpeningTown(core, ofHomes, wednesdays)
  core.store.act(systemActor, 'reservations.book', 'Une année de mercredis', (write) => {
    write.update(activity, 1, { supervision: 'periscolaire' })
    const { sqlite } = core.store
    // Neighbouring children have different days: the whole day, the morning, or the morning and the meal.
    sqlite
      .prepare(
        `insert into reservation (registration_id, period_id, day, slot_id, held, act_id)
        select registration.id, opening.period_id, opening.day, opening.slot_id, 'confirmed', ?
        from registration join opening on opening.period_id = registration.period_id
        join slot on slot.id = opening.slot_id
        where slot.position <= (registration.id + substr(opening.day, 9)) % 3
        order by registration.id, opening.day, opening.slot_id`,
      )
      .run(write.actId)
    sqlite
      .prepare(
        `insert into attendance (reservation_id, mark, marked_at, act_id)
        select id, iif(id % 17 = 0, 'absent', 'present'), ?, ? from reservation`,
      )
      .run(write.at, write.actId)
  })
}

export type FiguresPaintedFigures = {
  /** Medians in milliseconds, from the click to the second frame after the last change of the page. */
  readonly painted: number
  /** The same measure for a click that changes nothing. */
  readonly nothing: number
}

/** « Chiffres » of the example town, opened for the first time after a login, in a built desk. */
export const figuresPainted = async (times = 5): Promise<FiguresPaintedFigures> => {
  const executablePath = chromiumHere()
  if (!executablePath) throw new Error('no Chromium on this machine')
  const now = instantOf(day('2026-11-25'), timeOfDay('10:42'))
  const folder = mkdtempSync(join(tmpdir(), 'bench-figures-'))
  const exampleDir = join(folder, 'ville')
  await makeExampleTown({ dataDir: exampleDir, clock: () => now })
  const desk = await openDesk({ dataDir: join(folder, 'data'), exampleDir, demo: true, clock: () => now })
  const browser = await chromium.launch({ executablePath, args: chromiumArguments })
  try {
    const serving = await serveDesk(desk, { screens: screensFolder, port: 0, log: console.error })
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'fr-FR' })
    await page.goto(serving.address)
    const link = 'a[href$="/chiffres"]'
    const opened = await median(times, async () => {
      await page.evaluate(() => {
        window.location.hash = '#/reglages'
      })
      await page.reload()
      await page.locator(link).waitFor()
      await page.waitForTimeout(500)
      const milliseconds = await painted(page, link)
      await page.locator('.figure').nth(5).waitFor()
      return milliseconds
    })
    const nothing = await median(times, () => painted(page, 'h1'))
    await serving.close()
    return { painted: opened, nothing }
  } finally {
    await browser.close()
    await desk.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
