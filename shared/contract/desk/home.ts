import * as z from 'zod'
import type { Day, Instant } from '../../rules/day.ts'
import { Id, Line, procedure } from '../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const InstantOut = z.custom<Instant>((value) => typeof value === 'string')
const FamilyName = z.object({ id: Id, name: z.string() })

/** What answers to the words typed, nearest first in each kind. */
export const SearchAnswer = z.object({
  families: z.array(
    z.object({ id: Id, name: z.string(), guardians: z.string(), children: z.string(), leftOn: DayOut.nullable() }),
  ),
  children: z.array(z.object({ id: Id, name: z.string(), birthDay: DayOut, families: z.array(FamilyName) })),
  guardians: z.array(z.object({ id: Id, name: z.string(), phone: z.string(), families: z.array(FamilyName) })),
  invoices: z.array(
    z.object({
      id: Id,
      number: z.string(),
      kind: z.enum(['invoice', 'creditNote']),
      family: FamilyName,
      totalCents: z.int(),
      issuedOn: DayOut,
    }),
  ),
})
export type SearchAnswer = z.infer<typeof SearchAnswer>

export const StoryEvent = z.object({ actId: Id, at: InstantOut, who: z.string(), label: z.string() })
export type StoryEvent = z.infer<typeof StoryEvent>

export const home = {
  search: procedure('families.read')
    .input(z.object({ text: Line }))
    .output(SearchAnswer),
  /** What was done about a family, its people and its money, latest first. */
  story: procedure('families.read')
    .input(z.object({ familyId: Id, count: z.int().min(1).max(500) }))
    .output(z.array(StoryEvent)),
}
