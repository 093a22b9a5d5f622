import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import { DayText, Id, procedure } from '../../procedure.ts'

const Wish = z.object({
  periodId: Id,
  registrationIds: z.array(Id).min(1, 'Cochez au moins un enfant.').max(5_000),
  /** The same for all; null: the semaine type of each registration. */
  week: z.array(z.object({ weekday: z.int().min(1).max(7), slotId: Id })).nullable(),
  from: DayText,
  to: DayText,
})

const ManyWeeks = z.object({
  children: z.array(
    z.object({
      registrationId: Id,
      name: z.string(),
      /** Slots of days, as those that follow. */
      filled: z.int(),
      waitListed: z.int(),
      skipped: z.int(),
      /** Why the first of those skipped was; empty when none. */
      why: z.string(),
    }),
  ),
  filled: z.int(),
  /** Of these, demandes of families, answered with them. */
  granted: z.int(),
  waitListed: z.int(),
  /** The most frequent first. */
  skipped: z.array(z.object({ reason: z.string(), count: z.int() })),
})
export type ManyWeeks = z.infer<typeof ManyWeeks>

export const weeks = {
  /** What a semaine type would give to many children of a period. Changes nothing. */
  weeksPreview: procedure('decisions').input(Wish).output(ManyWeeks),
  /** Books it, as one act. Left or stopped before its end, nothing of it stays. */
  applyWeeks: procedure('decisions')
    .input(Wish)
    .output(
      eventIterator(
        z.discriminatedUnion('step', [
          z.object({ step: z.literal('working'), done: z.int(), total: z.int() }),
          z.object({ step: z.literal('done'), result: ManyWeeks.extend({ actId: Id }) }),
        ]),
      ),
    ),
}
