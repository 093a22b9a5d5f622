import { parentPort, workerData } from 'node:worker_threads'
import { singleLineText } from '../../../shared/rules/text/typed.ts'
import { readCsv } from './csv.ts'
import type { SpreadsheetMessage, SpreadsheetSource, SpreadsheetTask } from './spreadsheet.ts'
import { readXlsx, UnreadableSpreadsheet } from './xlsx.ts'

/** A longer message would block the desk's main thread while it is received. */
const linesPerMessage = 500

const post = (part: SpreadsheetMessage) => parentPort?.postMessage(part, [])

/**
 * Resolves when the desk has received the last message. Several waiting messages would be received at once, and block
 * the desk like a single long one.
 */
const taken = () => new Promise((done) => parentPort?.once('message', done))

const isWorkbook = (bytes: Uint8Array) => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03
/** Container of Excel files until 2003, and still of workbooks with a password. */
const isCompound = (bytes: Uint8Array) => bytes[0] === 0xd0 && bytes[1] === 0xcf

const read = async ({
  bytes,
  sheet,
  maxRows,
}: SpreadsheetTask): Promise<SpreadsheetSource & { rows: readonly (readonly string[])[] }> => {
  if (isCompound(bytes)) throw new UnreadableSpreadsheet('locked')
  if (isWorkbook(bytes)) {
    const { rows, sheet: name, sheets } = await readXlsx(bytes, sheet, maxRows)
    return { rows, encoding: 'xlsx', delimiter: null, sheet: name, sheets, openQuote: null }
  }
  const { rows, encoding, delimiter, openQuote } = readCsv(bytes)
  if (rows.length > maxRows + 1) throw new UnreadableSpreadsheet('tooLarge')
  return { rows, encoding, delimiter, sheet: '', sheets: [], openQuote: openQuote ?? null }
}

try {
  const { rows, ...source } = await read(workerData as SpreadsheetTask)
  const cells = rows.map((row) => row.map((cell) => singleLineText(cell).trim().replace(/\s+/g, ' ')))
  for (let from = 0; from < cells.length; from += linesPerMessage) {
    post({ rows: cells.slice(from, from + linesPerMessage) })
    await taken()
  }
  post({ source })
} catch (error) {
  if (!(error instanceof UnreadableSpreadsheet)) throw error
  post({ why: error.why })
}
