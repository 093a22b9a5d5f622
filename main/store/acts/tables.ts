import { getTableColumns, getTableName, is } from 'drizzle-orm'
import { getTableConfig, type SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import * as schema from '../schema/index.ts'
import type { TableName } from '../schema/names.ts'

const tables = new Map<TableName, SQLiteTable>(
  Object.values(schema)
    .filter((value) => is(value, SQLiteTable))
    .map((table) => [getTableName(table), table]),
)

export const tableNames: readonly TableName[] = [...tables.keys()]

/** What the exchange with the portal keeps for itself. Written by no person, so no act tells of it. */
export const exchangeTables = [
  'exchange_side',
  'own_entry',
  'mirror_entry',
  'acted_upon',
  'publication',
  'recovered_paper',
  'received_paper_part',
  'exchange_run',
] as const satisfies readonly TableName[]

/** Tables that no act writes: acts and their trail, what the file is, who is let in, what the exchange remembers. */
export const unrecordedTables = [
  'act',
  'audit',
  'file_fact',
  'post_session',
  ...exchangeTables,
] as const satisfies readonly TableName[]
export type UnrecordedTable = (typeof unrecordedTables)[number]

/** @throws RangeError for a name that is no table of the schema */
export const getTable = (name: string): SQLiteTable & { id: SQLiteColumn } => {
  const table = tables.get(name as TableName)
  if (!table || !('id' in table)) throw new RangeError(`no table «\u00a0${name}\u00a0» with an id`)
  return table as SQLiteTable & { id: SQLiteColumn }
}

/** A column of another table that says which row of this one it is about. */
type Pointer = { readonly table: TableName; readonly key: string; readonly column: string }

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
