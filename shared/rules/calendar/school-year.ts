import { schoolYearStart } from '../people/schooling.ts'
import { addDays, type Day, dayAt, dayOf, daysFrom, type Instant, instantOf, timeAt, weekday, yearOf } from './day.ts'
import { holidayNames, type SchoolHoliday } from './school-holidays.ts'

type Span = { readonly from: Day; readonly to: Day }

/** From one rentrée to the eve of the next. */
export type SchoolYear = {
  /** That of its September. */
  readonly year: number
  /** « 2026/2027 » */
  readonly name: string
  /** First day of school. */
  readonly start: Day
  readonly end: Day
  /** The five of the year in their order; null where the calendar does not tell. */
  readonly holidays: readonly (SchoolHoliday | null)[]
  /** The calendar tells all that the year is made of. */
  readonly isKnown: boolean
  /** What it tells is the ministry's own. */
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

/** @param calendar of one zone, in order */
export const schoolYearOf = (calendar: readonly SchoolHoliday[], year: number): SchoolYear => {
  const summerBefore = calendar.find(({ name, from }) => name === holidayNames.summer && yearOf(from) === year)
  const first = dayOf(year, 9, 1)
  const own = calendar.filter(({ from }) => schoolYearStart(from) === first)
  const holidays = inOrder.map((name) => own.find((one) => one.name === name) ?? null)
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

/** The school year of a day: the last days of August are already in the one that begins before September. */
export const schoolYearAt = (calendar: readonly SchoolHoliday[], on: Day): SchoolYear => {
  const year = yearOf(schoolYearStart(on))
  const next = schoolYearOf(calendar, year + 1)
  return on >= next.start ? next : schoolYearOf(calendar, year)
}

/** No school begins on a Saturday or a Sunday. */
const onWeekday = (from: Day): Day => (weekday(from) > 5 ? addDays(from, 8 - weekday(from)) : from)

/** 52 weeks: what a day moves by where the calendar does not tell more. */
const aYear = 364

/**
 * The day of the next year that plays the same part: first day of school to first day of school, the same holidays to
 * the same holidays, and inside each the same weekday at the same distance from the nearer of its two ends.
 */
export const movedDay = (from: SchoolYear, to: SchoolYear, on: Day): Day => {
  const before = partsOf(from)
  const position = before.findIndex((part) => part.to !== null && on <= part.to)
  const part = before[position]
  const next = partsOf(to)[position]
  if (!part || !next || part.from === null || part.to === null) return addDays(on, aYear * (to.year - from.year))
  const fromStart = daysFrom(part.from, on)
  const fromEnd = daysFrom(on, part.to)
  const isFirstWeek = position === 0 && fromStart <= nearRentree
  const isLastDays = position === lastTerm && fromEnd <= nearSummer
  if (next.from !== null && (fromStart === 0 || isFirstWeek)) return next.from
  if (next.to !== null && (fromEnd === 0 || isLastDays)) return next.to
  const near = nearest(next, fromStart, fromEnd)
  return near === null ? addDays(on, aYear * (to.year - from.year)) : onSameWeekday(next, near, weekday(on))
}

/** A period that begins some days after the teachers’ rentrée begins with the pupils: both are « la rentrée ». */
const nearRentree = 3
const nearSummer = 3
/** Terms and holidays alternate: the fifth term is the ninth part. */
const lastTerm = 8

type Part = { readonly from: Day | null; readonly to: Day | null }

const partsOf = ({ start, holidays }: SchoolYear): Part[] =>
  holidays.flatMap((holiday, position): Part[] => {
    const before = holidays[position - 1]
    const from = position === 0 ? start : before ? addDays(before.to, 1) : null
    return [{ from, to: holiday && addDays(holiday.from, -1) }, holiday ?? { from: null, to: null }]
  })

/** Null where the end that the day is near to is not known. */
const nearest = ({ from, to }: Part, fromStart: number, fromEnd: number): Day | null =>
  fromStart <= fromEnd ? from && addDays(from, fromStart) : to && addDays(to, -fromEnd)

const onSameWeekday = ({ from, to }: Part, near: Day, wanted: number): Day => {
  const ahead = (wanted - weekday(near) + 7) % 7
  const found = addDays(near, ahead > 3 ? ahead - 7 : ahead)
  if (from !== null && found < from) return addDays(found, 7)
  return to !== null && found > to ? addDays(found, -7) : found
}

/** Both ends moved; where a shorter term would turn them round, the length is kept. */
export const movedSpan = (from: SchoolYear, to: SchoolYear, span: Span): Span => {
  const first = movedDay(from, to, span.from)
  const last = movedDay(from, to, span.to)
  return { from: first, to: last < first ? addDays(first, daysFrom(span.from, span.to)) : last }
}

/** A moment such as the opening of a window: the day moved within its own year, the time on the clock kept. */
export const movedInstant = (calendar: readonly SchoolHoliday[], at: Instant, years = 1): Instant => {
  const on = dayAt(at)
  const own = schoolYearAt(calendar, on)
  return instantOf(movedDay(own, schoolYearOf(calendar, own.year + years), on), timeAt(at))
}

/** « ALSH mercredi 2026/2027 » is « ALSH mercredi 2027/2028 », « Juillet 2027 » is « Juillet 2028 »; else the year is added. */
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
