import type { ColumnShown, ListAnswer } from '../../../shared/contract/desk/figures/free-lists.ts'
import { things } from '../../../shared/rules/lists/list-columns.ts'
import { type CellValue, cellText, conditionText, type ListQuery } from '../../../shared/rules/lists/list-query.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { listPdf } from '../../documents/list-pdf.ts'
import { writeXlsx } from '../../documents/spreadsheets/workbook.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { organisationOf } from '../settings/settings.ts'
import { readList } from './list-reading.ts'

const most = { xlsx: 100_000, pdf: 5000 } as const

type Asked = { readonly name: string; readonly query: ListQuery; readonly format: 'xlsx' | 'pdf' }

/**
 * The whole list, as a spreadsheet or on paper. The audit records who took it. @throws Refused for a list with too many
 * lines
 */
export const listFile = async (core: Core, person: Person, { name, query, format }: Asked): Promise<File> => {
  const answer = await readList(core, person, query, most[format])
  if (answer.total > most[format])
    throw new Refused(
      `${format === 'pdf' ? 'Une liste s’imprime' : 'Une feuille se remplit'} jusqu’à ${counted(most[format], 'ligne')}\u00a0: ajoutez un filtre.`,
    )
  const title = name === '' ? `Liste ${things[query.thing].label}` : name
  const file = format === 'xlsx' ? await spreadsheetOf(title, query, answer) : await paperOf(core, title, query, answer)
  const label = `Liste sortie en ${format === 'xlsx' ? 'Excel' : 'PDF'}\u00a0: ${title}, ${counted(answer.total, 'ligne')}`
  core.store.act(person, 'lists.export', label, (write) =>
    write.trace('list_export', 0, { columns: query.columns, lines: answer.total }),
  )
  return file
}

/** The columns of the groups, then those of the lines, in the order of the query. */
const columnsOf = ({ groups, columns }: ListQuery, { columns: known }: ListAnswer) => {
  const find = (id: string): ColumnShown => {
    const column = known.find((one) => one.id === id)
    if (!column) throw new Error(`no column ${id}`)
    return column
  }
  return { ofGroups: groups.map(find), ofLines: columns.map(find) }
}

const fileName = (title: string, format: string) => `${title.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}.${format}`

/** Numbers as numbers and amounts in euros; everything else as text, never as a formula. */
const spreadsheetCell = (column: ColumnShown, value: CellValue): string | number | null => {
  if (typeof value !== 'number' || column.kind === 'choice') return cellText(column, value)
  return column.kind === 'amount' ? value / 100 : value
}

const spreadsheetOf = async (title: string, query: ListQuery, answer: ListAnswer): Promise<File> => {
  const { ofGroups, ofLines } = columnsOf(query, answer)
  const columns = [...ofGroups, ...ofLines]
  const bytes = await writeXlsx(title, {
    columns: columns.map(({ label }) => label),
    rows: answer.lines.map(({ group, cells }) =>
      [...group, ...cells].map((value, at) => {
        const column = columns[at]
        return column ? spreadsheetCell(column, value) : null
      }),
    ),
  })
  return new File([new Uint8Array(bytes)], fileName(title, 'xlsx'), {
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  })
}

const paperOf = async ({ store, clock }: Core, title: string, query: ListQuery, answer: ListAnswer): Promise<File> => {
  const { ofGroups, ofLines } = columnsOf(query, answer)
  const { one, many } = things[query.thing]
  const known = new Map(answer.columns.map((column) => [column.id, column]))
  const lines = Map.groupBy(answer.lines, ({ group }) => keyOf(group))
  const groups = query.groups.length === 0 ? [{ values: [], items: answer.items }] : answer.groups
  const filters = query.brackets.map((bracket) =>
    bracket
      .flatMap((condition) => {
        const column = known.get(condition.column)
        return column ? [conditionText(condition, column)] : []
      })
      .join(' ou '),
  )
  const bytes = await listPdf({
    title,
    about: `${counted(answer.items, one, many)}, ${shortDay(answer.on)}`,
    summary: [],
    blanks: [],
    columns: ofLines.map(({ label, kind }) => ({
      title: label,
      kind: kind === 'number' || kind === 'amount' ? 'number' : 'text',
      ...((kind === 'number' || kind === 'amount' || kind === 'day') && { width: 22 }),
    })),
    groups: groups.map(({ values, items }) => ({
      name: values.map((value, at) => groupText(ofGroups[at], value)).join(', '),
      count: query.groups.length === 0 ? '' : counted(items, one, many),
      rows: (lines.get(keyOf(values)) ?? []).map(({ id, familyId, cells }) => ({
        id: `${id} ${familyId}`,
        registrationId: null,
        cells: cells.map((value, at) => {
          const column = ofLines[at]
          return { text: column ? cellText(column, value) : '', ...(at === 0 && { strong: true }) }
        }),
      })),
    })),
    emptyRows: 0,
    empty: 'Aucune ligne.',
    note: filters.length === 0 ? '' : `Filtres\u00a0: ${filters.join('\u00a0; ')}.`,
    showsHealth: answer.columns.some(({ isHealth }) => isHealth),
    organisationName: organisationOf(store).name,
    printedAt: clock(),
  })
  return new File([bytes], fileName(title, 'pdf'), { type: 'application/pdf' })
}

const keyOf = (values: readonly CellValue[]): string => JSON.stringify(values)

const groupText = (column: ColumnShown | undefined, value: CellValue): string =>
  (column && cellText(column, value)) || 'non renseigné'
