import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type Sqlite from 'better-sqlite3'
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import type { ActKind } from '../../shared/record/act-kinds.ts'
import type { Instant } from '../../shared/rules/calendar/day.ts'
import type { DataKey } from '../crypto/data-key.ts'
import {
  type Actor,
  beginAct,
  type Claims,
  closeAct,
  createWriter,
  emptyClaims,
  rollBackAct,
  rollBackOpenActs,
  setActLabel,
  systemActor,
  type Write,
} from './acts/acts.ts'
import { backupsFolder, clearLeftovers, copyBeforeMigration } from './backups/backup-files.ts'
import { numberedTables, writeNumbersWitness } from './backups/numbers-witness.ts'
import { connect } from './connection.ts'
import { CannotOpen, damagedText, inUseText, RowInUse, withFrenchMessage } from './failures.ts'
import { type FileKey, findKey, keyOfFile, storeKey } from './key-ring.ts'
import type { Limits } from './limited/limits.ts'
import { takeLock } from './lock.ts'
import { migrate } from './migrate.ts'
import { rewriteIfDue } from './remnants.ts'
import type * as schema from './schema/index.ts'
import { plainSecrets, type Secrets } from './secrets.ts'

export type Clock = () => Instant

/**
 * An act written in slices. Its rows take places at once, but are neither shown nor published before the act closes.
 */
export type LongAct = {
  readonly id: number
  /**
   * Writes `items` one by one, in transactions of at most 20 ms; between two transactions other requests are served.
   * When `write` throws, its slice is rolled back and the error is rethrown; the act stays open until `rollBack`.
   */
  slices<T>(
    items: readonly T[],
    write: (write: Write, item: T) => void,
    options?: { signal?: AbortSignal; onProgress?: (done: number) => void },
  ): Promise<void>
  /** Runs `last` and closes the act, in one transaction. */
  close<T>(last: (write: Write) => T): T
  /**
   * Reverts all that the act wrote, in slices. Nobody else sees any of it meanwhile; after a crash, the next start
   * reverts the rest.
   */
  rollBack(): Promise<void>
}

export type Store = {
  readonly dataDir: string
  readonly path: string
  readonly clock: Clock
  /** The data key: seals the health records of this file and the file's backups. */
  readonly key: FileKey
  /** Finds a key in this computer's key ring; null when the ring does not have the key. */
  findKey(publicKey: string): DataKey | null
  /** Adds a key to this computer's key ring. @throws CannotOpen when this computer cannot keep a secret */
  storeKey(key: DataKey): void
  /** The only connection that writes. Callers only read with it; changes go through `act`. */
  readonly db: BetterSQLite3Database<typeof schema>
  readonly sqlite: Sqlite.Database
  /** A prepared statement, cached while the file is open. */
  statement(text: string): Sqlite.Statement
  /**
   * Checks and writes in one immediate transaction, as one closed act; an exception rolls back everything.
   * @param label the act's French label; a function makes it from the result of `work`
   * @throws RowInUse, with a French sentence, for rows that an open long act has written
   */
  act<T>(actor: Actor, kind: ActKind, label: string | ((done: T) => string), work: (write: Write) => T): T
  longAct(actor: Actor, kind: ActKind, label: string): LongAct
  /**
   * Calls `listener` when an act has closed, with the names of the tables that the act changed. @returns unsubscribe
   */
  onChange(listener: (tables: ReadonlySet<string>) => void): () => void
  /** What this store hides; absent when it shows everything. */
  readonly limits?: Limits
  /** For a store with limits, the same store without limits: for counts about what the person sees, never for names. */
  readonly whole?: Store
  /** Calls `listener` before the file is closed or replaced, for other connections to it. */
  onClose(listener: () => void): void
  /**
   * Runs `work` with the file closed, so that `work` can replace it, then opens the file again.
   * @throws CannotOpen while a long act is open
   */
  replaceFile(work: (path: string) => void): void
  close(): void
}

/** Writes begin within this time; with the last write and the commit, a slice takes at most 20 ms. */
const sliceMilliseconds = 7

/** The file's name inside a data folder. */
export const dataFileName = 'espace-jeunesse.sqlite'

export type StoreOptions = {
  /**
   * False for a temporary folder that is discarded unless the work in it completes: nothing is flushed to the disk, so
   * a power cut may damage the file, and the witness of numbers is only written on closing.
   */
  readonly durable?: boolean
}

/** @throws CannotOpen with a French sentence: in use, damaged, full disk, read-only folder, made by a newer version */
export const openStore = (
  dataDir: string,
  clock: Clock,
  secrets: Secrets = plainSecrets,
  { durable = true }: StoreOptions = {},
): Store => {
  try {
    makePrivateFolder(dataDir)
    const release = takeLock(dataDir)
    if (!release) throw new CannotOpen(inUseText)
    try {
      return openLocked(dataDir, clock, secrets, durable, release)
    } catch (error) {
      release()
      throw error
    }
  } catch (error) {
    throw withFrenchMessage(error)
  }
}

/** Denies the computer's other accounts access to the personal data in the folder. Windows does so by its own rules. */
const makePrivateFolder = (dataDir: string): void => {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  try {
    chmodSync(dataDir, statSync(dataDir).mode & 0o700)
  } catch {
    // The disk has no such permissions, or another account owns the folder: open the data anyway.
  }
}

const openLocked = (dataDir: string, clock: Clock, secrets: Secrets, durable: boolean, release: () => void): Store => {
  const path = join(dataDir, dataFileName)
  // Exists from opening to a clean close: a marker found at opening means that the last session ended in a crash.
  const marker = join(dataDir, 'session-ouverte')
  clearLeftovers(dataDir)
  let current = openFile(dataDir, clock, secrets, existsSync(marker))
  writeFileSync(marker, '')
  if (!durable) {
    current.sqlite.pragma('journal_mode = MEMORY')
    current.sqlite.pragma('synchronous = OFF')
  }
  const listeners = new Set<(tables: ReadonlySet<string>) => void>()
  const notifyListeners = (tables: ReadonlySet<string>) => {
    if (durable && numberedTables.some((table) => tables.has(table))) writeNumbersWitness(dataDir, current)
    if (tables.size > 0) for (const listener of listeners) listener(tables)
  }
  const transaction = <T>(work: () => T): T => current.sqlite.transaction(work).immediate()
  // Not flushed to the disk: after a power cut, an open act is reverted as a whole, and the flush at its closing covers
  // its earlier slices.
  const sliceTransaction = <T>(work: () => T): T => {
    const flushing = current.sqlite.pragma('synchronous', { simple: true })
    if (durable) current.sqlite.pragma('synchronous = NORMAL')
    try {
      return transaction(work)
    } finally {
      if (durable) current.sqlite.pragma(`synchronous = ${String(flushing)}`)
    }
  }
  const openClaims = new Map<number, Claims>()
  const closing = new Set<() => void>()
  const closeOthers = () => {
    for (const close of closing) close()
  }

  return {
    dataDir,
    path,
    clock,
    get key() {
      return current.key
    },
    findKey: (publicKey) => findKey(dataDir, secrets, publicKey),
    storeKey(key) {
      storeKey(dataDir, secrets, key)
      current = { ...current, key: keyOfFile(current.sqlite, dataDir, secrets) }
    },
    get db() {
      return current.db
    },
    get sqlite() {
      return current.sqlite
    },
    statement: (text) => current.statement(text),
    act(actor, kind, label, work) {
      const touched = new Set<string>()
      const result = transaction(() => {
        const at = clock()
        let actId: number | undefined
        const begin = () => (actId ??= beginAct(current, actor, kind, typeof label === 'string' ? label : '', at))
        const lazy = {
          get id() {
            return begin()
          },
          get begunId() {
            return actId ?? 0
          },
        }
        const call = actor.kind === 'staff' ? actor.call : undefined
        const value = work(createWriter(current, lazy, at, touched, openClaims, undefined, call))
        if (actId !== undefined && typeof label !== 'string') setActLabel(current, actId, label(value))
        if (actId !== undefined) closeAct(current, actId, at, touched)
        return value
      })
      notifyListeners(touched)
      return result
    },
    longAct(actor, kind, label) {
      const touched = new Set<string>()
      const id = transaction(() => beginAct(current, actor, kind, label, clock()))
      openClaims.set(id, emptyClaims())
      return {
        id,
        async slices(items, write, { signal, onProgress } = {}) {
          // The caller's initial reads have already kept other requests waiting.
          await setImmediate()
          for (let next = 0; next < items.length; ) {
            signal?.throwIfAborted()
            sliceTransaction(() => {
              const until = performance.now() + sliceMilliseconds
              const slice = createWriter(current, { id, begunId: id }, clock(), touched, openClaims, openClaims.get(id))
              do {
                write(slice, items[next] as (typeof items)[number])
                next += 1
              } while (next < items.length && performance.now() < until)
            })
            onProgress?.(next)
            await setImmediate()
          }
        },
        close(last) {
          const result = transaction(() => {
            const at = clock()
            const value = last(createWriter(current, { id, begunId: id }, at, touched, openClaims, openClaims.get(id)))
            closeAct(current, id, at, touched)
            return value
          })
          openClaims.delete(id)
          notifyListeners(touched)
          return result
        },
        async rollBack() {
          const isReverted = () =>
            sliceTransaction(() => {
              const until = performance.now() + sliceMilliseconds
              return rollBackAct(current, id, clock(), {
                claims: openClaims.get(id),
                isTimeUp: () => performance.now() >= until,
              })
            })
          while (!isReverted()) await setImmediate()
          openClaims.delete(id)
          notifyListeners(touched)
        },
      }
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    replaceFile(work) {
      if (openClaims.size > 0) {
        throw new CannotOpen('Une opération est en cours. Attendez qu’elle se termine, puis recommencez.')
      }
      closeOthers()
      current.sqlite.close()
      try {
        work(path)
      } finally {
        current = openFile(dataDir, clock, secrets, false)
      }
      notifyListeners(new Set(['*']))
    },
    onClose: (listener) => void closing.add(listener),
    close() {
      closeOthers()
      if (!durable) writeNumbersWitness(dataDir, current)
      current.sqlite.close()
      rmSync(marker, { force: true })
      release()
    },
  }
}

const openFile = (dataDir: string, clock: Clock, secrets: Secrets, cutOff: boolean) => {
  if (wasEmptied(dataDir)) throw new CannotOpen(damagedText)
  const connection = connect(join(dataDir, dataFileName), 'wal')
  const { sqlite } = connection
  try {
    if (cutOff && sqlite.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new CannotOpen(damagedText)
    migrate(sqlite, { makeCopy: (before) => copyBeforeMigration(before, dataDir, clock()) })
    rollBackOpenActs(connection, clock())
    rewriteIfDue(connection)
    writeNumbersWitness(dataDir, connection)
    return { ...connection, key: keyOfFile(sqlite, dataDir, secrets) }
  } catch (error) {
    sqlite.close()
    throw error
  }
}

/** An empty file is a new one, unless a backups folder shows that data existed. */
const wasEmptied = (dataDir: string): boolean => {
  const path = join(dataDir, dataFileName)
  if (!existsSync(path) || statSync(path).size > 0 || existsSync(`${path}-wal`)) return false
  return existsSync(backupsFolder(dataDir))
}

export { type Call, Overwriting } from './acts/overwriting.ts'
export { CannotOpen, RowInUse, systemActor }
