import * as z from 'zod'
import type { UnreadableDocuments } from '../../shared/exchange/message.ts'
import { addDays, addMinutes, dayAt, type Instant, instantOf } from '../../shared/rules/calendar/day.ts'
import { counted, listed } from '../../shared/rules/text/french.ts'
import { type Core, type ExchangeHandle, Refused, type Secrets } from '../desk/core.ts'
import { portalSettingsOf } from '../desk/portal/portal.ts'
import { errorTrace, storeSentence } from '../store/failures.ts'
import type { Store } from '../store/store.ts'
import { countWaitingAnswers } from './answers.ts'
import { applyNewlyUnderstood, detectOlderCopy, findSideRow, pruneLogs, requireSideRow } from './desk-side.ts'
import { runExchange } from './exchange.ts'
import { awaitedPortal, pairExportedPortal } from './export.ts'
import { ExchangeFailed, failureTexts } from './failures.ts'
import { fetchPapers } from './fetching-papers.ts'
import { callPortal, type PortalConnection, portalConnection } from './portal-connection.ts'
import { markStaleDocuments, waitingToSend } from './publications.ts'
import { paperText } from './published/issued-papers.ts'
import {
  actOfJournal,
  addRunSentence,
  addToRun,
  beginRun,
  currentFailures,
  deleteIdleRun,
  deleteOldRuns,
  endRun,
  lastSuccessfulRun,
  markInterruptedRuns,
  type RunCause,
} from './runs.ts'

/** Timers, injected so that a test can control time. `after` returns a function that cancels the timer. */
export type Timers = { after(milliseconds: number, work: () => void): () => void }

export const realTimers: Timers = {
  after(milliseconds, work) {
    const timer = setTimeout(work, milliseconds).unref()
    return () => clearTimeout(timer)
  },
}

const noTimer = (): void => undefined

export type Exchange = ExchangeHandle & {
  /** Called when the desk has opened another file, before anything else reads that file. */
  follow(): void
  /** Stops all exchanges; resolves once none is running. */
  stop(): Promise<void>
}

/** Delay before the first check, so that the check does not slow the start of the desk. */
const startDelayMilliseconds = 10_000
/** Interval of the checks: a computer that slept, or whose clock was changed, notices a due exchange within it. */
const tickMilliseconds = 60_000
/** Changes of the desk that follow each other within this delay are sent in one exchange. */
const gatherMilliseconds = 3_000
const longPollSeconds = 25
const minRetryMinutes = 5
const maxRetryMinutes = 60
const minPauseMilliseconds = 5_000
const maxPauseMilliseconds = 300_000
const runRetentionDays = 366

type Run = {
  readonly cause: RunCause
  /** Resolves when everything but rendered papers has been exchanged, or when the run has failed. */
  readonly caughtUp: Promise<void>
  readonly over: Promise<void>
  readonly stopping: AbortController
  isCaughtUp: boolean
}

/** Starts the schedule of exchanges for a desk; each exchange uses the file that the core has open at that moment. */
export const startExchange = (core: Core, secrets: Secrets, timers: Timers): Exchange => {
  let run: Run | null = null
  let queued: Promise<void> | null = null
  let isStopped = false
  let stopTicking = noTimer
  let listening: { readonly stopping: AbortController; readonly over: Promise<void> } | null = null

  const begin = (cause: RunCause): Run => {
    const stopping = new AbortController()
    const { promise: caughtUp, resolve } = Promise.withResolvers<void>()
    const begun: Run = {
      cause,
      caughtUp,
      stopping,
      isCaughtUp: false,
      over: runJournalled(core, secrets, cause, stopping.signal, () => {
        begun.isCaughtUp = true
        resolve()
      }).finally(() => {
        resolve()
        if (run === begun) run = null
        notifyScreens(core)
      }),
    }
    return begun
  }

  const now = async (cause: RunCause): Promise<void> => {
    if (isStopped || !findSideRow(core.store)) return
    // Two people who start an exchange at the same time wait for the same one.
    if (run && queued) return queued
    if (run) {
      queued = (async () => {
        const previous = run
        if (previous?.isCaughtUp) previous.stopping.abort()
        await previous?.caughtUp
        if (previous) previous.stopping.abort()
        await previous?.over
        queued = null
        await now(cause)
      })()
      return queued
    }
    run = begin(cause)
    notifyScreens(core)
    await run.caughtUp
  }

  let pairing = false
  /**
   * Tries to pair with an exported portal (an archive that staff installed elsewhere) that has not answered yet; the
   * next tick tries again. A desk that is linked to another portal keeps that link until staff decide to change.
   */
  const pairAwaited = async (): Promise<void> => {
    const awaited = awaitedPortal(core)
    // A portal exported again for the address already linked is an update: only staff decide to pair it again.
    if (pairing || !awaited || findSideRow(core.store)?.address === awaited.address) return
    pairing = true
    try {
      await pairExportedPortal(core)
      notifyScreens(core)
    } catch (error) {
      if (!(error instanceof Refused)) core.log(`portail exporté\u00a0: ${errorTrace(error)}`)
    } finally {
      pairing = false
    }
  }

  const tick = (): void => {
    stopTicking()
    if (isStopped) return
    void pairAwaited()
    const due = findSideRow(core.store) ? dueAt(core.store) : null
    if (due && due.at <= core.clock() && !run) void now(due.cause)
    stopTicking = timers.after(tickMilliseconds, tick)
    const isContinuous = findSideRow(core.store) !== null && portalSettingsOf(core.store).continuous
    if (isContinuous && !listening) {
      const stopping = new AbortController()
      const started = { stopping, over: exchangeContinuously(stopping.signal) }
      listening = started
      void started.over.finally(() => {
        if (listening === started) listening = null
      })
    }
    if (!isContinuous) listening?.stopping.abort()
  }

  /** Starts an exchange as soon as desk or portal has something to send. */
  const exchangeContinuously = async (signal: AbortSignal): Promise<void> => {
    let pause = 0
    while (!signal.aborted) {
      try {
        if (hasSomethingToSend(core)) {
          await now('continuous')
          // The exchange failed, or the portal does not accept something that the desk sends.
          if (!signal.aborted && hasSomethingToSend(core)) throw new ExchangeFailed(failureTexts.unreachable)
        }
        if (await waitForNews(core, portalConnection(core, secrets), signal, timers)) await now('continuous')
        pause = 0
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof ExchangeFailed)) core.log(`échange continu\u00a0: ${errorTrace(error)}`)
        pause = Math.min(maxPauseMilliseconds, Math.max(minPauseMilliseconds, pause * 2))
        await sleep(pause, signal, timers)
        // If the portal still fails, this run writes the reason to the history of exchanges.
        if (!signal.aborted) await now('continuous')
      }
    }
  }

  const halt = async (): Promise<void> => {
    stopTicking()
    run?.stopping.abort()
    listening?.stopping.abort()
    await Promise.allSettled([run?.over, listening?.over])
  }

  const prepareFile = (): void => {
    detectOlderCopy(core.store)
    markInterruptedRuns(core.store)
    try {
      applyNewlyUnderstood(core)
    } catch (error) {
      // Entries that an earlier version could not read stay stored, not applied: the desk opens nevertheless.
      core.log(`messages compris depuis une mise à jour\u00a0: ${errorTrace(error)}`)
    }
  }

  prepareFile()
  stopTicking = timers.after(startDelayMilliseconds, tick)
  return {
    secrets,
    get isRunning() {
      return run !== null && !run.isCaughtUp
    },
    get nextAt() {
      return findSideRow(core.store) ? dueAt(core.store).at : null
    },
    now: () => now('asked'),
    reschedule: tick,
    async whileStopped(work) {
      isStopped = true
      await halt()
      try {
        return await work()
      } finally {
        isStopped = false
        markInterruptedRuns(core.store)
        stopTicking = timers.after(startDelayMilliseconds, tick)
      }
    },
    follow: prepareFile,
    async stop() {
      isStopped = true
      await halt()
    },
  }
}

/** Runs one exchange and writes its row in the history of exchanges. Never throws: a failure is written to that row. */
const runJournalled = async (
  core: Core,
  secrets: Secrets,
  cause: RunCause,
  signal: AbortSignal,
  onCaughtUp: () => void,
): Promise<void> => {
  const { store } = core
  let id: number | null = null
  try {
    await runExchange(core, portalConnection(core, secrets), {
      signal,
      onRequest: () => {
        id ??= beginRun(store, cause)
      },
      onReply: (carried) => addToRun(store, id ?? 0, carried),
      async onCaughtUp(papersLeft) {
        actOfJournal(store, () => {
          endRun(store, id ?? 0, 'done')
          if (!papersLeft) deleteIdleRun(store, id ?? 0)
        })
        onCaughtUp()
        // Rendering a town's invoices may take an hour: fetch the papers that parents sent before it, not after.
        if (papersLeft) await fetchPapers(store, portalConnection(core, secrets), signal)
      },
      onUnprintable: (ids) =>
        actOfJournal(store, () => addRunSentence(store, id ?? 0, unprintableSentence(store, ids))),
      onUnreadable: (aside) => actOfJournal(store, () => addRunSentence(store, id ?? 0, unreadableSentence(aside))),
    })
    await fetchPapers(store, portalConnection(core, secrets), signal)
    while (!signal.aborted && pruneLogs(store)) await new Promise((next) => setImmediate(next))
    if (cause === 'night') deleteOldRuns(store, addMinutes(core.clock(), -runRetentionDays * 24 * 60))
  } catch (error) {
    // Stopped on purpose: `markInterruptedRuns` marks the run at the next opening of the file.
    if (signal.aborted) return
    const sentence = error instanceof ExchangeFailed ? error.message : (storeSentence(error) ?? failureTexts.unforeseen)
    if (!(error instanceof ExchangeFailed)) core.log(`échange\u00a0: ${errorTrace(error)}`)
    try {
      actOfJournal(store, () => endRun(store, id ?? beginRun(store, cause), 'failed', sentence))
    } catch (journalError) {
      // A full disk refuses that row too.
      core.log(`échange\u00a0: ${sentence} ${errorTrace(journalError)}`)
    }
  }
}

/** Papers that a sentence names, so that staff can find them; the others are counted. */
const maxNamed = 3

const unprintableSentence = (store: Store, ids: readonly string[]): string => {
  const named = ids.slice(0, maxNamed).map((id) => paperText(store, id))
  const others = ids.length - named.length
  const which = listed([...named, ...(others > 0 ? [counted(others, 'autre', 'autres')] : [])])
  return ids.length === 1
    ? `Un papier ne s’est pas imprimé et n’est pas sur le portail\u00a0: ${which}. Les autres sont partis. Essayez de l’imprimer d’ici\u00a0; s’il résiste, prévenez votre prestataire.`
    : `${counted(ids.length, 'papier')} ne se sont pas imprimés et ne sont pas sur le portail\u00a0: ${which}. Essayez de les imprimer d’ici\u00a0; s’ils résistent, prévenez votre prestataire.`
}

/** Names the documents by their ids in the exchange, for the person who repairs the portal. */
const unreadableSentence = ({ count, names }: UnreadableDocuments): string => {
  const named = names.slice(0, maxNamed)
  const others = count - named.length
  const which = listed([...named, ...(others > 0 ? [counted(others, 'autre', 'autres')] : [])])
  return count === 1
    ? `Le portail a mis de côté une publication qu’il ne sait pas lire\u00a0: ${which}. Mettez-le à jour\u00a0; si elle y reste, prévenez votre prestataire.`
    : `Le portail a mis de côté ${counted(count, 'publication')} qu’il ne sait pas lire\u00a0: ${which}. Mettez-le à jour\u00a0; si elles y restent, prévenez votre prestataire.`
}

/**
 * When the next automatic exchange begins. A nightly exchange missed because the computer was off runs at start; a
 * failed exchange is retried at growing intervals.
 */
const dueAt = (store: Store): { readonly at: Instant; readonly cause: RunCause } => {
  const now = store.clock()
  const { nightAt, continuous } = portalSettingsOf(store)
  const tonight = instantOf(dayAt(now), nightAt)
  const [last, next] =
    tonight <= now
      ? [tonight, instantOf(addDays(dayAt(now), 1), nightAt)]
      : [instantOf(addDays(dayAt(now), -1), nightAt), tonight]
  const { pairedAt } = requireSideRow(store)
  const isDone = (lastSuccessfulRun(store)?.startedAt ?? pairedAt) >= last
  const retry = retryAt(store)
  // The continuous exchange has retries of its own.
  if (isDone && (retry === null || continuous)) return { at: next, cause: 'night' }
  if (retry === null) return { at: last, cause: now < addMinutes(last, 5) ? 'night' : 'start' }
  return retry < next ? { at: retry, cause: 'retry' } : { at: next, cause: 'night' }
}

/**
 * Waits, after the last failure, as long as exchanges have been failing, within the bounds above; null when the last
 * exchange succeeded.
 */
const retryAt = (store: Store): Instant | null => {
  const { first, last } = currentFailures(store)
  if (first === null || last === null) return null
  const minutes = (Date.parse(last) - Date.parse(first)) / 60_000
  return addMinutes(last, Math.max(minRetryMinutes, Math.min(maxRetryMinutes, minutes)))
}

const hasSomethingToSend = (core: Core): boolean => {
  const { store } = core
  markStaleDocuments(core)
  const { side } = requireSideRow(store)
  return (
    side.comparing ||
    side.own.end.number > side.acknowledged.number ||
    countWaitingAnswers(store) > 0 ||
    waitingToSend(store).lines.length > 0
  )
}

/** Number of the last entry of the portal's log. @throws ExchangeFailed */
export const endOfPortalLog = async (core: Core): Promise<number> => {
  const { signal } = new AbortController()
  const { body } = await callPortal(
    portalConnection(core, core.exchange.secrets),
    '/attente',
    { after: 0, seconds: 0 },
    signal,
    30,
  )
  return PortalLogEnd.parse(body).end
}

const PortalLogEnd = z.object({ end: z.int().nonnegative() })

/** Long poll: resolves true when the portal's log has grown, false at the timeout or after a change of the desk. */
const waitForNews = async (
  core: Core,
  line: PortalConnection,
  signal: AbortSignal,
  timers: Timers,
): Promise<boolean> => {
  const changed = new AbortController()
  let stopGathering = noTimer
  const stopListening = core.store.onChange(() => {
    stopGathering()
    stopGathering = timers.after(gatherMilliseconds, () => changed.abort())
  })
  const after = requireSideRow(core.store).side.mirror.end.number
  try {
    const both = AbortSignal.any([signal, changed.signal])
    const { body } = await callPortal(line, '/attente', { after, seconds: longPollSeconds }, both, longPollSeconds + 15)
    return PortalLogEnd.parse(body).end !== after
  } catch (error) {
    if (changed.signal.aborted && !signal.aborted) return false
    throw error
  } finally {
    stopGathering()
    stopListening()
  }
}

const sleep = (milliseconds: number, signal: AbortSignal, timers: Timers): Promise<void> =>
  new Promise((done) => {
    const stop = timers.after(milliseconds, done)
    signal.addEventListener('abort', () => {
      stop()
      done()
    })
  })

const notifyScreens = (core: Core): void => core.changes.publish('changed', { domains: ['exchange'] })
