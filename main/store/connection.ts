import Sqlite from 'better-sqlite3'
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3'
import * as schema from './schema/index.ts'

export type Connection = {
  readonly sqlite: Sqlite.Database
  readonly db: BetterSQLite3Database<typeof schema>
  /** A prepared statement, kept for as long as the file is open. */
  readonly statement: (text: string) => Sqlite.Statement
}

/** One connection that may write. A backup is opened in `delete` mode: one file, nothing beside it. */
export const connect = (path: string, journal: 'wal' | 'delete'): Connection => {
  const sqlite = new Sqlite(path)
  try {
    sqlite.pragma(`journal_mode = ${journal}`)
    sqlite.pragma('synchronous = FULL')
    sqlite.pragma('foreign_keys = ON')
    // What is erased leaves the file: its bytes are overwritten, not only given back.
    sqlite.pragma('secure_delete = ON')
    // A file handed in from elsewhere must not run functions through its own schema.
    sqlite.pragma('trusted_schema = OFF')
    sqlite.pragma('cache_size = -65536')
  } catch (error) {
    sqlite.close()
    throw error
  }
  const statements = new Map<string, Sqlite.Statement>()
  const statement = (text: string) => {
    const known = statements.get(text)
    if (known) return known
    const prepared = sqlite.prepare(text)
    statements.set(text, prepared)
    return prepared
  }
  return { sqlite, statement, db: drizzle(sqlite, { schema, casing: 'snake_case' }) }
}

/** Built and prepared once a file: writing a query takes drizzle longer than answering it takes SQLite. */
export const preparedOnce = <Query>(
  build: (db: Connection['db']) => Query,
): ((connection: Pick<Connection, 'db'>) => Query) => {
  const queries = new WeakMap<Connection['db'], Query>()
  return ({ db }) => {
    const query = queries.get(db) ?? build(db)
    queries.set(db, query)
    return query
  }
}
