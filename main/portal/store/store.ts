import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { PGlite } from '@electric-sql/pglite'
import { sql } from 'drizzle-orm'
import { toSnakeCase } from 'drizzle-orm/casing'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import { drizzle as onServer } from 'drizzle-orm/node-postgres'
import type { PgDatabase, PgQueryResultHKT, PgTable } from 'drizzle-orm/pg-core'
import { drizzle as embedded } from 'drizzle-orm/pglite'
import { Pool } from 'pg'
import { runtimeFile } from '../runtime-file.ts'
import { lockFolder, restrictToOwner } from './folder.ts'
import * as schema from './schema/index.ts'
import { type LogEnd, readWitness, writeWitness } from './witness.ts'

export type Database = PgDatabase<PgQueryResultHKT, typeof schema>
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]
/** Accepted by functions that run queries inside a transaction or outside of one. */
export type Queryable = Database | Transaction

export type PortalStore = {
  readonly db: Database
  /** The end of the log according to the witness; null without a witness. */
  readonly witnessed: LogEnd | null
  /** Whether other processes may write to the store too; their commits do not call the listeners of this process. */
  readonly isShared: boolean
  /**
   * The folder on this computer that the store writes to: its data, or only the witness with a PostgreSQL server; else
   * null.
   */
  readonly folder: string | null
  /**
   * Calls `listener` after each commit of this process that moved the end of the log.
   * @returns a function that removes the listener
   */
  onAppend(listener: () => void): () => void
  close(): Promise<void>
}

export type StoreAddress =
  /** Embedded: one process owns the folder. */
  | { readonly folder: string }
  /**
   * A PostgreSQL server, which several workers may share. `witness` is this worker's own file, not on the server's
   * computer.
   */
  | { readonly url: string; readonly witness?: string }
  /** Embedded, opened by the caller; `witness` is the path of its witness. */
  | { readonly client: PGlite; readonly witness?: string }

/** A newer portal wrote the store. */
export class FromTheFuture extends Error {}

/** Opens the portal's store and migrates its schema. @throws FromTheFuture @throws FolderInUse */
export const openPortalStore = async (address: StoreAddress): Promise<PortalStore> => {
  if ('url' in address) {
    const pool = new Pool({ connectionString: address.url, max: 12 })
    // A restarting server closes its connections: running queries fail, and the pool opens new connections. Without
    // listeners, the `error` events would end the process.
    pool.on('error', () => undefined)
    pool.on('connect', (client) => client.on('error', () => undefined))
    const db = onServer(pool, { schema, casing: 'snake_case' }) as Database
    const { witness = null } = address
    const folder = witness === null ? null : dirname(resolve(witness))
    if (folder !== null) mkdirSync(folder, { recursive: true })
    return migrated({ db, ...withWitness(db, witness), isShared: true, folder, close: () => pool.end() })
  }
  const { client, close } = 'client' in address ? givenClient(address.client) : await inFolder(address.folder)
  const witness = 'client' in address ? (address.witness ?? null) : witnessPathFor(address.folder)
  const folder = 'folder' in address ? address.folder : null
  const db = embedded(client, { schema, casing: 'snake_case' }) as Database
  return migrated({ db, ...withWitness(db, witness), isShared: false, folder, close })
}

/** Next to the data folder, not in it: restoring an older copy of the folder must not restore the witness too. */
const witnessPathFor = (folder: string): string => {
  const absolute = resolve(folder)
  return join(dirname(absolute), `${basename(absolute)}.temoin.json`)
}

const logEnds = new WeakMap<Transaction, LogEnd>()

/** Notes where this transaction moves the end of the log, for the witness. */
export const noteLogEnd = (tx: Transaction, end: LogEnd): void => {
  logEnds.set(tx, end)
}

/**
 * Writes the witness after each commit that moved the end of the log, before anybody learns that something was
 * recorded.
 */
const withWitness = (db: Database, witness: string | null): Pick<PortalStore, 'witnessed' | 'onAppend'> => {
  const witnessed = witness === null ? null : readWitness(witness)
  const listeners = new Set<() => void>()
  let lastNoted: LogEnd | undefined
  const transaction = db.transaction.bind(db)
  db.transaction = async (work, config) => {
    let end: LogEnd | undefined
    const result = await transaction(async (tx) => {
      const done = await work(tx)
      end = logEnds.get(tx)
      return done
    }, config)
    // An exchange without new entries stores its side and does not move the end.
    if (end !== undefined && !isDeepStrictEqual(end, lastNoted)) {
      lastNoted = witness === null || writeWitness(witness, end) ? end : undefined
      for (const listener of listeners) listener()
    }
    return result
  }
  return {
    witnessed,
    onAppend(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

type Embedded = { readonly client: PGlite; readonly close: () => Promise<void> }

const givenClient = (client: PGlite): Embedded => ({ client, close: () => client.close() })

const inFolder = async (folder: string): Promise<Embedded> => {
  const release = lockFolder(folder)
  try {
    const client = await PGlite.create({ dataDir: folder })
    restrictToOwner(folder)
    return { client, close: () => client.close().finally(release) }
  } catch (error) {
    release()
    throw error
  }
}

const migrated = async (store: PortalStore): Promise<PortalStore> => {
  try {
    await migrate(store.db)
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

const migrationsFolder = runtimeFile('migrations')

/** An arbitrary number: workers that start together wait for each other on this lock. */
const migrationLock = 4_620_001

/**
 * Runs each migration once, all in one transaction. drizzle's own migrator neither waits for other workers nor refuses
 * a store that a newer portal wrote.
 */
const migrate = async (db: Database): Promise<void> => {
  const migrations = readMigrationFiles({ migrationsFolder })
  await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${migrationLock})`)
    await tx.execute(sql`create table if not exists migration (hash text primary key, number integer not null)`)
    const done = new Set(rowsOf(await tx.execute(sql`select hash from migration`)).map(({ hash }) => hash))
    if ([...done].some((hash) => !migrations.some((migration) => migration.hash === hash))) {
      throw new FromTheFuture('This store was written by a newer portal.')
    }
    for (const [number, migration] of migrations.entries()) {
      if (!done.has(migration.hash)) await apply(tx, migration, number)
    }
  })
}

const apply = async (tx: Transaction, { sql: statements, hash }: MigrationMeta, number: number): Promise<void> => {
  for (const statement of statements) await tx.execute(sql.raw(statement))
  await tx.execute(sql`insert into migration (hash, number) values (${hash}, ${number})`)
}

/** Both database drivers answer a statement with `rows`. */
const rowsOf = (answer: unknown): { hash: string }[] => (answer as { rows: { hash: string }[] }).rows

/**
 * Inserts many rows through one JSON parameter, which is faster than a parameter for each value.
 * @param rows all with the same keys; other columns are null
 */
export const insertRows = async <Table extends PgTable>(
  tx: Transaction,
  table: Table,
  rows: readonly Table['$inferInsert'][],
): Promise<void> => {
  const [first] = rows
  if (!first) return
  const names = Object.keys(first).map((key) => sql.identifier(toSnakeCase(key)))
  const columns = sql.join(names, sql`, `)
  const values = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [toSnakeCase(key), value])),
  )
  await tx.execute(sql`insert into ${table} (${columns})
    select ${columns} from json_populate_recordset(null::${table}, ${JSON.stringify(values)}::json)`)
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
