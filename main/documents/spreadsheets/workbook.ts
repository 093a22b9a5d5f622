import { once } from 'node:events'
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { CsvTable } from './csv.ts'

export type Sheets = readonly (readonly [name: string, table: CsvTable])[]

/** Writes one sheet with a frozen header row; numbers as numbers, everything else as text, never as a formula. */
export const writeXlsx = (name: string, table: CsvTable): Promise<Uint8Array> => writeWorkbook([[name, table]])

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
    sheets: sheets.map(([name, { columns, rows }]) => ({
      name: name.replace(/[\\/?*[\]:]/g, ' ').slice(0, 31),
      columns: columns.map((header, at) => ({
        width: Math.min(
          40,
          Math.max(header.length, ...rows.slice(0, 200).map((row) => String(row[at] ?? '').length)) + 2,
        ),
      })),
      rows: [[...columns], ...rows.map((row) => [...row])],
      freezePane: { rows: 1 },
    })),
  })
}

// In the build for Electron, the thread's program is a JavaScript file next to this module.
const program = join(import.meta.dirname, `workbook-worker${extname(import.meta.filename)}`)
