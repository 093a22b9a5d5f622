import type { Page } from 'playwright'
import { day, instantOf, timeOfDay } from '../../shared/rules/calendar/day.ts'
import { atBenchDesk } from '../support/bench-desk.ts'
import { fillHolidayCentre } from '../support/towns/bench-town.ts'

export type ScrollFigures = {
  /** The number of frames longer than 32 ms, out of a hundred. */
  readonly slow: number
  /** The same for an empty page of the same height. */
  readonly slowOfNothing: number
  readonly frames: number
}

/**
 * A month of 400 children, 31 days of two slots, scrolled by the wheel from end to end and back as staff do, three
 * times: the middle one.
 */
export const scroll400 = async (): Promise<ScrollFigures> =>
  atBenchDesk(
    instantOf(day('2026-07-01'), timeOfDay('10:00')),
    (core) => fillHolidayCentre(core, 400),
    async (page) => {
      await page.getByRole('link', { name: 'Calendrier' }).click()
      const grid = page.getByRole('grid')
      await grid.locator('[data-place]').first().waitFor()
      const [rows, columns] = [await grid.getAttribute('aria-rowcount'), await grid.getAttribute('aria-colcount')]
      if (Number(rows) < 400 || Number(columns) < 62) throw new Error(`a grid of ${rows} × ${columns}`)
      const all = [
        await scrolled(page, '[role="grid"]'),
        await scrolled(page, '[role="grid"]'),
        await scrolled(page, '[role="grid"]'),
      ]
      const intervals = all.toSorted((one, other) => slowShare(one) - slowShare(other))[1] ?? []
      await page.goto('about:blank')
      await page.setContent(
        '<!doctype html><style>div{height:740px;overflow:auto}p{height:12000px;width:4000px}</style><div><p></div>',
      )
      const bare = await scrolled(page, 'div')
      return { slow: slowShare(intervals), slowOfNothing: slowShare(bare), frames: intervals.length }
    },
  )

const slowShare = (intervals: readonly number[]): number =>
  (100 * intervals.filter((interval) => interval > 32).length) / intervals.length

/** Milliseconds between frames while the wheel turns over the middle of what scrolls. */
const scrolled = async (page: Page, selector: string): Promise<number[]> => {
  const box = await page.locator(selector).first().boundingBox()
  if (!box) throw new Error(`nothing at ${selector}`)
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  const intervals = await page.evaluateHandle(() => {
    const found: number[] = []
    let last = 0
    const frame = (now: number) => {
      if (last > 0) found.push(now - last)
      last = now
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
    return found
  })
  let furthest = 0
  for (const [right, down] of [
    [0, 120],
    [0, -120],
    [120, 0],
    [-120, 0],
  ] as const) {
    for (let turn = 0; turn < 45; turn += 1) {
      await page.mouse.wheel(right, down)
      await page.waitForTimeout(16)
    }
    furthest = Math.max(
      furthest,
      await page
        .locator(selector)
        .first()
        .evaluate(({ scrollTop }) => scrollTop),
    )
  }
  if (furthest < 3000) throw new Error(`scrolled ${furthest} px only`)
  return intervals.jsonValue()
}
