import { Envelope, ExchangeMessage } from '../../shared/contract/exchange/message.ts'
import {
  compose,
  defaultBatchLimit,
  firstPlan,
  lookUpToCompose,
  type MessagePlan,
  type Payload,
  withNextTurn,
} from '../../shared/exchange/compose.ts'
import { isSameHolding } from '../../shared/exchange/documents.ts'
import { isSamePosition } from '../../shared/exchange/log.ts'
import type { Message, UnreadableDocuments } from '../../shared/exchange/message.ts'
import { type MessageEffects, maxSeries } from '../../shared/exchange/receive.ts'
import { isCaughtUp } from '../../shared/exchange/side.ts'
import { commonVersion, deskCapabilities } from '../../shared/exchange/version.ts'
import type { Core } from '../desk/core.ts'
import { noteBackedUp } from '../desk/papers/papers.ts'
import { erasuresToSay } from '../desk/protection/protection.ts'
import { seriesHeld } from '../store/numbers.ts'
import { answersToSay } from './answers.ts'
import { exchanging, keepSide, lookedUp, noteEnd, pairedRow, takeReply, tellPortal } from './desk-side.ts'
import { ExchangeFailed, sentences } from './failures.ts'
import { ask, type Line } from './portal-line.ts'
import { believedHolding, nextDocuments, noteChanges } from './publications.ts'
import type { Carried } from './runs.ts'

/** Papers given back in one message. */
const fetchedTogether = 20
/** The first publication of a large town, papers included, is a few thousand. */
const mostRequests = 20_000
/** What comes later than this, while parents record without a pause, is left to the next exchange: each has an end. */
const gatherMilliseconds = 60_000
/** A reply to an older request, or a restored portal, is met once or twice. */
const mostStale = 5

type Batch = Awaited<ReturnType<typeof nextDocuments>>

const nothing: Batch = { documents: [], withdrawn: [], unknownPapers: [] }

type Leading = {
  /** Aborted when the desk closes or another file takes the place of this one: nothing is written after it. */
  readonly signal: AbortSignal
  /** Told before each request, inside the transaction that precedes it. */
  readonly onRequest: () => void
  /** Told after each reply, inside its transaction. */
  readonly onReply: (carried: Carried) => void
  /** Told once, when all but papers has travelled, which wait for its end. */
  readonly onCaughtUp: (papersLeft: boolean) => Promise<void>
  /** Told at the end, of papers that could not be printed and stay behind. */
  readonly onUnprintable: (ids: readonly string[]) => void
  /** Told at the end, of documents that the portal keeps and cannot read. */
  readonly onUnreadable: (aside: UnreadableDocuments) => void
}

/**
 * One exchange, led to its end. Cut off anywhere, the next one goes on from what is committed.
 * @throws ExchangeFailed, with what to do
 */
export const lead = async (core: Core, line: Line, leading: Leading): Promise<void> => {
  const { signal, onRequest, onReply, onCaughtUp, onUnprintable, onUnreadable } = leading
  const { store } = core
  let plan = firstPlan(pairedRow(store).side)
  noteBackedUp(store, exchanging)
  noteChanges(core)
  const unprintable = new Set<string>()
  let batch = await documentsFor(core, plan, unprintable)
  const fetched = new Set<string>()
  let isListed = false
  let isCaught = false
  let stale = 0
  const until = performance.now() + gatherMilliseconds
  for (let turn = 0; turn < mostRequests; turn += 1) {
    signal.throwIfAborted()
    const request = opened(core, plan, batch, onRequest)
    const { reply, bytes } = await replyTo(line, request, signal)
    signal.throwIfAborted()
    const taken = closed(core, request, reply, bytes, onReply)
    if (taken.outcome === 'unsupported') throw new ExchangeFailed(unsupportedSentence(reply))
    if (taken.outcome === 'damaged') throw new ExchangeFailed(sentences.damaged)
    stale = taken.outcome === 'stale' ? stale + 1 : 0
    if (stale > mostStale) throw new ExchangeFailed(sentences.endless)

    const isLate = performance.now() > until
    if (!isLate && (taken.received.length > 0 || taken.logRepair || taken.documents.length > 0)) noteChanges(core)
    const { side } = pairedRow(store)
    const next: MessagePlan = taken.outcome === 'stale' ? firstPlan(side) : taken.next
    batch = await documentsFor(core, next, unprintable)
    signal.throwIfAborted()
    plan = next
    if (next.kind !== 'exchange') continue
    const unknown = batch.unknownPapers.flatMap(({ id }) => (fetched.has(id) ? [] : [id])).slice(0, fetchedTogether)
    for (const id of unknown) fetched.add(id)
    const hasDocuments = batch.withdrawn.length > 0 || batch.documents.some(({ paperOf }) => paperOf === null)
    const list = taken.listed ? taken.listed.upTo : hasDocuments || isListed || isAgreed(core, reply) ? null : ''
    // One whole list in an exchange: were it not enough, another would not be.
    if (list !== null) isListed = true
    plan = { kind: 'exchange', list, fetch: unknown }
    const isQuiet =
      taken.outcome === 'taken' &&
      request.talk.kind === 'exchange' &&
      (isLate
        ? isSamePosition(side.own.end, side.acknowledged)
        : taken.received.length === 0 && isCaughtUp(side, reply.own.end)) &&
      !hasDocuments &&
      unknown.length === 0 &&
      list === null
    if (isQuiet && !isCaught) await onCaughtUp(batch.documents.length > 0)
    isCaught ||= isQuiet
    if (isCaught && batch.documents.length === 0) {
      if (unprintable.size > 0) onUnprintable([...unprintable])
      if (reply.talk.kind === 'exchange' && reply.talk.aside) onUnreadable(reply.talk.aside)
      return
    }
  }
  throw new ExchangeFailed(sentences.endless)
}

const documentsFor = (core: Core, plan: MessagePlan, unprintable: Set<string>): Promise<Batch> =>
  plan.kind === 'exchange' ? nextDocuments(core, defaultBatchLimit, unprintable) : Promise.resolve(nothing)

/** The request, committed before it leaves: what was decided is told, and no two requests are ever the same. */
const opened = (
  core: Core,
  plan: MessagePlan,
  { documents, withdrawn }: Batch,
  onRequest: Leading['onRequest'],
): Message => {
  const { store } = core
  const request = store.act(exchanging, 'exchange.tell', 'Réponses envoyées au portail', (write) => {
    onRequest()
    // While the two compare after a restore, nothing new is said.
    if (plan.kind === 'exchange') tellPortal(store, [...answersToSay(core, write), ...erasuresToSay(store, write)])
    const row = pairedRow(store)
    const side = withNextTurn(row.side)
    keepSide(store, { side })
    const payload: Payload = {
      documents,
      withdrawn,
      listed: null,
      holding: null,
      series: maxSeries(row.series, seriesHeld(store)),
    }
    return compose(
      side,
      plan,
      lookedUp(store, lookUpToCompose(side, plan, defaultBatchLimit)),
      payload,
      deskCapabilities,
      defaultBatchLimit,
    )
  })
  noteEnd(store)
  return request
}

const replyTo = async (
  line: Line,
  request: Message,
  signal: AbortSignal,
): Promise<{ readonly reply: Message; readonly bytes: number }> => {
  const { body, bytes } = await ask(line, '/echange', request, signal)
  const envelope = Envelope.safeParse(body)
  if (!envelope.success) throw new ExchangeFailed(sentences.damaged, envelope.error)
  if (commonVersion(envelope.data.versions, deskCapabilities.versions) === null) {
    throw new ExchangeFailed(unsupportedSentence(envelope.data))
  }
  const reply = ExchangeMessage.safeParse(body)
  if (!reply.success || reply.data.from !== 'portal') throw new ExchangeFailed(sentences.damaged, reply.error)
  return { reply: reply.data, bytes }
}

const unsupportedSentence = ({ versions }: Pick<Message, 'versions'>): string =>
  Math.max(0, ...versions) > Math.max(...deskCapabilities.versions) ? sentences.portalIsNewer : sentences.portalIsOlder

/** All that a reply changes, in one transaction. */
const closed = (
  core: Core,
  request: Message,
  reply: Message,
  bytes: number,
  onReply: Leading['onReply'],
): MessageEffects => {
  const { store } = core
  const taken = store.act(exchanging, 'exchange.collect', 'Demandes reçues du portail', (write) => {
    const found = takeReply(core, write, reply, request)
    const papers = found.published.filter(({ paperOf }) => paperOf !== null).length
    onReply({
      requests: 1,
      collected: found.received.length,
      answers: found.outcome === 'taken' ? answersIn(request) : 0,
      documents: found.published.length - papers + found.unpublished.length,
      papers,
      bytes,
    })
    return found
  })
  noteEnd(store)
  return taken
}

const answersIn = ({ talk }: Message): number =>
  talk.kind === 'exchange' ? talk.entries.filter(({ kind }) => kind === 'answer').length : 0

/** Whether the portal holds what the desk believes, as far as its reply tells. */
const isAgreed = ({ store }: Core, { talk }: Message): boolean =>
  talk.kind !== 'exchange' || talk.holding === null || isSameHolding(talk.holding, believedHolding(store))
