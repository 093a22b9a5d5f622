import type { Cents } from '../money/money.ts'
import { briefDay, counted, timeText } from '../text/french.ts'
import {
  addDays,
  addMinutes,
  type Day,
  dayAt,
  type Instant,
  instantOf,
  mondayOf,
  type TimeOfDay,
  timeAt,
  timeOfDay,
} from './day.ts'

/** Until when a day may be asked for. Set by the town, per activity or period, once for booking and once for cancelling. */
export type Deadline =
  | {
      readonly unit: 'calendarDays' | 'workingDays'
      readonly amount: number
      /** What the days are counted back from: the day asked for, the Monday of its week, the first day of its period. */
      readonly before: 'day' | 'week' | 'period'
      /** When the last day closes; absent, the whole of it counts. */
      readonly until?: TimeOfDay | undefined
    }
  | { readonly unit: 'hours'; readonly amount: number }

/** A deadline and what the town does with an ask that misses it: refuses it, or takes it for more money. */
export type BookingRule = { readonly deadline: Deadline; readonly after: 'closed' | { readonly surcharge: Cents } }

/** What is asked for, and the calendar it stands in. */
export type Asked = {
  readonly day: Day
  readonly slotStart: TimeOfDay
  readonly periodStart: Day
  readonly isWorkingDay: (day: Day) => boolean
}

/** The parents' guide: « pour le vendredi, au plus tard le jeudi de la semaine précédente ». */
export const eightDaysBefore: Deadline = { unit: 'calendarDays', amount: 8, before: 'day' }

/** The first instant at which an ask comes too late. */
export const closesAt = (deadline: Deadline, asked: Asked): Instant => {
  if (deadline.unit === 'hours') return addMinutes(instantOf(asked.day, asked.slotStart), -60 * deadline.amount)
  const last = lastDay(deadline, asked)
  return deadline.until ? instantOf(last, deadline.until) : instantOf(addDays(last, 1), midnight)
}

/** Whether an ask recorded at `recordedAt` is in time. How long the answer takes never matters. */
export const isInTime = (deadline: Deadline, asked: Asked, recordedAt: Instant): boolean =>
  recordedAt < closesAt(deadline, asked)

/** How a closing is said, by the last moment before it: « le mar. 1ᵉʳ déc. », « le ven. 4 sept. avant 12 h 00 ». */
export const latestText = (closing: Instant): string => {
  const time = timeAt(closing)
  const on = dayAt(closing)
  return time === midnight ? `le ${briefDay(addDays(on, -1))}` : `le ${briefDay(on)} avant ${timeText(time)}`
}

/** The rule in words, without a date: « 8 jours avant », « 2 jours ouvrés avant le lundi de la semaine ». */
export const deadlineText = (deadline: Deadline): string => {
  if (deadline.unit === 'hours') return `${counted(deadline.amount, 'heure')} avant`
  const { unit, amount, before, until } = deadline
  const days = unit === 'calendarDays' ? counted(amount, 'jour') : counted(amount, 'jour ouvré', 'jours ouvrés')
  const anchor = { day: '', week: ' le lundi de la semaine', period: ' le début de la période' }[before]
  return `${days} avant${anchor}${until ? `, jusqu’à ${timeText(until)}` : ''}`
}

const midnight = timeOfDay('00:00')

const lastDay = (deadline: Exclude<Deadline, { unit: 'hours' }>, asked: Asked): Day => {
  const anchor = { day: asked.day, week: mondayOf(asked.day), period: asked.periodStart }[deadline.before]
  return deadline.unit === 'calendarDays'
    ? addDays(anchor, -deadline.amount)
    : workingDaysBefore(anchor, deadline.amount, asked.isWorkingDay)
}

/** @throws RangeError when a whole year has too few working days: the calendar is wrong */
const workingDaysBefore = (from: Day, amount: number, isWorkingDay: (day: Day) => boolean): Day => {
  let left = amount
  let found = from
  for (let back = 1; left > 0; back += 1) {
    if (back > 366) throw new RangeError(`no ${amount} working days in the year before ${from}`)
    found = addDays(from, -back)
    if (isWorkingDay(found)) left -= 1
  }
  return found
}
