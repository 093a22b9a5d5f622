import type { OwnColumn } from '../../../shared/formats/lists.ts'
import type { CustomSubject } from '../../../shared/rules/people/custom-field.ts'
import { fieldValueText } from '../../../shared/rules/people/fields.ts'
import { sameName } from '../../../shared/rules/people/names.ts'
import type { Write } from '../../store/acts/acts.ts'
import type { Store } from '../../store/store.ts'
import type { Core, Person } from '../core.ts'
import { allValuesOf, writeTyped } from '../fields/fields.ts'
import type { Change } from './lines.ts'
import { readingOfOwn } from './list-values.ts'
import type { LineReader } from './table.ts'

/* The fields that the town added, in a list: read, compared and written as the built-in ones are. */

/** The stored form of a line's value for a custom field. */
export type OwnValue = { readonly column: OwnColumn; readonly value: string }

/** Reads the columns of one kind of record; an empty cell says nothing. */
export const readOwnValues = (
  { read }: LineReader,
  columns: readonly OwnColumn[],
  subject: CustomSubject,
  rank: OwnColumn['rank'] = null,
): OwnValue[] =>
  columns
    .filter((column) => column.own.subject === subject && column.rank === rank)
    .flatMap((column) => {
      const value = read(column.id, readingOfOwn(column.own))
      return value === null ? [] : [{ column, value }]
    })

/** What is recorded in a column of a record; `''` for nothing. */
export type RecordedOwn = (column: OwnColumn, ownerId: number) => string

export const recordedOwn = (store: Store, columns: readonly OwnColumn[]): RecordedOwn => {
  const subjects = [...new Set(columns.map(({ own }) => own.subject))]
  const values = new Map(
    subjects.flatMap((subject) =>
      allValuesOf(store, subject).map(({ fieldId, ownerId, value }) => [`${fieldId} ${ownerId}`, value] as const),
    ),
  )
  return ({ own }, ownerId) => values.get(`${own.id} ${ownerId}`) ?? ''
}

/** Differences from the record: its own value stays by default, and an empty one is filled in. */
export const ownChanges = (
  core: Core,
  person: Person,
  recorded: RecordedOwn,
  ownerId: number,
  stated: readonly OwnValue[],
): Change[] =>
  stated.flatMap(({ column, value }) => {
    const { own, id, title } = column
    const here = recorded(column, ownerId)
    const isSame = own.kind === 'text' ? sameName(here, value) : here === value
    return isSame
      ? []
      : [
          {
            field: id,
            title,
            here: fieldValueText(own, here),
            file: fieldValueText(own, value),
            take: here === '' ? ('file' as const) : ('here' as const),
            said: own.label,
            write: (into) => writeOwn(core, person, into, ownerId, [{ column, value }]),
          },
        ]
  })

/** Writes values of one record, all of one kind. @throws Refused for a field withdrawn meanwhile */
export const writeOwn = (
  core: Core,
  person: Person,
  into: Write,
  ownerId: number,
  stated: readonly OwnValue[],
): void => {
  const [first] = stated
  if (!first) return
  const values = stated.map(({ column, value }) => ({ fieldId: column.own.id, value }))
  writeTyped(core, person, into, first.column.own.subject, ownerId, values)
}
