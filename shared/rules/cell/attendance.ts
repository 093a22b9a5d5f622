import { type Day, type Instant, minutesOf, type TimeOfDay, timeAt } from '../calendar/day.ts'
import { timeText } from '../text/french.ts'

export type AttendanceMark = 'present' | 'absent' | 'justifiedInTime' | 'justifiedLate'

export const attendanceMarkNames: Readonly<Record<AttendanceMark, string>> = {
  present: 'Présent',
  absent: 'Absent',
  justifiedInTime: 'Absence justifiée à temps',
  justifiedLate: 'Absence justifiée trop tard',
}

/** What is known of a cell when it is marked. */
export type MarkedNow = {
  /** Whether a place is held, so that the child is expected. */
  readonly expected: boolean
  readonly before: AttendanceMark | null
  /** Whether an issued invoice counts this cell as it is marked now. */
  readonly isBilled: boolean
  /** Whether the time at which the child left was noted: the invoice may count it too. */
  readonly hasLeft: boolean
}

type MarkQuestion = MarkedNow & {
  readonly day: Day
  readonly today: Day
  readonly mark: AttendanceMark | null
  readonly reason: string
}

/** A booked day that nobody marked is billed as if the child had come: saying that it came changes no invoice. */
export const changesInvoice = (
  { expected, before, isBilled, hasLeft }: MarkedNow,
  mark: AttendanceMark | null,
): boolean => isBilled && (!expected || hasLeft || !isAsBilled(before) || !isAsBilled(mark))

const isAsBilled = (mark: AttendanceMark | null): boolean => mark === null || mark === 'present'

/** Why a mark cannot be set, or taken back when null; null when it can. */
export const whyNotMark = ({ day, today, mark, reason, ...now }: MarkQuestion): string | null => {
  if (day > today) return 'Ce jour n’est pas encore venu\u00a0: le pointage se fait le jour même ou après.'
  if (changesInvoice(now, mark)) return 'Ce jour est déjà facturé\u00a0: corrigez par un avoir.'
  if (!now.expected && mark !== null && mark !== 'present')
    return 'Cet enfant n’est pas attendu\u00a0: il ne peut être absent.'
  const isJustified = mark === 'justifiedInTime' || mark === 'justifiedLate'
  return isJustified && reason.trim() === '' ? 'Indiquez ce qui justifie l’absence.' : null
}

/** Minutes after the end of the child's last slot at which somebody came; 0 when it was in time. */
export const minutesLate = (end: TimeOfDay, leftAt: TimeOfDay): number =>
  Math.max(0, minutesOf(leftAt) - minutesOf(end))

type DepartureQuestion = {
  readonly day: Day
  readonly today: Day
  /** When the last slot that the child was marked present on begins; null when it was on none. */
  readonly lastStart: TimeOfDay | null
  readonly isBilled: boolean
  readonly at: TimeOfDay | null
}

/** Why the time at which a child left cannot be noted, or taken back when null; null when it can. */
export const whyNotLeft = ({ day, today, lastStart, isBilled, at }: DepartureQuestion): string | null => {
  if (day > today) return 'Ce jour n’est pas encore venu\u00a0: le départ se note le jour même ou après.'
  if (isBilled) return 'Ce jour est déjà facturé\u00a0: corrigez par un avoir.'
  if (lastStart === null) return 'Pointez d’abord l’enfant présent.'
  return at !== null && at < lastStart
    ? `Sa dernière plage commence à ${timeText(lastStart)}\u00a0: vérifiez l’heure.`
    : null
}

/** What a cell was last told, a mark taken back included. */
export type LastMark = { readonly at: Instant; readonly mark: AttendanceMark | null }

/**
 * Why a mark that travelled late, such as one kept on a tablet while the connection was lost, changes nothing: the cell
 * was told something else since. The latest made wins, not the latest to arrive.
 */
export const whyTooOld = (madeAt: Instant, last: LastMark | null): string | null => {
  if (last === null || last.at <= madeAt) return null
  const since = last.mark === null ? 'Pointage repris depuis' : `${attendanceMarkNames[last.mark]}, noté depuis`
  const made = timeText(timeAt(madeAt))
  return `${since}, à ${timeText(timeAt(last.at))}\u00a0: le pointage fait à ${made}, plus ancien, n’est pas gardé.`
}
