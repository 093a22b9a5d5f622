import { randomBytes } from 'node:crypto'
import { type Protocol, protocol } from 'electron'
import changelog from '../../CHANGELOG.md?raw'
import { readLog } from '../host/log.ts'
import { CertificateChanged } from '../host/other-workstation.ts'
import { type Page, securityHeaders, staticPages } from '../http/pages.ts'
import { logPage } from './windows/log-page.ts'
import { newsPage } from './windows/news-page.ts'
import { textPage } from './windows/text-page.ts'

export const scheme = 'app'
export const pageHost = 'desk'
export const readingHost = 'lecture'
const newsHost = 'news'
const logHost = 'journal'
const preparationHost = 'preparation'

/**
 * Whether an address is of this scheme and host. Compares the parts, since `URL.origin` of a custom scheme is "null".
 */
export const isPageOf = (address: string, wanted: string): boolean => {
  if (!URL.canParse(address)) return false
  const { protocol: of, host } = new URL(address)
  return of === `${scheme}:` && host === wanted
}

/** Call before the app is ready. */
export const declareScheme = (): void =>
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])

/** @param since the version that was installed before the update */
export const newsAddress = (since?: string): string =>
  `${scheme}://${newsHost}/${since === undefined ? '' : `?${new URLSearchParams({ since })}`}`

export const logAddress = `${scheme}://${logHost}/`
export const preparationAddress = `${scheme}://${preparationHost}/`

/** Answers with a page without scripts, whose only style has a nonce. */
const readOnly = (page: (nonce: string) => string): Response => {
  const nonce = randomBytes(16).toString('base64')
  return new Response(page(nonce), {
    headers: {
      ...securityHeaders,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    },
  })
}

/** The page has no script, so only the window's title shows the percentage. */
const preparationPage = (nonce: string): string =>
  textPage(
    'La ville d’exemple se prépare…',
    '<p>Votre bureau s’ouvre ensuite tout seul.</p><p><progress aria-label="Préparation"></progress></p>',
    nonce,
  )

/** Sends a call to the workstation that keeps this window's data. */
type WorkstationClient = (asked: Request) => Promise<Response>

/**
 * Calls the other workstation. A changed certificate becomes a refusal that the page shows; any other failure becomes a
 * network error, and the page retries.
 */
const callWorkstation = async (asked: Request, line: WorkstationClient): Promise<Response> => {
  try {
    return await line(asked)
  } catch (error) {
    if (!(error instanceof CertificateChanged)) return Response.error()
    const sentence =
      'Le poste principal ne montre plus le certificat que vous aviez confirmé\u00a0: rien ne lui a été envoyé. Demandez à qui l’administre, puis connectez-vous de nouveau (menu Fichier).'
    const body = { json: { defined: true, code: 'REFUSED', status: 422, message: sentence, data: { sentence } } }
    return new Response(JSON.stringify(body), { status: 422, headers: { 'Content-Type': 'application/json' } })
  }
}

type SchemeOptions = {
  /** The folder of the built screens. */
  readonly screens: string
  readonly logFolder: string
  /** Sends a call to the workstation that keeps the data; absent when this computer keeps them. */
  readonly workstationClient: WorkstationClient | undefined
}

/**
 * Serves `app://desk/…`, the built screens; `app://news/`, the changelog; `app://journal/`, the technical log;
 * `app://preparation/`, the page shown while the example town is made. Anything else is 404.
 */
export const serveScheme = ({ screens, logFolder, workstationClient: line }: SchemeOptions): void => {
  const pages = staticPages(screens, { camera: true })
  protocol.handle(scheme, async (asked) => {
    const { url, method } = asked
    const { host, pathname, searchParams } = new URL(url)
    if (line && method === 'POST' && host === pageHost && pathname.startsWith('/rpc/'))
      return callWorkstation(asked, line)
    if (method === 'GET' && host === pageHost) return answerOf(await pages(pathname))
    if (method === 'GET' && pathname === '/') {
      if (host === newsHost)
        return readOnly((nonce) => newsPage(changelog, nonce, searchParams.get('since') ?? undefined))
      if (host === logHost) return readOnly((nonce) => logPage(readLog(logFolder), nonce))
      if (host === preparationHost) return readOnly(preparationPage)
    }
    return new Response(null, { status: 404 })
  })
}

/** Serves only the built screens to another session, under a host of their own. */
export const servePages = (of: Protocol, wanted: string, screens: string): void => {
  const pages = staticPages(screens)
  of.handle(scheme, async ({ url, method }) => {
    const { host, pathname } = new URL(url)
    return method === 'GET' && host === wanted ? answerOf(await pages(pathname)) : new Response(null, { status: 404 })
  })
}

const answerOf = ({ status, headers, body }: Page): Response => new Response(new Uint8Array(body), { status, headers })
