import type { Page } from 'playwright/test'
import { type PortalPage, parentPages, publicPages } from './portal-pages.ts'
import { aReceipt, claire, type PortalTown, servePortalTown, show } from './portal-town.ts'
import { axeIn, expect, faults, test } from './town.ts'

const both = ['light', 'dark'] as const
/** Each page once, on a phone in light, where all the rules apply; the rest is for `npm run test:long`. */
const colours = process.env['LONG'] ? { 1280: both, 360: both } : { 360: ['light'] as const }

let town: PortalTown
let pages: readonly PortalPage[]
test.beforeAll(async () => {
  town = await servePortalTown()
  pages = parentPages(await aReceipt(await town.callsOf(claire)))
})
test.afterAll(() => town.close())

test('axe finds nothing on the public pages, light or dark, on a phone or wide', async ({ page }) => {
  test.slow()
  const found: string[] = []
  for (const one of publicPages) found.push(...(await faultsOn(page, one)))
  expect(found).toEqual([])
})

test('axe finds nothing on a parent’s pages, light or dark, on a phone or wide', async ({ page }) => {
  test.setTimeout(600_000)
  await town.enter(page)
  const found: string[] = []
  for (const one of pages) {
    await test.step(one.name, async () => {
      found.push(...(await faultsOn(page, one)))
    })
  }
  expect(found).toEqual([])
})

test('no page scrolls sideways, from a small phone to a screen, nor zoomed in', async ({ page }) => {
  test.slow()
  await town.enter(page)
  const found: string[] = []
  for (const one of pages) {
    await show(page, town, one)
    // 320 is 400 % of 1280: WCAG 1.4.10; 640 is 200 %.
    for (const width of [320, 360, 640, 1280]) {
      await page.setViewportSize({ width, height: 740 })
      const { scrollWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth }))
      if (scrollWidth > width) found.push(`${one.name} is ${scrollWidth} wide at ${width}`)
    }
  }
  expect(found).toEqual([])
})

/** All the rules in light; of those, the ones about colours in dark. Every width in every colour is for test:long. */
const faultsOn = async (page: Page, one: PortalPage): Promise<string[]> => {
  const found: string[] = []
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.emulateMedia({ colorScheme: 'light' })
  await show(page, town, one)
  for (const [width, themes] of Object.entries(colours)) {
    // The whole page at once: what stands under the phone's bar until one scrolls would be judged covered.
    await page.setViewportSize({ width: Number(width), height: 5000 })
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme })
      found.push(
        ...(await faults(axeIn(page, colorScheme))).map((fault) => `${one.name}, ${width}, ${colorScheme}: ${fault}`),
      )
    }
  }
  return found
}
