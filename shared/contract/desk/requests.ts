import * as z from 'zod'
import { cellStates } from '../../rules/cell.ts'
import type { Day } from '../../rules/day.ts'
import { DayText, Id, InstantText, Note, procedure } from '../procedure.ts'
import { RegistrationCheck } from './registrations.ts'
import { ReasonGiven, WeekResult } from './reservations.ts'

const DayOut = z.custom<Day>()

/** What was asked together: the cells of one registration recorded at one moment, or a registration « ? ». */
const RequestKey = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('cells'),
    registrationId: Id,
    wish: z.enum(['book', 'cancel', 'leave']),
    recordedAt: InstantText,
  }),
  z.object({ kind: z.literal('registration'), registrationId: Id }),
])
export type RequestKey = z.infer<typeof RequestKey>

const AnswerAct = z.enum([
  'accept',
  'waitList',
  'refuse',
  'acceptCancel',
  'refuseCancel',
  'leave',
  'takeBack',
  'expire',
])
export type AnswerAct = z.infer<typeof AnswerAct>

const RequestItem = z.object({
  key: RequestKey,
  family: z.object({ id: Id, name: z.string() }),
  child: z.object({ id: Id, lastName: z.string(), firstName: z.string() }),
  /** Its period. */
  period: z.string(),
  /** How many days are asked for; 0 for a registration. */
  days: z.int(),
  recordedAt: InstantText,
  /** The last day on which the answer keeps the town's promise. */
  dueOn: DayOut,
  /** Calendar days since then; negative before. */
  lateBy: z.int(),
  /** Nothing is left to decide: the family takes it back, or the day came first. */
  closing: z.enum(['takenBack', 'unanswered']).nullable(),
})
export type RequestItem = z.infer<typeof RequestItem>

const RequestPart = z.object({
  day: DayOut,
  slots: z.array(
    z.object({
      id: Id,
      name: z.string(),
      /** Asked and current facts as one state. */
      state: z.enum(cellStates),
      held: z.int(),
      capacity: z.int(),
      waiting: z.int(),
    }),
  ),
  /** « 16 jours avant, dans les délais » */
  deadline: z.object({ kept: z.boolean(), text: z.string() }),
  suggested: z.object({
    act: AnswerAct,
    /** Why, for staff. */
    why: z.string(),
    /** Why, as the family will read it, where the act gives a reason. */
    reason: z.string(),
  }),
  familyReads: z.string(),
  /** What the answer « yes » adds to the bill, or takes off it; null without a price. */
  cost: z.object({ cents: z.int().nullable(), explanations: z.array(z.string()) }),
  /** Who waits for the same places, in order, this child not among them. */
  waiting: z.array(z.object({ name: z.string(), since: InstantText })),
})
export type RequestPart = z.infer<typeof RequestPart>

const RequestDetail = RequestItem.extend({
  age: z.string(),
  activity: z.string(),
  /** Who wrote it at the counter. */
  enteredBy: z.string(),
  /** Brothers and sisters asked together, by first name. */
  together: z.array(z.string()),
  parts: z.array(RequestPart),
  registration: z
    .object({
      startDay: DayOut,
      endDay: DayOut,
      check: RegistrationCheck,
      /** « mer. matin, repas »; empty without a semaine type. */
      week: z.string(),
      /** What the semaine type would give today. */
      weekGives: WeekResult,
      suggested: z.object({ act: z.enum(['accept', 'refuse']), why: z.string(), reason: z.string() }),
      familyReads: z.string(),
    })
    .nullable(),
})
export type RequestDetail = z.infer<typeof RequestDetail>

const Decision = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('cells'),
    registrationId: Id,
    wish: z.enum(['book', 'cancel', 'leave']),
    recordedAt: InstantText,
    answers: z
      .array(
        z.object({
          day: DayText,
          slotIds: z.array(Id).min(1).max(50),
          act: AnswerAct,
          reason: ReasonGiven.optional(),
          /** A cancellation that stays billed; needs a reason. */
          charged: z.boolean().optional(),
        }),
      )
      .min(1)
      .max(400),
  }),
  z.object({
    kind: z.literal('registration'),
    registrationId: Id,
    act: z.enum(['accept', 'acceptWithoutDays', 'refuse']),
    /** Of the refusal, or for which a condition is passed over. */
    reason: Note,
  }),
])
export type Decision = z.input<typeof Decision>

const Decided = z.object({
  /** Null when nothing could be done. */
  actId: Id.nullable(),
  /** Demandes answered, at least in part. */
  done: z.int(),
  refused: z.array(
    z.object({
      registrationId: Id,
      day: DayOut.nullable(),
      slotId: Id.nullable(),
      sentence: z.string(),
      needs: z.enum(['reason', 'listedReason', 'writtenReason']).nullable(),
    }),
  ),
  week: WeekResult,
  promoted: z.int(),
})
export type Decided = z.infer<typeof Decided>

const Possible = z.object({
  /** To be sent to `decide` as they are. */
  decisions: z.array(Decision),
  lines: z.array(
    z.object({
      child: z.string(),
      /** « 2 jours réservés, ALSH mercredi 2026/2027 » */
      what: z.string(),
    }),
  ),
  bookings: z.int(),
  cancellations: z.int(),
  registrations: z.int(),
  /** Demandes that stay in the queue, whole or in part. */
  left: z.int(),
})
export type Possible = z.infer<typeof Possible>

export const requests = {
  /** How many demandes wait, and how many of them are late on the town's promise. */
  count: procedure('families.read').output(z.object({ waiting: z.int(), late: z.int() })),
  /** Late first; the demandes of one family follow each other. */
  queue: procedure('families.read').output(z.array(RequestItem)),
  /** Null once it waits no more. */
  one: procedure('families.read').input(RequestKey).output(RequestDetail.nullable()),
  /** What the rules would accept of the whole queue, first come first served. Changes nothing. */
  possible: procedure('decisions').output(Possible),
  /** Answers demandes in one act: each gets one answer, and keeps the one it already has. Undone by `reservations.undo`. */
  decide: procedure('decisions')
    .input(z.object({ decisions: z.array(Decision).min(1).max(1000, 'Mille demandes à la fois, au plus.') }))
    .output(Decided),
}
