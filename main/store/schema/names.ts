import type * as schema from './index.ts'

type Schema = typeof schema

/** What a row of each table holds, by the name that the file gives the table. */
export type Rows = { readonly [Key in keyof Schema as Schema[Key]['_']['name']]: Schema[Key]['$inferSelect'] }

export type TableName = keyof Rows
/** A column as the code names it: `actId`. */
export type ColumnOf<Name extends TableName> = keyof Rows[Name] & string
