import type { IncomingMessage, ServerResponse } from 'node:http'
import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { OpenPort } from './http.ts'
import { isCall } from './page-calls.ts'
import { jsonPage, type Page, pagesIn, send, sentencePage } from './pages.ts'

/** Shown at the desk's address while its first start prepares what the desk needs. */
export type Preparation = {
  /** What is under way now. @param done from 0 to 1; absent when nobody knows */
  readonly show: (sentence: string, done?: number) => void
  /** Ends once the pages that follow had the time to read why. */
  readonly fail: (sentence: string) => Promise<void>
  /** The desk's own server calls it for every path, so that the pages that follow hear that the desk is there. */
  readonly page: (pathname: string) => Page | undefined
}

type Shown =
  | { readonly state: 'working'; readonly sentence: string; readonly percent: number | null }
  | { readonly state: 'failed'; readonly sentence: string }

const here = resolve(import.meta.dirname, 'preparation')
const tokens = resolve(import.meta.dirname, '../../renderer/parts')
/** Three times as long as a page waits between two questions (`preparation/page.js`). */
const readsWithin = 1500

/** Answers at this port until the desk takes it over. */
export const showPreparation = ({ server, hosts }: OpenPort): Preparation => {
  let shown: Shown = { state: 'working', sentence: 'Espace Jeunesse se prépare…', percent: null }
  let askedAt = Number.NEGATIVE_INFINITY
  const [own, ofDesk] = [pagesIn(here), pagesIn(tokens)]
  const pageAt = (pathname: string): Promise<Page> | Page => {
    if (pathname === '/preparation') {
      askedAt = performance.now()
      return jsonPage(shown)
    }
    return pathname === '/tokens.css' ? ofDesk(pathname) : own(pathname)
  }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const address = `http://${request.headers.host}${request.url}`
    if (!hosts.includes(request.headers.host ?? '') || !URL.canParse(address)) {
      return send(response, sentencePage(421, 'Adresse inconnue.'))
    }
    const url = new URL(address)
    // A page left open since another start takes the desk for not there yet, and tries again.
    if (isCall(url)) response.destroy()
    else send(response, await pageAt(url.pathname))
  }
  server.on('request', (request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  return {
    show(sentence, done) {
      shown = { state: 'working', sentence, percent: done === undefined ? null : Math.floor(done * 100) }
    },
    async fail(sentence) {
      shown = { state: 'failed', sentence }
      if (performance.now() - askedAt < readsWithin) await setTimeout(readsWithin)
    },
    page: (pathname) => (pathname === '/preparation' ? jsonPage({ state: 'ready' }) : undefined),
  }
}
