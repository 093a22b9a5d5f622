import { on } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import type { Instant } from '../../shared/rules/calendar/day.ts'
import { readingStore } from './reading-store.ts'
import type { Store } from './store.ts'

/*
 * Long reading in batches, by another thread on a connection of its own while this one serves others. Nothing is locked:
 * facts may change between the answer to one batch and the next.
 */

/** What reads batches, and the program of the thread that does: a file that gives `read` to `answerBatches`. */
export type BatchReader<Topic, Batch, Answer> = {
  /** @returns what answers each batch from what one read transaction finds: plain data */
  readonly read: (store: Store, topic: Topic) => (batch: Batch) => Answer
  readonly program: string
}

type Batches<Topic, Batch> = {
  /** What all batches share. */
  readonly topic: Topic
  readonly batches: readonly Batch[]
}

/**
 * How many batches are asked for before their answers are used: enough that neither side waits for the other, and few
 * enough to keep memory small.
 */
const batchesAhead = 3

/** Far more than a batch takes: without limits, the thread would let garbage pile up to hundreds of megabytes. */
const resourceLimits = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 24 }

/** Other calls get a turn after so many milliseconds of reading in this thread. */
const turnMilliseconds = 8

/** Whether another thread may read: in another mode of the journal, it and the writer would wait for each other. */
export const mayReadInThread = (store: Store): boolean =>
  store.sqlite.pragma('journal_mode', { simple: true }) === 'wal'

/** Has another thread answer each batch, in their order. */
export async function* answersAhead<Topic, Batch, Answer>(
  store: Store,
  { program }: BatchReader<Topic, Batch, Answer>,
  { topic, batches }: Batches<Topic, Batch>,
): AsyncGenerator<Answer, void> {
  const worker = new Worker(program, { workerData: { path: store.path, topic }, resourceLimits })
  const ask = (batch: Batch) => worker.postMessage({ at: store.clock(), batch } satisfies Question<Batch>, [])
  try {
    const answers = on(worker, 'message', { close: ['exit'] })
    for (const batch of batches.slice(0, batchesAhead)) ask(batch)
    for (const index of batches.keys()) {
      const { value, done } = await answers.next()
      if (done) throw new Error('the reading thread stopped')
      const next = batches[index + batchesAhead]
      if (next !== undefined) ask(next)
      const [answer] = value as [Answer]
      yield answer
    }
  } finally {
    await worker.terminate()
  }
}

/** The same by this thread, where there is too little to read for another one to begin. */
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

/** In the thread: answers the batches that it is asked. */
export const answerBatches = <Topic, Batch, Answer>(read: BatchReader<Topic, Batch, Answer>['read']): void => {
  const { path, topic } = workerData as { readonly path: string; readonly topic: Topic }
  let now: Instant
  const store = readingStore(path, () => now)
  let answer: ((batch: Batch) => Answer) | undefined
  parentPort?.on('message', ({ at, batch }: Question<Batch>) => {
    now = at
    // One read transaction for all queries: the writer goes on meanwhile.
    const found = store.sqlite.transaction(() => (answer ??= read(store, topic))(batch))()
    parentPort?.postMessage(found, [])
  })
}
