import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { CannotOpen, notOurs, storeSentence } from './failures.ts'
import { triggers } from './triggers.ts'

const shipped = join(import.meta.dirname, 'migrations')

type Options = {
  /** Keeps a copy of a file that is about to change; not called for a new one. */
  readonly keepCopy: (sqlite: Sqlite.Database) => void
  readonly migrationsFolder?: string
}

/**
 * Brings a file to this version's schema, whole or not at all: drizzle's own migrator lets a rebuilt table delete its
 * child rows (foreign keys cannot be turned off inside its transaction), checks nothing, and opens files of the future.
 * Everything stands in one transaction here, so that a failure or a pulled plug leaves the file as it was; the copy
 * made before is the second net.
 * @throws CannotOpen for a file of a newer version, for one that is not ours, and when the migration fails
 */
export const migrate = (sqlite: Sqlite.Database, { keepCopy, migrationsFolder = shipped }: Options): void => {
  const known = readMigrationFiles({ migrationsFolder })
  const applied = appliedMigrations(sqlite)
  if (applied.some((hash, position) => known[position]?.hash !== hash)) {
    throw new CannotOpen(
      'Ces données ont été enregistrées par une version plus récente d’Espace Jeunesse. Installez cette version, puis recommencez\u00a0: rien n’a été modifié.',
    )
  }
  const pending = known.slice(applied.length)
  if (applied.length > 0 && pending.length > 0) keepCopy(sqlite)
  if (pending.length === 0 && hasAllTriggers(sqlite)) return
  const run = () => {
    const before = rowCounts(sqlite)
    // SQLite refuses to rename a table while a trigger names another that is being rebuilt.
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

/** What every migration and the list of triggers make: what a file must be. */
export const expectedSchema = (): readonly SchemaObject[] => {
  expected ??= madeSchema()
  return expected
}

/** Cached, since it does not change while the program runs. */
let expected: readonly SchemaObject[] | undefined

const madeSchema = (): readonly SchemaObject[] => {
  const sqlite = new Sqlite(':memory:')
  migrate(sqlite, { keepCopy: () => undefined })
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

// As drizzle writes it, so that its tools still read the file.
const journalTable =
  'create table if not exists __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)'

const appliedMigrations = (sqlite: Sqlite.Database): readonly string[] => {
  const tables = tableNamesOf(sqlite)
  if (!tables.includes('__drizzle_migrations')) {
    if (tables.length > 0) throw new CannotOpen(notOurs)
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

// The search index packs its own tables as it likes.
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
