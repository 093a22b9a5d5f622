import * as z from 'zod'
import type { Message } from '../../exchange/message.ts'
import { InstantText } from '../procedure.ts'

/**
 * The messages between desk and portal: one request and its reply. The bounds refuse what no honest side sends;
 * `shared/exchange/` explains the fields.
 */
const Hash = z.string().max(128)
const Id = z.string().min(1).max(200)
const Name = z.string().min(1).max(60)
const Count = z.int().nonnegative()
/** One message carries half a million characters, or a single larger entry or paper, up to this bound. */
const Body = z.string().max(20_000_000)
const list = <Item extends z.ZodType>(item: Item) => z.array(item).max(1000)

const Position = z.object({ number: Count, hash: Hash })
const Entry = Position.extend({ id: Id, kind: Name, at: InstantText, body: Body })
const DocumentName = z.object({ id: Id, hash: Hash, paperOf: z.iso.date().nullable() })
const Document = DocumentName.extend({ kind: Name, body: Body })
const Series = z.record(z.string().max(60), Count)
const SideName = z.enum(['desk', 'portal'])
const Lack = z.object({ after: Position, whole: z.boolean() })
const Interval = z.object({
  log: SideName,
  cause: z.enum(['restored', 'tooOld']),
  after: z.object({ epoch: Count, number: Count }),
  from: InstantText.nullable(),
  to: InstantText,
})

const Talk = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('exchange'),
    opening: Count.nullable(),
    after: Position,
    entries: list(Entry),
    documents: list(Document),
    withdrawn: z.array(Id).max(100_000),
    list: z.string().max(200).nullable(),
    listed: z
      .object({ after: z.string().max(200), upTo: Id.nullable(), names: z.array(DocumentName).max(10_000) })
      .nullable(),
    fetch: list(Id),
    holding: z.object({ count: z.int(), digest: Hash }).nullable(),
    series: Series,
    aside: z.object({ count: Count, names: z.array(Id).max(100) }).optional(),
  }),
  z.object({
    kind: z.literal('compare'),
    restored: list(SideName),
    trail: z.array(Position).max(64),
    lacks: Lack.nullable(),
    returned: z.object({ lack: Lack, entries: list(Entry) }).nullable(),
    agrees: Position.nullable(),
    lost: list(Interval),
    passes: z.boolean().optional(),
    series: Series,
  }),
  z.object({ kind: z.literal('stale') }),
  z.object({ kind: z.literal('unsupported') }),
])

/**
 * The part of a message that every version can read first: a side without a common version replies so, instead of
 * failing on a body it does not know.
 */
export const Envelope = z.looseObject({
  versions: z.array(Count).max(100),
  kinds: z.array(Name).max(1000),
  from: SideName,
  turn: Count,
})

export const ExchangeMessage = z.object({
  versions: z.array(Count).max(100),
  kinds: z.array(Name).max(1000),
  from: SideName,
  epoch: Count,
  turn: Count,
  answered: Count,
  own: z.object({ start: Position, end: Position }),
  received: Position,
  knowsNumbers: z.boolean(),
  talk: Talk,
}) satisfies z.ZodType<Message>
