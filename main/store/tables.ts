import { getTableName, is } from 'drizzle-orm'
import { type SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import * as schema from './schema/index.ts'

const tables = new Map<string, SQLiteTable>(
  Object.values(schema)
    .filter((value) => is(value, SQLiteTable))
    .map((table) => [getTableName(table), table]),
)

export const tableNames: readonly string[] = [...tables.keys()]

/** @throws RangeError for a name that is no table of the schema */
export const getTable = (name: string): SQLiteTable & { id: SQLiteColumn } => {
  const table = tables.get(name)
  if (!table || !('id' in table)) throw new RangeError(`no table « ${name} » with an id`)
  return table as SQLiteTable & { id: SQLiteColumn }
}
