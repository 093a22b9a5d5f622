import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { TownDocument } from '../../shared/contract/portal/documents.ts'
import type { Instant } from '../../shared/rules/day.ts'

/** What the desk puts in the folder that it exports: how the town shows itself, and what lets that desk pair once. */
const TownFile = z.object({
  town: TownDocument,
  pairing: z.object({ key: z.string(), expiresAt: z.string().transform((at) => at as Instant) }),
})
type TownFile = z.infer<typeof TownFile>

export const townFileName = 'ville.json'

/** Null where there is none. @throws Error when it is there and cannot be read */
export const readTownFile = (path: string): TownFile | null => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  return TownFile.parse(JSON.parse(text))
}
