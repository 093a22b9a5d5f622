import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import { DayText, Id, procedure } from '../../procedure.ts'

const WeeksInput = z.object({
  periodId: Id,
  registrationIds: z.array(Id).min(1, 'Cochez au moins un enfant.').max(5_000),
  /** The same typical week for all registrations; null: each registration's own. */
  week: z.array(z.object({ weekday: z.int().min(1).max(7), slotId: Id })).nullable(),
  from: DayText,
  to: DayText,
})

const ManyWeeks = z.object({
  children: z.array(
    z.object({
      registrationId: Id,
      name: z.string(),
      /** Numbers of cells, like the two counts below. */
      filled: z.int(),
      waitListed: z.int(),
      skipped: z.int(),
      /** The reason for the first skipped cell; empty when none was skipped. */
      why: z.string(),
    }),
  ),
  filled: z.int(),
  /** How many of these cells families had requested: their demandes are accepted. */
  granted: z.int(),
  waitListed: z.int(),
  /** The most frequent reason first. */
  skipped: z.array(z.object({ reason: z.string(), count: z.int() })),
})
export type ManyWeeks = z.infer<typeof ManyWeeks>

export const weeks = {
  /** What applying a typical week to many children of a period would book. Changes nothing. */
  weeksPreview: procedure('decisions').input(WeeksInput).output(ManyWeeks),
  /** Books the typical weeks in one act. If the stream is left before the end, nothing is booked. */
  applyWeeks: procedure('decisions')
    .input(WeeksInput)
    .output(
      eventIterator(
        z.discriminatedUnion('step', [
          z.object({ step: z.literal('working'), done: z.int(), total: z.int() }),
          z.object({ step: z.literal('done'), result: ManyWeeks.extend({ actId: Id }) }),
        ]),
      ),
    ),
}
