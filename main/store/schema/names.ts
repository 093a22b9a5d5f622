import { toSnakeCase } from 'drizzle-orm/casing'
import type * as schema from './index.ts'

type Schema = typeof schema

/** The type of a row of each table, by the table's name in SQLite. */
export type Rows = { readonly [Key in keyof Schema as Schema[Key]['_']['name']]: Schema[Key]['$inferSelect'] }

export type TableName = keyof Rows
/** Names of a table's columns as the code writes them: `actId`, not `act_id`. */
export type ColumnOf<Name extends TableName> = keyof Rows[Name] & string

/** SQL: columns, each under the name that the code gives it: « mobile_phone as mobilePhone ». */
export const columnsSql = (columns: readonly string[]): string =>
  columns.map((column) => `${toSnakeCase(column)} as ${column}`).join(', ')
