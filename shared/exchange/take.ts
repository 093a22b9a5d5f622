import type { Instant } from '../rules/calendar/day.ts'
import type { Cue } from './compose.ts'
import type { Document, DocumentName } from './documents.ts'
import { continues, type Entry, type HashOf, isSame, type Lack, type Mended, mended, type Position } from './log.ts'
import { type Found, type LookUp, nothingToLookUp } from './look-up.ts'
import type { Compare, Exchange, Listed, Message, Series, SideName } from './message.ts'
import { foundNew, foundRestored, type Side, withIntervals } from './side.ts'
import { commonVersion, type Speech } from './version.ts'

/**
 * What a message changes. All of it is written in one transaction, `side` with it; only then is the next message
 * composed from `cue`, and that message is what acknowledges.
 */
export type Taken = {
  readonly side: Side
  readonly cue: Cue
  /** To be added to the copy of the other's log. */
  readonly received: readonly Entry[]
  /** Those of them to act upon, in order. */
  readonly apply: readonly Entry[]
  /** Acted upon before, under another number: not again. One that now says otherwise is for `standing`. */
  readonly repeated: readonly Entry[]
  /** Kept, not understood: to be acted upon once this side knows their kind. */
  readonly passedOver: readonly Entry[]
  /** Own log to be rewritten, and what of it to act upon again or to undo. */
  readonly mended: Mended | null
  /** Portal: to be kept. Desk: papers that it asked back. */
  readonly documents: readonly Document[]
  readonly withdrawn: readonly string[]
  /** Desk: what the portal now holds of what it was sent. */
  readonly published: readonly DocumentName[]
  readonly unpublished: readonly string[]
  /** Desk: what the portal holds in truth, between two ids. */
  readonly listed: Listed | null
  /** The other's last numbers: each series is at least so far. */
  readonly series: Series
  readonly outcome: Outcome
}

type Outcome =
  | 'taken'
  /** One of the two was restored, here is why the everyday exchange waits. */
  | 'comparing'
  /** An old message, or one that was taken already: nothing changed. */
  | 'stale'
  /** Entries that are not what their hashes say: nothing changed. */
  | 'damaged'
  | 'unsupported'

type Circumstances = { readonly at: Instant; readonly hashOf: HashOf; readonly speech: Speech }

export const toTake = (side: Side, { received, talk }: Message): LookUp => {
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
 * Takes a message of the other side. The same message taken twice, late or out of turn changes nothing.
 *
 * @param asked desk only: the request that this message replies to
 */
export const take = (side: Side, message: Message, found: Found, now: Circumstances, asked?: Message): Taken => {
  if (commonVersion(message.versions, now.speech.versions) === null) {
    return unchanged(side, { kind: 'unsupported' }, 'unsupported')
  }
  return side.name === 'desk' ? takeReply(side, message, found, now, asked) : takeRequest(side, message, found, now)
}

const takeRequest = (before: Side, message: Message, found: Found, now: Circumstances): Taken => {
  if (message.turn <= before.turn) return unchanged(before, { kind: 'stale' }, 'stale')
  const known = { ...before, turn: message.turn, answered: message.answered }
  const restored: SideName[] = []
  // The desk knows of a reply that this portal never gave, or has forgotten one that it had confirmed.
  if (message.answered > before.turn) restored.push('portal')
  // As long as they compare, it is one restore: told once, however many messages that takes.
  const side = message.answered > before.turn ? forgettingOld(known, message) : known
  if (message.answered < before.answered) restored.push('desk')
  return takeTalk(side, message, restored, found, now)
}

/**
 * A side that knows it was restored stands in an epoch that nobody had seen. When the other has gone further all the
 * same, that restore is long settled: this is a copy of that time, and what is noticed now is a restore of its own.
 */
const forgettingOld = (side: Side, { epoch }: Message): Side =>
  epoch > side.epoch ? { ...side, restored: false } : side

const takeReply = (
  before: Side,
  message: Message,
  found: Found,
  now: Circumstances,
  asked: Message | undefined,
): Taken => {
  const isAwaited = message.turn === before.turn || message.talk.kind === 'stale'
  if (asked?.turn !== before.turn || before.answered === before.turn || !isAwaited) {
    return unchanged(before, { kind: 'stale' }, 'stale')
  }
  if (message.talk.kind === 'unsupported') return unchanged(before, { kind: 'unsupported' }, 'unsupported')
  if (message.talk.kind === 'stale') {
    // The portal has taken requests that this desk does not remember: it is an older copy of itself.
    if (message.answered <= before.turn) return unchanged(before, { kind: 'stale' }, 'stale')
    const side = forgettingOld({ ...before, turn: message.answered, answered: message.answered }, message)
    return takeTalk(side, message, ['desk'], found, now)
  }
  const taken = takeTalk({ ...before, answered: before.turn }, message, [], found, now)
  if (taken.outcome !== 'taken' || asked.talk.kind !== 'exchange') return taken
  return {
    ...taken,
    published: asked.talk.documents.map(({ id, hash, paperOf }) => ({ id, hash, paperOf })),
    unpublished: asked.talk.withdrawn,
  }
}

const takeTalk = (
  side: Side,
  message: Message,
  restored: readonly SideName[],
  found: Found,
  now: Circumstances,
): Taken => {
  const { talk } = message
  if (talk.kind === 'compare') return takeCompare(side, message, talk, restored, found, now)
  if (talk.kind !== 'exchange') return startComparing(side, restored, now)
  if (side.comparing && !isOpening(side, talk)) return startComparing(side, restored, now)
  const contradicted = [...restored, ...contradictions(side, message, talk, found)]
  if (contradicted.length > 0) return startComparing(side, contradicted, now)
  return takeExchange(side, message, talk, found, now)
}

/** The epoch was agreed on with this side as it is: it noticed nothing since. */
const isOpening = ({ comparing, comparedAt }: Side, { opening }: Exchange): boolean =>
  comparing && comparedAt !== null && opening === comparedAt

/** Which side must have been restored for this message to be possible; none when all is well. */
const contradictions = (side: Side, message: Message, talk: Exchange, found: Found): SideName[] => {
  const other: SideName = side.name === 'desk' ? 'portal' : 'desk'
  const { received } = message
  const restored: SideName[] = []
  if (message.epoch < side.epoch) restored.push(other)
  if (message.epoch > side.epoch && !isOpening(side, talk)) restored.push(side.name)
  if (received.number < side.own.start.number) restored.push(other)
  else if (!isInOwn(side, received, found.own)) restored.push(side.name)
  // What was acknowledged once is committed: it only goes back in a new epoch, after comparing.
  if (received.number < side.acknowledged.number && message.epoch === side.epoch) restored.push(other)
  const { end } = side.mirror
  if (talk.after.number > end.number) restored.push(side.name)
  const there = [talk.after, ...talk.entries].find(({ number }) => number === end.number)
  if (message.own.end.number < end.number || (there && there.hash !== end.hash)) restored.push(other)
  if (message.epoch > side.epoch && !isSame(talk.after, end)) restored.push(side.name)
  return restored
}

const startComparing = (before: Side, restored: readonly SideName[], { at }: Circumstances): Taken => {
  const side = restored.includes(before.name)
    ? foundRestored(before, at)
    : { ...before, comparing: true, comparedAt: null }
  return unchanged(side, { kind: 'compare', restored, lacks: null, give: null, agrees: null }, 'comparing')
}

const takeExchange = (side: Side, message: Message, talk: Exchange, found: Found, now: Circumstances): Taken => {
  const received = talk.entries.filter(({ number }) => number > side.mirror.end.number)
  if (!continues(side.mirror.end, received, now.hashOf)) return unchanged(side, { kind: 'stale' }, 'damaged')
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
    apply: received.filter((entry) => isKnownKind(entry) && !found.known.has(entry.id)),
    repeated: received.filter(({ id }) => found.known.has(id)),
    passedOver: received.filter((entry) => !isKnownKind(entry)),
    documents: talk.documents,
    withdrawn: talk.withdrawn,
    listed: talk.listed,
    series: talk.series,
  }
}

const takeCompare = (
  before: Side,
  message: Message,
  talk: Compare,
  restored: readonly SideName[],
  found: Found,
  now: Circumstances,
): Taken => {
  const mend = mendedBy(before, talk, found, now)
  const { trail } = talk
  const own = mend ? withMended(before.own, mend) : before.own
  const kept = mend ? found.own.filter(({ number }) => !mend.whole && number <= mend.after.number) : found.own
  const places = [...kept, ...(mend?.entries ?? [])]
  // What was just given back counts too: where it was all known already, the logs part further on.
  const told = [...trail, ...(talk.returned?.entries ?? [])].toSorted((one, other) => other.number - one.number)
  const common = told.find((place) => isInOwn({ own }, place, places))
  const [end] = trail
  const oldest = trail.at(-1)
  // The other is so far back that what follows its end is forgotten here: there is nothing to be given back.
  const isFarBehind = end !== undefined && end.number < own.start.number
  const holdsEnd = end !== undefined && common !== undefined && isSame(common, end)
  const lacks: Lack | null =
    !end || !oldest || isFarBehind || holdsEnd
      ? null
      : { after: common ? placeOf(common) : oldest, whole: common === undefined }

  const isMine = lacks !== null || [...restored, ...talk.restored].includes(before.name)
  const notice = talk.passes && before.metAt === null ? foundNew : foundRestored
  const noticed = isMine ? notice(before, now.at) : { ...before, comparing: true }
  const skipped = skipForgotten({ ...noticed, own, lost: withIntervals(noticed.lost, talk.lost) }, message, now)
  const agrees = holdsEnd ? end : null
  const isSettled =
    skipped.name === 'desk' &&
    lacks === null &&
    agrees !== null &&
    talk.agrees !== null &&
    isSame(talk.agrees, skipped.mirror.end) &&
    // The portal, which tells the families, knows of everything that may be lost.
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
    : { ...skipped, comparedAt: skipped.turn, acknowledged: notPast(own.end, skipped.acknowledged) }
  return {
    ...unchanged(
      side,
      isSettled
        ? { kind: 'exchange', list: null, fetch: [] }
        : { kind: 'compare', restored, lacks, give: talk.lacks, agrees },
      isSettled ? 'taken' : 'comparing',
    ),
    mended: mend,
    series: talk.series,
  }
}

const mendedBy = (side: Side, talk: Compare, found: Found, { hashOf }: Circumstances): Mended | null => {
  const { returned } = talk
  if (!returned || !continues(returned.lack.after, returned.entries, hashOf)) return null
  const { after, whole } = returned.lack
  // Something was rewritten since it was asked for: it is asked for again.
  if (whole === isInOwn(side, after, found.own)) return null
  return mended(returned.lack, found.ownEntries, returned.entries, hashOf)
}

const withMended = (own: Side['own'], { after, whole, entries }: Mended): Side['own'] => {
  const last = entries.at(-1)
  return { start: whole ? after : own.start, end: last ? placeOf(last) : after, at: last?.at ?? own.at }
}

/** The other has forgotten what followed our copy of its log: we go on from where it begins, and say what is missing. */
const skipForgotten = (side: Side, { own, from, epoch }: Message, { at }: Circumstances): Side => {
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
  [own.start, own.end, ...places].some((known) => isSame(known, place))

const placeOf = ({ number, hash }: Position): Position => ({ number, hash })

const notPast = (end: Position, place: Position): Position => (place.number > end.number ? end : place)

const unchanged = (side: Side, cue: Cue, outcome: Outcome): Taken => ({
  side,
  cue,
  received: [],
  apply: [],
  repeated: [],
  passedOver: [],
  mended: null,
  documents: [],
  withdrawn: [],
  published: [],
  unpublished: [],
  listed: null,
  series: {},
  outcome,
})

/** Numbers only go up: the furthest of what two sides know. */
export const furthest = (one: Series, other: Series): Series => {
  const series: Record<string, number> = { ...one }
  for (const [name, last] of Object.entries(other)) series[name] = Math.max(last, series[name] ?? 0)
  return series
}

/** What was passed over and can be acted upon since an update taught this side its kind, in order. */
export const understoodNow = (passedOver: readonly Entry[], { kinds }: Speech, known: ReadonlySet<string>): Entry[] =>
  passedOver.filter(({ id, kind }) => kinds.includes(kind) && !known.has(id))
