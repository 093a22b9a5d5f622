import { setImmediate } from 'node:timers/promises'

/** Others are served at least this often, in milliseconds, while a list is worked through. */
const turn = 8

/** A list worked through without keeping others waiting. */
export const paced = async <T, R>(items: readonly T[], work: (item: T) => R): Promise<R[]> => {
  const results: R[] = []
  let until = performance.now() + turn
  for (const item of items) {
    results.push(work(item))
    if (performance.now() < until) continue
    await setImmediate()
    until = performance.now() + turn
  }
  return results
}
