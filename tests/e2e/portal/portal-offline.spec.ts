import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, expect, type Page, test } from 'playwright/test'
import { portalFolder } from '../../../main/build.ts'
import { defaultPasswordCost } from '../../../shared/rules/access/password.ts'
import { password } from '../../portal/portal.ts'
import { freePort } from '../../support/machine/free-port.ts'
import { faults } from '../town.ts'
import { claire, listenTo, marc, type PortalTown, servePortalTown } from './portal-town.ts'

test.use({
  viewport: { width: 360, height: 740 },
  hasTouch: true,
  isMobile: true,
  serviceWorkers: 'allow',
})

let town: PortalTown
test.beforeEach(async () => {
  town = await servePortalTown({ port: await freePort(), behindProxy: true })
})
test.afterEach(() => town.close())

const cell = (page: Page, day: string, slot: number) => page.locator(`[data-cell="${day} ${slot}"]`)
const seen = (page: Page) => page.getByText(/Hors connexion\. Vu le .+ à .+/)
const toPay = (page: Page) => page.getByText('2 factures à payer')

/** All addresses cached on the device, in any cache. */
const keptOn = (page: Page) =>
  page.evaluate(async () => {
    const names = await caches.keys()
    const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))
    return all.flat().map(({ url }) => new URL(url).pathname)
  })
const isFile = (path: string) => /^\/(assets\/|index\.html$|lettres\.woff2$|marque\.svg$|vu$)/.test(path)
const hasSeen = async (page: Page) => (await keptOn(page)).includes('/vu')
/** An answer is cached a moment after it is shown. */
const kept = (page: Page) => page.evaluate(async () => (await (await caches.match('/vu'))?.text()) ?? '')
const keeps = (page: Page, reading: string) => expect.poll(() => kept(page)).toContain(reading)

/** Logs in, waits for the service worker, and reads the dashboard and the calendar. */
const readBoth = async (page: Page, email = claire): Promise<void> => {
  await town.enterByKeyboard(page, email)
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
    if (!navigator.serviceWorker.controller) {
      await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }))
    }
  })
  await expect(toPay(page)).toBeVisible()
  await keeps(page, 'home.dashboard')
  const atRest = listenTo(page)
  await page.goto(`${town.address}/mes-reservations/1001`)
  await expect(page.getByRole('grid').first()).toBeVisible()
  await atRest()
  await keeps(page, 'home.calendar')
}

test('opened again without a network: the dashboard and the calendar as last seen, and when', async ({
  page,
  context,
}) => {
  await readBoth(page)
  await page.goto(`${town.address}/mon-compte`)
  await keeps(page, 'home.account')
  await page.goto(`${town.address}/mes-demandes`)
  await keeps(page, 'demandes.receipts')
  await page.goBack()
  await page.goBack()
  await town.cut(context)
  await page.reload()
  await expect(page.getByRole('grid').first()).toBeVisible()
  await expect(seen(page)).toBeVisible()
  await page.goto(`${town.address}/mon-compte`)
  await expect(page.getByText('Solde des factures au')).toBeVisible()
  await expect(seen(page)).toBeVisible()
  await page.goto(`${town.address}/mes-demandes`)
  await expect(page.getByRole('heading', { level: 1, name: 'Mes demandes' })).toBeVisible()
  await expect(seen(page)).toBeVisible()
  await expect(page.getByRole('alert')).toHaveCount(0)
  await page.goto(`${town.address}/mon-tableau-de-bord`)
  await expect(toPay(page)).toBeVisible()
  await expect(seen(page)).toBeVisible()
  expect(await faults(page)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)

  // What was never seen says so, and the way back is there.
  await page.getByRole('navigation', { name: 'Pages principales' }).getByRole('link', { name: 'Ma famille' }).tap()
  await expect(page.getByRole('alert')).toContainText('vérifiez votre connexion à internet')
  await page.getByRole('navigation', { name: 'Pages principales' }).getByRole('link', { name: 'Mon tableau' }).tap()
  await expect(toPay(page)).toBeVisible()

  await town.mend(context)
  await expect(seen(page)).toHaveCount(0)
  await expect(toPay(page)).toBeVisible()
})

test('ticked without a network, closed and opened again: sent once when it is back', async ({ page, context }) => {
  await readBoth(page)
  const before = (await (await town.callsOf(claire)).demandes.drafts()).items.length
  await town.cut(context)
  await page.reload()
  await cell(page, '2027-01-06', 1).tap()
  await expect(cell(page, '2027-01-06', 1)).toHaveAttribute('data-draft', 'cancel')
  await expect(page.getByText('Vos cases sont gardées sur cet appareil.')).toBeVisible()
  await page.reload()
  await expect(cell(page, '2027-01-06', 1)).toHaveAttribute('data-draft', 'cancel')
  let sent = 0
  page.on('response', (response) => {
    if (response.url().endsWith('/rpc/demandes/draft')) sent += 1
  })
  await town.mend(context)
  await expect(page.getByText('Vos cases sont gardées sur cet appareil.')).toHaveCount(0)
  const calls = await town.callsOf(claire)
  await expect.poll(async () => (await calls.demandes.drafts()).items.length).toBe(before + 1)
  await page.waitForLoadState('networkidle')
  await expect(cell(page, '2027-01-06', 1)).toHaveAttribute('data-draft', 'cancel')
  expect(sent).toBe(1)
})

/** What opens without a network, for who comes next on this phone. */
const showsNothing = async (page: Page, context: BrowserContext): Promise<void> => {
  await town.cut(context)
  await page.goto(`${town.address}/mon-tableau-de-bord`)
  await expect(page.getByRole('alert')).toContainText('Le portail ne répond pas')
  await expect(page.getByText('Aubry')).toHaveCount(0)
  await expect(toPay(page)).toHaveCount(0)
}

test('« Se déconnecter » erases what was seen', async ({ page, context }) => {
  await readBoth(page)
  expect(await hasSeen(page)).toBe(true)
  await page.getByRole('button', { name: 'Se déconnecter' }).tap()
  await expect(page.getByLabel('Votre identifiant')).toBeVisible()
  await expect.poll(() => hasSeen(page)).toBe(false)
  await showsNothing(page, context)
})

test('a session that ended erases it too, even when only the first page is opened', async ({ page, context }) => {
  await readBoth(page)
  await page.goto('about:blank')
  await context.clearCookies()
  await page.goto(`${town.address}/mon-tableau-de-bord`)
  await expect(page.getByLabel('Votre identifiant')).toBeVisible()
  await expect.poll(() => hasSeen(page)).toBe(false)
  await showsNothing(page, context)
})

test('another account on the same phone finds only its own, and loses nothing of the first', async ({
  page,
  context,
}) => {
  await readBoth(page)
  await town.cut(context)
  await page.reload()
  await cell(page, '2027-01-06', 1).tap()
  await expect(page.getByText('Vos cases sont gardées sur cet appareil.')).toBeVisible()
  const unsent = () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('portail ticks ')))
  const [ofClaire = ''] = await unsent()
  expect(ofClaire).toContain(claire)
  await page.goto('about:blank')
  await town.mend(context)
  // Without passing by the first page: the same browser is given the session of another.
  const elsewhere = await context.browser()?.newContext()
  const other = await elsewhere?.newPage()
  if (!elsewhere || !other) throw new Error('no other browser')
  await town.enterByKeyboard(other, marc)
  await context.clearCookies()
  await context.addCookies(await elsewhere.cookies())
  await elsewhere.close()
  await page.goto(`${town.address}/mon-compte`)
  await expect(page.getByRole('heading', { level: 1, name: 'Mon compte' })).toBeVisible()
  await expect.poll(() => kept(page)).not.toContain(claire)
  await town.cut(context)
  for (const path of ['/mon-tableau-de-bord', '/mes-reservations/1001']) {
    await page.goto(town.address + path)
    await expect(page.getByRole('alert')).toContainText('Le portail ne répond pas')
    await expect(toPay(page)).toHaveCount(0)
    await expect(page.getByRole('grid')).toHaveCount(0)
  }
  await town.mend(context)
  await page.goto(`${town.address}/mes-reservations/1001`)
  await expect(cell(page, '2027-01-06', 1)).toBeVisible()
  await town.cut(context)
  await cell(page, '2027-01-06', 1).tap()
  await expect.poll(unsent).toHaveLength(2)
  expect(await unsent()).toContain(ofClaire)
})

test('data older than a session is not shown', async ({ page, context }) => {
  await readBoth(page)
  await town.cut(context)
  await page.clock.install({ time: Date.now() + 12 * 60 * 60 * 1000 + 60_000 })
  await page.goto(`${town.address}/mon-tableau-de-bord`)
  await expect(page.getByRole('alert')).toContainText('Le portail ne répond pas')
  await expect(page.getByText('Aubry')).toHaveCount(0)
  await expect.poll(() => hasSeen(page)).toBe(false)
})

/** Opens more logins than the portal takes, from different addresses, so that the next visitor must wait in line. */
const fillUp = async (): Promise<() => Promise<void>> => {
  const { origin } = new URL(town.address)
  const over = new AbortController()
  let machines = 0
  const keepTrying = async () => {
    while (!over.signal.aborted) {
      machines += 1
      await fetch(`${origin}/rpc/account/login`, {
        method: 'POST',
        headers: {
          origin,
          'x-csrf-token': 'orpc',
          'content-type': 'application/json',
          'x-forwarded-for': `198.51.${machines >> 8}.${machines % 256}`,
        },
        body: JSON.stringify({ json: { email: `${machines}@exemple.fr`, password } }),
      })
    }
  }
  const trying = Promise.all(Array.from({ length: 40 }, keepTrying))
  await expect.poll(async () => (await fetch(town.address)).text()).toContain('Beaucoup de monde en ce moment')
  return async () => {
    over.abort()
    await trying
  }
}

test('a phone may put the portal among its applications, and keeps no page, no call, and no place in the line', async ({
  page,
  context,
}) => {
  await town.close()
  // Only passwords that take their time make a line.
  town = await servePortalTown({ port: await freePort(), behindProxy: true, passwordCost: defaultPasswordCost })
  await readBoth(page)
  const client = await context.newCDPSession(page)
  const { errors } = await client.send('Page.getAppManifest')
  expect(errors).toEqual([])
  const { installabilityErrors } = await client.send('Page.getInstallabilityErrors')
  // The browser of the tests is an incognito one.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([])

  expect((await keptOn(page)).filter((path) => !isFile(path))).toEqual([])

  await context.clearCookies()
  const letGo = await fillUp()
  await page.goto(`${town.address}/mon-tableau-de-bord`)
  await expect(page.getByRole('heading', { name: 'Beaucoup de monde en ce moment' })).toBeVisible()
  // The waiting page reloads by itself, possibly at this moment.
  await expect(async () => expect((await keptOn(page)).filter((path) => !isFile(path))).toEqual([])).toPass()
  await letGo()
  await expect(page.getByLabel('Votre identifiant')).toBeVisible({ timeout: 60_000 })
})

/**
 * As after a new build: the first script has another name, wherever it is named. Of `names` only, if they are given.
 */
const renew = (folder: string, names = readdirSync(folder, { recursive: true, encoding: 'utf8' })): void => {
  const entry = /assets\/(index-[\w-]+)\.js/.exec(readFileSync(join(portalFolder, 'index.html'), 'utf8'))?.[1]
  if (entry === undefined) throw new Error('no first script')
  for (const name of names.filter((one) => /\.(js|html)$/.test(one))) {
    const path = join(folder, name)
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replaceAll(entry, 'index-renewed').replace(/"version":"\w+"/, '"version":"renewed"'))
    if (name.endsWith(`${entry}.js`)) renameSync(path, path.replace(entry, 'index-renewed'))
  }
}

test('a new version takes over once it is whole, and opens without a network in its turn', async ({
  page,
  context,
}) => {
  await town.close()
  const screens = mkdtempSync(join(tmpdir(), 'portal-renewed-'))
  cpSync(portalFolder, screens, { recursive: true })
  town = await servePortalTown({ screens, port: await freePort() })
  await readBoth(page)
  const versions = () => page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith('fichiers ')))
  const before = await versions()

  // Half put in place: the worker is there, the pages are still the old ones.
  renew(screens, ['hors-connexion.js'])
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration()
    await registration?.update()
    const next = registration?.installing
    if (next) await new Promise((done) => next.addEventListener('statechange', done, { once: true }))
  })
  await town.cut(context)
  await page.reload()
  await expect(page.getByRole('grid').first()).toBeVisible()
  await town.mend(context)

  renew(screens)
  await page.goto(`${town.address}/mon-tableau-de-bord`)
  await expect(toPay(page)).toBeVisible()
  // An update that began while files were replaced fails as a whole; each visit tries again. Once the new worker is
  // there, nothing is asked for: it takes over when the older one was idle, which Chromium says after 30 seconds at most.
  const afterAnUpdate = async () => {
    const workers = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration()
      if (!registration?.installing && !registration?.waiting) await registration?.update()
      const { installing, waiting, active } = registration ?? {}
      return [installing?.state, waiting?.state, active?.state].filter((state) => state !== undefined)
    })
    return { caches: await versions(), workers }
  }
  await expect
    .poll(afterAnUpdate, { timeout: 90_000 })
    .toEqual({ caches: ['fichiers renewed'], workers: ['activated'] })
  expect(before).not.toContain('fichiers renewed')
  await page.reload()
  await expect(toPay(page)).toBeVisible()
  await keeps(page, 'index-renewed')
  await keeps(page, 'home.dashboard')
  await town.cut(context)
  await page.reload()
  await expect(seen(page)).toBeVisible()
  await expect(toPay(page)).toBeVisible()
  expect(await page.evaluate(() => document.querySelector<HTMLScriptElement>('script[type=module]')?.src)).toContain(
    'index-renewed',
  )
  rmSync(screens, { recursive: true })
})

test('with data saving on, no month is loaded before it is asked for', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }))
  await town.enterByKeyboard(page)
  let months = 0
  page.on('request', (request) => {
    if (request.url().endsWith('/rpc/home/calendar')) months += 1
  })
  await page.goto(`${town.address}/mes-reservations/1001`)
  await expect(page.getByRole('grid').first()).toBeVisible()
  await page.waitForLoadState('networkidle')
  expect(months).toBe(1)
})

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('the dashboard says what is to pay and where the children are, and whom to call', async ({ page }) => {
    await town.callsOf(claire)
    await page.goto(town.address)
    await town.fillLogin(page, claire)
    await expect(page.getByRole('heading', { level: 1, name: 'Mon tableau de bord' })).toBeVisible()
    await expect(toPay(page)).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Prochains jours' })).toBeVisible()
    await expect(page.getByRole('link', { name: '02 61 91 12 34' }).first()).toBeVisible()
    await page.getByRole('navigation', { name: 'Toutes les pages' }).getByRole('link', { name: 'Mon compte' }).tap()
    await expect(page.getByRole('heading', { level: 1, name: 'Mon compte' })).toBeVisible()
  })
})
