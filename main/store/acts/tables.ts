import { getTableColumns, getTableName, is } from 'drizzle-orm'
import { getTableConfig, type SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import * as schema from '../schema/index.ts'

const tables = new Map<string, SQLiteTable>(
  Object.values(schema)
    .filter((value) => is(value, SQLiteTable))
    .map((table) => [getTableName(table), table]),
)

export const tableNames: readonly string[] = [...tables.keys()]

/** What the exchange with the portal keeps for itself. Written by no person, so no act tells of it. */
export const exchangeTables: readonly string[] = [
  schema.exchangeSide,
  schema.ownEntry,
  schema.mirrorEntry,
  schema.actedUpon,
  schema.publication,
  schema.recoveredPaper,
  schema.receivedPaperPart,
  schema.exchangeRun,
].map(getTableName)

/** @throws RangeError for a name that is no table of the schema */
export const getTable = (name: string): SQLiteTable & { id: SQLiteColumn } => {
  const table = tables.get(name)
  if (!table || !('id' in table)) throw new RangeError(`no table «\u00a0${name}\u00a0» with an id`)
  return table as SQLiteTable & { id: SQLiteColumn }
}

/** A column of another table that says which row of this one it is about. */
type Pointer = { readonly table: string; readonly key: string; readonly column: string }

const pointing = new Map<string, readonly Pointer[]>()

/** Every foreign key to a table. */
export const pointersTo = (entity: string): readonly Pointer[] => {
  const known = pointing.get(entity)
  if (known) return known
  const found = [...tables].flatMap(([table, of]) =>
    getTableConfig(of).foreignKeys.flatMap(({ reference }): Pointer[] => {
      const { columns, foreignTable } = reference()
      const key = Object.entries(getTableColumns(of)).find(([, one]) => one === columns[0])?.[0]
      return key !== undefined && columns[0] && getTableName(foreignTable) === entity
        ? [{ table, key, column: columnName(key, columns[0]) }]
        : []
    }),
  )
  pointing.set(entity, found)
  return found
}

/** As the file writes it: « actId » as « act_id ». */
export const columnName = (key: string, column: SQLiteColumn): string =>
  (column.name || key).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
