import type { ImportTotal } from '../../../../shared/contract/desk/imports.ts'
import type { ListKind } from '../../../../shared/formats/lists.ts'
import { sentenceWithSubject } from '../../../../shared/rules/text/french.ts'
import { mapInTurns } from '../../in-turns.ts'
import type { PlannedLine, Weight, Weights } from '../lines.ts'
import type { LineReader, Table, TableLine } from '../table.ts'

/** Weighs the lines of a file, as they came: a correction on screen does not change what the file says. */
export const weighed = async (
  { lines }: Table,
  read: (line: TableLine) => LineReader,
  weigh: (reader: LineReader) => readonly Weight[],
): Promise<Weights> =>
  new Map(await mapInTurns(lines, ({ line, row, cameAs = row }) => [line, weigh(read({ line, row: cameAs }))] as const))

/**
 * The lists whose totals must be those of the file: a line that is left out is accepted by name, since the service
 * would otherwise lose a booking or money unnoticed.
 */
const strictLists: ReadonlySet<ListKind> = new Set<ListKind>(['balances', 'invoices', 'bookings', 'history'])

export const isStrict = (list: ListKind): boolean => strictLists.has(list)

/** Whether what the line says is here once the import is done. */
const isHere = ({ state }: Pick<PlannedLine, 'state'>): boolean =>
  state === 'new' || state === 'update' || state === 'same'

/** Totals of the file beside those of what is here, or will be: in the order in which the file names them. */
export const totalsOf = async (
  lines: readonly Pick<PlannedLine, 'line' | 'state' | 'here'>[],
  weights: Weights,
): Promise<ImportTotal[]> => {
  const totals = new Map<string, Omit<ImportTotal, 'isEqual'>>()
  const seen = { source: new Set<string>(), here: new Set<string>() }
  const add = (side: 'source' | 'here', { what, of, unit, amount, once }: Weight) => {
    const key = `${what} ${of} ${unit}`
    const total = totals.get(key) ?? { what, of, unit, source: 0, here: 0 }
    if (once !== undefined) {
      if (seen[side].has(`${key} ${once}`)) return
      seen[side].add(`${key} ${once}`)
    }
    totals.set(key, { ...total, [side]: total[side] + amount })
  }
  await mapInTurns(lines, (line) => {
    const stated = weights.get(line.line) ?? []
    for (const weight of stated) add('source', weight)
    if (isHere(line)) for (const weight of line.here ?? stated) add('here', weight)
  })
  return [...totals.values()].map((one) => ({ ...one, isEqual: one.source === one.here }))
}

/** Why a line is left out; empty for one that is not. */
export const whyLeftOut = ({
  state,
  said,
  problems: [problem],
}: Pick<PlannedLine, 'state' | 'said' | 'problems'>): string => {
  if (state === 'double') return 'doublon à décider'
  if (state === 'error') return problem ? sentenceWithSubject(`«\u00a0${problem.columnName}\u00a0»`, said) : said
  return state === 'skipped' ? said : ''
}
