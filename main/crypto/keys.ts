import {
  createHash,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { addMinutes } from 'date-fns/addMinutes'
import type { Instant } from '../../shared/rules/calendar/day.ts'

/** Ed25519, PEM (SPKI, PKCS#8). The private one never leaves the side that made it. */
export type KeyPair = { readonly publicKey: string; readonly privateKey: string }

export const newKeyPair = (): KeyPair =>
  generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })

/** The name of a key is its fingerprint (SHA-256 of its SPKI), so no two keys can claim one name. */
export const keyIdOf = (publicKey: string): string =>
  createHash('sha256')
    .update(createPublicKey(publicKey).export({ type: 'spki', format: 'der' }))
    .digest('base64url')

/** Whether the text is an Ed25519 public key, written as we write them. Node would read a private key here too. */
export const isPublicKey = (text: string): boolean => {
  if (!/^-----BEGIN PUBLIC KEY-----\n[\w+/=]{1,100}\n-----END PUBLIC KEY-----\n$/.test(text)) return false
  try {
    const key = createPublicKey(text)
    return key.asymmetricKeyType === 'ed25519' && key.export({ type: 'spki', format: 'pem' }) === text
  } catch {
    return false
  }
}

/** A key of the other side. The current one has no end; the one before it is still taken `until` then. */
type TrustedKey = {
  readonly keyid: string
  readonly publicKey: string
  readonly until: Instant | null
  readonly revokedAt: Instant | null
}

/** All the keys that the other side ever had: one that was retired or revoked is remembered, so that it never comes back. */
export type KeyRing = readonly TrustedKey[]

export type FoundKey = { readonly publicKey: string } | { readonly refused: 'unknownKey' | 'retiredKey' | 'revokedKey' }

const trusted = (publicKey: string): TrustedKey => ({
  keyid: keyIdOf(publicKey),
  publicKey,
  until: null,
  revokedAt: null,
})

export const ringOf = (publicKey: string): KeyRing => [trusted(publicKey)]

/**
 * The ring with a new current key; what was signed with the one before is still taken until `until`. Said twice, it
 * changes nothing.
 * @throws RangeError for a key that was replaced or revoked
 */
export const rotated = (ring: KeyRing, publicKey: string, until: Instant): KeyRing => {
  const next = trusted(publicKey)
  const known = ring.find(({ keyid }) => keyid === next.keyid)
  if (known && (known.until !== null || known.revokedAt !== null)) throw new RangeError(`${known.keyid} had its time`)
  if (known) return ring
  return [next, ...ring.map((key) => (key.until === null ? { ...key, until } : key))]
}

/** From now on, whatever this key signed is refused, even what it signed before. */
export const revoked = (ring: KeyRing, revokedId: string, at: Instant): KeyRing =>
  ring.map((key) => (key.keyid === revokedId && key.revokedAt === null ? { ...key, revokedAt: at } : key))

export const keyFinder =
  (ring: KeyRing, now: Instant) =>
  (sought: string): FoundKey => {
    const key = ring.find(({ keyid }) => keyid === sought)
    if (!key) return { refused: 'unknownKey' }
    if (key.revokedAt !== null) return { refused: 'revokedKey' }
    if (key.until !== null && key.until <= now) return { refused: 'retiredKey' }
    return { publicKey: key.publicKey }
  }

/** Crockford's 32 signs: no I, L, O or U, which are read as others. Five bits each. */
const codeAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** 100 bits: who overhears a pairing can try codes at leisure on his own machine, and gets nowhere. */
const codeLength = 20
const codeMinutes = 15

/**
 * What the portal keeps of a code: a key derived from it, which cannot be turned back. It does let its reader pair
 * until the code ends; but who reads the portal's store reads its private key there too.
 */
export type PairingCode = {
  readonly key: string
  readonly expiresAt: Instant
  readonly usedAt: Instant | null
}

/** Made on the portal's machine and typed at the desk; or put by the desk in the folder that it exports. */
export const newPairingCode = (now: Instant, minutes = codeMinutes): { code: string; stored: PairingCode } => {
  const symbols = Array.from(randomBytes(codeLength), (byte) => codeAlphabet.charAt(byte % codeAlphabet.length)).join(
    '',
  )
  return {
    code: symbols.replace(/.{4}(?=.)/g, '$&-'),
    stored: {
      key: keyOfSymbols(symbols).toString('base64url'),
      expiresAt: addMinutes(now, minutes).toISOString() as Instant,
      usedAt: null,
    },
  }
}

/** Typed by hand: case, spaces and dashes do not matter, nor O for 0, nor I or L for 1. Null: not a code at all. */
const keyOfTyped = (typed: string): Buffer | null => {
  const symbols = typed
    .toUpperCase()
    .replace(/[\s\-‐-―]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
  return /^[\dA-HJKMNP-TV-Z]{20}$/.test(symbols) ? keyOfSymbols(symbols) : null
}

/** 100 random bits need no slow hash. */
const keyOfSymbols = (symbols: string): Buffer =>
  Buffer.from(hkdfSync('sha256', symbols, '', 'Espace Jeunesse, pairing, 1', 32))

/** What the desk sends: its key, for the portal at this address, proven by the code. */
export type PairingOffer = { readonly address: string; readonly publicKey: string; readonly proof: string }
/** What the portal answers: its own key, proven by the code for this very offer. */
export type PairingAnswer = { readonly publicKey: string; readonly proof: string }

// The role stands first, so that nobody can send the desk its own proof back; as JSON, no two lists read alike.
const proofOf = (key: Buffer, role: 'desk' | 'portal', ...said: string[]): Buffer =>
  createHmac('sha256', key)
    .update(JSON.stringify([role, ...said]))
    .digest()

const proofMatches = (given: string, expected: Buffer): boolean => {
  const bytes = Buffer.from(given, 'base64url')
  return bytes.length === expected.length && timingSafeEqual(bytes, expected)
}

/** Null: what was typed is not a code. */
export const pairingOffer = (typed: string, address: string, publicKey: string): PairingOffer | null => {
  const key = keyOfTyped(typed)
  return key && { address, publicKey, proof: proofOf(key, 'desk', address, publicKey).toString('base64url') }
}

/**
 * At the portal. `kept` is to be written in the same transaction as the ring of the desk's key, on the condition that
 * the code is still unused there. A wrong proof does not use the code up: else anybody could.
 */
export const answerOffer = (
  code: PairingCode,
  offer: PairingOffer,
  { address, publicKey, now }: { address: string; publicKey: string; now: Instant },
):
  | { readonly answer: PairingAnswer; readonly stored: PairingCode }
  | { readonly refused: 'used' | 'expired' | 'otherAddress' | 'wrongCode' | 'notAKey' } => {
  if (code.usedAt !== null) return { refused: 'used' }
  if (code.expiresAt <= now) return { refused: 'expired' }
  if (offer.address !== address) return { refused: 'otherAddress' }
  const key = Buffer.from(code.key, 'base64url')
  if (!proofMatches(offer.proof, proofOf(key, 'desk', offer.address, offer.publicKey))) return { refused: 'wrongCode' }
  if (!isPublicKey(offer.publicKey)) return { refused: 'notAKey' }
  const proof = proofOf(key, 'portal', address, offer.publicKey, publicKey).toString('base64url')
  return { answer: { publicKey, proof }, stored: { ...code, usedAt: now } }
}

/** At the desk: whether the key comes from the portal that shows this code, and answers this offer. */
export const isGenuineAnswer = (typed: string, offer: PairingOffer, { publicKey, proof }: PairingAnswer): boolean => {
  const key = keyOfTyped(typed)
  if (!key) return false
  return (
    proofMatches(proof, proofOf(key, 'portal', offer.address, offer.publicKey, publicKey)) && isPublicKey(publicKey)
  )
}
