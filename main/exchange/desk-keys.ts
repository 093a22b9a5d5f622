import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { KeyRotated } from '../../shared/contract/exchange/keys.ts'
import type { KeyPair } from '../crypto/keys.ts'
import { KeyringClosed, type Secrets } from '../store/secrets.ts'
import type { Store } from '../store/store.ts'

/*
 * The desk's private key lies beside the file, never in it: so it is in no backup, and a file brought back on this
 * machine still finds the key that the portal knows.
 */

const Pair = z.object({ publicKey: z.string(), privateKey: z.string() })
const Kept = z.object({ current: Pair, next: Pair.nullable() })
/** `next` was told to the portal, and signs once the portal has taken it in. */
type Kept = z.infer<typeof Kept>

const pathIn = (dataDir: string): string => join(dataDir, 'cle-echange')

/** Null when there is no key file, or another machine sealed it. @throws KeyringClosed */
const kept = (store: Store, secrets: Secrets): Kept | null => {
  try {
    return Kept.parse(JSON.parse(secrets.open(readFileSync(pathIn(store.dataDir)))))
  } catch (error) {
    if (error instanceof KeyringClosed) throw error
    return null
  }
}

/** Of a pairing. A key that was told for this one, or is about to be, comes after it still. */
export const keepPairedKey = (store: Store, secrets: Secrets, current: KeyPair): void => {
  const before = kept(store, secrets)
  const next = before?.current.publicKey === current.publicKey ? before.next : null
  keepDeskKeys(store, secrets, { current, next })
}

export const keepDeskKeys = (store: Store, secrets: Secrets, keys: Kept): void =>
  writeSealed(pathIn(store.dataDir), secrets, keys)

/** Whole or not at all. */
export const writeSealed = (path: string, secrets: Secrets, content: unknown): void => {
  const draft = `${path}.en-cours`
  writeFileSync(draft, secrets.seal(JSON.stringify(content)), { mode: 0o600, flush: true })
  renameSync(draft, path)
}

/** The current signing key pair; null when this machine has none. @throws KeyringClosed */
export const deskKeys = (store: Store, secrets: Secrets): KeyPair | null => {
  const keys = kept(store, secrets)
  if (!keys?.next || !isTakenIn(store, keys.next.publicKey)) return keys?.current ?? null
  keepDeskKeys(store, secrets, { current: keys.next, next: null })
  return keys.next
}

const isTakenIn = (store: Store, publicKey: string): boolean =>
  (
    store
      .statement(`select body from own_entry where kind = 'keyRotated' and acknowledged_at is not null`)
      .pluck()
      .all() as string[]
  ).some((body) => KeyRotated.parse(JSON.parse(body)).publicKey === publicKey)
