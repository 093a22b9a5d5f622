import * as z from 'zod'
import type { Day, Instant } from '../../rules/calendar/day.ts'
import { DayText, Id, Line, Note, procedure, RequiredLine } from '../procedure.ts'

const aDay = z.custom<Day>((value) => typeof value === 'string')
const anInstant = z.custom<Instant>((value) => typeof value === 'string')

const states = ['asked', 'accepted', 'refused', 'withdrawn', 'ended'] as const

/** Weekday (Monday 1) and slot wished every week. */
const TypicalWeek = z.array(z.object({ weekday: z.int().min(1).max(7), slotId: Id }))

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

/** What stands between the child and the period, before anything is written. */
export const RegistrationCheck = z.object({
  /** What no reason can pass: a live registration, dates outside the period. */
  obstacle: z.string().nullable(),
  /** Of that live registration, when it is the obstacle: its calendar is where to book. */
  liveRegistrationId: Id.nullable(),
  /** Each condition of the activity that is not met on the first day; a written reason passes it, with the right. */
  unmet: z.array(z.string()),
  /** Those that are met, to be shown beside. */
  met: z.array(z.string()),
})
export type RegistrationCheck = z.infer<typeof RegistrationCheck>

export const registrations = {
  /** Periods that are not over, with how many registrations stand in each state. */
  counts: procedure('families.read')
    .input(z.object({ past: z.boolean().optional() }))
    .output(z.array(PeriodCount)),
  /** Of one period, or of every period that is not over. */
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
  /** `registrationId`: of one that is already there, which then is no obstacle to itself. */
  check: procedure('families.read')
    .input(z.object({ ...wished, registrationId: Id.optional() }))
    .output(RegistrationCheck),

  /** Asked (« ? »), or accepted at once at the counter. */
  ask: procedure('decisions')
    .input(z.object({ ...wished, typicalWeek: TypicalWeek, overrideReason: Line, accepted: z.boolean() }))
    .output(Registration),
  /** `seen` is what was on screen: what somebody else decided meanwhile keeps that answer. */
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
}
