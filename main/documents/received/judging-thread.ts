import { Worker } from 'node:worker_threads'

/** A photo of forty megapixels takes five seconds on a small machine: a file that takes this long is refused. */
const longestMilliseconds = 45_000
const mostMegabytes = 1024

/**
 * Judges one received file in a thread of its own: other calls are served meanwhile, and a file made to crash its reader
 * ends that thread only.
 * @param program the thread's module: it gets the bytes as `workerData` and posts one message
 * @returns null when the file needed more time or memory than allowed
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
