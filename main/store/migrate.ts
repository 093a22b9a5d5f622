import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import { CannotOpen, notOursText, storeSentence } from './failures.ts'
import { triggers } from './triggers.ts'

type Options = {
  /** Copies a file that is about to change; not called for a new file. */
  readonly makeCopy: (sqlite: Sqlite.Database) => void
  /** Absent for the migrations of this version. */
  readonly migrationsFolder?: string
}

/** Cached, since they do not change while the program runs. */
let shipped: readonly MigrationMeta[] | undefined

const shippedMigrations = (): readonly MigrationMeta[] => {
  shipped ??= readMigrationFiles({ migrationsFolder: join(import.meta.dirname, 'migrations') })
  return shipped
}

/**
 * Migrates a file to this version's schema, in one transaction, so that a failure or a power cut leaves the file
 * unchanged; the copy made first is a second safeguard. Replaces drizzle's own migrator, which lets a rebuilt table
 * delete its child rows (foreign keys cannot be turned off inside its transaction), verifies nothing, and accepts files
 * of a newer version.
 * @throws CannotOpen for a file of a newer version, for a file of another program, and when the migration fails
 */
export const migrate = (sqlite: Sqlite.Database, { makeCopy: keepCopy, migrationsFolder }: Options): void => {
  const allMigrations = migrationsFolder ? readMigrationFiles({ migrationsFolder }) : shippedMigrations()
  const applied = appliedMigrations(sqlite)
  if (applied.some((hash, position) => allMigrations[position]?.hash !== hash)) {
    throw new CannotOpen(
      'Ces données ont été enregistrées par une version plus récente d’Espace Jeunesse. Installez cette version, puis recommencez\u00a0: rien n’a été modifié.',
    )
  }
  const pending = allMigrations.slice(applied.length)
  if (applied.length > 0 && pending.length > 0) keepCopy(sqlite)
  if (pending.length === 0 && hasAllTriggers(sqlite)) return
  const run = () => {
    const before = rowCounts(sqlite)
    // Triggers are dropped first: SQLite refuses to rename a table while a trigger names another table being rebuilt.
    for (const { name } of triggersOf(sqlite)) sqlite.exec(`drop trigger "${name}"`)
    sqlite.exec(journalTable)
    const note = sqlite.prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)')
    for (const { sql, hash, folderMillis } of pending) {
      for (const statement of sql) sqlite.exec(statement)
      note.run(hash, folderMillis)
    }
    refuseLoss(sqlite, before)
    for (const { sql } of triggers) sqlite.exec(sql)
  }
  sqlite.pragma('foreign_keys = OFF')
  try {
    sqlite.transaction(run).immediate()
  } catch (error) {
    throw new CannotOpen(
      storeSentence(error) ??
        'La mise à jour des données n’a pas abouti. Rien n’a été modifié\u00a0: vous pouvez continuer avec la version précédente.',
      { cause: error },
    )
  } finally {
    sqlite.pragma('foreign_keys = ON')
  }
}

/** The schema that a file must have: the result of all migrations and of the list of triggers. */
export const expectedSchema = (): readonly SchemaObject[] => {
  expected ??= buildSchema()
  return expected
}

/** Cached, since it does not change while the program runs. */
let expected: readonly SchemaObject[] | undefined

const buildSchema = (): readonly SchemaObject[] => {
  const sqlite = new Sqlite(':memory:')
  migrate(sqlite, { makeCopy: () => undefined })
  const objects = schemaOf(sqlite)
  sqlite.close()
  return objects
}

type SchemaObject = {
  readonly type: 'table' | 'index' | 'trigger' | 'view'
  readonly name: string
  readonly sql: string
}

export const schemaOf = (sqlite: Sqlite.Database): readonly SchemaObject[] =>
  sqlite.prepare<[], SchemaObject>(`select type, name, sql from sqlite_master where sql is not null`).all()

// The table that drizzle's own migrator would create, so that drizzle's tools still read the file.
const journalTable =
  'create table if not exists __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)'

const appliedMigrations = (sqlite: Sqlite.Database): readonly string[] => {
  const tables = tableNamesOf(sqlite)
  if (!tables.includes('__drizzle_migrations')) {
    if (tables.length > 0) throw new CannotOpen(notOursText)
    return []
  }
  return sqlite.prepare<[], string>('select hash from __drizzle_migrations order by rowid').pluck().all()
}

const triggersOf = (sqlite: Sqlite.Database) => schemaOf(sqlite).filter(({ type }) => type === 'trigger')

const hasAllTriggers = (sqlite: Sqlite.Database): boolean => {
  const present = new Map(triggersOf(sqlite).map(({ name, sql }) => [name, sql.toLowerCase()]))
  return present.size === triggers.length && triggers.every(({ name, sql }) => present.get(name) === sql.toLowerCase())
}

const tableNamesOf = (sqlite: Sqlite.Database): readonly string[] =>
  sqlite
    .prepare<[], string>(
      `select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'`,
    )
    .pluck()
    .all()

// The tables of the search index are left out: FTS5 merges their rows as it likes.
const rowCounts = (sqlite: Sqlite.Database): ReadonlyMap<string, number> =>
  new Map(
    tableNamesOf(sqlite)
      .filter((name) => !name.startsWith('search'))
      .map((name) => [name, sqlite.prepare<[], number>(`select count(*) from "${name}"`).pluck().get() ?? 0]),
  )

const refuseLoss = (sqlite: Sqlite.Database, before: ReadonlyMap<string, number>) => {
  const after = rowCounts(sqlite)
  const lost = [...before].filter(([name, count]) => (after.get(name) ?? count) < count).map(([name]) => name)
  if (lost.length > 0) throw new RangeError(`rows lost in ${lost.join(', ')}`)
  const orphans = sqlite.pragma('foreign_key_check') as readonly { table: string }[]
  if (orphans.length > 0)
    throw new RangeError(`${orphans.length} rows without their parent, first in ${orphans[0]?.table}`)
}
