import { join } from 'node:path'
import { judgeInThread } from '../../documents/received/judging-thread.ts'
import { Refused } from '../refused.ts'
import { isExported } from '../runtime-file.ts'
import type { CheckedUpload } from './upload-check.ts'

const workerPath = join(import.meta.dirname, isExported ? 'judge-worker.js' : 'judge-worker.ts')
/**
 * Re-encoding one upload may take half a gigabyte of memory, so uploads are checked one at a time; when this many wait,
 * more are refused.
 */
const maxWaiting = 12

let last: Promise<unknown> = Promise.resolve()
let waiting = 0

type WorkerReply = CheckedUpload | { readonly refused: string | null; readonly error: string }

/** Checks and re-encodes an upload in a worker thread that ends afterwards. @throws Refused */
export const checkUploadInWorker = async (bytes: Uint8Array): Promise<CheckedUpload> => {
  if (waiting >= maxWaiting) {
    throw new Refused('Beaucoup de pièces arrivent en ce moment\u00a0: réessayez dans une minute.')
  }
  waiting += 1
  const previous = last
  const result = (async () => {
    await previous.catch(() => undefined)
    return inThread(bytes)
  })()
  last = result.catch(() => undefined)
  try {
    return await result
  } finally {
    waiting -= 1
  }
}

const inThread = async (bytes: Uint8Array): Promise<CheckedUpload> => {
  const reply = await judgeInThread<WorkerReply>(workerPath, bytes)
  if (reply === null) throw new Refused(unreadableMessage, 'file')
  if (!('refused' in reply)) return reply
  if (reply.refused !== null) throw new Refused(reply.refused, 'file')
  throw new Error(reply.error)
}

const unreadableMessage = 'Ce fichier ne se lit pas\u00a0: envoyez plutôt une photo de la pièce.'
