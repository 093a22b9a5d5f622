import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import axe, { type RunOptions } from 'axe-core'
import { type Browser, test as base, type Locator, type Page, type ViewportSize } from 'playwright/test'
import { screensFolder } from '../../main/build.ts'
import { serveDesk } from '../../main/host/http.ts'
import { readingTimeMs } from '../../renderer/desk/parts/keyboard/unread-items.ts'
import { type aClock, password } from '../support/desk.ts'
import { isLong } from '../support/long.ts'
import { freePort } from '../support/machine/free-port.ts'
import type { aTown } from '../support/towns/town.ts'

/** The port of a town that was closed: a browser that knows the address has cached its scripts. */
let leftPort: number | null = null

/**
 * Serves the real host over the real core and its file in this process, so that a test can act on the town from both
 * sides.
 */
export const serveTown = async (town: ReturnType<typeof aTown>, clock?: ReturnType<typeof aClock>) => {
  const opened = await town.open(clock)
  const port = leftPort ?? (await freePort())
  leftPort = null
  const serve = () => serveDesk(opened.desk, { screens: screensFolder, port, log: console.error })
  let serving = await serve()
  const close = opened.close.bind(opened)
  const served = Object.assign(opened, {
    address: serving.address,
    /** Stops the desk, which later comes back at the same address, as after a restart of the computer. */
    stop: () => serving.close(),
    async start() {
      serving = await serve()
      served.address = serving.address
    },
    async close() {
      await serving.close()
      await close()
      leftPort = port
    },
  })
  return served
}

export type ServedTown = Awaited<ReturnType<typeof serveTown>>

/** Opens the desk with a person already logged in, without the login form, which `logInByKeyboard` tests. */
export const logIn = async (page: Page, town: ServedTown, login = 'sandrine'): Promise<void> => {
  await letIn(page, town, login)
  await page.goto(town.address)
  await base.expect(page.getByRole('navigation', { name: 'Écrans' })).toBeVisible()
}

/** Opens a screen or a tab with Sandrine already logged in, without the home screen before it. */
export const logInAt = async (
  page: Page,
  town: ServedTown,
  path: string,
  heading: RegExp | string = /./,
): Promise<void> => {
  await letIn(page, town, 'sandrine')
  await page.goto(new URL(`#${path}`, town.address).href)
  await base.expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible()
}

const letIn = async (page: Page, { address }: ServedTown, login: string): Promise<void> => {
  // The first answer sets the browser's cookie, which the login call needs. The town of the test file before had the
  // same port: connections kept from it may be found closed only when they are used again.
  await page.request.get(address, { maxRetries: 3 })
  const { origin } = new URL(address)
  const answer = await page.request.post(`${origin}/rpc/staff/login`, {
    data: { json: { login, password } },
    headers: { origin, 'x-csrf-token': 'orpc' },
  })
  base.expect(answer.ok()).toBe(true)
}

/** Opens the desk and logs in as a person does. */
export const logInByKeyboard = async (page: Page, { address }: ServedTown): Promise<void> => {
  await page.goto(address)
  await base.expect(page.getByLabel('Identifiant')).toBeFocused()
  await page.keyboard.type('sandrine')
  await page.keyboard.press('Tab')
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
  await base.expect(page.getByRole('navigation', { name: 'Écrans' })).toBeVisible()
}

/** The object that TanStack Router exposes for debugging. */
type Router = {
  readonly history: { push(path: string): void }
  subscribe(event: 'onResolved', told: (at: { readonly toLocation: { readonly pathname: string } }) => void): () => void
}

/**
 * Opens an address like a link. Chromium sometimes omits the `popstate` event of a hash set by a script, and the router
 * would not notice the change.
 */
export const openAddress = (page: Page, path: string): Promise<void> =>
  page.evaluate((to) => (Reflect.get(window, '__TSR_ROUTER__') as Router).history.push(to), path)

/**
 * Opens another screen or tab by its address, and waits until it is drawn: the title alone may still be that of the
 * previous one. The rail and Ctrl K have their own tests.
 * @throws when the page goes elsewhere meanwhile
 */
export const goTo = async (page: Page, path: string, heading: RegExp | string = /./): Promise<void> => {
  const came = await page.evaluate(
    (to) =>
      new Promise<string>((done) => {
        if (window.location.hash === `#${to}`) return done(to)
        const router = Reflect.get(window, '__TSR_ROUTER__') as Router
        const stop = router.subscribe('onResolved', ({ toLocation }) => {
          const isHere = toLocation.pathname === to.split('?')[0]
          // What was pending before is drawn first; the address shows that this screen is still to come.
          if (!isHere && window.location.hash === `#${to}`) return
          stop()
          done(isHere ? to : window.location.hash.slice(1))
        })
        router.history.push(to)
      }),
    path,
  )
  if (came !== path)
    throw new Error(`${path} was asked for, and ${came} came: wait first for what only that page shows`)
  await base.expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible()
}

/** The standards that all pages of the desk and the portal must meet. */
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** All rules in the light theme, the colour rules in the dark one. Reporting violations only halves axe's time. */
const asked = {
  light: { resultTypes: ['violations'], runOnly: standards },
  dark: { resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block'] },
} satisfies Record<string, RunOptions>

export type Theme = keyof typeof asked

/** The dark theme, whose colour tokens are the same everywhere, is only checked by `npm run test:long`. */
export const themes: readonly Theme[] = isLong ? ['dark', 'light'] : ['light']

/** Violations found by axe, one line each, on the whole page or in what a selector finds. */
export const faults = async (page: Page, theme: Theme = 'light', within = ':root'): Promise<string[]> => {
  if (!(await page.evaluate(() => 'axe' in window))) await run(page, axe.source)
  const { violations } = await page.evaluate(
    ({ where, options }) => (Reflect.get(window, 'axe') as typeof axe).run(where, options),
    { where: within, options: asked[theme] },
  )
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, html }) => `${id} ${String(target)} ${html}`))
}

/** Runs a long script in the page, with half the work of `page.evaluate`. */
const run = async (page: Page, script: string): Promise<void> => {
  const session = await page.context().newCDPSession(page)
  await session.send('Runtime.evaluate', { expression: script })
  await session.detach()
}

/** Violations on a screen of the desk, or in a part of it, in each theme that this run covers. */
export const faultsInThemes = async (page: Page, name: string, within?: string): Promise<string[]> => {
  const found: string[] = []
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme })
    await base.expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme)
    found.push(...(await faults(page, theme, within)).map((fault) => `${name}, ${theme}: ${fault}`))
  }
  return found
}

/** Presses Tab until the element has the focus, as a person without a mouse does. */
export const tabTo = async (page: Page, wanted: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> => {
  await wanted.waitFor()
  await base.expect(wanted).toBeEnabled()
  for (let presses = 0; presses < 60; presses += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press(key)
  }
  throw new Error(`no ${key} leads to ${wanted.toString()}`)
}

/** Sets the focus and presses keys very fast: between two keys, the page can only do what it does synchronously. */
export const inOneBreath = (where: Locator, ...keys: readonly string[]): Promise<void> =>
  where.evaluate(async (element: HTMLElement, pressed) => {
    element.focus()
    for (const combo of pressed) {
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
      const [key = '', ctrl] = combo.split('+').toReversed()
      const ctrlKey = ctrl === 'Control'
      element.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true }))
    }
  }, keys)

/** Delays a call of the page until the test releases it. */
export const hold = async (page: Page, call: string): Promise<() => Promise<void>> => {
  const { promise, resolve } = Promise.withResolvers<void>()
  await page.route(`**/rpc/${call}`, async (route) => {
    await promise
    await route.continue()
  })
  return () => {
    resolve()
    return page.unrouteAll({ behavior: 'wait' })
  }
}

/** Reads a saved PDF, and its text if pdftotext is installed. */
export const readPaper = async (path: string): Promise<{ isPdf: boolean; text: string | null }> => {
  const isPdf = (await readFile(path)).subarray(0, 4).toString() === '%PDF'
  try {
    return { isPdf, text: (await promisify(execFile)('pdftotext', [path, '-'])).stdout }
  } catch {
    return { isPdf, text: null }
  }
}

/**
 * Gives a test the page that a previous test left, emptied: a new page, which loads all scripts again, costs a second of
 * work. Not for tests that use what a page cannot undo: `addInitScript`, `clock`, a service worker.
 */
export const onKeptPage = base.extend<
  object,
  { kept: { readonly browser: Browser; readonly pages: Map<string, Page> } }
>({
  kept: [({ browser }, use) => use({ browser, pages: new Map() }), { scope: 'worker' }],
  page: async ({ kept: { browser, pages }, viewport, hasTouch, isMobile, javaScriptEnabled, actionTimeout }, use) => {
    // One of each kind, since these options last as long as a page.
    const kind = JSON.stringify({ viewport, hasTouch, isMobile, javaScriptEnabled, actionTimeout })
    const page = pages.get(kind) ?? (await (await browser.newContext()).newPage())
    pages.set(kind, page)
    await use(page)
    if (await isAsNew(page, viewport)) return
    pages.delete(kind)
    await page.context().close()
  },
  context: ({ page }, use) => use(page.context()),
})

const heard = ['console', 'dialog', 'download', 'pageerror', 'request', 'requestfailed', 'requestfinished', 'response']

/** Removes everything that a test left. @returns false when it closed the page, or left it on its way elsewhere */
const isAsNew = async (page: Page, viewport: ViewportSize | null): Promise<boolean> => {
  if (page.isClosed()) return false
  const context = page.context()
  for (const event of heard) page.removeAllListeners(event)
  for (const other of context.pages()) if (other !== page) await other.close()
  await page.unrouteAll()
  await context.setOffline(false)
  await page.emulateMedia({ colorScheme: 'light', media: null })
  if (viewport) await page.setViewportSize(viewport)
  if (page.url() !== 'about:blank' && !(await hasLeft(page))) return false
  await context.clearCookies()
  return true
}

/**
 * Goes to an empty page of the same origin, then empties the browser's storage, to which the page before writes when it
 * is left. A blob needs no answer: the town may be closed already, and a routed request would make the browser forget
 * the scripts that it holds.
 * @returns false for a page that was on its way elsewhere
 */
const hasLeft = async (page: Page): Promise<boolean> => {
  try {
    const empty = await page.evaluate(() => URL.createObjectURL(new Blob([''], { type: 'text/html' })))
    await page.goto(empty, { timeout: 5_000 })
    await page.evaluate(() => [window.localStorage, window.sessionStorage].forEach((storage) => storage.clear()))
    return true
  } catch {
    return false
  }
}

/** Any complaint of the browser (an error of a script, or something that the content policy blocks) fails the test. */
export const test = onKeptPage.extend<{ mayComplain: boolean; quiet: undefined }>({
  mayComplain: [false, { option: true }],
  quiet: [
    async ({ page, mayComplain }, use) => {
      const complaints: string[] = []
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(error.message))
      await use(undefined)
      if (!mayComplain) base.expect(complaints).toEqual([])
    },
    { auto: true },
  ],
})
export { expect } from 'playwright/test'

/** Waits as long as a person needs to read a change made elsewhere: the desk refuses an earlier press. */
export const readAnew = (page: Page) => page.waitForTimeout(readingTimeMs + 100)
