import { randomUUID } from 'node:crypto'
import { ORPCError } from '@orpc/server'
import { errorTrace, storeSentence } from '../store/failures.ts'
import { mayReadInThread } from '../store/reading-thread.ts'
import type { Store } from '../store/store.ts'
import { type Core, Refused } from './core.ts'

/** Progress of a long job, then its result. */
type Progress<Result> =
  | { readonly step: 'working'; readonly done: number; readonly total: number; readonly note?: string }
  | { readonly step: 'done'; readonly result: Result }

/** What a long job is given: when to stop, and where to report its progress. */
export type LongWorkTools = {
  readonly signal: AbortSignal
  /** @param note what the job waits for, in French */
  readonly onProgress: (done: number, total: number, note?: string) => void
}

/** What pricing months of homes is given. */
export type PricingTools = LongWorkTools & {
  /**
   * From this number of months on, other threads price them, because starting threads takes half a second. Tests use a
   * lower number.
   */
  readonly threadFrom?: number
}

/** Tools for a long job whose progress nobody watches. */
export const inSilence = (signal: AbortSignal | undefined): LongWorkTools => ({
  signal: signal ?? new AbortController().signal,
  onProgress: () => undefined,
})

export const isForThread = (store: Store, months: number, { threadFrom = 3000 }: PricingTools): boolean =>
  months >= threadFrom && mayReadInThread(store)

/**
 * Runs a long job as a stream of its progress. When the client stops reading, the job is aborted. Errors are converted
 * here, because the error handler of calls (`procedures.ts`) does not see them once the stream has begun.
 */
export async function* streamProgress<Result>(
  core: Core,
  signal: AbortSignal | undefined,
  work: (tools: LongWorkTools) => Promise<Result>,
): AsyncGenerator<Progress<Result>, void> {
  const stopping = new AbortController()
  const stop = () => stopping.abort(signal?.reason)
  signal?.addEventListener('abort', stop)
  if (signal?.aborted) stop()
  let latest: Progress<Result> | undefined
  let wake: (() => void) | undefined
  const working = work({
    signal: stopping.signal,
    onProgress(done, total, note) {
      latest = { step: 'working', done, total, ...(note !== undefined && { note }) }
      wake?.()
    },
  })
  const ended = working.then(
    () => true,
    () => true,
  )
  try {
    for (let isOver = false; !isOver; ) {
      const { promise, resolve } = Promise.withResolvers<boolean>()
      wake = () => resolve(false)
      isOver = await Promise.race([ended, promise])
      if (latest) yield latest
      latest = undefined
    }
    yield { step: 'done', result: await working }
  } catch (error) {
    throw stopping.signal.aborted ? error : toStreamError(core, error)
  } finally {
    signal?.removeEventListener('abort', stop)
    stopping.abort()
  }
}

/** Converts an error to the typed error that `procedures.ts` would make of it. */
export const toStreamError = (core: Core, error: unknown): unknown => {
  if (error instanceof ORPCError) return error
  if (error instanceof Refused) {
    const { sentence, field } = error
    return new ORPCError('REFUSED', { status: 422, data: { sentence, ...(field !== undefined && { field }) } })
  }
  const sentenceOfStore = storeSentence(error)
  if (sentenceOfStore !== null) return new ORPCError('REFUSED', { status: 422, data: { sentence: sentenceOfStore } })
  const id = randomUUID().slice(0, 8)
  core.log(`${id} ${errorTrace(error)}`)
  const sentence = 'Une erreur imprévue est survenue. Rien n’a été enregistré.'
  return new ORPCError('UNEXPECTED', { status: 500, data: { id, sentence } })
}
