import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

/** Position where the desk's log ended, stored outside the desk's file: it shows when that file is an older copy. */
type Witness = { readonly epoch: number; readonly number: number; readonly hash: string }

const Shape = z.object({ epoch: z.int(), number: z.int(), hash: z.string() })

const pathIn = (dataDir: string): string => join(dataDir, 'temoin-echange.json')

/** Null when the witness is missing or unreadable: the next exchange with the portal then detects a restore. */
export const readWitness = (dataDir: string): Witness | null => {
  try {
    return Shape.parse(JSON.parse(readFileSync(pathIn(dataDir), 'utf8')))
  } catch {
    return null
  }
}

export const writeWitness = (dataDir: string, { epoch, number, hash }: Witness): void => {
  const previous = readWitness(dataDir)
  if (previous?.epoch === epoch && previous.number === number && previous.hash === hash) return
  const draft = `${pathIn(dataDir)}.en-cours`
  writeFileSync(draft, JSON.stringify({ epoch, number, hash }), { flush: true })
  renameSync(draft, pathIn(dataDir))
}
