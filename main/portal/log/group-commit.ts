/** Few enough that no item of a batch waits long for the others. */
const maxBatchSize = 24

type Waiting<Item, Result> = {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/**
 * Group commit: items submitted while a batch is running wait, then run together in one transaction, instead of each
 * waiting for the commits before its own.
 * @param work runs a batch and returns an outcome for each item, in order: a function that returns its result or
 * throws. When `work` itself throws, each item is tried alone, so that none fails because of another.
 * @param keyOf items with the same key are never in the same batch
 */
export const groupCommit = <Item, Result>(
  work: (items: readonly Item[]) => Promise<readonly (() => Result)[]>,
  keyOf: (item: Item) => unknown,
): ((item: Item) => Promise<Result>) => {
  let waiting: Waiting<Item, Result>[] = []
  let isRunning = false

  const settle = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const outcomes = await work(batch.map(({ item }) => item))
      for (const [index, { resolve, reject }] of batch.entries()) {
        try {
          const outcome = outcomes[index]
          if (!outcome) throw new RangeError('an item came to nothing')
          resolve(outcome())
        } catch (error) {
          reject(error)
        }
      }
    } catch (error) {
      if (batch.length > 1) for (const one of batch) await settle([one])
      else for (const { reject } of batch) reject(error)
    }
  }

  const runWaiting = async (): Promise<void> => {
    isRunning = true
    while (waiting.length > 0) {
      const batch = new Map<unknown, Waiting<Item, Result>>()
      const later: Waiting<Item, Result>[] = []
      for (const one of waiting) {
        const key = keyOf(one.item)
        if (batch.size < maxBatchSize && !batch.has(key)) batch.set(key, one)
        else later.push(one)
      }
      waiting = later
      await settle([...batch.values()])
    }
    isRunning = false
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (!isRunning) void runWaiting()
    })
}
