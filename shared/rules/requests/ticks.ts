import type { Day } from '../calendar/day.ts'

/** A tick of the brouillon. */
type Ticked = {
  readonly registration: number
  readonly day: Day
  readonly slot: number
  readonly wish: 'book' | 'cancel'
}

/** A whole brouillon in a few signs (FNV-1a): tells whether what is recorded is what its page shows. Proves nothing. */
export const ticksDigest = (ticks: readonly Ticked[]): string => {
  const text = ticks
    .map(({ registration, day, slot, wish }) => `${registration} ${day} ${slot} ${wish}`)
    .toSorted()
    .join(';')
  let hash = 0x811c9dc5
  for (const sign of text) hash = Math.imul(hash ^ sign.charCodeAt(0), 0x01000193) >>> 0
  return `${ticks.length}-${hash.toString(16)}`
}
