import { parentPort, workerData } from 'node:worker_threads'
import { Refused } from '../refused.ts'
import { checkUpload } from './upload-check.ts'

/*
 * A worker thread: re-encoding a photo takes a second, during which every other parent would wait, and a crash here
 * does not reach the server.
 */
const reply = async (): Promise<object> => {
  try {
    const { type, pages, bytes } = await checkUpload(workerData as Uint8Array)
    return { type, pages, bytes }
  } catch (error) {
    return error instanceof Refused ? { refused: error.sentence, error: '' } : { refused: null, error: String(error) }
  }
}

parentPort?.postMessage(await reply(), [])
