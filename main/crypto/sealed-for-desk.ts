import { createECDH, createHash } from 'node:crypto'
import { type DataKey, seal, subkey, unseal } from './data-key.ts'

/*
 * Encryption of what parents send, papers and bank accounts, which only the desk can decrypt. Anyone can encrypt with
 * the published public key; the private key is derived from the file's data key, so that a backup and its recovery
 * phrase suffice to decrypt.
 */

// Supported by OpenSSL (Node) and BoringSSL (Electron) alike.
const curve = 'prime256v1'
const pointBytes = 33
const use = 'pièces'

const pairOf = (key: DataKey) => {
  const pair = createECDH(curve)
  pair.setPrivateKey(subkey(key.bytes, use))
  return pair
}

/** The public key in base64, as published to the portal. */
export const sealingKey = (key: DataKey): string => pairOf(key).getPublicKey('base64', 'compressed')

/** @param associatedData binds the ciphertext to one paper or mandate: decrypting it as another fails */
export const sealForDesk = (publicKey: string, plain: Uint8Array, associatedData: string): Buffer => {
  const pair = createECDH(curve)
  pair.generateKeys()
  const sender = pair.getPublicKey(null, 'compressed')
  const receiver = Buffer.from(publicKey, 'base64')
  const paperKey = derivedKey(pair.computeSecret(receiver), sender, receiver)
  return Buffer.concat([sender, seal(paperKey, Buffer.from(plain), associatedData)])
}

/** @throws when the bytes were sealed for another desk or with other associated data, or were altered */
export const openAtDesk = (key: DataKey, bytes: Buffer, associatedData: string): Buffer => {
  const pair = pairOf(key)
  const sender = bytes.subarray(0, pointBytes)
  return unseal(
    derivedKey(pair.computeSecret(sender), sender, pair.getPublicKey(null, 'compressed')),
    bytes.subarray(pointBytes),
    associatedData,
  )
}

/** Tries a desk's key and those that it replaced; null when none of them opens it. */
export const openWithAny = (keys: readonly DataKey[], bytes: Buffer, associatedData: string): Buffer | null => {
  for (const key of keys) {
    try {
      return openAtDesk(key, bytes, associatedData)
    } catch {
      continue
    }
  }
  return null
}

/**
 * The associated data that binds a sealed bank account to one mandate: copied into another mandate, it does not open.
 */
export const mandateAssociatedData = (mandate: { family: number; regie: number; reference: string }): string =>
  `mandate ${mandate.family} ${mandate.regie} ${mandate.reference}`

/** The associated data that binds the sealed kind and name of a paper to its id. */
export const paperHeadData = (id: string): string => `head of ${id}`

const derivedKey = (secret: Buffer, sender: Buffer, receiver: Buffer): Buffer =>
  subkey(createHash('sha256').update(secret).update(sender).update(receiver).digest(), 'une pièce')
