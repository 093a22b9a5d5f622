import { parentPort, workerData } from 'node:worker_threads'
import { inChunks } from '../../../shared/collections.ts'
import { readCamt } from './camt.ts'
import { type StatementMessage, type StatementTask, UnreadableStatement } from './statement.ts'
import { readList } from './statement-list.ts'

/** A longer message would block the desk's main thread while it is received. */
const linesPerMessage = 250

const post = (part: StatementMessage) => parentPort?.postMessage(part, [])

const isXml = (bytes: Uint8Array): boolean => /^\uFEFF?\s*</.test(new TextDecoder().decode(bytes.subarray(0, 200)))

try {
  const { bytes, columns, iban } = workerData as StatementTask
  const found = isXml(bytes) ? readCamt(bytes, iban) : await readList(bytes, columns)
  if ('heads' in found) post({ unmatched: found })
  else {
    const { lines, ...statement } = found
    for (const some of inChunks(lines, linesPerMessage)) post({ lines: some })
    post({ statement })
  }
} catch (error) {
  if (!(error instanceof UnreadableStatement)) throw error
  post({ refusal: error.message })
}
