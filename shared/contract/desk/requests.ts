import * as z from 'zod'
import type { Day } from '../../rules/calendar/day.ts'
import { cellStates } from '../../rules/cell/cell.ts'
import { sexes } from '../../rules/people/person.ts'
import { maxChildren } from '../../rules/people/sign-up.ts'
import { maxDecisions } from '../../rules/requests/answer.ts'
import { DayText, Id, InstantText, Note, procedure } from '../procedure.ts'
import { RegistrationCheck } from './registrations.ts'
import { ReasonGiven, WeekResult } from './reservations/reservations.ts'

const DayOut = z.custom<Day>()

/** What was asked together: the cells of one registration recorded at one moment, a registration « ? », or changes. */
const RequestKey = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('cells'),
    registrationId: Id,
    wish: z.enum(['book', 'cancel', 'leave']),
    recordedAt: InstantText,
  }),
  z.object({ kind: z.literal('registration'), registrationId: Id }),
  /** Changes that one guardian proposed together for one home. */
  z.object({ kind: z.literal('proposals'), familyId: Id, guardianId: Id, recordedAt: InstantText }),
  /** A family that the service does not know. */
  z.object({ kind: z.literal('signUp'), signUpId: Id }),
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
  /** Id 0 for a sign-up: there is none yet. */
  family: z.object({ id: z.int().min(0), name: z.string() }),
  /** The child; for changes, the guardian who proposes them; for a sign-up, the first one, with no id. */
  child: z.object({ id: z.int().min(0), lastName: z.string(), firstName: z.string() }),
  /** Its period; empty for changes and sign-ups. */
  period: z.string(),
  /** What changes would change: « Adresse », « Portable ». */
  fields: z.array(z.string()),
  /** Where they are of pick-up people alone: « ajouter Karim Benali pour Tao et Noa »; empty otherwise. */
  pickups: z.string(),
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

/** One field that a parent would have otherwise. */
const ProposedChange = z.object({
  id: Id,
  /** « Foyer », or the person. */
  whose: z.string(),
  label: z.string(),
  /** As the parent saw it. */
  before: z.string(),
  after: z.string(),
  now: z.string(),
  /** The value changed since the parent saw it. */
  isOvertaken: z.boolean(),
  /** Why it cannot be accepted; null when it can. */
  obstacle: z.string().nullable(),
})
export type ProposedChange = z.infer<typeof ProposedChange>

/** What a family that the service does not know says of itself. */
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
  /** The règlement as it was accepted. */
  terms: z.object({ version: z.string(), text: z.string(), acceptedAt: InstantText }),
})
export type SignUpShown = z.infer<typeof SignUpShown>

/** Who of the home each person of the sign-up is, in its order; null is somebody new. */
const SignUpMatch = z.object({
  guardians: z.array(Id.nullable()).min(1).max(2),
  children: z.array(Id.nullable()).min(1).max(maxChildren),
})

const SignUpBeside = z.object({
  family: z.object({ id: Id, name: z.string() }),
  /** Who is in this home. */
  there: z.object({
    guardians: z.array(z.object({ id: Id, name: z.string() })),
    children: z.array(z.object({ id: Id, name: z.string() })),
  }),
  match: SignUpMatch,
  /** What the sign-up says otherwise than the desk. */
  changes: z.array(
    z.object({
      key: z.string(),
      whose: z.string(),
      label: z.string(),
      before: z.string(),
      after: z.string(),
      /** Nothing is known there yet. */
      isProposed: z.boolean(),
      obstacle: z.string().nullable(),
    }),
  ),
})
export type SignUpBeside = z.infer<typeof SignUpBeside>

const SignUpDecision = z.discriminatedUnion('act', [
  z.object({ act: z.literal('accept'), signUpId: Id }),
  z.object({
    act: z.literal('attach'),
    signUpId: Id,
    familyId: Id,
    match: SignUpMatch,
    /** Keys of the changes that are written. */
    fields: z.array(z.string().max(100)).max(100),
  }),
  z.object({ act: z.literal('refuse'), signUpId: Id, reason: Note }),
])
export type SignUpDecision = z.infer<typeof SignUpDecision>
export type SignUpAttaching = Omit<Extract<SignUpDecision, { act: 'attach' }>, 'signUpId'>

const RequestDetail = RequestItem.extend({
  age: z.string(),
  activity: z.string(),
  /** Who wrote it at the counter. */
  enteredBy: z.string(),
  /** « Camille Lecerf », who recorded it on the portal; empty when it was written at the counter. */
  askedBy: z.string(),
  /** The receipt that the portal gave; empty without one. */
  receipt: z.string(),
  proposals: z.array(ProposedChange),
  signUp: SignUpShown.nullable(),
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
  z.object({
    kind: z.literal('proposals'),
    /** Each field has its own answer; a refusal gives its reason. */
    answers: z
      .array(z.object({ id: Id, act: z.enum(['accept', 'refuse']), reason: Note }))
      .min(1)
      .max(100),
  }),
])
export type Decision = z.input<typeof Decision>

/** Days of the semaines types, each child’s own: booked, on a waiting list, skipped. */
const WeekDays = z.object({ filled: z.int(), waitListed: z.int(), skipped: z.int() })
export type WeekDays = z.infer<typeof WeekDays>

const Decided = z.object({
  /** Null when nothing could be done. */
  actId: Id.nullable(),
  /** Demandes answered, at least in part. */
  done: z.int(),
  refused: z.array(
    z.object({
      /** Null for a change. */
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
export type Decided = z.infer<typeof Decided>

const Possible = z.object({
  /** To be sent to `decide` as they are; the first `maxDecisions` that were recorded when there are more. */
  decisions: z.array(Decision),
  lines: z.array(
    z.object({
      child: z.string(),
      /** « 2 jours réservés, ALSH mercredi 2026/2027 » */
      what: z.string(),
      /** Days of its semaine type that are not booked, by reason. */
      skipped: z.array(z.object({ reason: z.string(), days: z.array(DayOut) })),
    }),
  ),
  /** Of the registrations, as `decide` would answer them now, all the others with them. */
  weekDays: WeekDays,
  bookings: z.int(),
  cancellations: z.int(),
  registrations: z.int(),
  /** Fields to be changed. */
  changes: z.int(),
  /** Demandes that stay in the queue, whole or in part. */
  left: z.int(),
})
export type Possible = z.infer<typeof Possible>

const KindCount = z.object({
  count: z.int(),
  late: z.int(),
  /** The earliest day by which one of them must be answered; null when none waits. */
  dueOn: DayOut.nullable(),
})
export type KindCount = z.infer<typeof KindCount>

/** Counts of waiting demandes: each is one line of the queue, counted in `waiting` and under its kind. */
export const RequestCounts = z.object({
  waiting: z.int(),
  /** Those not answered within the time that the town promises. */
  late: z.int(),
  bookings: KindCount,
  cancellations: KindCount,
  registrations: KindCount,
  /** Changes of a family's data. */
  changes: KindCount,
  /** Newcomers who ask for an account. */
  signUps: KindCount,
})
export type RequestCounts = z.infer<typeof RequestCounts>

export const requests = {
  count: procedure('families.read').output(RequestCounts),
  /** Those of one family. */
  countOfFamily: procedure('families.read')
    .input(z.object({ familyId: Id }))
    .output(RequestCounts),
  /** Late first; the demandes of one family follow each other. */
  queue: procedure('families.read').output(z.array(RequestItem)),
  /** Null once it waits no more. */
  one: procedure('families.read').input(RequestKey).output(RequestDetail.nullable()),
  /** Who answered a demande and when, or that its family withdrew it, as a sentence; null while it waits. */
  answered: procedure('families.read').input(RequestKey).output(z.string().nullable()),
  /** What the rules would accept of the whole queue, first come first served. Changes nothing. */
  possible: procedure('decisions').output(Possible),
  /** Answers demandes in one act: each gets one answer, and keeps the one it already has. */
  decide: procedure('decisions')
    .input(z.object({ decisions: z.array(Decision).min(1).max(maxDecisions, 'Mille demandes à la fois, au plus.') }))
    .output(Decided),
  /** Homes that may be the one that signs up, the likeliest first; none once it waits no more. */
  signUpDoubles: procedure('families.read')
    .input(z.object({ signUpId: Id }))
    .output(z.array(z.object({ id: Id, name: z.string(), score: z.int(), why: z.string() }))),
  /** One home beside a sign-up, null once it waits no more; who is who is suggested when `match` is null. Changes nothing. */
  signUpBeside: procedure('families.read')
    .input(z.object({ signUpId: Id, familyId: Id, match: SignUpMatch.nullable() }))
    .output(SignUpBeside.nullable()),
  /** Accepted, the account's mail leaves at the next exchange. Taken back as any act: `history.undo`. */
  decideSignUp: procedure('decisions')
    .input(SignUpDecision)
    .output(z.object({ actId: Id, familyId: Id.nullable() })),
  /**
   * Takes a decision back: what it answered waits again. What a family was told already is corrected at the next exchange,
   * and asks first: `told` says that staff know.
   */
  undo: procedure('decisions')
    .input(z.object({ actId: Id, told: z.boolean().default(false) }))
    .output(
      z.object({ done: z.int(), /** Nothing was done: families were told of so many answers. */ wereTold: z.int() }),
    ),
}
