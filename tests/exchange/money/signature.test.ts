import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { addSeconds } from 'date-fns/addSeconds'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  answerOffer,
  isGenuineAnswer,
  isPublicKey,
  type KeyPair,
  type KeyRing,
  keyFinder,
  keyIdOf,
  newKeyPair,
  newPairingCode,
  newRing,
  pairingOffer,
  withNewKey,
  withRevokedKey,
} from '../../../main/crypto/keys.ts'
import {
  contentDigest,
  type Fields,
  fieldsOf,
  type HttpRequest,
  type HttpResponse,
  type SignatureVerdict,
  signatureBase,
  signatureSeconds,
  signRequest,
  signResponse,
  clockTolerance as tolerance,
  verifyRequest,
  verifyResponse,
} from '../../../main/crypto/signature.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { examples } from '../../support/long.ts'

const now = '2026-09-01T20:00:00.000Z' as Instant
const after = (seconds: number): Instant => addSeconds(now, seconds).toISOString() as Instant
const bytes = (text: string) => new TextEncoder().encode(text)

const desk = newKeyPair()
const portal = newKeyPair()
const stranger = newKeyPair()
const address = 'https://portail.exemple.fr'
const type = 'application/json'

const asked = (text = '{"turn":1}', signer: KeyPair = desk) =>
  signRequest({ method: 'POST', target: `${address}/exchange?since=4`, type, body: bytes(text) }, signer, now)
const answered = (request: HttpRequest, text = '{"turn":1}', signer: KeyPair = portal) =>
  signResponse({ status: 200, type, body: bytes(text) }, request, signer, now)

const newMemory = () => {
  const kept = new Map<string, Instant>()
  return (keyid: string, nonce: string, until: Instant) => {
    if (kept.has(keyid + nonce)) return false
    kept.set(keyid + nonce, until)
    return true
  }
}
const atPortal = (
  request: HttpRequest,
  {
    ring = newRing(desk.publicKey),
    at = now,
    rememberNonce = newMemory(),
  }: Partial<{ ring: KeyRing; at: Instant; rememberNonce: ReturnType<typeof newMemory> }> = {},
) => verifyRequest(request, { keyOf: keyFinder(ring, at), now: at, tolerance, rememberNonce })
const atDesk = (response: HttpResponse, request: HttpRequest, at = now) =>
  verifyResponse(response, request, { keyOf: keyFinder(newRing(portal.publicKey), at), now: at, tolerance })

const verdict = async (of: Promise<SignatureVerdict>) => {
  const said = await of
  return said.ok ? 'ok' : said.refused
}
const changed = (fields: Fields, name: string, change: (value: string) => string): Fields =>
  fields.map(([key, value]) => [key, key === name ? change(value) : value])
const altering = (name: string, change: (value: string) => string) => (request: HttpRequest) => ({
  ...request,
  fields: changed(request.fields, name, change),
})
const altered = (response: HttpResponse, name: string, change: (value: string) => string): HttpResponse => ({
  ...response,
  fields: changed(response.fields, name, change),
})
const valueOf = ({ fields }: { fields: Fields }, name: string) => fields.find(([key]) => key === name)?.[1] ?? ''

/** Signed anew, to end that many seconds after it begins. */
const lasting = (seconds: number) => {
  const request = asked()
  const input = valueOf(request, 'signature-input').replace(/expires=\d+/, `expires=${1788292800 + seconds}`)
  const components = ['"@method"', '"@target-uri"', '"content-digest"', '"content-type"']
  const values = ['POST', request.target, valueOf(request, 'content-digest'), type]
  const base = signatureBase(components, values, input.slice(input.indexOf(')') + 1))
  const signature = sign(null, base, createPrivateKey(desk.privateKey)).toString('base64')
  return altering('signature', () => `sig=:${signature}:`)(altering('signature-input', () => input)(request))
}

describe('the text that is signed', () => {
  // RFC 9421, B.1.4 and B.2.6: its key, the request it signs and the signature it finds.
  const jwk = {
    kty: 'OKP',
    crv: 'Ed25519',
    x: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs',
    d: 'n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU',
  }
  const rfcSignature = 'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=='
  const base = signatureBase(
    ['"date"', '"@method"', '"@path"', '"@authority"', '"content-type"', '"content-length"'],
    ['Tue, 20 Apr 2021 02:07:55 GMT', 'POST', '/foo', 'example.com', 'application/json', '18'],
    ';created=1618884473;keyid="test-key-ed25519"',
  )

  it('is the one of the RFC, to the byte', () => {
    expect(base.toString()).toBe(
      `"date": Tue, 20 Apr 2021 02:07:55 GMT
"@method": POST
"@path": /foo
"@authority": example.com
"content-type": application/json
"content-length": 18
"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`,
    )
  })

  it('brings the signature of the RFC, which its public key verifies', () => {
    expect(sign(null, base, createPrivateKey({ key: jwk, format: 'jwk' })).toString('base64')).toBe(rfcSignature)
    const { d: _, ...publicJwk } = jwk
    const key = createPublicKey({ key: publicJwk, format: 'jwk' })
    expect(verify(null, base, key, Buffer.from(rfcSignature, 'base64'))).toBe(true)
  })

  it('says what a request of ours is: method, whole address, body and its type', () => {
    const request = asked()
    const parameters = valueOf(request, 'signature-input').replace(/^sig=/, '')
    const text = `"@method": POST
"@target-uri": https://portail.exemple.fr/exchange?since=4
"content-digest": ${valueOf(request, 'content-digest')}
"content-type": application/json
"@signature-params": ${parameters}`
    const signature = Buffer.from(valueOf(request, 'signature').slice('sig=:'.length, -1), 'base64')
    expect(parameters).toMatch(
      /^\("@method" "@target-uri" "content-digest" "content-type"\);created=1788292800;expires=1788293100;nonce="[\w-]{22}";keyid="[\w-]{43}";alg="ed25519"$/,
    )
    expect(verify(null, Buffer.from(text), createPublicKey(desk.publicKey), signature)).toBe(true)
  })

  it('says what an answer of ours is: status, body, its type, and the request that it answers', () => {
    const request = asked()
    const response = answered(request)
    const text = `"@status": 200
"content-digest": ${valueOf(response, 'content-digest')}
"content-type": application/json
"@method";req: POST
"@target-uri";req: https://portail.exemple.fr/exchange?since=4
"content-digest";req: ${valueOf(request, 'content-digest')}
"signature-input";req: ${valueOf(request, 'signature-input')}
"signature";req: ${valueOf(request, 'signature')}
"@signature-params": ${valueOf(response, 'signature-input').replace(/^sig=/, '')}`
    const signature = Buffer.from(valueOf(response, 'signature').slice('sig=:'.length, -1), 'base64')
    expect(verify(null, Buffer.from(text), createPublicKey(portal.publicKey), signature)).toBe(true)
  })

  it('digests a body as RFC 9530 does', () => {
    expect(contentDigest(bytes('{"hello": "world"}\n'))).toBe('sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:')
    expect(contentDigest(bytes(''))).toBe('sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:')
  })

  it('is never made of something that could write a line of its own', () => {
    const given = { method: 'POST', target: `${address}/exchange`, type, body: bytes('') }
    for (const wrong of [
      { type: 'text/plain\n"@method": GET' },
      { type: '' },
      { target: `${address}/a b` },
      { target: `${address}/a#b` },
      { target: '/exchange' },
      { target: 'https://PORTAIL.exemple.fr/exchange' },
      { method: 'post' },
    ]) {
      expect(() => signRequest({ ...given, ...wrong }, desk, now)).toThrow(RangeError)
    }
    expect(() => signResponse({ status: 200, type: 'a\nb', body: bytes('') }, asked(), portal, now)).toThrow(RangeError)
    expect(() => signResponse({ status: 200, type, body: bytes('') }, { ...asked(), fields: [] }, portal, now)).toThrow(
      RangeError,
    )
  })
})

describe('a request of the desk', () => {
  it('is accepted exactly as it was signed, whatever its body', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (body) => {
        const request = signRequest({ method: 'POST', target: `${address}/exchange`, type, body }, desk, now)
        const said = await atPortal(request)
        expect(said).toMatchObject({ ok: true, keyid: keyIdOf(desk.publicKey), skew: 0 })
      }),
      { numRuns: examples(50) },
    )
  })

  it.each<[string, (request: HttpRequest) => HttpRequest, string]>([
    ['with another body', (request) => ({ ...request, body: bytes('{"turn":2}') }), 'digest'],
    [
      'with another body and its digest',
      (request) => {
        const body = bytes('{"turn":2}')
        return altering('content-digest', () => contentDigest(body))({ ...request, body })
      },
      'signature',
    ],
    ['with another method', (request) => ({ ...request, method: 'PUT' }), 'signature'],
    ['for another path', (request) => ({ ...request, target: `${address}/rotate?since=4` }), 'signature'],
    ['with another query', (request) => ({ ...request, target: `${address}/exchange?since=5` }), 'signature'],
    [
      'for another portal',
      (request) => ({ ...request, target: 'https://autre.exemple.fr/exchange?since=4' }),
      'signature',
    ],
    [
      'in clear where it was signed for TLS',
      (request) => ({ ...request, target: request.target.replace('https', 'http') }),
      'signature',
    ],
    [
      'for an address written another way',
      (request) => ({ ...request, target: `${address}/./exchange?since=4` }),
      'malformed',
    ],
    ['with another type', altering('content-type', () => 'text/plain'), 'signature'],
    ['with a type of two lines', altering('content-type', (value) => `${value}\nx`), 'malformed'],
    [
      'with a later end',
      altering('signature-input', (value) => value.replace(/expires=\d+/, 'expires=1788293101')),
      'signature',
    ],
    [
      'with another nonce',
      altering('signature-input', (value) =>
        value.replace(/nonce="./, (begin) => `nonce="${begin.endsWith('A') ? 'B' : 'A'}`),
      ),
      'signature',
    ],
    [
      'by another algorithm',
      altering('signature-input', (value) => value.replace('ed25519', 'hmac-sha256')),
      'algorithm',
    ],
    ['without algorithm', altering('signature-input', (value) => value.replace(/;alg=.*/, '')), 'malformed'],
    ['without nonce', altering('signature-input', (value) => value.replace(/;nonce="[^"]*"/, '')), 'malformed'],
    ['without an end', altering('signature-input', (value) => value.replace(/;expires=\d+/, '')), 'malformed'],
    [
      'without its body covered',
      altering('signature-input', (value) => value.replace(' "content-digest"', '')),
      'malformed',
    ],
    [
      'with its components in another order',
      altering('signature-input', (value) => value.replace('"@method" "@target-uri"', '"@target-uri" "@method"')),
      'malformed',
    ],
    [
      'with its parameters in another order',
      altering('signature-input', (value) => value.replace(/(;created=\d+)(;expires=\d+)/, '$2$1')),
      'malformed',
    ],
    ['with a parameter more', altering('signature-input', (value) => `${value};tag="x"`), 'malformed'],
    [
      'with a number written another way',
      altering('signature-input', (value) => value.replace('created=', 'created=0')),
      'malformed',
    ],
    [
      'with two signatures in one field',
      altering('signature', (value) => `${value}, other=:${'A'.repeat(86)}==:`),
      'malformed',
    ],
    ['with two inputs in one field', altering('signature-input', (value) => `${value}, other=()`), 'malformed'],
    [
      'under another label',
      (request) =>
        altering('signature', (value) => value.replace('sig=', 'gis='))(
          altering('signature-input', (value) => value.replace('sig=', 'gis='))(request),
        ),
      'malformed',
    ],
    ['with a cut signature', altering('signature', (value) => value.replace(/..==:$/, '==:')), 'malformed'],
    ['with a signature of zeros', altering('signature', () => `sig=:${'A'.repeat(86)}==:`), 'signature'],
    [
      'with a signature whose base64 has a bit too many',
      altering('signature', () => `sig=:${'A'.repeat(85)}B==:`),
      'malformed',
    ],
    [
      'with a second digest beside the first',
      altering('content-digest', (value) => `${value}, sha-512=:AA==:`),
      'digest',
    ],
    [
      'with an encoding laid over it',
      (request) => ({ ...request, fields: [...request.fields, ['Content-Encoding', 'gzip']] }),
      'encoded',
    ],
    [
      'without signature',
      (request) => ({ ...request, fields: request.fields.filter(([name]) => name !== 'signature') }),
      'missing',
    ],
    [
      'without digest',
      (request) => ({ ...request, fields: request.fields.filter(([name]) => name !== 'content-digest') }),
      'missing',
    ],
  ])('%s is refused', async (_, attack, refused) => {
    expect(await verdict(atPortal(attack(asked())))).toBe(refused)
  })

  it.each(['content-type', 'content-digest', 'signature-input', 'signature'])(
    'with %s twice is refused, even twice the same, in any case',
    async (name) => {
      const request = asked()
      const fields: Fields = [...request.fields, [name.toUpperCase(), valueOf(request, name)]]
      expect(await verdict(atPortal({ ...request, fields }))).toBe('duplicated')
      expect(
        await verdict(atPortal({ ...request, fields: changed(request.fields, name, (value) => `${value}, ${value}`) })),
      ).not.toBe('ok')
    },
  )

  it('is refused once any sign of its signed fields is another', async () => {
    const request = asked()
    const places = request.fields.flatMap(([name, value]) => Array.from(value, (_, at) => ({ name, at })))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), fc.integer({ min: 0x20, max: 0x7e }), async ({ name, at }, code) => {
        const sign = String.fromCharCode(code)
        fc.pre(valueOf(request, name)[at] !== sign)
        const fields = changed(request.fields, name, (value) => value.slice(0, at) + sign + value.slice(at + 1))
        expect(await verdict(atPortal({ ...request, fields }))).not.toBe('ok')
      }),
      { numRuns: examples(300) },
    )
  })

  it('is taken once: the same again is a replay, and so are copies that come together', async () => {
    const rememberNonce = newMemory()
    const request = asked()
    expect(await verdict(atPortal(request, { rememberNonce }))).toBe('ok')
    expect(await verdict(atPortal(request, { rememberNonce, at: after(10) }))).toBe('replayed')
    const copies = asked()
    const said = await Promise.all([1, 2, 3].map(() => verdict(atPortal(copies, { rememberNonce }))))
    expect(said.toSorted()).toEqual(['ok', 'replayed', 'replayed'])
  })

  it('stores its nonce only when it is genuine and in time, for as long as it could be replayed', async () => {
    const kept: Instant[] = []
    const keep = { rememberNonce: (_keyid: string, _nonce: string, until: Instant) => kept.push(until) > 0 }
    await atPortal({ ...asked(), method: 'PUT' }, keep)
    await atPortal(asked('', stranger), keep)
    await atPortal(asked(), { ...keep, at: after(4000) })
    expect(kept).toEqual([])
    await atPortal(asked(), keep)
    expect(kept).toEqual([after(signatureSeconds + tolerance)])
  })

  it('may travel five minutes, with clocks two minutes apart, to the second', async () => {
    expect(await verdict(atPortal(asked(), { at: after(signatureSeconds + tolerance) }))).toBe('ok')
    expect(await verdict(atPortal(asked(), { at: after(signatureSeconds + tolerance + 1) }))).toBe('expired')
    expect(await verdict(atPortal(asked(), { at: after(-tolerance) }))).toBe('ok')
    expect(await verdict(atPortal(asked(), { at: after(-tolerance - 1) }))).toBe('notYetValid')
  })

  it('reports the difference between the clocks, but only when it is genuine', async () => {
    expect(await atPortal(asked(), { at: after(-7200) })).toEqual({ ok: false, refused: 'notYetValid', skew: 7200 })
    expect(await atPortal(asked(), { at: after(7200) })).toEqual({ ok: false, refused: 'expired', skew: -7200 })
    expect(await atPortal({ ...asked(), method: 'PUT' }, { at: after(7200) })).toMatchObject({
      refused: 'signature',
      skew: null,
    })
  })

  it('cannot give itself a longer life, nor end before it begins', async () => {
    expect(await verdict(atPortal(lasting(signatureSeconds)))).toBe('ok')
    expect(await verdict(atPortal(lasting(signatureSeconds + 1)))).toBe('tooLong')
    expect(await verdict(atPortal(lasting(0)))).toBe('tooLong')
  })

  it('is nobody else’s: a stranger’s key, or a stranger under the desk’s name', async () => {
    expect(await verdict(atPortal(asked('', stranger)))).toBe('unknownKey')
    const borrowed = asked('', { publicKey: desk.publicKey, privateKey: stranger.privateKey })
    expect(await verdict(atPortal(borrowed))).toBe('signature')
  })

  it('is not an answer of the desk’s own, sent back', async () => {
    const response = answered(asked(), '{}', desk)
    const request = { method: 'POST', target: `${address}/exchange`, fields: response.fields, body: response.body }
    expect(await verdict(atPortal(request))).toBe('malformed')
  })
})

describe('an answer of the portal', () => {
  it('is taken for the request that it answers', async () => {
    const request = asked()
    const said = await atDesk(answered(request), request)
    expect(said).toMatchObject({ ok: true, keyid: keyIdOf(portal.publicKey), skew: 0 })
  })

  it('is refused for another request, the same one signed again included', async () => {
    const [one, other] = [asked(), asked()]
    expect(await verdict(atDesk(answered(one), other))).toBe('otherRequest')
    const disguised = altered(answered(one), 'signature-input', (value) =>
      value.replace(/nonce="[^"]*"/, /nonce="[^"]*"/.exec(valueOf(other, 'signature-input'))?.[0] ?? ''),
    )
    expect(await verdict(atDesk(disguised, other))).toBe('signature')
  })

  it('is refused when the portal had received another method, address, body or signature', async () => {
    const request = asked()
    for (const received of [
      { ...request, method: 'PUT' },
      { ...request, target: `${address}/exchange` },
      altering('content-digest', () => contentDigest(bytes('')))(request),
    ]) {
      expect(await verdict(atDesk(answered(received), request))).toBe('signature')
    }
    const resigned = altering('signature', () => `sig=:${'A'.repeat(86)}==:`)(request)
    expect(await verdict(atDesk(answered(resigned), request))).toBe('signature')
  })

  it.each<[string, (response: HttpResponse) => HttpResponse, string]>([
    ['with another status', (response) => ({ ...response, status: 201 }), 'signature'],
    ['with another body', (response) => ({ ...response, body: bytes('{"turn":9}') }), 'digest'],
    ['with another type', (response) => altered(response, 'content-type', () => 'text/html'), 'signature'],
    ['without signature', (response) => ({ ...response, fields: [] }), 'missing'],
    [
      'with its signature twice',
      (response) => ({ ...response, fields: [...response.fields, ...response.fields] }),
      'duplicated',
    ],
    [
      'with the request left out',
      (response) => altered(response, 'signature-input', (value) => value.replace(' "signature";req', '')),
      'malformed',
    ],
  ])('%s is refused', async (_, attack, refused) => {
    const request = asked()
    expect(await verdict(atDesk(attack(answered(request)), request))).toBe(refused)
  })

  it('is refused when a stranger, or the desk itself, signed it', async () => {
    const request = asked()
    expect(await verdict(atDesk(answered(request, '{}', stranger), request))).toBe('unknownKey')
    expect(await verdict(atDesk(answered(request, '{}', desk), request))).toBe('unknownKey')
    expect(await verdict(atDesk({ status: 200, fields: request.fields, body: request.body }, request))).toBe(
      'malformed',
    )
  })

  it('is refused out of time', async () => {
    const request = asked()
    expect(await verdict(atDesk(answered(request), request, after(signatureSeconds + tolerance + 1)))).toBe('expired')
    expect(await verdict(atDesk(answered(request), request, after(-tolerance - 1)))).toBe('notYetValid')
  })
})

describe('over a real line', () => {
  it('a request and its answer are taken as fetch and Node carry them', async () => {
    const server = createServer((received, reply) => {
      void (async () => {
        const request = {
          method: received.method ?? '',
          target: origin + (received.url ?? ''),
          fields: fieldsOf(received.rawHeaders),
          body: await buffer(received),
        }
        const said = await verdict(atPortal(request))
        const response = signResponse({ status: 200, type, body: bytes(said) }, request, portal, now)
        reply.writeHead(200, response.fields.flat()).end(response.body)
      })()
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const request = signRequest(
      { method: 'POST', target: `${origin}/exchange?a=%C3%A9`, type, body: bytes('é') },
      desk,
      now,
    )
    const answer = await fetch(request.target, {
      method: request.method,
      headers: request.fields.map(([name, value]) => [name, value]),
      body: request.body.slice(),
    })
    const body = new Uint8Array(await answer.arrayBuffer())
    expect(new TextDecoder().decode(body)).toBe('ok')
    expect(await verdict(atDesk({ status: answer.status, fields: [...answer.headers], body }, request))).toBe('ok')
    await new Promise((done) => server.close(done))
  })
})

describe('the ring of keys', () => {
  const next = newKeyPair()

  it('takes the key before until its date, to the millisecond, and the new one from now on', async () => {
    const ring = withNewKey(newRing(desk.publicKey), next.publicKey, after(60))
    expect(await verdict(atPortal(asked('', next), { ring }))).toBe('ok')
    expect(await verdict(atPortal(asked(), { ring, at: after(59) }))).toBe('ok')
    expect(await verdict(atPortal(asked(), { ring, at: after(60) }))).toBe('retiredKey')
  })

  it('does not change when the same rotation is announced twice', () => {
    const ring = withNewKey(newRing(desk.publicKey), next.publicKey, after(60))
    expect(withNewKey(ring, next.publicKey, after(600))).toEqual(ring)
  })

  it('refuses a revoked key, even for what it signed before', async () => {
    const ring = withRevokedKey(
      withNewKey(newRing(desk.publicKey), next.publicKey, after(3600)),
      keyIdOf(desk.publicKey),
      now,
    )
    expect(await verdict(atPortal(asked(), { ring }))).toBe('revokedKey')
    expect(await verdict(atPortal(asked('', next), { ring }))).toBe('ok')
  })

  it('never takes back a key that was replaced or revoked', () => {
    const replaced = withNewKey(newRing(desk.publicKey), next.publicKey, after(60))
    expect(() => withNewKey(replaced, desk.publicKey, after(60))).toThrow(RangeError)
    const without = withRevokedKey(newRing(desk.publicKey), keyIdOf(desk.publicKey), now)
    expect(() => withNewKey(without, desk.publicKey, after(60))).toThrow(RangeError)
  })

  it('keeps a revoked key revoked when a new one comes', () => {
    const ring = withNewKey(
      withRevokedKey(newRing(desk.publicKey), keyIdOf(desk.publicKey), now),
      next.publicKey,
      after(60),
    )
    expect(keyFinder(ring, now)(keyIdOf(desk.publicKey))).toEqual({ refused: 'revokedKey' })
    expect(keyFinder(ring, now)(keyIdOf(next.publicKey))).toEqual({ publicKey: next.publicKey })
  })

  it('knows an Ed25519 public key from anything else', () => {
    expect(isPublicKey(desk.publicKey)).toBe(true)
    for (const text of [
      desk.privateKey,
      `${desk.publicKey}\n`,
      desk.publicKey + stranger.publicKey,
      '',
      'MCowBQYDK2VwAyEA',
    ]) {
      expect(isPublicKey(text)).toBe(false)
    }
    const x25519 = Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), Buffer.alloc(32, 9)]).toString(
      'base64',
    )
    expect(isPublicKey(`-----BEGIN PUBLIC KEY-----\n${x25519}\n-----END PUBLIC KEY-----\n`)).toBe(false)
  })
})

describe('a pairing', () => {
  const { code, stored: kept } = newPairingCode(now)
  const offered = (typed = code, publicKey = desk.publicKey) => {
    const offer = pairingOffer(typed, address, publicKey)
    if (!offer) throw new Error('not a code')
    return offer
  }
  const here = { address, publicKey: portal.publicKey, now }
  const answerTo = (offer = offered()) => {
    const said = answerOffer(kept, offer, here)
    if ('refused' in said) throw new Error(said.refused)
    return said
  }

  it('has a code of 100 bits, in five groups, without signs that are read as others', () => {
    const codes = Array.from({ length: 200 }, () => newPairingCode(now).code)
    for (const one of codes) expect(one).toMatch(/^([\dA-HJKMNP-TV-Z]{4}-){4}[\dA-HJKMNP-TV-Z]{4}$/)
    expect(new Set(codes).size).toBe(200)
    expect(new Set(codes.join('').replaceAll('-', '')).size).toBe(32)
  })

  it('keeps nothing that the code can be read from', () => {
    expect(JSON.stringify(kept)).not.toContain(code.slice(0, 4))
    expect(Buffer.from(kept.key, 'base64url')).toHaveLength(32)
  })

  it('gives each side the key of the other', () => {
    const offer = offered()
    expect(isGenuineAnswer(code, offer, answerTo(offer).answer)).toBe(true)
    expect(answerTo(offer).answer.publicKey).toBe(portal.publicKey)
  })

  it('takes the code as people type it', () => {
    const typed = ` ${code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `
    expect(offered(typed)).toEqual(offered())
    for (const wrong of ['', code.slice(1), `${code}A`, code.replace(/^./, 'U'), code.replace(/^./, 'é')]) {
      expect(pairingOffer(wrong, address, desk.publicKey)).toBeNull()
    }
  })

  it('never sends the code, nor what the portal stores of it', () => {
    const line = JSON.stringify([offered(), answerTo().answer])
    expect(line).not.toContain(code)
    expect(line).not.toContain(kept.key)
  })

  it('refuses the key of somebody in the middle, either way', () => {
    const offer = offered()
    expect(answerOffer(kept, { ...offer, publicKey: stranger.publicKey }, here)).toEqual({ refused: 'wrongCode' })
    const { answer } = answerTo(offer)
    expect(isGenuineAnswer(code, offer, { ...answer, publicKey: stranger.publicKey })).toBe(false)
  })

  it('refuses the desk’s own proof sent back, and an answer to another offer', () => {
    const offer = offered()
    expect(isGenuineAnswer(code, offer, { publicKey: desk.publicKey, proof: offer.proof })).toBe(false)
    const other = offered(code, stranger.publicKey)
    expect(isGenuineAnswer(code, offer, answerTo(other).answer)).toBe(false)
  })

  it('is made for one portal', () => {
    const elsewhere = pairingOffer(code, 'https://autre.exemple.fr', desk.publicKey)
    if (!elsewhere) throw new Error('not a code')
    expect(answerOffer(kept, elsewhere, here)).toEqual({ refused: 'otherAddress' })
    expect(answerOffer(kept, { ...elsewhere, address }, here)).toEqual({ refused: 'wrongCode' })
  })

  it('refuses another code, however the proof is written', () => {
    expect(answerOffer(kept, offered(newPairingCode(now).code), here)).toEqual({ refused: 'wrongCode' })
    for (const proof of ['', 'é', offered().proof.slice(2), `${offered().proof}AA`]) {
      expect(answerOffer(kept, { ...offered(), proof }, here)).toEqual({ refused: 'wrongCode' })
    }
  })

  it('can be used once', () => {
    const { stored: used } = answerTo()
    expect(answerOffer(used, offered(), here)).toEqual({ refused: 'used' })
  })

  it('serves a quarter of an hour, to the second', () => {
    expect(answerOffer(kept, offered(), { ...here, now: after(899) })).toHaveProperty('answer')
    expect(answerOffer(kept, offered(), { ...here, now: after(900) })).toEqual({ refused: 'expired' })
  })

  it('brings in nothing but an Ed25519 public key, even with the right code', () => {
    expect(answerOffer(kept, offered(code, desk.privateKey), here)).toEqual({ refused: 'notAKey' })
    expect(answerOffer(kept, offered(code, 'clé'), here)).toEqual({ refused: 'notAKey' })
    const said = answerOffer(kept, offered(), { ...here, publicKey: portal.privateKey })
    expect('answer' in said && isGenuineAnswer(code, offered(), said.answer)).toBe(false)
  })
})
