import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { Store } from '../../store/store.ts'
import type { SentChannel } from './mails-store.ts'

/*
 * The number of sendings that ever began, in a file beside the data that no backup restores. A data file with a smaller
 * number is an older copy: mails or SMS that wait in it may have left since.
 */

const Shape = z.object({ begun: z.int().nonnegative() })

const fileNames: Readonly<Record<SentChannel, string>> = { mail: 'temoin-courriels.json', sms: 'temoin-sms.json' }
const pathIn = ({ dataDir }: Store, channel: SentChannel): string => join(dataDir, fileNames[channel])

/** Null when there is none: on another computer, or in a folder from which nothing was sent yet. */
export const readWitness = (store: Store, channel: SentChannel): number | null => {
  try {
    return Shape.parse(JSON.parse(readFileSync(pathIn(store, channel), 'utf8'))).begun
  } catch {
    return null
  }
}

export const writeWitness = (store: Store, channel: SentChannel, begun: number): void => {
  const draft = `${pathIn(store, channel)}.en-cours`
  writeFileSync(draft, JSON.stringify({ begun }), { flush: true })
  renameSync(draft, pathIn(store, channel))
}
