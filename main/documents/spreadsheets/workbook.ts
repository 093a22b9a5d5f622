import { once } from 'node:events'
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { CsvTable } from './csv.ts'

/** A table of a workbook; what says more than its cells is left to the workbook alone. */
type SheetTable = CsvTable & {
  /** Lines above the table: what it is, of which days. */
  readonly about?: readonly string[]
  /** Lines below the table: how it was counted. */
  readonly notes?: readonly string[]
  /** How a spreadsheet shows the numbers of each column. */
  readonly formats?: readonly (string | undefined)[]
  /** The last row is the total of the others. */
  readonly hasTotal?: boolean
}

export type Sheets = readonly (readonly [name: string, table: SheetTable])[]

/** Minutes as a part of a day, which sums keep exact: « 1359 h 10 ». */
export const durationFormat = '[h]"\u00a0h\u00a0"mm'

/** Writes one sheet with a frozen header row; numbers as numbers, everything else as text, never as a formula. */
export const writeXlsx = (name: string, table: SheetTable): Promise<Uint8Array> => writeWorkbook([[name, table]])

/** The same with several sheets. A thread writes those with many rows: other calls are served meanwhile. */
export const writeWorkbook = async (sheets: Sheets): Promise<Uint8Array> => {
  const rows = sheets.reduce((sum, [, table]) => sum + table.rows.length, 0)
  if (rows < rowsForThread) return makeWorkbook(sheets)
  const thread = new Worker(program, { workerData: sheets })
  const [bytes] = (await once(thread, 'message')) as [Uint8Array]
  return bytes
}

/** Fewer rows are written in less time than it takes to begin a thread. */
const rowsForThread = 500

/** For `writeWorkbook` and its thread. */
export const makeWorkbook = async (sheets: Sheets): Promise<Uint8Array> => {
  const { writeXlsx: write } = await import('hucre/xlsx')
  return write({
    sheets: sheets.map(([name, { columns, rows, about = [], notes = [], formats = [], hasTotal = false }]) => {
      const headAt = about.length
      const totalAt = hasTotal ? headAt + rows.length : null
      return {
        name: name.replace(/[\\/?*[\]:]/g, ' ').slice(0, 31),
        columns: columns.map((header, at) => ({
          width: Math.min(
            40,
            Math.max(
              header.length,
              ...rows.slice(0, 200).map((row) => (formats[at] === undefined ? String(row[at] ?? '').length : 10)),
            ) + 2,
          ),
          ...(formats[at] !== undefined && { numFmt: formats[at] }),
        })),
        rows: [
          ...about.map((line) => [line]),
          [...columns],
          ...rows.map((row) => [...row]),
          ...(notes.length > 0 ? [[], ...notes.map((line) => [line])] : []),
        ],
        cells: new Map(
          columns.flatMap((_, at) => [
            [`${headAt},${at}`, { style: heading }] as const,
            ...(totalAt === null
              ? []
              : [
                  [
                    `${totalAt},${at}`,
                    { style: { ...heading, ...total, ...(formats[at] !== undefined && { numFmt: formats[at] }) } },
                  ] as const,
                ]),
          ]),
        ),
        freezePane: { rows: headAt + 1 },
      }
    }),
  })
}

const heading = { font: { bold: true } }
const total = { border: { top: { style: 'thin' } } } as const

// In the build for Electron, the thread's program is a JavaScript file next to this module.
const program = join(import.meta.dirname, `workbook-worker${extname(import.meta.filename)}`)
