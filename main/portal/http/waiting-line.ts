import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Instant } from '../../../shared/rules/calendar/day.ts'

/** How hard the worker works, over the time since the last look. */
type Load = {
  /** Mean lateness of its timers, milliseconds. */
  readonly late: number
  /** Requests begun and not answered yet. */
  readonly underWay: number
}

/** A place in line, and the seconds before asking again. `ticket` is null when the caller holds the most it may. */
export type InLine = { readonly ticket: string | null; readonly place: number; readonly seconds: number }

export type Visitor = {
  /** The session cookie, not checked yet. */
  readonly session: string | null
  readonly ticket: string | null
  /** The caller's key, from `callerNamed`. */
  readonly caller: string
}

export type Line = {
  /**
   * A page is asked for by a visitor, known by the session it is logged in with or by a ticket of before.
   * @returns null when the page is to be answered now
   */
  ask(visitor: Visitor): InLine | null
  /** Lets a session skip the line from now on. Call it only once the session was checked to be logged in. */
  enter(session: string): void
  /** Lets in as many as the worker can take; called every `lookMilliseconds`. */
  look(load: Load): void
}

export const lookMilliseconds = 100

/** Beyond these, nobody more is let in: those inside come first. */
const busy: Load = { late: 50, underWay: 16 }
const fewUnderWay = 6
/** Of the lateness told, at each look: one slow moment does not close the door. */
const newest = 0.3
/** Let in at once by a quiet worker before which nobody waits, and as many more at each look. */
const reserve = 20
/** Of them, left after a look at which it is busy. */
const kept = 0.7
/**
 * How many are called from the line and not there yet: they come when their page asks again. More of them look by look,
 * half as many once the worker is busy, and not again before those who were on their way have come.
 */
const called = { first: 6, least: 1, most: 60, moreAtLook: 0.5, share: 0.5 }
const onTheirWayMilliseconds = 1500
/** Whoever has not asked again so long after they were to has left. */
const lateMilliseconds = 3000
/** A visit is under way until nothing was asked for so long. */
const visitMilliseconds = 15 * 60_000
/** A page left open asks again at least so often. */
const longestSeconds = 20
/** Minutes after which a ticket that is out of the line expires, so that none is kept for the next opening day. */
export const ticketMinutes = 120
/** Tickets in line per caller: enough for the phones of a school, and a limit for a flood of requests. */
const mostOfCaller = 100
/** Let in within a second, about: those further away ask more rarely, so that thousands who wait cost nothing. */
const placesASecond = 25

/** First come, first in: by the hour on the ticket, whichever worker gave it. */
type Waiting = { readonly id: string; readonly since: number; readonly caller: string; dueAt: number }

/**
 * The line before a worker that is full. A quiet one lets everybody in; a full one lets in, in the order they came, as
 * many as it can answer quickly. Only pages are made to wait, never what somebody inside sends.
 * @param key signs tickets: the same for every worker of a portal
 */
export const openLine = (key: string, clock: () => Instant): Line => {
  const inside = new Map<string, number>()
  let waiting: Waiting[] = []
  /** How many of `waiting` each caller has. */
  const ofCaller = new Map<string, number>()
  const known = new Map<string, Waiting>()
  let latest = 0
  let room = reserve
  let ahead = called.first
  let narrowedAt = Number.NEGATIVE_INFINITY
  /** Milliseconds, by its own looks: how long people take to come is no matter of what hour it is. */
  let elapsed = 0
  /** By the ticket, when they are to be there. */
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

  /** The last seen stand last. */
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
      // Two of the same millisecond keep the order they came in.
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
      // Late with few to answer, it is the machine that is slow: making people wait would help nobody.
      const isBusy = (lateness > busy.late && underWay > fewUnderWay) || underWay > busy.underWay
      room = isBusy ? room * kept : reserve
      if (!isBusy) ahead = Math.min(called.most, ahead + called.moreAtLook)
      else if (elapsed - narrowedAt > onTheirWayMilliseconds) {
        ahead = Math.max(called.least, ahead * called.share)
        narrowedAt = elapsed
      }
      for (const [id, dueAt] of coming) if (elapsed > dueAt + lateMilliseconds) coming.delete(id)
      // A page that was closed loses its place; if it comes back, its ticket still holds the time of its arrival.
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
