import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { BodyLimitPlugin, RPCHandler } from '@orpc/server/node'
import type { Desk } from '../desk/desk.ts'
import { guardHeaders, type Page, pagesIn, sentencePage } from './pages.ts'
import { wholeAnswer } from './whole-answer.ts'

export type Serving = {
  /** With its key: whoever opens it is let in. Another account of the same machine does not know it. */
  readonly address: string
  close(): Promise<void>
}

export type ServeOptions = {
  /** The built screens. */
  readonly screens: string
  /** Taken as it is: 0 for any free port. Absent, the first free one from 4620 on. */
  readonly port?: number
  readonly log: (line: string) => void
}

/** Every port tried was taken, or the one asked for. */
export class PortTaken extends Error {}

const loopback = '127.0.0.1'
const firstPort = 4620
const portsTried = 20
const megabyte = 1024 * 1024
/** Files come as they are: class lists, logos. */
const most = 32
/** The file of a town, some years of it. */
const mostOfBackup = 512
const takesBackup: ReadonlySet<string> = new Set(['/rpc/staff/startFromBackup', '/rpc/settings/restoreBackup'])
const mostSessions = 200
const idleMilliseconds = 12 * 60 * 60 * 1000

/**
 * The desk for browsers of this machine: its screens, and its calls under `/rpc`.
 * @throws PortTaken
 */
export const serveDesk = async (desk: Desk, { screens, port, log }: ServeOptions): Promise<Serving> => {
  const server = createServer()
  const taken = await listen(server, port)
  const key = randomBytes(32).toString('base64url')
  const sessions = openSessions(desk, `espace-jeunesse-${taken}`)
  const handlerOf = (megabytes: number) =>
    new RPCHandler(desk.router, {
      plugins: [new BodyLimitPlugin({ maxBodySize: megabytes * megabyte })],
      // What oRPC itself refuses before a procedure is asked, in English.
      rootInterceptors: [
        async (call) => {
          const result = await call.next()
          const refusal = unread(megabytes)[result.response?.status ?? 0]
          return result.matched && refusal
            ? { ...result, response: { ...result.response, status: refusal.status, body: refusalBody(refusal) } }
            : result
        },
        wholeAnswer,
      ],
    })
  const handlers = { backup: handlerOf(mostOfBackup), call: handlerOf(most) }
  const pages = pagesIn(screens)
  const hosts = [`${loopback}:${taken}`, `localhost:${taken}`]

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // A name that leads here from elsewhere (DNS rebinding) is not ours.
    if (!hosts.includes(request.headers.host ?? '')) return send(response, sentencePage(421, 'Adresse inconnue.'))
    const address = `http://${request.headers.host}${request.url}`
    if (!URL.canParse(address)) return send(response, sentencePage(400, 'Adresse inconnue.'))
    const url = new URL(address)
    const session = sessions.of(request)
    if (url.pathname === '/rpc' || url.pathname.startsWith('/rpc/')) {
      const isBackup = takesBackup.has(url.pathname)
      const refusal = refusedCall(request, hosts, isBackup ? mostOfBackup : most) ?? (session ? null : notLetIn)
      if (refusal) return sendRefusal(response, refusal)
      for (const [name, value] of Object.entries({ ...guardHeaders, 'Cache-Control': 'no-store' })) {
        response.setHeader(name, value)
      }
      const { matched } = await handlers[isBackup ? 'backup' : 'call'].handle(request, response, {
        prefix: '/rpc',
        context: session ?? desk.connect(),
      })
      if (!matched) sendRefusal(response, { status: 404, code: 'NOT_FOUND', sentence: 'Cette action n’existe pas.' })
      return
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return send(response, sentencePage(405, 'Cette page se lit seulement.'))
    }
    if (url.searchParams.has('cle')) {
      if (!isSame(url.searchParams.get('cle') ?? '', key)) return send(response, sentencePage(403, notLetIn.sentence))
      if (!session) response.setHeader('Set-Cookie', sessions.begin())
      response.writeHead(303, { ...guardHeaders, Location: url.pathname, 'Cache-Control': 'no-store' }).end()
      return
    }
    if (!session && !url.pathname.startsWith('/assets/')) return send(response, sentencePage(403, notLetIn.sentence))
    send(response, await pages(url.pathname))
  }

  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => {
      log(`${request.method} ${request.url} ${error instanceof Error ? error.stack : String(error)}`)
      if (response.headersSent) response.destroy()
      else send(response, sentencePage(500, 'Une erreur imprévue est survenue.'))
    })
  })
  return {
    address: `http://${loopback}:${taken}/?cle=${key}`,
    async close() {
      const closed = new Promise((done) => server.close(done))
      // Streams of changes stay open as long as their page.
      server.closeAllConnections()
      await closed
    },
  }
}

type Refusal = { readonly status: number; readonly code: string; readonly sentence: string }

const notLetIn: Refusal = {
  status: 401,
  code: 'LOGIN_NEEDED',
  sentence: 'Ouvrez Espace Jeunesse par l’adresse complète affichée à son démarrage.',
}

const tooHeavy = (megabytes: number): Refusal => ({
  status: 413,
  code: 'REFUSED',
  sentence: `Fichier trop lourd : ${megabytes} Mo au plus.`,
})
const unread = (megabytes: number): Readonly<Record<number, Refusal>> => ({
  400: { status: 422, code: 'REFUSED', sentence: 'Cet envoi est incomplet ou abîmé : rien n’a été enregistré.' },
  413: tooHeavy(megabytes),
})

/** Only a page of this very server calls; a page of another site, even in the same browser, is refused. */
const refusedCall = (
  { method, headers }: IncomingMessage,
  hosts: readonly string[],
  megabytes: number,
): Refusal | null => {
  if (method !== 'POST') return { status: 405, code: 'METHOD_NOT_SUPPORTED', sentence: 'Cette action n’existe pas.' }
  const site = headers['sec-fetch-site']
  if (
    !hosts.some((host) => headers.origin === `http://${host}`) ||
    (site !== undefined && site !== 'same-origin') ||
    headers['x-csrf-token'] !== 'orpc'
  ) {
    return { status: 403, code: 'FORBIDDEN', sentence: 'Cet appel ne vient pas d’une page d’Espace Jeunesse.' }
  }
  if (Number(headers['content-length'] ?? 0) > megabytes * megabyte) return tooHeavy(megabytes)
  return null
}

/** One per browser, by a cookie that no script reads and no other site sends. Ports share cookies: its name tells them apart. */
const openSessions = (desk: Desk, cookie: string) => {
  type Session = { readonly context: ReturnType<Desk['connect']>; usedAt: number }
  const known = new Map<string, Session>()
  return {
    of({ headers }: IncomingMessage) {
      const token = headers.cookie
        ?.split(';')
        .map((part) => part.trim())
        .find((part) => part.startsWith(`${cookie}=`))
        ?.slice(cookie.length + 1)
      const session = token === undefined ? undefined : known.get(token)
      if (token === undefined || session === undefined) return undefined
      known.delete(token)
      if (Date.now() - session.usedAt > idleMilliseconds) return undefined
      session.usedAt = Date.now()
      known.set(token, session)
      return session.context
    },
    /** @returns the Set-Cookie header */
    begin() {
      const token = randomBytes(32).toString('base64url')
      known.set(token, { context: desk.connect(), usedAt: Date.now() })
      // The map keeps the order of use: its first is the one idle for longest.
      const [idlest] = known.keys()
      if (known.size > mostSessions && idlest !== undefined) known.delete(idlest)
      return `${cookie}=${token}; HttpOnly; SameSite=Strict; Path=/`
    },
  }
}

const listen = async (server: Server, asked: number | undefined): Promise<number> => {
  const tried = asked === undefined ? Array.from({ length: portsTried }, (_, step) => firstPort + step) : [asked]
  for (const port of tried) {
    const taken = await new Promise<number | null>((done, failed) => {
      const onError = (error: NodeJS.ErrnoException) =>
        error.code === 'EADDRINUSE' || error.code === 'EACCES' ? done(null) : failed(error)
      server.once('error', onError)
      server.listen(port, loopback, () => {
        server.off('error', onError)
        const address = server.address()
        done(address && typeof address === 'object' ? address.port : port)
      })
    })
    if (taken !== null) return taken
    server.removeAllListeners('error')
  }
  throw new PortTaken(
    asked === undefined
      ? `Aucun port libre entre ${firstPort} et ${firstPort + portsTried - 1}. Choisissez-en un\u00a0: --port 5000.`
      : `Le port ${asked} est déjà pris. Choisissez-en un autre, ou laissez Espace Jeunesse en trouver un\u00a0: sans --port.`,
  )
}

const send = (response: ServerResponse, { status, headers, body }: Page) => {
  response.writeHead(status, { ...headers, 'Content-Length': body.length })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

/** In the shape that the page's client reads as a typed error of the contract. */
const refusalBody = ({ status, code, sentence }: Refusal) => ({
  json: { defined: true, code, status, message: sentence, data: { sentence } },
})

const sendRefusal = (response: ServerResponse, refusal: Refusal) => {
  const body = JSON.stringify(refusalBody(refusal))
  response.writeHead(refusal.status, {
    ...guardHeaders,
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    // What was still to come of the body is not read.
    Connection: 'close',
  })
  response.end(body)
}

const isSame = (given: string, expected: string): boolean => {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}
