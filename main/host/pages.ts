import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join, resolve, sep } from 'node:path'

/** Vite writes this where a page's own nonce belongs; each answer puts a fresh one. */
export const noncePlace = 'nonce-of-this-page'

export type Page = { readonly status: number; readonly headers: Record<string, string>; readonly body: Buffer }

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
}

/** On every answer, whatever it is. */
export const guardHeaders: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=()',
}

/** What a page may load: its own files, its own core, pictures and papers it made itself. */
export const contentPolicy = (nonce: string): string =>
  [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data: blob:`,
    `font-src 'self'`,
    `connect-src 'self'`,
    `frame-src blob:`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ')

/** The built screens in `folder`, by the path of a URL. Nothing outside the folder is ever read. */
export const pagesIn = (folder: string): ((pathname: string) => Promise<Page>) => {
  const root = resolve(folder)
  return async (pathname) => {
    const path = inside(root, pathname)
    if (path === null) return notFound()
    const isPage = extname(path) === '.html'
    try {
      const content = await readFile(path)
      if (!isPage) {
        // Vite names what it puts in assets/ after its content.
        const kept = path.startsWith(join(root, 'assets') + sep)
        const type = types[extname(path)] ?? 'application/octet-stream'
        return page(200, type, content, { 'Cache-Control': kept ? 'private, max-age=31536000, immutable' : 'no-cache' })
      }
      const nonce = randomBytes(16).toString('base64')
      const body = Buffer.from(content.toString().replaceAll(noncePlace, nonce))
      return page(200, types['.html'] ?? '', body, { 'Content-Security-Policy': contentPolicy(nonce) })
    } catch (error) {
      if (error instanceof Error && 'code' in error && ['ENOENT', 'EISDIR', 'ENOTDIR'].includes(String(error.code))) {
        return notFound()
      }
      throw error
    }
  }
}

/** A page of one sentence. */
export const sentencePage = (status: number, sentence: string): Page => {
  const shown = sentence.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)
  const html = `<!doctype html><html lang="fr"><meta charset="utf-8"><title>Espace Jeunesse</title><p>${shown}</p></html>`
  return page(status, types['.html'] ?? '', Buffer.from(html), {
    'Content-Security-Policy': `default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  })
}

const notFound = () => sentencePage(404, 'Cette page n’existe pas.')

const page = (status: number, type: string, body: Buffer, headers: Record<string, string>): Page => ({
  status,
  headers: { ...guardHeaders, 'Cache-Control': 'no-store', 'Content-Type': type, ...headers },
  body,
})

const inside = (root: string, pathname: string): string | null => {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return null
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null
  const path = join(root, decoded === '/' ? 'index.html' : decoded)
  return path.startsWith(root + sep) ? path : null
}
