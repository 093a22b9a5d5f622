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
  /** Whether the accounts of the home's month are final (« mois arrêté »): no run corrects its invoices any more. */
  readonly isFinal: boolean
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
 * Whether the mark contradicts an issued invoice, so that the next run has a difference to bill. A booked day without a
 * mark is billed as present: marking it present changes no invoice.
 */
export const changesInvoice = (
  { expected, before, isBilled, hasLeft }: MarkSituation,
  mark: AttendanceMark | null,
): boolean => isBilled && (!expected || hasLeft || !isAsBilled(before) || !isAsBilled(mark))

const isAsBilled = (mark: AttendanceMark | null): boolean => mark === null || mark === 'present'

export const finalMonthText = 'Ce jour est facturé et les comptes de son mois sont arrêtés\u00a0: rien n’y change plus.'

/** What staff read before they mark a billed day otherwise. */
export const regularisedLaterText = 'Ce jour est facturé\u00a0: la prochaine facturation reprendra ce qui change.'

/** Why a mark cannot be set (or removed, for a null mark); null when it can. */
export const whyNotMark = ({ day, today, mark, reason, ...now }: MarkQuestion): string | null => {
  if (day > today) return 'Ce jour n’est pas encore venu\u00a0: le pointage se fait le jour même ou après.'
  if (now.isFinal && changesInvoice(now, mark)) return finalMonthText
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
  /** Whether an issued invoice bills a slot of the day, and the accounts of its month are final. */
  readonly isBilledInFinalMonth: boolean
  readonly at: TimeOfDay | null
}

/** Why a departure time cannot be recorded (or removed, for a null time); null when it can. */
export const whyNotDeparture = ({
  day,
  today,
  lastStart,
  isBilledInFinalMonth,
  at,
}: DepartureQuestion): string | null => {
  if (day > today) return 'Ce jour n’est pas encore venu\u00a0: le départ se note le jour même ou après.'
  if (isBilledInFinalMonth) return finalMonthText
  if (lastStart === null) return 'Pointez d’abord l’enfant présent.'
  return at !== null && at < lastStart
    ? `Sa dernière plage commence à ${timeText(lastStart)}\u00a0: vérifiez l’heure.`
    : null
}

type ArrivalQuestion = Omit<DepartureQuestion, 'lastStart'> & {
  /** The end of the last slot on which the child was marked present; null when there is none. */
  readonly lastEnd: TimeOfDay | null
}

/** Why an arrival time cannot be recorded (or removed, for a null time); null when it can. */
export const whyNotArrival = ({ day, today, lastEnd, isBilledInFinalMonth, at }: ArrivalQuestion): string | null => {
  if (day > today) return 'Ce jour n’est pas encore venu\u00a0: l’arrivée se note le jour même ou après.'
  if (isBilledInFinalMonth) return finalMonthText
  if (lastEnd === null) return 'Pointez d’abord l’enfant présent.'
  return at !== null && at >= lastEnd ? `Sa dernière plage finit à ${timeText(lastEnd)}\u00a0: vérifiez l’heure.` : null
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
