import type { Cents } from '../money/money.ts'
import { briefDay, counted, timeText } from '../text/french.ts'
import {
  addDays,
  addMinutes,
  type Day,
  dayAt,
  daysFrom,
  type Instant,
  instantOf,
  mondayOf,
  type TimeOfDay,
  timeAt,
  timeOfDay,
} from './day.ts'

/** The last moment to book, or to cancel, a day. The town sets one deadline for each, per activity or period. */
export type Deadline =
  | {
      readonly unit: 'calendarDays' | 'workingDays'
      readonly amount: number
      /**
       * The day from which the deadline is counted back: the reserved day, the Monday of its week, or the first day of
       * its period.
       */
      readonly before: 'day' | 'week' | 'period'
      /** The time at which the last day closes; absent, the whole last day is in time. */
      readonly until?: TimeOfDay | undefined
    }
  | { readonly unit: 'hours'; readonly amount: number }

/** A deadline, and what happens to an ask after it: refused, or accepted for a surcharge. */
export type BookingRule = { readonly deadline: Deadline; readonly after: 'closed' | AfterDeadline }

/** What a late ask costs more: an amount; or, with an amount of zero, what the tariff of the day adds. */
export type AfterDeadline = { readonly surcharge: Cents; readonly byTariff?: true | undefined }

/** The day to book or cancel, with what a deadline needs of its calendar. */
export type RequestedDay = {
  readonly day: Day
  readonly slotStart: TimeOfDay
  readonly periodStart: Day
  readonly isWorkingDay: (day: Day) => boolean
}

/** The parents' guide: « pour le vendredi, au plus tard le jeudi de la semaine précédente ». */
export const eightDaysBefore: Deadline = { unit: 'calendarDays', amount: 8, before: 'day' }

/** The first instant at which an ask is too late. */
export const closesAt = (deadline: Deadline, requested: RequestedDay): Instant => {
  if (deadline.unit === 'hours') return addMinutes(instantOf(requested.day, requested.slotStart), -60 * deadline.amount)
  const last = lastDay(deadline, requested)
  return deadline.until ? instantOf(last, deadline.until) : instantOf(addDays(last, 1), midnight)
}

/** Whether an ask recorded at `recordedAt` is in time. The time that the answer takes does not matter. */
export const isInTime = (deadline: Deadline, requested: RequestedDay, recordedAt: Instant): boolean =>
  recordedAt < closesAt(deadline, requested)

/** The whole days between an ask and the day from which the deadline is counted back; 0 from that day on. */
export const noticeGiven = (deadline: Deadline, requested: RequestedDay, recordedAt: Instant): number =>
  Math.max(0, daysFrom(dayAt(recordedAt), anchorOf(deadline, requested)))

/** The last moment before a closing, in words: « le mar. 1ᵉʳ déc. », « le ven. 4 sept. avant 12 h 00 ». */
export const latestText = (closing: Instant): string => {
  const time = timeAt(closing)
  const on = dayAt(closing)
  return time === midnight ? `le ${briefDay(addDays(on, -1))}` : `le ${briefDay(on)} avant ${timeText(time)}`
}

/** The deadline in words, without a date: « 8 jours avant », « 2 jours ouvrés avant le lundi de la semaine ». */
export const deadlineText = (deadline: Deadline): string => {
  if (deadline.unit === 'hours') return `${counted(deadline.amount, 'heure')} avant`
  const { unit, amount, before, until } = deadline
  const days = unit === 'calendarDays' ? counted(amount, 'jour') : counted(amount, 'jour ouvré', 'jours ouvrés')
  const anchor = { day: '', week: ' le lundi de la semaine', period: ' le début de la période' }[before]
  return `${days} avant${anchor}${until ? `, jusqu’à ${timeText(until)}` : ''}`
}

const midnight = timeOfDay('00:00')

const lastDay = (deadline: Exclude<Deadline, { unit: 'hours' }>, requested: RequestedDay): Day => {
  const anchor = anchorOf(deadline, requested)
  return deadline.unit === 'calendarDays'
    ? addDays(anchor, -deadline.amount)
    : workingDaysBefore(anchor, deadline.amount, requested.isWorkingDay)
}

/** The day from which the deadline is counted back. */
const anchorOf = (deadline: Deadline, { day, periodStart }: RequestedDay): Day =>
  deadline.unit === 'hours' ? day : { day, week: mondayOf(day), period: periodStart }[deadline.before]

/** @throws RangeError when the whole year before has too few working days, which means that the calendar is wrong */
const workingDaysBefore = (from: Day, amount: number, isWorkingDay: (day: Day) => boolean): Day => {
  let remaining = amount
  let found = from
  for (let back = 1; remaining > 0; back += 1) {
    if (back > 366) throw new RangeError(`no ${amount} working days in the year before ${from}`)
    found = addDays(from, -back)
    if (isWorkingDay(found)) remaining -= 1
  }
  return found
}
