import type { CalendarShown } from '../../../shared/contract/portal/home.ts'
import {
  addDays,
  addMonths,
  type Day,
  daysBetween,
  daysFrom,
  firstOfMonth,
  isWithin,
  lastOfMonth,
  mondayOf,
  weekday,
} from '../../../shared/rules/calendar/day.ts'
import { briefDay, listed, withFullStop } from '../../../shared/rules/text/french.ts'
import type { Slot, Square } from './squares.ts'

/**
 * How a calendar fits a phone: one card per day when one or two weekdays are open, one column per weekday when a day
 * has a single slot, slots below each other when a day has several.
 */
export type Shape = 'cards' | 'dates' | 'slots'

/** Six columns of 44 px fit in 360 px. */
const maxColumns = 6

export const shapeOf = (calendar: Opened & Pick<CalendarShown, 'slots'>): Shape => {
  const columns = columnsOf(calendar).length
  if (calendar.weekdays.length <= 2 || columns > maxColumns) return 'cards'
  if (calendar.slots.length === 1) return 'dates'
  return columns <= 5 ? 'slots' : 'cards'
}

type Opened = Pick<CalendarShown, 'weekdays' | 'cells'>

/**
 * From the first open weekday to the last, including exceptional openings: a closed weekday between them keeps its
 * column.
 */
export const columnsOf = ({ weekdays, cells }: Opened): number[] => {
  const open = [...weekdays, ...cells.map(({ day }) => weekday(day))]
  const first = Math.min(...open)
  return open.length === 0 ? [] : Array.from({ length: Math.max(...open) - first + 1 }, (_, at) => first + at)
}

/** The days that are on screen together. */
export type View = { readonly first: Day; readonly last: Day }

/** A period shorter than 40 days is shown whole, without a choice of months. */
const shortPeriodDays = 40

export const isShort = (span: View): boolean => daysFrom(span.first, span.last) < shortPeriodDays

/** The views on screen, of which `month` is the first. */
export const monthsOf = (month: Day, shape: Shape, span: View): View[] => {
  if (shape === 'slots' && isShort(span)) return [span]
  const count = shape === 'slots' ? 1 : 2
  return Array.from({ length: count }, (_, at) => firstOfMonth(addMonths(month, at)))
    .filter((first) => first <= span.last && lastOfMonth(first) >= span.first)
    .map((first) => ({ first, last: lastOfMonth(first) }))
}

/** The month of the next day that can still be requested. */
export const monthToOpen = (today: Day, firstInTime: Day | null, { first, last }: View): Day => {
  const wanted = firstInTime ?? today
  return firstOfMonth(wanted < first ? first : wanted > last ? last : wanted)
}

/** A day with its cells, or consecutive days on which nothing can be requested, folded into one row with the reason. */
export type DayShown = { readonly kind: 'day'; readonly day: Day; readonly squares: readonly Square[] }
export type ClosedDays = {
  readonly kind: 'shut'
  readonly days: readonly Day[]
  readonly cause: 'past' | 'nobody' | 'closed'
  /** The names of the closures: « vacances de Noël ». */
  readonly closures: readonly string[]
}

export const closedText = ({ cause, closures }: ClosedDays): string =>
  ({ past: 'Jours passés.', nobody: 'Pas d’accueil.', closed: withFullStop(`Fermé\u00a0: ${closures.join(', ')}`) })[
    cause
  ]

type Reader = {
  readonly calendar: Opened & Pick<CalendarShown, 'slots' | 'closed' | 'today'>
  readonly span: View
  readonly squareAt: (day: Day, slot: Slot) => Square
}

export const dayEntries = (view: View, reader: Reader): (DayShown | ClosedDays)[] => {
  const { calendar, span } = reader
  const entries: (DayShown | ClosedDays)[] = []
  for (const day of daysBetween(view.first, view.last)) {
    if (!isWithin({ from: span.first, to: span.last }, day)) continue
    const squares = calendar.slots.map((slot) => reader.squareAt(day, slot))
    if (!calendar.weekdays.includes(weekday(day)) && squares.every(({ cell }) => cell === null)) continue
    const shut = closedDayOn(day, squares, calendar)
    const before = entries.at(-1)
    if (shut === null) entries.push({ kind: 'day', day, squares })
    else if (before?.kind === 'shut' && closedText(before) === closedText(shut))
      entries[entries.length - 1] = merged(before, shut)
    else entries.push(shut)
  }
  return entries
}

const merged = (before: ClosedDays, next: ClosedDays): ClosedDays => ({
  ...before,
  days: [...before.days, ...next.days],
  closures: [...new Set([...before.closures, ...next.closures])],
})

/** Null when a cell of the day has content, or can be requested. */
const closedDayOn = (
  day: Day,
  squares: readonly Square[],
  { closed, today }: Reader['calendar'],
): ClosedDays | null => {
  const isEmpty = squares.every(({ cell, state }) => cell === null || state === 'closed')
  if (!isEmpty) return null
  const shut = { kind: 'shut', days: [day], closures: [] } as const
  const hasContent = squares.some(({ cell }) => cell && (cell.facts.ask !== null || cell.note !== ''))
  if (day < today && !hasContent) return { ...shut, cause: 'past' }
  if (squares.some(({ cell }) => cell !== null)) return null
  const why = closed.find((one) => one.day === day)?.why
  return why ? { ...shut, cause: 'closed', closures: [why] } : { ...shut, cause: 'nobody' }
}

export type WeekShown = {
  readonly kind: 'week'
  readonly monday: Day
  /** One item per column; null outside the month or the registration. */
  readonly days: readonly (DayShown | null)[]
  /** Closed days of a week that has open days. */
  readonly shut: readonly ClosedDays[]
}

/**
 * Weeks of a month; weeks with nothing to request are folded together. With `isWhole`, the first and last weeks include
 * days of the neighbouring months.
 */
export const weekEntries = (view: View, reader: Reader, isWhole: boolean): (WeekShown | ClosedDays)[] => {
  const columns = columnsOf(reader.calendar)
  const entries: (WeekShown | ClosedDays)[] = []
  const start = mondayOf(view.first)
  const from = isWhole ? start : view.first
  for (let monday = start; monday <= view.last; monday = addDays(monday, 7)) {
    const until = isWhole ? addDays(monday, 6) : view.last
    const days = columns.map((column): DayShown | null => {
      const day = addDays(monday, column - 1)
      if (day < from || day > until || day < reader.span.first || day > reader.span.last) return null
      return { kind: 'day', day, squares: reader.calendar.slots.map((slot) => reader.squareAt(day, slot)) }
    })
    const shut = dayEntries({ first: monday < from ? from : monday, last: earlier(addDays(monday, 6), until) }, reader)
    if (shut.length === 0) continue
    const closings = shut.filter((one) => one.kind === 'shut')
    if (closings.length < shut.length) {
      entries.push({ kind: 'week', monday, days, shut: closings })
      continue
    }
    for (const one of closings) {
      const before = entries.at(-1)
      // Merge consecutive closed days, so that a public holiday does not split the school holidays in three.
      if (before?.kind === 'shut' && before.cause === one.cause) entries[entries.length - 1] = merged(before, one)
      else entries.push(one)
    }
  }
  return entries
}

const earlier = (one: Day, other: Day): Day => (one < other ? one : other)

/** « mer. 23 et mer. 30 déc. », « Du lun. 21 déc. au ven. 1ᵉʳ janv. » */
export const daysText = (days: readonly Day[]): string => {
  const [first] = days
  const last = days.at(-1)
  if (!first || !last) return ''
  if (days.length <= 2) {
    const texts = days.map((day) =>
      day.slice(0, 7) === last.slice(0, 7) && day !== last ? dayNumber(day) : briefDay(day),
    )
    return listed(texts)
  }
  return spanText({ first, last })
}

/** « Du lun. 22 au ven. 26 févr. » */
export const spanText = ({ first, last }: View): string =>
  `Du ${first.slice(0, 7) === last.slice(0, 7) ? dayNumber(first) : briefDay(first)} au ${briefDay(last)}`

/** « mar. 1ᵉʳ », where the month is obvious. */
export const dayNumber = (day: Day): string => briefDay(day).split(' ').slice(0, 2).join(' ')
