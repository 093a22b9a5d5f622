import type { Document, Holding } from './documents.ts'
import {
  type BatchLimit,
  batchWithin,
  type Entry,
  isSamePosition,
  type MissingEntries,
  type Position,
  trailNumbers,
} from './log.ts'
import { type LookUp, type LookUpResult, nothingToLookUp } from './look-up.ts'
import type { DocumentList, Message, Series, SideName, Talk, UnreadableDocuments } from './message.ts'
import type { Side } from './side.ts'
import type { Capabilities } from './version.ts'

/**
 * What the next message must contain, decided by `receive`. Kept in memory only: after a crash the desk starts again
 * from `firstPlan`, and the next message received leads to the same plan.
 */
export type MessagePlan =
  | { readonly kind: 'exchange'; readonly list: string | null; readonly fetch: readonly string[] }
  | {
      readonly kind: 'compare'
      readonly restored: readonly SideName[]
      readonly lacks: MissingEntries | null
      readonly give: MissingEntries | null
      readonly agrees: Position | null
    }
  | { readonly kind: 'stale' }
  | { readonly kind: 'unsupported' }

/**
 * What a message carries in addition to log entries. From the desk: documents that the portal lacks or must delete.
 * From the portal: papers and lists that the desk requested, and the digest of all its documents.
 */
export type Payload = {
  readonly documents: readonly Document[]
  readonly withdrawn: readonly string[]
  readonly listed: DocumentList | null
  readonly holding: Holding | null
  readonly series: Series
  readonly aside?: UnreadableDocuments | undefined
}

/** 200 entries or documents and 500,000 characters: even a slow connection sends such a message within seconds. */
export const defaultBatchLimit: BatchLimit = { count: 200, size: 500_000 }

/**
 * Counts one more request. The desk commits this before it sends the request, so that no two requests ever have the
 * same number.
 */
export const withNextTurn = (side: Side): Side => ({ ...side, turn: side.turn + 1 })

/** The plan of the desk's first request of an exchange, and of the first one after a crash. */
export const firstPlan = (side: Side): MessagePlan =>
  side.comparing ? emptyComparison : { kind: 'exchange', list: null, fetch: [] }

const emptyComparison: MessagePlan = { kind: 'compare', restored: [], lacks: null, give: null, agrees: null }

export const lookUpToCompose = (side: Side, plan: MessagePlan, limit: BatchLimit): LookUp => {
  if (plan.kind === 'exchange') {
    return { ...nothingToLookUp, ownAfter: { number: side.acknowledged.number, limit: limit.count } }
  }
  if (plan.kind !== 'compare') return nothingToLookUp
  return {
    ...nothingToLookUp,
    mirrorAt: trailNumbers(side.mirror.start.number, side.mirror.end.number),
    mirrorAfter: plan.give && { number: plan.give.after.number, limit: limit.count },
  }
}

/**
 * Builds the next message from committed state only, so that a side never acknowledges an entry that it could still
 * lose.
 */
export const compose = (
  side: Side,
  plan: MessagePlan,
  found: LookUpResult,
  payload: Payload,
  speech: Capabilities,
  limit: BatchLimit,
): Message => ({
  ...speech,
  from: side.name,
  epoch: side.epoch,
  turn: side.turn,
  answered: side.name === 'desk' ? side.answered : side.turn,
  own: { start: side.own.start, end: positionOf(side.own.end) },
  received: positionOf(side.mirror.end),
  knowsNumbers: side.knowsNumbers,
  talk: talk(side, plan, found, payload, limit),
})

const talk = (side: Side, plan: MessagePlan, found: LookUpResult, payload: Payload, limit: BatchLimit): Talk => {
  if (plan.kind === 'exchange') {
    const entries = batchWithin(found.ownEntries, sizeOfEntry, limit)
    // Documents show the result of answers: the desk sends them only once every answer in its log has been sent.
    const isAtEnd = isSamePosition(entries.at(-1) ?? side.acknowledged, side.own.end)
    const { documents, withdrawn, ...otherFields } = payload
    return {
      kind: 'exchange',
      opening: side.name === 'desk' ? side.comparedAt : null,
      after: positionOf(side.acknowledged),
      entries,
      documents: isAtEnd || side.name === 'portal' ? batchWithin(documents, sizeOfDocument, limit) : [],
      withdrawn: isAtEnd ? withdrawn : [],
      list: plan.list,
      fetch: plan.fetch,
      ...otherFields,
    }
  }
  if (plan.kind !== 'compare') return plan
  const { give } = plan
  const entries = give ? batchWithin(found.mirrorEntries, sizeOfEntry, limit) : []
  return {
    kind: 'compare',
    restored: side.restored ? [...new Set([...plan.restored, side.name])] : plan.restored,
    trail: trail(side, found),
    lacks: plan.lacks,
    returned: give && (entries.length > 0 || give.whole) ? { lack: give, entries } : null,
    agrees: plan.agrees,
    lost: side.lost,
    ...(side.passes && { passes: true }),
    series: payload.series,
  }
}

const trail = (side: Side, found: LookUpResult): Position[] => {
  const positions = new Map(
    [...found.mirror, side.mirror.start, side.mirror.end].map(({ number, hash }) => [number, { number, hash }]),
  )
  return [...positions.values()].toSorted((one, other) => other.number - one.number)
}

const positionOf = ({ number, hash }: Position): Position => ({ number, hash })
const sizeOfEntry = ({ id, kind, body }: Entry) => id.length + kind.length + body.length + 150
/**
 * The characters that the document takes in a message: its texts, and about 100 for JSON punctuation and the other
 * fields.
 */
export const sizeOfDocument = ({ id, body }: Document) => id.length + body.length + 100
