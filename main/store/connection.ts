import Sqlite from 'better-sqlite3'
import { type SQL, sql } from 'drizzle-orm'
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import * as schema from './schema/index.ts'

export type Connection = {
  readonly sqlite: Sqlite.Database
  readonly db: BetterSQLite3Database<typeof schema>
  /** A prepared statement, cached while the file is open. */
  readonly statement: (text: string) => Sqlite.Statement
}

/** Opens a connection that may write. Backups use journal mode `delete`, which leaves no second file. */
export const connect = (path: string, journal: 'wal' | 'delete'): Connection => {
  const sqlite = new Sqlite(path)
  try {
    sqlite.pragma(`journal_mode = ${journal}`)
    sqlite.pragma('synchronous = FULL')
    sqlite.pragma('foreign_keys = ON')
    // SQLite overwrites deleted bytes with zeros, so that erased personal data leave the file.
    sqlite.pragma('secure_delete = ON')
    // The schema of an imported file must not be able to call SQL functions with side effects.
    sqlite.pragma('trusted_schema = OFF')
    sqlite.pragma('cache_size = -65536')
  } catch (error) {
    sqlite.close()
    throw error
  }
  return connectionOf(sqlite)
}

/** Opens a connection that only reads, for another thread: it sees what the desk's writer has committed. */
export const connectToRead = (path: string): Connection => {
  const sqlite = new Sqlite(path, { readonly: true, fileMustExist: true })
  sqlite.pragma('trusted_schema = OFF')
  return connectionOf(sqlite)
}

const connectionOf = (sqlite: Sqlite.Database): Connection => {
  // drizzle prepares each query anew. Its statements are cached separately, because drizzle changes the shape of the
  // rows that a statement returns.
  const client = Object.create(sqlite, { prepare: { value: preparing(sqlite) } }) as Sqlite.Database
  return { sqlite, statement: preparing(sqlite), db: drizzle(client, { schema, casing: 'snake_case' }) }
}

/** The program has fewer statements, except for those whose text grows with the number of their values. */
const maxStatements = 1000

/** Prepares each text once, and keeps the statements used most recently. */
const preparing = (sqlite: Sqlite.Database): ((text: string) => Sqlite.Statement) => {
  const statements = new Map<string, Sqlite.Statement>()
  return (text) => {
    const statement = statements.get(text) ?? sqlite.prepare(text)
    statements.delete(text)
    statements.set(text, statement)
    const [oldest] = statements.keys()
    if (statements.size > maxStatements && oldest !== undefined) statements.delete(oldest)
    return statement
  }
}

/** Builds and prepares a query once per open file: drizzle needs longer to build a query than SQLite to run it. */
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

/** SQL: the column is among `ids`, passed as one JSON text, so that one prepared query serves any number of ids. */
export const among = (column: SQLiteColumn): SQL =>
  sql`${column} in (select value from json_each(${sql.placeholder('ids')}))`

/** A query with a condition `among`, prepared once. */
export const queryByIds = <Row>(build: (db: Connection['db']) => { all(values: { ids: string }): Row[] }) => {
  const query = preparedOnce(build)
  return (connection: Pick<Connection, 'db'>, ids: readonly number[]): Row[] =>
    query(connection).all({ ids: JSON.stringify(ids) })
}

/**
 * A value that changes whenever the file changes through any connection, or when a change on this one is rolled back.
 */
export const fileVersion = ({ statement }: Pick<Connection, 'statement'>): string =>
  ['select total_changes()', 'pragma data_version'].map((text) => String(statement(text).pluck().get())).join(' ')
