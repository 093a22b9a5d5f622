import type { TimeOfDay } from '../calendar/day.ts'
import { alphabetically, sameName } from '../people/names.ts'
import { levels } from '../people/schooling.ts'
import { timeText } from '../text/french.ts'
import type { AttendanceMark } from './attendance.ts'

/** Expected and not known to be absent, or come without a booking. */
export const isComing = ({
  expected,
  mark,
}: {
  readonly expected: boolean
  readonly mark: AttendanceMark | null
}): boolean => mark === 'present' || (expected && mark === null)

type Hours = { readonly start: TimeOfDay; readonly end: TimeOfDay }

/** « 8 h 00 – 13 h 30, 16 h 30 – 18 h 00 »: slots that follow each other are one stay. */
export const hoursText = (slots: readonly Hours[]): string => {
  const spans: Hours[] = []
  for (const { start, end } of slots.toSorted((one, other) => compared(one.start, other.start))) {
    const last = spans.at(-1)
    if (last && start <= last.end) spans[spans.length - 1] = { start: last.start, end: end > last.end ? end : last.end }
    else spans.push({ start, end })
  }
  return spans.map(({ start, end }) => `${timeText(start)}\u00a0–\u00a0${timeText(end)}`).join(', ')
}

/** How a list of the day is cut. */
export type Grouping = 'activity' | 'school' | 'class' | 'age'

export type Placed = {
  readonly activity: string
  readonly school: string
  readonly level: string
  readonly className: string
  /** Whole years, on the day. */
  readonly years: number
}

/** The name of the group that a child is in. Six is where the law changes the number of adults (R227-15). */
export const groupOf = (grouping: Grouping, { activity, school, level, className, years }: Placed): string => {
  if (grouping === 'activity') return activity
  if (grouping === 'school') return school === '' ? 'École non connue' : school
  if (grouping === 'age') return years < 6 ? 'Moins de 6 ans' : '6 ans et plus'
  return classText({ level, className }) || 'Classe non connue'
}

/** « CP A », « CE1, classe de Mme Roux »: many a class has its level in its name. */
export const classText = ({ level, className }: Pick<Placed, 'level' | 'className'>): string =>
  className.startsWith(level) ? className : [level, className].filter((part) => part !== '').join(', ')

/** In the order in which one looks for them: classes by level, the youngest first, what is not known last. */
export const inGroups = <Row>(
  rows: readonly Row[],
  grouping: Grouping,
  placeOf: (row: Row) => Placed,
): { readonly name: string; readonly rows: readonly Row[] }[] => {
  const groups = [...Map.groupBy(rows, (row) => groupOf(grouping, placeOf(row)))]
  // Activities keep the order of the day.
  if (grouping === 'activity') return groups.map(([name, own]) => ({ name, rows: own }))
  const rank = (own: readonly Row[]): number => {
    const [first] = own
    if (!first) return 0
    const { school, level, years } = placeOf(first)
    if (grouping === 'age') return years < 6 ? 0 : 1
    if (grouping === 'school') return school === '' ? 1 : 0
    const at = levels.findIndex((one) => one === level)
    return at < 0 ? levels.length : at
  }
  return groups
    .toSorted(([name, own], [otherName, other]) => rank(own) - rank(other) || alphabetically(name, otherName))
    .map(([name, own]) => ({ name, rows: own }))
}

const compared = (one: string, other: string): number => Number(one > other) - Number(one < other)

/** A parent, or the home itself. */
export type ToCall = { readonly firstName: string; readonly lastName: string; readonly phones: readonly string[] }

/**
 * « Camille Duval, 06 39 98 41 27 »
 * @param childName the last name of the child, beside which the same one is not told again where room is short
 */
export const toCallText = ({ firstName, lastName, phones }: ToCall, childName = ''): string =>
  [sameName(lastName, childName) ? firstName : `${firstName} ${lastName}`.trim(), ...phones].join(', ')
