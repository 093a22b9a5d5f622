import * as z from 'zod'
import type { Day, Instant } from '../../rules/calendar/day.ts'
import { DayText, Id, Line, Note, procedure, RequiredLine } from '../procedure.ts'

const aDay = z.custom<Day>((value) => typeof value === 'string')
const anInstant = z.custom<Instant>((value) => typeof value === 'string')

const states = ['asked', 'accepted', 'refused', 'withdrawn', 'ended'] as const

/** Weekday (Monday is 1) and slot requested every week. */
export const TypicalWeek = z.array(z.object({ weekday: z.int().min(1).max(7), slotId: Id }))

export const Registration = z.object({
  id: Id,
  childId: Id,
  firstName: z.string(),
  lastName: z.string(),
  birthDay: aDay,
  sex: z.enum(['F', 'M', '']),
  familyId: Id,
  family: z.string(),
  periodId: Id,
  period: z.string(),
  activityId: Id,
  activity: z.string(),
  facility: z.string(),
  state: z.enum(states),
  startDay: aDay,
  endDay: aDay,
  typicalWeek: TypicalWeek,
  askedAt: anInstant,
  decidedAt: anInstant.nullable(),
  reason: z.string(),
  overrideReason: z.string(),
})
export type Registration = z.infer<typeof Registration>

const PeriodCount = z.object({
  periodId: Id,
  period: z.string(),
  activityId: Id,
  activity: z.string(),
  startDay: aDay,
  endDay: aDay,
  asked: z.int(),
  accepted: z.int(),
  refused: z.int(),
  withdrawn: z.int(),
  ended: z.int(),
})
type PeriodCount = z.infer<typeof PeriodCount>

const wished = {
  childId: Id,
  familyId: Id,
  periodId: Id,
  startDay: DayText,
  endDay: DayText,
}

/** What prevents a registration, checked before anything is written. */
export const RegistrationCheck = z.object({
  /** An obstacle that no reason can override: an active registration, or dates outside the period. */
  obstacle: z.string().nullable(),
  /** Id of the active registration when that is the obstacle, so that the screen can link to its calendar. */
  liveRegistrationId: Id.nullable(),
  /**
   * Conditions of the activity not met on the first day; a written reason overrides them, for people with that right.
   */
  unmet: z.array(z.string()),
  /** Conditions that are met, also shown. */
  met: z.array(z.string()),
  /**
   * What staff still have to settle, which prevents nothing: the « dérogation » of a child from another catchment area.
   */
  toSettle: z.array(z.string()),
})
export type RegistrationCheck = z.infer<typeof RegistrationCheck>

export const ChildSublists = z.object({
  /**
   * Today, or the first day of a registration that has not begun: the first day on which the child can be put on a
   * list.
   */
  on: z.custom<Day>(),
  sublists: z.array(
    z.object({
      id: Id,
      name: z.string(),
      /** Names of the slots of the list; empty: all slots. */
      slots: z.array(z.string()),
      capacity: z.int(),
      /** The number of children on the list on the day `on`. */
      taken: z.int(),
      endedFrom: z.custom<Day>().nullable(),
      isListed: z.boolean(),
      /** The days of this child on the list, soonest first. */
      days: z.array(z.object({ from: z.custom<Day>(), until: z.custom<Day>().nullable() })),
    }),
  ),
})
export type ChildSublists = z.infer<typeof ChildSublists>

export const registrations = {
  /** Periods that have not ended, with the number of registrations in each state. */
  counts: procedure('families.read')
    .input(z.object({ past: z.boolean().optional() }))
    .output(z.array(PeriodCount)),
  /** Registrations of one period, or of every period that has not ended. */
  list: procedure('families.read')
    .input(z.object({ periodId: Id.optional(), states: z.array(z.enum(states)).optional() }))
    .output(z.array(Registration)),
  ofFamily: procedure('families.read')
    .input(z.object({ familyId: Id }))
    .output(z.array(Registration)),
  ofChild: procedure('families.read')
    .input(z.object({ childId: Id }))
    .output(z.array(Registration)),
  get: procedure('families.read')
    .input(z.object({ id: Id }))
    .output(Registration),
  /** `registrationId`: an existing registration to check, which then is not an obstacle to itself. */
  check: procedure('families.read')
    .input(z.object({ ...wished, registrationId: Id.optional() }))
    .output(RegistrationCheck),

  /** Records a registration that waits for a decision (« ? »), or that is accepted at once at the counter. */
  ask: procedure('decisions')
    .input(z.object({ ...wished, typicalWeek: TypicalWeek, overrideReason: Line, accepted: z.boolean() }))
    .output(Registration),
  /** `seen`: the state on screen; a decision that somebody else made meanwhile is not overwritten. */
  accept: procedure('decisions')
    .input(z.object({ id: Id, overrideReason: Line, seen: z.enum(['asked', 'refused']).default('asked') }))
    .output(Registration),
  refuse: procedure('decisions')
    .input(z.object({ id: Id, reason: RequiredLine }))
    .output(Registration),
  withdraw: procedure('decisions')
    .input(z.object({ id: Id, reason: Note }))
    .output(Registration),
  change: procedure('decisions')
    .input(z.object({ id: Id, startDay: DayText, endDay: DayText, typicalWeek: TypicalWeek, overrideReason: Line }))
    .output(Registration),

  /** The lists of the activity (« Car 2 »), and the days on which the child is on each. */
  sublists: procedure('families.read')
    .input(z.object({ registrationId: Id }))
    .output(ChildSublists),
  /** Puts the child on a list from a day on, with or without a last day, or takes the child off it from that day on. */
  setSublist: procedure('decisions').input(
    z.object({
      registrationId: Id,
      sublistId: Id,
      listed: z.boolean(),
      fromDay: DayText,
      /** Null: until the registration or the list ends. Ignored when the child is taken off. */
      untilDay: DayText.nullable(),
    }),
  ),
}
