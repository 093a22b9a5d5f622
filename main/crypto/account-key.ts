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
 * The key of a guardian's own account: an X25519 pair. The desk seals to its public half what only this guardian may read
 * back; the portal keeps its private half wrapped, once by the password and once for each session, and can open neither
 * without what the guardian brings.
 */

export type AccountKey = {
  /** 32 bytes, in base64. */
  readonly publicKey: string
  /** 32 bytes. */
  readonly privateKey: Buffer
}

/** What stands before the 32 bytes of an X25519 key in DER (RFC 8410). */
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

/** Whether something can be sealed to it: not so for a point of small order, with which everybody shares one secret. */
export const isAccountKey = (publicKey: string): boolean => {
  if (Buffer.from(publicKey, 'base64').length !== 32) return false
  try {
    diffieHellman({ privateKey: generateKeyPairSync('x25519').privateKey, publicKey: publicFrom(publicKey) })
    return true
  } catch {
    return false
  }
}

/** A key that encrypts one message only, so that a fixed nonce does. */
const oneMessage = Buffer.alloc(12)

/**
 * Seals for an account. The same content sealed again for the same account gives the same bytes: what has not changed is
 * not published again. For that, the sender's half is derived from the content and the desk's data key, which nobody else
 * has; another content has another half.
 * @param associatedData binds the ciphertext to one account and child: opening it as another fails
 */
export const sealForAccount = (desk: DataKey, publicKey: string, plain: string, associatedData: string): Buffer => {
  const half = createHmac('sha256', subkey(desk.bytes, 'envois aux comptes'))
  for (const part of [publicKey, associatedData, plain]) half.update(`${Buffer.byteLength(part)} `).update(part)
  return sealFrom(privateFrom(half.digest()), publicKey, plain, associatedData)
}

/** The same with a sender's half of chance, for what an account seals to itself. */
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

/** The key that wraps an account's private half during one session: only the browser's cookie has its secret. */
export const sessionKey = (secret: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', 'Espace Jeunesse, session, 1', 32))

/** @param wrappingKey 32 bytes, of a password or of a session */
export const wrapAccountKey = (wrappingKey: Buffer, guardianId: number, { privateKey }: AccountKey): string =>
  seal(wrappingKey, privateKey, wrapData(guardianId)).toString('base64')

/** Null when the wrapping key is another, or the account. */
export const unwrapAccountKey = (wrappingKey: Buffer, guardianId: number, wrapped: string): AccountKey | null => {
  try {
    const privateKey = unseal(wrappingKey, Buffer.from(wrapped, 'base64'), wrapData(guardianId))
    return { privateKey, publicKey: publicOf(privateFrom(privateKey)).toString('base64') }
  } catch {
    return null
  }
}

const wrapData = (guardianId: number): string => `account ${guardianId}`

/** What binds a health record to the account and the child for which it was sealed. */
export const healthAssociatedData = (guardianId: number, childId: number): string => `health ${guardianId} ${childId}`
