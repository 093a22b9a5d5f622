import { createHash } from 'node:crypto'
import { type AnswerToAsk, answerEntry, answerStandsEntry } from '../../../shared/exchange/answer-entries.ts'
import {
  compose,
  firstPlan,
  lookUpToCompose,
  type MessagePlan,
  type Payload,
  withNextTurn,
} from '../../../shared/exchange/compose.ts'
import {
  type Document,
  type DocumentName,
  differences,
  holdingOf,
  isSameHolding,
} from '../../../shared/exchange/documents.ts'
import {
  type BatchLimit,
  type Entry,
  isSamePosition,
  logStart,
  type NewEntry,
  type Position,
} from '../../../shared/exchange/log.ts'
import type { LookUp, LookUpResult } from '../../../shared/exchange/look-up.ts'
import type { Message, Series, SideName } from '../../../shared/exchange/message.ts'
import { lookUpToReceive, type MessageEffects, maxSeries, receive } from '../../../shared/exchange/receive.ts'
import {
  appendEntries,
  isBehindWitness,
  isCaughtUp,
  isPrunable,
  newSide,
  restoredFromCopy,
  type Side,
  withNumbersConfirmed,
  withPrunedLogs,
} from '../../../shared/exchange/side.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'

/**
 * A desk and a portal, each with a store that can be copied, and a connection between them that can fail at any
 * message.
 */

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

type Kept = { readonly entry: Entry; readonly settledAt: Instant | null }

/** What one side has committed. It is never changed in place: a copy of a store is the value itself. */
export type Store = {
  readonly side: Side
  readonly own: readonly Kept[]
  readonly mirror: readonly Kept[]
  /** Ids of the other side's entries, in the order in which they were applied. */
  readonly acts: readonly string[]
  /** On the portal: what parents recorded there. */
  readonly asked: ReadonlySet<string>
  readonly answers: ReadonlyMap<string, string>
  /** On the desk: the documents that the portal should have. On the portal: those that it has. */
  readonly documents: ReadonlyMap<string, Document>
  /** On the desk: the documents that it believes the portal has. */
  readonly believed: ReadonlyMap<string, DocumentName>
  readonly series: Series
}

const newStore = (name: SideName): Store => ({
  side: newSide(name),
  own: [],
  mirror: [],
  acts: [],
  asked: new Set(),
  answers: new Map(),
  documents: new Map(),
  believed: new Map(),
  series: {},
})

export const faults = [
  'cutRequest',
  'cutReply',
  'duplicateRequest',
  'duplicateReply',
  'lateRequest',
  'lateReply',
  'killDeskAsking',
  'killDeskBeforeCommit',
  'killDeskAfterCommit',
  'killPortalBeforeCommit',
  'killPortalAfterCommit',
  'diskFullDesk',
  'diskFullPortal',
] as const
export type LineFault = (typeof faults)[number]
export type Fault =
  | LineFault
  | 'clockJump'
  | 'restoreDesk'
  | 'restorePortal'
  | 'silentRestoreDesk'
  | 'silentRestorePortal'

/** The core under test, or one with a deliberate fault. */
export type Core = {
  readonly take: typeof receive
  /** Whether it replies, and so acknowledges, before its commit. */
  readonly repliesFirst: boolean
}
export const realCore: Core = { take: receive, repliesFirst: false }

export type Receipt = { readonly epoch: number; readonly number: number; readonly at: Instant }

export type World = {
  readonly core: Core
  readonly stores: Record<SideName, Store>
  readonly copies: Record<SideName, Store[]>
  /** The end of each side's log, recorded outside its store at each commit. */
  readonly witnesses: Record<SideName, Position & { readonly epoch: number }>
  readonly late: { requests: Message[]; replies: Message[] }
  now: number
  readonly clocks: Record<SideName, number>
  /** The receipts that parents have. */
  readonly receipts: Map<string, Receipt>
  /** The last number of each demande in the portal's log. */
  readonly numbers: Map<string, number>
  /** All papers that ever reached the portal. */
  readonly papers: Set<string>
  readonly counts: Map<Fault, number>
  readonly violations: string[]
  hasJumped: boolean
  hasRestored: boolean
  /** The side that was restored without being told: it must notice at the next exchange. */
  silent: SideName | null
  /** The number of intervals of loss that it had then. */
  silentSince: number
  hasBeenSilent: boolean
  /**
   * Entries that the desk knew before they came through the log, from a receipt or around a restore: their order may
   * differ from the log's.
   */
  readonly ownOrder: Set<string>
  made: number
}

export const newWorld = (core: Core): World => ({
  core,
  stores: { desk: newStore('desk'), portal: newStore('portal') },
  copies: { desk: [newStore('desk')], portal: [newStore('portal')] },
  witnesses: { desk: { ...logStart, epoch: 1 }, portal: { ...logStart, epoch: 1 } },
  late: { requests: [], replies: [] },
  now: Date.parse('2026-09-01T00:00:00.000Z'),
  clocks: { desk: 0, portal: 0 },
  receipts: new Map(),
  numbers: new Map(),
  papers: new Set(),
  counts: new Map(),
  violations: [],
  hasJumped: false,
  hasRestored: false,
  silent: null,
  silentSince: 0,
  hasBeenSilent: false,
  ownOrder: new Set(),
  made: 0,
})

const speeches = {
  desk: { versions: [1], kinds: ['demande', 'takeBack', 'answerStands', 'answer', 'page', 'paper'] },
  portal: { versions: [1], kinds: ['demande', 'takeBack', 'novelty', 'answerStands', 'answer', 'page', 'paper'] },
}
/** Small batches, so that even a few entries travel in several messages. */
const limit: BatchLimit = { count: 3, size: 2_000 }

export const clock = (world: World, name: SideName): Instant =>
  new Date(world.now + world.clocks[name]).toISOString() as Instant

export const happened = (world: World, fault: Fault): void => {
  world.counts.set(fault, (world.counts.get(fault) ?? 0) + 1)
}

/** Commits one transaction. */
const commit = (world: World, name: SideName, store: Store): void => {
  world.stores[name] = store
  world.witnesses[name] = { ...store.side.own.end, epoch: store.side.epoch }
  if (name === 'portal') {
    for (const { entry } of store.own) world.numbers.set(entry.id, entry.number)
    for (const { id, paperOf } of store.documents.values()) if (paperOf !== null) world.papers.add(id)
  }
  if (new Set(store.acts).size < store.acts.length) world.violations.push(`${name} acted twice upon one entry`)
  const [desk, portal] = [world.stores.desk.side, world.stores.portal.side]
  if (world.hasRestored) return
  if (portal.acknowledged.number > desk.mirror.end.number || desk.acknowledged.number > portal.mirror.end.number) {
    world.violations.push('acknowledged what was not committed')
  }
  if (desk.comparing || portal.comparing) world.violations.push('a restore was seen where there was none')
}

const places = (log: readonly Kept[], numbers: readonly number[]) =>
  log.flatMap(({ entry: { number, hash } }) => (numbers.includes(number) ? [{ number, hash }] : []))
const after = (log: readonly Kept[], span: LookUp['ownAfter']) =>
  span === null
    ? []
    : log
        .map(({ entry }) => entry)
        .filter(({ number }) => number > span.number)
        .slice(0, span.limit ?? undefined)

const lookedUp = (store: Store, asked: LookUp): LookUpResult => {
  return {
    own: places(store.own, asked.ownAt),
    ownEntries: after(store.own, asked.ownAfter),
    mirror: places(store.mirror, asked.mirrorAt),
    mirrorEntries: after(store.mirror, asked.mirrorAfter),
    appliedIds: new Set(asked.ids.filter((id) => store.acts.includes(id))),
  }
}

const saying = (store: Store, said: readonly NewEntry[]): Store => {
  const { side, entries } = appendEntries(store.side, said, hashOf)
  return { ...store, side, own: [...store.own, ...entries.map((entry) => ({ entry, settledAt: null }))] }
}

const withAnswer = (store: Store, body: string): Store => ({
  ...store,
  answers: new Map(store.answers).set(answerIn(body).of, body),
})
const answerIn = (body: string) => JSON.parse(body) as AnswerToAsk

/** Answers an ask and changes its facts in one message and one transaction. */
const answeringOne = (store: Store, of: string, answer: AnswerToAsk['answer'], at: Instant): Store => {
  const answered: AnswerToAsk = { of, answer, reason: null, revision: 1 }
  const before = store.answers.get(of)
  const said = answerEntry(answered, before === undefined ? null : answerIn(before), [`${of} is ${answer}`], at)
  return said ? saying(withAnswer(store, said.body), [said]) : store
}

/** The answer that parents were given becomes the desk's answer too, as its last revision. */
const adopt = (store: Store, told: AnswerToAsk, at: Instant): Store => {
  const held = store.answers.get(told.of)
  const before = held === undefined ? null : answerIn(held)
  const said = answerEntry(
    { ...told, revision: (before?.revision ?? 0) + 1 },
    before,
    [`${told.of} is ${told.answer}`],
    at,
  )
  return said ? saying(withAnswer(store, said.body), [said]) : store
}

const actOn = (store: Store, entry: Entry, at: Instant): Store => {
  const acted: Store = { ...store, acts: [...store.acts, entry.id] }
  if (entry.kind === 'answer') return withAnswer(acted, entry.body)
  if (entry.kind === 'answerStands') return adopt(acted, answerIn(entry.body), at)
  if (entry.kind !== 'takeBack') return acted
  const { of } = JSON.parse(entry.body) as { of: string }
  return answeringOne(answeringOne(acted, of, 'withdrawn', at), entry.id, 'withdrawn', at)
}

/** An entry that the side itself had written and lost: its facts come back, and nothing is sent again. */
const recover = (store: Store, entry: Entry): Store =>
  entry.kind === 'answer' ? withAnswer(store, entry.body) : { ...store, asked: new Set([...store.asked, entry.id]) }

/** An answer to the same ask with another content: the answer that parents were given is valid. */
const contradict = (store: Store, entry: Entry, at: Instant): Store => {
  const held = entry.kind === 'answer' ? store.answers.get(answerIn(entry.body).of) : undefined
  const said = held === undefined ? null : answerStandsEntry(entry, held, at)
  return said ? saying(store, [said]) : store
}

const taking = (before: Store, taken: MessageEffects, at: Instant): Store => {
  let store: Store = { ...before, side: taken.side, series: maxSeries(before.series, taken.series) }
  if (taken.logRepair) {
    const { after, whole, entries, recovered, conflicts } = taken.logRepair
    const kept = whole ? [] : store.own.filter(({ entry }) => entry.number <= after.number)
    store = { ...store, own: [...kept, ...entries.map((entry) => ({ entry, settledAt: null }))] }
    for (const entry of [...recovered, ...conflicts.map(({ valid }) => valid)]) store = recover(store, entry)
  }
  const { start, end } = store.side.mirror
  const received = taken.received.map((entry) => ({ entry, settledAt: at }))
  store = {
    ...store,
    // After a restore of the other side, entries that it had acknowledged may have to be sent again.
    own: store.own.map(({ entry, settledAt }) => ({
      entry,
      settledAt: entry.number <= store.side.acknowledged.number ? (settledAt ?? at) : null,
    })),
    mirror: [...store.mirror, ...received].filter(
      ({ entry }) => entry.number > start.number && entry.number <= end.number,
    ),
  }
  for (const entry of taken.duplicates) store = contradict(store, entry, at)
  for (const entry of taken.apply) store = actOn(store, entry, at)

  const documents = new Map(store.documents)
  const believed = new Map(store.believed)
  for (const document of taken.documents) documents.set(document.id, document)
  for (const id of taken.withdrawn) documents.delete(id)
  for (const name of taken.published) believed.set(name.id, name)
  for (const id of taken.unpublished) believed.delete(id)
  if (taken.listed) {
    const { after, upTo, names } = taken.listed
    for (const id of believed.keys()) if (id > after && (upTo === null || id <= upTo)) believed.delete(id)
    for (const name of names) believed.set(name.id, name)
  }
  return { ...store, documents, believed }
}

const named = ({ id, hash, paperOf }: Document): DocumentName => ({ id, hash, paperOf })

const deskPayload = ({ documents, believed, series }: Store): Payload => {
  const { send, withdraw } = differences(documents, believed, new Set())
  const bodies = send.slice(0, limit.count).flatMap(({ id }) => documents.get(id) ?? [])
  return { documents: bodies, withdrawn: withdraw, listed: null, holding: null, series }
}

const portalPayload = ({ documents, series }: Store, plan: MessagePlan): Payload => {
  const holding = holdingOf(documents.values(), hashOf)
  if (plan.kind !== 'exchange') return { documents: [], withdrawn: [], listed: null, holding, series }
  const { list, fetch } = plan
  const ids = [...documents.keys()].toSorted().filter((id) => list !== null && id > list)
  const names = ids.slice(0, limit.count).flatMap((id) => documents.get(id) ?? [])
  const upTo = ids.length > names.length ? (names.at(-1)?.id ?? null) : null
  return {
    documents: fetch.flatMap((id) => documents.get(id) ?? []),
    withdrawn: [],
    listed: list === null ? null : { after: list, upTo, names: names.map(named) },
    holding,
    series,
  }
}

const composed = (store: Store, plan: MessagePlan): Message =>
  compose(
    store.side,
    plan,
    lookedUp(store, lookUpToCompose(store.side, plan, limit)),
    store.side.name === 'desk' ? deskPayload(store) : portalPayload(store, plan),
    speeches[store.side.name],
    limit,
  )

const takenBy = (world: World, name: SideName, message: Message, asked?: Message) => {
  const before = world.stores[name]
  const at = clock(world, name)
  const circumstances = { at, hashOf, speech: speeches[name] }
  const found = lookedUp(before, lookUpToReceive(before.side, message))
  const taken = world.core.take(before.side, message, found, circumstances, asked)
  for (const { id } of taken.duplicates) world.ownOrder.add(id)
  return { taken, store: taking(before, taken, at) }
}

/** The portal's handling of a request; null when no reply comes back. */
const portalTakes = (world: World, request: Message, fault: LineFault | null): Message | null => {
  const { taken, store } = takenBy(world, 'portal', request)
  const reply = composed(store, taken.next)
  if (fault === 'killPortalBeforeCommit' || fault === 'diskFullPortal') {
    happened(world, fault)
    return world.core.repliesFirst ? reply : null
  }
  commit(world, 'portal', store)
  if (fault !== 'killPortalAfterCommit') return reply
  happened(world, fault)
  return null
}

/** A whole exchange, led by the desk. @returns true when neither side has anything left to send */
export const exchange = (world: World, fault: LineFault | null, faultAt: number): boolean => {
  let plan = firstPlan(world.stores.desk.side)
  for (let turn = 0; turn < 200; turn += 1) {
    const here = turn === faultAt ? fault : null
    const is = (...some: LineFault[]) => {
      const hit = here !== null && some.includes(here)
      if (hit) happened(world, here)
      return hit
    }
    const { desk } = world.stores
    commit(world, 'desk', { ...desk, side: withNextTurn(desk.side) })
    if (is('killDeskAsking')) return false
    const request = composed(world.stores.desk, plan)
    if (is('cutRequest')) return false
    if (is('lateRequest')) {
      world.late.requests.push(request)
      return false
    }
    if (is('duplicateRequest')) portalTakes(world, request, null)
    const reply = portalTakes(world, request, here)
    for (const old of world.late.requests.splice(0)) portalTakes(world, old, null)
    if (reply === null || is('cutReply')) return false
    if (is('lateReply')) {
      world.late.replies.push(reply)
      return false
    }
    const replies = [...world.late.replies.splice(0), reply, ...(is('duplicateReply') ? [reply] : [])]
    let next: MessageEffects | null = null
    for (const message of replies) {
      const { taken, store } = takenBy(world, 'desk', message, request)
      if (is('killDeskBeforeCommit', 'diskFullDesk')) return false
      commit(world, 'desk', store)
      if (is('killDeskAfterCommit')) return false
      if (message === reply) next ??= taken
    }
    if (next === null || next.outcome === 'unsupported' || next.outcome === 'damaged') return false
    plan = nextPlan(world.stores.desk, next, reply)
    if (isQuiet(world.stores.desk, next, request, reply, plan)) return true
  }
  world.violations.push('an exchange that does not end')
  return false
}

const isAgreed = ({ documents, believed }: Store, reply: Message): boolean => {
  const { send, withdraw } = differences(documents, believed, new Set())
  return (
    send.length + withdraw.length > 0 ||
    reply.talk.kind !== 'exchange' ||
    reply.talk.holding === null ||
    isSameHolding(reply.talk.holding, holdingOf(believed.values(), hashOf))
  )
}

const nextPlan = (store: Store, taken: MessageEffects, reply: Message): MessagePlan => {
  if (taken.outcome === 'stale') return firstPlan(store.side)
  if (taken.next.kind !== 'exchange') return taken.next
  const { unknownPapers } = differences(store.documents, store.believed, new Set())
  const list = taken.listed ? taken.listed.upTo : isAgreed(store, reply) ? null : ''
  return { kind: 'exchange', list, fetch: unknownPapers.slice(0, limit.count).map(({ id }) => id) }
}

const isQuiet = (store: Store, taken: MessageEffects, request: Message, reply: Message, plan: MessagePlan): boolean => {
  const { send, withdraw, unknownPapers } = differences(store.documents, store.believed, new Set())
  return (
    taken.outcome === 'taken' &&
    request.talk.kind === 'exchange' &&
    taken.received.length === 0 &&
    isCaughtUp(store.side, reply.own.end) &&
    send.length + withdraw.length + unknownPapers.length === 0 &&
    plan.kind === 'exchange' &&
    plan.list === null
  )
}

/** A parent records something. Recording it twice returns the same receipt. */
export const record = (world: World, kind: string, id: string, body: unknown): void => {
  const { portal } = world.stores
  const at = clock(world, 'portal')
  if (portal.asked.has(id)) return
  if (world.receipts.has(id)) world.ownOrder.add(id)
  const store = saying({ ...portal, asked: new Set([...portal.asked, id]) }, [
    { id, kind, at, body: JSON.stringify(body) },
  ])
  commit(world, 'portal', store)
  world.receipts.set(id, { epoch: store.side.epoch, number: store.side.own.end.number, at })
}

export const decide = (world: World, of: string, answer: AnswerToAsk['answer']): void =>
  commit(world, 'desk', answeringOne(world.stores.desk, of, answer, clock(world, 'desk')))

/** Staff enter a demande from the receipt that a parent shows. */
export const enterFromReceipt = (world: World, id: string): void => {
  const { desk } = world.stores
  if (!desk.acts.includes(id)) commit(world, 'desk', { ...desk, acts: [...desk.acts, id] })
}

export const publish = (world: World, id: string, paperOf: string | null): void => {
  const { desk } = world.stores
  const body = `content ${world.made++}`
  const document: Document = { id, kind: paperOf ? 'paper' : 'page', hash: hashOf(body), body, paperOf }
  commit(world, 'desk', { ...desk, documents: new Map(desk.documents).set(id, document) })
}

export const unpublish = (world: World, id: string): void => {
  const { desk } = world.stores
  const documents = new Map(desk.documents)
  documents.delete(id)
  commit(world, 'desk', { ...desk, documents })
}

export const issue = (world: World): void => {
  const { desk } = world.stores
  if (!desk.side.knowsNumbers) return
  const number = (desk.series['F2026'] ?? 0) + 1
  const id = `paper F2026-${number}`
  // A desk that was silently replaced cannot know better before it has met the portal.
  if (world.papers.has(id) && !world.hasBeenSilent) world.violations.push(`${id} was given twice`)
  commit(world, 'desk', { ...desk, series: { ...desk.series, F2026: number } })
  publish(world, id, clock(world, 'desk').slice(0, 10))
}

/** A director reads the last numbers on the papers themselves. */
export const confirmNumbers = (world: World): void => {
  const { desk } = world.stores
  const last = Math.max(0, ...[...world.papers].map((id) => Number(id.split('-').at(-1))))
  commit(world, 'desk', {
    ...desk,
    side: withNumbersConfirmed(desk.side),
    series: maxSeries(desk.series, { F2026: last }),
  })
}

export const copy = (world: World, name: SideName): void => {
  world.copies[name].push(world.stores[name])
}

export const restore = (world: World, name: SideName, store: Store, isTold: boolean): void => {
  const witness = world.witnesses[name]
  world.hasRestored = true
  const hashThere = store.own.find(({ entry }) => entry.number === witness.number)?.entry.hash ?? null
  const isOlder = store !== world.stores[name]
  if (isTold && (isOlder || isBehindWitness(store.side, witness, hashThere))) {
    commit(world, name, { ...store, side: restoredFromCopy(store.side, witness.epoch, clock(world, name)) })
  } else commit(world, name, store)
}

/**
 * Whether the exchange alone would detect that this store is an older copy. It cannot when only entries since the last
 * exchange are lost, or when the copy was of a store that knew about its restore: the witness exists for these cases.
 */
export const wouldShow = (world: World, name: SideName, { side }: Store): boolean =>
  !side.comparing &&
  (name === 'desk' ? world.stores.portal.side.answered > side.answered : world.stores.desk.side.answered > side.turn)

const place = (entry: Entry | undefined, start: Position) =>
  entry ? { number: entry.number, hash: entry.hash } : start

export const forget = (world: World, name: SideName): void => {
  const store = world.stores[name]
  if (store.side.comparing) return
  const now = clock(world, name)
  const forgettable = (log: readonly Kept[]) => {
    const firstKept = log.findIndex(({ settledAt }) => settledAt === null || !isPrunable(settledAt, now))
    return firstKept < 0 ? log.length : firstKept
  }
  const [own, mirror] = [forgettable(store.own), forgettable(store.mirror)]
  const { side } = store
  commit(world, name, {
    ...store,
    own: store.own.slice(own),
    mirror: store.mirror.slice(mirror),
    side: withPrunedLogs(
      side,
      place(store.own[own - 1]?.entry, side.own.start),
      place(store.mirror[mirror - 1]?.entry, side.mirror.start),
    ),
  })
}

/** The conditions that must hold after all repairs and exchanges. */
export const judge = (world: World): string[] => {
  const { desk, portal } = world.stores
  const found: string[] = [...world.violations]
  const must = (holds: boolean, sentence: string) => {
    if (!holds) found.push(sentence)
  }
  must(isSamePosition(desk.side.own.end, portal.side.mirror.end), 'the portal has not all that the desk said')
  must(isSamePosition(portal.side.own.end, desk.side.mirror.end), 'the desk has not all that the portal said')
  must(isSamePosition(desk.side.own.end, desk.side.acknowledged), 'the desk does not know that it was heard')
  must(isSamePosition(portal.side.own.end, portal.side.acknowledged), 'the portal does not know that it was heard')
  must(desk.side.epoch === portal.side.epoch, 'two epochs')
  must(!desk.side.comparing && !portal.side.comparing, 'still comparing')

  const kept = new Set(desk.acts)
  const inLog = portal.own.filter(({ entry }) => entry.kind !== 'novelty').map(({ entry }) => entry.id)
  // A paper that both sides had lost may come back with an older copy of the portal; its families have received it
  // already.
  const isTold = (id: string) => {
    const receipt = world.receipts.get(id)
    return receipt !== undefined && isToldLost(world, id, receipt)
  }
  const passed = inLog.filter((id) => !kept.has(id) && !isTold(id))
  must(passed.length === 0, `what the portal holds was not applied: ${passed.join()}`)
  const order = desk.acts.filter((id) => inLog.includes(id) && !world.ownOrder.has(id))
  const logOrder = inLog.filter((id) => kept.has(id) && !world.ownOrder.has(id))
  must(order.join() === logOrder.join(), 'demandes applied out of order')
  for (const [id, receipt] of world.receipts) {
    if (kept.has(id) || id.startsWith('novelty')) continue
    must(isToldLost(world, id, receipt), `${id} is lost and no interval says so`)
  }
  must(written(desk.side.lost) === written(portal.side.lost), 'the two tell different intervals')
  must(world.hasRestored || portal.side.lost.length === 0, 'an interval without a restore')

  must(written([...desk.documents.values()]) === written([...portal.documents.values()]), 'published sets differ')
  // An answer that neither log holds any more cannot be repaired: logs are kept for sixty days only.
  for (const { entry } of portal.mirror) {
    if (entry.number <= desk.side.own.start.number) continue
    const { of } = answerIn(entry.body)
    must(portal.answers.has(of), `the portal does not show the answer to ${of}`)
    must(desk.answers.get(of) === portal.answers.get(of), `desk and portal answer ${of} differently`)
  }
  return found
}

const written = (values: readonly unknown[]): string =>
  values
    .map((value) => JSON.stringify(value, Object.keys(flat(value)).toSorted()))
    .toSorted()
    .join()
const flat = (value: unknown): object => {
  const keys: Record<string, true> = {}
  JSON.stringify(value, (key, inner: unknown) => {
    keys[key] = true
    return inner
  })
  return keys
}

const isToldLost = (world: World, id: string, { epoch, number, at }: Receipt): boolean =>
  world.stores.portal.side.lost.some(({ log, cause, after, from, to }) => {
    if (log !== 'portal') return false
    const isInTime = (from === null || from <= at) && at <= to
    const isPast =
      cause === 'restored'
        ? epoch > after.epoch || (epoch === after.epoch && number > after.number)
        : (world.numbers.get(id) ?? 0) > after.number
    // A loss is recognised by the number, unless a store was silently replaced, or by the instant, unless a clock was
    // wrong. With both, a receipt may have a number that a repair changed: then the portal's log decides.
    const isPastInLog = (world.numbers.get(id) ?? 0) > after.number
    if (world.hasJumped && world.hasBeenSilent) return isPast || isInTime || isPastInLog
    return (isPast || world.hasBeenSilent) && (isInTime || world.hasJumped)
  })
