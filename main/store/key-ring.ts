import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type Sqlite from 'better-sqlite3'
import * as z from 'zod'
import { type DataKey, dataKeyFrom, KeyInfo, newDataKey, seal, subkey, unseal } from '../crypto/data-key.ts'
import { CannotOpen } from './failures.ts'
import { KeyringLocked, type Secrets } from './secrets.ts'

/*
 * This computer's key ring is a file next to the data folder, not in it: a copy of the folder, or of its backups,
 * contains no key. Keys are added and never removed, because older backups need older keys.
 */

const Ring = z.array(z.object({ publicKey: z.string(), key: z.base64() }))
type Ring = z.infer<typeof Ring>

/**
 * Paths of the key ring: the second, inside the folder, is used only when no file can be written next to the folder.
 */
const pathsFor = (dataDir: string): readonly string[] => [
  `${join(dirname(dataDir), basename(dataDir))}.cle`,
  join(dataDir, 'cle-donnees'),
]

export const keyRingPath = (dataDir: string): string => pathsFor(dataDir)[0] ?? ''

/** Empty when no ring exists, or when another computer or account sealed it. @throws KeyringLocked */
const readRing = (path: string, secrets: Secrets): Ring => {
  try {
    return Ring.parse(JSON.parse(secrets.open(readFileSync(path))))
  } catch (error) {
    if (error instanceof KeyringLocked) throw error
    return []
  }
}

/** @throws KeyringLocked */
export const findKey = (dataDir: string, secrets: Secrets, publicKey: string): DataKey | null => {
  for (const path of pathsFor(dataDir)) {
    const found = readRing(path, secrets).find((one) => one.publicKey === publicKey)
    if (found) return dataKeyFrom(Buffer.from(found.key, 'base64'))
  }
  return null
}

/** Adds a key to the ring. @throws CannotOpen when this computer cannot keep a secret */
export const storeKey = (dataDir: string, secrets: Secrets, key: DataKey): void => {
  if (findKey(dataDir, secrets, key.publicKey)) return
  const write = (path: string) => {
    const ring = readRing(path, secrets)
    const bytes = sealRing(secrets, [...ring, { publicKey: key.publicKey, key: key.bytes.toString('base64') }])
    const draft = `${path}.en-cours`
    rmSync(draft, { force: true })
    writeFileSync(draft, bytes, { mode: 0o600, flush: true })
    // An unreadable ring is renamed, not overwritten: it may become readable again.
    if (ring.length === 0 && existsSync(path)) renameSync(path, `${path}.illisible`)
    renameSync(draft, path)
  }
  const [adjacent = '', inside = ''] = pathsFor(dataDir)
  try {
    write(adjacent)
  } catch (error) {
    if (!isForbidden(error)) throw error
    mkdirSync(dataDir, { recursive: true })
    write(inside)
  }
}

const isForbidden = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['EACCES', 'EPERM', 'EROFS'].includes(String(error.code))

const sealRing = (secrets: Secrets, ring: Ring): Buffer => {
  try {
    return secrets.seal(JSON.stringify(ring))
  } catch (error) {
    const sentence = error instanceof Error && 'sentence' in error ? String(error.sentence) : null
    throw sentence === null ? error : new CannotOpen(sentence, { cause: error })
  }
}

const keyFact = 'data_key'

/** Public half and wrapped copy of the file's key; null for a file that has no key yet. */
export const keyInfoOf = (sqlite: Sqlite.Database): KeyInfo | null => {
  const value = sqlite.prepare<[string], string>('select value from file_fact where key = ?').pluck().get(keyFact)
  return value === undefined ? null : KeyInfo.parse(JSON.parse(value))
}

export const writeKeyInfo = (sqlite: Sqlite.Database, info: KeyInfo): void => writeFact(sqlite, keyFact, info)

const writeFact = (sqlite: Sqlite.Database, name: string, value: unknown): void =>
  void sqlite
    .prepare('insert into file_fact (key, value) values (?, ?) on conflict (key) do update set value = excluded.value')
    .run(name, JSON.stringify(value))

const previousKeysFact = 'data_keys_before'

/** The keys that a newer key replaced, oldest first. */
const previousKeyInfos = (sqlite: Sqlite.Database): readonly KeyInfo[] => {
  const value = sqlite
    .prepare<[string], string>('select value from file_fact where key = ?')
    .pluck()
    .get(previousKeysFact)
  return value === undefined ? [] : z.array(KeyInfo).parse(JSON.parse(value))
}

/**
 * Makes another key the file's key. The previous key stays listed: data sealed with it can be opened if it is found.
 */
export const replaceKeyInfo = (sqlite: Sqlite.Database, info: KeyInfo): void => {
  const before = keyInfoOf(sqlite)
  writeFact(sqlite, previousKeysFact, [...previousKeyInfos(sqlite), ...(before ? [before] : [])])
  writeKeyInfo(sqlite, info)
}

/** The data key of the open file. */
export type FileKey = {
  /** Null when this computer cannot keep a key. */
  readonly info: KeyInfo | null
  /** Null when this computer has lost the key, and while the operating system's keyring is locked. */
  readonly key: DataKey | null
  /** True when this computer has lost the key. False while the keyring is locked: the key must not be replaced then. */
  readonly isKeyLost: boolean
  /** Previous keys that this computer has. */
  readonly previousKeys: readonly DataKey[]
  /** Previous keys that this computer does not have. */
  readonly lostPreviousKeys: readonly KeyInfo[]
  /** Message why nothing can be sealed or opened; null when the key is available. */
  readonly closed: string | null
  /** @throws CannotOpen while `closed` is not null */
  seal(plain: string, associatedData: string): string
  /** @throws CannotOpen while `closed` is not null, for damaged text, and for text sealed with other associated data */
  open(text: string, associatedData: string): string
  /** Whether the text was sealed with a previous key that this computer does not have. */
  isLost(text: string): boolean
  /** Number of health records that this computer cannot open. */
  countLost(): number
}

/** Finds the file's key in this computer's ring. A file without a key gets a new one, stored in the ring first. */
export const keyOfFile = (sqlite: Sqlite.Database, dataDir: string, secrets: Secrets): FileKey => {
  const info = keyInfoOf(sqlite)
  if (!info) {
    try {
      const made = newDataKey()
      storeKey(dataDir, secrets, made)
      writeKeyInfo(sqlite, { publicKey: made.publicKey, phrase: null })
      return fileKeyWith(sqlite, made, noPreviousKeys)
    } catch (error) {
      if (!(error instanceof CannotOpen)) throw error
      return closedFileKey(sqlite, error.message, noPreviousKeys)
    }
  }
  try {
    const before = readPreviousKeys(sqlite, dataDir, secrets)
    const key = findKey(dataDir, secrets, info.publicKey)
    return key ? fileKeyWith(sqlite, key, before) : closedFileKey(sqlite, keyLostText, before, true)
  } catch (error) {
    if (!(error instanceof KeyringLocked)) throw error
    return closedFileKey(sqlite, error.message, noPreviousKeys)
  }
}

type PreviousKeys = Pick<FileKey, 'previousKeys' | 'lostPreviousKeys'>
const noPreviousKeys: PreviousKeys = { previousKeys: [], lostPreviousKeys: [] }

const readPreviousKeys = (sqlite: Sqlite.Database, dataDir: string, secrets: Secrets): PreviousKeys => {
  const known = previousKeyInfos(sqlite).map((info) => ({ info, key: findKey(dataDir, secrets, info.publicKey) }))
  return {
    previousKeys: known.flatMap(({ key }) => key ?? []),
    lostPreviousKeys: known.flatMap(({ info, key }) => (key ? [] : info)),
  }
}

const keyLostText =
  'Les fiches sanitaires sont scellées\u00a0: ce poste n’a plus leur clé. Seule la phrase de secours les rouvre.'

/** Mark at the end of a sealed text: the end of its key's public half, which shows with which key to open it. */
const keyMark = ({ publicKey }: Pick<KeyInfo, 'publicKey'>): string => `.${publicKey.slice(-keyMarkLength)}`
const keyMarkLength = 8

const countSealedBy = (sqlite: Sqlite.Database, locks: readonly Pick<KeyInfo, 'publicKey'>[]): number =>
  locks.length === 0
    ? 0
    : (sqlite
        .prepare<[number, string], number>(
          'select count(*) from health_record where substr(sealed, ?) in (select value from json_each(?))',
        )
        .pluck()
        .get(-keyMarkLength - 1, JSON.stringify(locks.map(keyMark))) ?? 0)

const fileKeyWith = (sqlite: Sqlite.Database, key: DataKey, before: PreviousKeys): FileKey => {
  const subkeyByMark = new Map(
    [...before.previousKeys, key].map((one) => [keyMark(one), subkey(one.bytes, 'fiches')] as const),
  )
  const lostMarks = new Set(before.lostPreviousKeys.map(keyMark))
  const currentMark = keyMark(key)
  const partsOf = (text: string) => [text.slice(0, -currentMark.length), text.slice(-currentMark.length)] as const
  const keyOf = (sign: string): Buffer => {
    const found = subkeyByMark.get(sign)
    if (!found) throw new RangeError('sealed by no key of this file')
    return found
  }
  return {
    ...before,
    get info() {
      return keyInfoOf(sqlite)
    },
    key,
    isKeyLost: false,
    closed: null,
    seal: (plain, associatedData) =>
      seal(keyOf(currentMark), Buffer.from(plain), associatedData).toString('base64') + currentMark,
    open(text, associatedData) {
      const [body, sign] = partsOf(text)
      if (lostMarks.has(sign)) throw new CannotOpen(recordLostText)
      try {
        return unseal(keyOf(sign), Buffer.from(body, 'base64'), associatedData).toString()
      } catch (error) {
        throw new CannotOpen('Cette fiche est abîmée\u00a0: elle ne s’ouvre plus.', { cause: error })
      }
    },
    isLost: (text) => lostMarks.has(partsOf(text)[1]),
    countLost: () => countSealedBy(sqlite, before.lostPreviousKeys),
  }
}

const recordLostText = 'Cette fiche est illisible\u00a0: elle a été scellée avec une clé perdue.'

const closedFileKey = (sqlite: Sqlite.Database, closed: string, before: PreviousKeys, isKeyLost = false): FileKey => {
  const refuse = () => {
    throw new CannotOpen(closed)
  }
  return {
    ...before,
    get info() {
      return keyInfoOf(sqlite)
    },
    key: null,
    isKeyLost,
    closed,
    seal: refuse,
    open: refuse,
    isLost: () => false,
    countLost: () => countSealedBy(sqlite, [...before.lostPreviousKeys, keyInfoOf(sqlite) ?? []].flat()),
  }
}
