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
import { markBackedUp } from '../desk/papers/papers.ts'
import { erasuresToPublish } from '../desk/protection/protection.ts'
import { lastNumbersInFile } from '../store/numbers.ts'
import { answersToSend } from './answers.ts'
import { collectedLabel } from './collecting.ts'
import {
  appendToLog,
  applyReply,
  exchangeActor,
  lookUpInStore,
  recordLogEnd,
  requireSideRow,
  saveSide,
} from './desk-side.ts'
import { ExchangeFailed, failureTexts } from './failures.ts'
import { callPortal, type PortalConnection } from './portal-connection.ts'
import { believedHolding, markStaleDocuments, nextBatch } from './publications.ts'
import type { RunCounts } from './runs.ts'

/** Papers that one message asks the portal to send again, of those that the desk has lost. */
const maxPapersPerFetch = 20
/** Stops an endless exchange. The first publication of a large town, papers included, takes a few thousand requests. */
const maxRequests = 20_000
/** After this delay, new entries of parents no longer keep the exchange going, so that each exchange ends. */
const gatherMilliseconds = 60_000
/** Consecutive stale replies that are tolerated: an older request's reply, or a restored portal, gives one or two. */
const maxStaleReplies = 5

type Batch = Awaited<ReturnType<typeof nextBatch>>

const emptyBatch: Batch = { documents: [], withdrawn: [], unknownPapers: [] }

type ExchangeOptions = {
  /** Aborted when the desk closes or opens another file: the exchange writes nothing afterwards. */
  readonly signal: AbortSignal
  /** Called before each request, inside the transaction that precedes it. */
  readonly onRequest: () => void
  /** Called after each reply, inside the transaction that applies it. */
  readonly onReply: (carried: RunCounts) => void
  /**
   * Called once, when everything but rendered papers has been exchanged; papers are sent after this promise settles.
   */
  readonly onCaughtUp: (papersLeft: boolean) => Promise<void>
  /** Called at the end with the ids of papers that could not be rendered to PDF and were not sent. */
  readonly onUnprintable: (ids: readonly string[]) => void
  /** Called at the end with the documents that the portal cannot read and has set aside. */
  readonly onUnreadable: (aside: UnreadableDocuments) => void
}

/**
 * Runs one exchange with the portal to its end. After an interruption, the next exchange resumes from what is
 * committed.
 * @throws ExchangeFailed, with what to do
 */
export const runExchange = async (core: Core, line: PortalConnection, leading: ExchangeOptions): Promise<void> => {
  const { signal, onRequest, onReply, onCaughtUp, onUnprintable, onUnreadable } = leading
  const { store } = core
  let plan = firstPlan(requireSideRow(store).side)
  markBackedUp(store, exchangeActor)
  markStaleDocuments(core)
  const unprintable = new Set<string>()
  let batch = await documentsFor(core, plan, unprintable)
  const fetched = new Set<string>()
  let listSentThisExchange = false
  let hasCaughtUp = false
  let stale = 0
  const gatherUntil = performance.now() + gatherMilliseconds
  for (let turn = 0; turn < maxRequests; turn += 1) {
    signal.throwIfAborted()
    const request = nextRequest(core, plan, batch, onRequest)
    const { reply, bytes } = await exchangeMessages(line, request, signal)
    signal.throwIfAborted()
    const effects = recordReply(core, request, reply, bytes, onReply)
    if (effects.outcome === 'unsupported') throw new ExchangeFailed(unsupportedSentence(reply))
    if (effects.outcome === 'damaged') throw new ExchangeFailed(failureTexts.damaged)
    stale = effects.outcome === 'stale' ? stale + 1 : 0
    if (stale > maxStaleReplies) throw new ExchangeFailed(failureTexts.endless)

    const isLate = performance.now() > gatherUntil
    if (!isLate && (effects.received.length > 0 || effects.logRepair || effects.documents.length > 0))
      markStaleDocuments(core)
    const { side } = requireSideRow(store)
    const next: MessagePlan = effects.outcome === 'stale' ? firstPlan(side) : effects.next
    batch = await documentsFor(core, next, unprintable)
    signal.throwIfAborted()
    plan = next
    if (next.kind !== 'exchange') continue
    const unknown = batch.unknownPapers.flatMap(({ id }) => (fetched.has(id) ? [] : [id])).slice(0, maxPapersPerFetch)
    for (const id of unknown) fetched.add(id)
    const hasDocuments = batch.withdrawn.length > 0 || batch.documents.some(({ paperOf }) => paperOf === null)
    const list = effects.listed
      ? effects.listed.upTo
      : hasDocuments || listSentThisExchange || holdingsAgree(core, reply)
        ? null
        : ''
    // Null sends no list, '' begins the full list, an id continues after it. The full list is sent at most once per
    // exchange: if the portal still disagrees after it, a second cannot help.
    if (list !== null) listSentThisExchange = true
    plan = { kind: 'exchange', list, fetch: unknown }
    const isQuiet =
      effects.outcome === 'taken' &&
      request.talk.kind === 'exchange' &&
      (isLate
        ? isSamePosition(side.own.end, side.acknowledged)
        : effects.received.length === 0 && isCaughtUp(side, reply.own.end)) &&
      !hasDocuments &&
      unknown.length === 0 &&
      list === null
    if (isQuiet && !hasCaughtUp) await onCaughtUp(batch.documents.length > 0)
    hasCaughtUp ||= isQuiet
    if (hasCaughtUp && batch.documents.length === 0) {
      if (unprintable.size > 0) onUnprintable([...unprintable])
      if (reply.talk.kind === 'exchange' && reply.talk.aside) onUnreadable(reply.talk.aside)
      return
    }
  }
  throw new ExchangeFailed(failureTexts.endless)
}

const documentsFor = (core: Core, plan: MessagePlan, unprintable: Set<string>): Promise<Batch> =>
  plan.kind === 'exchange' ? nextBatch(core, defaultBatchLimit, unprintable) : Promise.resolve(emptyBatch)

/**
 * Composes the next request and commits the desk's side before the request leaves: the log then holds the answers that
 * are sent, and no two requests are ever the same.
 */
const nextRequest = (
  core: Core,
  plan: MessagePlan,
  { documents, withdrawn }: Batch,
  onRequest: ExchangeOptions['onRequest'],
): Message => {
  const { store } = core
  const request = store.act(exchangeActor, 'exchange.tell', 'Réponses envoyées au portail', (write) => {
    onRequest()
    // While desk and portal compare their logs after a restore, the desk adds no new entry.
    if (plan.kind === 'exchange')
      appendToLog(store, [...answersToSend(core, write), ...erasuresToPublish(store, write)])
    const row = requireSideRow(store)
    const side = withNextTurn(row.side)
    saveSide(store, { side })
    const payload: Payload = {
      documents,
      withdrawn,
      listed: null,
      holding: null,
      series: maxSeries(row.series, lastNumbersInFile(store)),
    }
    return compose(
      side,
      plan,
      lookUpInStore(store, lookUpToCompose(side, plan, defaultBatchLimit)),
      payload,
      deskCapabilities,
      defaultBatchLimit,
    )
  })
  recordLogEnd(store)
  return request
}

const exchangeMessages = async (
  line: PortalConnection,
  request: Message,
  signal: AbortSignal,
): Promise<{ readonly reply: Message; readonly bytes: number }> => {
  const { body, bytes } = await callPortal(line, '/echange', request, signal)
  const envelope = Envelope.safeParse(body)
  if (!envelope.success) throw new ExchangeFailed(failureTexts.damaged, envelope.error)
  if (commonVersion(envelope.data.versions, deskCapabilities.versions) === null) {
    throw new ExchangeFailed(unsupportedSentence(envelope.data))
  }
  const reply = ExchangeMessage.safeParse(body)
  if (!reply.success || reply.data.from !== 'portal') throw new ExchangeFailed(failureTexts.damaged, reply.error)
  return { reply: reply.data, bytes }
}

const unsupportedSentence = ({ versions }: Pick<Message, 'versions'>): string =>
  Math.max(0, ...versions) > Math.max(...deskCapabilities.versions)
    ? failureTexts.portalIsNewer
    : failureTexts.portalIsOlder

/** Applies a reply, whole, in one transaction. */
const recordReply = (
  core: Core,
  request: Message,
  reply: Message,
  bytes: number,
  onReply: ExchangeOptions['onReply'],
): MessageEffects => {
  const { store } = core
  const taken = store.act(exchangeActor, 'exchange.collect', collectedLabel, (write) => {
    const found = applyReply(core, write, reply, request)
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
  recordLogEnd(store)
  return taken
}

const answersIn = ({ talk }: Message): number =>
  talk.kind === 'exchange' ? talk.entries.filter(({ kind }) => kind === 'answer').length : 0

/** Whether the portal's digest of its documents equals the desk's; true when the reply carries no digest. */
const holdingsAgree = ({ store }: Core, { talk }: Message): boolean =>
  talk.kind !== 'exchange' || talk.holding === null || isSameHolding(talk.holding, believedHolding(store))
