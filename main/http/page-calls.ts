import type { IncomingMessage } from 'node:http'
import type { StandardHandleResult } from '@orpc/server/standard'
import { type Page, securityHeaders } from './pages.ts'

/** Why a server refuses a call, in the shape that the page's oRPC client parses as a typed error. */
export type Refusal = { readonly status: number; readonly code: string; readonly sentence: string }

/** Limits on calls from pages, with the French sentences shown when a call exceeds them. */
export type CallLimits = {
  readonly maxBytes: number
  /** Shown when the body is larger than `maxBytes`. */
  readonly tooLargeMessage: string
  /** Shown when the call comes from another site's page. */
  readonly crossSiteMessage: string
}

export const isCall = ({ pathname }: URL): boolean => pathname === '/rpc' || pathname.startsWith('/rpc/')

export const unknownCall: Refusal = { status: 404, code: 'NOT_FOUND', sentence: 'Cette action n’existe pas.' }

/**
 * Whether a request comes from a page of this server: pages of other sites, even in the same browser, may send nothing.
 * @param origins this server's origins
 */
export const isFromThisServer = ({ headers }: IncomingMessage, origins: readonly string[]): boolean => {
  const site = headers['sec-fetch-site']
  return origins.includes(headers.origin ?? '') && (site === undefined || site === 'same-origin')
}

/** @returns null for an acceptable call: from a page of this server, and not too large */
export const callRefusal = (
  request: IncomingMessage,
  origins: readonly string[],
  limits: CallLimits,
): Refusal | null => {
  if (request.method !== 'POST') {
    return { status: 405, code: 'METHOD_NOT_SUPPORTED', sentence: unknownCall.sentence }
  }
  if (!isFromThisServer(request, origins) || request.headers['x-csrf-token'] !== 'orpc') {
    return { status: 403, code: 'FORBIDDEN', sentence: limits.crossSiteMessage }
  }
  return Number(request.headers['content-length'] ?? 0) > limits.maxBytes ? tooHeavy(limits) : null
}

/**
 * An oRPC root interceptor. oRPC itself answers in English to what it refuses before any procedure runs: this replaces
 * those answers by French ones.
 */
export const refusalsInFrench =
  (limits: CallLimits) =>
  async (call: { next(): Promise<StandardHandleResult> }): Promise<StandardHandleResult> => {
    const result = await call.next()
    const refusal = new Map([
      [400, malformedCall],
      [413, tooHeavy(limits)],
    ]).get(result.response?.status ?? 0)
    if (!result.matched || !refusal) return result
    return { ...result, response: { ...result.response, status: refusal.status, body: refusalBody(refusal) } }
  }

const malformedCall: Refusal = {
  status: 422,
  code: 'REFUSED',
  sentence: 'Cet envoi est incomplet ou abîmé\u00a0: rien n’a été enregistré.',
}

const tooHeavy = ({ tooLargeMessage: sentence }: CallLimits): Refusal => ({ status: 413, code: 'REFUSED', sentence })

const refusalBody = ({ status, code, sentence }: Refusal) => ({
  json: { defined: true, code, status, message: sentence, data: { sentence } },
})

export const refusalPage = (refusal: Refusal): Page => ({
  status: refusal.status,
  headers: {
    ...securityHeaders,
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    // The rest of the body is not read, so the connection cannot be reused.
    Connection: 'close',
  },
  body: Buffer.from(JSON.stringify(refusalBody(refusal))),
})

/**
 * Reads one cookie by its exact name: the values are random texts that need no decoding, so a parser would not be
 * shorter.
 * @returns null when the request has no cookie of that name
 */
export const cookieIn = ({ headers }: IncomingMessage, name: string): string | null =>
  headers.cookie
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1) ?? null
