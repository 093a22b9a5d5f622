import type { Instant } from '../rules/calendar/day.ts'
import type { MessagePlan } from './compose.ts'
import type { Document, DocumentName } from './documents.ts'
import {
  type Entry,
  type HashOf,
  isContinuation,
  isSamePosition,
  type LogRepair,
  type MissingEntries,
  type Position,
  repairLog,
} from './log.ts'
import { type LookUp, type LookUpResult, nothingToLookUp } from './look-up.ts'
import type { Compare, DocumentList, Exchange, Message, Series, SideName } from './message.ts'
import { markReplacement, markRestored, type Side, withIntervals } from './side.ts'
import { type Capabilities, commonVersion } from './version.ts'

/**
 * What a received message changes. All of it is written in one transaction. Only after the commit is the next message
 * composed from `next`, since that message acknowledges what was written.
 */
export type MessageEffects = {
  readonly side: Side
  readonly next: MessagePlan
  /** Entries to append to the mirror, the copy of the other side's log. */
  readonly received: readonly Entry[]
  /** The entries of `received` to apply, in order. */
  readonly apply: readonly Entry[]
  /**
   * Entries already applied under another number, not to be applied again. `answerStandsEntry` handles one whose
   * content differs.
   */
  readonly duplicates: readonly Entry[]
  /** Entries of kinds that this version does not know: stored, and applied after an update (`nowUnderstood`). */
  readonly notUnderstood: readonly Entry[]
  /** How to rewrite this side's own log after a restore, with the entries to apply or to undo. */
  readonly logRepair: LogRepair | null
  /** On the portal: documents to store. On the desk: papers that it requested from the portal. */
  readonly documents: readonly Document[]
  readonly withdrawn: readonly string[]
  /** On the desk: documents that the portal has now stored. */
  readonly published: readonly DocumentName[]
  readonly unpublished: readonly string[]
  /** On the desk: the portal's actual documents between two ids. */
  readonly listed: DocumentList | null
  /** The other side's last numbers: this side's next numbers must be greater. */
  readonly series: Series
  readonly outcome: Outcome
}

type Outcome =
  | 'taken'
  /** One side was restored: the normal exchange waits until the logs agree. */
  | 'comparing'
  /** An old or already processed message: nothing changed. */
  | 'stale'
  /** Entries that do not match their hashes: nothing changed. */
  | 'damaged'
  | 'unsupported'

type ReceptionContext = { readonly at: Instant; readonly hashOf: HashOf; readonly speech: Capabilities }

export const lookUpToReceive = (side: Side, { received, talk }: Message): LookUp => {
  if (talk.kind === 'exchange') {
    return { ...nothingToLookUp, ownAt: [received.number], ids: talk.entries.map(({ id }) => id) }
  }
  if (talk.kind !== 'compare') return nothingToLookUp
  const { returned } = talk
  const numbers = [...talk.trail, ...(returned?.entries ?? [])].map(({ number }) => number)
  return {
    ...nothingToLookUp,
    ownAt: returned ? [...numbers, returned.lack.after.number] : numbers,
    ownAfter: returned && {
      number: returned.lack.whole ? side.own.start.number : returned.lack.after.number,
      limit: null,
    },
  }
}

/**
 * Processes a message from the other side. A message processed twice, late or out of turn changes nothing.
 *
 * @param request on the desk only: the request that the message replies to
 */
export const receive = (
  side: Side,
  message: Message,
  found: LookUpResult,
  now: ReceptionContext,
  request?: Message,
): MessageEffects => {
  if (commonVersion(message.versions, now.speech.versions) === null) {
    return unchanged(side, { kind: 'unsupported' }, 'unsupported')
  }
  return side.name === 'desk'
    ? receiveReply(side, message, found, now, request)
    : receiveRequest(side, message, found, now)
}

const receiveRequest = (
  previous: Side,
  message: Message,
  found: LookUpResult,
  now: ReceptionContext,
): MessageEffects => {
  if (message.turn <= previous.turn) return unchanged(previous, { kind: 'stale' }, 'stale')
  const numbered = { ...previous, turn: message.turn, answered: message.answered }
  const restored: SideName[] = []
  // The desk has committed a reply that this portal does not remember sending: this portal was restored.
  if (message.answered > previous.turn) restored.push('portal')
  // All messages of one comparison are about the same restore: it is reported once.
  const side = message.answered > previous.turn ? withoutSettledRestore(numbered, message) : numbered
  if (message.answered < previous.answered) restored.push('desk')
  return receiveTalk(side, message, restored, found, now)
}

/**
 * A restored side opened an epoch of its own. If the other side is in a later epoch, that restore was settled long ago,
 * and this side is a copy made at that time: what is detected now is another restore.
 */
const withoutSettledRestore = (side: Side, { epoch }: Message): Side =>
  epoch > side.epoch ? { ...side, restored: false } : side

const receiveReply = (
  before: Side,
  message: Message,
  found: LookUpResult,
  now: ReceptionContext,
  asked: Message | undefined,
): MessageEffects => {
  const isAwaited = message.turn === before.turn || message.talk.kind === 'stale'
  if (asked?.turn !== before.turn || before.answered === before.turn || !isAwaited) {
    return unchanged(before, { kind: 'stale' }, 'stale')
  }
  if (message.talk.kind === 'unsupported') return unchanged(before, { kind: 'unsupported' }, 'unsupported')
  if (message.talk.kind === 'stale') {
    // The portal has processed requests that this desk does not remember sending: the desk was restored.
    if (message.answered <= before.turn) return unchanged(before, { kind: 'stale' }, 'stale')
    const side = withoutSettledRestore({ ...before, turn: message.answered, answered: message.answered }, message)
    return receiveTalk(side, message, ['desk'], found, now)
  }
  const taken = receiveTalk({ ...before, answered: before.turn }, message, [], found, now)
  if (taken.outcome !== 'taken' || asked.talk.kind !== 'exchange') return taken
  return {
    ...taken,
    published: asked.talk.documents.map(({ id, hash, paperOf }) => ({ id, hash, paperOf })),
    unpublished: asked.talk.withdrawn,
  }
}

const receiveTalk = (
  side: Side,
  message: Message,
  restored: readonly SideName[],
  found: LookUpResult,
  now: ReceptionContext,
): MessageEffects => {
  const { talk } = message
  if (talk.kind === 'compare') return receiveComparison(side, message, talk, restored, found, now)
  if (talk.kind !== 'exchange') return startComparing(side, restored, now)
  if (side.comparing && !isOpening(side, talk)) return startComparing(side, restored, now)
  const contradicted = [...restored, ...contradictions(side, message, talk, found)]
  if (contradicted.length > 0) return startComparing(side, contradicted, now)
  return receiveExchange(side, message, talk, found, now)
}

/** Whether the message opens the epoch that both sides agreed on, and no restore was detected since. */
const isOpening = ({ comparing, comparedAt }: Side, { opening }: Exchange): boolean =>
  comparing && comparedAt !== null && opening === comparedAt

/** Sides whose restore alone explains this message; none if the message fits this side's state. */
const contradictions = (side: Side, message: Message, talk: Exchange, found: LookUpResult): SideName[] => {
  const other: SideName = side.name === 'desk' ? 'portal' : 'desk'
  const { received } = message
  const restored: SideName[] = []
  if (message.epoch < side.epoch) restored.push(other)
  if (message.epoch > side.epoch && !isOpening(side, talk)) restored.push(side.name)
  if (received.number < side.own.start.number) restored.push(other)
  else if (!isInOwn(side, received, found.own)) restored.push(side.name)
  // Acknowledged entries are committed: the acknowledged position moves backwards only in a new epoch, after comparing.
  if (received.number < side.acknowledged.number && message.epoch === side.epoch) restored.push(other)
  const { end } = side.mirror
  if (talk.after.number > end.number) restored.push(side.name)
  const atOurEnd = [talk.after, ...talk.entries].find(({ number }) => number === end.number)
  if (message.own.end.number < end.number || (atOurEnd && atOurEnd.hash !== end.hash)) restored.push(other)
  if (message.epoch > side.epoch && !isSamePosition(talk.after, end)) restored.push(side.name)
  return restored
}

const startComparing = (before: Side, restored: readonly SideName[], { at }: ReceptionContext): MessageEffects => {
  const side = restored.includes(before.name)
    ? markRestored(before, at)
    : { ...before, comparing: true, comparedAt: null }
  return unchanged(side, { kind: 'compare', restored, lacks: null, give: null, agrees: null }, 'comparing')
}

const receiveExchange = (
  side: Side,
  message: Message,
  talk: Exchange,
  found: LookUpResult,
  now: ReceptionContext,
): MessageEffects => {
  const received = talk.entries.filter(({ number }) => number > side.mirror.end.number)
  if (!isContinuation(side.mirror.end, received, now.hashOf)) return unchanged(side, { kind: 'stale' }, 'damaged')
  const isKnownKind = ({ kind }: Entry) => now.speech.kinds.includes(kind)
  const last = received.at(-1)
  return {
    ...unchanged(side, { kind: 'exchange', list: talk.list, fetch: talk.fetch }, 'taken'),
    side: {
      ...side,
      epoch: message.epoch,
      comparing: false,
      comparedAt: null,
      restored: false,
      knowsNumbers: side.knowsNumbers || message.knowsNumbers,
      acknowledged: message.received,
      mirror: last ? { ...side.mirror, end: last, at: last.at } : side.mirror,
      metAt: now.at,
      passes: false,
    },
    received,
    apply: received.filter((entry) => isKnownKind(entry) && !found.appliedIds.has(entry.id)),
    duplicates: received.filter(({ id }) => found.appliedIds.has(id)),
    notUnderstood: received.filter((entry) => !isKnownKind(entry)),
    documents: talk.documents,
    withdrawn: talk.withdrawn,
    listed: talk.listed,
    series: talk.series,
  }
}

const receiveComparison = (
  before: Side,
  message: Message,
  talk: Compare,
  restored: readonly SideName[],
  found: LookUpResult,
  now: ReceptionContext,
): MessageEffects => {
  const mend = repairBy(before, talk, found, now)
  const { trail } = talk
  const own = mend ? withRepair(before.own, mend) : before.own
  const kept = mend ? found.own.filter(({ number }) => !mend.whole && number <= mend.after.number) : found.own
  const places = [...kept, ...(mend?.entries ?? [])]
  // Entries just sent back are candidates too: if this side had them all, the logs diverge after them.
  const told = [...trail, ...(talk.returned?.entries ?? [])].toSorted((one, other) => other.number - one.number)
  const common = told.find((place) => isInOwn({ own }, place, places))
  const [end] = trail
  const oldest = trail.at(-1)
  // The other side's copy is so old that this side no longer stores the entries after its end: it cannot ask for them.
  const isFarBehind = end !== undefined && end.number < own.start.number
  const holdsEnd = end !== undefined && common !== undefined && isSamePosition(common, end)
  const lacks: MissingEntries | null =
    !end || !oldest || isFarBehind || holdsEnd
      ? null
      : { after: common ? positionOf(common) : oldest, whole: common === undefined }

  const isMine = lacks !== null || [...restored, ...talk.restored].includes(before.name)
  const notice = talk.passes && before.metAt === null ? markReplacement : markRestored
  const noticed = isMine ? notice(before, now.at) : { ...before, comparing: true }
  const skipped = skipPruned({ ...noticed, own, lost: withIntervals(noticed.lost, talk.lost) }, message, now)
  const agrees = holdsEnd ? end : null
  const isSettled =
    skipped.name === 'desk' &&
    lacks === null &&
    agrees !== null &&
    talk.agrees !== null &&
    isSamePosition(talk.agrees, skipped.mirror.end) &&
    // The portal informs the families, so it must have every interval of possible loss before the epoch opens.
    withIntervals(talk.lost, skipped.lost) === talk.lost
  const side: Side = isSettled
    ? {
        ...skipped,
        epoch: Math.max(skipped.epoch, message.epoch) + 1,
        comparing: false,
        comparedAt: skipped.turn,
        restored: false,
        knowsNumbers: skipped.knowsNumbers || message.knowsNumbers,
        acknowledged: agrees,
      }
    : { ...skipped, comparedAt: skipped.turn, acknowledged: noFurtherThan(own.end, skipped.acknowledged) }
  return {
    ...unchanged(
      side,
      isSettled
        ? { kind: 'exchange', list: null, fetch: [] }
        : { kind: 'compare', restored, lacks, give: talk.lacks, agrees },
      isSettled ? 'taken' : 'comparing',
    ),
    logRepair: mend,
    series: talk.series,
  }
}

const repairBy = (side: Side, talk: Compare, found: LookUpResult, { hashOf }: ReceptionContext): LogRepair | null => {
  const { returned } = talk
  if (!returned || !isContinuation(returned.lack.after, returned.entries, hashOf)) return null
  const { after, whole } = returned.lack
  // This log was rewritten since the request: the returned entries no longer fit, and are requested again.
  if (whole === isInOwn(side, after, found.own)) return null
  return repairLog(returned.lack, found.ownEntries, returned.entries, hashOf)
}

const withRepair = (own: Side['own'], { after, whole, entries }: LogRepair): Side['own'] => {
  const last = entries.at(-1)
  return { start: whole ? after : own.start, end: last ? positionOf(last) : after, at: last?.at ?? own.at }
}

/**
 * The other side no longer stores the entries that follow this side's mirror: the mirror continues from the first
 * stored entry, and the gap is recorded in `lost`.
 */
const skipPruned = (side: Side, { own, from, epoch }: Message, { at }: ReceptionContext): Side => {
  const { mirror } = side
  if (own.start.number <= mirror.end.number) return side
  return {
    ...side,
    mirror: { start: own.start, end: own.start, at: mirror.at },
    lost: withIntervals(side.lost, [
      {
        log: from,
        cause: 'tooOld',
        after: { epoch: Math.min(epoch, side.epoch), number: mirror.end.number },
        from: mirror.at,
        to: at,
      },
    ]),
  }
}

const isInOwn = ({ own }: Pick<Side, 'own'>, place: Position, places: readonly Position[]): boolean =>
  [own.start, own.end, ...places].some((known) => isSamePosition(known, place))

const positionOf = ({ number, hash }: Position): Position => ({ number, hash })

const noFurtherThan = (end: Position, place: Position): Position => (place.number > end.number ? end : place)

const unchanged = (side: Side, plan: MessagePlan, outcome: Outcome): MessageEffects => ({
  side,
  next: plan,
  received: [],
  apply: [],
  duplicates: [],
  notUnderstood: [],
  logRepair: null,
  documents: [],
  withdrawn: [],
  published: [],
  unpublished: [],
  listed: null,
  series: {},
  outcome,
})

/** The greater of the two sides' last numbers, series by series: numbers are never issued twice. */
export const maxSeries = (one: Series, other: Series): Series => {
  const series: Record<string, number> = { ...one }
  for (const [name, last] of Object.entries(other)) series[name] = Math.max(last, series[name] ?? 0)
  return series
}

/** Entries stored as not understood that this version, after an update, can apply, in order. */
export const nowUnderstood = (
  notUnderstood: readonly Entry[],
  { kinds }: Capabilities,
  appliedIds: ReadonlySet<string>,
): Entry[] => notUnderstood.filter(({ id, kind }) => kinds.includes(kind) && !appliedIds.has(id))
