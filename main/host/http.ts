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
import { withCall } from './calls.ts'
import { openTurns } from './turns.ts'
import { wholeAnswer } from './whole-answer.ts'

export type Serving = {
  /** With its key: whoever opens it is let in. Another account of the same machine does not know it. */
  readonly address: string
  close(): Promise<void>
}

type ServeOptions = Pick<Door, 'screens' | 'log' | 'page'> & {
  /** A port number for `openPort`, or a port that it has already opened. */
  readonly port?: number | OpenPort
}

/** A port of this machine that already listens, and the address with the key that lets a browser in. */
export type OpenPort = {
  readonly server: Server
  readonly port: number
  /** The `Host` headers that are accepted. */
  readonly hosts: readonly string[]
  readonly key: string
  readonly address: string
  readonly close: () => Promise<void>
}

/** Every port tried was taken, or the one asked for. */
export class PortTaken extends Error {}

const loopback = '127.0.0.1'
const firstPort = 4620
const portsTried = 20
const takingMegabytes = (most: number): CallLimits => ({
  maxBytes: most * 1024 * 1024,
  tooLargeMessage: `Fichier trop lourd\u00a0: ${most}\u00a0Mo au plus.`,
  crossSiteMessage: 'Cet appel ne vient pas d’une page d’Espace Jeunesse.',
})
/** Files come as they are: class lists, logos. */
const calls = takingMegabytes(32)
/** The file of a town, some years of it. */
const backups = takingMegabytes(512)
const takesBackup: ReadonlySet<string> = new Set(['/rpc/staff/startFromBackup', '/rpc/settings/restoreBackup'])
const checksPassword: ReadonlySet<string> = new Set([
  '/rpc/staff/login',
  '/rpc/staff/unlock',
  '/rpc/staff/changePassword',
])
const beginsService: ReadonlySet<string> = new Set([
  '/rpc/staff/startEmpty',
  '/rpc/staff/startExample',
  '/rpc/staff/startFromBackup',
])
const mostSessions = 200
/** High limits, since one post may have many windows, each with a stream of changes that stays open. */
const ofOnePost = { maxOpen: 128, burst: 1000, perSecond: 100, maxLoadShare: 128 } as const

/**
 * Listens before there is a desk to serve.
 * @param asked taken as it is: 0 for any free port. Absent, the first free one from 4620 on.
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
    close: () => closing(server),
  }
}

/**
 * Serves the desk to browsers of this machine: its screens, and its calls under `/rpc`. On a port that is already open,
 * it replaces the request handler that was there.
 * @throws PortTaken
 */
export const serveDesk = async (desk: Desk, { port: asked, ...door }: ServeOptions): Promise<Serving> => {
  const { server, port, hosts, key, address, close } = typeof asked === 'object' ? asked : await openPort(asked)
  server.removeAllListeners('request')
  server.on(
    'request',
    answering(desk, { ...door, scheme: 'http', hosts: () => hosts, cookie: `espace-jeunesse-${port}`, key }),
  )
  return { address, close }
}

export const closing = async (server: Server): Promise<void> => {
  const closed = new Promise((done) => server.close(done))
  // Streams of changes stay open as long as their page.
  server.closeAllConnections()
  await closed
}

/** How a server lets people in. */
export type Door = {
  readonly scheme: 'http' | 'https'
  /** Its own names and addresses, with the port, as browsers send them in `Host`. */
  readonly hosts: () => readonly string[]
  readonly cookie: string
  /** Of the address that lets one in; null where anyone of the network comes as far as the login. */
  readonly key: string | null
  readonly screens: string
  readonly log: (line: string) => void
  /** Pages of its own, beside the screens. */
  readonly page?: (pathname: string) => Page | undefined
}

/** Answers the pages and the calls of one desk. */
export const answering = (desk: Desk, door: Door): ((request: IncomingMessage, response: ServerResponse) => void) => {
  const { scheme, key, log } = door
  const sessions = openSessions(desk, door)
  const turns = openTurns()
  const throttle = key === null ? openThrottle() : null
  const callers = key === null ? createCallerLimiter(ofOnePost) : null
  const handlerOf = (taking: CallLimits) =>
    new RPCHandler(desk.router, {
      plugins: [new BodyLimitPlugin({ maxBodySize: taking.maxBytes })],
      rootInterceptors: [refusalsInFrench(taking), wholeAnswer, withCall],
      // Once its body is there: a slow line takes nobody's turn.
      clientInterceptors: [(call) => turns(call.path, async () => call.next())],
    })
  const handlers = { backup: handlerOf(backups), call: handlerOf(calls) }
  const pages = staticPages(door.screens)

  const call = async (
    request: IncomingMessage,
    response: ServerResponse,
    { pathname }: URL,
    hosts: readonly string[],
  ) => {
    const isBackup = takesBackup.has(pathname)
    const context = sessions.of(request) ?? (key === null ? sessions.begin(request, response) : undefined)
    const isLogin = throttle !== null && checksPassword.has(pathname)
    const refusal =
      callRefusal(
        request,
        hosts.map((host) => `${scheme}://${host}`),
        isBackup ? backups : calls,
      ) ??
      (key === null && beginsService.has(pathname) ? onlyHere : null) ??
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
    // A name that leads here from elsewhere (DNS rebinding) is not ours.
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

/** The first start makes an administrator: never of somebody elsewhere. */
const onlyHere: Refusal = {
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
 * One per browser, by a cookie that no script reads and no other site sends. Ports share cookies: its name tells them
 * apart. The desk knows them: a page goes on after it was started again.
 */
const openSessions = (desk: Desk, { cookie, scheme, key }: Door) => {
  const known = new Map<string, Context>()
  const secure = scheme === 'https' ? '; Secure' : ''
  const hand = (response: ServerResponse, token: string) =>
    response.setHeader('Set-Cookie', `${cookie}=${token}; HttpOnly; SameSite=Strict; Path=/${secure}`)
  const keep = (token: string, context: Context) => {
    known.delete(token)
    known.set(token, context)
    if (known.size <= mostSessions) return
    // The map keeps the order of use. Whoever only knocks, as often as they like, puts no colleague out.
    const idlest = [...known].find(([, { session }]) => session.staffId === null) ?? [...known][0]
    if (!idlest || idlest[0] === token) return
    known.delete(idlest[0])
    if (idlest[1].session.staffId === null) desk.leave(idlest[1])
  }
  return {
    of(request: IncomingMessage): Context | undefined {
      const token = cookieIn(request, cookie)
      const context = token === null ? undefined : desk.resume(token)
      if (token === null || context === undefined) return undefined
      keep(token, context)
      return context
    },
    /** A new browser: its cookie leaves with the answer. */
    begin(request: IncomingMessage, response: ServerResponse): Context {
      const token = randomBytes(32).toString('base64url')
      const post = {
        kind: key === null ? ('network' as const) : ('browser' as const),
        address: key === null ? addressOf(request) : '',
        program: (request.headers['user-agent'] ?? '').slice(0, 300),
      }
      const context = desk.letIn(token, post, key !== null)
      keep(token, context)
      hand(response, token)
      return context
    },
    /**
     * Replaces the cookie when who is logged in changes. The one before then leads to a session without a person: calls
     * sent before the answer arrived still carry it, and so does a browser that never received the answer.
     */
    renew(request: IncomingMessage, context: Context, response: ServerResponse): void {
      const before = cookieIn(request, cookie)
      const token = randomBytes(32).toString('base64url')
      desk.renew(context, token)
      keep(token, context)
      if (before !== null) keep(before, desk.letIn(before, context.session.post, false))
      hand(response, token)
    },
  }
}

const addressOf = ({ socket }: IncomingMessage): string => plainAddress(socket.remoteAddress)

/** Ten wrong passwords from one machine cost a minute, ten more two, and so on to a quarter of an hour; forgotten after an hour. */
const openThrottle = () => {
  const tried = new Map<string, { count: number; since: number; refusedUntil: number }>()
  return {
    /** Counts a try before it is known to be wrong: those sent all at once get no more than others. */
    tries(request: IncomingMessage): boolean {
      const now = Date.now()
      for (const [address, { since }] of tried) if (now - since > 3_600_000) tried.delete(address)
      const address = callerKey(addressOf(request))
      const known = tried.get(address) ?? { count: 0, since: now, refusedUntil: 0 }
      tried.set(address, known)
      if (now < known.refusedUntil) return false
      known.count += 1
      if (known.count % 10 === 0) known.refusedUntil = now + Math.min(15, 2 ** (known.count / 10 - 1)) * 60_000
      return true
    },
    succeeded: (request: IncomingMessage) => void tried.delete(callerKey(addressOf(request))),
  }
}

/**
 * @param address null for every address of this machine, of IPv6 as of IPv4, or of IPv4 alone where it has no other
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
