import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { homeHeader } from '../../../shared/contract/portal/home-header.ts'
import { callerKey } from '../../http/callers.ts'
import { type CallLimits, callRefusal, isFromThisServer, refusalPage } from '../../http/page-calls.ts'
import { contentPolicy, type Page, sentencePage, staticPages } from '../../http/pages.ts'
import {
  type Caller,
  deviceName,
  handleLoginForm,
  isStopLink,
  type Login,
  loginOf,
  loginPageFor,
  readStopLink,
  stopMails,
} from '../account/account.ts'
import type { Cookies } from '../http/cookies.ts'
import { readForm } from '../http/forms.ts'
import { icons, manifestOf } from '../http/installing.ts'
import {
  accessibilityPage,
  contactPage,
  legalPage,
  type PublicContext,
  payfipReturnPage,
  stopMailsPage,
  unknownStopLinkPage,
} from '../http/public-pages.ts'
import type { RefusedForms } from '../http/refused-forms.ts'
import { type Replies, withReferrer } from '../http/replies.ts'
import type { VisitorQueue } from '../http/visitor-queue.ts'
import { helpPage, helpPictures } from '../pages/help/help-page.ts'
import { dashboard } from '../pages/pages.ts'
import { dashboardPage } from '../pages/plain/dashboard.ts'
import { plainPage } from '../pages/plain-pages.ts'
import { withContent } from '../pages/skeleton.ts'
import { isPaperUpload, receivePaper } from '../papers/papers.ts'
import { isNotification, receiveNotification, returnedAttempt } from '../payment/payment.ts'
import type { Portal } from '../portal.ts'
import { Refused } from '../refused.ts'
import { agendaOf, feedSecretIn } from '../reservations/reservations.ts'
import { runtimeFile } from '../runtime-file.ts'
import { handleSignUpForm, isSignUp, signUpPageFor } from '../sign-up/sign-up.ts'
import { readPortalSession } from './router.ts'

/** The portal's HTTP routes. */

/** What routes need to answer a request. */
export type Site = {
  readonly portal: Portal
  /** The portal's own origins, as browsers send them. */
  readonly origins: readonly string[]
  readonly cookies: Cookies
  readonly replies: Replies
  readonly refusedForms: RefusedForms
  readonly queue: VisitorQueue
  /** The address of the portal that replaced this one; null while this portal is in use. */
  readonly replacementAddress: () => Promise<string | null>
  /** Serves the built files of the parents' single-page application. */
  readonly screen: (pathname: string, accepted?: string) => Promise<Page>
  readonly callerOf: (request: IncomingMessage) => Caller
}

type Visit = { readonly request: IncomingMessage; readonly url: URL }

/** @returns null to leave the request to the next route */
type Route = (site: Site, visit: Visit) => Page | null | Promise<Page | null>

/** Calls from pages are small; papers are uploaded at an address of their own. */
export const callLimits: CallLimits = {
  maxBytes: 256 * 1024,
  tooLargeMessage: 'Cet envoi est trop lourd\u00a0: rien n’a été enregistré.',
  crossSiteMessage: 'Cet appel ne vient pas d’une page du portail.',
}

/**
 * The Content-Security-Policy of the parents' pages: besides their own files, allows the service worker, the web
 * application manifest, and the logout form used before scripts run.
 */
const parentPolicy = (nonce: string): string =>
  `${contentPolicy(nonce, `'self'`)}; worker-src 'self'; manifest-src 'self'`

/** @param folder where the pages were built */
export const servePages = (folder: string): Site['screen'] => staticPages(folder, { policy: parentPolicy })

/** The request's login, for the home that its page shows; null also when the guardian no longer reaches this home. */
export const loginOfRequest = async (
  { portal, cookies, queue }: Site,
  request: IncomingMessage,
): Promise<Login | null> => {
  const secret = cookies.session.get(request)
  const login = secret === null || secret === '' ? null : await loginOf(portal, secret)
  if (login !== null && secret !== null) queue.admitSession(secret)
  const homeOnPage = request.headers[homeHeader]
  if (login === null || homeOnPage === undefined) return login
  const familyId = Number(homeOnPage)
  return login.families.includes(familyId) ? { ...login, familyId } : null
}

/**
 * How to find a caller's address.
 * @param behindProxy whether the town's proxy is in front: only its header is trusted
 */
export const callerBehind =
  (behindProxy: boolean): Site['callerOf'] =>
  ({ headers, socket }) => {
    // The town's proxy appended the last address; the caller may have forged those before it.
    const forwarded = behindProxy
      ? String(headers['x-forwarded-for'] ?? '')
          .split(',')
          .at(-1)
          ?.trim()
      : ''
    return {
      address: callerKey(withoutPort(forwarded ?? '') || (socket.remoteAddress ?? '')),
      device: deviceName(headers['user-agent'] ?? ''),
    }
  }

/**
 * Removes a port, which some proxies write: « 203.0.113.7:52041 » or « [2001:db8::1]:52041 ». With it, each connection
 * would count as another caller.
 */
const withoutPort = (address: string): string =>
  address.replace(/^\[(.+)\](:\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1')

/** PayFiP's notification comes from another site, so its content is not trusted. */
const paymentNotification: Route = async ({ portal, replies }, { url, request }) => {
  if (!isNotification(url)) return null
  await receiveNotification(portal, url, request)
  return { status: 200, headers: { ...replies.headers, Connection: 'close' }, body: Buffer.alloc(0) }
}

const paymentReturn: Route = ({ replies }, { url }) => {
  const attempt = returnedAttempt(url)
  if (attempt === null) return null
  const next = `/mon-compte/paiement/${attempt}?retour=1`
  // Browsers do not send the session cookie on a request from another site: this page of ours then leads to the
  // payment's page.
  return replies.page((context) => payfipReturnPage(context, next), { more: { Refresh: `0; url=${next}` } })
}

const paperUpload: Route = async (site, { request }) => {
  if (!isPaperUpload(request)) return null
  // The upload itself checks the size.
  const refusal = callRefusal(request, site.origins, { ...callLimits, maxBytes: Number.POSITIVE_INFINITY })
  if (refusal) return refusalPage(refusal)
  const { status, body } = await receivePaper(site.portal, await loginOfRequest(site, request), request)
  return { ...site.replies.content('application/json', JSON.stringify(body), { Connection: 'close' }), status }
}

const mailStop: Route = async ({ portal, replies }, { url, request }) => {
  if (!isStopLink(url)) return null
  const link = await readStopLink(portal, url)
  if (!link) return replies.page(unknownStopLinkPage, { status: 404 })
  // Accepts POST without a session and from any site: mail programs send it for their unsubscribe button.
  if (request.method === 'POST') await stopMails(portal, link)
  const isStopped = link.isStopped || request.method === 'POST'
  return replies.page((context) => stopMailsPage(context, { ...link, isStopped }), { more: { Connection: 'close' } })
}

/** The answer to calls after the desk moved to another portal: no desk would read what a parent sends here. */
export const movedPage = (to: string): Page =>
  refusalPage({
    status: 410,
    code: 'REFUSED',
    sentence: `Le portail de la famille est maintenant à l’adresse ${to}\u00a0: rien n’a été enregistré ici.`,
  })

const movedElsewhere: Route = async ({ replacementAddress, replies }, { url, request }) => {
  if (isFile(url)) return null
  const to = await replacementAddress()
  if (to === null) return null
  return request.method === 'POST' ? movedPage(to) : replies.redirect(to + url.pathname)
}

const form: Route = async (site, { url, request }) => {
  if (request.method !== 'POST') return null
  if (!isFromThisServer(request, site.origins)) {
    return sentencePage(403, 'Ce formulaire ne vient pas du portail. Revenez à sa page d’accueil.')
  }
  const { portal, cookies, replies, refusedForms } = site
  const field = await readForm(request)
  const caller = site.callerOf(request)
  if (isSignUp(url)) {
    const secret = cookies.signUp.get(request)
    const reply = await handleSignUpForm(portal, url, { field, secret, caller, refusedForms })
    if (reply) return replies.pageFor(reply, cookies.signUp)
  }
  const login = () => loginOfRequest(site, request)
  const reply = await handleLoginForm(portal, url, { field, caller, login }, refusedForms)
  return reply ? replies.pageFor(reply, cookies.session) : sentencePage(404, 'Cette page n’existe pas.')
}

const readOnly: Route = (_, { request }) =>
  request.method === 'GET' || request.method === 'HEAD' ? null : sentencePage(405, 'Cette page se lit seulement.')

const typeface = '../../node_modules/@fontsource-variable/source-sans-3/files'

/** Files of the public pages, which browsers cache for a day. */
const files: Readonly<Record<string, { readonly type: string; readonly body: Buffer }>> = {
  '/lettres.woff2': {
    type: 'font/woff2',
    body: readFileSync(runtimeFile(`${typeface}/source-sans-3-latin-wght-normal.woff2`)),
  },
  '/marque.svg': { type: 'image/svg+xml', body: readFileSync(runtimeFile('http/mark.svg')) },
  ...icons(),
  ...helpPictures,
}

const cachedFile: Route = ({ replies }, { url }) => {
  const file = files[url.pathname]
  return file ? replies.content(file.type, file.body, { 'Cache-Control': 'public, max-age=86400' }) : null
}

const manifest: Route = async ({ replies }, { url }) =>
  url.pathname === '/portail.webmanifest'
    ? replies.content('application/manifest+json', manifestOf(await replies.town()), { 'Cache-Control': 'no-cache' })
    : null

const agenda: Route = async ({ portal, replies }, { url }) => {
  const secret = feedSecretIn(url.pathname)
  if (secret === null) return null
  const text = await agendaOf(portal, secret)
  if (text === null) return sentencePage(404, 'Cet agenda n’existe plus.')
  return replies.content('text/calendar; charset=utf-8', text)
}

const isFile = ({ pathname }: URL): boolean => /\.[a-z0-9]+$/i.test(pathname)

const queuePage: Route = ({ queue, cookies, replies, callerOf }, { url, request }) => {
  if (isFile(url)) return null
  const position = queue.request({
    session: cookies.session.get(request),
    ticket: cookies.ticket.get(request),
    caller: callerOf(request).address,
  })
  return position && replies.queuePage(position, cookies.ticket)
}

const signUp: Route = async ({ portal, cookies, replies, refusedForms }, { url, request }) => {
  if (!isSignUp(url)) return null
  const reply = await signUpPageFor(portal, url, cookies.signUp.get(request), refusedForms)
  return reply && replies.pageFor(reply, cookies.signUp)
}

const screenFile: Route = async ({ screen }, { url, request }) => {
  if (url.pathname === '/index.html') return withReferrer(await screen('/'))
  return isFile(url) ? screen(url.pathname, request.headers['accept-encoding'] ?? '') : null
}

/** Pages that are the same for everybody, logged in or not. */
const informationPages: Readonly<Record<string, (context: PublicContext) => string>> = {
  '/aide': helpPage,
  '/mentions-legales': legalPage,
  '/e-accessibilite': accessibilityPage,
  '/contact': contactPage,
}

/** The pages of a logged-in parent, and the login pages. */
const page: Route = async (site, { url, request }) => {
  const { portal, cookies, replies, refusedForms } = site
  const login = await loginOfRequest(site, request)
  const information = informationPages[url.pathname]
  if (information) return replies.page(information, { isLoggedIn: login !== null })
  if (login && url.pathname === '/') return replies.redirect('/mon-tableau-de-bord')
  const reply = await loginPageFor(portal, url, refusedForms)
  if (reply) return replies.pageFor(reply, cookies.session)
  return login
    ? parentPage(site, login, url)
    : replies.redirect(`/?suite=${encodeURIComponent(url.pathname + url.search)}`)
}

const parentPage = async ({ portal, screen }: Site, login: Login, url: URL): Promise<Page> => {
  const built = withReferrer(await screen('/'))
  try {
    const session = await readPortalSession(portal, login)
    const shown = url.pathname === '/mon-tableau-de-bord' ? await dashboard(portal, login) : null
    const plain = shown ? dashboardPage(shown, session) : await plainPage(portal, login, session, url)
    return withContent(built, { session, dashboard: shown }, url.pathname, plain)
  } catch (error) {
    // Serve the page without data: its scripts call again, and show the refusal.
    if (error instanceof Refused) return built
    throw error
  }
}

/** The first route that returns a page answers. The routes after `readOnly` change nothing. */
const routes: readonly Route[] = [
  paymentNotification,
  paymentReturn,
  mailStop,
  movedElsewhere,
  paperUpload,
  form,
  readOnly,
  cachedFile,
  manifest,
  agenda,
  queuePage,
  signUp,
  screenFile,
  page,
]

/** Answers with the page of the first route that knows the URL. */
export const pageForVisit = async (site: Site, visit: Visit): Promise<Page> => {
  for (const route of routes) {
    const found = await route(site, visit)
    if (found) return found
  }
  return sentencePage(404, 'Cette page n’existe pas.')
}
