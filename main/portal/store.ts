import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { sql } from 'drizzle-orm'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import { drizzle as onServer } from 'drizzle-orm/node-postgres'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { drizzle as embedded } from 'drizzle-orm/pglite'
import { Pool } from 'pg'
import * as schema from './schema.ts'

export type Database = PgDatabase<PgQueryResultHKT, typeof schema>
/** Inside `db.transaction`: what reads or writes may take either. */
export type Work = Database | Parameters<Parameters<Database['transaction']>[0]>[0]

export type PortalStore = {
  readonly db: Database
  close(): Promise<void>
}

export type StoreAddress =
  /** Embedded: one process owns the folder. */
  | { readonly folder: string }
  /** A PostgreSQL server: several workers may share it. */
  | { readonly url: string }
  /** Embedded, opened by the caller. */
  | { readonly client: PGlite }

/** The store was written by a newer portal. */
export class FromTheFuture extends Error {}

/**
 * The portal's store, its schema brought up to date.
 * @throws FromTheFuture
 */
export const openPortalStore = async (address: StoreAddress): Promise<PortalStore> => {
  if ('url' in address) {
    const pool = new Pool({ connectionString: address.url, max: 12 })
    // A server that restarts ends idle connections: the pool makes new ones.
    pool.on('error', () => undefined)
    const db = onServer(pool, { schema, casing: 'snake_case' }) as Database
    return migrated({ db, close: () => pool.end() })
  }
  const client = 'client' in address ? address.client : await inFolder(address.folder)
  const db = embedded(client, { schema, casing: 'snake_case' }) as Database
  return migrated({ db, close: () => client.close() })
}

const inFolder = (folder: string) => {
  mkdirSync(folder, { recursive: true })
  return PGlite.create({ dataDir: folder })
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

const migrationsFolder = fileURLToPath(new URL('migrations', import.meta.url))

/** Any number will do: workers that start together wait for each other on it. */
const migrationLock = 4_620_001

/**
 * Each migration once, all in one transaction. drizzle's own migrator neither waits for another worker nor refuses a
 * store from the future.
 */
const migrate = async (db: Database): Promise<void> => {
  const known = readMigrationFiles({ migrationsFolder })
  await db.transaction(async (write) => {
    await write.execute(sql`select pg_advisory_xact_lock(${migrationLock})`)
    await write.execute(sql`create table if not exists migration (hash text primary key, number integer not null)`)
    const done = new Set(rowsOf(await write.execute(sql`select hash from migration`)).map(({ hash }) => hash))
    if ([...done].some((hash) => !known.some((migration) => migration.hash === hash))) {
      throw new FromTheFuture('This store was written by a newer portal.')
    }
    for (const [number, migration] of known.entries()) {
      if (!done.has(migration.hash)) await apply(write, migration, number)
    }
  })
}

const apply = async (write: Work, { sql: statements, hash }: MigrationMeta, number: number): Promise<void> => {
  for (const statement of statements) await write.execute(sql.raw(statement))
  await write.execute(sql`insert into migration (hash, number) values (${hash}, ${number})`)
}

/** Both drivers answer a statement with `rows`. */
const rowsOf = (answer: unknown): { hash: string }[] => (answer as { rows: { hash: string }[] }).rows

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
