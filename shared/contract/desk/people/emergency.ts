import * as z from 'zod'
import { emergencyReasons } from '../../../rules/access/emergency.ts'
import type { Day, Instant } from '../../../rules/calendar/day.ts'
import { DayText, Id, procedure } from '../../procedure.ts'
import { HealthRecord } from './families.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const Reason = z.enum(emergencyReasons)

export const Delegates = z.object({
  delegates: z.array(
    z.object({ id: Id, staffId: Id, name: z.string(), from: DayOut, to: DayOut.nullable(), isNow: z.boolean() }),
  ),
  /** The people who can be named: staff without the right to read health records. */
  candidates: z.array(z.object({ id: Id, name: z.string() })),
  /** The last records that delegates opened, newest first. */
  openings: z.array(
    z.object({
      id: Id,
      at: z.custom<Instant>((value) => typeof value === 'string'),
      person: z.string(),
      child: z.string(),
      reason: Reason,
    }),
  ),
})
export type Delegates = z.infer<typeof Delegates>

/** Access to health records in an emergency, for a delegate whom a director named. */
export const emergency = {
  /** Whether this person is a delegate today. */
  isDelegate: procedure('health.emergency').output(z.boolean()),
  /** Opens the record of a child who is booked today. The audit trail stores who opened it, and why. */
  open: procedure('health.emergency')
    .input(z.object({ childId: Id, reason: Reason }))
    .output(HealthRecord),
  delegates: procedure('health.delegates').output(Delegates),
  saveDelegate: procedure('health.delegates').input(
    z.object({ id: Id.optional(), staffId: Id, from: DayText, to: DayText.nullable() }),
  ),
  removeDelegate: procedure('health.delegates').input(z.object({ id: Id })),
}
