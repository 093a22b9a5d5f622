import { addDays, type Day, dayOf, monthOf, weekday, yearOf } from '../../../shared/rules/calendar/day.ts'
import { publicHolidayOn } from '../../../shared/rules/calendar/public-holidays.ts'
import { schoolHolidays } from '../../../shared/rules/calendar/school-holidays.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'

/** A stay of the holidays: « Vacances d’hiver 2027 », « Juillet 2027 ». */
export type Stay = { readonly name: string; readonly from: Day; readonly to: Day }

export type SchoolYear = {
  /** 0 the oldest … 2 the one under way. */
  readonly index: number
  /** « 2026/2027 » */
  readonly name: string
  /** Months are counted from September, even where school begins on the last day of August. */
  readonly firstMonth: Day
  /** First and last day of school. */
  readonly from: Day
  readonly to: Day
  /** School days between two holidays. */
  readonly terms: readonly { readonly from: Day; readonly to: Day }[]
  readonly stays: readonly Stay[]
}

export const yearsShown = 3

/** The school years of the town, the one of `today` last. Past what the calendar knows there are no holidays. */
export const schoolYears = (today: Day): SchoolYear[] => {
  const last = yearOf(schoolYearStart(today))
  return Array.from({ length: yearsShown }, (_, index) => schoolYear(index, last - yearsShown + 1 + index))
}

const schoolYear = (index: number, year: number): SchoolYear => {
  const start = dayOf(year, 9, 1)
  const end = dayOf(year + 1, 8, 31)
  const ofZone = schoolHolidays.filter(({ zones }) => zones.includes('B'))
  const before = ofZone.find(({ from, to }) => from < start && monthOf(from) === 7 && yearOf(to) === year)
  const inside = ofZone.filter(({ from }) => from >= start && from <= end)
  const summer = inside.find(({ from }) => monthOf(from) === 7)
  const from = onSchoolDay(before ? addDays(before.to, 1) : start, 1)
  const to = onSchoolDay(summer ? addDays(summer.from, -1) : dayOf(year + 1, 7, 3), -1)
  const short = inside.filter((holiday) => holiday !== summer)
  const starts = [from, ...short.map((holiday) => addDays(holiday.to, 1))]
  const ends = [...short.map((holiday) => addDays(holiday.from, -1)), to]
  return {
    index,
    name: `${year}/${year + 1}`,
    firstMonth: start,
    from,
    to,
    terms: starts.map((start_, position) => ({ from: start_, to: ends[position] ?? to })),
    stays: [
      // Closed at Christmas.
      ...short
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

/** Open to the public: neither week-end nor public holiday. */
const onSchoolDay = (from: Day, step: 1 | -1): Day => {
  let found = from
  while (weekday(found) > 5 || publicHolidayOn(found) !== null) found = addDays(found, step)
  return found
}

/** The desk is open from Monday to Friday. */
export const workingDayUntil = (on: Day): Day => onSchoolDay(on, -1)

export const earlierDay = (one: Day, other: Day): Day => (one < other ? one : other)
