/** Chance that falls the same way each time: the example town is the same town on every machine. */
export type Seeded = {
  /** From 0 up to 1. */
  next(): number
  chance(probability: number): boolean
  /** Both counted. */
  between(low: number, high: number): number
  /** @throws RangeError when there is nothing to choose from */
  pick<T>(list: readonly T[]): T
}

/** Its own course for each `topic`, so that adding one thing to the town leaves the others as they were. */
export const seeded = (topic: string): Seeded => {
  let state = hash(topic)
  // Mulberry32.
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

/** FNV-1a. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value
}
