import { addDays, type Day, dayOf, monthOf, weekday, yearOf } from '../../../shared/rules/calendar/day.ts'
import { publicHolidayOn } from '../../../shared/rules/calendar/public-holidays.ts'
import { schoolHolidays } from '../../../shared/rules/calendar/school-holidays.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'

/** School holidays in which the service is open: « Vacances d’hiver 2027 », « Juillet 2027 ». */
export type HolidayPeriod = { readonly name: string; readonly from: Day; readonly to: Day }

export type SchoolYear = {
  /** 0 for the oldest year, 2 for the current one. */
  readonly index: number
  /** « 2026/2027 » */
  readonly name: string
  /** 1 September, even when school begins on the last day of August. */
  readonly firstMonth: Day
  /** First day of school; `to` is the last one. */
  readonly from: Day
  readonly to: Day
  /** Spans of school days between two holidays. */
  readonly terms: readonly { readonly from: Day; readonly to: Day }[]
  readonly holidayPeriods: readonly HolidayPeriod[]
}

export const yearCount = 3

/** The town's school years; the one of `today` is last. Years beyond the shipped calendar have no holidays. */
export const schoolYears = (today: Day): SchoolYear[] => {
  const last = yearOf(schoolYearStart(today))
  return Array.from({ length: yearCount }, (_, index) => schoolYear(index, last - yearCount + 1 + index))
}

const schoolYear = (index: number, year: number): SchoolYear => {
  const start = dayOf(year, 9, 1)
  const end = dayOf(year + 1, 8, 31)
  const ofZone = schoolHolidays.filter(({ zones }) => zones.includes('B'))
  const previousSummer = ofZone.find(({ from, to }) => from < start && monthOf(from) === 7 && yearOf(to) === year)
  const holidaysOfYear = ofZone.filter(({ from }) => from >= start && from <= end)
  const summer = holidaysOfYear.find(({ from }) => monthOf(from) === 7)
  const from = nearestSchoolDay(previousSummer ? addDays(previousSummer.to, 1) : start, 1)
  const to = nearestSchoolDay(summer ? addDays(summer.from, -1) : dayOf(year + 1, 7, 3), -1)
  const shortHolidays = holidaysOfYear.filter((holiday) => holiday !== summer)
  const starts = [from, ...shortHolidays.map((holiday) => addDays(holiday.to, 1))]
  const ends = [...shortHolidays.map((holiday) => addDays(holiday.from, -1)), to]
  return {
    index,
    name: `${year}/${year + 1}`,
    firstMonth: start,
    from,
    to,
    terms: starts.map((start_, position) => ({ from: start_, to: ends[position] ?? to })),
    holidayPeriods: [
      // The service is closed at Christmas.
      ...shortHolidays
        .filter(({ name }) => !name.includes('Noël'))
        .map((holiday) => ({ name: `${holiday.name} ${yearOf(holiday.from)}`, from: holiday.from, to: holiday.to })),
      ...(summer
        ? [
            { name: `Juillet ${year + 1}`, from: summer.from, to: dayOf(year + 1, 7, 31) },
            { name: `Août ${year + 1}`, from: dayOf(year + 1, 8, 1), to: dayOf(year + 1, 8, 21) },
          ]
        : []),
    ],
  }
}

/** The nearest day, in the direction of `step`, that is neither on a weekend nor a public holiday. */
const nearestSchoolDay = (from: Day, step: 1 | -1): Day => {
  let found = from
  while (weekday(found) > 5 || publicHolidayOn(found) !== null) found = addDays(found, step)
  return found
}

/** The last working day (Monday to Friday) up to `on`. */
export const workingDayUntil = (on: Day): Day => nearestSchoolDay(on, -1)

export const earlierDay = (one: Day, other: Day): Day => (one < other ? one : other)
