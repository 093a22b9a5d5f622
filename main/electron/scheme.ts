import { randomBytes, randomUUID } from 'node:crypto'
import { protocol } from 'electron'
import changelog from '../../CHANGELOG.md?raw'
import { CertificateChanged } from '../host/other-post.ts'
import { guardHeaders, pagesIn } from '../host/pages.ts'
import { newsPage } from './news-page.ts'

export const scheme = 'app'
export const pageHost = 'desk'
const paperHost = 'paper'
const newsHost = 'news'

/** Its protocol and host compared, since `URL.origin` of a scheme of one's own is "null". */
export const isOurs = (address: string): boolean => {
  if (!URL.canParse(address)) return false
  const { protocol: of, host } = new URL(address)
  return of === `${scheme}:` && host === pageHost
}

/** Before the app is ready. */
export const declareScheme = (): void =>
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])

/** A paper to print is read from memory, once: no file of it stays on the disk. */
const papers = new Map<string, Uint8Array<ArrayBuffer>>()

export const paperAddress = (bytes: Uint8Array): string => {
  const id = randomUUID()
  papers.set(id, new Uint8Array(bytes))
  return `${scheme}://${paperHost}/${id}`
}

/** @param since the version that was here before */
export const newsAddress = (since?: string): string =>
  `${scheme}://${newsHost}/${since === undefined ? '' : `?${new URLSearchParams({ since })}`}`

const news = (since: string | null): Response => {
  const nonce = randomBytes(16).toString('base64')
  return new Response(newsPage(changelog, nonce, since ?? undefined), {
    headers: {
      ...guardHeaders,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    },
  })
}

/** Carries a call to the other post that this window works at. */
type Line = (asked: Request) => Promise<Response>

/** As a page reads a refusal of the contract; another failure is that of a network, and the page tries again. */
const carried = async (asked: Request, line: Line): Promise<Response> => {
  try {
    return await line(asked)
  } catch (error) {
    if (!(error instanceof CertificateChanged)) return Response.error()
    const sentence =
      'Le poste principal ne montre plus le certificat que vous aviez confirmé : rien ne lui a été envoyé. Demandez à qui l’administre, puis connectez-vous de nouveau (menu Fichier).'
    const body = { json: { defined: true, code: 'REFUSED', status: 422, message: sentence, data: { sentence } } }
    return new Response(JSON.stringify(body), { status: 422, headers: { 'Content-Type': 'application/json' } })
  }
}

/**
 * `app://desk/…` is the built screens, `app://paper/…` a PDF about to be printed, `app://news/` what changed; nothing
 * else answers.
 */
export const serveScheme = (screens: string, line?: Line): void => {
  const pages = pagesIn(screens)
  protocol.handle(scheme, async (asked) => {
    const { url, method } = asked
    const { host, pathname, searchParams } = new URL(url)
    if (line && method === 'POST' && host === pageHost && pathname.startsWith('/rpc/')) return carried(asked, line)
    if (method === 'GET' && host === pageHost) {
      const { status, headers, body } = await pages(pathname)
      return new Response(new Uint8Array(body), { status, headers })
    }
    if (method === 'GET' && host === newsHost && pathname === '/') return news(searchParams.get('since'))
    const paper = papers.get(pathname.slice(1))
    if (method === 'GET' && host === paperHost && paper) {
      papers.delete(pathname.slice(1))
      return new Response(paper, { headers: { ...guardHeaders, 'Content-Type': 'application/pdf' } })
    }
    return new Response(null, { status: 404 })
  })
}
