import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { is, sql } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import * as schema from '../../main/portal/schema/index.ts'
import { openPortalStore, type PortalStore } from '../../main/portal/store.ts'

/** Migrated once per schema and kept in the temporary folder: an embedded store takes seconds to make, a copy 0.4 s. */
const emptyCopy = async (): Promise<Blob> => {
  const folder = resolve(import.meta.dirname, '../../main/portal/migrations')
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(join(folder, file)))
  const path = join(tmpdir(), `portal-empty-${hash.digest('hex').slice(0, 16)}.tar`)
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

// Emptied for the next test that wants one: faster than another is made.
const idleClients: PGlite[] = []

/** An empty embedded store; once closed, another test of this process gets it. */
export const embeddedStore = async (): Promise<PortalStore> => {
  const client = idleClients.pop() ?? (await PGlite.create({ loadDataDir: await emptyCopy() }))
  const store = await emptied(await openPortalStore({ client }))
  return { ...store, close: async () => void idleClients.push(client) }
}

export const emptied = async (store: PortalStore): Promise<PortalStore> => {
  const tables = Object.values(schema).filter((value) => is(value, PgTable))
  await store.db.execute(sql`truncate ${sql.join(tables, sql`, `)} restart identity cascade`)
  return store
}
