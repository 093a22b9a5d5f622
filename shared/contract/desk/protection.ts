import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import { retentionKinds } from '../../rules/people/retention.ts'
import { DayText, Id, InstantText, Line, procedure } from '../procedure.ts'

const Kind = z.enum(retentionKinds)

/** A family or a child. */
const Subject = z.object({ subject: z.enum(['family', 'child']), id: Id })
export type ErasureSubject = z.infer<typeof Subject>

const Due = z.object({
  kind: Kind,
  months: z.int(),
  /** What is as old, or older, is due. */
  before: DayText,
  count: z.int(),
  /** There are more than were counted. */
  isMore: z.boolean(),
  /** Of the due ones, those that a rule keeps for now. */
  held: z.int(),
})
export type DueKind = z.infer<typeof Due>

const DueItem = z.object({
  id: Id,
  name: z.string(),
  /** Last day of what the months are counted from. */
  since: DayText,
  /** The family to look at. */
  familyId: Id.nullable(),
  /** Why it is not erased for now. */
  obstacles: z.array(z.string()),
})
export type DueItem = z.infer<typeof DueItem>

const Counted = z.object({ title: z.string(), count: z.int() })

const Plan = z.object({
  name: z.string(),
  /** Counted, what goes. */
  touched: z.array(Counted),
  /** By name: who goes with it. */
  people: z.array(z.string()),
  /** What stays, and why. */
  kept: z.array(z.object({ title: z.string(), why: z.string() })),
  /** Why it cannot be erased now, with what to do first. */
  obstacles: z.array(z.string()),
  /** Whose page they are settled on; null for a child of no family. */
  familyId: Id.nullable(),
})
export type ErasurePlan = z.infer<typeof Plan>

const Progress = z.discriminatedUnion('step', [
  z.object({ step: z.literal('working'), done: z.int(), total: z.int() }),
  z.object({
    step: z.literal('done'),
    result: z.object({
      erased: z.int(),
      /** False: the file is written anew at its next opening, what was freed is overwritten already. */
      isRewritten: z.boolean(),
    }),
  }),
])

const Consultation = z.object({
  id: Id,
  at: InstantText,
  person: z.string(),
  what: z.enum(['read', 'changed', 'exported']),
  /** Whom it was about; null once erased. */
  about: z.string().nullable(),
  familyId: Id.nullable(),
})
export type Consultation = z.infer<typeof Consultation>

export const protection = {
  /** What is due today, kind by kind; what was erased; the oldest backup that may still hold it. */
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
          /** Null where there is no portal, or nothing to tell it. */
          isTold: z.boolean().nullable(),
        }),
      ),
      backups: z.object({ count: z.int(), oldest: InstantText.nullable() }),
      willBeRewritten: z.boolean(),
    }),
  ),
  setRetention: procedure('organisation').input(z.object({ kind: Kind, months: z.int() })),
  /** Families, children, health records and accounts by name; at most 200. */
  due: procedure('protection.read')
    .input(z.object({ kind: Kind }))
    .output(z.array(DueItem)),
  plan: procedure('organisation').input(Subject).output(Plan),
  /** Cannot be undone. `confirmation` is the name, typed again. */
  erase: procedure('organisation')
    .input(Subject.extend({ confirmation: Line }))
    .output(eventIterator(Progress)),
  /** The same for all that is due of these kinds; `confirmation` is the word « EFFACER ». */
  eraseDue: procedure('organisation')
    .input(
      z.object({
        kinds: z.array(Kind).min(1, 'Choisissez au moins une ligne.').max(retentionKinds.length),
        confirmation: Line,
      }),
    )
    .output(eventIterator(Progress)),
  /** All that the desk knows of a family, as a ZIP; what the person may not read is left out and said. */
  exportFamily: procedure('families.write')
    .input(z.object({ familyId: Id }))
    .output(z.instanceof(File)),
  /** Newest first, in pages: `before` is the last one already shown. Never what was read. */
  consultations: procedure('audit')
    .input(z.object({ staffId: Id.optional(), before: Id.optional() }))
    .output(z.object({ rows: z.array(Consultation), hasMore: z.boolean() })),
}
