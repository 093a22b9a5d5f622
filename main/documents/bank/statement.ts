import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ReadBankLine, ReadStatement } from '../../../shared/rules/money/bank/bank-line.ts'
import type { BankColumns } from '../../../shared/rules/money/bank/columns.ts'

export type StatementTask = {
  readonly bytes: Uint8Array
  /** For a list: which column is which, as stored for the account; null when not known yet. */
  readonly columns: BankColumns | null
  /** The account that the régie has; the statement of this one is taken from a file of several. Empty: any. */
  readonly iban: string
}

/** A list whose columns a person must match first, with the rows under its headings. */
export type UnmatchedList = { readonly heads: readonly string[]; readonly rows: readonly (readonly string[])[] }

export type StatementMessage =
  | { readonly lines: readonly ReadBankLine[] }
  | { readonly statement: Omit<ReadStatement, 'lines'> }
  | { readonly unmatched: UnmatchedList }
  | { readonly refusal: string }

/** The file cannot be read: `message` is a French sentence for staff. */
export class UnreadableStatement extends Error {}

/** Young objects get room for the tree of a large file: each time that it is full, all of the tree is copied. */
const resourceLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 64 }

/** A file that takes longer was made to attack the reader. */
const maxMilliseconds = 60_000
const tooLarge = 'Ce fichier est trop grand, ou fait pour bloquer la lecture\u00a0: rien n’a été lu.'

/**
 * Reads a bank's file, CAMT.053 or a list, in a worker with limits of time and memory, so that the desk keeps working.
 * @throws UnreadableStatement
 */
export const readStatement = (task: StatementTask): Promise<ReadStatement | UnmatchedList> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(program, { workerData: task, resourceLimits })
    const timer = setTimeout(() => void worker.terminate(), maxMilliseconds)
    const lines: ReadBankLine[] = []
    worker.on('message', (part: StatementMessage) => {
      if ('lines' in part) lines.push(...part.lines)
      else if ('statement' in part) resolve({ ...part.statement, lines })
      else if ('unmatched' in part) resolve(part.unmatched)
      else reject(new UnreadableStatement(part.refusal))
    })
    worker.once('error', (error) => {
      const isTooLarge = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      reject(isTooLarge ? new UnreadableStatement(tooLarge, { cause: error }) : error)
    })
    worker.once('exit', () => {
      clearTimeout(timer)
      reject(new UnreadableStatement(tooLarge))
    })
  })

// In the build for Electron, the worker is a JavaScript file next to this module.
const program = join(import.meta.dirname, `statement-worker${extname(import.meta.filename)}`)
