import type { Page } from 'playwright'
import { day, instantOf, timeOfDay } from '../../shared/rules/calendar/day.ts'
import { atBenchDesk } from '../support/bench-desk.ts'
import { fillBenchTown } from '../support/towns/bench-town.ts'

export type GridFigures = {
  /** Medians in milliseconds, from the click to the second frame after the last visible cell. */
  readonly family: number
  readonly day: number
  /** The same measure for a click that changes nothing. */
  readonly nothing: number
}

/** The grids of the peer's month, 500 families and 23,390 bookings, as staff open them in a built desk. */
export const grids = async (times = 7): Promise<GridFigures> =>
  atBenchDesk(
    instantOf(day('2026-10-14'), timeOfDay('10:00')),
    (core) => fillBenchTown(core, 500),
    async (page) => ({
      family: await familyGrid(page, times),
      day: await dayGrid(page, times),
      nothing: await median(times, () => painted(page, 'h1')),
    }),
  )

const bookingsTab = 'nav.tabs a[href*="reservations"]'

/** Opens another family each time, so that nothing is cached. */
const familyGrid = async (page: Page, times: number) => {
  let id = 10
  return median(times, async () => {
    id += 1
    await page.evaluate((familyId) => {
      window.location.hash = `#/familles/${familyId}`
    }, id)
    await page.getByRole('heading', { level: 1, name: /Famille/ }).waitFor()
    await page.locator(bookingsTab).waitFor()
    await page.waitForTimeout(300)
    const milliseconds = await painted(page, bookingsTab)
    if ((await page.locator('[data-place]').count()) === 0) throw new Error(`no grid for family ${id}`)
    return milliseconds
  })
}

/** Opens another day each time. */
const dayGrid = async (page: Page, times: number) => {
  await page.getByRole('link', { name: 'Calendrier' }).click()
  await page.getByRole('button', { name: 'Jour', exact: true }).click()
  await page.locator('[data-place]').first().waitFor()
  return median(times, () => painted(page, 'button[title^="Aujourd’hui"] ~ button'))
}

/** Milliseconds from a click to the second frame after the last change it made to the page. */
export const painted = (page: Page, selector: string): Promise<number> =>
  page.evaluate(async (button) => {
    const target = document.querySelector<HTMLElement>(button)
    if (!target) throw new Error(`nothing at ${button}`)
    let changedAt = 0
    let paintedAt = 0
    const changed = () => {
      changedAt = performance.now()
      requestAnimationFrame(() => requestAnimationFrame(() => (paintedAt = performance.now())))
    }
    const watch = new MutationObserver(changed)
    watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
    const started = performance.now()
    target.click()
    changed()
    while (performance.now() - changedAt < 400) await new Promise((done) => setTimeout(done, 50))
    watch.disconnect()
    return paintedAt - started
  }, selector)

export const median = async (times: number, measure: () => Promise<number>): Promise<number> => {
  const figures: number[] = []
  for (let time = 0; time < times; time += 1) figures.push(await measure())
  return figures.toSorted((one, other) => one - other)[Math.floor(times / 2)] ?? Number.NaN
}
