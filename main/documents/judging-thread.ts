import { Worker } from 'node:worker_threads'

/** A photo of forty megapixels takes five on a small machine: what takes longer is not a paper. */
const longestMilliseconds = 45_000
const mostMegabytes = 1024

/**
 * Judges what somebody sent in a thread that ends with it: others are served meanwhile, and a file made to break its
 * reader breaks nothing else.
 * @param program the thread: it is given the bytes, and posts one message
 * @returns null when the file took more time or memory than one may
 */
export const judgedInThread = async <Told>(program: string | URL, bytes: Uint8Array): Promise<Told | null> => {
  const thread = new Worker(program, { workerData: bytes, resourceLimits: { maxOldGenerationSizeMb: mostMegabytes } })
  const timer = setTimeout(() => void thread.terminate(), longestMilliseconds)
  try {
    return await new Promise<Told | null>((resolve, reject) => {
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
