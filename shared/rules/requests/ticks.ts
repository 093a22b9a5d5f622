import type { Day } from '../calendar/day.ts'

/** One ticked cell of a draft. */
type Tick = {
  readonly registration: number
  readonly day: Day
  readonly slot: number
  readonly wish: 'book' | 'cancel'
}

/**
 * A short digest (FNV-1a) of a draft: shows whether the recorded draft is the one its page displayed. Not
 * cryptographic.
 */
export const ticksDigest = (ticks: readonly Tick[]): string => {
  const text = ticks
    .map(({ registration, day, slot, wish }) => `${registration} ${day} ${slot} ${wish}`)
    .toSorted()
    .join(';')
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0
  return `${ticks.length}-${hash.toString(16)}`
}
