import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import { actScreens } from '../../record/act-kinds.ts'
import type { Instant } from '../../rules/calendar/day.ts'
import { Id, procedure } from '../procedure.ts'

/** The records that have a history of their own, with what hangs on them. */
export const recordKinds = [
  'family',
  'child',
  'guardian',
  'registration',
  'activity',
  'period',
  'tariff',
  'invoice',
  'payment',
  'staff_member',
  'facility',
  'school',
  'organisation',
] as const
const RecordKind = z.enum(recordKinds)
export type RecordKind = z.infer<typeof RecordKind>

const at = z.custom<Instant>((value) => typeof value === 'string')

/** One row that an act wrote, in the words of the screens. */
const RecordChange = z.object({
  auditId: Id,
  /** The table and the row: what `back` takes. */
  entity: z.string(),
  id: Id.nullable(),
  /** « Adresse », « Enfant Zoé Duval » */
  what: z.string(),
  did: z.enum(['added', 'changed', 'removed', 'consulted']),
  fields: z.array(z.object({ name: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  /** Whether this person may put the old values back. */
  canGoBack: z.boolean(),
})
export type RecordChange = z.infer<typeof RecordChange>

const Undone = z.object({ who: z.string(), at })

const RecordAct = z.object({
  actId: Id,
  at,
  who: z.string(),
  label: z.string(),
  undone: Undone.nullable(),
  /** Those about this record, and that this person may read. */
  changes: z.array(RecordChange),
  /** How many more there are. */
  more: z.int(),
})
export type RecordAct = z.infer<typeof RecordAct>

const LastAct = z.object({
  actId: Id,
  at,
  who: z.string(),
  label: z.string(),
  isMine: z.boolean(),
  undone: Undone.nullable(),
  undoable: z.boolean(),
  /** Why it is not taken back, and the right way instead; null when it may be. */
  whyNot: z.string().nullable(),
})
export type LastAct = z.infer<typeof LastAct>

const Undoing = eventIterator(
  z.discriminatedUnion('step', [
    z.object({ step: z.literal('working'), done: z.int(), total: z.int() }),
    z.object({
      step: z.literal('done'),
      result: z.object({
        label: z.string(),
        /** Answers that families were told already: nothing is done before staff know, and ask again. */
        wereTold: z.int(),
      }),
    }),
  ]),
)

export const history = {
  /** What was done about a record, newest first, in pages: `before` is the last act already shown. */
  ofRecord: procedure('loggedIn')
    .input(z.object({ entity: RecordKind, id: Id, before: Id.optional() }))
    .output(z.object({ acts: z.array(RecordAct), hasMore: z.boolean() })),
  /** What one act wrote, as far as this person may read it. */
  ofAct: procedure('loggedIn')
    .input(z.object({ actId: Id }))
    .output(RecordAct),
  /** The last acts of a screen, newest first, each with whether this person may take it back. */
  lastActs: procedure('loggedIn')
    .input(
      z.object({
        screen: z.enum(actScreens),
        /** Only what this person did: what Ctrl Z takes back. */
        mine: z.boolean(),
        count: z.int().min(1).max(50),
      }),
    )
    .output(z.array(LastAct)),
  /** Takes a whole act back as an act of its own. Told as it goes; leaving the stream stops it, and nothing is taken back. */
  undo: procedure('loggedIn')
    .input(z.object({ actId: Id, told: z.boolean() }))
    .output(Undoing),
  /** Puts the values that a change replaced back, as if they had been typed again. */
  back: procedure('loggedIn').input(z.object({ entity: z.string().max(40), id: Id, auditId: Id })),
}
