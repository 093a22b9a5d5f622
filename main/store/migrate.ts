import { join } from 'node:path'
import type Sqlite from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate as runMigrations } from 'drizzle-orm/better-sqlite3/migrator'
import { triggers } from './triggers.ts'

const migrationsFolder = join(import.meta.dirname, 'migrations')

/** Brings a file to this version's schema. */
export const migrate = (sqlite: Sqlite.Database, _path: string): void => {
  runMigrations(drizzle(sqlite), { migrationsFolder })
  for (const { name, sql } of triggers) {
    sqlite.exec(`drop trigger if exists ${name}`)
    sqlite.exec(sql)
  }
}
