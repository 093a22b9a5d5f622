import type { Document, Holding } from './documents.ts'
import { type Entry, fitting, isSame, type Lack, type Limit, type Position, trailNumbers } from './log.ts'
import { type Found, type LookUp, nothingToLookUp } from './look-up.ts'
import type { Aside, Listed, Message, Series, SideName, Talk } from './message.ts'
import type { Side } from './side.ts'
import type { Speech } from './version.ts'

/** What is to be said next, as `take` found it. Forgotten at a crash: the next message finds it again. */
export type Cue =
  | { readonly kind: 'exchange'; readonly list: string | null; readonly fetch: readonly string[] }
  | {
      readonly kind: 'compare'
      readonly restored: readonly SideName[]
      readonly lacks: Lack | null
      readonly give: Lack | null
      readonly agrees: Position | null
    }
  | { readonly kind: 'stale' }
  | { readonly kind: 'unsupported' }

/** What travels beside the log. The desk: what differs. The portal: what it was asked for, and what it holds. */
export type Parcel = {
  readonly documents: readonly Document[]
  readonly withdrawn: readonly string[]
  readonly listed: Listed | null
  readonly holding: Holding | null
  readonly series: Series
  readonly aside?: Aside | undefined
}

/** 200 entries or documents, half a million characters: a message that even a poor line carries within seconds. */
export const usualLimit: Limit = { count: 200, size: 500_000 }

/** The desk asks. To be committed before the request leaves, so that no two requests are ever the same. */
export const asking = (side: Side): Side => ({ ...side, turn: side.turn + 1 })

/** How the desk begins. */
export const firstCue = (side: Side): Cue =>
  side.comparing ? silentCompare : { kind: 'exchange', list: null, fetch: [] }

const silentCompare: Cue = { kind: 'compare', restored: [], lacks: null, give: null, agrees: null }

export const toCompose = (side: Side, cue: Cue, limit: Limit): LookUp => {
  if (cue.kind === 'exchange') {
    return { ...nothingToLookUp, ownAfter: { number: side.acknowledged.number, limit: limit.count } }
  }
  if (cue.kind !== 'compare') return nothingToLookUp
  return {
    ...nothingToLookUp,
    mirrorAt: trailNumbers(side.mirror.start.number, side.mirror.end.number),
    mirrorAfter: cue.give && { number: cue.give.after.number, limit: limit.count },
  }
}

/** The next message, from what is committed: so nothing is acknowledged that could still be lost. */
export const compose = (side: Side, cue: Cue, found: Found, parcel: Parcel, speech: Speech, limit: Limit): Message => ({
  ...speech,
  from: side.name,
  epoch: side.epoch,
  turn: side.turn,
  answered: side.name === 'desk' ? side.answered : side.turn,
  own: { start: side.own.start, end: place(side.own.end) },
  received: place(side.mirror.end),
  knowsNumbers: side.knowsNumbers,
  talk: talk(side, cue, found, parcel, limit),
})

const talk = (side: Side, cue: Cue, found: Found, parcel: Parcel, limit: Limit): Talk => {
  if (cue.kind === 'exchange') {
    const entries = fitting(found.ownEntries, sizeOfEntry, limit)
    // A document shows the facts of the answers said before it: it never travels ahead of them.
    const isAtEnd = isSame(entries.at(-1) ?? side.acknowledged, side.own.end)
    const { documents, withdrawn, ...more } = parcel
    return {
      kind: 'exchange',
      opening: side.name === 'desk' ? side.comparedAt : null,
      after: place(side.acknowledged),
      entries,
      documents: isAtEnd || side.name === 'portal' ? fitting(documents, sizeOfDocument, limit) : [],
      withdrawn: isAtEnd ? withdrawn : [],
      list: cue.list,
      fetch: cue.fetch,
      ...more,
    }
  }
  if (cue.kind !== 'compare') return cue
  const { give } = cue
  const entries = give ? fitting(found.mirrorEntries, sizeOfEntry, limit) : []
  return {
    kind: 'compare',
    restored: side.restored ? [...new Set([...cue.restored, side.name])] : cue.restored,
    trail: trail(side, found),
    lacks: cue.lacks,
    returned: give && (entries.length > 0 || give.whole) ? { lack: give, entries } : null,
    agrees: cue.agrees,
    lost: side.lost,
    ...(side.passes && { passes: true }),
    series: parcel.series,
  }
}

const trail = (side: Side, found: Found): Position[] => {
  const places = new Map(
    [...found.mirror, side.mirror.start, side.mirror.end].map(({ number, hash }) => [number, { number, hash }]),
  )
  return [...places.values()].toSorted((one, other) => other.number - one.number)
}

const place = ({ number, hash }: Position): Position => ({ number, hash })
const sizeOfEntry = ({ id, kind, body }: Entry) => id.length + kind.length + body.length + 150
/** What it takes in a message, in characters. */
export const sizeOfDocument = ({ id, body }: Document) => id.length + body.length + 100
