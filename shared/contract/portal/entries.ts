import * as z from 'zod'
import type { Wish } from '../../rules/cell.ts'
import { type Day, type Instant, isDay, isInstant } from '../../rules/day.ts'
import { CentsNumber, Id } from '../procedure.ts'

/** What the portal says to the desk: the bodies of its log entries, by kind. An entry's own id is the ask's. */

const DayValue = z.custom<Day>((value) => typeof value === 'string' && isDay(value), 'not a day')
const InstantValue = z.custom<Instant>((value) => typeof value === 'string' && isInstant(value), 'not an instant')

const asked = {
  guardian: Id,
  family: Id,
  /** The portal's clock: counts for the deadline and the order. */
  recordedAt: InstantValue,
}

export const DemandeEntry = z.object({
  ...asked,
  /** « R-2026-004817 » */
  receipt: z.string(),
  child: Id,
  registration: Id,
  day: DayValue,
  slot: Id,
  wish: z.custom<Wish>((value) => ['book', 'cancel', 'leave'].includes(value as string)),
  /** What the family accepted to pay for asking late; null in time. */
  surchargeCents: CentsNumber.nullable(),
})
export type DemandeEntry = z.infer<typeof DemandeEntry>

export const RegistrationEntry = z.object({
  ...asked,
  receipt: z.string(),
  child: Id,
  period: Id,
  from: DayValue,
  to: DayValue,
  week: z.array(z.object({ weekday: z.int().min(1).max(7), slot: Id })),
})
export type RegistrationEntry = z.infer<typeof RegistrationEntry>

export const proposalSubjects = ['family', 'guardian', 'child'] as const
export const ProposalEntry = z.object({
  ...asked,
  subject: z.enum(proposalSubjects),
  subjectId: Id,
  field: z.string(),
  before: z.string(),
  after: z.string(),
})
export type ProposalEntry = z.infer<typeof ProposalEntry>

/** Of a demande, a registration asked for or a proposal: before it was collected, or after. */
export const UndoneEntry = z.object({ of: z.string(), guardian: Id, family: Id, at: InstantValue })
export type UndoneEntry = z.infer<typeof UndoneEntry>

export const entries = {
  demande: DemandeEntry,
  registration: RegistrationEntry,
  proposal: ProposalEntry,
  withdrawn: UndoneEntry,
  takenBack: UndoneEntry,
} as const
export type EntryKind = keyof typeof entries
