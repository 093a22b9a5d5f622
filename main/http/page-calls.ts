import type { IncomingMessage } from 'node:http'
import type { StandardHandleResult } from '@orpc/server/standard'
import { guardHeaders, type Page } from './pages.ts'

/** What a server says of a call that it does not take, in the shape that the page's client reads as a typed error. */
export type Refusal = { readonly status: number; readonly code: string; readonly sentence: string }

/** What a server takes from pages. */
export type Taking = {
  readonly mostBytes: number
  /** Said beyond that. */
  readonly tooHeavy: string
  /** Said to what comes from no page of its own. */
  readonly fromElsewhere: string
}

export const isCall = ({ pathname }: URL): boolean => pathname === '/rpc' || pathname.startsWith('/rpc/')

export const unknownCall: Refusal = { status: 404, code: 'NOT_FOUND', sentence: 'Cette action n’existe pas.' }

/** A page of another site, even in the same browser, sends nothing here. @param origins the server's own */
export const isFromHere = ({ headers }: IncomingMessage, origins: readonly string[]): boolean => {
  const site = headers['sec-fetch-site']
  return origins.includes(headers.origin ?? '') && (site === undefined || site === 'same-origin')
}

/** @returns null for a call of a page of this very server, of a size that it takes */
export const refusedCall = (request: IncomingMessage, origins: readonly string[], taking: Taking): Refusal | null => {
  if (request.method !== 'POST') {
    return { status: 405, code: 'METHOD_NOT_SUPPORTED', sentence: unknownCall.sentence }
  }
  if (!isFromHere(request, origins) || request.headers['x-csrf-token'] !== 'orpc') {
    return { status: 403, code: 'FORBIDDEN', sentence: taking.fromElsewhere }
  }
  return Number(request.headers['content-length'] ?? 0) > taking.mostBytes ? tooHeavy(taking) : null
}

/** A root interceptor: what oRPC itself refuses before a procedure is asked, it says in English. */
export const inFrench =
  (taking: Taking) =>
  async (call: { next(): Promise<StandardHandleResult> }): Promise<StandardHandleResult> => {
    const result = await call.next()
    const refusal = new Map([
      [400, damaged],
      [413, tooHeavy(taking)],
    ]).get(result.response?.status ?? 0)
    if (!result.matched || !refusal) return result
    return { ...result, response: { ...result.response, status: refusal.status, body: refusalBody(refusal) } }
  }

const damaged: Refusal = {
  status: 422,
  code: 'REFUSED',
  sentence: 'Cet envoi est incomplet ou abîmé\u00a0: rien n’a été enregistré.',
}

const tooHeavy = ({ tooHeavy: sentence }: Taking): Refusal => ({ status: 413, code: 'REFUSED', sentence })

const refusalBody = ({ status, code, sentence }: Refusal) => ({
  json: { defined: true, code, status, message: sentence, data: { sentence } },
})

export const refusalPage = (refusal: Refusal): Page => ({
  status: refusal.status,
  headers: {
    ...guardHeaders,
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    // What was still to come of the body is not read.
    Connection: 'close',
  },
  body: Buffer.from(JSON.stringify(refusalBody(refusal))),
})

/** @returns null when the browser has none of that name */
export const cookieIn = ({ headers }: IncomingMessage, name: string): string | null =>
  headers.cookie
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1) ?? null
