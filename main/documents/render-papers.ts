import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Instant } from '../../shared/rules/calendar/day.ts'
import type { ListPaper } from './list-pdf.ts'
import type { PaperFile } from './render-paper.ts'

type RenderOptions = {
  readonly createdAt: Instant
  readonly onProgress?: (done: number, all: number) => void
  readonly signal?: AbortSignal
}

export type Batch = { readonly first: number; readonly papers: readonly PaperFile[]; readonly createdAt: Instant }
export type RenderResult = { readonly first: number } & (
  | { readonly files: readonly Uint8Array[] }
  | { readonly failure: string }
)

/** Next to this module, in the sources as in a build, which puts `pdf-worker.js` next to the chunk with this module. */
const workerUrl = new URL(import.meta.url.endsWith('.ts') ? './pdf-worker.ts' : './pdf-worker.js', import.meta.url)

/** Papers in one message: few enough that no CPU core idles at the end, many enough that messages cost nothing. */
const BATCH = 8

/** Idle workers, each with the timer that terminates it; reused for the next papers, because loading fonts is slow. */
const idle = new Map<Worker, NodeJS.Timeout>()
const idleMilliseconds = 60_000

const takeWorker = (): Worker => {
  const worker = [...idle.keys()].at(-1) ?? new Worker(workerUrl)
  clearTimeout(idle.get(worker))
  idle.delete(worker)
  // Keep the process alive while the worker renders.
  worker.removeAllListeners().ref()
  return worker
}

/** Keeps at most one idle worker per CPU core: each takes about 50 MB. */
const keepIdle = (worker: Worker): void => {
  if (idle.size >= availableParallelism()) return void worker.terminate()
  worker.removeAllListeners().unref()
  const forget = () => void idle.delete(worker)
  worker.on('error', forget).on('exit', forget)
  const end = () => {
    forget()
    void worker.terminate()
  }
  idle.set(worker, setTimeout(end, idleMilliseconds).unref())
}

/**
 * Renders files to PDF in one worker per CPU core, so that the main thread keeps serving screens. The results have the
 * order of `files`.
 * @throws the signal's reason when aborted; an Error that says why when a paper cannot be rendered
 */
export const renderPapers = (files: readonly PaperFile[], options: RenderOptions): Promise<Uint8Array[]> => {
  const { createdAt, onProgress, signal } = options
  if (files.length === 0) return Promise.resolve([])
  return new Promise((resolve, reject) => {
    const results: Uint8Array[] = []
    const workers: Worker[] = []
    let next = 0
    let done = 0
    let isFinished = false
    const finish = (release: (worker: Worker) => unknown, settle: () => void) => {
      if (isFinished) return
      isFinished = true
      signal?.removeEventListener('abort', stop)
      for (const worker of workers) release(worker)
      settle()
    }
    const fail = (reason: unknown) =>
      finish(
        (worker) => worker.terminate(),
        () => reject(reason instanceof Error ? reason : new Error(String(reason))),
      )
    const stop = () => fail(signal?.reason)
    const feed = (worker: Worker) => {
      if (next >= files.length) return
      const batch: Batch = { first: next, papers: files.slice(next, next + BATCH), createdAt }
      next += BATCH
      worker.postMessage(batch, [])
    }
    const receive = (worker: Worker, printed: RenderResult) => {
      if (isFinished) return
      if ('failure' in printed) return fail(new Error(printed.failure))
      for (const [index, file] of printed.files.entries()) results[printed.first + index] = file
      done += printed.files.length
      feed(worker)
      onProgress?.(done, files.length)
      if (done === files.length) finish(keepIdle, () => resolve(results))
    }
    if (signal?.aborted) return stop()
    signal?.addEventListener('abort', stop)
    const count = Math.min(availableParallelism(), Math.ceil(files.length / BATCH))
    for (let index = 0; index < count; index += 1) {
      const worker = takeWorker()
      workers.push(worker)
      worker.on('message', (printed: RenderResult) => receive(worker, printed))
      worker.on('error', fail)
      worker.on('exit', (code) => fail(new Error(`the printing worker stopped (${code})`)))
      feed(worker)
    }
  })
}

/** Lays out a list in such a worker, because thousands of lines take seconds. */
export const renderList = async (list: ListPaper): Promise<Uint8Array<ArrayBuffer>> => {
  const [bytes] = await renderPapers([{ list }], { createdAt: list.printedAt })
  if (!bytes) throw new RangeError('no list was printed')
  return new Uint8Array(bytes)
}
