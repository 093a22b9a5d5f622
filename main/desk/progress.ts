import { randomUUID } from 'node:crypto'
import { ORPCError } from '@orpc/server'
import { errorTrace, storeSentence } from '../store/failures.ts'
import { type Core, Refused } from './core.ts'

/** How far a long work is, then what it made. */
type Progress<Result> =
  | { readonly step: 'working'; readonly done: number; readonly total: number }
  | { readonly step: 'done'; readonly result: Result }

export type LongWork = {
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number) => void
}

/**
 * A long work as a stream that a screen follows. Whoever stops listening stops the work. What the guard of every call
 * does with errors is done here, since they come once the call has been answered.
 */
export async function* followed<Result>(
  core: Core,
  signal: AbortSignal | undefined,
  work: (tools: LongWork) => Promise<Result>,
): AsyncGenerator<Progress<Result>, void> {
  const stopping = new AbortController()
  const stop = () => stopping.abort(signal?.reason)
  signal?.addEventListener('abort', stop)
  if (signal?.aborted) stop()
  let latest: Progress<Result> | undefined
  let wake: (() => void) | undefined
  const working = work({
    signal: stopping.signal,
    onProgress(done, total) {
      latest = { step: 'working', done, total }
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
    throw stopping.signal.aborted ? error : afterTheAnswer(core, error)
  } finally {
    signal?.removeEventListener('abort', stop)
    stopping.abort()
  }
}

/** Turns an error of a stream into what `procedures.ts` makes of a call's: a stream is already answered by then. */
export const afterTheAnswer = (core: Core, error: unknown): unknown => {
  if (error instanceof ORPCError) return error
  if (error instanceof Refused) {
    const { sentence, field } = error
    return new ORPCError('REFUSED', { status: 422, data: { sentence, ...(field !== undefined && { field }) } })
  }
  const known = storeSentence(error)
  if (known !== null) return new ORPCError('REFUSED', { status: 422, data: { sentence: known } })
  const id = randomUUID().slice(0, 8)
  core.log(`${id} ${errorTrace(error)}`)
  const sentence = 'Une erreur imprévue est survenue. Rien n’a été enregistré.'
  return new ORPCError('UNEXPECTED', { status: 500, data: { id, sentence } })
}
