import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import * as z from 'zod'

/**
 * The witness of a store: a small file outside it with the end of the log at the last commit. A store whose log ends
 * earlier is an older copy (`isBehind` in shared/exchange/side.ts). With a PostgreSQL server, each worker has a witness
 * on its own computer, with its own commits; one up-to-date witness is enough to detect a restore.
 */
const LogEnd = z.object({
  epoch: z.int(),
  number: z.int(),
  hash: z.string(),
  /** Number of receipts issued: a restored portal must not issue the same numbers again. */
  receipts: z.int(),
})
export type LogEnd = z.infer<typeof LogEnd>

/** Null when the file is missing or unreadable: the exchange itself then detects most restores. */
export const readWitness = (path: string): LogEnd | null => {
  try {
    return LogEnd.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}

/**
 * Writes the file atomically. When the disk is full, the commit itself is not lost, and the next commit writes the
 * witness.
 * @returns whether the file was written
 */
export const writeWitness = (path: string, { epoch, number, hash, receipts }: LogEnd): boolean => {
  try {
    writeFileSync(`${path}.new`, JSON.stringify({ epoch, number, hash, receipts }))
    renameSync(`${path}.new`, path)
    return true
  } catch {
    return false
  }
}
