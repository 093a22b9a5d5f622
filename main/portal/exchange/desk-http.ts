import type { IncomingMessage, ServerResponse } from 'node:http'
import * as z from 'zod'
import { Envelope, ExchangeMessage } from '../../../shared/contract/exchange/message.ts'
import { type PaperPart, PaperPartRequest } from '../../../shared/contract/exchange/paper-parts.ts'
import { type Replacement, ReplacementNotice } from '../../../shared/contract/exchange/replaced.ts'
import type { Message } from '../../../shared/exchange/message.ts'
import { commonVersion, portalCapabilities } from '../../../shared/exchange/version.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { type KeyRing, keyFinder } from '../../crypto/keys.ts'
import { pack, unpack } from '../../crypto/packing.ts'
import {
  clockTolerance,
  fieldsOf,
  type HttpRequest,
  type SignatureRefusal,
  type SignatureVerdict,
  signResponse,
  verifyRequest,
} from '../../crypto/signature.ts'
import { sideOf } from '../log/log.ts'
import { paperPart } from '../papers/papers.ts'
import type { Portal } from '../portal.ts'
import { seenNonce } from '../store/schema/index.ts'
import { handleMessage, unsupportedReply } from './exchange.ts'
import { NotPaired, pair, pairedDesk, recordReplacement } from './pairing.ts'

/** The compression is part of the media type, never a Content-Encoding: see main/crypto/signature.ts. */
const exchangeType = 'application/vnd.espace-jeunesse.exchange'
const maxCompressedBytes = 30 * 1024 * 1024
/**
 * Decompression stops here, against zip bombs. The largest legitimate message, a paper of 20 million characters, is far
 * smaller.
 */
const maxBytes = 80 * 1024 * 1024
const maxOfferBytes = 4 * 1024
const maxWaitSeconds = 25
/** On a shared store, other workers append to the log too: poll the store this often. */
const pollMilliseconds = 1000

const paths = ['/appairage', '/echange', '/attente', '/pieces', '/remplacement'] as const
type Path = (typeof paths)[number]
const isDeskPath = (path: string | undefined): path is Path => paths.some((known) => known === path)

/** Whether a request is for one of the desk's addresses: their bodies are large, and no browser page calls them. */
export const isForDesk = ({ method, url }: Pick<IncomingMessage, 'method' | 'url'>): boolean =>
  method === 'POST' && isDeskPath(url)

/** Whether a request claims a desk's signature, and so may be large and slow; a pairing offer is neither. */
export const isSigned = (request: Pick<IncomingMessage, 'method' | 'url'>): boolean =>
  isForDesk(request) && request.url !== '/appairage'

type DeskEndpoint = {
  /** Answers a request for which `isForDesk` is true. */
  answer(request: IncomingMessage, response: ServerResponse, caller: string): Promise<void>
  /** Ends the long polls that are waiting. */
  close(): void
}

/** Answers the desk over HTTP: a desk pairs once with a code; afterwards only its signed requests are accepted. */
export const createDeskEndpoint = (portal: Portal): DeskEndpoint => {
  const closing = new AbortController()
  return {
    async answer(request, response, caller) {
      try {
        if (request.url === '/appairage') {
          return sendJson(response, 200, await pair(portal, caller, await readOffer(request)))
        }
        const { asked, replaced } = await signedRequest(portal, request)
        const over = AbortSignal.any([closing.signal, closeSignal(response)])
        const content = replaced ?? (await contentFor(portal, request.url, await unpackBody(asked.body), over))
        await sendSigned(portal, response, asked, content)
      } catch (error) {
        // Read and drop the rest of the body, so that the desk receives the answer.
        request.resume()
        if (error instanceof NotPaired) {
          return sendJson(response, 422, { refused: error.refused, sentence: error.sentence })
        }
        if (!(error instanceof RefusedRequest)) throw error
        const { status, refused, sentence, skew } = error
        sendJson(response, status, { refused, skew, sentence })
      }
    },
    close: () => closing.abort(),
  }
}

type Content = Message | PaperPart | Replacement | { readonly end: number }

const contentFor = (portal: Portal, path: string | undefined, sent: Buffer, over: AbortSignal): Promise<Content> => {
  if (path === '/echange') return replyTo(portal, sent)
  if (path === '/pieces') return paperPart(portal, parsed(PaperPartRequest, sent))
  if (path === '/remplacement') return recordReplacement(portal, parsed(ReplacementNotice, sent))
  return longPoll(portal, sent, over)
}

/** A refused request of the desk; nothing was changed. */
class RefusedRequest extends Error {
  readonly status: number
  readonly refused: string
  readonly sentence: string
  readonly skew: number | null
  constructor(status: number, refused: string, sentence: string, skew: number | null = null) {
    super(sentence)
    this.status = status
    this.refused = refused
    this.sentence = sentence
    this.skew = skew
  }
}

const tooLarge = () => new RefusedRequest(413, 'tooLarge', 'Cet envoi est trop lourd.')
const malformed = () => new RefusedRequest(422, 'malformed', 'Cet envoi est incomplet ou abîmé.')

const Offer = z.object({ address: z.string().max(300), publicKey: z.string().max(300), proof: z.string().max(100) })

const readOffer = async (request: IncomingMessage): Promise<z.infer<typeof Offer>> =>
  parsed(Offer, await readBody(request, maxOfferBytes))

/** Reads and verifies a request of the desk. @throws RefusedRequest when its signature is refused */
const signedRequest = async (
  portal: Portal,
  request: IncomingMessage,
): Promise<{ asked: HttpRequest; replaced: Replacement | null }> => {
  const { db } = portal.store
  const { ring, replaced } = await pairedDesk(db)
  const received = {
    method: request.method ?? '',
    target: new URL(`${portal.address}${request.url}`).href,
    fields: fieldsOf(request.rawHeaders),
  }
  const trust = trustOf(ring, portal.clock())
  // Refuse whoever has no known key before reading the body: without the body, only the digest may be wrong here.
  const early = await verifyRequest({ ...received, body: Buffer.alloc(0) }, { ...trust, rememberNonce: () => true })
  if (!early.ok && early.refused !== 'digest') throw signatureRefused(early)
  const body = await readBody(request, maxCompressedBytes)
  const verdict = await verifyRequest(
    { ...received, body },
    {
      ...trust,
      now: portal.clock(),
      async rememberNonce(keyid, nonce, until) {
        const inserted = await db.insert(seenNonce).values({ keyid, nonce, until }).onConflictDoNothing().returning()
        return inserted.length > 0
      },
    },
  )
  if (!verdict.ok) throw signatureRefused(verdict)
  if (contentTypeOf(received.fields) !== exchangeType) throw malformed()
  return { asked: { ...received, body }, replaced }
}

const trustOf = (ring: KeyRing, now: Instant) => ({ keyOf: keyFinder(ring, now), now, tolerance: clockTolerance })

const contentTypeOf = (fields: HttpRequest['fields']): string | undefined =>
  fields.find(([name]) => name.toLowerCase() === 'content-type')?.[1]

const signatureRefused = ({ refused, skew }: Extract<SignatureVerdict, { ok: false }>): RefusedRequest =>
  new RefusedRequest(401, refused, signatureRefusedText(refused, skew), skew)

const signatureRefusedText = (refused: SignatureRefusal, skew: number | null): string => {
  const minutes = counted(Math.round(Math.abs(skew ?? 0) / 60), 'minute')
  const clocks = `L’horloge du bureau et celle du portail diffèrent de ${minutes}. Mettez-les à l’heure.`
  const oldKey = 'Cette clé n’est plus acceptée ici. Reliez de nouveau le bureau.'
  const changed = 'La signature n’est pas celle de ce bureau, ou l’envoi a été changé en route. Rien n’a été changé.'
  const sentences: Partial<Record<SignatureRefusal, string>> = {
    unknownKey: 'Ce portail ne connaît pas ce bureau. Reliez-le.',
    retiredKey: oldKey,
    revokedKey: oldKey,
    expired: clocks,
    notYetValid: clocks,
    replayed: 'Cette demande a déjà été reçue. Rien n’a été changé.',
    signature: changed,
    digest: changed,
  }
  return sentences[refused] ?? 'Cette demande n’est pas signée comme il faut. Rien n’a été changé.'
}

/** @throws RefusedRequest for a body longer than `maxLength` */
const readBody = async (request: IncomingMessage, maxLength: number): Promise<Buffer> => {
  if (Number(request.headers['content-length'] ?? 0) > maxLength) throw tooLarge()
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxLength) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Decompresses a body. @throws RefusedRequest for a malformed or too large one */
const unpackBody = async (body: Uint8Array): Promise<Buffer> => {
  try {
    return await unpack(body, maxBytes)
  } catch (error) {
    throw error instanceof RangeError ? tooLarge() : malformed()
  }
}

/** @throws RefusedRequest for content that does not have this shape */
const parsed = <Shape extends z.ZodType>(shape: Shape, content: Buffer): z.infer<Shape> => {
  let value: unknown
  try {
    value = JSON.parse(content.toString())
  } catch {
    throw malformed()
  }
  const { success, data } = shape.safeParse(value)
  if (!success) throw malformed()
  return data
}

const replyTo = (portal: Portal, content: Buffer): Promise<Message> => {
  const { versions, from } = parsed(Envelope, content)
  if (from !== 'desk') throw malformed()
  if (commonVersion(versions, portalCapabilities.versions) === null) return unsupportedReply(portal)
  return handleMessage(portal, parsed(ExchangeMessage, content))
}

const Wait = z.object({ after: z.int().nonnegative(), seconds: z.number().min(0).max(maxWaitSeconds) })

/** Long poll: answers as soon as the portal's log goes past entry `after`, or when the time is up. */
const longPoll = async (portal: Portal, content: Buffer, over: AbortSignal): Promise<{ end: number }> => {
  const { after, seconds } = parsed(Wait, content)
  const { store } = portal
  // Wall-clock time, which tests do not set.
  const until = performance.now() + seconds * 1000
  for (;;) {
    const appended = Promise.withResolvers<void>()
    const stop = store.onAppend(appended.resolve)
    try {
      const { number } = (await sideOf(store.db)).own.end
      const remaining = until - performance.now()
      if (number > after || remaining <= 0 || over.aborted) return { end: number }
      await Promise.race([
        appended.promise,
        pause(store.isShared ? Math.min(remaining, pollMilliseconds) : remaining, over),
      ])
    } finally {
      stop()
    }
  }
}

const pause = (milliseconds: number, over: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const timer = setTimeout(ended, milliseconds)
    function ended() {
      clearTimeout(timer)
      over.removeEventListener('abort', ended)
      done()
    }
    over.addEventListener('abort', ended)
  })

/** A signal that aborts when the connection closes. */
const closeSignal = (response: ServerResponse): AbortSignal => {
  const controller = new AbortController()
  response.once('close', () => controller.abort())
  return controller.signal
}

const sendSigned = async (
  portal: Portal,
  response: ServerResponse,
  received: HttpRequest,
  content: Content,
): Promise<void> => {
  const body = await pack(content)
  const status = 200
  const { fields } = signResponse({ status, type: exchangeType, body }, received, portal.keys, portal.clock())
  // The desk polls all day: leave out headers that only browsers and caches read, and the date, which the signature
  // has.
  response.sendDate = false
  response.writeHead(status, { ...Object.fromEntries(fields), 'Content-Length': body.length })
  response.end(body)
}

const sendJson = (response: ServerResponse, status: number, content: unknown): void => {
  const body = Buffer.from(JSON.stringify(content))
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length })
  response.end(body)
}
