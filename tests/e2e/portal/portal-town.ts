import { randomUUID } from 'node:crypto'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import { SimpleCsrfProtectionLinkPlugin } from '@orpc/client/plugins'
import type { ContractRouterClient } from '@orpc/contract'
import { type BrowserContext, expect, type Page, type Request } from 'playwright/test'
import { portalFolder } from '../../../main/build.ts'
import { applyAnswers, type DeskAnswer } from '../../../main/portal/exchange/answers.ts'
import { publish } from '../../../main/portal/exchange/publications.ts'
import { servePortal } from '../../../main/portal/program/server.ts'
import type { Receipt } from '../../../shared/contract/portal/demandes.ts'
import type { contract } from '../../../shared/contract/portal/index.ts'
import { day, instant } from '../../../shared/rules/calendar/day.ts'
import type { aMailbox } from '../../portal/accounts/mailbox.ts'
import { aPortal, type PortalContent, password } from '../../portal/portal.ts'
import { now, published } from '../../portal/town.ts'
import { cheapestPasswords } from '../../support/desk.ts'
import { rowsOf } from '../../support/machine/embedded-store.ts'
import { quickStore } from '../../support/machine/quick-store.ts'
import { faults, themes } from '../town.ts'
import { child, grownTown, registrationOf, told as townTold } from './dossiers/portal-documents.ts'
import type { PortalPage } from './portal-pages.ts'

export const claire = 'claire.aubry@exemple.fr'
/** Guardian of two homes. */
export const marc = 'marc.aubry@exemple.fr'

type Mailbox = Awaited<ReturnType<typeof aMailbox>>
type Client = ContractRouterClient<typeof contract>

/** Calls as a parent's page makes them. */
const callsAt = (origin: string) => {
  let cookie = ''
  const link = new RPCLink({
    url: `${origin}/rpc`,
    plugins: [new SimpleCsrfProtectionLinkPlugin()],
    fetch: async (asked, init) => {
      const sent = new Request(asked, init)
      sent.headers.set('origin', origin)
      if (cookie !== '') sent.headers.set('cookie', cookie)
      const answer = await fetch(sent)
      cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
      return answer
    },
  })
  return { calls: createORPCClient<Client>(link), cookie: () => cookie }
}

/** A built town, with the mails sent to its parents and the parents who have opened their account. */
let grown: (PortalContent & { readonly sent: Mailbox; readonly activated: ReadonlySet<string> }) | undefined

/** Of a portal that is closed. A browser that knows the address has kept its scripts. */
let leftPort = 0

/** The portal with its built pages, on a store in memory and a real mailbox; `grown`, after a parent's two evenings. */
export const servePortalTown = async ({
  port = 0,
  isGrown = true,
  screens = portalFolder,
  behindProxy = false,
  passwordCost = cheapestPasswords,
} = {}) => {
  const own = port === 0 ? 'http://127.0.0.1' : `http://127.0.0.1:${port}`
  const ready = isGrown ? grown : undefined
  const place = await aPortal(quickStore, own, { ...(ready && { content: ready }), passwordCost })
  const { portal, mailbox } = place
  const serve = (at: number) => servePortal(portal, { screens, port: at, host: '127.0.0.1', behindProxy })
  let serving = await serve(port || leftPort)
  leftPort = 0
  const address = `http://127.0.0.1:${serving.port}`
  const activated = new Set(ready?.activated)

  /** The calls of a page of this parent, who follows the mail's link the first time. */
  const loggedIn = async (email: string) => {
    const { calls, cookie } = callsAt(address)
    if (activated.has(email)) await calls.account.login({ email, password })
    else {
      await portal.mails.sendWaiting()
      await calls.account.choosePassword({ secret: (ready?.sent ?? mailbox).linkTo(email), password })
      activated.add(email)
    }
    return { calls, cookie }
  }
  const callsOf = async (email: string): Promise<Client> => (await loggedIn(email)).calls
  const served = {
    ...place,
    address,
    callsOf,
    fillLogin,
    /** Sets the session cookie instead of logging in, which `enterByKeyboard` tests. */
    async letIn(page: Page, email = claire): Promise<void> {
      const { cookie } = await loggedIn(email)
      const [name = '', value = ''] = cookie().split('=')
      await page.context().addCookies([{ name, value, url: address }])
    },
    /** Opens the dashboard with this parent logged in already. */
    async enter(page: Page, email = claire): Promise<void> {
      await served.letIn(page, email)
      await show(page, served, { path: '/mon-tableau-de-bord' })
    },
    /** Logs in on the first page, as a parent does. */
    async enterByKeyboard(page: Page, email = claire): Promise<void> {
      if (!activated.has(email)) await callsOf(email)
      await page.goto(address)
      await fillLogin(page, email)
      await expect(page.getByRole('heading', { level: 1, name: 'Mon tableau de bord' })).toBeVisible()
      await isTakenUp(page)
    },
    /** Nothing gets through, whoever asks: a browser that is told to be offline may not tell all its workers. */
    async cut(context: BrowserContext) {
      await context.setOffline(true)
      await serving.close()
    },
    async mend(context: BrowserContext) {
      serving = await serve(serving.port)
      await context.setOffline(false)
    },
    async close() {
      await serving.close()
      await place.close()
      leftPort = serving.port
    },
  }
  if (isGrown && !ready) {
    await grow(served)
    grown = { address: own, rows: await rowsOf(portal.store), sent: mailbox, activated: new Set(activated) }
  }
  return served
}

/** What the server wrote is replaced by the application, which answers to who touches it. */
const isTakenUp = (page: Page): Promise<void> => expect(page.locator('#avant')).toHaveCount(0)

const fillLogin = async (page: Page, email: string): Promise<void> => {
  await page.getByLabel('Votre identifiant').fill(email)
  await page.getByLabel('Votre mot de passe').fill(password)
  await page.getByRole('button', { name: 'Connexion' }).click()
}

export type PortalTown = Awaited<ReturnType<typeof servePortalTown>>

/** The id of a parent's first receipt: its demandes were all answered. */
export const aReceipt = async (calls: Client): Promise<string> => {
  const receipts = await calls.demandes.receipts()
  return receipts.at(-1)?.id ?? ''
}

/** Opens a page at its address, waits until its scripts have read what it shows, and touches what opens the rest. */
export const show = async (
  page: Page,
  { address }: Pick<PortalTown, 'address'>,
  { path, open }: Pick<PortalPage, 'path' | 'open'>,
): Promise<void> => {
  await page.goto(address + path)
  await isTakenUp(page)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.locator('.loading')).toHaveCount(0)
  await open?.(page)
}

/** Violations found by axe on a parent's whole page, without counting content under the bottom bar as covered. */
export const faultsOnPortal = async (page: Page, name = new URL(page.url()).pathname): Promise<string[]> => {
  await isTakenUp(page)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const size = page.viewportSize() ?? { width: 1280, height: 800 }
  await page.setViewportSize({ width: size.width, height: 5000 })
  const found: string[] = []
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme })
    found.push(...(await faults(page, theme)).map((fault) => `${name}, ${size.width}, ${theme}: ${fault}`))
  }
  await page.setViewportSize(size)
  return found
}

/**
 * Listens to what a page asks of the portal; what it gives back waits until the page has read all it shows and asks
 * nothing more. « networkidle » comes before a slow page has asked at all.
 */
export const listenTo = (page: Page): (() => Promise<void>) => {
  const underWay = new Set<Request>()
  page.on('request', (one) => one.url().includes('/rpc/') && underWay.add(one))
  page.on('requestfinished', (one) => underWay.delete(one))
  page.on('requestfailed', (one) => underWay.delete(one))
  return async () => {
    await isTakenUp(page)
    await expect(page.locator('.loading')).toHaveCount(0)
    await expect.poll(() => underWay.size).toBe(0)
  }
}

type Place = Pick<Awaited<ReturnType<typeof aPortal>>, 'portal' | 'clock' | 'collected'> & {
  readonly callsOf: (email: string) => Promise<Client>
}
type Wished = readonly [registration: number, on: string, slot: number, wish: 'book' | 'cancel']

const { wednesdays, evenings, winter } = registrationOf

/** Demandes at each of their steps, answers of each kind, a registration « ? », proposals and a draft. */
const grow = async ({ portal, clock, collected, callsOf }: Place): Promise<void> => {
  // While the clock still shows the day of the mail that invites her.
  const calls = await callsOf(claire)
  clock.set(instant('2026-11-23T19:20:00.000Z'))
  await publish(portal, { documents: grownTown, withdrawn: [] })
  const draft = async (...cells: readonly Wished[]) => {
    const kept = cells.map(([registration, on, slot, wish]) => ({ registration, day: day(on), slot, wish }))
    const { refused } = await calls.demandes.draft({ cells: kept })
    if (refused.length > 0) throw new Error(JSON.stringify(refused))
  }
  const record = async (...cells: readonly Wished[]) => {
    await draft(...cells)
    return calls.demandes.record({ request: randomUUID(), surchargeAccepted: false })
  }
  const first = await record(
    [wednesdays, '2027-01-20', 1, 'book'],
    [wednesdays, '2027-01-20', 2, 'book'],
    [wednesdays, '2027-01-06', 2, 'cancel'],
    [wednesdays, '2027-01-27', 1, 'book'],
  )
  await collected()
  clock.set(instant('2026-11-24T08:12:00.000Z'))
  const answers = first.items.flatMap((item) => answerTo(item, portal.clock()))
  await portal.store.db.transaction((write) => applyAnswers(portal, write, answers))

  await record(
    [evenings, '2026-12-14', 4, 'book'],
    [evenings, '2026-12-10', 4, 'cancel'],
    [winter, '2027-02-25', 11, 'book'],
  )
  await collected()
  clock.set(instant('2026-11-24T20:05:00.000Z'))
  await record(
    [evenings, '2026-12-15', 4, 'book'],
    [wednesdays, '2027-01-13', 1, 'cancel'],
    [winter, '2027-02-26', 12, 'book'],
  )
  await calls.demandes.register({
    request: randomUUID(),
    child: child.tao,
    period: 2,
    from: day('2026-12-07'),
    to: day('2027-07-07'),
    week: [{ weekday: 1, slot: 4 }],
  })
  await calls.home.propose({
    changes: [
      { subject: 'guardian', subjectId: 11, field: 'mobilePhone', value: '06 39 98 41 99' },
      { subject: 'child', subjectId: child.tao, field: 'schoolClass', value: 'GS' },
    ],
  })
  clock.set(instant('2026-11-25T03:00:00.000Z'))
  await publish(portal, { documents: [published('town', townTold)], withdrawn: [] })
  clock.set(now)
  await draft([wednesdays, '2027-01-13', 3, 'book'], [wednesdays, '2027-01-20', 3, 'book'])
}

const answerTo = ({ demande, wish, day: on, slot }: Receipt['items'][number], at: DeskAnswer['at']): DeskAnswer[] => {
  const told = { of: demande, revision: 1, at, reason: null, facts: [] }
  const cell = { family: 1, registration: wednesdays, day: on, slot: 1, note: '' }
  if (wish === 'cancel') {
    const reason = 'Le repas est déjà commandé.'
    const held = { kind: 'confirmed', cancelDenied: true }
    return [{ ...told, answer: 'refused', reason, facts: [{ ...cell, slot: 2, held, note: reason }] }]
  }
  if (on === '2027-01-27') {
    return [{ ...told, answer: 'waitListed', facts: [{ ...cell, held: { kind: 'waitlisted', rank: 3 } }] }]
  }
  if (slot === 'Repas') return [{ ...told, answer: 'refused', reason: 'Pas de cuisine ce jour-là.' }]
  return [{ ...told, answer: 'accepted', facts: [{ ...cell, held: { kind: 'confirmed', cancelDenied: false } }] }]
}
