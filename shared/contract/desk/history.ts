import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import { actScreens } from '../../record/act-kinds.ts'
import type { Instant } from '../../rules/calendar/day.ts'
import { Id, procedure } from '../procedure.ts'

/** The kinds of record that have their own history, which includes the rows that belong to them. */
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
  'regie',
] as const
const RecordKind = z.enum(recordKinds)
export type RecordKind = z.infer<typeof RecordKind>

const at = z.custom<Instant>((value) => typeof value === 'string')

/** One row changed by an act, worded for the screens. */
const RecordChange = z.object({
  auditId: Id,
  /** Table and row id, as the `back` call expects them. */
  entity: z.string(),
  id: Id.nullable(),
  /** « Adresse », « Enfant Zoé Duval » */
  what: z.string(),
  did: z.enum(['added', 'changed', 'removed', 'consulted']),
  fields: z.array(z.object({ name: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  /** Whether this person may restore the old values. */
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
  /** The changes of this record that this person may read. */
  changes: z.array(RecordChange),
  /** How many more changes there are. */
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
  /** Why the act cannot be undone and what to do instead; null when it can. */
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
        /**
         * How many affected answers families have already received. When greater than zero, nothing was undone: staff
         * must confirm with `told`.
         */
        answersSent: z.int(),
      }),
    }),
  ]),
)

export const history = {
  /** Acts about a record, newest first, in pages: `before` is the last act already shown. */
  ofRecord: procedure('loggedIn')
    .input(z.object({ entity: RecordKind, id: Id, before: Id.optional() }))
    .output(z.object({ acts: z.array(RecordAct), hasMore: z.boolean() })),
  /** The changes of one act that this person may read. */
  ofAct: procedure('loggedIn')
    .input(z.object({ actId: Id }))
    .output(RecordAct),
  /** The last acts made on a screen, newest first, each with whether this person may undo it. */
  lastActs: procedure('loggedIn')
    .input(
      z.object({
        screen: z.enum(actScreens),
        /** Only this person's acts, which Ctrl Z undoes. */
        mine: z.boolean(),
        count: z.int().min(1).max(50),
      }),
    )
    .output(z.array(LastAct)),
  /** Undoes a whole act, as an act of its own. Streams progress; closing the stream stops it, and nothing is undone. */
  undo: procedure('loggedIn')
    .input(z.object({ actId: Id, told: z.boolean() }))
    .output(Undoing),
  /** Restores the values that a change replaced, as if they had been typed again. */
  back: procedure('loggedIn').input(z.object({ entity: z.string().max(40), id: Id, auditId: Id })),
}
