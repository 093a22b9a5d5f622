import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import type { Day } from '../../rules/calendar/day.ts'
import { CentsNumber, DayText, Id, Note, procedure, RequiredLine } from '../procedure.ts'
import { SchoolHolidays } from './settings.ts'

const aDay = z.custom<Day>((value) => typeof value === 'string')
const Span = z.object({ from: aDay, to: aDay })
/** That of its September. */
const Year = z.int().min(2000, 'Cette année scolaire n’existe pas.').max(2100, 'Cette année scolaire n’existe pas.')

/** How far a long act is, then what it did. Left or stopped before its end, nothing of it stays. */
const told = <Shape extends z.ZodRawShape>(result: Shape) =>
  eventIterator(
    z.discriminatedUnion('step', [
      z.object({ step: z.literal('working'), done: z.int(), total: z.int() }),
      z.object({ step: z.literal('done'), result: z.object({ ...result, actId: Id }) }),
    ]),
  )

const SchoolYear = z.object({
  year: z.int(),
  name: z.string(),
  start: aDay,
  end: aDay,
  holidays: z.array(SchoolHolidays.nullable()),
  isKnown: z.boolean(),
  isCertain: z.boolean(),
})

/** What is done of the work of a school year, and what remains. */
const Progress = z.object({
  schoolYear: SchoolYear,
  /** Something of its calendar was imported. */
  isImported: z.boolean(),
  /** Periods of the year before, and those of them that have their own this year: not to be copied any more. */
  periods: z.object({ before: z.int(), copied: z.int() }),
  /** Children at school on the eve, and those whose class of this year is known. */
  classes: z.object({ children: z.int(), done: z.int() }),
  /** Registrations of the year before in the periods copied, and those of this year. */
  registrations: z.object({ before: z.int(), now: z.int() }),
  closedDays: z.int(),
})
export type YearProgress = z.infer<typeof Progress>

// ---- Periods copied

const CopiedPeriod = z.object({
  periodId: Id,
  activityId: Id,
  activity: z.string(),
  facility: z.string(),
  name: z.string(),
  old: Span,
  oldDays: z.int(),
  newName: z.string(),
  moved: Span,
  newDays: z.int(),
  /** Its dates hang on a calendar that is not the ministry’s own. */
  isToCheck: z.boolean(),
  /** Why it cannot be copied; null when it can. */
  obstacle: z.string().nullable(),
  /** A period of the activity that is there on these days; null when none. */
  conflict: z.string().nullable(),
  /** Closed by hand last year: told, never copied. */
  closed: z.array(z.object({ day: aDay, reason: z.string() })),
  /** Days opened by hand, or whose places were changed by hand: not copied either. */
  byHand: z.int(),
})
export type CopiedPeriod = z.infer<typeof CopiedPeriod>

const Copies = z.array(z.object({ periodId: Id, name: RequiredLine, startDay: DayText, endDay: DayText }))

// ---- Classes

const MovedChild = z.object({
  childId: Id,
  firstName: z.string(),
  lastName: z.string(),
  schoolId: Id.nullable(),
  school: z.string(),
  level: z.string(),
  className: z.string(),
  /** The level of the next year; empty when there is none. */
  nextLevel: z.string(),
  /** « leaves »: the schools of the town; « stays »: nothing to move; « there »: its class of that year is known. */
  fate: z.enum(['up', 'leaves', 'there', 'stays']),
  /** Why nothing moves, when nothing does. */
  why: z.string(),
})
export type MovedChild = z.infer<typeof MovedChild>

const Passage = z.object({
  from: aDay,
  children: z.array(MovedChild),
  /** Where each class that its own school does not keep goes on. */
  ways: z.array(
    z.object({
      schoolId: Id,
      school: z.string(),
      level: z.string(),
      nextLevel: z.string(),
      children: z.int(),
      /** Null: leaves the schools of the town. */
      toSchoolId: Id.nullable(),
      /** Several schools could take it: staff choose. */
      isToChoose: z.boolean(),
    }),
  ),
})
export type Passage = z.infer<typeof Passage>

// ---- Registrations

const Reenrolled = z.object({
  registrationId: Id,
  childId: Id,
  familyId: Id,
  firstName: z.string(),
  lastName: z.string(),
  family: z.string(),
  /** Its class and age on the first day. */
  detail: z.string(),
  /** « lun. : matin, repas » of last year, what the period still offers of it. */
  week: z.string(),
  /** Why it is refused; null when it can be. */
  refusal: z.string().nullable(),
  /** What staff should know first: no quotient, left before the end. */
  remarks: z.array(z.string()),
  /** Ticked at first. */
  isProposed: z.boolean(),
})
export type Reenrolled = z.infer<typeof Reenrolled>

const Reenrolment = z.object({ fromPeriodId: Id, toPeriodId: Id })

// ---- Closing

const Closing = z.object({
  from: DayText,
  to: DayText,
  /** Null: every activity open on these days. */
  activityIds: z.array(Id).max(200).nullable(),
})

/** A closing that stands, as the list has it. */
const OneClosing = Closing.extend({ reason: Note })

const ToTell = z.object({ familyId: Id, name: z.string(), children: z.string(), mail: z.string(), phone: z.string() })

const Touched = z.object({
  days: z.int(),
  /** By activity: what closes and what stands there. */
  activities: z.array(
    z.object({
      activityId: Id,
      activity: z.string(),
      openings: z.int(),
      confirmed: z.int(),
      /** Of these, those whose family asked to cancel. */
      cancelAsked: z.int(),
      requested: z.int(),
      waiting: z.int(),
    }),
  ),
  confirmed: z.int(),
  requested: z.int(),
  waiting: z.int(),
  /** To be told. */
  families: z.array(ToTell),
  /** Bookings invoiced already, and what their credit notes would come to. */
  billed: z.int(),
  creditCents: CentsNumber,
})
export type Touched = z.infer<typeof Touched>

/** A closing that stands: the same days, for the same reason. */
const Closed = z.object({
  from: aDay,
  to: aDay,
  reason: z.string(),
  activities: z.array(z.object({ activityId: Id, name: z.string() })),
  openings: z.int(),
})
export type ClosedSpan = z.infer<typeof Closed>

// ---- Calendar

const CalendarChange = z.object({
  zone: z.enum(['A', 'B', 'C']),
  name: z.string(),
  year: z.string(),
  before: Span.nullable(),
  after: Span,
  certain: z.boolean(),
  /** « confirmed »: the same dates, no longer to be checked. */
  kind: z.enum(['new', 'moved', 'confirmed', 'same']),
})

const CalendarPreview = z.object({
  zone: z.enum(['A', 'B', 'C']),
  changes: z.array(CalendarChange),
  remarks: z.array(z.string()),
  /** Periods to come whose open days change. */
  periods: z.array(
    z.object({
      periodId: Id,
      period: z.string(),
      added: z.int(),
      removed: z.int(),
      /** Would close, but something is booked: left open, for staff to close. */
      booked: z.array(aDay),
    }),
  ),
  /** Children of two homes with bookings to come on days that would change home. */
  custody: z.array(z.object({ childId: Id, name: z.string(), bookings: z.int() })),
})
export type CalendarPreview = z.infer<typeof CalendarPreview>

/** Half a century of the three zones is far smaller. */
const CalendarUpload = z.object({
  file: z.instanceof(Blob).refine(({ size }) => size <= 20_000_000, 'Ce fichier est trop lourd\u00a0: 20 Mo au plus.'),
  fileName: z.string().trim().max(200),
})

export const year = {
  /** Of a year, and which other years can be looked at. */
  progress: procedure('families.read')
    .input(z.object({ year: Year }))
    .output(Progress),

  previewCalendar: procedure('activities').input(CalendarUpload).output(CalendarPreview),
  importCalendar: procedure('activities')
    .input(CalendarUpload)
    .output(told({ holidays: z.int(), periods: z.int() })),

  /** The periods of the year before, each with its dates of this one. */
  previewCopy: procedure('activities')
    .input(z.object({ year: Year, activityIds: z.array(Id).max(200).nullable() }))
    .output(z.array(CopiedPeriod)),
  copy: procedure('activities')
    .input(z.object({ year: Year, periods: Copies.min(1, 'Cochez au moins une période.').max(500) }))
    .output(told({ periods: z.int(), days: z.int() })),

  previewPassage: procedure('families.write')
    .input(z.object({ year: Year }))
    .output(Passage),
  passUp: procedure('families.write')
    .input(
      z.object({
        year: Year,
        childIds: z.array(Id).min(1, 'Cochez au moins un enfant.').max(20_000),
        /** As chosen; a class that is not named goes where the preview says. */
        ways: z.array(z.object({ schoolId: Id, level: RequiredLine, toSchoolId: Id.nullable() })).max(500),
      }),
    )
    .output(told({ moved: z.int(), left: z.int() })),

  /** Periods that registrations can be taken from, each with those of its activity that come after. */
  previewReenrolment: procedure('decisions').input(Reenrolment).output(z.array(Reenrolled)),
  reenrol: procedure('decisions')
    .input(
      Reenrolment.extend({
        registrationIds: z.array(Id).min(1, 'Cochez au moins un enfant.').max(20_000),
        /** The semaine type: left out, kept as a wish, or its days booked too. */
        week: z.enum(['none', 'kept', 'booked']),
      }),
    )
    .output(
      told({
        registered: z.int(),
        booked: z.int(),
        waiting: z.int(),
        /** Days of the semaine type that could not be booked, and why the first of them. */
        skipped: z.int(),
        skippedWhy: z.string(),
        refused: z.array(z.object({ name: z.string(), reason: z.string() })),
      }),
    ),

  previewClosing: procedure('activities').input(Closing).output(Touched),
  close: procedure('activities')
    .input(
      Closing.extend({ reason: Note.min(1, 'Indiquez un motif\u00a0: les familles le liront.'), charged: z.boolean() }),
    )
    .output(told({ openings: z.int(), bookings: z.int(), waiting: z.int(), families: z.int() })),
  /** What is closed from today on. */
  closings: procedure('activities.read').output(z.array(Closed)),
  /** Whom a closing took something from, to be told of it. */
  freedFamilies: procedure('activities').input(OneClosing).output(z.array(ToTell)),
  freedFamiliesFile: procedure('activities')
    .input(OneClosing.extend({ format: z.enum(['pdf', 'xlsx']) }))
    .output(z.instanceof(File)),
  reopen: procedure('activities')
    .input(OneClosing)
    .output(told({ openings: z.int() })),
}
