import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { TownDocument } from '../../../shared/contract/portal/documents.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { WrongSetting } from './settings.ts'

/** The file that a desk puts in an exported portal: the town's document, and the code that lets that desk pair once. */
const TownFile = z.object({
  town: TownDocument,
  pairing: z.object({ key: z.string(), expiresAt: z.string().transform((at) => at as Instant) }),
})
type TownFile = z.infer<typeof TownFile>

export const townFileName = 'ville.json'

/** Null when there is no such file. @throws WrongSetting when the file is unreadable */
export const readTownFile = (path: string): TownFile | null => {
  try {
    return TownFile.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new WrongSetting(
      `Le fichier ${path} ne peut pas être lu\u00a0: exportez de nouveau le portail depuis le bureau, et remplacez-le.`,
    )
  }
}
