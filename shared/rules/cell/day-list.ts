import type { TimeOfDay } from '../calendar/day.ts'
import { alphabetically, sameName } from '../people/names.ts'
import { disputedText } from '../people/pickup.ts'
import { levels } from '../people/schooling.ts'
import { listed, timeText } from '../text/french.ts'
import type { AttendanceMark } from './attendance.ts'

/** Whether the child comes: expected and not marked absent, or present without a booking. */
export const isComing = ({
  expected,
  mark,
}: {
  readonly expected: boolean
  readonly mark: AttendanceMark | null
}): boolean => mark === 'present' || (expected && mark === null)

type Hours = { readonly start: TimeOfDay; readonly end: TimeOfDay }

/** « 8 h 00 – 13 h 30, 16 h 30 – 18 h 00 »: consecutive slots are merged. */
export const hoursText = (slots: readonly Hours[]): string => {
  const spans: Hours[] = []
  for (const { start, end } of slots.toSorted((one, other) => compared(one.start, other.start))) {
    const last = spans.at(-1)
    if (last && start <= last.end) spans[spans.length - 1] = { start: last.start, end: end > last.end ? end : last.end }
    else spans.push({ start, end })
  }
  return spans.map(({ start, end }) => `${timeText(start)}\u00a0–\u00a0${timeText(end)}`).join(', ')
}

/** The criterion that groups the children of a day list. */
export type Grouping = 'activity' | 'school' | 'class' | 'age'

export type GroupableChild = {
  readonly activity: string
  readonly school: string
  readonly level: string
  readonly className: string
  /** Age in whole years, on the day of the list. */
  readonly years: number
}

/** The name of a child's group. The age limit is six because the law requires more adults below it (R227-15). */
export const groupOf = (grouping: Grouping, { activity, school, level, className, years }: GroupableChild): string => {
  if (grouping === 'activity') return activity
  if (grouping === 'school') return school === '' ? 'École non connue' : school
  if (grouping === 'age') return years < 6 ? 'Moins de 6 ans' : '6 ans et plus'
  return classText({ level, className }) || 'Classe non connue'
}

/** « CP A », « CE1, classe de Mme Roux »: the level is left out when the class's name begins with it. */
export const classText = ({ level, className }: Pick<GroupableChild, 'level' | 'className'>): string =>
  className.startsWith(level) ? className : [level, className].filter((part) => part !== '').join(', ')

/** Groups rows in reading order: classes by level, the youngest first; unknown schools and classes last. */
export const groupRows = <Row>(
  rows: readonly Row[],
  grouping: Grouping,
  childOf: (row: Row) => GroupableChild,
): { readonly name: string; readonly rows: readonly Row[] }[] => {
  const groups = [...Map.groupBy(rows, (row) => groupOf(grouping, childOf(row)))]
  // Activities keep the order in which the day lists them.
  if (grouping === 'activity') return groups.map(([name, own]) => ({ name, rows: own }))
  const rank = (own: readonly Row[]): number => {
    const [first] = own
    if (!first) return 0
    const { school, level, years } = childOf(first)
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

/** A parent or a home, with phone numbers to call. */
export type PersonToCall = { readonly firstName: string; readonly lastName: string; readonly phones: readonly string[] }

/**
 * « Camille Duval, 06 39 98 41 27 »
 * @param childName the child's last name: a person with the same one is shown by first name only, to save room
 */
export const personToCallText = ({ firstName, lastName, phones }: PersonToCall, childName = ''): string =>
  [sameName(lastName, childName) ? firstName : `${firstName} ${lastName}`.trim(), ...phones].join(', ')

/**
 * « parents », « parents, sauf Karim Benali » when a guardian of the home does not fetch the child, « parents (pour Odile
 * Sorel, appelez la direction) » when one is forbidden without a decision that counts.
 */
export const parentsFetchingText = ({
  notFetching,
  disputed,
}: {
  readonly notFetching: readonly string[]
  readonly disputed: readonly string[]
}): string =>
  [
    'parents',
    disputed.length === 0 ? '' : ` (pour ${listed(disputed)}, appelez la direction)`,
    notFetching.length === 0 ? '' : `, sauf ${listed(notFetching)}`,
  ].join('')

/** What lists say beside a child of those who must not take it away. */
export const bannedTexts = (child: {
  readonly forbiddenPickups: readonly string[]
  readonly disputedPickups: readonly string[]
}): string[] => [
  ...child.forbiddenPickups.map((person) => `Interdit\u00a0: ${person}`),
  ...child.disputedPickups.map(disputedText),
]
