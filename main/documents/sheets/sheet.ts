import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Delimiter, Encoding } from './csv.ts'
import { type Unreadable, UnreadableSheet } from './xlsx.ts'

/** Rows of a list from an office program, with the format that was guessed. */
export type SheetFile = {
  readonly rows: readonly (readonly string[])[]
} & SheetSource

export type SheetSource = {
  readonly encoding: Encoding | 'xlsx'
  /** Null for a workbook. */
  readonly delimiter: Delimiter | null
  readonly sheet: string
  readonly sheets: readonly string[]
  /** CSV: number of the line with an unclosed quote. */
  readonly openQuote: number | null
}

export type SheetTask = { readonly bytes: Uint8Array; readonly sheet: string; readonly maxRows: number }
export type SheetMessage =
  | { readonly rows: readonly (readonly string[])[] }
  | { readonly source: SheetSource }
  | { readonly why: Unreadable }

/** A workbook that takes longer was made to attack the reader. */
const maxMilliseconds = 60_000

/**
 * Reads a CSV file or a workbook in a worker with limits of time and memory, so that the desk keeps working meanwhile.
 * @throws UnreadableSheet
 */
export const readSheet = (task: SheetTask): Promise<SheetFile> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(program, { workerData: task, resourceLimits: { maxOldGenerationSizeMb: 768 } })
    const timer = setTimeout(() => void worker.terminate(), maxMilliseconds)
    const rows: (readonly string[])[] = []
    worker.on('message', (part: SheetMessage) => {
      if ('rows' in part) {
        for (const row of part.rows) rows.push(row)
        setImmediate(() => worker.postMessage('taken', []))
      } else if ('source' in part) resolve({ rows, ...part.source })
      else reject(new UnreadableSheet(part.why))
    })
    worker.once('error', (error) => {
      const isTooLarge = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      reject(isTooLarge ? new UnreadableSheet('tooLarge', error) : error)
    })
    worker.once('exit', () => {
      clearTimeout(timer)
      reject(new UnreadableSheet('tooLarge'))
    })
  })

// In the build for Electron, the worker is a JavaScript file next to this module.
const program = join(import.meta.dirname, `sheet-worker${extname(import.meta.filename)}`)
