import * as z from 'zod'
import type { Day } from '../../rules/calendar/day.ts'
import { cellStates } from '../../rules/cell/cell.ts'
import { sexes } from '../../rules/people/person.ts'
import { maxChildren } from '../../rules/people/sign-up.ts'
import { maxDecisions } from '../../rules/requests/answer.ts'
import { DayText, Id, InstantText, Note, procedure } from '../procedure.ts'
import { RegistrationCheck } from './registrations.ts'
import { ReasonInput, WeekResult } from './reservations/reservations.ts'

const DayOut = z.custom<Day>()

/**
 * Identifies one request: cells of one registration recorded at one instant, a registration « ? », or proposed changes.
 */
const RequestKey = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('cells'),
    registrationId: Id,
    wish: z.enum(['book', 'cancel', 'leave']),
    recordedAt: InstantText,
  }),
  z.object({ kind: z.literal('registration'), registrationId: Id }),
  /** Changes that one guardian proposed at the same time for one home. */
  z.object({ kind: z.literal('proposals'), familyId: Id, guardianId: Id, recordedAt: InstantText }),
  /** A sign-up of a family unknown to the service. */
  z.object({ kind: z.literal('signUp'), signUpId: Id }),
])
export type RequestKey = z.infer<typeof RequestKey>

const AnswerAction = z.enum([
  'accept',
  'waitList',
  'refuse',
  'acceptCancel',
  'refuseCancel',
  'leave',
  'takeBack',
  'expire',
])
export type AnswerAction = z.infer<typeof AnswerAction>

const RequestItem = z.object({
  key: RequestKey,
  /** The id is 0 for a sign-up, which has no family record yet. */
  family: z.object({ id: z.int().min(0), name: z.string() }),
  /** The child; for changes, the guardian who proposes them; for a sign-up, the first child, with id 0. */
  child: z.object({ id: z.int().min(0), lastName: z.string(), firstName: z.string() }),
  /** Name of the period; empty for changes and sign-ups. */
  period: z.string(),
  /** Labels of the fields that would change: « Adresse », « Portable ». */
  fields: z.array(z.string()),
  /** When all changes concern pick-up persons: « ajouter Karim Benali pour Tao et Noa »; empty otherwise. */
  pickups: z.string(),
  /** Number of requested days; 0 for a registration. */
  days: z.int(),
  recordedAt: InstantText,
  /** The last day on which an answer respects the town's promised delay. */
  dueOn: DayOut,
  /** Calendar days since `dueOn`; negative before it. */
  lateBy: z.int(),
  /** Why no decision is needed any more: the family has taken the demande back, or the day has passed. */
  closing: z.enum(['takenBack', 'unanswered']).nullable(),
})
export type RequestItem = z.infer<typeof RequestItem>

const RequestPart = z.object({
  day: DayOut,
  slots: z.array(
    z.object({
      id: Id,
      name: z.string(),
      /** State of the cell, which combines the request with the current facts. */
      state: z.enum(cellStates),
      held: z.int(),
      capacity: z.int(),
      waiting: z.int(),
    }),
  ),
  /** « 16 jours avant, dans les délais » */
  deadline: z.object({ kept: z.boolean(), text: z.string() }),
  suggested: z.object({
    act: AnswerAction,
    /** The reason, worded for staff. */
    why: z.string(),
    /** The reason as the family will read it, for answers that give one. */
    reason: z.string(),
  }),
  familyReads: z.string(),
  /** How much an acceptance changes the bill, in cents; null without a price. */
  cost: z.object({ cents: z.int().nullable(), explanations: z.array(z.string()) }),
  /** Other children who wait for the same places, in order. */
  waiting: z.array(z.object({ name: z.string(), since: InstantText })),
})
export type RequestPart = z.infer<typeof RequestPart>

/** One field that a parent proposes to change. */
const ProposedChange = z.object({
  id: Id,
  /** « Foyer », or the person's name. */
  whose: z.string(),
  label: z.string(),
  /** The value that the parent saw. */
  before: z.string(),
  after: z.string(),
  now: z.string(),
  /** The value has changed since the parent saw it. */
  isOvertaken: z.boolean(),
  /** Why the change cannot be accepted; null when it can. */
  obstacle: z.string().nullable(),
})
export type ProposedChange = z.infer<typeof ProposedChange>

/** What a family unknown to the service declares about itself. */
const SignUpShown = z.object({
  id: Id,
  email: z.string(),
  emailCheckedAt: InstantText,
  guardians: z.array(z.object({ name: z.string(), email: z.string(), phones: z.array(z.string()) })),
  homePhone: z.string(),
  addressLines: z.array(z.string()),
  children: z.array(
    z.object({
      name: z.string(),
      birth: DayOut,
      age: z.string(),
      sex: z.enum(sexes),
      /** « École Jacques-Prévert, GS » */
      schooling: z.string(),
    }),
  ),
  /** The règlement (terms of use) as the family accepted it. */
  terms: z.object({ version: z.string(), text: z.string(), acceptedAt: InstantText }),
})
export type SignUpShown = z.infer<typeof SignUpShown>

/** For each person of the sign-up, in order: the matching person of the existing home, or null for a new person. */
const SignUpMatch = z.object({
  guardians: z.array(Id.nullable()).min(1).max(2),
  children: z.array(Id.nullable()).min(1).max(maxChildren),
})

const SignUpComparison = z.object({
  family: z.object({ id: Id, name: z.string() }),
  /** The people of the existing home. */
  there: z.object({
    guardians: z.array(z.object({ id: Id, name: z.string() })),
    children: z.array(z.object({ id: Id, name: z.string() })),
  }),
  match: SignUpMatch,
  /** Fields on which the sign-up differs from the desk's record. */
  changes: z.array(
    z.object({
      key: z.string(),
      whose: z.string(),
      label: z.string(),
      before: z.string(),
      after: z.string(),
      /** The desk has no value for this field yet: proposed by default. */
      isProposed: z.boolean(),
      obstacle: z.string().nullable(),
    }),
  ),
})
export type SignUpComparison = z.infer<typeof SignUpComparison>

const SignUpDecision = z.discriminatedUnion('act', [
  z.object({ act: z.literal('accept'), signUpId: Id }),
  z.object({
    act: z.literal('attach'),
    signUpId: Id,
    familyId: Id,
    match: SignUpMatch,
    /** Keys of the changes to apply. */
    fields: z.array(z.string().max(100)).max(100),
  }),
  z.object({ act: z.literal('refuse'), signUpId: Id, reason: Note }),
])
export type SignUpDecision = z.infer<typeof SignUpDecision>
export type SignUpAttaching = Omit<Extract<SignUpDecision, { act: 'attach' }>, 'signUpId'>

const RequestDetail = RequestItem.extend({
  age: z.string(),
  activity: z.string(),
  /** The staff member who entered the demande at the counter. */
  enteredBy: z.string(),
  /** « Camille Lecerf », the guardian who recorded the demande on the portal; empty when staff entered it. */
  askedBy: z.string(),
  /** Number of the portal's receipt; empty without one. */
  receipt: z.string(),
  proposals: z.array(ProposedChange),
  signUp: SignUpShown.nullable(),
  /** First names of siblings for whom the same was requested at the same time. */
  together: z.array(z.string()),
  parts: z.array(RequestPart),
  registration: z
    .object({
      startDay: DayOut,
      endDay: DayOut,
      check: RegistrationCheck,
      /** « mer. matin, repas »; empty without a typical week. */
      week: z.string(),
      /** What booking the typical week would give today. */
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
          act: AnswerAction,
          reason: ReasonInput.optional(),
          /** The cancelled reservation stays billed; needs a reason. */
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
    /** The reason for a refusal, or for overriding a condition. */
    reason: Note,
  }),
  z.object({
    kind: z.literal('proposals'),
    /** Each field has its own answer; a refusal needs a reason. */
    answers: z
      .array(z.object({ id: Id, act: z.enum(['accept', 'refuse']), reason: Note }))
      .min(1)
      .max(100),
  }),
])
export type Decision = z.input<typeof Decision>

/** Cells of each child's typical week: booked, on a waiting list, skipped. */
const WeekDays = z.object({ filled: z.int(), waitListed: z.int(), skipped: z.int() })
export type WeekDays = z.infer<typeof WeekDays>

const DecisionResult = z.object({
  /** Null when nothing could be done. */
  actId: Id.nullable(),
  /** Number of demandes answered, at least in part. */
  done: z.int(),
  refused: z.array(
    z.object({
      /** Null for a change of data. */
      registrationId: Id.nullable(),
      day: DayOut.nullable(),
      slotId: Id.nullable(),
      sentence: z.string(),
      needs: z.enum(['reason', 'listedReason', 'writtenReason']).nullable(),
    }),
  ),
  week: WeekResult,
  weekDays: WeekDays,
  promoted: z.int(),
})
export type DecisionResult = z.infer<typeof DecisionResult>

const PossibleAnswers = z.object({
  /** Input for `decide`; when there are more than `maxDecisions`, the first recorded ones. */
  decisions: z.array(Decision),
  lines: z.array(
    z.object({
      child: z.string(),
      /** « 2 jours réservés, ALSH mercredi 2026/2027 » */
      what: z.string(),
      /** Days of the child's typical week that cannot be booked, by reason. */
      skipped: z.array(z.object({ reason: z.string(), days: z.array(DayOut) })),
    }),
  ),
  /** Totals of the typical weeks, as `decide` would book them now for all these registrations. */
  weekDays: WeekDays,
  bookings: z.int(),
  cancellations: z.int(),
  registrations: z.int(),
  /** Number of fields that would change. */
  changes: z.int(),
  /** Number of demandes that stay in the queue, whole or in part. */
  left: z.int(),
})
export type PossibleAnswers = z.infer<typeof PossibleAnswers>

const KindCount = z.object({
  count: z.int(),
  late: z.int(),
  /** The earliest due date among these demandes; null when there are none. */
  dueOn: DayOut.nullable(),
})
export type KindCount = z.infer<typeof KindCount>

/** Number of waiting demandes: each row of the queue counts once in `waiting` and once under its kind. */
export const RequestCounts = z.object({
  waiting: z.int(),
  /** Demandes not answered within the time that the town promises. */
  late: z.int(),
  bookings: KindCount,
  cancellations: KindCount,
  registrations: KindCount,
  /** Proposed changes of a family's data. */
  changes: KindCount,
  /** Families unknown to the service that request an account. */
  signUps: KindCount,
})
export type RequestCounts = z.infer<typeof RequestCounts>

export const requests = {
  count: procedure('families.read').output(RequestCounts),
  /** Counts for one family. */
  countOfFamily: procedure('families.read')
    .input(z.object({ familyId: Id }))
    .output(RequestCounts),
  /** Late demandes first; the demandes of one family are adjacent. */
  queue: procedure('families.read').output(z.array(RequestItem)),
  /** Details of one demande; null once it is answered or withdrawn. */
  one: procedure('families.read').input(RequestKey).output(RequestDetail.nullable()),
  /** A sentence that says who answered a demande and when, or that the family withdrew it; null while it waits. */
  answered: procedure('families.read').input(RequestKey).output(z.string().nullable()),
  /** What the rules would accept from the whole queue, first come, first served. Changes nothing. */
  possible: procedure('decisions').output(PossibleAnswers),
  /** Answers demandes in one act. A demande that already has an answer keeps it. */
  decide: procedure('decisions')
    .input(z.object({ decisions: z.array(Decision).min(1).max(maxDecisions, 'Mille demandes à la fois, au plus.') }))
    .output(DecisionResult),
  /** Existing homes that may be the family of a sign-up, the most likely first; none once the sign-up is decided. */
  signUpDoubles: procedure('families.read')
    .input(z.object({ signUpId: Id }))
    .output(z.array(z.object({ id: Id, name: z.string(), score: z.int(), why: z.string() }))),
  /**
   * Compares an existing home with a sign-up; null once the sign-up is decided. With a null `match`, suggests who is
   * who. Changes nothing.
   */
  signUpBeside: procedure('families.read')
    .input(z.object({ signUpId: Id, familyId: Id, match: SignUpMatch.nullable() }))
    .output(SignUpComparison.nullable()),
  /**
   * After acceptance, the mail that opens the account leaves at the next exchange. `history.undo` can undo this act.
   */
  decideSignUp: procedure('decisions')
    .input(SignUpDecision)
    .output(z.object({ actId: Id, familyId: Id.nullable() })),
  /**
   * Undoes a decision: its demandes wait again. If families have already received the answers, staff must confirm with
   * `told`; the next exchange corrects them.
   */
  undo: procedure('decisions')
    .input(z.object({ actId: Id, told: z.boolean().default(false) }))
    .output(
      z.object({
        done: z.int(),
        /** Greater than zero when nothing was undone, because families have already received so many answers. */
        answersSent: z.int(),
      }),
    ),
}
