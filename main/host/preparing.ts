import type { IncomingMessage, ServerResponse } from 'node:http'
import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { isCall } from '../http/page-calls.ts'
import { jsonPage, type Page, sendPage, sentencePage, staticPages } from '../http/pages.ts'
import type { OpenPort } from './http.ts'

/** The page shown at the desk's address while a first start builds the screens and makes the example town. */
export type Preparation = {
  /** Shows the current step. @param done from 0 to 1; absent when unknown */
  readonly show: (sentence: string, done?: number) => void
  /** Shows why the desk cannot open. Resolves once open pages have had the time to read it. */
  readonly fail: (sentence: string) => Promise<void>
  /** Called by the desk's own server for every path, so that open preparation pages learn that the desk is ready. */
  readonly page: (pathname: string) => Page | undefined
}

type PreparationState =
  | { readonly state: 'working'; readonly sentence: string; readonly percent: number | null }
  | { readonly state: 'failed'; readonly sentence: string }

const here = resolve(import.meta.dirname, 'preparation')
const tokens = resolve(import.meta.dirname, '../../renderer/parts')
/** Milliseconds: three times the polling interval of `preparation/page.js`. */
const readingMilliseconds = 1500

/** Answers requests at this port until the desk takes it over. */
export const showPreparation = ({ server, hosts }: OpenPort): Preparation => {
  let shown: PreparationState = { state: 'working', sentence: 'Espace Jeunesse se prépare…', percent: null }
  let askedAt = Number.NEGATIVE_INFINITY
  const [preparationPages, sharedStyles] = [staticPages(here), staticPages(tokens)]
  const pageAt = (pathname: string): Promise<Page> | Page => {
    if (pathname === '/preparation') {
      askedAt = performance.now()
      return jsonPage(shown)
    }
    return pathname === '/tokens.css' ? sharedStyles(pathname) : preparationPages(pathname)
  }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const address = `http://${request.headers.host}${request.url}`
    if (!hosts.includes(request.headers.host ?? '') || !URL.canParse(address)) {
      return sendPage(response, sentencePage(421, 'Adresse inconnue.'))
    }
    const url = new URL(address)
    // Drop calls from a page left open since an earlier start: it then considers the desk unreachable and retries.
    if (isCall(url)) response.destroy()
    else sendPage(response, await pageAt(url.pathname))
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
      if (performance.now() - askedAt < readingMilliseconds) await setTimeout(readingMilliseconds)
    },
    page: (pathname) => (pathname === '/preparation' ? jsonPage({ state: 'ready' }) : undefined),
  }
}
