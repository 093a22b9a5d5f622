import type { FiguresColumn, FiguresTable } from '../../../../shared/contract/desk/figures/figures-tables.ts'
import { dayAt } from '../../../../shared/rules/calendar/day.ts'
import { differenceText, figureText, type Unit } from '../../../../shared/rules/figures/figures-table.ts'
import { folded } from '../../../../shared/rules/people/names.ts'
import { listPdf } from '../../../documents/list-pdf.ts'
import { spreadsheetTypes } from '../../../documents/spreadsheets/csv.ts'
import { writeXlsx } from '../../../documents/spreadsheets/workbook.ts'
import type { Core } from '../../core.ts'
import { organisationOf } from '../../settings/settings.ts'

/** A table of figures as it is on screen, as a spreadsheet or on paper. */
export const tableFile = async (core: Core, table: FiguresTable, format: 'xlsx' | 'pdf'): Promise<File> => {
  const name = `${folded(table.title).replaceAll(/[^a-z0-9]+/g, '-')}-${dayAt(core.clock())}.${format}`
  return format === 'xlsx' ? spreadsheetOf(name, table) : paperOf(core, name, table)
}

const spreadsheetOf = async (name: string, { title, head, columns, rows, total }: FiguresTable): Promise<File> => {
  const cellsOf = (values: readonly (number | null)[]) =>
    values.map((value, at) => numberIn(value, columns[at]?.unit ?? 'count'))
  const bytes = await writeXlsx(title, {
    columns: [head, ...columns.map(({ title: of, unit }) => (unit === 'percent' ? `${of} (%)` : of))],
    rows: [...rows.map((row) => [row.title, ...cellsOf(row.values)]), ['Total', ...cellsOf(total)]],
  })
  return new File([new Uint8Array(bytes)], name, { type: spreadsheetTypes.xlsx })
}

/** The value for a spreadsheet cell, in euros, hours or units. */
export const numberIn = (value: number | null, unit: Unit): number | null => {
  if (value === null) return null
  if (unit === 'euros') return value / 100
  return unit === 'hours' ? value / 60 : value
}

/** The text of a cell on screen and on paper. */
export const cellText = (value: number | null, { unit, isDifference }: FiguresColumn): string =>
  (isDifference ? differenceText : figureText)(value, unit)

const paperOf = async ({ store, clock }: Core, name: string, table: FiguresTable): Promise<File> => {
  const { title, about, head, columns, rows, total, sentence, note } = table
  const cellsOf = (values: readonly (number | null)[]) =>
    columns.map((column, at) => ({ text: cellText(values[at] ?? null, column), strong: column.isMain === true }))
  const bytes = await listPdf({
    title,
    about,
    summary: [],
    blanks: [],
    columns: [
      { title: head, kind: 'text' },
      ...columns.map(({ title: of, unit }) => ({
        title: of,
        kind: 'number' as const,
        width: unit === 'euros' ? 26 : 19,
      })),
    ],
    groups: [
      {
        name: '',
        count: '',
        rows: [...rows, { key: 'total', title: 'Total', values: total }].map((row) => ({
          id: row.key,
          registrationId: null,
          cells: [{ text: row.title, strong: row.key === 'total' }, ...cellsOf(row.values)],
        })),
      },
    ],
    emptyRows: 0,
    empty: 'Aucun chiffre.',
    note: `${sentence} ${note}`,
    showsHealth: false,
    organisationName: organisationOf(store).name,
    printedAt: clock(),
  })
  return new File([bytes], name, { type: 'application/pdf' })
}
