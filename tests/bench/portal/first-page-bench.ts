import { createServer } from 'node:http'
import { PGlite } from '@electric-sql/pglite'
import { chromium, type Page } from 'playwright'
import { portalFolder } from '../../../main/build.ts'
import { publish } from '../../../main/portal/exchange/publications.ts'
import { openPortal } from '../../../main/portal/portal.ts'
import { servePortal } from '../../../main/portal/program/server.ts'
import { session } from '../../../main/portal/store/schema/index.ts'
import { openPortalStore, sha256 } from '../../../main/portal/store/store.ts'
import { accounts, now, wholeTown } from '../../portal/town.ts'
import { chromiumArguments, chromiumHere } from '../../support/machine/chromium.ts'

export type FirstPage = {
  /** The bytes of the first page after the login: compressed files, without HTTP headers. */
  readonly scriptBytes: number
  readonly styleBytes: number
  /**
   * Milliseconds until the first content on a slow phone, for the portal's home page, the first page after the login,
   * and a page with one sentence.
   */
  readonly home: number
  readonly dashboard: number
  readonly nothing: number
}

/** 1.6 Mb/s, 150 ms of round-trip time, and a processor four times slower than this one. */
const slowPhone = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 94_000 }

export const firstPage = async (): Promise<FirstPage> => {
  const executablePath = chromiumHere()
  if (!executablePath) throw new Error('no Chromium on this machine')
  const store = await openPortalStore({ client: await PGlite.create() })
  const portal = await openPortal({
    store,
    clock: () => now,
    log: console.error,
    address: 'http://127.0.0.1:1',
    mail: null,
  })
  const serving = await servePortal(portal, {
    screens: portalFolder,
    port: 0,
    host: '127.0.0.1',
    behindProxy: false,
  })
  const bare = createServer((_, response) => response.end('<!doctype html><title>Rien</title><h1>Rien</h1>'))
  await new Promise<void>((done) => bare.listen(0, '127.0.0.1', done))
  const bound = bare.address()
  const browser = await chromium.launch({ executablePath, args: chromiumArguments })
  try {
    await publish(portal, { documents: wholeTown, withdrawn: [] })
    const secret = 'first-page'.padEnd(43, '-')
    await store.db.insert(session).values({
      hash: sha256(secret),
      id: 'first-page',
      guardianId: accounts.claire.guardian,
      familyId: 1,
      device: 'Téléphone',
      createdAt: now,
      seenAt: now,
    })
    const origin = `http://127.0.0.1:${serving.port}`
    const seen = async (url: string, isLoggedIn: boolean) => {
      const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'fr-FR' })
      if (isLoggedIn) await context.addCookies([{ name: `portail-${serving.port}`, value: secret, url: origin }])
      const found = await firstContent(await context.newPage(), url)
      await context.close()
      return found
    }
    const nothing = await seen(`http://127.0.0.1:${bound && typeof bound === 'object' ? bound.port : 0}/`, false)
    const home = await seen(`${origin}/`, false)
    const dashboard = await seen(`${origin}/mon-tableau-de-bord`, true)
    return {
      scriptBytes: dashboard.bytes('.js'),
      styleBytes: dashboard.bytes('.css'),
      home: home.milliseconds,
      dashboard: dashboard.milliseconds,
      nothing: nothing.milliseconds,
    }
  } finally {
    await browser.close()
    bare.close()
    await serving.close()
    await portal.close()
  }
}

const firstContent = async (page: Page, url: string) => {
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('Network.enable')
  await devTools.send('Network.emulateNetworkConditions', slowPhone)
  await devTools.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  await page.goto(url, { waitUntil: 'networkidle' })
  await page.locator('h1').first().waitFor()
  const milliseconds = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  )
  // Not read from the browser's network events, which sometimes count a prefetched file as 0 bytes.
  const files = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map((one) => ({ path: new URL(one.name).pathname, bytes: (one as PerformanceResourceTiming).encodedBodySize })),
  )
  const bytes = (ending: '.js' | '.css') =>
    new Map(files.flatMap((one) => (one.path.endsWith(ending) ? [[one.path, one.bytes] as const] : [])))
      .values()
      .reduce((sum, size) => sum + size, 0)
  return { milliseconds, bytes }
}
