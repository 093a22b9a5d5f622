import { createECDH, createHash } from 'node:crypto'
import { type DataKey, seal, subkey, unseal } from './data-key.ts'

/*
 * What only the desk reads: anyone seals with its public half, told in public; the private half is derived from the
 * file's data key, so that a backup and its phrase open it too.
 */

// The one that every library of Node and of Electron has.
const curve = 'prime256v1'
const pointBytes = 33
const use = 'pièces'

const pairOf = (key: DataKey) => {
  const pair = createECDH(curve)
  pair.setPrivateKey(subkey(key.bytes, use))
  return pair
}

/** Base64: what the portal is told. */
export const sealingKey = (key: DataKey): string => pairOf(key).getPublicKey('base64', 'compressed')

/** @param of what it is about: as another thing it does not open */
export const sealForDesk = (publicKey: string, plain: Uint8Array, associatedData: string): Buffer => {
  const pair = createECDH(curve)
  pair.generateKeys()
  const sender = pair.getPublicKey(null, 'compressed')
  const receiver = Buffer.from(publicKey, 'base64')
  const paperKey = derivedKey(pair.computeSecret(receiver), sender, receiver)
  return Buffer.concat([sender, seal(paperKey, Buffer.from(plain), associatedData)])
}

/** @throws when it was sealed for another desk, as another thing, or was touched */
export const openAtDesk = (key: DataKey, bytes: Buffer, associatedData: string): Buffer => {
  const pair = pairOf(key)
  const sender = bytes.subarray(0, pointBytes)
  return unseal(
    derivedKey(pair.computeSecret(sender), sender, pair.getPublicKey(null, 'compressed')),
    bytes.subarray(pointBytes),
    associatedData,
  )
}

const derivedKey = (secret: Buffer, sender: Buffer, receiver: Buffer): Buffer =>
  subkey(createHash('sha256').update(secret).update(sender).update(receiver).digest(), 'une pièce')
