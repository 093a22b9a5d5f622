import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, join, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'

/** Vite writes this placeholder into built pages; each response replaces it by a fresh nonce. */
const noncePlaceholder = 'nonce-of-this-page'

export type Page = { readonly status: number; readonly headers: Record<string, string>; readonly body: Buffer }

/** Sends a page; for HEAD, its headers alone. */
export const sendPage = (response: ServerResponse, { status, headers, body }: Page): void => {
  response.writeHead(status, { ...headers, 'Content-Length': body.length })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
}

const permissionsPolicy = (camera: '()' | '(self)'): string =>
  `camera=${camera}, microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=()`

/** Security headers of every response. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': permissionsPolicy('()'),
}

/**
 * The Content-Security-Policy of pages: scripts, styles and calls from this server alone.
 * @param forms where forms may be sent
 */
export const contentPolicy = (nonce: string, forms: `'none'` | `'self'` = `'none'`): string =>
  [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data: blob:`,
    `font-src 'self'`,
    `connect-src 'self'`,
    `base-uri 'none'`,
    `form-action ${forms}`,
    `frame-ancestors 'none'`,
  ].join('; ')

const compressions = { br: promisify(brotliCompress), gzip: promisify(gzip) } as const
type Encoding = keyof typeof compressions

/**
 * Serves the built screens in `folder` by URL path, and no file outside the folder. Scripts and styles are compressed
 * when the browser's `Accept-Encoding` allows it. Written here: a library for static files sends a file as it is, and
 * pages need a fresh nonce each, headers as values, and no file opened by the library outside what is tested here.
 * @param policy the Content-Security-Policy for a nonce
 * @param camera whether the main page may ask the person for the camera, for itself alone
 */
export const staticPages = (
  folder: string,
  { policy = contentPolicy, camera = false }: { policy?: (nonce: string) => string; camera?: boolean } = {},
): ((pathname: string, accepted?: string) => Promise<Page>) => {
  const root = resolve(folder)
  const mainPage = join(root, 'index.html')
  const compressed = new Map<string, Promise<Buffer>>()
  const compress = (path: string, encoding: Encoding, content: Buffer): Promise<Buffer> => {
    const key = `${encoding} ${path}`
    const result = compressed.get(key) ?? compressions[encoding](content)
    compressed.set(key, result)
    return result
  }
  return async (pathname, accepted = '') => {
    const path = fileInside(root, pathname)
    if (path === null) return notFound()
    const isPage = extname(path) === '.html'
    try {
      const content = await readFile(path)
      if (!isPage) {
        // Vite names files in assets/ after their content, so browsers may cache them for ever.
        const isHashed = path.startsWith(join(root, 'assets') + sep)
        const type = contentTypes[extname(path)] ?? 'application/octet-stream'
        const encoding = isHashed && isText(type) ? encodingOf(accepted) : null
        return page(200, type, encoding ? await compress(path, encoding, content) : content, {
          'Cache-Control': isHashed ? 'private, max-age=31536000, immutable' : 'no-cache',
          ...(encoding && { 'Content-Encoding': encoding, Vary: 'Accept-Encoding' }),
        })
      }
      const nonce = randomBytes(16).toString('base64')
      const body = Buffer.from(content.toString().replaceAll(noncePlaceholder, nonce))
      return page(200, contentTypes['.html'] ?? '', body, {
        'Content-Security-Policy': policy(nonce),
        ...(camera && path === mainPage && { 'Permissions-Policy': permissionsPolicy('(self)') }),
      })
    } catch (error) {
      if (error instanceof Error && 'code' in error && ['ENOENT', 'EISDIR', 'ENOTDIR'].includes(String(error.code))) {
        return notFound()
      }
      throw error
    }
  }
}

const isText = (type: string) => type.startsWith('text/') || type === 'image/svg+xml'

const encodingOf = (accepted: string): Encoding | null => {
  const names = accepted.split(',').map((one) => one.trim())
  return names.includes('br') ? 'br' : names.includes('gzip') ? 'gzip' : null
}

/** A page that shows one sentence. */
export const sentencePage = (status: number, sentence: string): Page => {
  const shown = sentence.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)
  const html = `<!doctype html><html lang="fr"><meta charset="utf-8"><title>Espace Jeunesse</title><p>${shown}</p></html>`
  return page(status, contentTypes['.html'] ?? '', Buffer.from(html), {
    'Content-Security-Policy': `default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  })
}

export const jsonPage = (value: unknown): Page =>
  page(200, contentTypes['.json'] ?? '', Buffer.from(JSON.stringify(value)), {})

const notFound = () => sentencePage(404, 'Cette page n’existe pas.')

const page = (status: number, type: string, body: Buffer, headers: Record<string, string>): Page => ({
  status,
  headers: { ...securityHeaders, 'Cache-Control': 'no-store', 'Content-Type': type, ...headers },
  body,
})

const fileInside = (root: string, pathname: string): string | null => {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return null
  }
  // Refuse an encoded slash: callers check the path before decoding, and `/a%2Fb` would serve the file of `/a/b`.
  if (/%2f/i.test(pathname) || decoded.includes('\0') || decoded.includes('\\')) return null
  const path = join(root, decoded === '/' ? 'index.html' : decoded)
  return path.startsWith(root + sep) ? path : null
}
