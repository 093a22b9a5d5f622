import * as z from 'zod'
import type { Day, Instant, TimeOfDay } from '../../rules/calendar/day.ts'
import type { Deadline } from '../../rules/calendar/deadline.ts'
import type { RequestWindow } from '../../rules/calendar/window.ts'
import type { CellState, Facts } from '../../rules/cell/cell.ts'
import type { Answer } from '../../rules/cell/cell-actions.ts'
import { sexes } from '../../rules/people/person.ts'
import { CentsNumber, DayText, Id, Line, procedure } from '../procedure.ts'
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

/** A change proposed and not decided yet, shown beside the value that holds. */
export const ProposalShown = z.object({
  id: z.string(),
  subject: z.enum(proposalSubjects),
  subjectId: Id,
  field: z.string(),
  before: z.string(),
  after: z.string(),
  recordedAt: InstantOut,
  /** The town has it: it can be withdrawn no more. */
  collected: z.boolean(),
  answerDueOn: DayOut,
})
export type ProposalShown = z.infer<typeof ProposalShown>

const Week = z.array(z.object({ weekday: z.int(), slot: Id }))

export const RegistrationShown = z.object({
  /** Null while asked from here and unknown to the town: « ? ». */
  id: Id.nullable(),
  /** The demande of one that is asked from here. */
  demande: z.string().nullable(),
  /** « ? »: the town has it, and has only to decide. */
  isSent: z.boolean(),
  child: Id,
  period: Id,
  facility: z.string(),
  activity: z.string(),
  label: z.string(),
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
})

export const FamilyShown = z.object({
  title: z.string(),
  guardians: z.array(z.string()),
  children: z.array(ChildShown),
  /** Who may fetch each, beside its guardians. */
  pickups: z.array(z.object({ child: Id, people: z.array(PickupValue) })),
  proposals: z.array(ProposalShown),
})
export type FamilyShown = z.infer<typeof FamilyShown>

export const DetailsShown = FamilyDocument.pick({
  title: true,
  address: true,
  homePhone: true,
  guardians: true,
  beneficiaryName: true,
  benefitScheme: true,
  beneficiaryNumber: true,
}).extend({ family: Id, proposals: z.array(ProposalShown) })
export type DetailsShown = z.infer<typeof DetailsShown>

export const CalendarCell = z.object({
  day: DayOut,
  slot: Id,
  facts: FactsOut,
  /** Why staff decided so, where they said it. */
  note: z.string(),
  /** The open ask, to withdraw it or take it back. */
  demande: z.string().nullable(),
  /** Of a place that is held: the first instant at which giving it up comes too late. */
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
  /** How long before a day it has to be asked for. */
  deadline: DeadlineOut,
  /** The deadline to cancel. */
  cancelDeadline: DeadlineOut,
  /** The first open day that can still be asked for now; null when none can. */
  firstInTime: DayOut.nullable(),
  /** Days within the two asked for that are open, or that hold something. In order. */
  cells: z.array(CalendarCell),
  closed: z.array(z.object({ day: DayOut, why: z.string() })),
  /** Places left and children waiting, where it matters: full, or a list. */
  full: z.array(z.object({ day: DayOut, slot: Id, waiting: z.int() })),
  /** The town puts some children before others on those lists. */
  waitingByPriority: z.boolean(),
  today: DayOut,
  bookingWindow: WindowOut.nullable(),
})
export type CalendarShown = z.infer<typeof CalendarShown>

/** What a child may be registered for: « Choix de l’équipement », « du type d’activité », « de l’activité », « de la période ». */
export const PeriodOffered = z.object({
  id: Id,
  name: z.string(),
  facility: z.object({ id: Id, name: z.string() }),
  activityType: z.object({ id: Id, name: z.string() }),
  activity: z.object({ id: Id, name: z.string() }),
  /** « Garder les dates proposées ». */
  from: DayOut,
  to: DayOut,
  weekdays: z.array(z.int()),
  slots: z.array(z.object({ id: Id, name: z.string() })),
  /** Why it cannot be asked for now; null when it can. */
  refusal: z.string().nullable(),
})
export type PeriodOffered = z.infer<typeof PeriodOffered>

/** Equal answers to one receipt's demandes for one child, grouped by `shared/rules/requests/answer-groups.ts`. */
const AnswersShown = z.object({
  receipt: z.string(),
  answer: AnswerOut,
  title: z.string(),
  about: z.string(),
})
export type AnswersShown = z.infer<typeof AnswersShown>

/** What a semaine type would book and its estimated cost, before a registration is asked for. */
export const WeekCost = z.object({
  /** How many open days can still be asked for; `until` is the last of them, null when there is none. */
  days: z.int(),
  until: DayOut.nullable(),
  /** The estimate for one whole week; `totalCents` is that of all days. */
  weekCents: CentsNumber,
  totalCents: CentsNumber,
  /** Why the estimate may be wrong, as sentences. */
  warnings: z.array(z.string()),
})
export type WeekCost = z.infer<typeof WeekCost>

export const DashboardShown = z.object({
  title: z.string(),
  /** What a home that never had a child registered still lacks (`main/portal/pages/first-steps.ts`). */
  firstSteps: z.array(z.object({ path: z.string(), title: z.string(), why: z.string() })),
  drafts: z.object({ bookings: z.int(), cancels: z.int(), estimateCents: CentsNumber }),
  /** Places offered from the waiting list and not answered, the first to lapse first. */
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
  /** Invoices, and whether something of an account taken over is owed beside them. */
  toPay: z.object({ count: z.int(), isTakenOver: z.boolean(), totalCents: CentsNumber, dueOn: DayOut.nullable() }),
  /** Already reduced by `receivedCents`, which were paid online and the desk has not counted yet (« en cours »). */
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
  /** There are others, in « Mes demandes ». */
  hasMoreAnswers: z.boolean(),
  windows: z.array(z.object({ period: z.string(), opensAt: InstantOut })),
  news: z.object({
    /** Answers to messages, not read yet. */
    unread: z.int(),
    /** What the service tells this home today. */
    notices: z.array(NoticeShown),
  }),
})
export type DashboardShown = z.infer<typeof DashboardShown>

export const AccountShown = z.object({
  /** Null until the desk has published it. Its balance is already reduced by `receivedCents`, paid online since. */
  money: MoneyDocument.nullable(),
  receivedCents: CentsNumber,
  online: OnlineShown.nullable(),
  dependentChildren: z.int().nullable(),
  lastIncomeCents: CentsNumber.nullable(),
  familyQuotient: z.number().nullable(),
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
  /** The year is under way: what it tells is true up to `on`. */
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
  /** « Mes réservations », a year at most at once. */
  calendar: procedure('loggedIn')
    .input(z.object({ registration: Id, from: DayText, to: DayText }))
    .output(CalendarShown),
  /** « Nouvelle inscription » */
  offered: procedure('loggedIn')
    .input(z.object({ child: Id }))
    .output(z.array(PeriodOffered)),
  /** For the « Semaine type » of « Nouvelle inscription ». */
  weekCost: procedure('loggedIn')
    .input(z.object({ child: Id, period: Id, from: DayText, to: DayText, week: Week.max(100) }))
    .output(WeekCost),
  /** « Mon compte » */
  account: procedure('loggedIn').output(AccountShown),
  /** What every parent must know now, above the receipts: what was recorded at certain hours may be lost. */
  notices: procedure('loggedIn').output(z.array(z.string())),
  /** The PDF of an invoice. */
  paper: procedure('loggedIn')
    .input(z.object({ invoice: Id }))
    .output(z.instanceof(Blob)),
  /** « Relevés de l'année », latest first: those that have arrived. */
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
  /** « Qui peut venir les chercher ? »: somebody is to be on the lists of these children, or off them. */
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
}
