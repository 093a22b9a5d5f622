import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { getTableName, is, sql } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import type { Pool } from 'pg'
import * as schema from '../../../main/portal/store/schema/index.ts'
import { openPortalStore, type PortalStore } from '../../../main/portal/store/store.ts'

const cache = resolve(import.meta.dirname, '../../../node_modules/.cache')

/** A migrated store, cached per schema: making one takes seconds, copying it 0.4 s. */
export const emptyCopy = async (): Promise<Blob> => {
  const folder = resolve(import.meta.dirname, '../../../main/portal/migrations')
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(join(folder, file)))
  mkdirSync(cache, { recursive: true })
  const path = join(cache, `portal-empty-${hash.digest('hex').slice(0, 16)}.tar`)
  if (!existsSync(path)) {
    const client = await PGlite.create()
    await openPortalStore({ client })
    const own = `${path}.${randomUUID()}`
    writeFileSync(own, Buffer.from(await (await client.dumpDataDir('none')).arrayBuffer()))
    renameSync(own, path)
    await client.close()
  }
  return new Blob([readFileSync(path)])
}

// Emptied for the next test that needs one, which is faster than making another.
const idleClients: PGlite[] = []

/** An empty embedded store; once closed, another test of this process gets it. */
export const embeddedStore = async (): Promise<PortalStore> => {
  const client = idleClients.pop() ?? (await PGlite.create({ loadDataDir: await emptyCopy() }))
  const store = await emptied(await openPortalStore({ client }))
  return { ...store, close: async () => void idleClients.push(client) }
}

/** A migrated store in a folder, like that of a stopped portal. */
export const emptyFolder = async (folder: string): Promise<void> => {
  const client = await PGlite.create({ dataDir: folder, loadDataDir: await emptyCopy() })
  await client.close()
}

/**
 * Truncates the tables that have rows, which gives each a new file. After a mere deletion, new rows could take the
 * place of deleted ones, and a query without an order would vary.
 */
export const emptied = async (store: PortalStore): Promise<PortalStore> => {
  const looks = tables.map((table) => `select '${table}' as name where exists (select from "${table}")`)
  const found = await store.db.execute(sql.raw(looks.join(' union all ')))
  const used = (found as { rows: { name: string }[] }).rows.map(({ name }) => `"${name}"`)
  if (used.length > 0) await store.db.execute(sql.raw(`truncate ${used.join(', ')} cascade`))
  return store
}

const tables = Object.values(schema).flatMap((value) => (is(value, PgTable) ? getTableName(value) : []))

/** Dumps a store's rows as statements that write them into an empty store. */
export const rowsOf = async ({ db }: PortalStore): Promise<string> => {
  const statements = []
  for (const table of tables) {
    const name = sql.identifier(table)
    const found = await db.execute(sql`select json_agg(${name})::text as text from ${name}`)
    const text = (found as { rows: { text: string | null }[] }).rows[0]?.text ?? null
    if (text !== null) {
      const literal = `'${text.replaceAll("'", "''")}'`
      statements.push(`insert into "${table}" select * from json_populate_recordset(null::"${table}", ${literal})`)
    }
  }
  return statements.join(';')
}

/** Writes all rows with foreign keys off, since a row may come before the one that it points to. */
export const writeRows = async ({ db }: PortalStore, statements: string): Promise<void> => {
  const script = `begin; set local session_replication_role = replica; ${statements}; commit`
  const client = Reflect.get(db, '$client') as PGlite | Pool
  await ('exec' in client ? client.exec(script) : client.query(script))
}
