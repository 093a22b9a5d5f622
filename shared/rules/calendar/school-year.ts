import { schoolYearStart } from '../people/schooling.ts'
import { addDays, type Day, dayAt, dayOf, daysFrom, type Instant, instantOf, timeAt, weekday, yearOf } from './day.ts'
import { holidayNames, type SchoolHoliday } from './school-holidays.ts'

type Days = { readonly from: Day; readonly to: Day }

/** From one rentrée to the day before the next one. */
export type SchoolYear = {
  /** The civil year of its September. */
  readonly year: number
  /** « 2026/2027 » */
  readonly name: string
  /** First day of school. */
  readonly start: Day
  readonly end: Day
  /** The year's five school holidays, in order; null for those missing in the calendar. */
  readonly holidays: readonly (SchoolHoliday | null)[]
  /** Whether the calendar has every date of the year. */
  readonly isKnown: boolean
  /** Whether all these dates come from the ministry's own file. */
  readonly isCertain: boolean
}

const inOrder = [
  holidayNames.allSaints,
  holidayNames.christmas,
  holidayNames.winter,
  holidayNames.spring,
  holidayNames.summer,
] as const

export const schoolYearName = (year: number): string => `${year}/${year + 1}`

/** @param calendar the calendar of one zone, in order */
export const schoolYearOf = (calendar: readonly SchoolHoliday[], year: number): SchoolYear => {
  const summerBefore = calendar.find(({ name, from }) => name === holidayNames.summer && yearOf(from) === year)
  const first = dayOf(year, 9, 1)
  const yearHolidays = calendar.filter(({ from }) => schoolYearStart(from) === first)
  const holidays = inOrder.map((name) => yearHolidays.find((one) => one.name === name) ?? null)
  return {
    year,
    name: schoolYearName(year),
    start: onWeekday(summerBefore ? addDays(summerBefore.to, 1) : first),
    end: holidays.at(-1)?.to ?? dayOf(year + 1, 8, 31),
    holidays,
    isKnown: summerBefore !== undefined && holidays.every((one) => one !== null),
    isCertain: summerBefore?.certain === true && holidays.every((one) => one?.certain === true),
  }
}

/** The school year of a day. A year that begins in the last days of August already contains those days. */
export const schoolYearAt = (calendar: readonly SchoolHoliday[], on: Day): SchoolYear => {
  const year = yearOf(schoolYearStart(on))
  const next = schoolYearOf(calendar, year + 1)
  return on >= next.start ? next : schoolYearOf(calendar, year)
}

/** No school year begins on a Saturday or a Sunday. */
const onWeekday = (from: Day): Day => (weekday(from) > 5 ? addDays(from, 8 - weekday(from)) : from)

/** 52 weeks: the shift of a day for which the calendar has no dates. */
const yearShiftDays = 364

/**
 * The day of the next year that corresponds to a day of this one: the first school day to the first school day,
 * holidays to the holidays of the same name, and within each stretch the same weekday at the same distance from its
 * nearer end.
 */
export const movedDay = (from: SchoolYear, to: SchoolYear, on: Day): Day => {
  const parts = partsOf(from)
  const position = parts.findIndex((part) => part.to !== null && on <= part.to)
  const part = parts[position]
  const next = partsOf(to)[position]
  if (!part || !next || part.from === null || part.to === null)
    return addDays(on, yearShiftDays * (to.year - from.year))
  const fromStart = daysFrom(part.from, on)
  const fromEnd = daysFrom(on, part.to)
  const isFirstWeek = position === 0 && fromStart <= maxDaysAfterRentree
  const isLastDays = position === lastTermPosition && fromEnd <= maxDaysBeforeSummer
  if (next.from !== null && (fromStart === 0 || isFirstWeek)) return next.from
  if (next.to !== null && (fromEnd === 0 || isLastDays)) return next.to
  const near = dayFromNearerEnd(next, fromStart, fromEnd)
  return near === null ? addDays(on, yearShiftDays * (to.year - from.year)) : onSameWeekday(next, near, weekday(on))
}

/**
 * Days. A period that begins at most this long after the teachers’ rentrée begins with the pupils: both count as « la
 * rentrée ».
 */
const maxDaysAfterRentree = 3
const maxDaysBeforeSummer = 3
/** Terms and holidays alternate: the fifth and last term is the ninth stretch of the year. */
const lastTermPosition = 8

type Part = { readonly from: Day | null; readonly to: Day | null }

const partsOf = ({ start, holidays }: SchoolYear): Part[] =>
  holidays.flatMap((holiday, position): Part[] => {
    const previous = holidays[position - 1]
    const from = position === 0 ? start : previous ? addDays(previous.to, 1) : null
    return [{ from, to: holiday && addDays(holiday.from, -1) }, holiday ?? { from: null, to: null }]
  })

/** The day at the same distance from the nearer end of the stretch; null when the calendar lacks that end. */
const dayFromNearerEnd = ({ from, to }: Part, fromStart: number, fromEnd: number): Day | null =>
  fromStart <= fromEnd ? from && addDays(from, fromStart) : to && addDays(to, -fromEnd)

const onSameWeekday = ({ from, to }: Part, near: Day, wanted: number): Day => {
  const ahead = (wanted - weekday(near) + 7) % 7
  const found = addDays(near, ahead > 3 ? ahead - 7 : ahead)
  if (from !== null && found < from) return addDays(found, 7)
  return to !== null && found > to ? addDays(found, -7) : found
}

/** Moves a first and a last day; keeps the length if a shorter term would put the end before the start. */
export const movedDays = (from: SchoolYear, to: SchoolYear, days: Days): Days => {
  const first = movedDay(from, to, days.from)
  const last = movedDay(from, to, days.to)
  return { from: first, to: last < first ? addDays(first, daysFrom(days.from, days.to)) : last }
}

/**
 * Moves an instant, such as the opening of a window: its day to the corresponding day, with the same time in France.
 */
export const movedInstant = (calendar: readonly SchoolHoliday[], at: Instant, years = 1): Instant => {
  const on = dayAt(at)
  const currentYear = schoolYearAt(calendar, on)
  return instantOf(movedDay(currentYear, schoolYearOf(calendar, currentYear.year + years), on), timeAt(at))
}

/**
 * Renames for another year: « ALSH mercredi 2026/2027 » becomes « ALSH mercredi 2027/2028 », « Juillet 2027 » becomes «
 * Juillet 2028 »; a name without a year gets the year appended.
 */
export const movedName = (name: string, to: SchoolYear, years = 1): string => {
  const moved = name
    .replaceAll(/(?<!\d)20\d\d(?!\d)/g, (year) => String(Number(year) + years))
    .replaceAll(/(?<!\d)(\d\d)([/-])(\d\d)(?!\d)/g, (whole, first: string, mark: string, second: string) =>
      Number(second) === (Number(first) + 1) % 100
        ? `${twoDigits(Number(first) + years)}${mark}${twoDigits(Number(second) + years)}`
        : whole,
    )
  return moved === name ? `${name} ${to.name}` : moved
}

const twoDigits = (value: number): string => String(value % 100).padStart(2, '0')
