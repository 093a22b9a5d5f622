import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { callerKey, createCallerLimiter } from '../../main/http/callers.ts'

const limits = { maxOpen: 3, burst: 5, perSecond: 2, maxLoadShare: 2 }

const aServer = () => {
  let milliseconds = 0
  const callers = createCallerLimiter(limits, () => milliseconds)
  return {
    callers,
    wait: (more: number) => (milliseconds += more),
    /** @param length of its body, which has not come yet */
    asks: (address: string, length = 0) => {
      const request = Object.assign(new EventEmitter(), { headers: { 'content-length': `${length}` } })
      const response = Object.assign(new EventEmitter(), { closed: false, writableEnded: false })
      const isTaken = callers.accepts(
        address,
        request as unknown as IncomingMessage,
        response as unknown as ServerResponse,
      )
      return {
        isTaken,
        arrives: () => request.emit('end'),
        /** The answer is made; its caller may never read it. */
        isAnswered: () => (response.writableEnded = true),
        ends: () => {
          response.closed = true
          response.emit('close')
        },
      }
    },
  }
}

describe('what one computer may ask', () => {
  it('is the load of the server once it arrived whole, up to its share', () => {
    const { callers, asks } = aServer()
    const slow = asks('203.0.113.1', 10)
    expect(callers.pendingCount()).toBe(0)
    slow.arrives()
    expect(callers.pendingCount()).toBe(1)
    const more = [asks('203.0.113.1'), asks('203.0.113.1')]
    expect(callers.pendingCount()).toBe(2)
    const other = asks('203.0.113.2')
    expect(callers.pendingCount()).toBe(3)
    for (const { ends } of [slow, ...more, other]) ends()
    expect(callers.pendingCount()).toBe(0)
  })

  it('is no load once it is answered, though its caller never reads the answer: that counts among those at once', () => {
    const { callers, asks } = aServer()
    for (let unread = 0; unread < limits.maxOpen; unread += 1) asks('203.0.113.1').isAnswered()
    expect(callers.pendingCount()).toBe(0)
    expect(asks('203.0.113.1').isTaken).toBe(false)
  })

  it('is so many requests at once, those half sent too, until one has its answer', () => {
    const { asks } = aServer()
    const open = [asks('203.0.113.1', 10), asks('203.0.113.1', 10), asks('203.0.113.1', 10)]
    expect(open.map(({ isTaken }) => isTaken)).toEqual([true, true, true])
    expect(asks('203.0.113.1').isTaken).toBe(false)
    expect(asks('203.0.113.2').isTaken).toBe(true)
    open[0]?.ends()
    expect(asks('203.0.113.1').isTaken).toBe(true)
  })

  it('is so many requests a second, after as many at once', () => {
    const { asks, wait } = aServer()
    const flood = () => {
      for (let count = 0; ; count += 1) {
        const asked = asks('2001:db8:1:2::7')
        if (!asked.isTaken) return count
        asked.ends()
      }
    }
    expect(flood()).toBe(5)
    wait(1000)
    expect(flood()).toBe(2)
    wait(60_000)
    expect(flood()).toBe(5)
  })

  it('is not counted against the computer of the server, where an unnamed proxy may speak for a town', () => {
    const { asks } = aServer()
    const all = Array.from({ length: 20 }, () => asks('::ffff:127.0.0.1'))
    expect(all.every(({ isTaken }) => isTaken)).toBe(true)
  })

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::9'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
  ])('%s is who %s is', (one, other) => expect(callerKey(one)).toBe(callerKey(other)))
})
