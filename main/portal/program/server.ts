import { randomUUID, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { BodyLimitPlugin, CompressionPlugin, RPCHandler } from '@orpc/server/node'
import type { TownDocument } from '../../../shared/contract/portal/documents.ts'
import { signatureSeconds } from '../../crypto/signature.ts'
import { createCallerLimiter, isThisMachine } from '../../http/callers.ts'
import { callRefusal, isCall, type Refusal, refusalPage, refusalsInFrench, unknownCall } from '../../http/page-calls.ts'
import { type Page, securityHeaders, sendPage, sentencePage } from '../../http/pages.ts'
import { createDeskEndpoint, isForDesk, isSigned } from '../exchange/desk-http.ts'
import { beginExchange } from '../exchange/exchange.ts'
import { createReplacementLookup } from '../exchange/pairing.ts'
import { createCookies } from '../http/cookies.ts'
import { FormTooLarge } from '../http/forms.ts'
import { createRefusedForms } from '../http/refused-forms.ts'
import { createReplies } from '../http/replies.ts'
import { createVisitorQueue, tickMilliseconds } from '../http/waiting-line.ts'
import { isPaperUpload } from '../papers/papers.ts'
import type { Portal } from '../portal.ts'
import { errorText, loggedPath } from '../store/described.ts'
import { sha256 } from '../store/store.ts'
import { openHealth } from './health.ts'
import { type Metrics, openMetrics } from './metrics.ts'
import { router } from './router.ts'
import { callerBehind, gone, loginIn, pageAt, type Site, screensIn, taking } from './routes.ts'

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
  /** A bearer token with which `/mesures` may be read from another machine. */
  readonly metricsToken?: string | undefined
  /** The town to show until the desk has published its own. */
  readonly firstTown?: TownDocument | undefined
}

/** Limits per network address, high enough for a school, or for phones that share an operator's address. */
const ofOneAddress = { maxOpen: 64, burst: 600, perSecond: 60, maxLoadShare: 6 } as const

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
 * @param at port 0 for any free one
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
  { screens, behindProxy, metricsToken, firstTown }: PortalServeOptions,
): Promise<PortalServing> => {
  await beginExchange(portal)
  const origins = [new URL(portal.address).origin, `http://127.0.0.1:${port}`, `http://localhost:${port}`]
  const hosts = origins.map((origin) => new URL(origin).host)
  const site: Site = {
    portal,
    origins,
    cookies: createCookies(portal, port),
    replies: createReplies(portal, firstTown ?? null),
    refusedForms: createRefusedForms(portal.keys.privateKey, portal.clock),
    line: createVisitorQueue(portal.keys.privateKey, portal.clock),
    left: createReplacementLookup(portal),
    screen: screensIn(screens),
    callerOf: callerBehind(behindProxy),
  }
  const answerCall = openCalls(site)
  const door = createDeskEndpoint(portal)
  const metrics = openMetrics()
  const callers = createCallerLimiter(ofOneAddress)
  const watch = openWatch(portal, metrics, metricsToken)

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const slow = setTimeout(() => request.complete || request.destroy(), patience(request))
    // Keep the timer when the response is sent before the request is complete: the rest of the request must not take
    // for ever.
    response.once('close', () => request.complete && clearTimeout(slow))
    const { address: caller } = site.callerOf(request)
    if (!callers.accepts(caller, request, response)) return sendPage(response, tooMuchPage(request))
    // The desk's signature covers the portal's address, so the Host header is not checked.
    if (isForDesk(request)) return door.answer(request, response, caller)
    const watched = await watch(request)
    if (watched) return sendPage(response, watched)
    // Refuse other host names, against DNS rebinding.
    if (!hosts.includes(request.headers.host ?? '')) return sendPage(response, sentencePage(421, 'Adresse inconnue.'))
    const address = `http://${request.headers.host}${request.url}`
    if (!URL.canParse(address)) return sendPage(response, sentencePage(400, 'Adresse inconnue.'))
    const url = new URL(address)
    if (isCall(url)) return answerCall(request, response)
    sendPage(response, await pageAt(site, { request, url }))
  }

  let lookAt = performance.now() + tickMilliseconds
  const looking = setInterval(() => {
    const now = performance.now()
    site.line.tick({ timerDelay: Math.max(0, now - lookAt), pendingRequests: callers.pendingCount() })
    lookAt = now + tickMilliseconds
  }, tickMilliseconds)

  server.removeAllListeners('request')
  server.on('request', (request, response) => {
    const began = performance.now()
    response.once('finish', () => metrics.answered(response.statusCode, (performance.now() - began) / 1000))
    answer(request, response).catch((error: unknown) => {
      // The client disconnected before its request was complete: there is nobody to answer, and no error to log.
      if (request.destroyed && !request.complete) return
      if (error instanceof FormTooLarge) return sendPage(response, sentencePage(413, 'Cet envoi est trop lourd.'))
      portal.log(`${randomUUID().slice(0, 8)} ${request.method} ${loggedPath(request.url)} ${errorText(error)}`)
      if (response.headersSent) response.destroy()
      else sendPage(response, sentencePage(500, 'Un problème est arrivé chez nous. Réessayez dans quelques minutes.'))
    })
  })
  return {
    port,
    async close() {
      clearInterval(looking)
      door.close()
      const closed = new Promise((done) => server.close(done))
      server.closeIdleConnections()
      const late = setTimeout(() => server.closeAllConnections(), 5_000)
      await closed
      clearTimeout(late)
    },
  }
}

/** Milliseconds within which a request must arrive completely: longer for papers and signed requests, which are large. */
export const patience = (request: Pick<IncomingMessage, 'method' | 'url'>): number =>
  isPaperUpload(request) || isSigned(request) ? deskMilliseconds : pageMilliseconds

const againSeconds = 5
const tooMuch: Refusal = {
  status: 429,
  code: 'REFUSED',
  sentence: 'Trop de demandes arrivent de votre connexion. Attendez quelques secondes, puis recommencez.',
}

/** The page reloads automatically, so that parents who share an address with a flood of requests get in eventually. */
const tooMuchPage = ({ method, url }: IncomingMessage): Page => {
  if (url?.startsWith('/rpc/')) return refusalPage(tooMuch)
  const page = sentencePage(tooMuch.status, tooMuch.sentence)
  return method === 'GET' ? { ...page, headers: { ...page.headers, Refresh: `${againSeconds}` } } : page
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
const openCalls = (site: Site) => {
  const { portal, origins, cookies, replies } = site
  const handler = new RPCHandler(router, {
    plugins: [new BodyLimitPlugin({ maxBodySize: taking.maxBytes }), new CompressionPlugin()],
    rootInterceptors: [refusalsInFrench(taking)],
  })
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refusal = callRefusal(request, origins, taking)
    if (refusal) return sendPage(response, refusalPage(refusal))
    const to = await site.left()
    if (to !== null) return sendPage(response, gone(to))
    for (const [name, value] of Object.entries(replies.headers)) response.setHeader(name, value)
    const { matched } = await handler.handle(request, response, {
      prefix: '/rpc',
      context: {
        portal,
        caller: site.callerOf(request),
        login: await loginIn(site, request),
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
const openWatch = (portal: Portal, metrics: Metrics, token: string | undefined) => {
  const health = openHealth(portal)
  return async (request: IncomingMessage): Promise<Page | null> => {
    switch (request.url ?? '') {
      case '/sante': {
        const { faults, remarks } = await health()
        const said = [...faults, ...remarks]
        return textPage(said.length === 0 ? 'ok\n' : `${said.join('\n')}\n`, faults.length === 0 ? 200 : 503)
      }
      case '/mesures': {
        // A request through a proxy on this machine has this header: the request does not come from the machine itself.
        const isHere =
          isThisMachine(request.socket.remoteAddress ?? '') && request.headers['x-forwarded-for'] === undefined
        const may = isHere || showsToken(request, token)
        return may ? textPage(await metrics.text(portal)) : sentencePage(404, 'Cette page n’existe pas.')
      }
      default:
        return null
    }
  }
}

/** Compares hashes, so that the time taken does not reveal the token. */
const showsToken = ({ headers }: IncomingMessage, token: string | undefined): boolean =>
  token !== undefined &&
  timingSafeEqual(Buffer.from(sha256(headers.authorization ?? '')), Buffer.from(sha256(`Bearer ${token}`)))

const textPage = (text: string, status = 200): Page => ({
  status,
  headers: { ...securityHeaders, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
  body: Buffer.from(text),
})
