import { Worker } from 'node:worker_threads'

/** Nine times what a photo of forty megapixels takes on a small computer: a file that takes longer is refused. */
const maxMilliseconds = 45_000
const maxMegabytes = 1024

/**
 * Judges one received file in a thread of its own: other calls are served meanwhile, and a file made to crash its
 * reader ends that thread only.
 * @param program the thread's module: it gets the bytes as `workerData` and posts one message
 * @returns null when the file needed more time or memory than allowed
 */
export const judgeInThread = async <Verdict>(program: string | URL, bytes: Uint8Array): Promise<Verdict | null> => {
  const thread = new Worker(program, { workerData: bytes, resourceLimits: { maxOldGenerationSizeMb: maxMegabytes } })
  const timer = setTimeout(() => void thread.terminate(), maxMilliseconds)
  try {
    return await new Promise<Verdict | null>((resolve, reject) => {
      thread.once('message', resolve)
      thread.once('error', reject)
      thread.once('exit', () => resolve(null))
    })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') return null
    throw error
  } finally {
    clearTimeout(timer)
    await thread.terminate()
  }
}
