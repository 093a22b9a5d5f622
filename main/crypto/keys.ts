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

/** Ed25519 keys in PEM (SPKI, PKCS#8). The private key never leaves the side of the exchange that made it. */
export type KeyPair = { readonly publicKey: string; readonly privateKey: string }

export const newKeyPair = (): KeyPair =>
  generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })

/** Id of a key: its fingerprint (SHA-256 of its SPKI), so that two keys cannot have the same id. */
export const keyIdOf = (publicKey: string): string =>
  createHash('sha256')
    .update(createPublicKey(publicKey).export({ type: 'spki', format: 'der' }))
    .digest('base64url')

/**
 * Whether the text is an Ed25519 public key in exactly the format of `newKeyPair`. Node's parser alone would also
 * accept a private key.
 */
export const isPublicKey = (text: string): boolean => {
  if (!/^-----BEGIN PUBLIC KEY-----\n[\w+/=]{1,100}\n-----END PUBLIC KEY-----\n$/.test(text)) return false
  try {
    const key = createPublicKey(text)
    return key.asymmetricKeyType === 'ed25519' && key.export({ type: 'spki', format: 'pem' }) === text
  } catch {
    return false
  }
}

/** A key of the other side of the exchange. The current key has no end; a previous key is accepted before `until`. */
type TrustedKey = {
  readonly keyid: string
  readonly publicKey: string
  readonly until: Instant | null
  readonly revokedAt: Instant | null
}

/**
 * All keys that the other side ever had. Retired and revoked keys stay listed, so that they are never accepted again.
 */
export type KeyRing = readonly TrustedKey[]

export type FoundKey = { readonly publicKey: string } | { readonly refused: 'unknownKey' | 'retiredKey' | 'revokedKey' }

const trusted = (publicKey: string): TrustedKey => ({
  keyid: keyIdOf(publicKey),
  publicKey,
  until: null,
  revokedAt: null,
})

/** A ring with one current key, at the first pairing. */
export const newRing = (publicKey: string): KeyRing => [trusted(publicKey)]

/**
 * Makes a key the ring's current key; the previous key is accepted before `until`. Repeating the call changes nothing.
 * @throws RangeError for a key that was already replaced or revoked
 */
export const withNewKey = (ring: KeyRing, publicKey: string, until: Instant): KeyRing => {
  const next = trusted(publicKey)
  const known = ring.find(({ keyid }) => keyid === next.keyid)
  if (known && (known.until !== null || known.revokedAt !== null)) throw new RangeError(`${known.keyid} had its time`)
  if (known) return ring
  return [next, ...ring.map((key) => (key.until === null ? { ...key, until } : key))]
}

/** Revokes a key: all its signatures are refused from now on, earlier ones too. */
export const withRevokedKey = (ring: KeyRing, revokedId: string, at: Instant): KeyRing =>
  ring.map((key) => (key.keyid === revokedId && key.revokedAt === null ? { ...key, revokedAt: at } : key))

/** Makes the function that finds a key by its id, or says why the key is refused at the instant `now`. */
export const keyFinder =
  (ring: KeyRing, now: Instant) =>
  (sought: string): FoundKey => {
    const key = ring.find(({ keyid }) => keyid === sought)
    if (!key) return { refused: 'unknownKey' }
    if (key.revokedAt !== null) return { refused: 'revokedKey' }
    if (key.until !== null && key.until <= now) return { refused: 'retiredKey' }
    return { publicKey: key.publicKey }
  }

/** Crockford's base 32, five bits a character: without I, L, O and U, which are easily misread. */
const codeAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** 100 bits: an eavesdropper of a pairing can try codes offline, but has no chance to find the right one. */
const codeLength = 20
const codeMinutes = 15

/**
 * What the portal stores of a pairing code: a key derived from the code, which does not reveal the code. The key lets
 * its reader pair until the code expires, but a reader of the portal's store also has the portal's private key.
 */
export type PairingCode = {
  readonly key: string
  readonly expiresAt: Instant
  readonly usedAt: Instant | null
}

/** Makes a code: on the portal's computer, to be typed at the desk; or at the desk, for the portal that it exports. */
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

/**
 * Key of a code typed by hand: ignores case, spaces and dashes, and reads O as 0, and I and L as 1. Null when the text
 * is no code.
 */
const keyOfTyped = (typed: string): Buffer | null => {
  const symbols = typed
    .toUpperCase()
    .replace(/[\s\-‐-―]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
  return /^[\dA-HJKMNP-TV-Z]{20}$/.test(symbols) ? keyOfSymbols(symbols) : null
}

/** HKDF suffices: a code of 100 random bits needs no slow hash. */
const keyOfSymbols = (symbols: string): Buffer =>
  Buffer.from(hkdfSync('sha256', symbols, '', 'Espace Jeunesse, pairing, 1', 32))

/** The desk's pairing request: its public key, with a proof made from the code and bound to the portal's address. */
export type PairingOffer = { readonly address: string; readonly publicKey: string; readonly proof: string }
/** The portal's answer: its public key, with a proof made from the code and bound to the desk's offer. */
export type PairingAnswer = { readonly publicKey: string; readonly proof: string }

// The role comes first, so that nobody can send the desk its own proof back. JSON makes the list unambiguous.
const proofOf = (key: Buffer, role: 'desk' | 'portal', ...said: string[]): Buffer =>
  createHmac('sha256', key)
    .update(JSON.stringify([role, ...said]))
    .digest()

const proofMatches = (given: string, expected: Buffer): boolean => {
  const bytes = Buffer.from(given, 'base64url')
  return bytes.length === expected.length && timingSafeEqual(bytes, expected)
}

/** Makes the desk's offer; null when the typed text is no code. */
export const pairingOffer = (typed: string, address: string, publicKey: string): PairingOffer | null => {
  const key = keyOfTyped(typed)
  return key && { address, publicKey, proof: proofOf(key, 'desk', address, publicKey).toString('base64url') }
}

/**
 * Verifies an offer at the portal. The caller must write `stored` in the same transaction as the desk's key, and only
 * if the code is still unused there. A wrong proof does not use up the code: otherwise anybody could use it up.
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

/** Verifies an answer at the desk: the key must come from the portal that shows this code, and answer this offer. */
export const isGenuineAnswer = (typed: string, offer: PairingOffer, { publicKey, proof }: PairingAnswer): boolean => {
  const key = keyOfTyped(typed)
  if (!key) return false
  return (
    proofMatches(proof, proofOf(key, 'portal', offer.address, offer.publicKey, publicKey)) && isPublicKey(publicKey)
  )
}
