import * as z from 'zod'
import type { Day, Instant, TimeOfDay } from '../../rules/calendar/day.ts'
import type { Deadline } from '../../rules/calendar/deadline.ts'
import type { RequestWindow } from '../../rules/calendar/window.ts'
import type { CellState, Facts } from '../../rules/cell/cell.ts'
import type { Answer } from '../../rules/cell/cell-actions.ts'
import { consentAnswers, consentKinds } from '../../rules/dossier/consent.ts'
import { channelChoices } from '../../rules/messages/channel.ts'
import { homeFields, proposedByParents } from '../../rules/people/fields.ts'
import { sexes } from '../../rules/people/person.ts'
import { civilStatusShape } from '../civil-status.ts'
import { outputsOf } from '../fields.ts'
import { CentsNumber, DayText, Id, Line, procedure } from '../procedure.ts'
import { DebitsShown } from './debits.ts'
import { FamilyDocument, MoneyDocument, PickupValue } from './documents.ts'
import { proposalSubjects } from './entries.ts'
import { NoticeShown } from './messages.ts'
import { OnlineShown } from './payments.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const InstantOut = z.custom<Instant>((value) => typeof value === 'string')
const TimeOut = z.custom<TimeOfDay>((value) => typeof value === 'string')
const DeadlineOut = z.custom<Deadline>((value) => typeof value === 'object' && value !== null)
const WindowOut = z.custom<RequestWindow>((value) => typeof value === 'object' && value !== null)
const FactsOut = z.custom<Facts>((value) => typeof value === 'object' && value !== null)
const AnswerOut = z.custom<Answer>((value) => typeof value === 'string')
const StateOut = z.custom<CellState>((value) => typeof value === 'string')

/** A proposed change that is not decided yet, shown next to the current value. */
export const ProposalShown = z.object({
  id: z.string(),
  subject: z.enum(proposalSubjects),
  subjectId: Id,
  field: z.string(),
  before: z.string(),
  after: z.string(),
  recordedAt: InstantOut,
  /** The desk has collected it: it can no longer be withdrawn. */
  collected: z.boolean(),
  answerDueOn: DayOut,
})
export type ProposalShown = z.infer<typeof ProposalShown>

const Week = z.array(z.object({ weekday: z.int(), slot: Id }))

export const RegistrationShown = z.object({
  /** The desk's id; null for a registration requested here that the desk has not decided (« ? »). */
  id: Id.nullable(),
  /** The id of the demande; null for a registration that the desk already has. */
  demande: z.string().nullable(),
  /** Whether the desk has collected the request, and its decision is pending. */
  isSent: z.boolean(),
  child: Id,
  period: Id,
  facility: z.string(),
  activity: z.string(),
  label: z.string(),
  /** The child's group, from today or the first day on; null where the activity has no groups. */
  group: z.string().nullable(),
  /** The rules for a week of the period, as sentences; empty when families book each day by itself. */
  weekRule: z.array(z.string()),
  /**
   * What the period does about an incomplete dossier; null when the dossier is complete, or when the period does
   * nothing about it.
   */
  incompleteDossier: z.enum(['warn', 'required']).nullable(),
  from: DayOut,
  to: DayOut,
  state: z.enum(['asked', 'accepted', 'refused', 'withdrawn', 'ended']),
  week: Week,
})
export type RegistrationShown = z.infer<typeof RegistrationShown>

const ChildShown = z.object({
  id: Id,
  firstName: z.string(),
  lastName: z.string(),
  birth: DayOut,
  /** « 8 ans » */
  age: z.string(),
  sex: z.enum(sexes),
  school: z.string(),
  schoolClass: z.string().nullable(),
  registrations: z.array(RegistrationShown),
  /** How many answers in « Autorisations » the service expects from this guardian; null when it has no questions. */
  consentsAwaited: z.int().nullable(),
})

/** A question of the service about a child (« autorisation »). */
export const ConsentShown = z.object({
  question: Id,
  kind: z.enum(consentKinds),
  title: z.string(),
  asksAll: z.boolean(),
  text: z.object({ id: Id, words: z.string() }),
  state: z.enum(['waiting', ...consentAnswers]),
  /** The answer of this guardian; null for a guardian without authority. */
  mine: z
    .object({
      answer: z.enum(consentAnswers).nullable(),
      on: DayOut.nullable(),
      /** The answer is to a former text, and holds for a while. */
      isFormer: z.boolean(),
      isAwaited: z.boolean(),
    })
    .nullable(),
})
export type ConsentShown = z.infer<typeof ConsentShown>

export const FamilyShown = z.object({
  title: z.string(),
  children: z.array(ChildShown),
  /** The people authorised to pick each child up, in addition to its guardians. */
  pickups: z.array(z.object({ child: Id, people: z.array(PickupValue) })),
  proposals: z.array(ProposalShown),
})
export type FamilyShown = z.infer<typeof FamilyShown>

export const DetailsShown = FamilyDocument.pick({ title: true, address: true }).extend({
  guardians: z.array(FamilyDocument.shape.guardians.element.omit({ messageChoice: true })),
  family: Id,
  ...outputsOf(homeFields, proposedByParents(homeFields)),
  proposals: z.array(ProposalShown),
  /** The channel by which this guardian gets messages about their children. */
  channel: z.object({
    choice: z.enum(channelChoices).nullable(),
    /** Whether the service sends SMS. */
    hasSms: z.boolean(),
    /** The guardian's own mobile number, as typed; empty without one. */
    mobile: z.string(),
  }),
})
export type DetailsShown = z.infer<typeof DetailsShown>

export const CalendarCell = z.object({
  day: DayOut,
  slot: Id,
  facts: FactsOut,
  /** The reason that staff gave for their decision; empty without one. */
  note: z.string(),
  /** The id of the unanswered ask, to withdraw or take back. */
  demande: z.string().nullable(),
  /** The first instant at which cancelling the booking is too late; null without a booking. */
  changeUntil: InstantOut.nullable(),
  draft: z.enum(['book', 'cancel']).nullable(),
})
export type CalendarCell = z.infer<typeof CalendarCell>

export const CalendarShown = z.object({
  registration: RegistrationShown,
  childName: z.string(),
  slots: z.array(z.object({ id: Id, name: z.string(), shortName: z.string(), start: TimeOut, end: TimeOut })),
  /** Weekdays of the period, Monday 1. */
  weekdays: z.array(z.int()),
  /** The deadline to book. */
  deadline: DeadlineOut,
  /** The deadline to cancel. */
  cancelDeadline: DeadlineOut,
  /** The first open day that can still be booked; null without one. */
  firstInTime: DayOut.nullable(),
  /** Cells from `from` to `to` on open days, or with a booking or an ask, in order. */
  cells: z.array(CalendarCell),
  closed: z.array(z.object({ day: DayOut, why: z.string() })),
  /** Slots that are full or have a waiting list, with the number of waiting children. */
  full: z.array(z.object({ day: DayOut, slot: Id, waiting: z.int() })),
  /** Whether waiting lists follow the town's priorities before the order of recording. */
  waitingByPriority: z.boolean(),
  today: DayOut,
  bookingWindow: WindowOut.nullable(),
})
export type CalendarShown = z.infer<typeof CalendarShown>

/**
 * A period that a child may be registered in, with the choices « Choix de l’équipement », « du type d’activité », « de
 * l’activité », « de la période ».
 */
export const OfferedPeriod = z.object({
  id: Id,
  name: z.string(),
  facility: z.object({ id: Id, name: z.string() }),
  activityType: z.object({ id: Id, name: z.string() }),
  activity: z.object({ id: Id, name: z.string() }),
  /** The dates proposed for the registration (« Garder les dates proposées »). */
  from: DayOut,
  to: DayOut,
  weekdays: z.array(z.int()),
  slots: z.array(z.object({ id: Id, name: z.string() })),
  /** Why the registration cannot be requested now; null when it can. */
  refusal: z.string().nullable(),
})
export type OfferedPeriod = z.infer<typeof OfferedPeriod>

/** Equal answers to one receipt's demandes for one child, grouped by `shared/rules/requests/answer-groups.ts`. */
const AnswersShown = z.object({
  receipt: z.string(),
  answer: AnswerOut,
  title: z.string(),
  about: z.string(),
})
export type AnswersShown = z.infer<typeof AnswersShown>

/** The days that a typical week would book and the estimated cost, shown before a registration is requested. */
export const WeekCost = z.object({
  /** How many open days can still be booked; `until` is the last of them, null without any. */
  days: z.int(),
  until: DayOut.nullable(),
  /** The estimate for one whole week; `totalCents` is that of all days. */
  weekCents: CentsNumber,
  totalCents: CentsNumber,
  /** Reasons why the estimate may be wrong, as sentences. */
  warnings: z.array(z.string()),
})
export type WeekCost = z.infer<typeof WeekCost>

export const DashboardShown = z.object({
  title: z.string(),
  /** The steps that remain for a home that never had a child registered (`main/portal/pages/first-steps.ts`). */
  firstSteps: z.array(z.object({ path: z.string(), title: z.string(), why: z.string() })),
  drafts: z.object({ bookings: z.int(), cancels: z.int(), estimateCents: CentsNumber }),
  /** Places offered from the waiting list that wait for an answer, the first to expire first. */
  offers: z.array(
    z.object({
      registration: Id,
      firstName: z.string(),
      activity: z.string(),
      day: DayOut,
      slot: z.string(),
      until: InstantOut,
    }),
  ),
  /** The number of required papers that are missing and have not been sent. */
  dossierMissing: z.int(),
  /** Whether photos give everything that is missing. */
  doesPhotoSuffice: z.boolean(),
  /** The unpaid invoices, and whether part of an opening balance is owed too. */
  toPay: z.object({ count: z.int(), isTakenOver: z.boolean(), totalCents: CentsNumber, dueOn: DayOut.nullable() }),
  /** The balance, already reduced by `receivedCents`: paid online and not yet in the desk's accounts (« en cours »). */
  balance: z.object({ cents: CentsNumber, on: DayOut, receivedCents: CentsNumber }).nullable(),
  /** The next 7 days. */
  days: z.array(
    z.object({
      day: DayOut,
      children: z.array(
        z.object({
          child: Id,
          firstName: z.string(),
          slots: z.array(z.object({ activity: z.string(), name: z.string(), state: StateOut })),
        }),
      ),
    }),
  ),
  /** Refusals that the parent may not have read yet; `answers` are the last other answers, newest first. */
  refusals: z.array(AnswersShown),
  answers: z.array(AnswersShown),
  /** Whether « Mes demandes » has more answers. */
  hasMoreAnswers: z.boolean(),
  windows: z.array(z.object({ period: z.string(), opensAt: InstantOut })),
  news: z.object({
    /** How many answers to messages are unread. */
    unread: z.int(),
    /** The notices shown to this home today. */
    notices: z.array(NoticeShown),
  }),
})
export type DashboardShown = z.infer<typeof DashboardShown>

export const AccountShown = z.object({
  /** Null until the desk has published it. The balance is already reduced by `receivedCents`, paid online since. */
  money: MoneyDocument.nullable(),
  receivedCents: CentsNumber,
  online: OnlineShown.nullable(),
  /** Null when no régie collects by direct debit and the home has no mandate. */
  debits: DebitsShown.nullable(),
  dependentChildren: z.int().nullable(),
  lastIncomeCents: CentsNumber.nullable(),
  familyQuotient: z.number().nullable(),
  /** The last day on which that quotient counts; null when it counts until another one. */
  quotientUntil: DayOut.nullable(),
  /** The last day of a quotient that has ended: `familyQuotient` is then the last known one, or null. */
  quotientEndedOn: DayOut.nullable(),
  /** Since when the service may request the quotient from the CAF or the MSA; null when it may not. */
  quotientConsentOn: DayOut.nullable(),
  /** Whether the service queries these funds; if not, parents are not asked for their consent. */
  isConsentOffered: z.boolean(),
  incomeUpdatedOn: DayOut.nullable(),
  email: z.string(),
})
export type AccountShown = z.infer<typeof AccountShown>

export const yearPaperKinds = ['statement', 'certificate'] as const
export type YearPaperKind = (typeof yearPaperKinds)[number]

export const YearPapers = z.object({
  year: z.int(),
  /** « Relevé de l'année », then « Attestation fiscale » for children under 6. */
  kinds: z.array(z.enum(yearPaperKinds)),
  /** The year is not over: the paper covers it up to `on`. */
  isProvisional: z.boolean(),
  on: z.custom<Day>((value) => typeof value === 'string'),
})
export type YearPapers = z.infer<typeof YearPapers>

export const home = {
  /** « Mon tableau de bord » */
  dashboard: procedure('loggedIn').output(DashboardShown),
  /** « Ma famille » */
  family: procedure('loggedIn').output(FamilyShown),
  /** « Mes coordonnées » */
  details: procedure('loggedIn').output(DetailsShown),
  /** « Mes inscriptions » */
  registrations: procedure('loggedIn').output(z.array(ChildShown)),
  /** « Mes réservations », at most one year at once. */
  calendar: procedure('loggedIn')
    .input(z.object({ registration: Id, from: DayText, to: DayText }))
    .output(CalendarShown),
  /** « Nouvelle inscription » */
  offered: procedure('loggedIn')
    .input(z.object({ child: Id }))
    .output(z.array(OfferedPeriod)),
  /** For the « Semaine type » of « Nouvelle inscription ». */
  weekCost: procedure('loggedIn')
    .input(z.object({ child: Id, period: Id, from: DayText, to: DayText, week: Week.max(100) }))
    .output(WeekCost),
  /** « Mon compte » */
  account: procedure('loggedIn').output(AccountShown),
  /** Warnings after a restore, shown above the receipts: demandes recorded during certain hours may be lost. */
  notices: procedure('loggedIn').output(z.array(z.string())),
  /** The PDF of an invoice. */
  paper: procedure('loggedIn')
    .input(z.object({ invoice: Id }))
    .output(z.instanceof(Blob)),
  /** « Relevés de l'année » that the portal has received, latest first. */
  yearPapers: procedure('loggedIn').output(z.array(YearPapers)),
  yearPaper: procedure('loggedIn')
    .input(z.object({ year: z.int().min(2000).max(2100), kind: z.enum(yearPaperKinds) }))
    .output(z.instanceof(Blob)),
  /** « Modifier mes informations », « Modifier mes coordonnées »: each field that differs becomes a proposal. */
  propose: procedure('loggedIn')
    .input(
      z.object({
        changes: z
          .array(z.object({ subject: z.enum(proposalSubjects), subjectId: Id, field: Line, value: Line }))
          .min(1)
          .max(40),
      }),
    )
    .output(z.array(ProposalShown)),
  /** « Qui peut venir les chercher ? »: proposes to add a person to the lists of these children, or to remove them. */
  changePickups: procedure('loggedIn')
    .input(
      z.object({
        children: z.array(Id).min(1, 'Choisissez au moins un enfant.').max(20),
        person: z.object({ name: Line, relation: Line, phone: Line }),
        wish: z.enum(['add', 'remove']),
      }),
    )
    .output(z.array(ProposalShown)),
  withdrawProposal: procedure('loggedIn')
    .input(z.object({ id: z.string() }))
    .output(z.array(ProposalShown)),
  /** « Autorisations » of a child. */
  consents: procedure('loggedIn')
    .input(z.object({ child: Id }))
    .output(z.array(ConsentShown)),
  answerConsent: procedure('loggedIn')
    .input(z.object({ child: Id, text: Id, answer: z.enum(consentAnswers) }))
    .output(z.array(ConsentShown)),
  /** « Comment vous prévenir ? »: records the guardian's choice of a channel. */
  chooseChannel: procedure('loggedIn')
    .input(z.object({ choice: z.enum(channelChoices).nullable() }))
    .output(DetailsShown),
  /** Consents to a request for the quotient at the CAF or the MSA; with null, withdraws that consent. */
  sayConsent: procedure('loggedIn').input(z.object({ civilStatus: z.object(civilStatusShape).nullable() })),
}
