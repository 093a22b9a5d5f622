import * as z from 'zod'
import { Id, procedure } from '../procedure.ts'

const Kind = z.enum(['child', 'family'])
export type DoubleKind = z.infer<typeof Kind>

const Named = z.object({ id: Id, name: z.string(), detail: z.string() })

/** Two records that may be of one child, or of one home. */
const LikelyDouble = z.object({
  kind: Kind,
  one: Named,
  other: Named,
  /** Of 100. */
  score: z.int(),
  /** So alike that the screen proposes to merge them; otherwise it gives neither answer a preference. */
  isCertain: z.boolean(),
  /** « même nom, même date de naissance » */
  why: z.string(),
})
export type LikelyDouble = z.infer<typeof LikelyDouble>

const Pair = z.object({ kind: Kind, keptId: Id, goneId: Id })

const Comparison = z.object({
  kept: Named,
  gone: Named,
  /** What the two say; `take` is what stays unless staff choose. */
  fields: z.array(
    z.object({
      field: z.string(),
      title: z.string(),
      kept: z.string(),
      gone: z.string(),
      take: z.enum(['kept', 'gone']),
    }),
  ),
  /** What goes over to the record that stays: « 2 inscriptions », « 34 réservations ». */
  moved: z.array(z.string()),
  /** Who is there twice and becomes one: « Basile », « Camille Marchand ». */
  joined: z.array(z.string()),
  /** Why they cannot become one, in this order or at all; null when they can. */
  obstacle: z.string().nullable(),
})
export type DoubleComparison = z.infer<typeof Comparison>

export const doubles = {
  /** The likeliest first; those that staff said are two are left out. */
  list: procedure('imports').output(z.object({ pairs: z.array(LikelyDouble), total: z.int() })),
  compare: procedure('imports').input(Pair).output(Comparison),
  /** One act: what hangs on the second hangs on the first, and the second is no more. */
  merge: procedure('imports')
    .input(Pair.extend({ take: z.array(z.string()).max(50) }))
    .output(z.object({ actId: Id })),
  /** They are two: never proposed again. */
  dismiss: procedure('imports').input(Pair),
}
