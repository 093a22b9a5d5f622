import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  hkdfSync,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto'
import { promisify } from 'node:util'
import * as z from 'zod'
import { type Instant, isInstant } from '../../shared/rules/calendar/day.ts'

/*
 * The data key: 32 random bytes that seal the health records of a file and its backups. The file contains the public
 * half of the key, which suffices to seal a backup even on a desk that has lost the key, and, once a recovery phrase
 * was confirmed, the key itself wrapped by that phrase.
 */

export type DataKey = { readonly publicKey: string; readonly bytes: Buffer }

/** The data key encrypted with a recovery phrase. `number` and `madeAt` are printed on the phrase's sheet. */
export const WrappedKey = z.object({
  number: z.string(),
  madeAt: z.custom<Instant>((value) => typeof value === 'string' && isInstant(value)),
  salt: z.base64(),
  wrapped: z.base64(),
})
export type WrappedKey = z.infer<typeof WrappedKey>

/** What a file contains about its data key. */
export const KeyInfo = z.object({ publicKey: z.base64(), phrase: WrappedKey.nullable() })
export type KeyInfo = z.infer<typeof KeyInfo>

export const dataKeyFrom = (bytes: Buffer): DataKey => {
  const pair = createECDH(curve)
  pair.setPrivateKey(subkey(bytes, 'sauvegardes'))
  return { bytes, publicKey: pair.getPublicKey('base64', 'compressed') }
}

export const newDataKey = (): DataKey => dataKeyFrom(randomBytes(32))

/**
 * AES-256-GCM.
 * @param associatedData binds the ciphertext to one record: decrypting it as another fails
 * @param nonce a random one is safe for 2^32 encryptions with one key, and a town makes thousands; another only for a
 * key
 *   that encrypts nothing else
 */
export const seal = (key: Buffer, plain: Buffer, associatedData: string, nonce = randomBytes(12)): Buffer => {
  const cipher = createCipheriv(algorithm, key, nonce)
  cipher.setAAD(Buffer.from(associatedData))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Pads JSON with trailing blanks, which JSON ignores, so that the length of the ciphertext reveals little. */
export const padded = (json: string): string => {
  const length = Buffer.byteLength(json)
  return json + ' '.repeat(Math.ceil(length / paddingStep) * paddingStep - length)
}

const paddingStep = 512

/** @throws when the key or the associated data differ, or when the bytes were altered */
export const unseal = (key: Buffer, bytes: Buffer, associatedData: string): Buffer => {
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, 12), { authTagLength: tagLength })
  decipher.setAAD(Buffer.from(associatedData))
  decipher.setAuthTag(bytes.subarray(-tagLength))
  return Buffer.concat([decipher.update(bytes.subarray(12, -tagLength)), decipher.final()])
}

/** Derives (HKDF) a separate key for each use. */
export const subkey = (bytes: Buffer, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', bytes, Buffer.alloc(0), `espace-jeunesse ${use}`, 32))

/** Encrypts the data key. @param secret the random bytes that the recovery phrase encodes */
export const wrapKey = async (
  key: DataKey,
  secret: Uint8Array,
  { number, madeAt }: Pick<WrappedKey, 'number' | 'madeAt'>,
): Promise<WrappedKey> => {
  const salt = randomBytes(16)
  const wrapped = seal(await stretchedKey(secret, salt), key.bytes, key.publicKey)
  return { number, madeAt, salt: salt.toString('base64'), wrapped: wrapped.toString('base64') }
}

/** Decrypts the data key; null when the phrase is wrong. */
export const unwrapKey = async (
  { publicKey, phrase }: { readonly publicKey: string; readonly phrase: WrappedKey },
  secret: Uint8Array,
): Promise<DataKey | null> => {
  const passphraseKey = await stretchedKey(secret, Buffer.from(phrase.salt, 'base64'))
  try {
    return dataKeyFrom(unseal(passphraseKey, Buffer.from(phrase.wrapped, 'base64'), publicKey))
  } catch {
    return null
  }
}

/** scrypt with 32 MB and 0.1 s: an additional precaution, since a phrase already has 128 random bits. */
const stretchedKey = async (secret: Uint8Array, salt: Buffer): Promise<Buffer> =>
  promisify<Uint8Array, Buffer, number, object, Buffer>(scrypt)(secret, salt, 32, {
    N: 32_768,
    r: 8,
    p: 1,
    maxmem: 64 * 1024 * 1024,
  })

/**
 * Makes the key of one backup (ephemeral ECDH) from the public half alone. With `sender`, only the data key can derive
 * the same key again.
 */
export const keyForBackup = (publicKey: string): { readonly fileKey: Buffer; readonly sender: string } => {
  const pair = createECDH(curve)
  const sender = pair.generateKeys('base64', 'compressed')
  return { sender, fileKey: derivedKey(pair.computeSecret(publicKey, 'base64'), sender, publicKey) }
}

export const keyOfBackup = (key: DataKey, sender: string): Buffer => {
  const pair = createECDH(curve)
  pair.setPrivateKey(subkey(key.bytes, 'sauvegardes'))
  return derivedKey(pair.computeSecret(sender, 'base64'), sender, key.publicKey)
}

const derivedKey = (secret: Buffer, sender: string, publicKey: string): Buffer =>
  subkey(createHash('sha256').update(secret).update(sender).update(publicKey).digest(), 'une sauvegarde')

export const equalBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other)

export const algorithm = 'aes-256-gcm'
export const tagLength = 16
// Supported by OpenSSL (Node) and BoringSSL (Electron) alike.
const curve = 'prime256v1'
