import { join } from 'node:path'
import { judgeInThread } from '../../documents/received/judging-thread.ts'
import { isExported } from '../beside.ts'
import { Refused } from '../refused.ts'
import type { Judged } from './judging.ts'

const program = join(import.meta.dirname, isExported ? 'judge-worker.js' : 'judge-worker.ts')
/**
 * Re-encoding one upload may take half a gigabyte of memory, so uploads are checked one at a time; when this many wait,
 * more are refused.
 */
const mostWaiting = 12

let last: Promise<unknown> = Promise.resolve()
let waiting = 0

type Told = Judged | { readonly refused: string | null; readonly error: string }

/** Checks and re-encodes an upload in a worker thread that ends afterwards. @throws Refused */
export const judgedApart = async (bytes: Uint8Array): Promise<Judged> => {
  if (waiting >= mostWaiting) {
    throw new Refused('Beaucoup de pièces arrivent en ce moment\u00a0: réessayez dans une minute.')
  }
  waiting += 1
  const turn = last
  const own = (async () => {
    await turn.catch(() => undefined)
    return inThread(bytes)
  })()
  last = own.catch(() => undefined)
  try {
    return await own
  } finally {
    waiting -= 1
  }
}

const inThread = async (bytes: Uint8Array): Promise<Judged> => {
  const told = await judgeInThread<Told>(program, bytes)
  if (told === null) throw new Refused(unreadable, 'file')
  if (!('refused' in told)) return told
  if (told.refused !== null) throw new Refused(told.refused, 'file')
  throw new Error(told.error)
}

const unreadable = 'Ce fichier ne se lit pas\u00a0: envoyez plutôt une photo de la pièce.'
