import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { KeyRotated } from '../../shared/contract/exchange/keys.ts'
import type { KeyPair } from '../crypto/keys.ts'
import { KeyringLocked, type Secrets, writeSealed } from '../store/secrets.ts'
import type { Store } from '../store/store.ts'

/*
 * The desk's private key is stored next to the desk's file, never in it: no backup contains the key, and a backup
 * restored on this computer still finds the key that the portal knows.
 */

const Pair = z.object({ publicKey: z.string(), privateKey: z.string() })
const StoredKeys = z.object({ current: Pair, next: Pair.nullable() })
/** `next` was announced in the desk's log; the desk signs with it once the portal has acknowledged that entry. */
type StoredKeys = z.infer<typeof StoredKeys>

const pathIn = (dataDir: string): string => join(dataDir, 'cle-echange')

/** Null when no key file exists, or when another computer sealed it. @throws KeyringLocked */
const readStoredKeys = (store: Store, secrets: Secrets): StoredKeys | null => {
  try {
    return StoredKeys.parse(JSON.parse(secrets.open(readFileSync(pathIn(store.dataDir)))))
  } catch (error) {
    if (error instanceof KeyringLocked) throw error
    return null
  }
}

/** Saves the key that a pairing used. A successor already announced for the same key is kept. */
export const savePairedKey = (store: Store, secrets: Secrets, current: KeyPair): void => {
  const previous = readStoredKeys(store, secrets)
  const next = previous?.current.publicKey === current.publicKey ? previous.next : null
  saveDeskKeys(store, secrets, { current, next })
}

export const saveDeskKeys = (store: Store, secrets: Secrets, keys: StoredKeys): void =>
  writeSealed(pathIn(store.dataDir), secrets, keys)

/** The current signing key pair; null when this computer has none. @throws KeyringLocked */
export const deskKeys = (store: Store, secrets: Secrets): KeyPair | null => {
  const keys = readStoredKeys(store, secrets)
  if (!keys?.next || !isAcknowledged(store, keys.next.publicKey)) return keys?.current ?? null
  saveDeskKeys(store, secrets, { current: keys.next, next: null })
  return keys.next
}

const isAcknowledged = (store: Store, publicKey: string): boolean =>
  (
    store
      .statement(`select body from own_entry where kind = 'keyRotated' and acknowledged_at is not null`)
      .pluck()
      .all() as string[]
  ).some((body) => KeyRotated.parse(JSON.parse(body)).publicKey === publicKey)
