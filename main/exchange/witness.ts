import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

/** Where the desk's log ended, told outside its file: a file that took the place of a later one shows by it. */
type Witness = { readonly epoch: number; readonly number: number; readonly hash: string }

const Shape = z.object({ epoch: z.int(), number: z.int(), hash: z.string() })

const pathIn = (dataDir: string): string => join(dataDir, 'temoin-echange.json')

/** Null when there is none, or when it cannot be read: then the exchange itself finds a restore, later. */
export const readWitness = (dataDir: string): Witness | null => {
  try {
    return Shape.parse(JSON.parse(readFileSync(pathIn(dataDir), 'utf8')))
  } catch {
    return null
  }
}

export const writeWitness = (dataDir: string, { epoch, number, hash }: Witness): void => {
  const known = readWitness(dataDir)
  if (known?.epoch === epoch && known.number === number && known.hash === hash) return
  const draft = `${pathIn(dataDir)}.en-cours`
  writeFileSync(draft, JSON.stringify({ epoch, number, hash }), { flush: true })
  renameSync(draft, pathIn(dataDir))
}
