import { setImmediate } from 'node:timers/promises'

/** Longest time in milliseconds before the event loop serves others. */
const maxMilliseconds = 8

/** Maps a long list in short turns, so that the event loop serves others in between. */
export const mapInTurns = async <T, R>(items: readonly T[], work: (item: T) => R): Promise<R[]> => {
  const results: R[] = []
  let until = performance.now() + maxMilliseconds
  for (const item of items) {
    results.push(work(item))
    if (performance.now() < until) continue
    await setImmediate()
    until = performance.now() + maxMilliseconds
  }
  return results
}

/** Runs steps to their end, other calls being served after each few milliseconds of them. */
export const stepInTurns = async <Result>(steps: Generator<undefined, Result>): Promise<Result> => {
  let until = performance.now() + maxMilliseconds
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value
    if (performance.now() < until) continue
    await setImmediate()
    until = performance.now() + maxMilliseconds
  }
}
