import type { Day } from './day.ts'

export type AttendanceMark = 'present' | 'absent' | 'justifiedInTime' | 'justifiedLate'

export const attendanceMarkNames: Readonly<Record<AttendanceMark, string>> = {
  present: 'Présent',
  absent: 'Absent',
  justifiedInTime: 'Absence justifiée à temps',
  justifiedLate: 'Absence justifiée trop tard',
}

export type MarkQuestion = {
  readonly day: Day
  readonly today: Day
  /** Whether a place is held, so that the child is expected. */
  readonly expected: boolean
  readonly mark: AttendanceMark | null
  /** Whether an issued invoice counts this cell as it is marked now. */
  readonly isBilled: boolean
  readonly reason: string
}

/** Why a mark cannot be set, or taken back when null; null when it can. */
export const whyNotMark = ({ day, today, expected, mark, isBilled, reason }: MarkQuestion): string | null => {
  if (day > today) return 'Ce jour n’est pas encore venu : le pointage se fait le jour même ou après.'
  if (isBilled) return 'Ce jour est déjà facturé : corrigez par un avoir.'
  if (!expected && mark !== null && mark !== 'present') return 'Cet enfant n’est pas attendu : il ne peut être absent.'
  const isJustified = mark === 'justifiedInTime' || mark === 'justifiedLate'
  return isJustified && reason.trim() === '' ? 'Indiquez ce qui justifie l’absence.' : null
}
