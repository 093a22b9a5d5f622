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

/** Tables of the exchange with the portal: written without audit, since no person changes them. */
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

/**
 * Tables written without audit: acts and the audit itself, facts of the file, sessions, spans to price again, balances
 * that triggers compute, deliveries of mails, the bytes of photos, files of sendings, and tables of the exchange.
 */
export const unrecordedTables = [
  'act',
  'audit',
  'file_fact',
  'post_session',
  'billing_span',
  'home_balance',
  'mail_delivery',
  'photo_content',
  'sending_file',
  ...exchangeTables,
] as const satisfies readonly TableName[]
export type UnrecordedTable = (typeof unrecordedTables)[number]

/** @throws RangeError for a name that is no table of the schema with an `id` */
export const getTable = (name: string): SQLiteTable & { id: SQLiteColumn } => {
  const table = tables.get(name as TableName)
  if (!table || !('id' in table)) throw new RangeError(`no table «\u00a0${name}\u00a0» with an id`)
  return table as SQLiteTable & { id: SQLiteColumn }
}

/** A foreign key: the table and the column that reference another table. */
type Pointer = { readonly table: TableName; readonly key: string; readonly column: string }

const pointersByTable = new Map<string, readonly Pointer[]>()

/** Every foreign key to a table. */
export const pointersTo = (entity: string): readonly Pointer[] => {
  const known = pointersByTable.get(entity)
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
  pointersByTable.set(entity, found)
  return found
}

/** Name of a column in SQLite: « act_id » for « actId ». */
export const columnName = (key: string, column: SQLiteColumn): string =>
  (column.name || key).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
