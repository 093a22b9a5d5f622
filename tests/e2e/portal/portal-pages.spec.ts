import type { Page } from 'playwright/test'
import { expect, faults, test, themes } from '../town.ts'
import { frameLabels, type PortalPage, parentPages, publicPages } from './portal-pages.ts'
import { aReceipt, claire, type PortalTown, servePortalTown, show } from './portal-town.ts'

let town: PortalTown
test.beforeAll(async () => {
  town = await servePortalTown()
})
test.afterAll(() => town.close())

test('before the login, each page says the words of the guide, fits every width, and is clean for axe', async ({
  page,
}) => {
  test.slow()
  const found: string[] = []
  for (const one of publicPages) found.push(...(await wrongWith(page, one, () => [])))
  expect(found).toEqual([])
})

test('for a parent, each page says the words of the guide, fits every width, and is clean for axe', async ({
  page,
}) => {
  test.setTimeout(600_000)
  await town.enter(page)
  const found: string[] = []
  for (const one of parentPages(await aReceipt(await town.callsOf(claire)))) {
    await test.step(one.name, async () => {
      found.push(...(await wrongWith(page, one, (width) => frameLabels.filter(isOn(one, width)))))
    })
  }
  expect(found).toEqual([])
})

/** The phone's header has no room for this sentence, which is shown under the first page's title instead. */
const isOn = (one: PortalPage, width: number) => (label: string) =>
  width > 360 || !label.startsWith('Bienvenue') || one.path === '/mon-tableau-de-bord'

/** 320 is 400 % of 1280: WCAG 1.4.10; 640 is 200 %. */
const widths = [1280, 640, 320, 360]
/** All the rules apply on a phone; the rest is for `npm run test:long`. */
const looked = process.env['LONG'] ? [1280, 360] : [360]

const wrongWith = async (
  page: Page,
  one: PortalPage,
  frame: (width: number) => readonly string[],
): Promise<string[]> => {
  const found: string[] = []
  await page.setViewportSize({ width: 1280, height: 800 })
  await show(page, town, one)
  for (const width of widths) {
    await page.setViewportSize({ width, height: 740 })
    const { scrollWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth }))
    if (scrollWidth > width) found.push(`${one.name} is ${scrollWidth} wide at ${width}`)
    if (width === 1280 || width === 360) {
      found.push(...(await missing(page, [...one.labels, ...frame(width)])).map((label) => `${one.name}: « ${label} »`))
    }
  }
  for (const width of looked) {
    // Make the whole page visible, or axe would report content under the bottom bar as covered.
    await page.setViewportSize({ width, height: 5000 })
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme })
      found.push(...(await faults(page, theme)).map((fault) => `${one.name}, ${width}, ${theme}: ${fault}`))
    }
  }
  return found
}

/** The expected texts that are missing from the visible text of the page. */
const missing = async (page: Page, labels: readonly string[]): Promise<string[]> => {
  const text = plain(await page.locator('body').innerText())
  const isThere = (label: string) =>
    // The « ? » of help must be a text of its own, not the end of a question.
    label === '?' ? text.split('\n').some((line) => line.trim() === '?') : text.includes(plain(label))
  return labels.filter((label) => !isThere(label))
}

/** Capitals and the kind of space are typography, not words. */
const plain = (text: string): string => text.replace(/[^\S\n]/g, ' ').toLocaleLowerCase('fr')
