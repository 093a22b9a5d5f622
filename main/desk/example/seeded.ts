/** Reproducible random numbers, so that the example town is the same on every computer. */
export type SeededRandom = {
  /** A number from 0 up to 1, 1 excluded. */
  next(): number
  chance(probability: number): boolean
  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number
  /** An item of the list. @throws RangeError when the list is empty */
  pick<T>(list: readonly T[]): T
}

/** A separate sequence for each `topic`, so that an addition to the town does not change the rest. */
export const seededRandom = (topic: string): SeededRandom => {
  let state = hash(topic)
  // The Mulberry32 generator.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    chance: (probability) => next() < probability,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick(list) {
      const picked = list[Math.floor(next() * list.length)]
      if (picked === undefined) throw new RangeError('nothing to choose from')
      return picked
    },
  }
}

/** The FNV-1a hash, on 32 bits. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value
}
