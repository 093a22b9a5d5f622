import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIPv6 } from 'node:net'
import { ipv6Words } from './ipv6.ts'

/** IPv4 as people write it, also when the system speaks of it in IPv6. */
export const plainAddress = (address = ''): string => address.replace(/^::ffff:(?=\d+\.)/, '')

/** Whoever counts as one caller: a machine may take any address of its IPv6 network, so its /64 stands for it. */
export const callerNamed = (address: string): string => {
  const plain = plainAddress(address)
  return isIPv6(plain) && !plain.includes('%') ? ipv6Words(plain).slice(0, 4).join(':') : plain
}

/** The machine that the server runs on, or a proxy on it that the settings do not name: it may speak for a whole town. */
export const isThisMachine = (address: string): boolean => /^(::1|127\..+)$/.test(plainAddress(address))

export type CallerLimits = {
  /** Requests of one caller that may be open at the same moment. */
  readonly atOnce: number
  /** Requests of one caller at once after a quiet time, and how many more it may send each second. */
  readonly burst: number
  readonly perSecond: number
  /** Of one caller's requests under way, how many count as the server's load: alone, it never makes others wait. */
  readonly share: number
}

export type Callers = {
  /**
   * Counts a request of `address` until its answer has left.
   * @returns false when that caller asks for more than it may: the request is to be refused
   */
  takes(address: string, request: IncomingMessage, response: ServerResponse): boolean
  /** Requests that arrived whole and wait for their answer. One that is sent slowly is no work for the server yet. */
  underWay(): number
}

type Caller = { open: number; underWay: number; allowance: number; asOf: number }

const forgetMilliseconds = 10_000

/** What each caller asks at this moment and lately, so that one alone never takes the place of all others. */
export const openCallers = (limits: CallerLimits, now: () => number = () => performance.now()): Callers => {
  const callers = new Map<string, Caller>()
  let total = 0
  let forgottenAt = now()

  const refilled = ({ allowance, asOf }: Caller, at: number): number =>
    Math.min(limits.burst, allowance + ((at - asOf) / 1000) * limits.perSecond)

  const forgetQuiet = (at: number): void => {
    if (at - forgottenAt < forgetMilliseconds) return
    forgottenAt = at
    for (const [name, caller] of callers) {
      if (caller.open === 0 && refilled(caller, at) === limits.burst) callers.delete(name)
    }
  }

  return {
    takes(address, request, response) {
      const at = now()
      forgetQuiet(at)
      const name = callerNamed(address)
      const caller = callers.get(name) ?? { open: 0, underWay: 0, allowance: limits.burst, asOf: at }
      callers.set(name, caller)
      caller.allowance = refilled(caller, at)
      caller.asOf = at
      if (!isThisMachine(address) && (caller.open >= limits.atOnce || caller.allowance < 1)) return false
      caller.allowance = Math.max(0, caller.allowance - 1)
      caller.open += 1
      let isUnderWay = false
      const arrived = () => {
        if (isUnderWay || response.closed) return
        isUnderWay = true
        caller.underWay += 1
        if (caller.underWay <= limits.share) total += 1
      }
      if (hasBody(request)) request.once('end', arrived)
      else arrived()
      response.once('close', () => {
        caller.open -= 1
        if (!isUnderWay) return
        if (caller.underWay <= limits.share) total -= 1
        caller.underWay -= 1
      })
      return true
    },
    underWay: () => total,
  }
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
