import { randomUUID } from 'node:crypto'
import { protocol } from 'electron'
import { guardHeaders, pagesIn } from '../host/pages.ts'

export const scheme = 'app'
export const pageHost = 'desk'
const paperHost = 'paper'

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

/** `app://desk/…` is the built screens, `app://paper/…` a PDF about to be printed; nothing else answers. */
export const serveScheme = (screens: string): void => {
  const pages = pagesIn(screens)
  protocol.handle(scheme, async ({ url, method }) => {
    const { host, pathname } = new URL(url)
    if (method === 'GET' && host === pageHost) {
      const { status, headers, body } = await pages(pathname)
      return new Response(new Uint8Array(body), { status, headers })
    }
    const paper = papers.get(pathname.slice(1))
    if (method === 'GET' && host === paperHost && paper) {
      papers.delete(pathname.slice(1))
      return new Response(paper, { headers: { ...guardHeaders, 'Content-Type': 'application/pdf' } })
    }
    return new Response(null, { status: 404 })
  })
}
