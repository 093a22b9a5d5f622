import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import * as z from 'zod'

/**
 * The witness of a store: a small file outside it that says where the log ended at the last commit. A store that ends
 * before it is an older copy (`isBehind` in shared/exchange/side.ts). On PostgreSQL each worker has its own, on its own
 * machine, and knows what itself committed: one that is late tells nothing, any other tells the restore.
 */
const LogEnd = z.object({
  epoch: z.int(),
  number: z.int(),
  hash: z.string(),
  /** How many receipts were given: a restored portal gives none of their numbers again. */
  receipts: z.int(),
})
export type LogEnd = z.infer<typeof LogEnd>

/** Null when there is none, or none that can be read: the exchange then finds most restores by itself. */
export const readWitness = (path: string): LogEnd | null => {
  try {
    return LogEnd.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}

/**
 * Whole or not at all. On a full disk the note is lost, not what was recorded: the next commit notes it.
 * @returns whether it is noted
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
