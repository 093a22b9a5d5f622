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
  nameAct,
  noClaims,
  system,
  takeBack,
  takeBackOpenActs,
  type Write,
  writer,
} from './acts/acts.ts'
import { backupsFolder, clearLeftovers, copyBeforeMigration } from './backups/backup-files.ts'
import { numberedTables, witnessNumbers } from './backups/numbers-witness.ts'
import { connect } from './connection.ts'
import { CannotOpen, damaged, inUse, told, UnderWay } from './failures.ts'
import { type FileKey, heldKey, holdKey, keyOfFile } from './key-ring.ts'
import { takeLock } from './lock.ts'
import { migrate } from './migrate.ts'
import { rewriteIfDue } from './remnants.ts'
import type * as schema from './schema/index.ts'
import { plainSecrets, type Secrets } from './secrets.ts'

export type Clock = () => Instant

/** An act under way in slices: its rows hold their places, nothing shows them before it is closed. */
export type LongAct = {
  readonly id: number
  /**
   * Writes `items` one by one, in transactions of at most 20 ms between which others are served.
   * When `write` throws, its whole slice is undone and the error goes up; the act stays open until taken back.
   */
  slices<T>(
    items: readonly T[],
    write: (write: Write, item: T) => void,
    options?: { signal?: AbortSignal; onProgress?: (done: number) => void },
  ): Promise<void>
  /** Last words and the closing, in one transaction. */
  close<T>(last: (write: Write) => T): T
  takeBack(): void
}

export type Store = {
  readonly dataDir: string
  readonly path: string
  readonly clock: Clock
  /** What seals the health records of this file and its backups. */
  readonly key: FileKey
  /** A key that this machine holds, or null. */
  heldKey(publicKey: string): DataKey | null
  /** Held by this machine from now on. @throws CannotOpen where it can keep no secret */
  holdKey(key: DataKey): void
  /** The one connection that writes. For reading; changes go through `act`. */
  readonly db: BetterSQLite3Database<typeof schema>
  readonly sqlite: Sqlite.Database
  /** A prepared statement, kept for as long as the file is open. */
  statement(text: string): Sqlite.Statement
  /**
   * Check and write in one immediate transaction, as one closed act; a throw undoes it all. A `label` that tells what was
   * done, rather than what was asked, is made of what `work` returns.
   * @throws UnderWay, with its sentence, for rows that belong to a long act that is still open
   */
  act<T>(actor: Actor, kind: ActKind, label: string | ((done: T) => string), work: (write: Write) => T): T
  longAct(actor: Actor, kind: ActKind, label: string): LongAct
  /** Called with the names of the tables an act changed, once it is closed. */
  onChange(listener: (tables: ReadonlySet<string>) => void): () => void
  /**
   * Swaps the file while nothing reads it: `work` runs with the file closed.
   * @throws CannotOpen while a long act is under way
   */
  replaceFile(work: (path: string) => void): void
  close(): void
}

const sliceMilliseconds = 7

/** The file's name inside a data folder. */
export const fileName = 'espace-jeunesse.sqlite'

export type StoreOptions = {
  /**
   * False for a temporary folder that is discarded unless the work in it completes: nothing is flushed to the disk, so a
   * power cut may damage the file, and the witness of numbers is only written on closing.
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
    if (!release) throw new CannotOpen(inUse)
    try {
      return openLocked(dataDir, clock, secrets, durable, release)
    } catch (error) {
      release()
      throw error
    }
  } catch (error) {
    throw told(error)
  }
}

/** Denies the machine's other accounts access to the personal data in the folder. Windows does so by its own rules. */
const makePrivateFolder = (dataDir: string): void => {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  try {
    chmodSync(dataDir, statSync(dataDir).mode & 0o700)
  } catch {
    // The disk has no such permissions, or another account owns the folder: open the data all the same.
  }
}

const openLocked = (dataDir: string, clock: Clock, secrets: Secrets, durable: boolean, release: () => void): Store => {
  const path = join(dataDir, fileName)
  // There from opening to clean close: found at opening, it says that the last session was cut off.
  const marker = join(dataDir, 'session-ouverte')
  clearLeftovers(dataDir)
  let current = openFile(dataDir, clock, secrets, existsSync(marker))
  writeFileSync(marker, '')
  if (!durable) {
    current.sqlite.pragma('journal_mode = MEMORY')
    current.sqlite.pragma('synchronous = OFF')
  }
  const listeners = new Set<(tables: ReadonlySet<string>) => void>()
  const tell = (tables: ReadonlySet<string>) => {
    if (durable && numberedTables.some((table) => tables.has(table))) witnessNumbers(dataDir, current)
    if (tables.size > 0) for (const listener of listeners) listener(tables)
  }
  const transaction = <T>(work: () => T): T => current.sqlite.transaction(work).immediate()
  const underWay = new Map<number, Claims>()

  return {
    dataDir,
    path,
    clock,
    get key() {
      return current.key
    },
    heldKey: (publicKey) => heldKey(dataDir, secrets, publicKey),
    holdKey(key) {
      holdKey(dataDir, secrets, key)
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
        let begun: number | undefined
        const begin = () => (begun ??= beginAct(current, actor, kind, typeof label === 'string' ? label : '', at))
        const lazy = {
          get id() {
            return begin()
          },
        }
        const call = actor.kind === 'staff' ? actor.call : undefined
        const value = work(writer(current, lazy, at, touched, underWay, undefined, call))
        if (begun !== undefined && typeof label !== 'string') nameAct(current, begun, label(value))
        if (begun !== undefined) closeAct(current, begun, at, touched)
        return value
      })
      tell(touched)
      return result
    },
    longAct(actor, kind, label) {
      const touched = new Set<string>()
      const id = transaction(() => beginAct(current, actor, kind, label, clock()))
      underWay.set(id, noClaims())
      return {
        id,
        async slices(items, write, { signal, onProgress } = {}) {
          // What was read to begin with held others up already.
          await setImmediate()
          for (let next = 0; next < items.length; ) {
            signal?.throwIfAborted()
            transaction(() => {
              const until = performance.now() + sliceMilliseconds
              const slice = writer(current, { id }, clock(), touched, underWay, underWay.get(id))
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
            const value = last(writer(current, { id }, at, touched, underWay, underWay.get(id)))
            closeAct(current, id, at, touched)
            return value
          })
          underWay.delete(id)
          tell(touched)
          return result
        },
        takeBack() {
          transaction(() => takeBack(current, id, clock()))
          underWay.delete(id)
          tell(touched)
        },
      }
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    replaceFile(work) {
      if (underWay.size > 0) {
        throw new CannotOpen('Une opération est en cours. Attendez qu’elle se termine, puis recommencez.')
      }
      current.sqlite.close()
      try {
        work(path)
      } finally {
        current = openFile(dataDir, clock, secrets, false)
      }
      tell(new Set(['*']))
    },
    close() {
      if (!durable) witnessNumbers(dataDir, current)
      current.sqlite.close()
      rmSync(marker, { force: true })
      release()
    },
  }
}

const openFile = (dataDir: string, clock: Clock, secrets: Secrets, cutOff: boolean) => {
  if (wasEmptied(dataDir)) throw new CannotOpen(damaged)
  const connection = connect(join(dataDir, fileName), 'wal')
  const { sqlite } = connection
  try {
    if (cutOff && sqlite.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new CannotOpen(damaged)
    migrate(sqlite, { keepCopy: (before) => copyBeforeMigration(before, dataDir, clock()) })
    takeBackOpenActs(connection, clock())
    rewriteIfDue(connection)
    witnessNumbers(dataDir, connection)
    return { ...connection, key: keyOfFile(sqlite, dataDir, secrets) }
  } catch (error) {
    sqlite.close()
    throw error
  }
}

/** A file of no length is a new one, unless backups tell that there was something in it. */
const wasEmptied = (dataDir: string): boolean => {
  const path = join(dataDir, fileName)
  if (!existsSync(path) || statSync(path).size > 0 || existsSync(`${path}-wal`)) return false
  return existsSync(backupsFolder(dataDir))
}

export { type Call, Overwriting } from './acts/overwriting.ts'
export { CannotOpen, system, UnderWay }
