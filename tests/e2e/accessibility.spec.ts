import type { Page } from 'playwright/test'
import { test as onEmptyDesk } from './desk.ts'
import { serveShownTown, show, shownScreens } from './shown-town.ts'
import { expect, faultsInBoth, logIn, type ServedTown, test } from './town.ts'

// Colours that still change from light to dark would be judged half way.
test.use({ contextOptions: { reducedMotion: 'reduce' } })

let town: ServedTown
test.beforeAll(async () => {
  town = await serveShownTown()
})
test.afterAll(() => town.close())

test('axe finds nothing on any screen, light or dark', async ({ page }) => {
  test.slow()
  await page.goto(town.address)
  await expect(page.getByLabel('Identifiant')).toBeVisible()
  const found = await faultsInBoth(page, 'Connexion')
  await logIn(page, town)
  for (const screen of shownScreens(town)) {
    await test.step(screen.name, async () => {
      await show(page, screen)
      found.push(...(await faultsInBoth(page, screen.name)))
    })
  }
  expect(found).toEqual([])
})

onEmptyDesk('axe finds nothing on the first start, light or dark', async ({ desk, page }) => {
  expect(page.url()).toContain(new URL(desk.address).host)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await expect(page.getByRole('button', { name: /Commencer avec ma ville/ })).toBeVisible()
  const found = await faultsInBoth(page, 'Premier démarrage')
  await page.getByRole('button', { name: /Commencer avec ma ville/ }).click()
  await expect(page.getByLabel('Nom de la structure')).toBeVisible()
  found.push(...(await faultsInBoth(page, 'Ma ville')))
  expect(found).toEqual([])
})

test.describe('at 200 % zoom', () => {
  test.use({ viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 })

  test('no screen scrolls sideways, and everything can be brought into view', async ({ page }) => {
    test.slow()
    await logIn(page, town)
    const found: string[] = []
    for (const screen of shownScreens(town)) {
      await test.step(screen.name, async () => {
        await show(page, screen)
        found.push(...(await outOfReach(page)).map((what) => `${screen.name}: ${what}`))
      })
    }
    expect(found).toEqual([])
  })
})

/** What sticks out of the page, or what no scrolling brings into it. */
const outOfReach = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const root = document.documentElement
    const found = root.scrollWidth > window.innerWidth ? [`the page is ${root.scrollWidth} wide`] : []
    for (const one of document.querySelectorAll<HTMLElement>('button, a[href], input, [tabindex="0"]')) {
      if (!one.checkVisibility({ visibilityProperty: true }) || one.closest('.unseen, .skip')) continue
      if (one.matches('button:disabled, [aria-hidden="true"] *, input[type="hidden"], input[type="file"]')) continue
      one.scrollIntoView({ block: 'center', inline: 'center' })
      const { left, right, top, bottom } = one.getBoundingClientRect()
      const [x, y] = [(left + right) / 2, (top + bottom) / 2]
      if (x < 0 || y < 0 || x > window.innerWidth || y > window.innerHeight)
        found.push(`${one.tagName} « ${one.textContent || one.getAttribute('aria-label')} » at ${x}, ${y}`)
      // A box or a list may lie under its own tick or arrow, nothing under a stranger.
      const hit = document.elementFromPoint(x, y)
      const own = one.parentElement?.parentElement ?? one
      if (hit && !own.contains(hit) && !hit.contains(one))
        found.push(
          `${one.tagName} « ${one.textContent || one.getAttribute('aria-label')} » under ${hit.outerHTML.slice(0, 80)}`,
        )
    }
    return found
  })
