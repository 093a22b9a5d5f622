import { parentPort, workerData } from 'node:worker_threads'
import { Refused } from '../refused.ts'
import { judged } from './judging.ts'

/*
 * A thread of its own: drawing a photo anew takes a second, during which every other parent would wait; and what breaks
 * here breaks nothing else.
 */
const told = async (): Promise<object> => {
  try {
    const { type, pages, bytes } = await judged(workerData as Uint8Array)
    return { type, pages, bytes }
  } catch (error) {
    return error instanceof Refused ? { refused: error.sentence, error: '' } : { refused: null, error: String(error) }
  }
}

parentPort?.postMessage(await told(), [])
