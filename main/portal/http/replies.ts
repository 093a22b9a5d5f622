import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { TownDocument } from '../../../shared/contract/portal/documents.ts'
import { type Page, securityHeaders } from '../../http/pages.ts'
import type { Portal } from '../portal.ts'
import { documentOf, publishedAt } from '../published/documents.ts'
import { runtimeFile } from '../runtime-file.ts'
import type { Cookie } from './cookies.ts'
import { type PublicContext, queuePage, seePasswordScript } from './public-pages.ts'
import type { QueuePosition } from './visitor-queue.ts'

type Render = (context: PublicContext) => string

/** A page's context, without the nonce: each response gets a fresh one. */
type ContextWithoutNonce = Omit<PublicContext, 'nonce'>

/** Additional response headers. */
type Headers = Readonly<Record<string, string>>

/** How the pages before the login answer: with a page, or with a redirection. */
export type Reply =
  | { readonly page: Render; readonly status?: number }
  /** `secret`: the new value of the cookie; null deletes the cookie. */
  | { readonly to: string; readonly secret?: string | null }

export type Replies = ReturnType<typeof createReplies>

const style = [
  '../../renderer/parts/tokens.css',
  '../../renderer/parts/accents.css',
  '../../renderer/portal/places.css',
  'http/public-pages.css',
]
  .map((path) => readFileSync(runtimeFile(path), 'utf8'))
  .join('\n')

const seePassword = createHash('sha256').update(seePasswordScript).digest('base64')

/**
 * Content-Security-Policy of a public page: its own style, one script identified by its hash, and forms sent to this
 * server.
 */
const publicPolicy = (nonce: string): string =>
  [
    `default-src 'none'`,
    `style-src 'nonce-${nonce}'`,
    `script-src 'sha256-${seePassword}'`,
    `img-src 'self'`,
    `font-src 'self'`,
    `manifest-src 'self'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ')

/**
 * With `no-referrer`, a browser would send `Origin: null` with a form, and the server refuses forms of unknown origin.
 */
const referrer = { 'Referrer-Policy': 'same-origin' }

/** Also lets the pages of the parents' single-page application post forms, such as the logout form. */
export const withReferrer = (page: Page): Page => ({ ...page, headers: { ...page.headers, ...referrer } })

const queueContextMilliseconds = 5_000

/**
 * Builds the portal's HTTP responses as values (status, headers, body); the caller sends them.
 * @param fallbackTown the town to show until the desk has published its own
 */
export const createReplies = (portal: Portal, fallbackTown: TownDocument | null) => {
  const headers: Headers = {
    ...securityHeaders,
    ...referrer,
    'Cache-Control': 'no-store',
    ...(portal.address.startsWith('https:') && { 'Strict-Transport-Security': 'max-age=31536000' }),
  }

  const town = async (): Promise<TownDocument | null> => (await documentOf(portal.store.db, 'town')) ?? fallbackTown

  const contextFor = async (isLoggedIn: boolean): Promise<ContextWithoutNonce> => ({
    isLoggedIn,
    town: await town(),
    publishedAt: await publishedAt(portal.store.db),
    style,
  })

  const publicPage = (
    status: number,
    context: ContextWithoutNonce,
    render: Render,
    extraHeaders: Headers = {},
  ): Page => {
    const nonce = randomBytes(16).toString('base64')
    return {
      status,
      headers: {
        ...headers,
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': publicPolicy(nonce),
        ...extraHeaders,
      },
      body: Buffer.from(render({ ...context, nonce })),
    }
  }

  const page = async (
    render: Render,
    { status = 200, isLoggedIn = false, more = {} }: { status?: number; isLoggedIn?: boolean; more?: Headers } = {},
  ): Promise<Page> => publicPage(status, await contextFor(isLoggedIn), render, more)

  const redirect = (to: string, setCookie?: string): Page => ({
    status: 303,
    headers: { ...headers, Location: to, ...(setCookie !== undefined && { 'Set-Cookie': setCookie }) },
    body: Buffer.alloc(0),
  })

  let queueContext: { readonly until: number; readonly context: ContextWithoutNonce } | undefined

  return {
    /** Headers of every response. */
    headers,
    town,
    page,
    redirect,

    /** @param cookie the cookie that `reply.secret` sets or deletes */
    pageFor: async (reply: Reply, cookie: Cookie): Promise<Page> =>
      'page' in reply
        ? page(reply.page, reply)
        : redirect(reply.to, reply.secret === undefined ? undefined : cookie.set(reply.secret)),

    content: (type: string, body: string | Buffer, more: Headers = {}): Page => ({
      status: 200,
      headers: { ...headers, 'Content-Type': type, ...more },
      body: Buffer.from(body),
    }),

    /** The waiting page (503). Thousands of visitors may poll it, so its context is cached for a few seconds. */
    async queuePage(position: QueuePosition, cookie: Cookie): Promise<Page> {
      const { ticket, seconds } = position
      const now = performance.now()
      if (!queueContext || queueContext.until < now) {
        queueContext = { until: now + queueContextMilliseconds, context: await contextFor(false) }
      }
      return publicPage(503, queueContext.context, (context) => queuePage(context, position), {
        'Retry-After': `${seconds}`,
        ...(ticket !== null && { 'Set-Cookie': cookie.set(ticket) }),
      })
    },
  }
}
