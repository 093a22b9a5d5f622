import type { Mapping } from '../../../../shared/formats/lists.ts'
import { columnName, type Table } from '../table.ts'

/** Says how the column of what homes owe is read: a wrong sign would turn debts into advances. */
export const signNote = ({ header }: Table, mapping: Mapping, field: string): string[] => {
  const column = mapping[field]
  return column === undefined
    ? []
    : [
        `«\u00a0${columnName(header, column)}\u00a0» est lu ${field.endsWith('BelowZero') ? 'négatif' : 'positif'} quand la famille doit.`,
      ]
}
