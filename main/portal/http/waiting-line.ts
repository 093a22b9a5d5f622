import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Instant } from '../../../shared/rules/calendar/day.ts'

/** A worker's load since the previous tick. */
type Load = {
  /** Mean delay of the worker's timers, in milliseconds. */
  readonly late: number
  /** Requests received and not answered yet. */
  readonly underWay: number
}

/**
 * A visitor's position in the queue, and the seconds before the page asks again. `ticket` is null when the caller
 * already has the maximum number of tickets.
 */
export type InLine = { readonly ticket: string | null; readonly place: number; readonly seconds: number }

export type Visitor = {
  /** The session cookie's value, not verified yet. */
  readonly session: string | null
  readonly ticket: string | null
  /** The caller's key, from `callerKey`. */
  readonly caller: string
}

export type Line = {
  /**
   * Whether to serve a page now. A visitor is recognised by the session or by the ticket of an earlier request.
   * @returns null to serve the page now, else the visitor's position in the queue
   */
  ask(visitor: Visitor): InLine | null
  /** Lets a session skip the queue from now on. Call it only once the session was verified. */
  enter(session: string): void
  /** Admits as many visitors as the worker can serve; called every `tickMilliseconds`. */
  look(load: Load): void
}

export const lookMilliseconds = 100

/** Above this load, nobody else is admitted: visitors already inside come first. */
const busy: Load = { late: 50, underWay: 16 }
const fewUnderWay = 6
/** Weight of the newest sample in the moving average of timer delay: one slow moment does not stop admissions. */
const newest = 0.3
/** Visitors that an idle worker with an empty queue admits at once; refilled at each tick. */
const reserve = 20
/** Share of the reserve that remains after a tick at which the worker is busy. */
const kept = 0.7
/**
 * How many visitors may be called from the queue and not have arrived yet: they arrive when their page asks again.
 * Grows by `growthPerTick` while the worker is not busy; is multiplied by `shrinkFactor` when the worker becomes busy,
 * but not again before the visitors already called have had time to arrive.
 */
const called = { first: 6, least: 1, most: 60, moreAtLook: 0.5, share: 0.5 }
const onTheirWayMilliseconds = 1500
/** A visitor who has not asked again this long after the page should have asked has left. */
const lateMilliseconds = 3000
/** A visit ends after this long without a request. */
const visitMilliseconds = 15 * 60_000
/** The waiting page asks again at least this often. */
const longestSeconds = 20
/**
 * Minutes after which a ticket that is no longer in the queue expires, so that nobody saves one for the next opening
 * day.
 */
export const ticketMinutes = 120
/**
 * Maximum number of tickets in the queue per caller: enough for the phones of a school, and a limit to a flood of
 * requests.
 */
const mostOfCaller = 100
/**
 * Visitors admitted per second, approximately. Pages far back in the queue ask again less often, so that thousands who
 * wait cost little.
 */
const placesASecond = 25

/** Ordered by the arrival time on the ticket, whichever worker issued the ticket. */
type Waiting = { readonly id: string; readonly since: number; readonly caller: string; dueAt: number }

/**
 * The queue of visitors in front of a busy worker. An idle worker admits everybody; a busy worker admits, in order of
 * arrival, as many as it can serve quickly. Only pages wait; calls from visitors already inside never do.
 * @param key signs tickets: the same for every worker of a portal
 */
export const openLine = (key: string, clock: () => Instant): Line => {
  const inside = new Map<string, number>()
  let waiting: Waiting[] = []
  /** Number of tickets of each caller in `waiting`. */
  const ofCaller = new Map<string, number>()
  const known = new Map<string, Waiting>()
  let latest = 0
  let room = reserve
  let ahead = called.first
  let narrowedAt = Number.NEGATIVE_INFINITY
  /** Milliseconds counted in ticks, not on the clock: how long visitors take to arrive does not depend on the hour. */
  let elapsed = 0
  /** When each visitor called from the queue should arrive, by ticket. */
  const coming = new Map<string, number>()
  let lateness = 0

  const now = () => Date.parse(clock())
  const signed = (id: string, since: number) =>
    createHmac('sha256', key).update(`line ${id} ${since}`).digest('base64url').slice(0, 22)
  const written = ({ id, since }: Waiting) => `${since.toString(36)}.${id}.${signed(id, since)}`

  const read = (ticket: string | null): { id: string; since: number } | null => {
    const match = /^([\da-z]{6,10})\.([\w-]{16})\.([\w-]{22})$/.exec(ticket ?? '')
    if (!match) return null
    const [, time = '', id = '', proof = ''] = match
    const since = Number.parseInt(time, 36)
    if (!timingSafeEqual(Buffer.from(proof), Buffer.from(signed(id, since)))) return null
    return known.has(id) || now() - since <= ticketMinutes * 60_000 ? { id, since } : null
  }

  /** Moves a visitor to the end of `inside`, which is ordered by last request. */
  const seen = (name: string, at: number): void => {
    inside.delete(name)
    inside.set(name, at)
  }

  const isInside = (name: string, at: number): boolean => {
    const last = inside.get(name)
    return last !== undefined && at - last <= visitMilliseconds
  }

  const leaves = ({ id, caller }: Waiting): void => {
    known.delete(id)
    const left = (ofCaller.get(caller) ?? 1) - 1
    if (left > 0) ofCaller.set(caller, left)
    else ofCaller.delete(caller)
  }

  const isLate = ({ dueAt }: Waiting): boolean => elapsed > dueAt + lateMilliseconds

  const placeOf = ({ since, id }: Waiting): number => {
    let [from, to] = [0, waiting.length]
    while (from < to) {
      const middle = (from + to) >> 1
      const other = waiting[middle]
      if (other && (other.since < since || (other.since === since && other.id < id))) from = middle + 1
      else to = middle
    }
    return from
  }

  const inLine = (one: Waiting): InLine => {
    const place = placeOf(one) + 1
    const seconds = secondsAt(place)
    one.dueAt = elapsed + seconds * 1000
    return { ticket: written(one), place, seconds }
  }

  return {
    ask({ session, ticket, caller }) {
      const at = now()
      const given = read(ticket)
      if (given) coming.delete(given.id)
      const isIn = [session, given?.id ?? null].some((name) => name !== null && isInside(name, at))
      const before = given && known.get(given.id)
      if (!isIn && before) return inLine(before)
      const isQuiet = waiting.length === 0 && room >= 1
      if (isIn || isQuiet) {
        if (!isIn) room -= 1
        if (given) seen(given.id, at)
        return null
      }
      const held = ofCaller.get(caller) ?? 0
      if (held >= mostOfCaller) return { ticket: null, place: waiting.length + 1, seconds: longestSeconds }
      ofCaller.set(caller, held + 1)
      // Two visitors of the same millisecond stay in order of arrival.
      latest = Math.max(at, latest + 1)
      const one: Waiting = {
        ...(given ?? { id: randomBytes(12).toString('base64url'), since: latest }),
        caller,
        dueAt: elapsed,
      }
      waiting.splice(placeOf(one), 0, one)
      known.set(one.id, one)
      return inLine(one)
    },

    enter(session) {
      seen(session, now())
    },

    look({ late, underWay }) {
      const at = now()
      elapsed += lookMilliseconds
      lateness += newest * (late - lateness)
      // Delayed timers with few requests mean a slow machine: making visitors wait would not help.
      const isBusy = (lateness > busy.late && underWay > fewUnderWay) || underWay > busy.underWay
      room = isBusy ? room * kept : reserve
      if (!isBusy) ahead = Math.min(called.most, ahead + called.moreAtLook)
      else if (elapsed - narrowedAt > onTheirWayMilliseconds) {
        ahead = Math.max(called.least, ahead * called.share)
        narrowedAt = elapsed
      }
      for (const [id, dueAt] of coming) if (elapsed > dueAt + lateMilliseconds) coming.delete(id)
      // A closed page loses its position in the queue. If the page is opened again, its ticket still has the arrival
      // time.
      if (waiting.some(isLate)) {
        waiting.filter(isLate).forEach(leaves)
        waiting = waiting.filter((one) => !isLate(one))
      }
      const most = isBusy ? 0 : Math.floor(ahead)
      while (coming.size < most) {
        const next = waiting.shift()
        if (!next) break
        leaves(next)
        seen(next.id, at)
        coming.set(next.id, next.dueAt)
      }
      for (const [name, last] of inside) {
        if (at - last <= visitMilliseconds) break
        inside.delete(name)
      }
    },
  }
}

const secondsAt = (place: number): number => Math.min(longestSeconds, Math.ceil(place / placesASecond))
