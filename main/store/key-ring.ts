import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type Sqlite from 'better-sqlite3'
import * as z from 'zod'
import { type DataKey, keyFrom, Lock, newDataKey, opened, sealed, subkey } from '../crypto/data-key.ts'
import { CannotOpen } from './failures.ts'
import { KeyringClosed, type Secrets } from './secrets.ts'

/*
 * The keys that this machine holds lie beside the data folder, never in it: whoever copies the folder, or its backups,
 * takes none along. A key is added, none is ever dropped: backups of before need theirs.
 */

const Ring = z.array(z.object({ publicKey: z.string(), key: z.base64() }))
type Ring = z.infer<typeof Ring>

/** Where keys lie: in the folder itself only where nothing can be written beside it. */
const pathsFor = (dataDir: string): readonly string[] => [
  `${join(dirname(dataDir), basename(dataDir))}.cle`,
  join(dataDir, 'cle-donnees'),
]

export const keyRingPath = (dataDir: string): string => pathsFor(dataDir)[0] ?? ''

/** Empty when there is no file, or another machine or account sealed it. @throws KeyringClosed */
const ringAt = (path: string, secrets: Secrets): Ring => {
  try {
    return Ring.parse(JSON.parse(secrets.open(readFileSync(path))))
  } catch (error) {
    if (error instanceof KeyringClosed) throw error
    return []
  }
}

/** @throws KeyringClosed */
export const heldKey = (dataDir: string, secrets: Secrets, publicKey: string): DataKey | null => {
  for (const path of pathsFor(dataDir)) {
    const found = ringAt(path, secrets).find((one) => one.publicKey === publicKey)
    if (found) return keyFrom(Buffer.from(found.key, 'base64'))
  }
  return null
}

/** @throws CannotOpen with the sentence of the machine that keeps no secret */
export const holdKey = (dataDir: string, secrets: Secrets, key: DataKey): void => {
  if (heldKey(dataDir, secrets, key.publicKey)) return
  const write = (path: string) => {
    const ring = ringAt(path, secrets)
    const bytes = sealedBy(secrets, [...ring, { publicKey: key.publicKey, key: key.bytes.toString('base64') }])
    const draft = `${path}.en-cours`
    rmSync(draft, { force: true })
    writeFileSync(draft, bytes, { mode: 0o600, flush: true })
    // A keyring that does not open today may open tomorrow.
    if (ring.length === 0 && existsSync(path)) renameSync(path, `${path}.illisible`)
    renameSync(draft, path)
  }
  const [beside = '', inside = ''] = pathsFor(dataDir)
  try {
    write(beside)
  } catch (error) {
    if (!isForbidden(error)) throw error
    mkdirSync(dataDir, { recursive: true })
    write(inside)
  }
}

const isForbidden = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['EACCES', 'EPERM', 'EROFS'].includes(String(error.code))

const sealedBy = (secrets: Secrets, ring: Ring): Buffer => {
  try {
    return secrets.seal(JSON.stringify(ring))
  } catch (error) {
    const sentence = error instanceof Error && 'sentence' in error ? String(error.sentence) : null
    throw sentence === null ? error : new CannotOpen(sentence, { cause: error })
  }
}

const fact = 'data_key'

/** What the file says of its key; null for one that has none yet. */
export const lockOf = (sqlite: Sqlite.Database): Lock | null => {
  const value = sqlite.prepare<[string], string>('select value from file_fact where key = ?').pluck().get(fact)
  return value === undefined ? null : Lock.parse(JSON.parse(value))
}

export const writeLock = (sqlite: Sqlite.Database, lock: Lock): void => writeFact(sqlite, fact, lock)

const writeFact = (sqlite: Sqlite.Database, name: string, value: unknown): void =>
  void sqlite
    .prepare('insert into file_fact (key, value) values (?, ?) on conflict (key) do update set value = excluded.value')
    .run(name, JSON.stringify(value))

const factBefore = 'data_keys_before'

/** The keys that a new one took the place of, oldest first. */
const locksBefore = (sqlite: Sqlite.Database): readonly Lock[] => {
  const value = sqlite.prepare<[string], string>('select value from file_fact where key = ?').pluck().get(factBefore)
  return value === undefined ? [] : z.array(Lock).parse(JSON.parse(value))
}

/** Another key from now on. The one before is still told: what it sealed opens again the day it is found. */
export const replaceLock = (sqlite: Sqlite.Database, lock: Lock): void => {
  const before = lockOf(sqlite)
  writeFact(sqlite, factBefore, [...locksBefore(sqlite), ...(before ? [before] : [])])
  writeLock(sqlite, lock)
}

/** What the key of the open file does, and what is known of it. */
export type FileKey = {
  /** Null on a machine that can keep no key. */
  readonly lock: Lock | null
  /** Null when this machine has lost it, and while the keyring is locked. */
  readonly key: DataKey | null
  /** True when this machine has lost the file's key. False while the keyring is locked: no key may replace it then. */
  readonly isKeyLost: boolean
  /** Those of before that this machine still holds. */
  readonly keysBefore: readonly DataKey[]
  /** Those of before that it does not. */
  readonly lostBefore: readonly Lock[]
  /** Why nothing is sealed or opened; null when all is well. */
  readonly closed: string | null
  /** @throws CannotOpen while it is closed */
  seal(plain: string, of: string): string
  /** @throws CannotOpen while it is closed, and for what is not what was sealed there */
  open(text: string, of: string): string
  /** Whether it was sealed by a key of before that this machine does not hold. */
  isLost(text: string): boolean
  /** How many health records this machine cannot open. */
  countLost(): number
}

/** Found where this machine holds it; a file that has none is given one, held before the file says its name. */
export const keyOfFile = (sqlite: Sqlite.Database, dataDir: string, secrets: Secrets): FileKey => {
  const known = lockOf(sqlite)
  if (!known) {
    try {
      const made = newDataKey()
      holdKey(dataDir, secrets, made)
      writeLock(sqlite, { publicKey: made.publicKey, phrase: null })
      return openKey(sqlite, made, noneBefore)
    } catch (error) {
      if (!(error instanceof CannotOpen)) throw error
      return closedKey(sqlite, error.message, noneBefore)
    }
  }
  try {
    const before = keysBefore(sqlite, dataDir, secrets)
    const key = heldKey(dataDir, secrets, known.publicKey)
    return key ? openKey(sqlite, key, before) : closedKey(sqlite, keyLost, before, true)
  } catch (error) {
    if (!(error instanceof KeyringClosed)) throw error
    return closedKey(sqlite, error.message, noneBefore)
  }
}

type Before = Pick<FileKey, 'keysBefore' | 'lostBefore'>
const noneBefore: Before = { keysBefore: [], lostBefore: [] }

const keysBefore = (sqlite: Sqlite.Database, dataDir: string, secrets: Secrets): Before => {
  const known = locksBefore(sqlite).map((lock) => ({ lock, key: heldKey(dataDir, secrets, lock.publicKey) }))
  return {
    keysBefore: known.flatMap(({ key }) => key ?? []),
    lostBefore: known.flatMap(({ lock, key }) => (key ? [] : lock)),
  }
}

const keyLost =
  'Les fiches sanitaires sont scellées\u00a0: ce poste n’a plus leur clé. Seule la phrase de secours les rouvre.'

/** What is sealed ends with a sign of its key: after a new key, each still says whose it is. */
const signOf = ({ publicKey }: Pick<Lock, 'publicKey'>): string => `.${publicKey.slice(-signLength)}`
const signLength = 8

const countSealedBy = (sqlite: Sqlite.Database, locks: readonly Pick<Lock, 'publicKey'>[]): number =>
  locks.length === 0
    ? 0
    : (sqlite
        .prepare<[number, string], number>(
          'select count(*) from health_record where substr(sealed, ?) in (select value from json_each(?))',
        )
        .pluck()
        .get(-signLength - 1, JSON.stringify(locks.map(signOf))) ?? 0)

const openKey = (sqlite: Sqlite.Database, key: DataKey, before: Before): FileKey => {
  const bySign = new Map([...before.keysBefore, key].map((one) => [signOf(one), subkey(one.bytes, 'fiches')] as const))
  const lostSigns = new Set(before.lostBefore.map(signOf))
  const own = signOf(key)
  const partsOf = (text: string) => [text.slice(0, -own.length), text.slice(-own.length)] as const
  const keyOf = (sign: string): Buffer => {
    const found = bySign.get(sign)
    if (!found) throw new RangeError('sealed by no key of this file')
    return found
  }
  return {
    ...before,
    get lock() {
      return lockOf(sqlite)
    },
    key,
    isKeyLost: false,
    closed: null,
    seal: (plain, of) => sealed(keyOf(own), Buffer.from(plain), of).toString('base64') + own,
    open(text, of) {
      const [body, sign] = partsOf(text)
      if (lostSigns.has(sign)) throw new CannotOpen(recordLost)
      try {
        return opened(keyOf(sign), Buffer.from(body, 'base64'), of).toString()
      } catch (error) {
        throw new CannotOpen('Cette fiche est abîmée\u00a0: elle ne s’ouvre plus.', { cause: error })
      }
    },
    isLost: (text) => lostSigns.has(partsOf(text)[1]),
    countLost: () => countSealedBy(sqlite, before.lostBefore),
  }
}

const recordLost = 'Cette fiche est illisible\u00a0: elle a été scellée avec une clé perdue.'

const closedKey = (sqlite: Sqlite.Database, closed: string, before: Before, isKeyLost = false): FileKey => {
  const refuse = () => {
    throw new CannotOpen(closed)
  }
  return {
    ...before,
    get lock() {
      return lockOf(sqlite)
    },
    key: null,
    isKeyLost,
    closed,
    seal: refuse,
    open: refuse,
    isLost: () => false,
    countLost: () => countSealedBy(sqlite, [...before.lostBefore, lockOf(sqlite) ?? []].flat()),
  }
}
