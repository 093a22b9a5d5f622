import type { None } from '../../../shared/collections.ts'
import type { KindWithWord } from '../../../shared/record/kind-words.ts'
import type { ColumnsInParts } from '../../../shared/record/record-parts.ts'
import type { ShownColumn, UnshownColumn } from '../../../shared/record/record-words.ts'
import type { RecordedTable } from '../../../shared/record/tables.ts'
import type { childFields, guardianFields, homeFields } from '../../../shared/rules/people/fields.ts'
import type { ColumnOf, Rows, TableName } from '../schema/names.ts'
import type { UnrecordedTable } from './tables.ts'

/** A column of a table whose changes are audited. */
export type AuditedColumn = { [Name in RecordedTable]: ColumnOf<Name> }[RecordedTable]

type ValueOf<Column> = {
  [Name in RecordedTable]: Column extends keyof Rows[Name] ? NonNullable<Rows[Name][Column]> : never
}[RecordedTable]

/** Does not compile unless the names in `shared/record`, which cannot import the schema, match the schema. */
export type RecordMatchesSchema = [
  tableWithoutWords: None<Exclude<TableName, RecordedTable | UnrecordedTable>>,
  wordsWithoutTable: None<Exclude<RecordedTable, TableName>>,
  columnWithoutName: None<Exclude<AuditedColumn, ShownColumn | UnshownColumn>>,
  nameWithoutColumn: None<Exclude<ShownColumn | UnshownColumn, AuditedColumn>>,
  homeFieldWithoutColumn: None<Exclude<keyof typeof homeFields, ColumnOf<'family'>>>,
  guardianFieldWithoutColumn: None<Exclude<keyof typeof guardianFields, ColumnOf<'guardian'>>>,
  childFieldWithoutColumn: None<Exclude<keyof typeof childFields, ColumnOf<'child'>>>,
  homeColumnWithoutField: None<Exclude<ColumnOf<'family'>, keyof typeof homeFields | 'id' | 'actId' | 'leftOn'>>,
  guardianColumnWithoutField: None<
    Exclude<ColumnOf<'guardian'>, keyof typeof guardianFields | 'id' | 'actId' | 'ownAddress'>
  >,
  childColumnWithoutField: None<Exclude<ColumnOf<'child'>, keyof typeof childFields | 'id' | 'actId'>>,
  kindWithoutWord: None<Exclude<ValueOf<'kind'>, KindWithWord>>,
  shownAndUnshown: None<ShownColumn & UnshownColumn>,
  partsOfAnotherShape: None<
    {
      [Column in keyof ColumnsInParts]: ValueOf<Column> extends ColumnsInParts[Column] ? never : Column
    }[keyof ColumnsInParts]
  >,
]
