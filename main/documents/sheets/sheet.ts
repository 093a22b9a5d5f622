import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Delimiter, Encoding } from './csv.ts'
import { type Unreadable, UnreadableSheet } from './xlsx.ts'

/** A list as an office hands it over: lines of cells, and what was guessed to read them. */
export type SheetFile = {
  readonly rows: readonly (readonly string[])[]
} & Source

export type Source = {
  readonly encoding: Encoding | 'xlsx'
  /** Null in a workbook. */
  readonly delimiter: Delimiter | null
  readonly sheet: string
  readonly sheets: readonly string[]
  /** CSV: the line where a quote opens that nothing closes. */
  readonly openQuote: number | null
}

export type SheetTask = { readonly bytes: Uint8Array; readonly sheet: string; readonly mostRows: number }
export type SheetPart =
  | { readonly rows: readonly (readonly string[])[] }
  | { readonly source: Source }
  | { readonly why: Unreadable }

/** A workbook that takes longer is made to. */
const longestMilliseconds = 60_000

/**
 * Reads a CSV file or a workbook in a worker that may be stopped and may run out of memory: the desk goes on meanwhile.
 * @throws UnreadableSheet
 */
export const readSheet = (task: SheetTask): Promise<SheetFile> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(program, { workerData: task, resourceLimits: { maxOldGenerationSizeMb: 768 } })
    const timer = setTimeout(() => void worker.terminate(), longestMilliseconds)
    const rows: (readonly string[])[] = []
    worker.on('message', (part: SheetPart) => {
      if ('rows' in part) for (const row of part.rows) rows.push(row)
      else if ('source' in part) resolve({ rows, ...part.source })
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

// Built for Electron, the worker lies beside this module as JavaScript.
const program = join(import.meta.dirname, `sheet-worker${extname(import.meta.filename)}`)
