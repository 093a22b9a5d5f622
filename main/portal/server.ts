import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { BodyLimitPlugin, RPCHandler } from '@orpc/server/node'
import { guardHeaders, type Page, pagesIn, sentencePage } from '../host/pages.ts'
import {
  type Caller,
  chooseFirstPassword,
  choosePassword,
  forgotPassword,
  isUsable,
  logIn,
  loginOf,
  logOut,
} from './accounts.ts'
import { deviceNamed } from './device.ts'
import type { Portal } from './portal.ts'
import { described } from './procedures.ts'
import * as pages from './public-pages.ts'
import { documentOf, publishedAt } from './publications.ts'
import { Refused } from './refused.ts'
import { router } from './router.ts'

export type PortalServing = {
  readonly port: number
  close(): Promise<void>
}

export type PortalServeOptions = {
  /** The parents' screens, built. */
  readonly screens: string
  /** 0 for any free port. */
  readonly port: number
  readonly host: string
  /** A proxy of the town stands before: it alone is believed about where a call comes from. */
  readonly behindProxy: boolean
}

/** Calls of pages and forms are small: nothing is sent as a file yet. */
const mostBytes = 256 * 1024
const mostFormBytes = 16 * 1024

const style = ['../../renderer/parts/tokens.css', 'public-pages.css']
  .map((path) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8'))
  .join('\n')

/** What public pages show beside their text. A browser keeps it for a day. */
const files: Readonly<Record<string, { readonly type: string; readonly body: Buffer }>> = {
  '/lettres.woff2': {
    type: 'font/woff2',
    body: readFileSync(
      fileURLToPath(
        import.meta.resolve('@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2'),
      ),
    ),
  },
  '/marque.svg': { type: 'image/svg+xml', body: readFileSync(new URL('mark.svg', import.meta.url)) },
}

/** What a public page may load: its own style. Its forms come back here, and nowhere else. */
const publicPolicy = (nonce: string): string =>
  [
    `default-src 'none'`,
    `style-src 'nonce-${nonce}'`,
    `img-src 'self'`,
    `font-src 'self'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ')

/** The portal over HTTP: pages that anyone reads, the parents' screens, and their calls under `/rpc`. */
export const servePortal = async (
  portal: Portal,
  { screens, port, host, behindProxy }: PortalServeOptions,
): Promise<PortalServing> => {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 })
  await new Promise<void>((done, failed) => {
    server.once('error', failed)
    server.listen(port, host, () => {
      server.off('error', failed)
      done()
    })
  })
  const bound = server.address()
  const taken = bound && typeof bound === 'object' ? bound.port : port
  const origins = [new URL(portal.address).origin, `http://127.0.0.1:${taken}`, `http://localhost:${taken}`]
  const hosts = origins.map((origin) => new URL(origin).host)
  const isSecure = portal.address.startsWith('https:')
  const headers: Readonly<Record<string, string>> = {
    ...guardHeaders,
    // With `no-referrer`, a browser would hide where a form comes from, and it is refused when it does not say.
    'Referrer-Policy': 'same-origin',
    'Cache-Control': 'no-store',
    ...(isSecure && { 'Strict-Transport-Security': 'max-age=31536000' }),
  }
  const cookie = isSecure ? '__Host-portail' : `portail-${taken}`
  const attributes = `HttpOnly; SameSite=Strict; Path=/${isSecure ? '; Secure' : ''}`
  const screen = pagesIn(screens)
  const handler = new RPCHandler(router, {
    plugins: [new BodyLimitPlugin({ maxBodySize: mostBytes })],
    // What oRPC itself refuses before a procedure is asked, in English.
    rootInterceptors: [
      async (call) => {
        const result = await call.next()
        const refusal = unread[result.response?.status ?? 0]
        return result.matched && refusal
          ? { ...result, response: { ...result.response, status: refusal.status, body: refusalBody(refusal) } }
          : result
      },
    ],
  })

  const setSession = (response: ServerResponse) => (secret: string | null) => {
    const value = secret === null ? `${cookie}=; Max-Age=0` : `${cookie}=${secret}`
    response.setHeader('Set-Cookie', `${value}; ${attributes}`)
  }

  const callerOf = ({ headers: sent, socket }: IncomingMessage): Caller => {
    // The last address is the one that the town's own proxy added: those before it are what the caller says.
    const forwarded = behindProxy
      ? String(sent['x-forwarded-for'] ?? '')
          .split(',')
          .at(-1)
          ?.trim()
      : ''
    return { address: forwarded || (socket.remoteAddress ?? ''), device: deviceNamed(sent['user-agent'] ?? '') }
  }

  const publicContext = async () => ({
    town: (await documentOf(portal.store.db, 'town')) ?? null,
    publishedAt: await publishedAt(portal.store.db),
    nonce: randomBytes(16).toString('base64'),
    style,
  })

  const sendPage = async (
    response: ServerResponse,
    status: number,
    render: (context: pages.PublicContext) => string,
  ): Promise<void> => {
    const context = await publicContext()
    send(response, {
      status,
      headers: {
        ...headers,
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': publicPolicy(context.nonce),
      },
      body: Buffer.from(render(context)),
    })
  }

  const redirect = (response: ServerResponse, to: string) => response.writeHead(303, { ...headers, Location: to }).end()

  const readPublic = async (url: URL, response: ServerResponse, isLoggedIn: boolean): Promise<boolean> => {
    const secret = url.searchParams.get('jeton')
    switch (url.pathname) {
      case '/':
        if (isLoggedIn) redirect(response, '/mon-tableau-de-bord')
        else await sendPage(response, 200, (c) => pages.homePage(c, { next: url.searchParams.get('suite') ?? '' }))
        return true
      case '/mot-de-passe-oublie':
        await sendPage(response, 200, pages.forgottenPage)
        return true
      case '/activation':
      case '/nouveau-mot-de-passe': {
        const action = url.pathname
        if (secret === null) {
          if (action === '/activation') await sendPage(response, 200, pages.letterPage)
          else redirect(response, '/mot-de-passe-oublie')
        } else if (await isUsable(portal, secret)) {
          await sendPage(response, 200, (c) => pages.passwordPage(c, { action, secret }))
        } else await sendPage(response, 410, pages.expiredPage)
        return true
      }
      case '/aide':
        await sendPage(response, 200, pages.helpPage)
        return true
      case '/mentions-legales':
        await sendPage(response, 200, pages.legalPage)
        return true
      case '/e-accessibilite':
        await sendPage(response, 200, pages.accessibilityPage)
        return true
      case '/contact':
        await sendPage(response, 200, pages.contactPage)
        return true
      default:
        return false
    }
  }

  const takeForm = async (url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = await formOf(request)
    const field = (name: string, most = 200) => (form.get(name) ?? '').slice(0, most)
    const caller = callerOf(request)
    const email = field('identifiant')
    const password = field('mot-de-passe', 201)
    const secret = field('jeton')
    const begin = ({ secret: opened }: { secret: string }, next: string) => {
      setSession(response)(opened)
      redirect(response, safeNext(next))
    }
    const action = url.pathname
    try {
      if (action === '/connexion') begin(await logIn(portal, caller, { email, password }), field('suite'))
      else if (action === '/mot-de-passe-oublie') {
        await forgotPassword(portal, caller, email)
        await sendPage(response, 200, pages.forgottenSentPage)
      } else if ((action === '/activation' || action === '/nouveau-mot-de-passe') && secret !== '') {
        begin(await choosePassword(portal, caller, { secret, password }), '')
      } else if (action === '/activation') {
        begin(await chooseFirstPassword(portal, caller, { email, code: field('code'), password }), '')
      } else if (action === '/deconnexion') {
        const login = await loginIn(request)
        if (login) await logOut(portal, login)
        setSession(response)(null)
        redirect(response, '/')
      } else send(response, sentencePage(404, 'Cette page n’existe pas.'))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const { sentence } = error
      await sendPage(response, 422, (context) => {
        if (action === '/connexion') {
          return pages.homePage(context, { error: sentence, email, next: field('suite') })
        }
        if (action === '/mot-de-passe-oublie') return pages.forgottenPage(context, { error: sentence, email })
        if (secret !== '') return pages.passwordPage(context, { action, secret, error: sentence })
        return pages.letterPage(context, { error: sentence, email })
      })
    }
  }

  const secretIn = ({ headers: sent }: IncomingMessage): string | undefined =>
    sent.cookie
      ?.split(';')
      .map((part) => part.trim())
      .find((part) => part.startsWith(`${cookie}=`))
      ?.slice(cookie.length + 1)

  const loginIn = async (request: IncomingMessage) => {
    const secret = secretIn(request)
    return secret === undefined || secret === '' ? null : loginOf(portal, secret)
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // A name that leads here from elsewhere (DNS rebinding) is not ours.
    if (!hosts.includes(request.headers.host ?? '')) return send(response, sentencePage(421, 'Adresse inconnue.'))
    const address = `http://${request.headers.host}${request.url}`
    if (!URL.canParse(address)) return send(response, sentencePage(400, 'Adresse inconnue.'))
    const url = new URL(address)
    if (url.pathname === '/rpc' || url.pathname.startsWith('/rpc/')) {
      const refusal = refusedCall(request, origins)
      if (refusal) return sendRefusal(response, refusal)
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
      const { matched } = await handler.handle(request, response, {
        prefix: '/rpc',
        context: {
          portal,
          caller: callerOf(request),
          login: await loginIn(request),
          setSession: setSession(response),
        },
      })
      if (!matched) sendRefusal(response, { status: 404, code: 'NOT_FOUND', sentence: 'Cette action n’existe pas.' })
      return
    }
    if (request.method === 'POST') {
      if (!isFromHere(request, origins)) {
        return send(response, sentencePage(403, 'Ce formulaire ne vient pas du portail. Revenez à sa page d’accueil.'))
      }
      return takeForm(url, request, response)
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return send(response, sentencePage(405, 'Cette page se lit seulement.'))
    }
    const file = files[url.pathname]
    if (file) {
      const kept = { ...headers, 'Content-Type': file.type, 'Cache-Control': 'public, max-age=86400' }
      return send(response, { status: 200, headers: kept, body: file.body })
    }
    const isFile = /\.[a-z0-9]+$/i.test(url.pathname)
    const login = isFile ? null : await loginIn(request)
    if (await readPublic(url, response, login !== null)) return
    if (isFile) return send(response, await screen(url.pathname))
    if (!login) return void redirect(response, `/?suite=${encodeURIComponent(url.pathname)}`)
    send(response, await screen('/'))
  }

  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (error instanceof TooHeavy) return send(response, sentencePage(413, 'Cet envoi est trop lourd.'))
      portal.log(`${randomUUID().slice(0, 8)} ${request.method} ${request.url?.split('?')[0]} ${described(error)}`)
      if (response.headersSent) response.destroy()
      else send(response, sentencePage(500, 'Un problème est arrivé chez nous. Réessayez dans quelques minutes.'))
    })
  })
  return {
    port: taken,
    async close() {
      const closed = new Promise((done) => server.close(done))
      server.closeIdleConnections()
      const late = setTimeout(() => server.closeAllConnections(), 5_000)
      await closed
      clearTimeout(late)
    },
  }
}

class TooHeavy extends Error {}

/** Where a parent wanted to go before being asked to log in: a page of this site, or the first one. */
const safeNext = (next: string) => (/^\/[a-z0-9][a-z0-9/-]*$/.test(next) ? next : '/mon-tableau-de-bord')

type Refusal = { readonly status: number; readonly code: string; readonly sentence: string }

const tooHeavy: Refusal = {
  status: 413,
  code: 'REFUSED',
  sentence: 'Cet envoi est trop lourd : rien n’a été enregistré.',
}
const unread: Readonly<Record<number, Refusal>> = {
  400: { status: 422, code: 'REFUSED', sentence: 'Cet envoi est incomplet ou abîmé : rien n’a été enregistré.' },
  413: tooHeavy,
}

/** A page of another site, even in the same browser, calls nothing here. */
const isFromHere = ({ headers: sent }: IncomingMessage, origins: readonly string[]): boolean => {
  const site = sent['sec-fetch-site']
  return origins.includes(sent.origin ?? '') && (site === undefined || site === 'same-origin')
}

const refusedCall = (request: IncomingMessage, origins: readonly string[]): Refusal | null => {
  if (request.method !== 'POST') {
    return { status: 405, code: 'METHOD_NOT_SUPPORTED', sentence: 'Cette action n’existe pas.' }
  }
  if (!isFromHere(request, origins) || request.headers['x-csrf-token'] !== 'orpc') {
    return { status: 403, code: 'FORBIDDEN', sentence: 'Cet appel ne vient pas d’une page du portail.' }
  }
  return Number(request.headers['content-length'] ?? 0) > mostBytes ? tooHeavy : null
}

/** @throws TooHeavy */
const formOf = async (request: IncomingMessage): Promise<URLSearchParams> => {
  if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return new URLSearchParams()
  if (Number(request.headers['content-length'] ?? 0) > mostFormBytes) throw new TooHeavy()
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > mostFormBytes) throw new TooHeavy()
    chunks.push(chunk)
  }
  return new URLSearchParams(Buffer.concat(chunks).toString())
}

const send = (response: ServerResponse, { status, headers: given, body }: Page): void => {
  response.writeHead(status, { ...given, 'Content-Length': body.length })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

/** In the shape that the page's client reads as a typed error of the contract. */
const refusalBody = ({ status, code, sentence }: Refusal) => ({
  json: { defined: true, code, status, message: sentence, data: { sentence } },
})

const sendRefusal = (response: ServerResponse, refusal: Refusal): void => {
  response.writeHead(refusal.status, {
    ...guardHeaders,
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    // What was still to come of the body is not read.
    Connection: 'close',
  })
  response.end(JSON.stringify(refusalBody(refusal)))
}
