import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { Store } from '../../store/store.ts'

/**
 * The families and children erased, beside the file: an older copy that takes its place knows nothing of them. Ids and
 * instants, nothing that says who.
 */
const Erased = z.object({
  subject: z.enum(['family', 'child']),
  id: z.int(),
  /** When the record was made: an older copy may have given its id to another since. */
  madeAt: z.string(),
  on: z.string(),
})
export type Erased = z.infer<typeof Erased>

const pathOf = ({ dataDir }: Store): string => join(dataDir, 'effacements.json')

export const readRegister = (store: Store): readonly Erased[] => {
  let text: string
  try {
    text = readFileSync(pathOf(store), 'utf8')
  } catch {
    return []
  }
  try {
    return z.array(Erased).parse(JSON.parse(text))
  } catch {
    // Written whole or not at all: somebody edited it. What the file itself knows is written again.
    return []
  }
}

/** Whole or not at all, and on the disk before it returns. */
export const writeRegister = (store: Store, rows: readonly Erased[]): void => {
  const path = pathOf(store)
  const file = openSync(`${path}.neuf`, 'w')
  try {
    writeSync(file, JSON.stringify(rows, null, 1))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.neuf`, path)
}
