import { type Day, type Instant, minutesOf, type TimeOfDay, timeAt } from '../calendar/day.ts'
import { timeText } from '../text/french.ts'

export type AttendanceMark = 'present' | 'absent' | 'justifiedInTime' | 'justifiedLate'

export const attendanceMarkNames: Readonly<Record<AttendanceMark, string>> = {
  present: 'Présent',
  absent: 'Absent',
  justifiedInTime: 'Absence justifiée à temps',
  justifiedLate: 'Absence justifiée trop tard',
}

/** The state of a cell just before it is marked. */
export type MarkSituation = {
  /** Whether the child has a place, and so is expected. */
  readonly expected: boolean
  readonly before: AttendanceMark | null
  /** Whether an issued invoice bills this cell with its current mark. */
  readonly isBilled: boolean
  /** Whether the child's departure time is recorded: the invoice may bill it too. */
  readonly hasLeft: boolean
}

type MarkQuestion = MarkSituation & {
  readonly day: Day
  readonly today: Day
  readonly mark: AttendanceMark | null
  readonly reason: string
}

/**
 * Whether the mark contradicts an issued invoice. A booked day without a mark is billed as present: marking it present
 * changes no invoice.
 */
export const changesInvoice = (
  { expected, before, isBilled, hasLeft }: MarkSituation,
  mark: AttendanceMark | null,
): boolean => isBilled && (!expected || hasLeft || !isAsBilled(before) || !isAsBilled(mark))

const isAsBilled = (mark: AttendanceMark | null): boolean => mark === null || mark === 'present'

/** Why a mark cannot be set (or removed, for a null mark); null when it can. */
export const whyNotMark = ({ day, today, mark, reason, ...now }: MarkQuestion): string | null => {
  if (day > today) return 'Ce jour n’est pas encore venu\u00a0: le pointage se fait le jour même ou après.'
  if (changesInvoice(now, mark)) return 'Ce jour est déjà facturé\u00a0: corrigez par un avoir.'
  if (!now.expected && mark !== null && mark !== 'present')
    return 'Cet enfant n’est pas attendu\u00a0: il ne peut être absent.'
  const isJustified = mark === 'justifiedInTime' || mark === 'justifiedLate'
  return isJustified && reason.trim() === '' ? 'Indiquez ce qui justifie l’absence.' : null
}

/** Minutes between the end of the child's last slot and the departure; 0 for a departure in time. */
export const minutesLate = (end: TimeOfDay, leftAt: TimeOfDay): number =>
  Math.max(0, minutesOf(leftAt) - minutesOf(end))

type DepartureQuestion = {
  readonly day: Day
  readonly today: Day
  /** The start of the last slot on which the child was marked present; null when there is none. */
  readonly lastStart: TimeOfDay | null
  readonly isBilled: boolean
  readonly at: TimeOfDay | null
}

/** Why a departure time cannot be recorded (or removed, for a null time); null when it can. */
export const whyNotDeparture = ({ day, today, lastStart, isBilled, at }: DepartureQuestion): string | null => {
  if (day > today) return 'Ce jour n’est pas encore venu\u00a0: le départ se note le jour même ou après.'
  if (isBilled) return 'Ce jour est déjà facturé\u00a0: corrigez par un avoir.'
  if (lastStart === null) return 'Pointez d’abord l’enfant présent.'
  return at !== null && at < lastStart
    ? `Sa dernière plage commence à ${timeText(lastStart)}\u00a0: vérifiez l’heure.`
    : null
}

/** The last change of a cell's mark; `mark` is null if it was removed. */
export type LastMark = { readonly at: Instant; readonly mark: AttendanceMark | null }

/**
 * Why a mark that arrives late, such as one stored on a tablet without a network, is ignored: a more recent one was
 * made since. The latest made wins, not the latest received.
 */
export const olderMarkText = (madeAt: Instant, last: LastMark | null): string | null => {
  if (last === null || last.at <= madeAt) return null
  const since = last.mark === null ? 'Pointage repris depuis' : `${attendanceMarkNames[last.mark]}, noté depuis`
  const made = timeText(timeAt(madeAt))
  return `${since}, à ${timeText(timeAt(last.at))}\u00a0: le pointage fait à ${made}, plus ancien, n’est pas gardé.`
}
