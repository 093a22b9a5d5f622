import * as z from 'zod'
import type { Day } from '../../../rules/calendar/day.ts'
import { DayText, Id, procedure } from '../../procedure.ts'

const DayOut = z.custom<Day>()

/** Homes by weekday, Monday first. */
const Week = z.array(Id).length(7)
const Halves = z.tuple([Id, Id])

const Rule = z.object({
  from: DayText,
  evenWeek: Week,
  oddWeek: Week,
  /** Halves of school holidays, by the year they begin in; null when weeks go on through them. */
  holidays: z.object({ evenYears: Halves, oddYears: Halves }).nullable(),
})

const Change = z.discriminatedUnion('kind', [
  /** A rule of the same day is replaced. */
  z.object({ kind: z.literal('rule'), rule: Rule }),
  z.object({ kind: z.literal('removeRule'), from: DayText }),
  /** Days given to a home whatever the rule says; null: the rule's again. */
  z.object({
    kind: z.literal('days'),
    days: z
      .array(DayText)
      .min(1, 'Choisissez au moins un jour.')
      .max(400, 'Trop de jours à la fois\u00a0: 400 au plus.'),
    home: Id.nullable(),
  }),
  /** Nothing changes: what stands on the other home's days is settled. */
  z.object({ kind: z.literal('asItIs') }),
])
/** As a screen sends it. */
export type CustodyChangeInput = z.input<typeof Change>
export type CustodyRuleInput = z.input<typeof Rule>

const homeDecisions = ['move', 'free', 'keep'] as const
export type HomeDecision = (typeof homeDecisions)[number]

/** A booking to come, or a rank, on a day that is now the other home's. */
export const ConcernedBooking = z.object({
  reservationId: Id,
  day: DayOut,
  activity: z.string(),
  period: z.string(),
  slot: z.string(),
  held: z.enum(['confirmed', 'waitlisted']),
  /** Whose booking it is, and whose day. */
  familyId: Id,
  ownerId: Id,
  /** Already invoiced: moved or freed, it is proposed as a credit note in the next run. */
  isBilled: z.boolean(),
  /** Null when the other home's registration can take it. */
  whyNotMoved: z.string().nullable(),
})
export type ConcernedBooking = z.infer<typeof ConcernedBooking>

/** A demande without an answer, on a day that changes owner: it is answered in Demandes, by the new rule. */
export const ConcernedDemande = z.object({
  reservationId: Id,
  day: DayOut,
  activity: z.string(),
  slot: z.string(),
  familyId: Id,
  /** Whose day it was, and is; null: either home's. */
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
  /** Whose school holidays are halved. */
  zone: z.enum(['A', 'B', 'C']),
  /** Named after their guardians where two families bear one name. */
  homes: z.array(z.object({ id: Id, name: z.string() })),
  /** Oldest first. */
  rules: z.array(CustodyRuleOut),
  exceptions: z.array(z.object({ day: DayOut, home: Id })),
  /** Places held between the two days, by day and home. */
  bookings: z.array(z.object({ day: DayOut, familyId: Id, count: z.int() })),
  /** Bookings to come on the other home's day, of which nobody decided. */
  unsettled: z.int(),
  /** The day that a new rule is proposed from: what is past and booked changes owner no more. */
  newRuleFrom: DayOut,
})
export type CustodyYear = z.infer<typeof CustodyYear>

export const custody = {
  /** How the days of a child are shared between its homes, and what is booked between two days (400 at most). */
  custody: procedure('families.read')
    .input(z.object({ childId: Id, from: DayText, to: DayText }))
    .output(CustodyYear),
  /** The bookings that a change would leave on the other home's days, each to be decided, and the demandes it concerns. */
  custodyPreview: procedure('families.read')
    .input(z.object({ childId: Id, change: Change }))
    .output(CustodyPreview),
  /** The change and every decision, in one act: as many decisions as the preview lists. */
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
