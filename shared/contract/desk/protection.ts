import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import { emergencyReasons } from '../../rules/access/emergency.ts'
import { retentionKinds } from '../../rules/people/retention.ts'
import { DayText, Id, InstantText, Line, procedure } from '../procedure.ts'

const Kind = z.enum(retentionKinds)

/** The family or child to erase. */
const Subject = z.object({ subject: z.enum(['family', 'child']), id: Id })
export type ErasureSubject = z.infer<typeof Subject>

const Due = z.object({
  kind: Kind,
  months: z.int(),
  /** Items last used on or before this day are due for erasure. */
  before: DayText,
  count: z.int(),
  /** True when counting stopped at its limit. */
  isMore: z.boolean(),
  /** How many of the due items a rule still protects. */
  held: z.int(),
})
export type DueKind = z.infer<typeof Due>

const DueItem = z.object({
  id: Id,
  name: z.string(),
  /** Last day of use, from which the retention months are counted. */
  since: DayText,
  /** The family whose page to open; null without one. */
  familyId: Id.nullable(),
  /** Why it cannot be erased yet. */
  obstacles: z.array(z.string()),
})
export type DueItem = z.infer<typeof DueItem>

const Counted = z.object({ title: z.string(), count: z.int() })

const Plan = z.object({
  name: z.string(),
  /** What would be erased, counted by kind. */
  touched: z.array(Counted),
  /** Names of the people who would be erased too. */
  people: z.array(z.string()),
  /** What is not erased, and why. */
  kept: z.array(z.object({ title: z.string(), why: z.string() })),
  /** Why erasure is impossible now, and what to do first. */
  obstacles: z.array(z.string()),
  /** The family whose page settles the obstacles; null for a child without family. */
  familyId: Id.nullable(),
})
export type ErasurePlan = z.infer<typeof Plan>

const Progress = z.discriminatedUnion('step', [
  z.object({ step: z.literal('working'), done: z.int(), total: z.int() }),
  z.object({
    step: z.literal('done'),
    result: z.object({
      erased: z.int(),
      /** False when the file will only be rewritten when it is next opened; the freed space is already overwritten. */
      isRewritten: z.boolean(),
    }),
  }),
])

const Consultation = z.object({
  id: Id,
  at: InstantText,
  person: z.string(),
  what: z.enum(['read', 'changed', 'exported', 'account']),
  /** The person whose record was read; null once erased. */
  about: z.string().nullable(),
  familyId: Id.nullable(),
  /** Why a delegate of the director opened a record in an emergency; null for any other reading. */
  emergency: z.enum(emergencyReasons).nullable(),
})
export type Consultation = z.infer<typeof Consultation>

export const protection = {
  /**
   * What is due for erasure today, by kind; what was erased; the age of the oldest backup, which may still contain it.
   */
  overview: procedure('protection.read').output(
    z.object({
      due: z.array(Due),
      erased: z.array(
        z.object({
          id: Id,
          subject: Kind,
          subjectId: z.int(),
          at: InstantText,
          isDone: z.boolean(),
          /** Whether the portal was told; null without a portal, or with nothing to tell it. */
          isTold: z.boolean().nullable(),
        }),
      ),
      backups: z.object({ count: z.int(), oldest: InstantText.nullable() }),
      willBeRewritten: z.boolean(),
    }),
  ),
  setRetention: procedure('organisation').input(z.object({ kind: Kind, months: z.int() })),
  /** Due families, children, health records and accounts, by name; at most 200. */
  due: procedure('protection.read')
    .input(z.object({ kind: Kind }))
    .output(z.array(DueItem)),
  plan: procedure('organisation').input(Subject).output(Plan),
  /** Erases for good. `confirmation` is the name, typed again. */
  erase: procedure('organisation')
    .input(Subject.extend({ confirmation: Line }))
    .output(eventIterator(Progress)),
  /** Erases everything due of these kinds; `confirmation` is the word « EFFACER ». */
  eraseDue: procedure('organisation')
    .input(
      z.object({
        kinds: z.array(Kind).min(1, 'Choisissez au moins une ligne.').max(retentionKinds.length),
        confirmation: Line,
      }),
    )
    .output(eventIterator(Progress)),
  /** A ZIP of everything the desk has about a family; a note names what the person may not read, which is left out. */
  exportFamily: procedure('families.write')
    .input(z.object({ familyId: Id }))
    .output(z.instanceof(File)),
  /**
   * Who consulted health records and whole bank accounts, newest first, in pages: `before` is the last row already
   * shown. Never the content.
   */
  consultations: procedure('audit')
    .input(z.object({ staffId: Id.optional(), before: Id.optional() }))
    .output(z.object({ rows: z.array(Consultation), hasMore: z.boolean() })),
}
