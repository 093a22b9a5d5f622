import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createVisitorQueue, type QueuePosition } from '../../main/portal/http/visitor-queue.ts'
import { addMinutes, type Instant, instant } from '../../shared/rules/calendar/day.ts'
import { examples } from '../support/long.ts'

const calm = { timerDelay: 2, pendingRequests: 1 }
const full = { timerDelay: 200, pendingRequests: 60 }

/** A worker whose clock tests move, a tenth of a second at each look. */
const aWorker = (key = 'clé', at: { now: Instant } = { now: instant('2026-12-07T08:00:00.000Z') }) => {
  const line = createVisitorQueue(key, () => at.now)
  let visitors = 0
  return {
    line,
    at,
    pass(looks: number, load = calm) {
      for (let look = 0; look < looks; look += 1) {
        at.now = new Date(Date.parse(at.now) + 100).toISOString() as Instant
        line.tick(load)
      }
    },
    /** From a computer of their own, unless another is named. */
    arrives: (session: string | null = null, ticket: string | null = null, caller = `machine ${(visitors += 1)}`) =>
      line.request({ session, ticket, caller }),
  }
}

const inLine = (answer: QueuePosition | null) => {
  if (!answer) throw new Error('was let in')
  const { ticket } = answer
  if (ticket === null) throw new Error('has no ticket')
  return { ...answer, ticket }
}

describe('the line before a worker that is full', () => {
  it('does not exist when the worker is calm: whoever comes is served', () => {
    const worker = aWorker()
    for (let visitor = 0; visitor < 600; visitor += 1) {
      worker.pass(1)
      expect(worker.arrives(`session ${visitor}`)).toBeNull()
    }
  })

  it('makes nobody wait because the computer is slow for other reasons', () => {
    const worker = aWorker()
    worker.pass(50, { timerDelay: 500, pendingRequests: 3 })
    expect(worker.arrives()).toBeNull()
  })

  it('keeps those who are inside, and makes who comes wait', () => {
    const worker = aWorker()
    expect(worker.arrives('claire')).toBeNull()
    worker.line.admitSession('claire')
    worker.pass(20, full)
    expect(worker.arrives('marc')).toMatchObject({ place: 1 })
    expect(worker.arrives('claire')).toBeNull()
  })

  it('gives a place that only goes down, in the order of arrival', () => {
    const worker = aWorker()
    worker.pass(20, full)
    const tickets = Array.from({ length: 40 }, () => {
      worker.pass(1, full)
      return inLine(worker.arrives())
    })
    expect(tickets.map(({ place }) => place)).toEqual(tickets.map((_, index) => index + 1))
    const entered: number[] = []
    let last = tickets.map(({ place }) => place)
    for (let turn = 0; entered.length < tickets.length; turn += 1) {
      worker.pass(5)
      last = tickets.map(({ ticket }, index) => {
        const answer = worker.arrives(null, ticket)
        if (!answer && !entered.includes(index)) entered.push(index)
        expect(answer?.place ?? 0).toBeLessThanOrEqual(last[index] ?? 0)
        return answer?.place ?? 0
      })
    }
    expect(entered).toEqual(tickets.map((_, index) => index))
  })

  it('is known to another worker, and to one started again, by the hour on the ticket', () => {
    const at = { now: instant('2026-12-07T08:00:00.000Z') }
    const [one, other] = [aWorker('clé', at), aWorker('clé', at)]
    one.pass(20, full)
    other.pass(20, full)
    const early = inLine(one.arrives())
    one.pass(10, full)
    inLine(other.arrives())
    expect(other.arrives(null, early.ticket)).toMatchObject({ place: 1, ticket: early.ticket })
  })

  it('takes no ticket but its own', () => {
    const worker = aWorker()
    worker.pass(20, full)
    const { ticket } = inLine(worker.arrives())
    worker.pass(10, full)
    const forged = ticket.replace(/^./, (sign) => (sign === 'a' ? 'b' : 'a'))
    for (const given of [forged, 'm.x.y', '', 'é'.repeat(60), ticket.slice(0, -1)])
      expect(worker.arrives(null, given)?.place).toBeGreaterThan(1)
  })

  it('gives the place of who left to the next, and gives it back to who returns', () => {
    const worker = aWorker()
    worker.pass(20, full)
    const left = inLine(worker.arrives())
    worker.at.now = addMinutes(worker.at.now, 2)
    const stays = inLine(worker.arrives())
    worker.pass(20)
    expect(worker.arrives(null, stays.ticket)).toBeNull()
    expect(worker.arrives(null, left.ticket)).toBeNull()
  })

  it('does not wait for visitors who left: hundreds of them are passed over at once', () => {
    const worker = aWorker()
    worker.pass(20, full)
    for (let left = 0; left < 500; left += 1) worker.arrives()
    const { ticket } = inLine(worker.arrives())
    for (let seconds = 0; seconds < 30; seconds += 1) {
      worker.arrives(null, ticket)
      worker.pass(10)
    }
    expect(worker.arrives(null, ticket)).toBeNull()
  })

  it('keeps nobody inside by a session that was never found to be one, with or without a ticket', () => {
    const worker = aWorker()
    worker.pass(20, full)
    const { ticket } = inLine(worker.arrives())
    worker.pass(20)
    expect(worker.arrives('made up', ticket)).toBeNull()
    worker.pass(20, full)
    expect(worker.arrives('made up', ticket)).toBeNull()
    expect(worker.arrives('made up')).toMatchObject({ place: 1 })
  })

  it('forgets who does not come back, also while the worker is full', () => {
    const worker = aWorker()
    worker.pass(20, full)
    for (let left = 0; left < 500; left += 1) worker.arrives()
    worker.pass(240, full)
    expect(worker.arrives()).toMatchObject({ place: 1 })
  })

  it('holds a hundred tickets of one computer, and gives another when one of them is let in', () => {
    const worker = aWorker()
    worker.pass(20, full)
    const flood = Array.from({ length: 300 }, () => worker.arrives(null, null, 'flood'))
    expect(flood.filter((answer) => answer?.ticket)).toHaveLength(100)
    const { ticket, place } = inLine(worker.arrives())
    expect(place).toBe(101)
    for (let seconds = 0; seconds < 12; seconds += 1) {
      worker.arrives(null, ticket)
      worker.pass(10)
    }
    expect(worker.arrives(null, ticket)).toBeNull()
    expect(worker.arrives(null, null, 'flood')).toBeNull()
  })

  it('takes a ticket for two hours, not one that was kept for another day', () => {
    const worker = aWorker()
    worker.pass(20, full)
    const old = inLine(worker.arrives())
    worker.at.now = addMinutes(worker.at.now, 121)
    worker.pass(60, full)
    const first = inLine(worker.arrives())
    expect(inLine(worker.arrives(null, old.ticket)).ticket).not.toBe(old.ticket)
    expect(worker.arrives(null, first.ticket)).toMatchObject({ place: 1 })
  })

  it('asks those far away less often', () => {
    const worker = aWorker()
    worker.pass(20, full)
    const waits = Array.from({ length: 1200 }, () => inLine(worker.arrives()).seconds)
    expect([waits[0], waits[100], waits[500], waits[1100]]).toEqual([1, 5, 20, 20])
  })

  it('lets in nobody while the worker is full, and everybody in the end', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), fc.integer({ min: 1, max: 200 }), (times, visitors) => {
        const worker = aWorker()
        worker.pass(20, full)
        const tickets = Array.from({ length: visitors }, () => inLine(worker.arrives()).ticket)
        const isIn = (ticket: string) => worker.arrives(null, ticket) === null
        let before = 0
        for (const isFull of times) {
          worker.pass(1, isFull ? full : calm)
          const now = tickets.filter(isIn).length
          expect(now - before).toBeLessThanOrEqual(isFull ? 0 : 60)
          before = now
        }
        for (let seconds = 0; seconds < 60; seconds += 1) {
          worker.pass(10)
          tickets.forEach(isIn)
        }
        expect(tickets.every(isIn)).toBe(true)
      }),
      { numRuns: examples(40) },
    )
  })
})
