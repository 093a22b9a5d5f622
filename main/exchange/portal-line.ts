import * as z from 'zod'
import type { Network } from '../../shared/contract/desk/exchange.ts'
import { Replaced, type Replacing } from '../../shared/contract/exchange/replaced.ts'
import type { Clock } from '../../shared/rules/calendar/day.ts'
import { type KeyPair, type KeyRing, keyIn } from '../crypto/keys.ts'
import { packed, unpacked } from '../crypto/packing.ts'
import {
  fieldsOf,
  type HttpRequest,
  type HttpResponse,
  signRequest,
  usualTolerance,
  verifyResponse,
} from '../crypto/signature.ts'
import type { Core, Secrets } from '../desk/core.ts'
import { agentFor, networkOf } from '../desk/portal/portal.ts'
import { sendRequest, TooLong } from '../http/outgoing.ts'
import { deskKeys } from './desk-keys.ts'
import { pairedRow } from './desk-side.ts'
import { ExchangeFailed, httpSentence, lineSentence, refusalSentence, replacedSentence, sentences } from './failures.ts'

/** The portal, as the desk reaches it: what is asked is signed, what is answered is from the paired portal. */
export type Line = {
  readonly address: string
  readonly keys: KeyPair
  readonly ring: KeyRing
  readonly clock: Clock
  readonly network: Network
}

/** @throws ExchangeFailed where this machine has no key */
export const lineOf = ({ store, clock }: Core, secrets: Secrets): Line => {
  const { address, ring } = pairedRow(store)
  const keys = deskKeys(store, secrets)
  if (!keys) throw new ExchangeFailed(sentences.noKey)
  return { address, ring, keys, clock, network: networkOf(store) }
}

const messageType = 'application/vnd.espace-jeunesse.exchange'
/** A message holds half a million characters, or one paper. */
const mostBytes = 40_000_000
/** A large message on a slow line: what it was signed for. */
const usualSeconds = 240

type Answer = { readonly body: unknown; readonly bytes: number }

/** @throws ExchangeFailed, with what to do; nothing of an answer that is not the portal's is ever read */
export const ask = async (
  { address, keys, ring, clock, network }: Line,
  path: '/echange' | '/attente' | '/pieces' | '/remplacement',
  content: unknown,
  signal: AbortSignal,
  seconds = usualSeconds,
): Promise<Answer> => {
  const body = await packed(content)
  const request = signRequest({ method: 'POST', target: `${address}${path}`, type: messageType, body }, keys, clock())
  const response = await sent(request, network, signal, seconds)
  if (response.status !== 200) throw new ExchangeFailed(refused(response))
  const trust = { keyOf: keyIn(ring, clock()), now: clock(), tolerance: usualTolerance }
  const verdict = await verifyResponse(response, request, trust)
  if (!verdict.ok) throw new ExchangeFailed(refusalSentence('portal', verdict.refused, verdict.skew))
  const said = await contentOf(response)
  const replaced = Replaced.safeParse(said).data
  if (replaced) throw new ExchangeFailed(replacedSentence(replaced))
  return { body: said, bytes: body.length + response.body.length }
}

const contentOf = async ({ body }: HttpResponse): Promise<unknown> => {
  try {
    return JSON.parse((await unpacked(body, mostBytes)).toString())
  } catch {
    throw new ExchangeFailed(sentences.damaged)
  }
}

/** Tells the portal that the desk leaves, so that a desk restored from before learns it there; one that is silent never knows. */
export const tellReplaced = async (line: Line, by: string): Promise<void> => {
  const asked: Replacing = { by }
  try {
    await ask(line, '/remplacement', asked, new AbortController().signal, 15)
  } catch (error) {
    if (!(error instanceof ExchangeFailed)) throw error
  }
}

/** Not signed: who asks is proven by what is in it. @throws ExchangeFailed */
export const askUnsigned = async (
  { address, network }: Pick<Line, 'address' | 'network'>,
  path: '/appairage',
  content: unknown,
): Promise<{ readonly status: number; readonly body: unknown }> => {
  const { status, body } = await sent(
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

/** A portal that is open and well says so to anybody. @throws ExchangeFailed */
export const askHealth = async ({ address, network }: Pick<Line, 'address' | 'network'>): Promise<void> => {
  const request = { method: 'GET', target: `${address}/sante`, fields: [], body: Buffer.alloc(0) }
  const { status } = await sent(request, network, new AbortController().signal, 15)
  if (status !== 200) throw new ExchangeFailed(httpSentence(status))
}

const Refusal = z.object({ refused: z.string(), skew: z.number().nullable().optional() })

const refused = ({ status, body }: HttpResponse): string => {
  if (status !== 401) return httpSentence(status)
  try {
    const { refused: why, skew } = Refusal.parse(JSON.parse(Buffer.from(body).toString()))
    return refusalSentence('desk', why, skew ?? null)
  } catch {
    return httpSentence(status)
  }
}

const sent = async (
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
        agent: agentFor(network, target),
        signal: AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]),
        mostBytes,
      },
    )
    return { status, fields: fieldsOf(rawHeaders), body: answer }
  } catch (error) {
    if (signal.aborted) throw error
    throw error instanceof TooLong
      ? new ExchangeFailed(sentences.damaged)
      : new ExchangeFailed(lineSentence(error, network), error)
  }
}
