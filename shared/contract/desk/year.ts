import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import type { Day } from '../../rules/calendar/day.ts'
import { CentsNumber, DayText, Id, Note, procedure, RequiredLine } from '../procedure.ts'
import { SchoolHolidays } from './settings.ts'

const aDay = z.custom<Day>((value) => typeof value === 'string')
const Span = z.object({ from: aDay, to: aDay })
/** A school year, by the calendar year of its September. */
const Year = z.int().min(2000, 'Cette année scolaire n’existe pas.').max(2100, 'Cette année scolaire n’existe pas.')

/** A stream of progress, then the result. If the stream is left before the end, nothing is changed. */
const progressThen = <Shape extends z.ZodRawShape>(result: Shape) =>
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

/** Which tasks of a school year are done, and what remains. */
const Progress = z.object({
  schoolYear: SchoolYear,
  /** True when holidays of this year were imported. */
  isImported: z.boolean(),
  /** Periods of the previous year, and how many of them already have a copy in this year. */
  periods: z.object({ before: z.int(), copied: z.int() }),
  /** Children in a school at the end of the previous year, and how many have a class of this year. */
  classes: z.object({ children: z.int(), done: z.int() }),
  /** Registrations of the previous year in copied periods, and registrations of this year. */
  registrations: z.object({ before: z.int(), now: z.int() }),
  closedDays: z.int(),
})
export type YearProgress = z.infer<typeof Progress>

// ---- Copying periods

const CopiedPeriod = z.object({
  periodId: Id,
  activityId: Id,
  activity: z.string(),
  facility: z.string(),
  name: z.string(),
  /** Names of the periods of activities that were joined to this one: one copy replaces all these periods. */
  joins: z.array(z.string()),
  /** The tariff that gets the prices of each group from the first day of the copy on; null when none changes. */
  jointTariff: z.string().nullable(),
  old: Span,
  oldDays: z.int(),
  newName: z.string(),
  moved: Span,
  newDays: z.int(),
  /** The dates depend on holidays that the ministry has not confirmed. */
  isToCheck: z.boolean(),
  /** Why the period cannot be copied; null when it can. */
  obstacle: z.string().nullable(),
  /** An existing period of the activity on these days; null when there is none. */
  conflict: z.string().nullable(),
  /** Days closed by hand in the previous year, for information: never copied. */
  closed: z.array(z.object({ day: aDay, reason: z.string() })),
  /** Number of days opened by hand, or with places changed by hand: not copied either. */
  byHand: z.int(),
})
export type CopiedPeriod = z.infer<typeof CopiedPeriod>

const Copies = z.array(z.object({ periodId: Id, name: RequiredLine, startDay: DayText, endDay: DayText }))

// ---- children move up to their next class

const MovedChild = z.object({
  childId: Id,
  firstName: z.string(),
  lastName: z.string(),
  schoolId: Id.nullable(),
  school: z.string(),
  level: z.string(),
  className: z.string(),
  /** The level in the next year; empty when there is none. */
  nextLevel: z.string(),
  /**
   * `up`: moves up; `leaves`: leaves the town's schools; `stays`: does not move; `there`: already has a class of that
   * year.
   */
  outcome: z.enum(['up', 'leaves', 'there', 'stays']),
  /** Why the child does not move; empty when the child moves. */
  why: z.string(),
})
export type MovedChild = z.infer<typeof MovedChild>

const Passage = z.object({
  from: aDay,
  children: z.array(MovedChild),
  /** The school that takes each class for which the current school has no next level. */
  ways: z.array(
    z.object({
      schoolId: Id,
      school: z.string(),
      level: z.string(),
      nextLevel: z.string(),
      children: z.int(),
      /** Null: the class leaves the town's schools. */
      toSchoolId: Id.nullable(),
      /** Several schools have the next level: staff must choose. */
      isToChoose: z.boolean(),
    }),
  ),
})
export type Passage = z.infer<typeof Passage>

// ---- Registering again

const ReenrolledChild = z.object({
  registrationId: Id,
  childId: Id,
  familyId: Id,
  firstName: z.string(),
  lastName: z.string(),
  family: z.string(),
  /** The child's class and age on the first day. */
  detail: z.string(),
  /** « lun. : matin, repas »: the part of last year's typical week that the new period still offers. */
  week: z.string(),
  /** Why the child cannot be registered; null when the child can. */
  refusal: z.string().nullable(),
  /** What staff should know first: no family quotient, or a departure before the end. */
  remarks: z.array(z.string()),
  /** Ticked by default. */
  isProposed: z.boolean(),
})
export type ReenrolledChild = z.infer<typeof ReenrolledChild>

const Reenrolment = z.object({ fromPeriodId: Id, toPeriodId: Id })

// ---- Closing days

const Closing = z.object({
  from: DayText,
  to: DayText,
  /** Null: all activities open on these days. */
  activityIds: z.array(Id).max(200).nullable(),
})

/** An existing closing, identified by days, activities and reason. */
const OneClosing = Closing.extend({ reason: Note })

const FamilyToNotify = z.object({
  familyId: Id,
  name: z.string(),
  children: z.string(),
  mail: z.string(),
  phone: z.string(),
})

const ClosingEffects = z.object({
  days: z.int(),
  /** By activity: the openings that close and the cells they have. */
  activities: z.array(
    z.object({
      activityId: Id,
      activity: z.string(),
      openings: z.int(),
      confirmed: z.int(),
      /** How many of the confirmed bookings have a demande of cancellation. */
      cancelAsked: z.int(),
      requested: z.int(),
      waiting: z.int(),
    }),
  ),
  confirmed: z.int(),
  requested: z.int(),
  waiting: z.int(),
  /** The families to notify. */
  families: z.array(FamilyToNotify),
  /** Children with an attendance mark already: their places stay. */
  marked: z.int(),
  /** Bookings already invoiced, and the total of their credit notes. */
  billed: z.int(),
  creditCents: CentsNumber,
})
export type ClosingEffects = z.infer<typeof ClosingEffects>

/** An existing closing: consecutive days closed for the same reason. */
const Closed = z.object({
  from: aDay,
  to: aDay,
  reason: z.string(),
  activities: z.array(z.object({ activityId: Id, name: z.string() })),
  openings: z.int(),
})
export type ClosedSpan = z.infer<typeof Closed>

// ---- School calendar

const CalendarChange = z.object({
  zone: z.enum(['A', 'B', 'C']),
  name: z.string(),
  year: z.string(),
  before: Span.nullable(),
  after: Span,
  certain: z.boolean(),
  /** `confirmed`: the same dates, now confirmed by the ministry. */
  kind: z.enum(['new', 'moved', 'confirmed', 'same']),
})

const CalendarPreview = z.object({
  zone: z.enum(['A', 'B', 'C']),
  changes: z.array(CalendarChange),
  remarks: z.array(z.string()),
  /** Coming periods whose open days change. */
  periods: z.array(
    z.object({
      periodId: Id,
      period: z.string(),
      added: z.int(),
      removed: z.int(),
      /** Days that would close but have bookings: left open, for staff to close. */
      booked: z.array(aDay),
    }),
  ),
  /** Children with two homes who have coming bookings on days that would change home. */
  custody: z.array(z.object({ childId: Id, name: z.string(), bookings: z.int() })),
})
export type CalendarPreview = z.infer<typeof CalendarPreview>

/** 50 years of holidays in three zones are far smaller than this limit. */
const CalendarUpload = z.object({
  file: z.instanceof(Blob).refine(({ size }) => size <= 20_000_000, 'Ce fichier est trop lourd\u00a0: 20 Mo au plus.'),
  fileName: z.string().trim().max(200),
})

export const year = {
  /** Progress of one school year. */
  progress: procedure('families.read')
    .input(z.object({ year: Year }))
    .output(Progress),

  previewCalendar: procedure('activities').input(CalendarUpload).output(CalendarPreview),
  importCalendar: procedure('activities')
    .input(CalendarUpload)
    .output(progressThen({ holidays: z.int(), periods: z.int() })),

  /** The periods of the previous year, each with proposed dates for this year. */
  previewCopy: procedure('activities')
    .input(z.object({ year: Year, activityIds: z.array(Id).max(200).nullable() }))
    .output(z.array(CopiedPeriod)),
  copy: procedure('activities')
    .input(z.object({ year: Year, periods: Copies.min(1, 'Cochez au moins une période.').max(500) }))
    .output(progressThen({ periods: z.int(), days: z.int() })),

  previewPassage: procedure('families.write')
    .input(z.object({ year: Year }))
    .output(Passage),
  passUp: procedure('families.write')
    .input(
      z.object({
        year: Year,
        childIds: z.array(Id).min(1, 'Cochez au moins un enfant.').max(20_000),
        /** The schools that staff chose; classes not listed follow the preview. */
        ways: z.array(z.object({ schoolId: Id, level: RequiredLine, toSchoolId: Id.nullable() })).max(500),
      }),
    )
    .output(progressThen({ moved: z.int(), left: z.int() })),

  /** The registrations of a period that could continue in a later period of the same activity. */
  previewReenrolment: procedure('decisions').input(Reenrolment).output(z.array(ReenrolledChild)),
  reenrol: procedure('decisions')
    .input(
      Reenrolment.extend({
        registrationIds: z.array(Id).min(1, 'Cochez au moins un enfant.').max(20_000),
        /** The typical week: not copied, copied without booking, or copied and booked. */
        week: z.enum(['none', 'kept', 'booked']),
      }),
    )
    .output(
      progressThen({
        registered: z.int(),
        booked: z.int(),
        waiting: z.int(),
        /** Number of days of the typical week that could not be booked, and the reason for the first. */
        skipped: z.int(),
        skippedWhy: z.string(),
        refused: z.array(z.object({ name: z.string(), reason: z.string() })),
        /** The children who could not be put on their list of last year (« Car 2 »), because it is full. */
        unlisted: z.array(z.object({ name: z.string(), list: z.string() })),
      }),
    ),

  previewClosing: procedure('activities').input(Closing).output(ClosingEffects),
  close: procedure('activities')
    .input(
      Closing.extend({ reason: Note.min(1, 'Indiquez un motif\u00a0: les familles le liront.'), charged: z.boolean() }),
    )
    .output(progressThen({ openings: z.int(), bookings: z.int(), waiting: z.int(), families: z.int() })),
  /** Closings from today on. */
  closings: procedure('activities.read').output(z.array(Closed)),
  /** Families that lost a booking or a waiting-list position by a closing, and must be notified. */
  freedFamilies: procedure('activities').input(OneClosing).output(z.array(FamilyToNotify)),
  freedFamiliesFile: procedure('activities')
    .input(OneClosing.extend({ format: z.enum(['pdf', 'xlsx']) }))
    .output(z.instanceof(File)),
  reopen: procedure('activities')
    .input(OneClosing)
    .output(progressThen({ openings: z.int() })),
}
