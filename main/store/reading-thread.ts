import { on } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import type { Instant } from '../../shared/rules/calendar/day.ts'
import { readingStore } from './reading-store.ts'
import type { Store } from './store.ts'

/*
 * Reads long data in batches, in other threads with connections of their own, while this thread serves other requests.
 * Nothing is locked: facts may change between the answers to two batches.
 */

/** Reads batches. The program of the thread is a file that passes `read` to `answerBatches`. */
export type BatchReader<Topic, Batch, Answer> = {
  /** @returns a function that answers each batch with plain data, read in one transaction */
  readonly read: (store: Store, topic: Topic) => (batch: Batch) => Answer
  readonly program: string
}

type Batches<Topic, Batch> = {
  /** The data common to all batches. */
  readonly topic: Topic
  readonly batches: readonly Batch[]
}

/**
 * Two threads: reading takes most of the time, and the thread that uses the answers is seldom busy. More threads would
 * take more memory.
 */
const threads = 2

/**
 * How many batches a thread is sent before their answers are used: enough that neither side waits for the other, and
 * few enough to keep memory small.
 */
const batchesAhead = 2

/** Far more than a batch needs: without limits, the garbage collector of the thread would let memory grow. */
const resourceLimits = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 }

/** After this many milliseconds of reading in this thread, other calls get a turn. */
const turnMilliseconds = 8

/** Whether other threads may read: in other journal modes, they and the writer would wait for each other. */
export const mayReadInThread = (store: Store): boolean =>
  store.sqlite.pragma('journal_mode', { simple: true }) === 'wal'

/** Lets other threads answer the batches. @returns the answers in the order of the batches */
export async function* answersAhead<Topic, Batch, Answer>(
  store: Store,
  { program }: BatchReader<Topic, Batch, Answer>,
  { topic, batches }: Batches<Topic, Batch>,
): AsyncGenerator<Answer, void> {
  const workerOptions = { workerData: { path: store.path, topic }, resourceLimits }
  const readers = Array.from({ length: Math.min(threads, batches.length) }, () => {
    const worker = new Worker(program, workerOptions)
    return { worker, answers: on(worker, 'message', { close: ['exit'] }) }
  })
  const readerOf = (index: number) => readers[index % readers.length]
  const ask = (index: number) => {
    const batch = batches[index]
    if (batch !== undefined)
      readerOf(index)?.worker.postMessage({ at: store.clock(), batch } satisfies Question<Batch>, [])
  }
  const ahead = batchesAhead * readers.length
  try {
    for (let index = 0; index < ahead; index += 1) ask(index)
    for (const index of batches.keys()) {
      const { value, done } = (await readerOf(index)?.answers.next()) ?? { done: true }
      if (done) throw new Error('a reading thread stopped')
      ask(index + ahead)
      const [answer] = value as [Answer]
      yield answer
    }
  } finally {
    await Promise.all(readers.map(({ worker }) => worker.terminate()))
  }
}

/** Answers the batches in this thread, when there is too little to read to start another one. */
export async function* answersInTurns<Topic, Batch, Answer>(
  store: Store,
  { read }: Pick<BatchReader<Topic, Batch, Answer>, 'read'>,
  { topic, batches }: Batches<Topic, Batch>,
): AsyncGenerator<Answer, void> {
  const answer = read(store, topic)
  let until = performance.now() + turnMilliseconds
  for (const batch of batches) {
    yield answer(batch)
    if (performance.now() < until) continue
    await setImmediate()
    until = performance.now() + turnMilliseconds
  }
}

type Question<Batch> = { readonly at: Instant; readonly batch: Batch }

/** In the reading thread: answers the batches that it receives. */
export const answerBatches = <Topic, Batch, Answer>(read: BatchReader<Topic, Batch, Answer>['read']): void => {
  const { path, topic } = workerData as { readonly path: string; readonly topic: Topic }
  let now: Instant
  const store = readingStore(path, () => now)
  let answer: ((batch: Batch) => Answer) | undefined
  parentPort?.on('message', ({ at, batch }: Question<Batch>) => {
    now = at
    // One read transaction for all queries of a batch; the writer is not blocked meanwhile.
    const found = store.sqlite.transaction(() => (answer ??= read(store, topic))(batch))()
    parentPort?.postMessage(found, [])
  })
}
