import { randomUUID, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { BodyLimitPlugin, CompressionPlugin, RPCHandler } from '@orpc/server/node'
import type { TownDocument } from '../../../shared/contract/portal/documents.ts'
import { signatureSeconds } from '../../crypto/signature.ts'
import { createCallerLimiter, isThisComputer } from '../../http/callers.ts'
import { callRefusal, isCall, type Refusal, refusalPage, refusalsInFrench, unknownCall } from '../../http/page-calls.ts'
import { type Page, securityHeaders, sendPage, sentencePage } from '../../http/pages.ts'
import { createDeskEndpoint, isForDesk, isSigned } from '../exchange/desk-http.ts'
import { beginExchange } from '../exchange/exchange.ts'
import { createReplacementLookup } from '../exchange/pairing.ts'
import { createCookies } from '../http/cookies.ts'
import { FormTooLarge } from '../http/forms.ts'
import { createRefusedForms } from '../http/refused-forms.ts'
import { createReplies } from '../http/replies.ts'
import { createVisitorQueue, tickMilliseconds } from '../http/visitor-queue.ts'
import { isPaperUpload } from '../papers/papers.ts'
import type { Portal } from '../portal.ts'
import { loggedPath } from '../store/error-text.ts'
import { sha256 } from '../store/store.ts'
import { createHealthCheck } from './health.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { router } from './router.ts'
import { callerBehind, callLimits, loginOfRequest, movedPage, pageForVisit, type Site, servePages } from './routes.ts'

export type PortalServing = {
  readonly port: number
  close(): Promise<void>
}

type Listening = { readonly server: Server; readonly port: number }

type PortalServeOptions = {
  /** The folder of the parents' built pages. */
  readonly screens: string
  /** Whether a proxy of the town is in front: only its header tells a caller's address. */
  readonly behindProxy: boolean
  /** A bearer token with which `/mesures` may be read from another computer. */
  readonly metricsToken?: string | undefined
  /** The town to show until the desk has published its own. */
  readonly fallbackTown?: TownDocument | undefined
}

/** Limits per network address, high enough for a school, or for phones that share an operator's address. */
const addressLimits = { maxOpen: 64, burst: 600, perSecond: 60, maxLoadShare: 6 } as const

/**
 * A page's call must arrive within this time; a desk's request, perhaps over a slow connection, within the lifetime of
 * its signature.
 */
const pageMilliseconds = 30_000
const deskMilliseconds = signatureSeconds * 1000
/** Closes connections without traffic: a client that does not read its response keeps it in memory. */
const idleMilliseconds = 120_000

/**
 * Listens on the portal's port before the store is opened, so that a second program fails before it touches any data.
 * Port 0 means any free port.
 */
export const listenAt = async ({ port, host }: { port: number; host: string }): Promise<Listening> => {
  const server = createServer({ requestTimeout: deskMilliseconds, headersTimeout: 10_000 })
  server.setTimeout(idleMilliseconds)
  server.on('request', (_, response) =>
    sendPage(response, sentencePage(503, 'Le portail démarre. Réessayez dans un instant.')),
  )
  return { server, port: await listening(server, port, host) }
}

/** Serves the portal over HTTP: public pages, the parents' pages, and their calls under `/rpc`. */
export const servePortal = async (
  portal: Portal,
  { port, host, ...options }: PortalServeOptions & { readonly port: number; readonly host: string },
): Promise<PortalServing> => serveAt(await listenAt({ port, host }), portal, options)

/** Serves the portal on a port where `listenAt` already listens. */
export const serveAt = async (
  { server, port }: Listening,
  portal: Portal,
  { screens, behindProxy, metricsToken, fallbackTown }: PortalServeOptions,
): Promise<PortalServing> => {
  await beginExchange(portal)
  const origins = [new URL(portal.address).origin, `http://127.0.0.1:${port}`, `http://localhost:${port}`]
  const hosts = origins.map((origin) => new URL(origin).host)
  const site: Site = {
    portal,
    origins,
    cookies: createCookies(portal, port),
    replies: createReplies(portal, fallbackTown ?? null),
    refusedForms: createRefusedForms(portal.keys.privateKey, portal.clock),
    queue: createVisitorQueue(portal.keys.privateKey, portal.clock),
    replacementAddress: createReplacementLookup(portal),
    screen: servePages(screens),
    callerOf: callerBehind(behindProxy),
  }
  const answerCall = createCallHandler(site)
  const deskEndpoint = createDeskEndpoint(portal)
  const metrics = createMetrics()
  const callers = createCallerLimiter(addressLimits)
  const watchPages = createWatchPages(portal, metrics, metricsToken)

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const slow = setTimeout(() => request.complete || request.destroy(), requestMilliseconds(request))
    // Keep the timer when the response is sent before the request is complete: the rest of the request must not take
    // for ever.
    response.once('close', () => request.complete && clearTimeout(slow))
    const { address: caller } = site.callerOf(request)
    if (!callers.accepts(caller, request, response)) return sendPage(response, tooManyRequestsPage(request))
    // The desk's signature covers the portal's address, so the Host header is not checked.
    if (isForDesk(request)) return deskEndpoint.answer(request, response, caller)
    const watched = await watchPages(request)
    if (watched) return sendPage(response, watched)
    // Refuse other host names, against DNS rebinding.
    if (!hosts.includes(request.headers.host ?? '')) return sendPage(response, sentencePage(421, 'Adresse inconnue.'))
    const address = `http://${request.headers.host}${request.url}`
    if (!URL.canParse(address)) return sendPage(response, sentencePage(400, 'Adresse inconnue.'))
    const url = new URL(address)
    if (isCall(url)) return answerCall(request, response)
    sendPage(response, await pageForVisit(site, { request, url }))
  }

  let nextTickAt = performance.now() + tickMilliseconds
  const queueTimer = setInterval(() => {
    const now = performance.now()
    site.queue.tick({ timerDelay: Math.max(0, now - nextTickAt), pendingRequests: callers.pendingCount() })
    nextTickAt = now + tickMilliseconds
  }, tickMilliseconds)

  server.removeAllListeners('request')
  server.on('request', (request, response) => {
    const began = performance.now()
    response.once('finish', () => metrics.countResponse(response.statusCode, (performance.now() - began) / 1000))
    answer(request, response).catch((error: unknown) => {
      // The client disconnected before its request was complete: there is nobody to answer, and no error to log.
      if (request.destroyed && !request.complete) return
      if (error instanceof FormTooLarge) return sendPage(response, sentencePage(413, 'Cet envoi est trop lourd.'))
      portal.logFailure(`${randomUUID().slice(0, 8)} ${request.method} ${loggedPath(request.url)}`, error)
      if (response.headersSent) response.destroy()
      else sendPage(response, sentencePage(500, 'Un problème est arrivé chez nous. Réessayez dans quelques minutes.'))
    })
  })
  return {
    port,
    async close() {
      clearInterval(queueTimer)
      deskEndpoint.close()
      const closed = new Promise((done) => server.close(done))
      server.closeIdleConnections()
      const late = setTimeout(() => server.closeAllConnections(), 5_000)
      await closed
      clearTimeout(late)
    },
  }
}

/**
 * Milliseconds within which a request must arrive completely: longer for papers and signed requests, which are large.
 */
export const requestMilliseconds = (request: Pick<IncomingMessage, 'method' | 'url'>): number =>
  isPaperUpload(request) || isSigned(request) ? deskMilliseconds : pageMilliseconds

const reloadSeconds = 5
const tooManyRequests: Refusal = {
  status: 429,
  code: 'REFUSED',
  sentence: 'Trop de demandes arrivent de votre connexion. Attendez quelques secondes, puis recommencez.',
}

/** The page reloads automatically, so that parents who share an address with a flood of requests get in eventually. */
const tooManyRequestsPage = ({ method, url }: IncomingMessage): Page => {
  if (url?.startsWith('/rpc/')) return refusalPage(tooManyRequests)
  const page = sentencePage(tooManyRequests.status, tooManyRequests.sentence)
  return method === 'GET' ? { ...page, headers: { ...page.headers, Refresh: `${reloadSeconds}` } } : page
}

/** @returns the port actually used */
const listening = async (server: Server, port: number, host: string): Promise<number> => {
  await new Promise<void>((done, failed) => {
    server.once('error', failed)
    server.listen(port, host, () => {
      server.off('error', failed)
      done()
    })
  })
  const bound = server.address()
  return bound && typeof bound === 'object' ? bound.port : port
}

/** Handles the calls of pages, under `/rpc`. */
const createCallHandler = (site: Site) => {
  const { portal, origins, cookies, replies } = site
  const handler = new RPCHandler(router, {
    plugins: [new BodyLimitPlugin({ maxBodySize: callLimits.maxBytes }), new CompressionPlugin()],
    rootInterceptors: [refusalsInFrench(callLimits)],
  })
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refusal = callRefusal(request, origins, callLimits)
    if (refusal) return sendPage(response, refusalPage(refusal))
    const to = await site.replacementAddress()
    if (to !== null) return sendPage(response, movedPage(to))
    for (const [name, value] of Object.entries(replies.headers)) response.setHeader(name, value)
    const { matched } = await handler.handle(request, response, {
      prefix: '/rpc',
      context: {
        portal,
        caller: site.callerOf(request),
        login: await loginOfRequest(site, request),
        sessionSecret: cookies.session.get(request),
        setSession: (secret) => void response.setHeader('Set-Cookie', cookies.session.set(secret)),
      },
    })
    if (!matched) sendPage(response, refusalPage(unknownCall))
  }
}

/**
 * Health and metrics for the server's administrators, requested by address, not through a browser.
 * @returns null for any other URL
 */
const createWatchPages = (portal: Portal, metrics: Metrics, token: string | undefined) => {
  const health = createHealthCheck(portal)
  return async (request: IncomingMessage): Promise<Page | null> => {
    switch (request.url ?? '') {
      case '/sante': {
        const { faults, remarks } = await health()
        const sentences = [...faults, ...remarks]
        return textPage(sentences.length === 0 ? 'ok\n' : `${sentences.join('\n')}\n`, faults.length === 0 ? 200 : 503)
      }
      case '/mesures': {
        // A request through a proxy on this computer has this header: the request does not come from the computer
        // itself.
        const isHere =
          isThisComputer(request.socket.remoteAddress ?? '') && request.headers['x-forwarded-for'] === undefined
        const may = isHere || hasToken(request, token)
        return may ? textPage(await metrics.text(portal)) : sentencePage(404, 'Cette page n’existe pas.')
      }
      default:
        return null
    }
  }
}

/** Compares hashes, so that the time taken does not reveal the token. */
const hasToken = ({ headers }: IncomingMessage, token: string | undefined): boolean =>
  token !== undefined &&
  timingSafeEqual(Buffer.from(sha256(headers.authorization ?? '')), Buffer.from(sha256(`Bearer ${token}`)))

const textPage = (text: string, status = 200): Page => ({
  status,
  headers: { ...securityHeaders, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
  body: Buffer.from(text),
})
