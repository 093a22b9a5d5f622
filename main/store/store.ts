import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3'
import type { Instant } from '../../shared/rules/day.ts'
import { type Actor, beginAct, endAct, system, takeBack, type Write, writer } from './acts.ts'
import { takeLock } from './lock.ts'
import { migrate } from './migrate.ts'
import * as schema from './schema/index.ts'

export type Clock = () => Instant

/** A reason why the data folder cannot be opened, as a sentence for the person at the desk. */
export class CannotOpen extends Error {}

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
  /** The one connection that writes. For reading; changes go through `act`. */
  readonly db: BetterSQLite3Database<typeof schema>
  readonly sqlite: Sqlite.Database
  /** A prepared statement, kept for as long as the file is open. */
  statement(text: string): Sqlite.Statement<unknown[]>
  /** Check and write in one immediate transaction, as one closed act; a throw undoes it all. */
  act<T>(actor: Actor, kind: string, label: string, work: (write: Write) => T): T
  longAct(actor: Actor, kind: string, label: string): LongAct
  /** Called with the names of the tables an act changed, once it is closed. */
  onChange(listener: (tables: ReadonlySet<string>) => void): () => void
  /** Swaps the file while nothing reads it: `work` runs with the file closed. */
  replaceFile(work: (path: string) => void): void
  close(): void
}

const sliceMilliseconds = 12

/** @throws CannotOpen with a French sentence: in use, damaged, full disk, made by a newer version */
export const openStore = (dataDir: string, clock: Clock): Store => {
  mkdirSync(dataDir, { recursive: true })
  const release = takeLock(dataDir)
  if (!release) {
    throw new CannotOpen('Espace Jeunesse est déjà ouvert sur ces données. Fermez l’autre fenêtre, puis recommencez.')
  }
  const path = join(dataDir, 'espace-jeunesse.sqlite')
  let current = connect(path, clock)
  const listeners = new Set<(tables: ReadonlySet<string>) => void>()
  const tell = (tables: ReadonlySet<string>) => {
    if (tables.size > 0) for (const listener of listeners) listener(tables)
  }
  const transaction = <T>(work: () => T): T => current.sqlite.transaction(work).immediate()

  const store: Store = {
    dataDir,
    path,
    clock,
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
        const id = beginAct(current, actor, kind, label, at)
        const value = work(writer(current, id, at, touched))
        endAct(current, id, 'closed', at)
        return value
      })
      tell(touched)
      return result
    },
    longAct(actor, kind, label) {
      const touched = new Set<string>()
      const id = transaction(() => beginAct(current, actor, kind, label, clock()))
      return {
        id,
        async slices(items, write, { signal, onProgress } = {}) {
          for (let next = 0; next < items.length; ) {
            signal?.throwIfAborted()
            transaction(() => {
              const until = performance.now() + sliceMilliseconds
              const current_ = writer(current, id, clock(), touched)
              do {
                write(current_, items[next] as (typeof items)[number])
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
            const value = last(writer(current, id, at, touched))
            endAct(current, id, 'closed', at)
            return value
          })
          tell(touched)
          return result
        },
        takeBack() {
          transaction(() => takeBack(current, id, clock()))
        },
      }
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    replaceFile(work) {
      current.sqlite.close()
      try {
        work(path)
      } finally {
        current = connect(path, clock)
      }
      tell(new Set(['*']))
    },
    close() {
      current.sqlite.close()
      release()
    },
  }
  return store
}

const connect = (path: string, clock: Clock) => {
  const sqlite = new Sqlite(path)
  sqlite.pragma('journal_mode = WAL')
  sqlite.pragma('synchronous = FULL')
  sqlite.pragma('foreign_keys = ON')
  sqlite.pragma('cache_size = -65536')
  const statements = new Map<string, Sqlite.Statement<unknown[]>>()
  const statement = (text: string) => {
    const known = statements.get(text)
    if (known) return known
    const prepared = sqlite.prepare<unknown[]>(text)
    statements.set(text, prepared)
    return prepared
  }
  migrate(sqlite, path)
  const db = drizzle(sqlite, { schema, casing: 'snake_case' })
  const database = { sqlite, db, statement }
  const left = db.query.act.findMany({ where: (act, { eq }) => eq(act.state, 'open') }).sync()
  for (const { id } of left) sqlite.transaction(() => takeBack(database, id, clock())).immediate()
  return database
}

export { system }
