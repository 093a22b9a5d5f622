import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { Store } from '../../store/store.ts'

/*
 * How many sendings ever began, in a file beside the data that no backup restores: a data file that knows of fewer is an
 * older copy, in which mails still wait that have left since.
 */

const Shape = z.object({ begun: z.int().nonnegative() })

const pathIn = ({ dataDir }: Store): string => join(dataDir, 'temoin-courriels.json')

export const readWitness = (store: Store): number => {
  try {
    return Shape.parse(JSON.parse(readFileSync(pathIn(store), 'utf8'))).begun
  } catch {
    return 0
  }
}

export const writeWitness = (store: Store, begun: number): void => {
  const draft = `${pathIn(store)}.en-cours`
  writeFileSync(draft, JSON.stringify({ begun }), { flush: true })
  renameSync(draft, pathIn(store))
}
