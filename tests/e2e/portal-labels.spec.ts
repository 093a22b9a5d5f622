import type { Page } from 'playwright/test'
import { frameLabels, type PortalPage, parentPages, publicPages } from './portal-pages.ts'
import { aReceipt, claire, type PortalTown, servePortalTown, show } from './portal-town.ts'
import { expect, test } from './town.ts'

let town: PortalTown
test.beforeAll(async () => {
  town = await servePortalTown()
})
test.afterAll(() => town.close())

test('each label of the guide is on its page, before the login', async ({ page }) => {
  const missing: string[] = []
  for (const one of publicPages) missing.push(...(await missingOn(page, one, [])))
  expect(missing).toEqual([])
})

test('each label of the guide is on its page, for a parent', async ({ page }) => {
  test.slow()
  await town.enter(page)
  const receipt = await aReceipt(await town.callsOf(claire))
  const missing: string[] = []
  for (const one of parentPages(receipt)) missing.push(...(await missingOn(page, one, frameLabels)))
  expect(missing).toEqual([])
})

test('a phone has the same words', async ({ page }) => {
  test.slow()
  await page.setViewportSize({ width: 360, height: 740 })
  await town.enter(page)
  const receipt = await aReceipt(await town.callsOf(claire))
  const missing: string[] = []
  for (const one of parentPages(receipt)) {
    // A small header has no room for the sentence, which stands under the first page's title.
    const around = frameLabels.filter((label) => !label.startsWith('Bienvenue') || one.path === '/mon-tableau-de-bord')
    missing.push(...(await missingOn(page, one, around)))
  }
  expect(missing).toEqual([])
})

/** What a page should say and does not, read as a person reads it: what is hidden does not count. */
const missingOn = async (page: Page, shown: PortalPage, around: readonly string[]): Promise<string[]> => {
  await show(page, town, shown)
  const text = plain(await page.locator('body').innerText())
  const isThere = (label: string) =>
    // « ? » stands alone: a question mark that ends a sentence is not it.
    label === '?' ? text.split('\n').some((line) => line.trim() === '?') : text.includes(plain(label))
  return [...shown.labels, ...around].filter((label) => !isThere(label)).map((label) => `${shown.name}: « ${label} »`)
}

/** Capitals and the kind of space are typography, not words. */
const plain = (text: string): string => text.replace(/[^\S\n]/g, ' ').toLocaleLowerCase('fr')
