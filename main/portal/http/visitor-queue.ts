import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Instant } from '../../../shared/rules/calendar/day.ts'

/** A worker's load since the previous tick. */
type Load = {
  /** Mean delay of the worker's timers, in milliseconds. */
  readonly timerDelay: number
  /** Requests received and not answered yet. */
  readonly pendingRequests: number
}

/**
 * A visitor's position in the queue, and the seconds before the page asks again. `ticket` is null when the caller
 * already has the maximum number of tickets.
 */
export type QueuePosition = { readonly ticket: string | null; readonly place: number; readonly seconds: number }

export type Visitor = {
  /** The session cookie's value, not verified yet. */
  readonly session: string | null
  readonly ticket: string | null
  /** The caller's key, from `callerKey`. */
  readonly caller: string
}

export type VisitorQueue = {
  /**
   * Whether to serve a page now. A visitor is recognised by the session or by the ticket of an earlier request.
   * @returns null to serve the page now, else the visitor's position in the queue
   */
  request(visitor: Visitor): QueuePosition | null
  /** Lets a session skip the queue from now on. Call it only once the session was verified. */
  admitSession(session: string): void
  /** Admits as many visitors as the worker can serve; called every `tickMilliseconds`. */
  tick(load: Load): void
}

export const tickMilliseconds = 100

/** Above this load, nobody else is admitted: visitors already inside come first. */
const busyLoad: Load = { timerDelay: 50, pendingRequests: 16 }
const fewPendingRequests = 6
/** Weight of the newest sample in the moving average of timer delay: one slow moment does not stop admissions. */
const smoothingFactor = 0.3
/** Visitors that an idle worker with an empty queue admits at once; refilled at each tick. */
const reserve = 20
/** Share of the reserve that remains after a tick at which the worker is busy. */
const decayPerTick = 0.7
/**
 * How many visitors may be called from the queue and not have arrived yet: they arrive when their page asks again.
 * Grows by `growthPerTick` while the worker is not busy; is multiplied by `shrinkFactor` when the worker becomes busy,
 * but not again before the visitors already called have had time to arrive.
 */
const calledLimits = { first: 6, min: 1, max: 60, growthPerTick: 0.5, shrinkFactor: 0.5 }
const arrivalMilliseconds = 1500
/** A visitor who has not asked again this long after the page should have asked has left. */
const noShowMilliseconds = 3000
/** A visit ends after this long without a request. */
const visitMilliseconds = 15 * 60_000
/** The waiting page asks again at least this often. */
const maxSeconds = 20
/**
 * Minutes after which a ticket that is no longer in the queue expires, so that nobody saves one for the next opening
 * day.
 */
export const ticketMinutes = 120
/**
 * Maximum number of tickets in the queue per caller: enough for the phones of a school, and a limit to a flood of
 * requests.
 */
const maxTicketsPerCaller = 100
/**
 * Visitors admitted per second, approximately. Pages far back in the queue ask again less often, so that thousands who
 * wait cost little.
 */
const admissionsPerSecond = 25

/** Ordered by the arrival time on the ticket, whichever worker issued the ticket. */
type Waiting = { readonly id: string; readonly since: number; readonly caller: string; dueAt: number }

/**
 * The queue of visitors in front of a busy worker. An idle worker admits everybody; a busy worker admits, in order of
 * arrival, as many as it can serve quickly. Only pages wait; calls from visitors already inside never do.
 * @param key signs tickets: the same for every worker of a portal
 */
export const createVisitorQueue = (key: string, clock: () => Instant): VisitorQueue => {
  const inside = new Map<string, number>()
  let waiting: Waiting[] = []
  /** Number of tickets of each caller in `waiting`. */
  const ticketCounts = new Map<string, number>()
  const waitingById = new Map<string, Waiting>()
  let lastSince = 0
  let remainingReserve = reserve
  let maxComing = calledLimits.first
  let shrunkAt = Number.NEGATIVE_INFINITY
  /** Milliseconds counted in ticks, not on the clock: how long visitors take to arrive does not depend on the hour. */
  let elapsed = 0
  /** When each visitor called from the queue should arrive, by ticket. */
  const coming = new Map<string, number>()
  let averageDelay = 0

  const now = () => Date.parse(clock())
  const signature = (id: string, since: number) =>
    createHmac('sha256', key).update(`line ${id} ${since}`).digest('base64url').slice(0, 22)
  const ticketText = ({ id, since }: Waiting) => `${since.toString(36)}.${id}.${signature(id, since)}`

  const parseTicket = (ticket: string | null): { id: string; since: number } | null => {
    const match = /^([\da-z]{6,10})\.([\w-]{16})\.([\w-]{22})$/.exec(ticket ?? '')
    if (!match) return null
    const [, time = '', id = '', proof = ''] = match
    const since = Number.parseInt(time, 36)
    if (!timingSafeEqual(Buffer.from(proof), Buffer.from(signature(id, since)))) return null
    return waitingById.has(id) || now() - since <= ticketMinutes * 60_000 ? { id, since } : null
  }

  /** Moves a visitor to the end of `inside`, which is ordered by last request. */
  const noteRequest = (name: string, at: number): void => {
    inside.delete(name)
    inside.set(name, at)
  }

  const isInside = (name: string, at: number): boolean => {
    const last = inside.get(name)
    return last !== undefined && at - last <= visitMilliseconds
  }

  const removeFromQueue = ({ id, caller }: Waiting): void => {
    waitingById.delete(id)
    const remaining = (ticketCounts.get(caller) ?? 1) - 1
    if (remaining > 0) ticketCounts.set(caller, remaining)
    else ticketCounts.delete(caller)
  }

  const hasLeft = ({ dueAt }: Waiting): boolean => elapsed > dueAt + noShowMilliseconds

  const indexOf = ({ since, id }: Waiting): number => {
    let [from, to] = [0, waiting.length]
    while (from < to) {
      const middle = (from + to) >> 1
      const other = waiting[middle]
      if (other && (other.since < since || (other.since === since && other.id < id))) from = middle + 1
      else to = middle
    }
    return from
  }

  const waitAgain = (one: Waiting): QueuePosition => {
    const place = indexOf(one) + 1
    const seconds = pollSeconds(place)
    one.dueAt = elapsed + seconds * 1000
    return { ticket: ticketText(one), place, seconds }
  }

  return {
    request({ session, ticket, caller }) {
      const at = now()
      const parsedTicket = parseTicket(ticket)
      if (parsedTicket) coming.delete(parsedTicket.id)
      const isAdmitted = [session, parsedTicket?.id ?? null].some((name) => name !== null && isInside(name, at))
      const queued = parsedTicket && waitingById.get(parsedTicket.id)
      if (!isAdmitted && queued) return waitAgain(queued)
      const isIdle = waiting.length === 0 && remainingReserve >= 1
      if (isAdmitted || isIdle) {
        if (!isAdmitted) remainingReserve -= 1
        if (parsedTicket) noteRequest(parsedTicket.id, at)
        return null
      }
      const ticketCount = ticketCounts.get(caller) ?? 0
      if (ticketCount >= maxTicketsPerCaller) return { ticket: null, place: waiting.length + 1, seconds: maxSeconds }
      ticketCounts.set(caller, ticketCount + 1)
      // Two visitors of the same millisecond stay in order of arrival.
      lastSince = Math.max(at, lastSince + 1)
      const visitor: Waiting = {
        ...(parsedTicket ?? { id: randomBytes(12).toString('base64url'), since: lastSince }),
        caller,
        dueAt: elapsed,
      }
      waiting.splice(indexOf(visitor), 0, visitor)
      waitingById.set(visitor.id, visitor)
      return waitAgain(visitor)
    },

    admitSession(session) {
      noteRequest(session, now())
    },

    tick({ timerDelay, pendingRequests }) {
      const at = now()
      elapsed += tickMilliseconds
      averageDelay += smoothingFactor * (timerDelay - averageDelay)
      // Delayed timers with few requests mean a slow computer: making visitors wait would not help.
      const isBusy =
        (averageDelay > busyLoad.timerDelay && pendingRequests > fewPendingRequests) ||
        pendingRequests > busyLoad.pendingRequests
      remainingReserve = isBusy ? remainingReserve * decayPerTick : reserve
      if (!isBusy) maxComing = Math.min(calledLimits.max, maxComing + calledLimits.growthPerTick)
      else if (elapsed - shrunkAt > arrivalMilliseconds) {
        maxComing = Math.max(calledLimits.min, maxComing * calledLimits.shrinkFactor)
        shrunkAt = elapsed
      }
      for (const [id, dueAt] of coming) if (elapsed > dueAt + noShowMilliseconds) coming.delete(id)
      // A closed page loses its position in the queue. If the page is opened again, its ticket still has the arrival
      // time.
      if (waiting.some(hasLeft)) {
        waiting.filter(hasLeft).forEach(removeFromQueue)
        waiting = waiting.filter((one) => !hasLeft(one))
      }
      const maxCalled = isBusy ? 0 : Math.floor(maxComing)
      while (coming.size < maxCalled) {
        const next = waiting.shift()
        if (!next) break
        removeFromQueue(next)
        noteRequest(next.id, at)
        coming.set(next.id, next.dueAt)
      }
      for (const [name, last] of inside) {
        if (at - last <= visitMilliseconds) break
        inside.delete(name)
      }
    },
  }
}

const pollSeconds = (place: number): number => Math.min(maxSeconds, Math.ceil(place / admissionsPerSecond))
