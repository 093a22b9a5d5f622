import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto'
import type { Instant } from '../../shared/rules/calendar/day.ts'
import { type FoundKey, type KeyPair, keyIdOf } from './keys.ts'

/*
 * HTTP Message Signatures (RFC 9421) with Ed25519 and Content-Digest (RFC 9530), for the two sides of the exchange.
 *
 * Only the exact output of `signRequest` and `signResponse` is accepted: one signature, labelled `sig`, these
 * components in this order, these parameters in this order, one sha-256 digest. The RFC lets an application require all
 * of that (1.4, 3.2.1); so no structured field is parsed, and nothing is ambiguous.
 *
 * The signature covers "@target-uri" instead of "@authority" and "@path", because it includes the scheme and the query.
 * Behind a proxy the portal cannot know the URI from the request, so the receiver builds it from the portal's
 * configured address and the requested path. The Host header is ignored, and a request signed for another portal is
 * refused.
 */

/** Header fields as pairs, in the order received: an object of headers would join or drop repeated fields. */
export type Fields = readonly (readonly [name: string, value: string])[]

/** Converts Node's `rawHeaders`, where names and values alternate. */
export const fieldsOf = (rawHeaders: readonly string[]): Fields =>
  rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ''] as const] : []))

export type HttpRequest = {
  readonly method: string
  /** Complete URL as `URL.href` writes it, without a fragment. */
  readonly target: string
  readonly fields: Fields
  readonly body: Uint8Array
}
export type HttpResponse = { readonly status: number; readonly fields: Fields; readonly body: Uint8Array }

export type SignatureRefusal =
  | 'missing'
  | 'duplicated'
  | 'malformed'
  | 'encoded'
  | 'algorithm'
  | Extract<FoundKey, { refused: string }>['refused']
  | 'digest'
  | 'signature'
  | 'tooLong'
  | 'notYetValid'
  | 'expired'
  | 'replayed'
  | 'otherRequest'

/** `skew`: seconds by which the signer's clock seems ahead of ours; null when the signature was not verified. */
export type SignatureVerdict =
  | { readonly ok: true; readonly keyid: string; readonly nonce: string; readonly skew: number }
  | { readonly ok: false; readonly refused: SignatureRefusal; readonly skew: number | null }

type Trust = {
  readonly keyOf: (keyid: string) => FoundKey | Promise<FoundKey>
  readonly now: Instant
  /** Seconds by which the two clocks may differ. */
  readonly tolerance: number
}
type RequestTrust = Trust & {
  /**
   * Stores the nonce of a key and returns whether it was new, atomically (an insert under a unique key): a query
   * followed by a write would accept two simultaneous copies. The nonce may be deleted after `until`.
   */
  readonly rememberNonce: (keyid: string, nonce: string, until: Instant) => boolean | Promise<boolean>
}

/** Validity of a signature in seconds: enough for a large message on a slow connection. */
export const signatureSeconds = 300
export const clockTolerance = 120

const requestComponents = ['"@method"', '"@target-uri"', '"content-digest"', '"content-type"']
// RFC 9421, 2.4 and 7.3.7: covering the request's signature does not cover its components, so each is listed.
const responseComponents = [
  '"@status"',
  '"content-digest"',
  '"content-type"',
  '"@method";req',
  '"@target-uri";req',
  '"content-digest";req',
  '"signature-input";req',
  '"signature";req',
]

/**
 * Signs a request; `fields` must be sent with the body. A compressed body is declared by its type, never by
 * Content-Encoding: see `signatureFields`.
 */
export const signRequest = (
  { method, target, type, body }: { method: string; target: string; type: string; body: Uint8Array },
  signer: KeyPair,
  now: Instant,
): HttpRequest => {
  const nonce = randomBytes(16).toString('base64url')
  const digest = contentDigest(body)
  const values = [method, target, digest, type]
  if (!isMethod(method) || !isTarget(target) || !isType(type)) throw new RangeError(`cannot sign ${method} ${target}`)
  return { method, target, body, fields: signedFields(requestComponents, values, { digest, type, nonce }, signer, now) }
}

/** The parts of a request that its response's signature covers. */
type SignedRequest = Pick<HttpRequest, 'method' | 'target' | 'fields'>

/** Signs a response. Repeats the request's nonce, so that a swapped response is distinguished from a forged one. */
export const signResponse = (
  { status, type, body }: { status: number; type: string; body: Uint8Array },
  request: SignedRequest,
  signer: KeyPair,
  now: Instant,
): HttpResponse => {
  const { nonce, values } = requestBinding(request)
  if (!isType(type)) throw new RangeError(`cannot sign ${type}`)
  const digest = contentDigest(body)
  const fields = signedFields(
    responseComponents,
    [String(status), digest, type, ...values],
    { digest, type, nonce },
    signer,
    now,
  )
  return { status, body, fields }
}

/** Verifies everything else before storing the nonce: only requests really signed by the other side fill the store. */
export const verifyRequest = async (request: HttpRequest, trust: RequestTrust): Promise<SignatureVerdict> => {
  const { method, target } = request
  if (!isMethod(method) || !isTarget(target)) return refusal('malformed')
  const expected: Expected = {
    components: requestComponents,
    values: ({ digest, type }) => [method, target, digest, type],
  }
  const verdict = await verifyFields(request, expected, trust)
  if (!verdict.ok) return verdict
  const { keyid, nonce, skew, until } = verdict
  return (await trust.rememberNonce(keyid, nonce, until)) ? { ok: true, keyid, nonce, skew } : refusal('replayed', skew)
}

/** Verifies a response to `request`: a genuine response to another request is refused. */
export const verifyResponse = async (
  response: HttpResponse,
  request: SignedRequest,
  trust: Trust,
): Promise<SignatureVerdict> => {
  const binding = requestBinding(request)
  const expected: Expected = {
    components: responseComponents,
    values: ({ digest, type }) => [String(response.status), digest, type, ...binding.values],
    nonce: binding.nonce,
  }
  const verdict = await verifyFields(response, expected, trust)
  if (!verdict.ok) return verdict
  const { keyid, nonce, skew } = verdict
  return { ok: true, keyid, nonce, skew }
}

/** RFC 9530, over the bytes as transmitted. */
export const contentDigest = (body: Uint8Array): string =>
  `sha-256=:${createHash('sha256').update(body).digest('base64')}:`

/** RFC 9421, 2.5: the bytes that are signed. */
export const signatureBase = (components: readonly string[], values: readonly string[], parameters: string): Buffer =>
  Buffer.from(
    [
      ...components.map((component, at) => `${component}: ${values[at]}`),
      `"@signature-params": (${components.join(' ')})${parameters}`,
    ].join('\n'),
  )

type Parameters = {
  readonly created: number
  readonly expires: number
  readonly nonce: string
  readonly keyid: string
  readonly algorithm: string
}
type SignatureFields = {
  readonly digest: string
  readonly type: string
  readonly input: string
  readonly signature: string
}

const label = 'sig'
const algorithm = 'ed25519'

const parametersText = (parameters: Parameters): string =>
  `;created=${parameters.created};expires=${parameters.expires};nonce="${parameters.nonce}";keyid="${parameters.keyid}";alg="${parameters.algorithm}"`

const signedFields = (
  components: readonly string[],
  values: readonly string[],
  { digest, type, nonce }: { digest: string; type: string; nonce: string },
  { publicKey, privateKey }: KeyPair,
  now: Instant,
): Fields => {
  const created = Math.floor(Date.parse(now) / 1000)
  const keyid = keyIdOf(publicKey)
  const parameters = parametersText({ created, expires: created + signatureSeconds, nonce, keyid, algorithm })
  const signature = sign(null, signatureBase(components, values, parameters), createPrivateKey(privateKey))
  return [
    ['content-type', type],
    ['content-digest', digest],
    ['signature-input', `${label}=(${components.join(' ')})${parameters}`],
    ['signature', `${label}=:${signature.toString('base64')}:`],
  ]
}

/** What the signature must cover; for a response also the request's nonce. */
type Expected = {
  readonly components: readonly string[]
  readonly values: (sent: SignatureFields) => readonly string[]
  readonly nonce?: string
}

const verifyFields = async (
  { fields, body }: Pick<HttpRequest, 'fields' | 'body'>,
  { components, values, nonce: requestNonce }: Expected,
  { keyOf, now, tolerance }: Trust,
) => {
  const sent = signatureFields(fields)
  if (!sent.ok) return sent
  const parts = inputParts(sent.input)
  const signature = signatureBytes(sent.signature)
  if (!parts || !signature || !isType(sent.type)) return refusal('malformed')
  if (parts.algorithm !== algorithm) return refusal('algorithm')
  // Writing the parsed parameters again must give the same text: no other components or number formats are accepted.
  if (sent.input !== `${label}=(${components.join(' ')})${parametersText(parts)}`) return refusal('malformed')
  if (requestNonce !== undefined && parts.nonce !== requestNonce) return refusal('otherRequest')
  const key = await keyOf(parts.keyid)
  if ('refused' in key) return refusal(key.refused)
  if (sent.digest !== contentDigest(body)) return refusal('digest')
  const base = signatureBase(components, values(sent), parametersText(parts))
  if (!verify(null, base, createPublicKey(key.publicKey), signature)) return refusal('signature')

  const { created, expires, keyid, nonce } = parts
  const seconds = Date.parse(now) / 1000
  const skew = Math.round(created - seconds)
  if (expires <= created || expires - created > signatureSeconds) return refusal('tooLong', skew)
  if (created > seconds + tolerance) return refusal('notYetValid', skew)
  if (seconds > expires + tolerance) return refusal('expired', skew)
  const until = new Date((expires + tolerance) * 1000).toISOString() as Instant
  return { ok: true, keyid, nonce, skew, until } as const
}

const refusal = (refused: SignatureRefusal, skew: number | null = null) => ({ ok: false, refused, skew }) as const

/**
 * Finds the four fields, each of which must occur once. A body with a Content-Encoding is refused: `fetch` would decode
 * it, and the digest covers the transmitted bytes.
 */
const signatureFields = (fields: Fields): ({ readonly ok: true } & SignatureFields) | ReturnType<typeof refusal> => {
  const found = new Map<string, string>()
  for (const [name, value] of fields) {
    const key = name.toLowerCase()
    if (key === 'content-encoding') return refusal('encoded')
    if (!fieldNames.has(key)) continue
    if (found.has(key)) return refusal('duplicated')
    found.set(key, value)
  }
  const [digest, type] = [found.get('content-digest'), found.get('content-type')]
  const [input, signature] = [found.get('signature-input'), found.get('signature')]
  if (digest === undefined || type === undefined || input === undefined || signature === undefined) {
    return refusal('missing')
  }
  return { ok: true, digest, type, input, signature }
}
const fieldNames: ReadonlySet<string> = new Set(['content-digest', 'content-type', 'signature-input', 'signature'])

/**
 * Nonce and values of a request that its response covers. @throws RangeError when the request is not signed like ours
 */
const requestBinding = ({ method, target, fields }: SignedRequest): { nonce: string; values: readonly string[] } => {
  const found = signatureFields(fields)
  const nonce = found.ok ? inputParts(found.input)?.nonce : undefined
  if (!found.ok || nonce === undefined) throw new RangeError('the request is not signed')
  return { nonce, values: [method, target, found.digest, found.input, found.signature] }
}

const inputParts = (input: string): Parameters | null => {
  const found =
    /^sig=\([^()]{0,300}\);created=(\d{1,11});expires=(\d{1,11});nonce="([\w-]{22})";keyid="([\w-]{43})";alg="([a-z\d-]{1,30})"$/.exec(
      input,
    )
  const [, created, expires, nonce, keyid, named] = found ?? []
  if (nonce === undefined || keyid === undefined || named === undefined) return null
  return { created: Number(created), expires: Number(expires), nonce, keyid, algorithm: named }
}

/** The 64 bytes of a signature; null unless written in canonical base64. */
const signatureBytes = (value: string): Buffer | null => {
  const text = /^sig=:([A-Za-z\d+/]{86}==):$/.exec(value)?.[1]
  const bytes = Buffer.from(text ?? '', 'base64')
  return bytes.toString('base64') === text ? bytes : null
}

// Printable ASCII on one line, so that no value can add a line to the signature base.
const isMethod = (text: string): boolean => /^[A-Z]{3,10}$/.test(text)
const isType = (text: string): boolean => /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(text)
const isTarget = (text: string): boolean =>
  /^https?:[\x21-\x7e]+$/.test(text) && !text.includes('#') && URL.canParse(text) && new URL(text).href === text
