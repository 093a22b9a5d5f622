import { on } from 'node:events'
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Instant } from '../../../../shared/rules/calendar/day.ts'
import type { Store } from '../../../store/store.ts'
import type { SpanKey } from '../spans/spans-store.ts'
import type { Proposals } from './proposals.ts'
import type { BillingScope } from './span-papers.ts'

/** What the thread is asked: the proposals for these spans, as of this time. */
export type Question = {
  readonly at: Instant
  readonly actId: number
  readonly scope: BillingScope
  readonly spans: readonly SpanKey[]
}

/** How many batches the thread is asked ahead of the writer: neither waits for the other, and memory stays bounded. */
const batchesAhead = 3

/** Far more than a batch takes: without limits, the thread would let its waste pile up to hundreds of megabytes. */
const resourceLimits = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 24 }

/**
 * Has another thread make the proposals for each batch of spans, in their order, on a connection of its own. Facts may
 * change before the writer gets to an answer: `Proposals.revisions` tells.
 */
export async function* proposalsAhead(
  store: Store,
  { actId, scope }: Pick<Question, 'actId' | 'scope'>,
  batches: readonly (readonly SpanKey[])[],
): AsyncGenerator<{ readonly batch: readonly SpanKey[]; readonly proposals: Proposals }, void> {
  const worker = new Worker(program, { workerData: { path: store.path }, resourceLimits })
  const ask = (spans: readonly SpanKey[]) =>
    worker.postMessage({ at: store.clock(), actId, scope, spans } satisfies Question, [])
  try {
    const answers = on(worker, 'message', { close: ['exit'] })
    for (const batch of batches.slice(0, batchesAhead)) ask(batch)
    for (const [index, batch] of batches.entries()) {
      const { value, done } = await answers.next()
      if (done) throw new Error('the pricing thread stopped')
      const next = batches[index + batchesAhead]
      if (next) ask(next)
      const [proposals] = value as [Proposals]
      yield { batch, proposals }
    }
  } finally {
    await worker.terminate()
  }
}

// In the build for Electron, the worker is a JavaScript file next to this module.
const program = join(import.meta.dirname, `pricing-worker${extname(import.meta.filename)}`)
