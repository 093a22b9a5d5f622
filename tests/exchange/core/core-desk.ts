import { request } from 'node:http'
import {
  isGenuineAnswer,
  keyFinder,
  newKeyPair,
  newRing,
  type PairingAnswer,
  pairingOffer,
} from '../../../main/crypto/keys.ts'
import { pack, unpack } from '../../../main/crypto/packing.ts'
import { fieldsOf, type HttpRequest, signRequest, verifyResponse } from '../../../main/crypto/signature.ts'
import { ExchangeMessage } from '../../../shared/contract/exchange/message.ts'
import { answerEntry } from '../../../shared/exchange/answer-entries.ts'
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
  type Document,
  type DocumentName,
  differences,
  holdingOf,
  isSameHolding,
} from '../../../shared/exchange/documents.ts'
import type { Entry, NewEntry } from '../../../shared/exchange/log.ts'
import type { LookUp, LookUpResult } from '../../../shared/exchange/look-up.ts'
import type { Message, Series } from '../../../shared/exchange/message.ts'
import { lookUpToReceive, type MessageEffects, maxSeries, receive } from '../../../shared/exchange/receive.ts'
import { appendEntries, isCaughtUp, newSide, type Side } from '../../../shared/exchange/side.ts'
import { deskCapabilities } from '../../../shared/exchange/version.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import type { Answer } from '../../../shared/rules/cell/cell-actions.ts'
import { hashOf } from './two-sides.ts'

export const exchangeType = 'application/vnd.espace-jeunesse.exchange'

export type Reply = {
  readonly status: number
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
}

/** What this desk has committed. It is never changed in place, so that a copy of the store is the value itself. */
type DeskStore = {
  readonly side: Side
  readonly own: readonly Entry[]
  readonly mirror: readonly Entry[]
  /** The portal's entries that were applied, in order. */
  readonly acts: readonly Entry[]
  readonly documents: ReadonlyMap<string, Document>
  readonly believed: ReadonlyMap<string, DocumentName>
  readonly series: Series
}

const emptyStore: DeskStore = {
  side: newSide('desk'),
  own: [],
  mirror: [],
  acts: [],
  documents: new Map(),
  believed: new Map(),
  series: {},
}

const places = (log: readonly Entry[], numbers: readonly number[]) =>
  log.filter(({ number }) => numbers.includes(number))
const after = (log: readonly Entry[], span: LookUp['ownAfter']) =>
  span === null ? [] : log.filter(({ number }) => number > span.number).slice(0, span.limit ?? undefined)

const lookedUp = ({ own, mirror, acts }: DeskStore, asked: LookUp): LookUpResult => ({
  own: places(own, asked.ownAt),
  ownEntries: after(own, asked.ownAfter),
  mirror: places(mirror, asked.mirrorAt),
  mirrorEntries: after(mirror, asked.mirrorAfter),
  appliedIds: new Set(asked.ids.filter((id) => acts.some((act) => act.id === id))),
})

const payload = ({ documents, believed, series }: DeskStore): Payload => {
  const { send, withdraw } = differences(documents, believed, new Set())
  const bodies = send.slice(0, defaultBatchLimit.count).flatMap(({ id }) => documents.get(id) ?? [])
  return { documents: bodies, withdrawn: withdraw, listed: null, holding: null, series }
}

const taking = (before: DeskStore, taken: MessageEffects): DeskStore => {
  const { side, logRepair } = taken
  const kept = logRepair && (logRepair.whole ? [] : before.own.filter(({ number }) => number <= logRepair.after.number))
  const documents = new Map(before.documents)
  const believed = new Map(before.believed)
  for (const document of taken.documents) documents.set(document.id, document)
  for (const name of taken.published) believed.set(name.id, name)
  for (const id of taken.unpublished) believed.delete(id)
  if (taken.listed) {
    const { after: from, upTo, names } = taken.listed
    for (const id of believed.keys()) if (id > from && (upTo === null || id <= upTo)) believed.delete(id)
    for (const name of names) believed.set(name.id, name)
  }
  return {
    side,
    own: kept && logRepair ? [...kept, ...logRepair.entries] : before.own,
    mirror: [...before.mirror, ...taken.received].filter(({ number }) => number > side.mirror.start.number),
    acts: [...before.acts, ...taken.apply],
    documents,
    believed,
    series: maxSeries(before.series, taken.series),
  }
}

/** A desk that consists only of the exchange's pure core, and calls a real portal over HTTP. */
export const aCoreDesk = (portal: { readonly port: number; readonly address: string }, clock: () => Instant) => {
  let store = emptyStore
  let keys = newKeyPair()
  let portalKey = ''

  /** Sends the request unchanged: fetch would add fields of its own. */
  const post = (path: string, fields: readonly (readonly [string, string])[], body: Uint8Array) =>
    new Promise<Reply>((done, failed) => {
      const headers = Object.fromEntries([...fields, ['content-length', String(body.length)]])
      const asked = request(
        { host: '127.0.0.1', port: portal.port, path, method: 'POST', headers, agent: false },
        (answer) => {
          const chunks: Buffer[] = []
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.on('end', () =>
            done({ status: answer.statusCode ?? 0, rawHeaders: answer.rawHeaders, body: Buffer.concat(chunks) }),
          )
          answer.on('error', failed)
        },
      )
      asked.on('error', failed)
      asked.end(body)
    })

  const signed = (path: string, body: Uint8Array, at = clock(), by = keys): HttpRequest =>
    signRequest({ method: 'POST', target: `${portal.address}${path}`, type: exchangeType, body }, by, at)

  const composed = (plan: MessagePlan): Message =>
    compose(
      store.side,
      plan,
      lookedUp(store, lookUpToCompose(store.side, plan, defaultBatchLimit)),
      payload(store),
      deskCapabilities,
      defaultBatchLimit,
    )

  /** The signed content of a reply; null for a refusal. @throws when the portal's signature is invalid */
  const opened = async (reply: Reply, asked: HttpRequest): Promise<unknown> => {
    if (reply.status !== 200) return null
    const verdict = await verifyResponse(
      { status: reply.status, fields: fieldsOf(reply.rawHeaders), body: reply.body },
      asked,
      { keyOf: keyFinder(newRing(portalKey), clock()), now: clock(), tolerance: 120 },
    )
    if (!verdict.ok) throw new Error(`the portal's reply: ${verdict.refused}`)
    return JSON.parse((await unpack(reply.body, 100_000_000)).toString())
  }

  const call = async (path: string, content: unknown) => {
    const asked = signed(path, await pack(content))
    const reply = await post(path, asked.fields, asked.body)
    return { reply, asked, content: await opened(reply, asked) }
  }

  const isAgreed = (reply: Message) =>
    reply.talk.kind !== 'exchange' ||
    reply.talk.holding === null ||
    isSameHolding(reply.talk.holding, holdingOf(store.believed.values(), hashOf))

  const desk = {
    get store() {
      return store
    },
    get keys() {
      return keys
    },
    /** Restores an older copy, or changes the keys. */
    restore(copy: DeskStore) {
      store = copy
    },
    trust(publicKey: string) {
      portalKey = publicKey
    },
    useKeys(next: typeof keys) {
      keys = next
    },
    post,
    signed,
    call,
    async pair(code: string): Promise<Reply> {
      const offer = pairingOffer(code, portal.address, keys.publicKey)
      const body = Buffer.from(JSON.stringify(offer ?? {}))
      const reply = await post('/appairage', [['content-type', 'application/json']], body)
      if (reply.status === 200 && offer) {
        const answer = JSON.parse(reply.body.toString()) as PairingAnswer
        if (!isGenuineAnswer(code, offer, answer)) throw new Error('not the portal that showed this code')
        portalKey = answer.publicKey
      }
      return reply
    },
    say(said: readonly NewEntry[]) {
      const { side, entries } = appendEntries(store.side, said, hashOf)
      store = { ...store, side, own: [...store.own, ...entries] }
    },
    answer(of: string, answer: Answer, facts: readonly unknown[] = [], revision = 1) {
      const answered = { of, answer, reason: null, revision }
      const before = revision === 1 ? null : { ...answered, revision: revision - 1 }
      const said = answerEntry(answered, before, facts, clock())
      if (said) desk.say([said])
    },
    publish(documents: readonly Document[]) {
      store = { ...store, documents: new Map([...store.documents, ...documents.map((one) => [one.id, one] as const)]) }
    },
    unpublish(id: string) {
      const documents = new Map(store.documents)
      documents.delete(id)
      store = { ...store, documents }
    },
    ask(plan: MessagePlan): Message {
      store = { ...store, side: withNextTurn(store.side) }
      return composed(plan)
    },
    /** Exchanges until neither side has anything to send. @returns the requests and replies */
    async exchange(): Promise<{ request: Message; reply: Message; bytes: number }[]> {
      let plan = firstPlan(store.side)
      const turns: { request: Message; reply: Message; bytes: number }[] = []
      while (turns.length < 60) {
        const sent = desk.ask(plan)
        const { reply: raw, content } = await call('/echange', sent)
        if (raw.status !== 200) throw new Error(`${raw.status} ${raw.body.toString()}`)
        const reply: Message = ExchangeMessage.parse(content)
        const circumstances = { at: clock(), hashOf, speech: deskCapabilities }
        const taken = receive(
          store.side,
          reply,
          lookedUp(store, lookUpToReceive(store.side, reply)),
          circumstances,
          sent,
        )
        store = taking(store, taken)
        turns.push({ request: sent, reply, bytes: raw.body.length + raw.rawHeaders.join(': ').length })
        if (taken.outcome === 'stale') plan = firstPlan(store.side)
        else if (taken.next.kind !== 'exchange') plan = taken.next
        else {
          const { unknownPapers } = differences(store.documents, store.believed, new Set())
          const list = taken.listed ? taken.listed.upTo : isAgreed(reply) ? null : ''
          plan = { kind: 'exchange', list, fetch: unknownPapers.map(({ id }) => id) }
        }
        const { send, withdraw, unknownPapers } = differences(store.documents, store.believed, new Set())
        const isQuiet =
          taken.outcome === 'taken' &&
          sent.talk.kind === 'exchange' &&
          taken.received.length === 0 &&
          isCaughtUp(store.side, reply.own.end) &&
          send.length + withdraw.length + unknownPapers.length === 0 &&
          plan.kind === 'exchange' &&
          plan.list === null
        if (isQuiet) return turns
      }
      throw new Error('an exchange that does not end')
    },
  }
  return desk
}
