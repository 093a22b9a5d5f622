import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ExchangeMessage } from '../../../shared/contract/exchange/message.ts'
import {
  type AnswerToAsk,
  answerEntry,
  answerStandsEntry,
  isCollected,
} from '../../../shared/exchange/answer-entries.ts'
import {
  compose,
  defaultBatchLimit,
  firstPlan,
  lookUpToCompose,
  type MessagePlan,
  type Payload,
  withNextTurn,
} from '../../../shared/exchange/compose.ts'
import {
  type DocumentName,
  differences,
  holdingOf,
  isSameHolding,
  withDocument,
} from '../../../shared/exchange/documents.ts'
import {
  batchWithin,
  chainEntries,
  isContinuation,
  logStart,
  type NewEntry,
  repairLog,
  trailNumbers,
} from '../../../shared/exchange/log.ts'
import type { LookUpResult } from '../../../shared/exchange/look-up.ts'
import type { Message } from '../../../shared/exchange/message.ts'
import { maxSeries, nowUnderstood, receive } from '../../../shared/exchange/receive.ts'
import {
  appendEntries,
  isBehindWitness,
  isPrunable,
  newSide,
  passToNewPortal,
  restoredFromCopy,
  type Side,
} from '../../../shared/exchange/side.ts'
import { type Capabilities, commonVersion, kindsUnknownTo } from '../../../shared/exchange/version.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { examples } from '../../support/long.ts'
import * as sides from './two-sides.ts'
import { hashOf } from './two-sides.ts'

const at = '2026-09-01T08:00:00.000Z' as Instant
const said = (...ids: string[]): NewEntry[] => ids.map((id) => ({ id, kind: 'demande', at, body: `{"of":"${id}"}` }))
const nothingFound: LookUpResult = { own: [], ownEntries: [], mirror: [], mirrorEntries: [], appliedIds: new Set() }
const nothingBeside: Payload = { documents: [], withdrawn: [], listed: null, holding: null, series: {} }
const speech: Capabilities = { versions: [1], kinds: ['demande', 'answer'] }
const lengthOf = (text: string) => text.length
const byId = (names: DocumentName[]) => new Map(names.map((one) => [one.id, one]))
const name = (id: string, hash: string, paperOf: string | null = null): DocumentName => ({ id, hash, paperOf })

const asks = (desk: Side, found: Partial<LookUpResult> = {}, spoken = speech): Message =>
  compose(desk, firstPlan(desk), { ...nothingFound, ...found }, nothingBeside, spoken, defaultBatchLimit)
const takes = (portal: Side, request: Message, found: Partial<LookUpResult> = {}, spoken = speech) =>
  receive(portal, request, { ...nothingFound, ...found }, { at, hashOf, speech: spoken })
const replies = (portal: Side, plan: MessagePlan, found: Partial<LookUpResult> = {}): Message =>
  compose(portal, plan, { ...nothingFound, ...found }, nothingBeside, speech, defaultBatchLimit)

describe('a log', () => {
  it('chains every entry to all those before it', () => {
    const entries = chainEntries(logStart, said('a', 'b', 'c'), hashOf)
    expect(entries.map(({ number }) => number)).toEqual([1, 2, 3])
    expect(isContinuation(logStart, entries, hashOf)).toBe(true)
    const forged = entries.map((entry) => (entry.id === 'b' ? { ...entry, body: '{}' } : entry))
    expect(isContinuation(logStart, forged, hashOf)).toBe(false)
    expect(isContinuation(logStart, entries.slice(1), hashOf)).toBe(false)
  })

  it('is compared at few positions, close together near its end', () => {
    expect(trailNumbers(0, 20)).toEqual([20, 19, 18, 16, 12, 4, 0])
    expect(trailNumbers(7, 7)).toEqual([7])
    expect(trailNumbers(0, 100_000)).toHaveLength(19)
  })

  it('travels in batches: never too many, never too much, one at least', () => {
    expect(batchWithin(['aa', 'bb', 'cc'], lengthOf, { count: 2, size: 100 })).toEqual(['aa', 'bb'])
    expect(batchWithin(['aa', 'bb', 'cc'], lengthOf, { count: 9, size: 5 })).toEqual(['aa', 'bb'])
    expect(batchWithin(['aaaaaaaa', 'b'], lengthOf, { count: 9, size: 5 })).toEqual(['aaaaaaaa'])
  })

  it('gets its lost entries back as they were; what was said since follows them', () => {
    const lost = chainEntries(logStart, said('a', 'b', 'c'), hashOf)
    const since = chainEntries(logStart, said('a', 'x'), hashOf)
    const after = repairLog({ after: logStart, whole: false }, since, lost, hashOf)
    expect(after?.entries.map(({ number, id }) => `${number}${id}`)).toEqual(['2b', '3c', '4x'])
    expect(after?.recovered.map(({ id }) => id)).toEqual(['b', 'c'])
    expect(isContinuation(lost[0] ?? logStart, after?.entries ?? [], hashOf)).toBe(true)
  })

  it('keeps the first of two entries with the same id', () => {
    const lost = chainEntries(logStart, said('a'), hashOf)
    const since = chainEntries(logStart, [{ id: 'a', kind: 'demande', at, body: '{}' }], hashOf)
    const after = repairLog({ after: logStart, whole: false }, since, lost, hashOf)
    expect(after?.conflicts).toEqual([{ valid: lost[0], discarded: since[0] }])
    expect(after?.entries).toEqual(lost)
  })

  it('is kept sixty days past acknowledgement', () => {
    expect(isPrunable(at, '2026-10-31T07:59:59.999Z' as Instant)).toBe(false)
    expect(isPrunable(at, '2026-10-31T08:00:00.000Z' as Instant)).toBe(true)
  })
})

describe('a message', () => {
  const { side: desk, entries } = appendEntries(newSide('desk'), said('a', 'b'), hashOf)
  const request = asks(withNextTurn(desk), { ownEntries: entries })

  it('is acknowledged by what was committed, and only then', () => {
    const taken = takes(newSide('portal'), request)
    expect(taken.apply.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(replies(newSide('portal'), taken.next).received).toEqual(logStart)
    expect(replies(taken.side, taken.next).received).toEqual(request.own.end)
  })

  it('changes nothing the second time', () => {
    const taken = takes(newSide('portal'), request)
    const again = takes(taken.side, request)
    expect(again).toMatchObject({ outcome: 'stale', side: taken.side, apply: [], received: [] })
  })

  it('acts once upon one id, under whatever number it comes', () => {
    const taken = takes(newSide('portal'), request, { appliedIds: new Set(['a']) })
    expect(taken.received).toHaveLength(2)
    expect(taken.apply.map(({ id }) => id)).toEqual(['b'])
    expect(taken.duplicates.map(({ id }) => id)).toEqual(['a'])
  })

  it('is not taken when its entries are not what their hashes say', () => {
    const { talk } = request
    if (talk.kind !== 'exchange') throw new Error('an exchange was expected')
    const forged = { ...request, talk: { ...talk, entries: talk.entries.map((entry) => ({ ...entry, body: '!' })) } }
    expect(takes(newSide('portal'), forged)).toMatchObject({ outcome: 'damaged', received: [] })
  })

  it('weighs little when there is nothing to say', () => {
    const kinds = Array.from({ length: 20 }, (_, at) => `some kind ${at}`)
    const idle = asks(withNextTurn(newSide('desk')), {}, { versions: [1], kinds })
    expect(JSON.stringify(idle).length).toBeLessThan(1200)
  })

  it('has the shape of the contract, and is refused outside it', () => {
    expect(ExchangeMessage.parse(JSON.parse(JSON.stringify(request)))).toEqual(request)
    const compared = asks(withNextTurn(restoredFromCopy(desk, 1, at)))
    expect(ExchangeMessage.parse(JSON.parse(JSON.stringify(compared)))).toEqual(compared)
    expect(ExchangeMessage.safeParse({ ...request, epoch: -1 }).success).toBe(false)
    expect(ExchangeMessage.safeParse({ ...request, talk: { kind: 'else' } }).success).toBe(false)
  })
})

describe('two versions', () => {
  const newer: Capabilities = { versions: [1, 2], kinds: ['demande', 'answer', 'novelty'] }
  const novelties = said('b').map((entry) => ({ ...entry, kind: 'novelty' }))
  const { side, entries } = appendEntries(newSide('desk'), [...said('a'), ...novelties], hashOf)

  it('keep working on what both know; the rest is kept, passed over and said', () => {
    const taken = takes(newSide('portal'), asks(withNextTurn(side), { ownEntries: entries }, newer))
    expect(taken.outcome).toBe('taken')
    expect(taken.received.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(taken.apply.map(({ id }) => id)).toEqual(['a'])
    expect(taken.notUnderstood.map(({ id }) => id)).toEqual(['b'])
    expect(taken.side.mirror.end.number).toBe(2)
    expect(kindsUnknownTo(speech, newer)).toEqual(['novelty'])
  })

  it('act upon what was passed over once an update taught them its kind', () => {
    const { notUnderstood } = takes(newSide('portal'), asks(withNextTurn(side), { ownEntries: entries }, newer))
    expect(nowUnderstood(notUnderstood, speech, new Set())).toEqual([])
    expect(nowUnderstood(notUnderstood, newer, new Set()).map(({ id }) => id)).toEqual(['b'])
    expect(nowUnderstood(notUnderstood, newer, new Set(['b']))).toEqual([])
  })

  it('say so when they have none in common, and change nothing', () => {
    const future: Capabilities = { ...newer, versions: [2] }
    const taken = takes(newSide('portal'), asks(withNextTurn(side), { ownEntries: entries }, future))
    expect(taken).toMatchObject({ outcome: 'unsupported', side: newSide('portal'), received: [] })
    expect([commonVersion([1, 2], [1]), commonVersion([1, 2, 3], [2, 3]), commonVersion([1], [2])]).toEqual([
      1,
      3,
      null,
    ])
  })
})

/** Two sides whose clocks go on while they speak. */
const aWorld = () => {
  const world: sides.World = sides.newWorld({
    repliesFirst: false,
    take(...given) {
      world.now += 1000
      return receive(...given)
    },
  })
  const records = (count: number) => {
    for (; count > 0; count -= 1) sides.record(world, 'demande', `demande-${world.made++}`, {})
  }
  const exchanges = () => {
    world.now += 60_000
    expect(sides.exchange(world, null, 0)).toBe(true)
    expect(sides.judge(world)).toEqual([])
  }
  return { world, records, exchanges }
}

describe('a portal that was restored', () => {
  it('reports a restore once, however many messages the repair takes', () => {
    const { world, records, exchanges } = aWorld()
    records(1)
    exchanges()
    sides.copy(world, 'desk')
    sides.copy(world, 'portal')
    records(2)
    exchanges()
    sides.restore(world, 'desk', world.copies.desk.at(-1) ?? world.stores.desk, true)
    exchanges()
    records(20)
    exchanges()
    const { epoch } = world.stores.portal.side
    sides.restore(world, 'portal', world.copies.portal.at(-1) ?? world.stores.portal, false)
    world.hasBeenSilent = true
    expect(world.stores.portal.side.epoch).toBeLessThan(epoch)
    exchanges()
    expect(world.stores.portal.side.lost.filter(({ log }) => log === 'portal')).toHaveLength(1)
  })

  it('or is another one that replaces a fully collected one: it gets all that the first had, and nothing is lost', () => {
    const { world, records, exchanges } = aWorld()
    records(8)
    exchanges()
    const { desk } = world.stores
    world.stores.desk = { ...desk, side: passToNewPortal(desk.side) }
    sides.restore(world, 'portal', world.copies.portal[0] ?? world.stores.portal, false)
    exchanges()
    expect(world.stores.portal.side.lost).toEqual([])
    expect(world.stores.portal.own).toHaveLength(8)
    expect(world.stores.desk.side.passes).toBe(false)
  })
})

describe('a restored desk', () => {
  const copy: Side = { ...newSide('desk'), turn: 4, answered: 4 }
  const portal: Side = { ...newSide('portal'), turn: 9, answered: 8, epoch: 3 }

  it('issues nothing until a portal that knows the last numbers has sent them', () => {
    const desk = withNextTurn(restoredFromCopy(copy, 3, at))
    expect([desk.knowsNumbers, desk.comparing]).toEqual([false, true])
    const heard = takes(portal, asks(desk))
    const first = receive(desk, replies(heard.side, heard.next), nothingFound, { at, hashOf, speech }, asks(desk))
    expect(first.side).toMatchObject({ turn: 9, knowsNumbers: false })

    const again = withNextTurn(first.side)
    const compared = takes(heard.side, asks(again))
    const payload: Payload = { ...nothingBeside, series: { F2026: 412 } }
    const reply = compose(compared.side, compared.next, nothingFound, payload, speech, defaultBatchLimit)
    const settled = receive(again, reply, nothingFound, { at, hashOf, speech }, asks(again))
    expect(settled.side).toMatchObject({ knowsNumbers: true, comparing: false, epoch: 5 })
    expect(maxSeries({ F2026: 398, Q2026: 7 }, settled.series)).toEqual({ F2026: 412, Q2026: 7 })

    const doubtful = compose(
      { ...compared.side, knowsNumbers: false },
      compared.next,
      nothingFound,
      payload,
      speech,
      defaultBatchLimit,
    )
    expect(receive(again, doubtful, nothingFound, { at, hashOf, speech }, asks(again)).side.knowsNumbers).toBe(false)
  })

  it('is seen by itself when a place noted outside the store is not in it', () => {
    const { side, entries } = appendEntries(copy, said('a', 'b'), hashOf)
    const [first = logStart, last = logStart] = entries
    expect(isBehindWitness(side, last, last.hash)).toBe(false)
    expect(isBehindWitness(side, { ...last, number: 3 }, null)).toBe(true)
    expect(isBehindWitness(side, { ...first, hash: 'other' }, first.hash)).toBe(true)
  })

  it('reports from what its copy last knew to when it was brought back, once', () => {
    const met = { ...copy, metAt: at }
    const later = '2026-09-03T08:00:00.000Z' as Instant
    const noticed = restoredFromCopy(met, 1, later)
    expect(noticed.lost).toEqual([
      { log: 'desk', cause: 'restored', after: { epoch: 1, number: 0 }, from: at, to: later },
    ])
    const stale = replies(portal, { kind: 'stale' })
    const told = receive(
      withNextTurn(noticed),
      stale,
      nothingFound,
      { at: later, hashOf, speech },
      asks(withNextTurn(noticed)),
    )
    expect(told.side.turn).toBe(9)
    expect(told.side.restored).toBe(true)
  })
})

describe('documents', () => {
  it('travel only when they changed: first what is read, then papers, newest first', () => {
    const wanted = [
      name('paper 1', 'p1', '2026-01-31'),
      name('family 2', 'new'),
      name('paper 2', 'p2', '2026-02-28'),
      name('catalogue', 'same'),
      name('family 1', 'first'),
    ]
    const believed = [name('family 2', 'old'), name('catalogue', 'same'), name('family 3', 'gone')]
    const { send, withdraw } = differences(byId(wanted), byId(believed), new Set())
    expect(send.map(({ id }) => id)).toEqual(['family 1', 'family 2', 'paper 2', 'paper 1'])
    expect(withdraw).toEqual(['family 3'])
  })

  it('that are papers are asked back when the desk has forgotten them, taken back only on purpose', () => {
    const believed = new Map([['paper 9', name('paper 9', 'p9', '2026-03-31')]])
    expect(differences(new Map(), believed, new Set())).toMatchObject({
      withdraw: [],
      unknownPapers: [{ id: 'paper 9' }],
    })
    expect(differences(new Map(), believed, new Set(['paper 9']))).toMatchObject({
      withdraw: ['paper 9'],
      unknownPapers: [],
    })
  })

  it('are one holding in any order, and another as soon as one differs', () => {
    const names = fc.uniqueArray(fc.record({ id: fc.string(), hash: fc.string(), paperOf: fc.constant(null) }), {
      selector: ({ id }) => id,
      maxLength: 8,
    })
    fc.assert(
      fc.property(names, fc.string(), (held, hash) => {
        const whole = holdingOf(held, hashOf)
        expect(holdingOf(held.toReversed(), hashOf)).toEqual(whole)
        const [first] = held
        if (!first || first.hash === hash) return
        const less = withDocument(whole, first, -1, hashOf)
        expect(less).toEqual(holdingOf(held.slice(1), hashOf))
        expect(isSameHolding(withDocument(less, { ...first, hash }, 1, hashOf), whole)).toBe(false)
      }),
      { numRuns: examples(50) },
    )
  })

  it('wait for the answers whose facts they show', () => {
    const { side, entries } = appendEntries(newSide('desk'), said('a', 'b'), hashOf)
    const document = { ...name('family 1', 'h'), kind: 'family', body: '{}' }
    const payload = { ...nothingBeside, documents: [document], withdrawn: ['family 2'] }
    const sent = (count: number) => {
      const limit = { count, size: 10_000 }
      const found = { ...nothingFound, ownEntries: entries.slice(0, count) }
      const { talk } = compose(withNextTurn(side), firstPlan(side), found, payload, speech, limit)
      return talk.kind === 'exchange' ? [talk.documents.length, talk.withdrawn.length] : null
    }
    expect(sent(1)).toEqual([0, 0])
    expect(sent(2)).toEqual([1, 1])
  })
})

describe('a demande', () => {
  const { side: portal, entries } = appendEntries(newSide('portal'), said('a'), hashOf)
  const [entry] = entries
  if (!entry) throw new Error('an entry was expected')
  const accepted: AnswerToAsk = { of: 'a', answer: 'accepted', reason: null, revision: 1 }

  it('is collected once the desk has committed it, and when it is too old to be known', () => {
    expect(isCollected(entry.number, portal)).toBe(false)
    expect(isCollected(entry.number, { acknowledged: entry })).toBe(true)
    expect(isCollected(null, portal)).toBe(true)
  })

  it('has one answer, whoever presses twice; another is a correction', () => {
    const facts = [{ held: 'confirmed' }]
    const first = answerEntry(accepted, null, facts, at)
    expect(first).toMatchObject({ id: 'answer:a:1', kind: 'answer' })
    expect(JSON.parse(first?.body ?? '')).toEqual({ ...accepted, facts })
    expect(answerEntry({ ...accepted, answer: 'refused' }, accepted, facts, at)).toBeNull()
    expect(answerEntry({ ...accepted, answer: 'refused', revision: 2 }, accepted, facts, at)?.id).toBe('answer:a:2')
    expect(answerEntry({ ...accepted, revision: 2 }, null, facts, at)).toBeNull()
  })

  it('decided again differently by a restored desk keeps the answer that the parent received', () => {
    const again = { ...entry, id: 'answer:a:1', kind: 'answer', body: '{"answer":"refused"}' }
    expect(answerStandsEntry(again, again.body, at)).toBeNull()
    expect(answerStandsEntry(again, '{"answer":"accepted"}', at)).toMatchObject({
      kind: 'answerStands',
      body: '{"answer":"accepted"}',
    })
  })
})

describe('what a store is asked', () => {
  it('is bounded, whatever the length of the log', () => {
    const end = { number: 50_000, hash: 'h' }
    const side: Side = { ...newSide('portal'), mirror: { start: logStart, end, at } }
    const plan: MessagePlan = { kind: 'compare', restored: [], lacks: null, give: null, agrees: null }
    expect(lookUpToCompose(side, plan, defaultBatchLimit).mirrorAt.length).toBeLessThan(20)
    expect(lookUpToCompose(side, firstPlan(side), defaultBatchLimit).ownAfter).toEqual({ number: 0, limit: 200 })
  })
})
