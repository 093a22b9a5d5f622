import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { Store } from '../../store/store.ts'

/**
 * Families and children erased, stored next to the data file: a restored older copy does not know about them. Ids and
 * instants only, nothing that identifies a person.
 */
const Erased = z.object({
  subject: z.enum(['family', 'child']),
  id: z.int(),
  /** When the record was created: in an older copy, another record may have the same id. */
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
    // The file is only ever replaced whole, so somebody edited it: it is rewritten from the erasures in the data file.
    return []
  }
}

/** Replaces the register atomically, flushed to disk before this returns. */
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
