import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { BodyLimitPlugin, RPCHandler } from '@orpc/server/node'
import type { Desk } from '../app/desk.ts'
import type { Context } from '../desk/staff/procedures.ts'
import { callerKey, createCallerLimiter, plainAddress } from '../http/callers.ts'
import {
  type CallLimits,
  callRefusal,
  cookieIn,
  isCall,
  type Refusal,
  refusalPage,
  refusalsInFrench,
  unknownCall,
} from '../http/page-calls.ts'
import { type Page, securityHeaders, sendPage, sentencePage, staticPages } from '../http/pages.ts'
import { errorTrace, storeSentence } from '../store/failures.ts'
import { addCallHeaders } from './calls.ts'
import { createTurns } from './turns.ts'
import { bufferFormData } from './whole-answer.ts'

export type RunningServer = {
  /**
   * URL that contains the key, so that opening it lets the browser in. Other accounts of the computer do not know the
   * key.
   */
  readonly address: string
  close(): Promise<void>
}

type ServeOptions = Pick<DeskServerOptions, 'screens' | 'log' | 'page'> & {
  /** A port number for `openPort`, or a port that is already open. */
  readonly port?: number | OpenPort
}

/** A listening port of this computer, and the URL with the key that lets a browser in. */
export type OpenPort = {
  readonly server: Server
  readonly port: number
  /** The accepted `Host` headers. */
  readonly hosts: readonly string[]
  readonly key: string
  readonly address: string
  readonly close: () => Promise<void>
}

/** The requested port, or every port tried, is in use. */
export class PortTaken extends Error {}

const loopback = '127.0.0.1'
const firstPort = 4620
const portsTried = 20
const limitedTo = (megabytes: number): CallLimits => ({
  maxBytes: megabytes * 1024 * 1024,
  tooLargeMessage: `Fichier trop lourd\u00a0: ${megabytes}\u00a0Mo au plus.`,
  crossSiteMessage: 'Cet appel ne vient pas d’une page d’Espace Jeunesse.',
})
/** Limits for calls that upload files uncompressed: class lists, logos. */
const callLimits = limitedTo(32)
/** Limits for uploading a backup: a town's data file after some years. */
const backupLimits = limitedTo(512)
const backupUploads: ReadonlySet<string> = new Set(['/rpc/staff/startFromBackup', '/rpc/settings/restoreBackup'])
const passwordChecks: ReadonlySet<string> = new Set([
  '/rpc/staff/login',
  '/rpc/staff/unlock',
  '/rpc/staff/changePassword',
])
const firstStarts: ReadonlySet<string> = new Set([
  '/rpc/staff/startEmpty',
  '/rpc/staff/startExample',
  '/rpc/staff/startFromBackup',
])
const maxSessions = 200
/** High limits, since one workstation may have many windows, each with a stream of changes that stays open. */
const limitsPerWorkstation = { maxOpen: 128, burst: 1000, perSecond: 100, maxLoadShare: 128 } as const

/**
 * Opens a port before the desk is ready.
 * @param asked the port, 0 for any free one; absent, the first free one from 4620 on
 * @throws PortTaken
 */
export const openPort = async (asked?: number): Promise<OpenPort> => {
  const server = createServer()
  const port = await listen(server, loopback, asked, firstPort)
  const key = randomBytes(32).toString('base64url')
  return {
    server,
    port,
    hosts: [`${loopback}:${port}`, `localhost:${port}`],
    key,
    address: `http://${loopback}:${port}/?cle=${key}`,
    close: () => closeServer(server),
  }
}

/**
 * Serves the desk to browsers of this computer: its screens, and its calls under `/rpc`. On a port that is already
 * open, replaces its request handler.
 * @throws PortTaken
 */
export const serveDesk = async (desk: Desk, { port: asked, ...door }: ServeOptions): Promise<RunningServer> => {
  const { server, port, hosts, key, address, close } = typeof asked === 'object' ? asked : await openPort(asked)
  server.removeAllListeners('request')
  server.on(
    'request',
    createDeskHandler(desk, { ...door, scheme: 'http', hosts: () => hosts, cookie: `espace-jeunesse-${port}`, key }),
  )
  return { address, close }
}

export const closeServer = async (server: Server): Promise<void> => {
  const closed = new Promise((done) => server.close(done))
  // Streams of changes stay open as long as their page, so close their connections.
  server.closeAllConnections()
  await closed
}

/** How one server serves the desk. */
export type DeskServerOptions = {
  readonly scheme: 'http' | 'https'
  /** This server's own names and addresses, with the port, as browsers send them in `Host`. */
  readonly hosts: () => readonly string[]
  readonly cookie: string
  /**
   * The key in the URL that lets a browser in; null on the shared port, where everyone on the network reaches the login
   * form.
   */
  readonly key: string | null
  readonly screens: string
  readonly log: (line: string) => void
  /** Additional pages that this server answers. */
  readonly page?: (pathname: string) => Page | undefined
}

/** Creates the request handler that serves the desk's pages and calls. */
export const createDeskHandler = (
  desk: Desk,
  door: DeskServerOptions,
): ((request: IncomingMessage, response: ServerResponse) => void) => {
  const { scheme, key, log } = door
  const sessions = createSessions(desk, door)
  const turns = createTurns()
  const throttle = key === null ? createThrottle() : null
  const callers = key === null ? createCallerLimiter(limitsPerWorkstation) : null
  const handlerOf = (taking: CallLimits) =>
    new RPCHandler(desk.router, {
      plugins: [new BodyLimitPlugin({ maxBodySize: taking.maxBytes })],
      rootInterceptors: [refusalsInFrench(taking), bufferFormData, addCallHeaders],
      // Take a turn only once the body has arrived, so that a slow connection delays no other call.
      clientInterceptors: [(call) => turns(call.path, async () => call.next())],
    })
  const handlers = { backup: handlerOf(backupLimits), call: handlerOf(callLimits) }
  const pages = staticPages(door.screens, { camera: true })

  const call = async (
    request: IncomingMessage,
    response: ServerResponse,
    { pathname }: URL,
    hosts: readonly string[],
  ) => {
    const isBackup = backupUploads.has(pathname)
    const context = sessions.of(request) ?? (key === null ? sessions.begin(request, response) : undefined)
    const isLogin = throttle !== null && passwordChecks.has(pathname)
    const refusal =
      callRefusal(
        request,
        hosts.map((host) => `${scheme}://${host}`),
        isBackup ? backupLimits : callLimits,
      ) ??
      (key === null && firstStarts.has(pathname) ? onlyOnMainWorkstation : null) ??
      (context ? null : notLetIn) ??
      (isLogin && !throttle.tries(request) ? tooOften : null)
    if (refusal || !context) return sendPage(response, refusalPage(refusal ?? notLetIn))
    for (const [name, value] of Object.entries({ ...securityHeaders, 'Cache-Control': 'no-store' })) {
      response.setHeader(name, value)
    }
    const { matched } = await handlers[isBackup ? 'backup' : 'call'].handle(request, response, {
      prefix: '/rpc',
      context: { ...context, renew: () => sessions.renew(request, context, response) },
    })
    if (!matched) return sendPage(response, refusalPage(unknownCall))
    if (isLogin && response.statusCode === 200) throttle.succeeded(request)
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const hosts = door.hosts()
    // Refuse foreign host names that resolve to this computer (DNS rebinding).
    if (!hosts.includes(request.headers.host ?? '')) return sendPage(response, sentencePage(421, 'Adresse inconnue.'))
    const address = `${scheme}://${request.headers.host}${request.url}`
    if (!URL.canParse(address)) return sendPage(response, sentencePage(400, 'Adresse inconnue.'))
    const url = new URL(address)
    if (isCall(url)) return call(request, response, url, hosts)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return sendPage(response, sentencePage(405, 'Cette page se lit seulement.'))
    }
    const own = door.page?.(url.pathname)
    if (own) return sendPage(response, own)
    const isAsset = url.pathname.startsWith('/assets/')
    const context = isAsset ? undefined : sessions.of(request)
    if (key !== null && url.searchParams.has('cle')) {
      if (!isSame(url.searchParams.get('cle') ?? '', key))
        return sendPage(response, sentencePage(403, notLetIn.sentence))
      if (!context) sessions.begin(request, response)
      response.writeHead(303, { ...securityHeaders, Location: url.pathname, 'Cache-Control': 'no-store' }).end()
      return
    }
    if (key !== null && !context && !isAsset) return sendPage(response, sentencePage(403, notLetIn.sentence))
    sendPage(response, await pages(url.pathname))
  }

  return (request, response) => {
    if (callers?.accepts(addressOf(request), request, response) === false) {
      return sendPage(response, sentencePage(429, tooOften.sentence))
    }
    answer(request, response).catch((error: unknown) => {
      log(`${request.method} ${request.url} ${errorTrace(error)}`)
      const failed = storeSentence(error)
      if (response.headersSent) response.destroy()
      else sendPage(response, sentencePage(failed === null ? 500 : 503, failed ?? 'Une erreur imprévue est survenue.'))
    })
  }
}

const notLetIn: Refusal = {
  status: 401,
  code: 'LOGIN_NEEDED',
  sentence: 'Ouvrez Espace Jeunesse par l’adresse complète affichée à son démarrage.',
}

/** The first start creates an administrator: only the main workstation may do that. */
const onlyOnMainWorkstation: Refusal = {
  status: 403,
  code: 'FORBIDDEN',
  sentence: 'Une structure se crée sur le poste principal.',
}

const tooOften: Refusal = {
  status: 429,
  code: 'REFUSED',
  sentence: 'Trop d’essais depuis ce poste. Attendez quelques minutes, puis recommencez.',
}

/**
 * Sessions by cookie, one a browser; no script reads the cookie and no other site sends it. Browsers share cookies
 * between ports, so the cookie's name contains the port. The desk stores sessions: they survive its restart.
 */
const createSessions = (desk: Desk, { cookie, scheme, key }: DeskServerOptions) => {
  const contexts = new Map<string, Context>()
  const secure = scheme === 'https' ? '; Secure' : ''
  const setCookie = (response: ServerResponse, token: string) =>
    response.setHeader('Set-Cookie', `${cookie}=${token}; HttpOnly; SameSite=Strict; Path=/${secure}`)
  const remember = (token: string, context: Context) => {
    contexts.delete(token)
    contexts.set(token, context)
    if (contexts.size <= maxSessions) return
    // The map is in order of last use. Evict sessions without a person first: repeated anonymous requests must log
    // nobody out.
    const idlest = [...contexts].find(([, { session }]) => session.staffId === null) ?? [...contexts][0]
    if (!idlest || idlest[0] === token) return
    contexts.delete(idlest[0])
    if (idlest[1].session.staffId === null) desk.leave(idlest[1])
  }
  return {
    of(request: IncomingMessage): Context | undefined {
      const token = cookieIn(request, cookie)
      const context = token === null ? undefined : desk.resume(token)
      if (token === null || context === undefined) return undefined
      remember(token, context)
      return context
    },
    /** Begins a session for a new browser and sets its cookie. */
    begin(request: IncomingMessage, response: ServerResponse): Context {
      const token = randomBytes(32).toString('base64url')
      const workstation = {
        kind: key === null ? ('network' as const) : ('browser' as const),
        address: key === null ? addressOf(request) : '',
        program: (request.headers['user-agent'] ?? '').slice(0, 300),
      }
      const context = desk.letIn(token, workstation, key !== null)
      remember(token, context)
      setCookie(response, token)
      return context
    },
    /**
     * Replaces the cookie when another person logs in or out. The old cookie then leads to a session without a person:
     * calls sent before the answer arrived still carry it, and so does a browser that never received the answer.
     */
    renew(request: IncomingMessage, context: Context, response: ServerResponse): void {
      const before = cookieIn(request, cookie)
      const token = randomBytes(32).toString('base64url')
      desk.renew(context, token)
      remember(token, context)
      if (before !== null) remember(before, desk.letIn(before, context.session.workstation, false))
      setCookie(response, token)
    },
  }
}

const addressOf = ({ socket }: IncomingMessage): string => plainAddress(socket.remoteAddress)

/**
 * Blocks password attempts by address: after ten failures for a minute, after twenty for two, doubling up to 15
 * minutes; reset after an hour.
 */
const createThrottle = () => {
  const tried = new Map<string, { count: number; since: number; refusedUntil: number }>()
  return {
    /** Counts the attempt before it is verified, so that simultaneous attempts cannot bypass the limit. */
    tries(request: IncomingMessage): boolean {
      const now = Date.now()
      for (const [address, { since }] of tried) if (now - since > 3_600_000) tried.delete(address)
      const address = callerKey(addressOf(request))
      const attempts = tried.get(address) ?? { count: 0, since: now, refusedUntil: 0 }
      tried.set(address, attempts)
      if (now < attempts.refusedUntil) return false
      attempts.count += 1
      if (attempts.count % 10 === 0) attempts.refusedUntil = now + Math.min(15, 2 ** (attempts.count / 10 - 1)) * 60_000
      return true
    },
    succeeded: (request: IncomingMessage) => void tried.delete(callerKey(addressOf(request))),
  }
}

/**
 * @param address null for all addresses of this computer, IPv6 and IPv4 (IPv4 only on a computer without IPv6)
 * @throws PortTaken
 */
export const listen = async (
  server: Server,
  address: string | null,
  asked: number | undefined,
  first: number,
): Promise<number> => {
  const tried = asked === undefined ? Array.from({ length: portsTried }, (_, step) => first + step) : [asked]
  for (const port of tried) {
    const taken = await new Promise<number | null>((done, failed) => {
      const onError = (error: NodeJS.ErrnoException) =>
        error.code === 'EADDRINUSE' || error.code === 'EACCES' ? done(null) : failed(error)
      server.once('error', onError)
      server.listen({ port, ...(address !== null && { host: address }) }, () => {
        server.off('error', onError)
        const bound = server.address()
        done(bound && typeof bound === 'object' ? bound.port : port)
      })
    })
    if (taken !== null) return taken
    server.removeAllListeners('error')
  }
  throw new PortTaken(
    asked === undefined
      ? `Aucun port libre entre ${first} et ${first + portsTried - 1}. Choisissez-en un\u00a0: --port 5000.`
      : `Le port ${asked} est déjà pris. Choisissez-en un autre, ou laissez Espace Jeunesse en trouver un\u00a0: sans --port.`,
  )
}

const isSame = (given: string, expected: string): boolean => {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}
