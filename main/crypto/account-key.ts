import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import { type DataKey, seal, subkey, unseal } from './data-key.ts'

/*
 * The key pair (X25519) of a guardian's account. The desk seals health records to the public key, so that only this
 * guardian can read them. The portal stores the private key wrapped, once by the password and once for each session:
 * without what the guardian brings (the password or the cookie) it can unwrap neither copy.
 */

export type AccountKey = {
  /** 32 bytes, in base64. */
  readonly publicKey: string
  /** 32 bytes. */
  readonly privateKey: Buffer
}

/** The DER header before the 32 bytes of an X25519 public key (RFC 8410); below, that of a private key. */
const publicHead = Buffer.from('302a300506032b656e032100', 'hex')
const privateHead = Buffer.from('302e020100300506032b656e04220420', 'hex')

const publicFrom = (publicKey: string): KeyObject =>
  createPublicKey({ key: Buffer.concat([publicHead, Buffer.from(publicKey, 'base64')]), format: 'der', type: 'spki' })

const privateFrom = (privateKey: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([privateHead, privateKey]), format: 'der', type: 'pkcs8' })

const publicOf = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(publicHead.length)

export const newAccountKey = (): AccountKey => {
  const { privateKey } = generateKeyPairSync('x25519')
  return {
    publicKey: publicOf(privateKey).toString('base64'),
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(privateHead.length),
  }
}

/**
 * Whether the key is safe to seal to. Node refuses a point of small order, with which every sender would get the same
 * shared secret.
 */
export const isAccountKey = (publicKey: string): boolean => {
  if (Buffer.from(publicKey, 'base64').length !== 32) return false
  try {
    diffieHellman({ privateKey: generateKeyPairSync('x25519').privateKey, publicKey: publicFrom(publicKey) })
    return true
  } catch {
    return false
  }
}

/** A fixed nonce, safe because each key derived here encrypts a single message. */
const oneMessage = Buffer.alloc(12)

/**
 * Seals a text for an account. Sealing the same text again gives the same bytes, so that an unchanged record is not
 * published again: the sender's key is derived from the text and from the desk's data key, which nobody else has.
 * @param associatedData binds the ciphertext to one account and child: opening it as another fails
 */
export const sealForAccount = (desk: DataKey, publicKey: string, plain: string, associatedData: string): Buffer => {
  const half = createHmac('sha256', subkey(desk.bytes, 'envois aux comptes'))
  for (const part of [publicKey, associatedData, plain]) half.update(`${Buffer.byteLength(part)} `).update(part)
  return sealFrom(privateFrom(half.digest()), publicKey, plain, associatedData)
}

/** Seals with a random sender's key, for what an account seals to itself. */
export const sealForOwnAccount = (publicKey: string, plain: string, associatedData: string): Buffer =>
  sealFrom(generateKeyPairSync('x25519').privateKey, publicKey, plain, associatedData)

const sealFrom = (privateKey: KeyObject, publicKey: string, plain: string, associatedData: string): Buffer => {
  const sender = publicOf(privateKey)
  const secret = diffieHellman({ privateKey, publicKey: publicFrom(publicKey) })
  const key = derivedKey(secret, sender, publicKey)
  return Buffer.concat([sender, seal(key, Buffer.from(plain), associatedData, oneMessage)])
}

/** @throws when the bytes were sealed for another account or with other associated data, or were altered */
export const openForAccount = (
  { publicKey, privateKey }: AccountKey,
  bytes: Buffer,
  associatedData: string,
): string => {
  const sender = bytes.subarray(0, 32)
  const secret = diffieHellman({
    privateKey: privateFrom(privateKey),
    publicKey: publicFrom(sender.toString('base64')),
  })
  return unseal(derivedKey(secret, sender, publicKey), bytes.subarray(32), associatedData).toString()
}

const derivedKey = (secret: Buffer, sender: Buffer, publicKey: string): Buffer =>
  subkey(createHash('sha256').update(secret).update(sender).update(publicKey, 'base64').digest(), 'un compte')

/**
 * The key that wraps an account's private key during one session. It is derived from a secret that only the browser's
 * cookie holds.
 */
export const sessionKey = (secret: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', 'Espace Jeunesse, session, 1', 32))

/** @param wrappingKey 32 bytes, derived from the password or from a session's secret */
export const wrapAccountKey = (wrappingKey: Buffer, guardianId: number, { privateKey }: AccountKey): string =>
  seal(wrappingKey, privateKey, wrapData(guardianId)).toString('base64')

/** Null when the wrapping key or the account is not the one used to wrap. */
export const unwrapAccountKey = (wrappingKey: Buffer, guardianId: number, wrapped: string): AccountKey | null => {
  try {
    const privateKey = unseal(wrappingKey, Buffer.from(wrapped, 'base64'), wrapData(guardianId))
    return { privateKey, publicKey: publicOf(privateFrom(privateKey)).toString('base64') }
  } catch {
    return null
  }
}

const wrapData = (guardianId: number): string => `account ${guardianId}`

/** The associated data that binds a sealed health record to its account and its child. */
export const healthAssociatedData = (guardianId: number, childId: number): string => `health ${guardianId} ${childId}`
