import type { ShownColumn, UnshownColumn } from '../../../shared/record/record-words.ts'
import type { RecordedTable } from '../../../shared/record/tables.ts'
import type { ColumnOf, TableName } from '../schema/names.ts'
import type { UnrecordedTable } from './tables.ts'

export type RecordedColumn = { [Name in RecordedTable]: ColumnOf<Name> }[RecordedTable]

type None<Name extends never> = Name

/** Compiles only while what `shared/record` says, which cannot import the schema, is what the schema has. */
export type RecordMatchesSchema = [
  tableWithoutWords: None<Exclude<TableName, RecordedTable | UnrecordedTable>>,
  wordsWithoutTable: None<Exclude<RecordedTable, TableName>>,
  columnWithoutName: None<Exclude<RecordedColumn, ShownColumn | UnshownColumn>>,
  nameWithoutColumn: None<Exclude<ShownColumn | UnshownColumn, RecordedColumn>>,
  shownAndUnshown: None<ShownColumn & UnshownColumn>,
]
