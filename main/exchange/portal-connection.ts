import * as z from 'zod'
import type { Network } from '../../shared/contract/desk/exchange.ts'
import { Replacement, type ReplacementNotice } from '../../shared/contract/exchange/replaced.ts'
import type { Clock } from '../../shared/rules/calendar/day.ts'
import { type KeyPair, type KeyRing, keyFinder } from '../crypto/keys.ts'
import { pack, unpack } from '../crypto/packing.ts'
import {
  clockTolerance,
  fieldsOf,
  type HttpRequest,
  type HttpResponse,
  signRequest,
  verifyResponse,
} from '../crypto/signature.ts'
import type { Core, Secrets } from '../desk/core.ts'
import { networkOf, proxyAgentFor } from '../desk/portal/portal.ts'
import { sendRequest, TooLong } from '../http/outgoing.ts'
import { deskKeys } from './desk-keys.ts'
import { requireSideRow } from './desk-side.ts'
import {
  connectionSentence,
  ExchangeFailed,
  failureTexts,
  httpSentence,
  refusalSentence,
  replacedSentence,
} from './failures.ts'

/** What a signed call to the paired portal needs: its address, the desk's keys, the portal's keys, the proxy. */
export type PortalConnection = {
  readonly address: string
  readonly keys: KeyPair
  readonly ring: KeyRing
  readonly clock: Clock
  readonly network: Network
}

/** @throws ExchangeFailed when this computer has no key */
export const portalConnection = ({ store, clock }: Core, secrets: Secrets): PortalConnection => {
  const { address, ring } = requireSideRow(store)
  const keys = deskKeys(store, secrets)
  if (!keys) throw new ExchangeFailed(failureTexts.noKey)
  return { address, ring, keys, clock, network: networkOf(store) }
}

const messageType = 'application/vnd.espace-jeunesse.exchange'
/** Upper bound of an unpacked message, which holds half a million characters or one paper. */
const maxBytes = 40_000_000
/** Enough for a large message on a slow connection, and no longer than a signature is valid. */
const defaultTimeoutSeconds = 240

type Answer = { readonly body: unknown; readonly bytes: number }

/**
 * Sends a signed request and returns the portal's verified answer. A response not signed by the portal is never read.
 * @throws ExchangeFailed, with what to do
 */
export const callPortal = async (
  { address, keys, ring, clock, network }: PortalConnection,
  path: '/echange' | '/attente' | '/pieces' | '/remplacement',
  content: unknown,
  signal: AbortSignal,
  seconds = defaultTimeoutSeconds,
): Promise<Answer> => {
  const body = await pack(content)
  const request = signRequest({ method: 'POST', target: `${address}${path}`, type: messageType, body }, keys, clock())
  const response = await sendHttp(request, network, signal, seconds)
  if (response.status !== 200) throw new ExchangeFailed(refusalText(response))
  const trust = { keyOf: keyFinder(ring, clock()), now: clock(), tolerance: clockTolerance }
  const verdict = await verifyResponse(response, request, trust)
  if (!verdict.ok) throw new ExchangeFailed(refusalSentence('portal', verdict.refused, verdict.skew))
  const answer = await unpackedContent(response)
  const replaced = Replacement.safeParse(answer).data
  if (replaced) throw new ExchangeFailed(replacedSentence(replaced))
  return { body: answer, bytes: body.length + response.body.length }
}

const unpackedContent = async ({ body }: HttpResponse): Promise<unknown> => {
  try {
    return JSON.parse((await unpack(body, maxBytes)).toString())
  } catch {
    throw new ExchangeFailed(failureTexts.damaged)
  }
}

/**
 * Notifies a portal that another has replaced it, so that a desk restored from an older copy learns it there. Failures
 * are ignored: the old portal may be shut down.
 */
export const notifyReplaced = async (line: PortalConnection, by: string): Promise<void> => {
  const message: ReplacementNotice = { by }
  try {
    await callPortal(line, '/remplacement', message, new AbortController().signal, 15)
  } catch (error) {
    if (!(error instanceof ExchangeFailed)) throw error
  }
}

/** Sends an unsigned request: the pairing offer itself proves who sends it. @throws ExchangeFailed */
export const callUnsigned = async (
  { address, network }: Pick<PortalConnection, 'address' | 'network'>,
  path: '/appairage',
  content: unknown,
): Promise<{ readonly status: number; readonly body: unknown }> => {
  const { status, body } = await sendHttp(
    {
      method: 'POST',
      target: `${address}${path}`,
      fields: [['content-type', 'application/json']],
      body: Buffer.from(JSON.stringify(content)),
    },
    network,
    new AbortController().signal,
    30,
  )
  try {
    return { status, body: JSON.parse(Buffer.from(body).toString()) }
  } catch {
    throw new ExchangeFailed(httpSentence(status))
  }
}

/** Calls the portal's public health page. @throws ExchangeFailed unless it answers 200 */
export const checkPortalHealth = async ({
  address,
  network,
}: Pick<PortalConnection, 'address' | 'network'>): Promise<void> => {
  const request = { method: 'GET', target: `${address}/sante`, fields: [], body: Buffer.alloc(0) }
  const { status } = await sendHttp(request, network, new AbortController().signal, 15)
  if (status !== 200) throw new ExchangeFailed(httpSentence(status))
}

const Refusal = z.object({ refused: z.string(), skew: z.number().nullable().optional() })

const refusalText = ({ status, body }: HttpResponse): string => {
  if (status !== 401) return httpSentence(status)
  try {
    const { refused: why, skew } = Refusal.parse(JSON.parse(Buffer.from(body).toString()))
    return refusalSentence('desk', why, skew ?? null)
  } catch {
    return httpSentence(status)
  }
}

const sendHttp = async (
  { method, target, fields, body }: HttpRequest,
  network: Network,
  signal: AbortSignal,
  seconds: number,
): Promise<HttpResponse> => {
  try {
    const {
      status,
      rawHeaders,
      body: answer,
    } = await sendRequest(
      { method, target, headers: Object.fromEntries(fields), body },
      {
        agent: proxyAgentFor(network, target),
        signal: AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]),
        maxBytes,
      },
    )
    return { status, fields: fieldsOf(rawHeaders), body: answer }
  } catch (error) {
    if (signal.aborted) throw error
    throw error instanceof TooLong
      ? new ExchangeFailed(failureTexts.damaged)
      : new ExchangeFailed(connectionSentence(error, network), error)
  }
}
