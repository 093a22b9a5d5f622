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
import { runtimeFile } from '../beside.ts'
import { lockFolder, restrictToOwner } from './folder.ts'
import * as schema from './schema/index.ts'
import { type LogEnd, readWitness, writeWitness } from './witness.ts'

export type Database = PgDatabase<PgQueryResultHKT, typeof schema>
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]
/** Accepted by functions that run queries inside a transaction or outside of one. */
export type Queryable = Database | Transaction

export type PortalStore = {
  readonly db: Database
  /** Where the log ended when it was last noted outside the store; null where it is not noted. */
  readonly witnessed: LogEnd | null
  /** Other processes may write to it too: what they commit is told to nobody here. */
  readonly isShared: boolean
  /** The folder of this machine that the store writes to: its data, or the witness alone beside a server; else null. */
  readonly folder: string | null
  /** Calls after each commit of this process that moved the end of the log. @returns what ends the calls */
  onAppend(listener: () => void): () => void
  close(): Promise<void>
}

export type StoreAddress =
  /** Embedded: one process owns the folder. */
  | { readonly folder: string }
  /** A PostgreSQL server: several workers may share it. `witness`: this worker's own file, on no machine of the server's. */
  | { readonly url: string; readonly witness?: string }
  /** Embedded, opened by the caller; `witness` is the file beside it. */
  | { readonly client: PGlite; readonly witness?: string }

/** The store was written by a newer portal. */
export class FromTheFuture extends Error {}

/**
 * The portal's store, its schema brought up to date.
 * @throws FromTheFuture
 * @throws FolderTaken
 */
export const openPortalStore = async (address: StoreAddress): Promise<PortalStore> => {
  if ('url' in address) {
    const pool = new Pool({ connectionString: address.url, max: 12 })
    // A server that restarts closes its connections: queries under way fail and the pool opens new ones. Without a
    // listener, the `error` event would end the process.
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

/** The witness lies beside the data folder, not in it: an older copy of the folder that is put back leaves it as it is. */
const witnessPathFor = (folder: string): string => {
  const absolute = resolve(folder)
  return join(dirname(absolute), `${basename(absolute)}.temoin.json`)
}

const logEnds = new WeakMap<Transaction, LogEnd>()

/** This transaction moves the end of the log, to here. */
export const noteLogEnd = (tx: Transaction, end: LogEnd): void => {
  logEnds.set(tx, end)
}

/** Notes the end of the log after each commit that moved it, before anybody is told that something was recorded. */
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
    // An exchange with nothing to say writes its side, and leaves the end where it is.
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

/** Any number will do: workers that start together wait for each other on it. */
const migrationLock = 4_620_001

/**
 * Each migration once, all in one transaction. drizzle's own migrator neither waits for another worker nor refuses a
 * store from the future.
 */
const migrate = async (db: Database): Promise<void> => {
  const known = readMigrationFiles({ migrationsFolder })
  await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${migrationLock})`)
    await tx.execute(sql`create table if not exists migration (hash text primary key, number integer not null)`)
    const done = new Set(rowsOf(await tx.execute(sql`select hash from migration`)).map(({ hash }) => hash))
    if ([...done].some((hash) => !known.some((migration) => migration.hash === hash))) {
      throw new FromTheFuture('This store was written by a newer portal.')
    }
    for (const [number, migration] of known.entries()) {
      if (!done.has(migration.hash)) await apply(tx, migration, number)
    }
  })
}

const apply = async (tx: Transaction, { sql: statements, hash }: MigrationMeta, number: number): Promise<void> => {
  for (const statement of statements) await tx.execute(sql.raw(statement))
  await tx.execute(sql`insert into migration (hash, number) values (${hash}, ${number})`)
}

/** Both drivers answer a statement with `rows`. */
const rowsOf = (answer: unknown): { hash: string }[] => (answer as { rows: { hash: string }[] }).rows

/**
 * Many rows by one parameter: naming each value of each row takes longer than writing them.
 * @param rows with the same keys each; columns that none names are empty
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
