import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIPv6 } from 'node:net'
import { ipv6Words } from './ipv6.ts'

/** Writes an IPv4-mapped IPv6 address (`::ffff:203.0.113.7`) as plain IPv4. */
export const plainAddress = (address = ''): string => address.replace(/^::ffff:(?=\d+\.)/, '')

/**
 * The key under which an address is counted. A computer may use any IPv6 address of its /64, so the prefix is the key.
 */
export const callerKey = (address: string): string => {
  const plain = plainAddress(address)
  return isIPv6(plain) && !plain.includes('%') ? ipv6Words(plain).slice(0, 4).join(':') : plain
}

/**
 * Whether an address is the server's own computer, which is never refused: a proxy on it that the settings do not name
 * may speak for a whole town.
 */
export const isThisComputer = (address: string): boolean => /^(::1|127\..+)$/.test(plainAddress(address))

/** Written here: libraries for rate limits count requests in time, while the limits below also count open requests. */
export type CallerLimits = {
  /** Requests of one caller that may be open at the same moment. */
  readonly maxOpen: number
  /** Requests of one caller at once after a quiet time, and how many more it may send each second. */
  readonly burst: number
  readonly perSecond: number
  /**
   * At most this many of one caller's open requests count as load, so that one caller alone never makes others wait.
   */
  readonly maxLoadShare: number
}

export type CallerLimiter = {
  /**
   * Counts a request of `address` until its answer is sent.
   * @returns false when the caller is above its limits and the request must be refused
   */
  accepts(address: string, request: IncomingMessage, response: ServerResponse): boolean
  /**
   * Requests received completely and not answered yet. A request still being uploaded, or an answer that its caller is
   * slow to read, costs the server no work.
   */
  pendingCount(): number
}

type Caller = {
  open: number
  /** Responses to requests that were received completely. */
  readonly answers: Set<ServerResponse>
  allowance: number
  asOf: number
}

const pruneMilliseconds = 10_000

/**
 * Limits each caller's open requests and requests per second, so that no caller takes the server's capacity from
 * others.
 */
export const createCallerLimiter = (
  limits: CallerLimits,
  now: () => number = () => performance.now(),
): CallerLimiter => {
  const callers = new Map<string, Caller>()
  let prunedAt = now()

  const refilled = ({ allowance, asOf }: Caller, at: number): number =>
    Math.min(limits.burst, allowance + ((at - asOf) / 1000) * limits.perSecond)

  const pruneIdle = (at: number): void => {
    if (at - prunedAt < pruneMilliseconds) return
    prunedAt = at
    for (const [name, caller] of callers) {
      if (caller.open === 0 && refilled(caller, at) === limits.burst) callers.delete(name)
    }
  }

  return {
    accepts(address, request, response) {
      const at = now()
      pruneIdle(at)
      const name = callerKey(address)
      const caller = callers.get(name) ?? { open: 0, answers: new Set(), allowance: limits.burst, asOf: at }
      callers.set(name, caller)
      caller.allowance = refilled(caller, at)
      caller.asOf = at
      if (!isThisComputer(address) && (caller.open >= limits.maxOpen || caller.allowance < 1)) return false
      caller.allowance = Math.max(0, caller.allowance - 1)
      caller.open += 1
      const received = () => {
        if (!response.closed) caller.answers.add(response)
      }
      if (hasBody(request)) request.once('end', received)
      else received()
      response.once('close', () => {
        caller.open -= 1
        caller.answers.delete(response)
      })
      return true
    },
    pendingCount() {
      let total = 0
      for (const { answers } of callers.values()) {
        total += Math.min(limits.maxLoadShare, answers.values().filter(isUnanswered).toArray().length)
      }
      return total
    },
  }
}

const isUnanswered = ({ writableEnded }: ServerResponse): boolean => !writableEnded

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
