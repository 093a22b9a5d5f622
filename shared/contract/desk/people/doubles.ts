import * as z from 'zod'
import { Id, procedure } from '../../procedure.ts'

const Kind = z.enum(['child', 'family'])
export type DoubleKind = z.infer<typeof Kind>

const Named = z.object({ id: Id, name: z.string(), detail: z.string() })

/** Two records that may be the same child or the same home. */
const LikelyDouble = z.object({
  kind: Kind,
  one: Named,
  other: Named,
  /** From 0 to 100. */
  score: z.int(),
  /** So similar that the screen proposes to merge them; otherwise it favours neither answer. */
  isCertain: z.boolean(),
  /** « même nom, même date de naissance » */
  why: z.string(),
})
export type LikelyDouble = z.infer<typeof LikelyDouble>

const Pair = z.object({ kind: Kind, keptId: Id, goneId: Id })

const Comparison = z.object({
  kept: Named,
  gone: Named,
  /** The fields that differ; `take` is the value kept by default. */
  fields: z.array(
    z.object({
      field: z.string(),
      title: z.string(),
      kept: z.string(),
      gone: z.string(),
      take: z.enum(['kept', 'gone']),
    }),
  ),
  /** What moves to the remaining record: « 2 inscriptions », « 34 réservations ». */
  moved: z.array(z.string()),
  /** People who appear in both records and become one: « Basile », « Camille Marchand ». */
  joined: z.array(z.string()),
  /** Why the records cannot be merged, in this direction or at all; null when they can. */
  obstacle: z.string().nullable(),
})
export type DoubleComparison = z.infer<typeof Comparison>

export const doubles = {
  /** The most likely pairs first, without those that staff declared different. */
  list: procedure('imports').output(z.object({ pairs: z.array(LikelyDouble), total: z.int() })),
  compare: procedure('imports').input(Pair).output(Comparison),
  /** Merges in one act: everything attached to the second record moves to the first, and the second is deleted. */
  merge: procedure('imports')
    .input(Pair.extend({ take: z.array(z.string()).max(50) }))
    .output(z.object({ actId: Id })),
  /** Declares the two records different: the pair is never proposed again. */
  dismiss: procedure('imports').input(Pair),
}
