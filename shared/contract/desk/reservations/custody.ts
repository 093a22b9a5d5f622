import * as z from 'zod'
import type { Day } from '../../../rules/calendar/day.ts'
import { DayText, Id, procedure } from '../../procedure.ts'

const DayOut = z.custom<Day>()

/** Home ids by weekday, Monday first. */
const Week = z.array(Id).length(7)
const Halves = z.tuple([Id, Id])

const Rule = z.object({
  from: DayText,
  evenWeek: Week,
  oddWeek: Week,
  /**
   * The home of each half of the school holidays, by the parity of the year in which they begin; null when the week
   * rule also applies to holidays.
   */
  holidays: z.object({ evenYears: Halves, oddYears: Halves }).nullable(),
})

const Change = z.discriminatedUnion('kind', [
  /** Replaces an existing rule with the same start day. */
  z.object({ kind: z.literal('rule'), rule: Rule }),
  z.object({ kind: z.literal('removeRule'), from: DayText }),
  /** Gives days to a home as exceptions to the rule; a null home removes the exceptions. */
  z.object({
    kind: z.literal('days'),
    days: z
      .array(DayText)
      .min(1, 'Choisissez au moins un jour.')
      .max(400, 'Trop de jours à la fois\u00a0: 400 au plus.'),
    home: Id.nullable(),
  }),
  /** Changes no rule: only settles the bookings that are on the other home's days. */
  z.object({ kind: z.literal('asItIs') }),
])
/** Input type, as a screen sends it. */
export type CustodyChangeInput = z.input<typeof Change>
export type CustodyRuleInput = z.input<typeof Rule>

const homeDecisions = ['move', 'free', 'keep'] as const
export type HomeDecision = (typeof homeDecisions)[number]

/** A coming booking or waiting-list position on a day that now belongs to the other home. */
export const ConcernedBooking = z.object({
  reservationId: Id,
  day: DayOut,
  activity: z.string(),
  period: z.string(),
  slot: z.string(),
  held: z.enum(['confirmed', 'waitlisted']),
  /** `familyId`: home of the booking; `ownerId`: home of the day. */
  familyId: Id,
  ownerId: Id,
  /** Already invoiced: if moved or freed, the next invoicing run proposes a credit note. */
  isBilled: z.boolean(),
  /** Why the other home's registration cannot take the booking; null when it can. */
  whyNotMoved: z.string().nullable(),
})
export type ConcernedBooking = z.infer<typeof ConcernedBooking>

/** A demande without an answer, on a day that changes home: it stays in Demandes and is judged by the new rule. */
export const ConcernedDemande = z.object({
  reservationId: Id,
  day: DayOut,
  activity: z.string(),
  slot: z.string(),
  familyId: Id,
  /** The home of the day before and after the change; null: both homes may book. */
  ownerBefore: Id.nullable(),
  ownerAfter: Id.nullable(),
})
export type ConcernedDemande = z.infer<typeof ConcernedDemande>

export const CustodyPreview = z.object({
  bookings: z.array(ConcernedBooking),
  demandes: z.array(ConcernedDemande),
})
export type CustodyPreview = z.infer<typeof CustodyPreview>

const CustodyRuleOut = Rule.extend({ from: DayOut })

export const CustodyYear = z.object({
  /** School zone whose holidays are halved. */
  zone: z.enum(['A', 'B', 'C']),
  /** Homes; guardians' names are added when both families have the same name. */
  homes: z.array(z.object({ id: Id, name: z.string() })),
  /** Oldest first. */
  rules: z.array(CustodyRuleOut),
  exceptions: z.array(z.object({ day: DayOut, home: Id })),
  /** Number of held places from `from` to `to`, by day and home. */
  bookings: z.array(z.object({ day: DayOut, familyId: Id, count: z.int() })),
  /** Coming bookings on the other home's days that nobody has decided about. */
  unsettled: z.int(),
  /** Proposed first day of a new rule: no past or booked day changes home. */
  newRuleFrom: DayOut,
})
export type CustodyYear = z.infer<typeof CustodyYear>

export const custody = {
  /** How a child's days are shared between its homes, and what is booked from `from` to `to` (400 days at most). */
  custody: procedure('families.read')
    .input(z.object({ childId: Id, from: DayText, to: DayText }))
    .output(CustodyYear),
  /**
   * The bookings that a change would leave on the other home's days, which staff must decide about, and the affected
   * demandes.
   */
  custodyPreview: procedure('families.read')
    .input(z.object({ childId: Id, change: Change }))
    .output(CustodyPreview),
  /** Applies the change and the decisions in one act. There must be one decision for each booking of the preview. */
  changeCustody: procedure('decisions')
    .input(
      z.object({
        childId: Id,
        change: Change,
        decisions: z.array(z.object({ reservationId: Id, act: z.enum(homeDecisions) })).max(5000),
      }),
    )
    .output(z.object({ moved: z.int(), freed: z.int(), kept: z.int(), promoted: z.int() })),
}
