import * as z from 'zod'
import type { Day, Instant } from '../../../rules/calendar/day.ts'
import { DayText, Id, Line, procedure } from '../../procedure.ts'

const DayOut = z.custom<Day>()
const InstantOut = z.custom<Instant>()

/** Same shape as in `shared/rules/cell/waiting.ts`. */
const Priority = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('marked') }),
  z.object({ kind: z.literal('resident') }),
  z.object({ kind: z.literal('sibling') }),
  z.object({
    kind: z.literal('quotient'),
    upTo: z.int('Un quotient familial entier.').min(0, 'De 0 à 99 999.').max(99_999, 'De 0 à 99 999.'),
  }),
])
const Priorities = z.array(Priority).max(10, 'Dix priorités au plus.')

const Staffing = z.object({
  adults: z.int(),
  needed: z.int(),
  /** « 2 animateurs pour 24 places : il en faut 3 »; null when there are enough adults. */
  warning: z.string().nullable(),
})

/** `groupId`: a group that has its own places has its own waiting list; null for children in no group. */
const Place = z.object({ periodId: Id, day: DayText, slotId: Id, groupId: Id.nullable().default(null) })

const WaitingList = z.object({
  periodId: Id,
  period: z.string(),
  activity: z.string(),
  day: DayOut,
  slotId: Id,
  slot: z.string(),
  groupId: Id.nullable(),
  /** Name of the group; null where all children share the places. */
  group: z.string().nullable(),
  capacity: z.int(),
  /** Places held, or kept for a family that was offered one. */
  held: z.int(),
  offered: z.int(),
  waiting: z.int(),
  /** The reason for which the day is closed; null while it is open. */
  closedReason: z.string().nullable(),
})
export type WaitingList = z.infer<typeof WaitingList>

const WaitingChild = z.object({
  key: z.object({ registrationId: Id, day: DayOut, slotId: Id }),
  childId: Id,
  familyId: Id,
  name: z.string(),
  age: z.string(),
  rank: z.int(),
  /** « 3ᵉ : habite la commune, demande du 3 novembre 2026 à 10 h 02 » */
  sentence: z.string(),
  recordedAt: InstantOut,
  /** The offered place is kept until this instant. */
  offeredUntil: InstantOut.nullable(),
  /** Why staff gave this child priority; empty when they did not. */
  markedFor: z.string(),
  /** Why the place cannot be given now; null when it can. */
  whyNotGive: z.string().nullable(),
  whyNotOffer: z.string().nullable(),
})
export type WaitingChild = z.infer<typeof WaitingChild>

const Opening = z.object({
  periodId: Id,
  from: DayText,
  to: DayText,
  /** Null: all slots. */
  slotIds: z.array(Id).min(1, 'Choisissez au moins une plage.').nullable(),
  more: z.int('Un nombre de places.').min(0, 'De 0 à 500 places.').max(500, 'De 0 à 500 places.'),
  /** The group, where groups have places of their own. */
  groupId: Id.nullable().default(null),
  act: z.enum(['promote', 'offer']),
})

const OpenedPlace = z.object({
  day: DayOut,
  slotId: Id,
  slot: z.string(),
  /** Null where all children share the places. */
  group: z.string().nullable(),
  capacity: z.int(),
  /** Places held before anybody moves up. */
  held: z.int(),
  given: z.array(z.object({ name: z.string(), age: z.string(), sentence: z.string() })),
  /** The next child cannot take the place, and nobody may pass before that child; null otherwise. */
  stopped: z.object({ name: z.string(), why: z.string() }).nullable(),
  /** Number of children still waiting afterwards. */
  left: z.int(),
  staffing: Staffing.nullable(),
})
export type OpenedPlace = z.infer<typeof OpenedPlace>

const OpeningResult = z.object({
  /** How many cells get additional places. */
  openings: z.int(),
  /** Cells with a waiting list, soonest first. */
  places: z.array(OpenedPlace),
  given: z.int(),
  /** Number of different children. */
  children: z.int(),
})
export type OpeningResult = z.infer<typeof OpeningResult>

const AdultsPlanned = z.object({
  adults: z.int().nullable(),
  days: z.array(z.object({ day: DayOut, slotId: Id, adults: z.int() })),
})
export type AdultsPlanned = z.infer<typeof AdultsPlanned>

export const waiting = {
  /** All waiting lists of coming days, soonest first, of one period or of all. */
  waitingLists: procedure('families.read')
    .input(z.object({ periodId: Id.nullable() }))
    .output(z.array(WaitingList)),
  /** One waiting list in order, with an explanation of each rank; null when that slot is not open on that day. */
  waitingList: procedure('families.read')
    .input(Place)
    .output(
      WaitingList.extend({
        children: z.array(WaitingChild),
        staffing: Staffing.nullable(),
        offerHours: z.int(),
        promotion: z.enum(['automatic', 'offer', 'proposal']),
      }).nullable(),
    ),
  /** « Si j’ouvre 4 places »: who would get the places, in order. Changes nothing. */
  openingPreview: procedure('activities').input(Opening).output(OpeningResult),
  /** Opens the places and gives or offers them, in one act. */
  openPlaces: procedure('activities').input(Opening).output(OpeningResult),
  /** Gives a registration priority on waiting lists; an empty reason removes it. */
  markPriority: procedure('decisions').input(z.object({ registrationId: Id, reason: Line })),
  waitingRules: procedure('activities.read')
    .input(z.object({ activityId: Id }))
    .output(
      z.object({
        /** The activity's own priorities; null: those of the service. */
        own: z.array(Priority).nullable(),
        usual: z.array(Priority),
        offerHours: z.int(),
        staffingBlocks: z.boolean(),
      }),
    ),
  saveWaitingRules: procedure('activities').input(
    z.object({
      activityId: Id,
      own: Priorities.nullable(),
      usual: Priorities,
      offerHours: z.int('Un nombre d’heures.').min(1, 'De 1 à 720 heures.').max(720, 'De 1 à 720 heures.'),
      staffingBlocks: z.boolean(),
    }),
  ),
  /** Planned number of adults in a period, and the days that differ. */
  adultsPlanned: procedure('activities.read')
    .input(z.object({ periodId: Id }))
    .output(AdultsPlanned),
  /**
   * Without a day, applies to every slot of the period. Null adults: unknown or, for a day, the same as on the other
   * days.
   */
  planAdults: procedure('activities').input(
    z.object({
      periodId: Id,
      where: z.object({ day: DayText, slotIds: z.array(Id).min(1).max(50) }).nullable(),
      adults: z.int('Un nombre d’animateurs.').min(0, 'De 0 à 200.').max(200, 'De 0 à 200.').nullable(),
    }),
  ),
}
