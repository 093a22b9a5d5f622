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
  /** The parents' screens, built. */
  readonly screens: string
  /** A proxy of the town stands before: it alone is believed about where a call comes from. */
  readonly behindProxy: boolean
  /** A bearer token with which `/mesures` may be read from another machine. */
  readonly metricsToken?: string | undefined
  /** How the town shows itself until its desk has published. */
  readonly firstTown?: TownDocument | undefined
}

/** Limits per address, high enough for a school or the phones of one operator, which share one. */
const ofOneAddress = { maxOpen: 64, burst: 600, perSecond: 60, maxLoadShare: 6 } as const

/** A page's call is sent within this; a desk on a slow line may take as long as its signature lives. */
const pageMilliseconds = 30_000
const deskMilliseconds = signatureSeconds * 1000
/** A connection on which nothing moves is closed: whoever does not read an answer holds it in memory. */
const idleMilliseconds = 120_000

/**
 * Listens on the portal's port before its store is opened: a second program fails here without having touched any data.
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

/** The portal over HTTP: pages that anyone reads, the parents' screens, and their calls under `/rpc`. */
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
    // Keep the timer when the answer is sent before the request is complete: the rest of it must not arrive for ever.
    response.once('close', () => request.complete && clearTimeout(slow))
    const { address: caller } = site.callerOf(request)
    if (!callers.accepts(caller, request, response)) return sendPage(response, tooMuchPage(request))
    // What the desk signs names this portal: the Host is not looked at.
    if (isForDesk(request)) return door.answer(request, response, caller)
    const watched = await watch(request)
    if (watched) return sendPage(response, watched)
    // A name that leads here from elsewhere (DNS rebinding) is not ours.
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

/** The page reloads by itself, so that parents who share an address with a flood still get in. */
const tooMuchPage = ({ method, url }: IncomingMessage): Page => {
  if (url?.startsWith('/rpc/')) return refusalPage(tooMuch)
  const page = sentencePage(tooMuch.status, tooMuch.sentence)
  return method === 'GET' ? { ...page, headers: { ...page.headers, Refresh: `${againSeconds}` } } : page
}

/** @returns the port it has */
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

/** The calls of pages, under `/rpc`. */
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

/** For whoever keeps the server; asked by address, in no browser. @returns null for any other address */
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
        // A request through a proxy of this machine has this header: it does not come from the machine itself.
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

/** Compares hashes, so that the time taken reveals nothing of the token. */
const showsToken = ({ headers }: IncomingMessage, token: string | undefined): boolean =>
  token !== undefined &&
  timingSafeEqual(Buffer.from(sha256(headers.authorization ?? '')), Buffer.from(sha256(`Bearer ${token}`)))

const textPage = (text: string, status = 200): Page => ({
  status,
  headers: { ...securityHeaders, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
  body: Buffer.from(text),
})
