import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Delimiter, Encoding } from './csv.ts'
import { type Unreadable, UnreadableSpreadsheet } from './xlsx.ts'

/** Rows of a list from an office program, with the format that was guessed. */
export type Spreadsheet = {
  readonly rows: readonly (readonly string[])[]
} & SpreadsheetSource

export type SpreadsheetSource = {
  readonly encoding: Encoding | 'xlsx'
  /** Null for a workbook. */
  readonly delimiter: Delimiter | null
  readonly sheet: string
  readonly sheets: readonly string[]
  /** CSV: number of the line with an unclosed quote. */
  readonly openQuote: number | null
}

export type SpreadsheetTask = { readonly bytes: Uint8Array; readonly sheet: string; readonly maxRows: number }
export type SpreadsheetMessage =
  | { readonly rows: readonly (readonly string[])[] }
  | { readonly source: SpreadsheetSource }
  | { readonly why: Unreadable }

/** A workbook that takes longer was made to attack the reader. */
const maxMilliseconds = 60_000

/**
 * Reads a CSV file or a workbook in a worker with limits of time and memory, so that the desk keeps working meanwhile.
 * @throws UnreadableSpreadsheet
 */
export const readSpreadsheet = (task: SpreadsheetTask): Promise<Spreadsheet> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(program, { workerData: task, resourceLimits: { maxOldGenerationSizeMb: 768 } })
    const timer = setTimeout(() => void worker.terminate(), maxMilliseconds)
    const rows: (readonly string[])[] = []
    worker.on('message', (part: SpreadsheetMessage) => {
      if ('rows' in part) {
        for (const row of part.rows) rows.push(row)
        setImmediate(() => worker.postMessage('taken', []))
      } else if ('source' in part) resolve({ rows, ...part.source })
      else reject(new UnreadableSpreadsheet(part.why))
    })
    worker.once('error', (error) => {
      const isTooLarge = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      reject(isTooLarge ? new UnreadableSpreadsheet('tooLarge', error) : error)
    })
    worker.once('exit', () => {
      clearTimeout(timer)
      reject(new UnreadableSpreadsheet('tooLarge'))
    })
  })

// In the build for Electron, the worker is a JavaScript file next to this module.
const program = join(import.meta.dirname, `spreadsheet-worker${extname(import.meta.filename)}`)
