import * as z from 'zod'
import type { UnreadableDocuments } from '../../shared/exchange/message.ts'
import { addDays, addMinutes, dayAt, type Instant, instantOf } from '../../shared/rules/calendar/day.ts'
import { counted, listed } from '../../shared/rules/text/french.ts'
import { type Core, type ExchangeHandle, Refused, type Secrets } from '../desk/core.ts'
import { portalSettingsOf } from '../desk/portal/portal.ts'
import { errorTrace, storeSentence } from '../store/failures.ts'
import type { Store } from '../store/store.ts'
import { waitingAnswers } from './answers.ts'
import { actUponUnderstood, forgetSome, noticeCopy, pairedRow, sideRow } from './desk-side.ts'
import { lead } from './exchange.ts'
import { awaitedPortal, pairExported } from './export.ts'
import { ExchangeFailed, sentences } from './failures.ts'
import { fetchPapers } from './fetching-papers.ts'
import { ask, type Line, lineOf } from './portal-line.ts'
import { noteChanges, waitingToSend } from './publications.ts'
import { paperNamed } from './published/issued-papers.ts'
import {
  addToRun,
  beginRun,
  type Cause,
  closeCutOffRuns,
  dropIdleRun,
  dropOldRuns,
  endRun,
  failuresSince,
  journalled,
  lastDone,
  noteRun,
} from './runs.ts'

/** Real time, handed in so that a test can move it. Returns the way to stop. */
export type Timers = { after(milliseconds: number, work: () => void): () => void }

export const realTimers: Timers = {
  after(milliseconds, work) {
    const timer = setTimeout(work, milliseconds).unref()
    return () => clearTimeout(timer)
  },
}

const noTimer = (): void => undefined

export type Exchange = ExchangeHandle & {
  /** Another file was opened in the place of this one; called before anybody reads it. */
  follow(): void
  /** Ends once nothing is under way. */
  stop(): Promise<void>
}

/** No start waits for it. */
const startMilliseconds = 10_000
/** A machine that slept, or whose clock was set, notices within this. */
const lookMilliseconds = 60_000
/** What changed within this travels together. */
const gatherMilliseconds = 3_000
const waitSeconds = 25
const shortestRetryMinutes = 5
const longestRetryMinutes = 60
const shortestPauseMilliseconds = 5_000
const longestPauseMilliseconds = 300_000
const toldDays = 366

type Run = {
  readonly cause: Cause
  /** Once all but papers has travelled, or once it failed. */
  readonly caughtUp: Promise<void>
  readonly over: Promise<void>
  readonly stopping: AbortController
  isCaughtUp: boolean
}

/** Opened with the desk; it exchanges over whatever file the core has open. */
export const openExchange = (core: Core, secrets: Secrets, timers: Timers): Exchange => {
  let run: Run | null = null
  let queued: Promise<void> | null = null
  let isStopped = false
  let stopLooking = noTimer
  let listening: { readonly stopping: AbortController; readonly over: Promise<void> } | null = null

  const begin = (cause: Cause): Run => {
    const stopping = new AbortController()
    const { promise: caughtUp, resolve } = Promise.withResolvers<void>()
    const begun: Run = {
      cause,
      caughtUp,
      stopping,
      isCaughtUp: false,
      over: exchanged(core, secrets, cause, stopping.signal, () => {
        begun.isCaughtUp = true
        resolve()
      }).finally(() => {
        resolve()
        if (run === begun) run = null
        tellScreens(core)
      }),
    }
    return begun
  }

  const now = async (cause: Cause): Promise<void> => {
    if (isStopped || !sideRow(core.store)) return
    // Two who press at once wait for the same one.
    if (run && queued) return queued
    if (run) {
      queued = (async () => {
        const before = run
        if (before?.isCaughtUp) before.stopping.abort()
        await before?.caughtUp
        if (before) before.stopping.abort()
        await before?.over
        queued = null
        await now(cause)
      })()
      return queued
    }
    run = begin(cause)
    tellScreens(core)
    await run.caughtUp
  }

  let pairing = false
  /** Refused as long as it does not answer: it is asked again at the next look. Linked elsewhere, it changes nothing of it. */
  const pairAwaited = async (): Promise<void> => {
    const awaited = awaitedPortal(core)
    // Exported again for where it is already: whoever emptied its machine asks for it.
    if (pairing || !awaited || sideRow(core.store)?.address === awaited.address) return
    pairing = true
    try {
      await pairExported(core)
      tellScreens(core)
    } catch (error) {
      if (!(error instanceof Refused)) core.log(`portail exporté\u00a0: ${errorTrace(error)}`)
    } finally {
      pairing = false
    }
  }

  const look = (): void => {
    stopLooking()
    if (isStopped) return
    void pairAwaited()
    const due = sideRow(core.store) ? dueAt(core.store) : null
    if (due && due.at <= core.clock() && !run) void now(due.cause)
    stopLooking = timers.after(lookMilliseconds, look)
    const wanted = sideRow(core.store) !== null && portalSettingsOf(core.store).continuous
    if (wanted && !listening) {
      const stopping = new AbortController()
      const started = { stopping, over: listen(stopping.signal) }
      listening = started
      void started.over.finally(() => {
        if (listening === started) listening = null
      })
    }
    if (!wanted) listening?.stopping.abort()
  }

  /** Exchanges as soon as either side has something to say. */
  const listen = async (signal: AbortSignal): Promise<void> => {
    let pause = 0
    while (!signal.aborted) {
      try {
        if (hasSomethingToSay(core)) {
          await now('continuous')
          // It failed, or there is something that this portal does not take.
          if (!signal.aborted && hasSomethingToSay(core)) throw new ExchangeFailed(sentences.unreachable)
        }
        if (await heardFromPortal(core, lineOf(core, secrets), signal, timers)) await now('continuous')
        pause = 0
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof ExchangeFailed)) core.log(`échange continu\u00a0: ${errorTrace(error)}`)
        pause = Math.min(longestPauseMilliseconds, Math.max(shortestPauseMilliseconds, pause * 2))
        await slept(pause, signal, timers)
        // Tells in the journal why, if it still fails.
        if (!signal.aborted) await now('continuous')
      }
    }
  }

  const halt = async (): Promise<void> => {
    stopLooking()
    run?.stopping.abort()
    listening?.stopping.abort()
    await Promise.allSettled([run?.over, listening?.over])
  }

  const ready = (): void => {
    noticeCopy(core.store)
    closeCutOffRuns(core.store)
    try {
      actUponUnderstood(core)
    } catch (error) {
      // They stay as they were kept: the desk opens all the same.
      core.log(`messages compris depuis une mise à jour\u00a0: ${errorTrace(error)}`)
    }
  }

  ready()
  stopLooking = timers.after(startMilliseconds, look)
  return {
    secrets,
    get isRunning() {
      return run !== null && !run.isCaughtUp
    },
    get nextAt() {
      return sideRow(core.store) ? dueAt(core.store).at : null
    },
    now: () => now('asked'),
    reschedule: look,
    async whileStopped(work) {
      isStopped = true
      await halt()
      try {
        return await work()
      } finally {
        isStopped = false
        closeCutOffRuns(core.store)
        stopLooking = timers.after(startMilliseconds, look)
      }
    },
    follow: ready,
    async stop() {
      isStopped = true
      await halt()
    },
  }
}

/** One exchange with its line in the journal. Never throws: what went wrong is told there. */
const exchanged = async (
  core: Core,
  secrets: Secrets,
  cause: Cause,
  signal: AbortSignal,
  onCaughtUp: () => void,
): Promise<void> => {
  const { store } = core
  let id: number | null = null
  try {
    await lead(core, lineOf(core, secrets), {
      signal,
      onRequest: () => {
        id ??= beginRun(store, cause)
      },
      onReply: (carried) => addToRun(store, id ?? 0, carried),
      async onCaughtUp(papersLeft) {
        journalled(store, () => {
          endRun(store, id ?? 0, 'done')
          if (!papersLeft) dropIdleRun(store, id ?? 0)
        })
        onCaughtUp()
        // Printing a town's invoices may take an hour: what parents sent is not for then.
        if (papersLeft) await fetchPapers(store, lineOf(core, secrets), signal)
      },
      onUnprintable: (ids) => journalled(store, () => noteRun(store, id ?? 0, unprintableSentence(store, ids))),
      onUnreadable: (aside) => journalled(store, () => noteRun(store, id ?? 0, unreadableSentence(aside))),
    })
    await fetchPapers(store, lineOf(core, secrets), signal)
    while (!signal.aborted && forgetSome(store)) await new Promise((next) => setImmediate(next))
    if (cause === 'night') dropOldRuns(store, addMinutes(core.clock(), -toldDays * 24 * 60))
  } catch (error) {
    // Closed, or over another file: the run is told as cut off when the file is opened again.
    if (signal.aborted) return
    const sentence = error instanceof ExchangeFailed ? error.message : (storeSentence(error) ?? sentences.unforeseen)
    if (!(error instanceof ExchangeFailed)) core.log(`échange\u00a0: ${errorTrace(error)}`)
    try {
      journalled(store, () => endRun(store, id ?? beginRun(store, cause), 'failed', sentence))
    } catch (unwritten) {
      // A full disk cannot take this line either.
      core.log(`échange\u00a0: ${sentence} ${errorTrace(unwritten)}`)
    }
  }
}

/** Named, so that staff can look at them. */
const mostNamed = 3

const unprintableSentence = (store: Store, ids: readonly string[]): string => {
  const named = ids.slice(0, mostNamed).map((id) => paperNamed(store, id))
  const others = ids.length - named.length
  const which = listed([...named, ...(others > 0 ? [counted(others, 'autre', 'autres')] : [])])
  return ids.length === 1
    ? `Un papier ne s’est pas imprimé et n’est pas sur le portail\u00a0: ${which}. Les autres sont partis. Essayez de l’imprimer d’ici\u00a0; s’il résiste, prévenez votre prestataire.`
    : `${counted(ids.length, 'papier')} ne se sont pas imprimés et ne sont pas sur le portail\u00a0: ${which}. Essayez de les imprimer d’ici\u00a0; s’ils résistent, prévenez votre prestataire.`
}

/** The names are the exchange's own: they are for whoever puts the portal right. */
const unreadableSentence = ({ count, names }: UnreadableDocuments): string => {
  const named = names.slice(0, mostNamed)
  const others = count - named.length
  const which = listed([...named, ...(others > 0 ? [counted(others, 'autre', 'autres')] : [])])
  return count === 1
    ? `Le portail a mis de côté une publication qu’il ne sait pas lire\u00a0: ${which}. Mettez-le à jour\u00a0; si elle y reste, prévenez votre prestataire.`
    : `Le portail a mis de côté ${counted(count, 'publication')} qu’il ne sait pas lire\u00a0: ${which}. Mettez-le à jour\u00a0; si elles y restent, prévenez votre prestataire.`
}

/**
 * When the next exchange begins by itself. The one of the night is caught up when the machine was off; whatever failed is
 * tried again, ever more rarely.
 */
const dueAt = (store: Store): { readonly at: Instant; readonly cause: Cause } => {
  const now = store.clock()
  const { nightAt, continuous } = portalSettingsOf(store)
  const tonight = instantOf(dayAt(now), nightAt)
  const [last, next] =
    tonight <= now
      ? [tonight, instantOf(addDays(dayAt(now), 1), nightAt)]
      : [instantOf(addDays(dayAt(now), -1), nightAt), tonight]
  const { pairedAt } = pairedRow(store)
  const isDone = (lastDone(store)?.startedAt ?? pairedAt) >= last
  const retry = retryAt(store)
  // Continuous, it tries by itself.
  if (isDone && (retry === null || continuous)) return { at: next, cause: 'night' }
  if (retry === null) return { at: last, cause: now < addMinutes(last, 5) ? 'night' : 'start' }
  return retry < next ? { at: retry, cause: 'retry' } : { at: next, cause: 'night' }
}

/** As long after the last failure as it has been failing; null when the last one was done. */
const retryAt = (store: Store): Instant | null => {
  const { first, last } = failuresSince(store)
  if (first === null || last === null) return null
  const minutes = (Date.parse(last) - Date.parse(first)) / 60_000
  return addMinutes(last, Math.max(shortestRetryMinutes, Math.min(longestRetryMinutes, minutes)))
}

const hasSomethingToSay = (core: Core): boolean => {
  const { store } = core
  noteChanges(core)
  const { side } = pairedRow(store)
  return (
    side.comparing ||
    side.own.end.number > side.acknowledged.number ||
    waitingAnswers(store) > 0 ||
    waitingToSend(store).lines.length > 0
  )
}

/** How far the portal's log goes now. @throws ExchangeFailed */
export const endOfPortalLog = async (core: Core): Promise<number> => {
  const { signal } = new AbortController()
  const { body } = await ask(lineOf(core, core.exchange.secrets), '/attente', { after: 0, seconds: 0 }, signal, 30)
  return Heard.parse(body).end
}

const Heard = z.object({ end: z.int().nonnegative() })

/** Waits until the portal has something to say, or until something here was changed. */
const heardFromPortal = async (core: Core, line: Line, signal: AbortSignal, timers: Timers): Promise<boolean> => {
  const changed = new AbortController()
  let stopGathering = noTimer
  const stopListening = core.store.onChange(() => {
    stopGathering()
    stopGathering = timers.after(gatherMilliseconds, () => changed.abort())
  })
  const after = pairedRow(core.store).side.mirror.end.number
  try {
    const both = AbortSignal.any([signal, changed.signal])
    const { body } = await ask(line, '/attente', { after, seconds: waitSeconds }, both, waitSeconds + 15)
    return Heard.parse(body).end !== after
  } catch (error) {
    if (changed.signal.aborted && !signal.aborted) return false
    throw error
  } finally {
    stopGathering()
    stopListening()
  }
}

const slept = (milliseconds: number, signal: AbortSignal, timers: Timers): Promise<void> =>
  new Promise((done) => {
    const stop = timers.after(milliseconds, done)
    signal.addEventListener('abort', () => {
      stop()
      done()
    })
  })

const tellScreens = (core: Core): void => core.changes.publish('changed', { domains: ['exchange'] })
