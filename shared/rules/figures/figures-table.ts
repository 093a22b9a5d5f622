import type { Cents } from '../money/money.ts'
import { formatEuros, formatNumber, percentText } from '../money/money.ts'
import { hoursText } from './hours-rule.ts'

/* A table of figures, made once in the core; screen, spreadsheet and paper show the same one. */

/** The values of `euros` are in cents, of `hours` in minutes, of `percent` in whole percents. */
export const units = ['count', 'euros', 'percent', 'hours'] as const
export type Unit = (typeof units)[number]

export const formerSteps = ['month', 'activity', 'site'] as const
export type FormerStep = (typeof formerSteps)[number]
export const formerStepNames: Readonly<Record<FormerStep, string>> = {
  month: 'Mois',
  activity: 'Activité',
  site: 'Site',
}

export const attendanceSteps = ['day', 'week', 'month', 'activity', 'group'] as const
export type AttendanceStep = (typeof attendanceSteps)[number]
export const attendanceStepNames: Readonly<Record<AttendanceStep, string>> = {
  day: 'Jour',
  week: 'Semaine',
  month: 'Mois',
  activity: 'Activité',
  group: 'Groupe',
}

/** The column titles of « Fréquentation ». */
export const attendanceTitles = {
  present: 'Présents',
  taken: 'Prises',
  places: 'Places',
  share: 'Occupées',
  booked: 'Réservés',
  absent: 'Absents',
  toMark: 'À pointer',
  waiting: 'Attente',
} as const

export const peopleSteps = ['bracket', 'town', 'school', 'age'] as const
export type PeopleStep = (typeof peopleSteps)[number]
export const peopleStepNames: Readonly<Record<PeopleStep, string>> = {
  bracket: 'Tranche',
  town: 'Commune',
  school: 'École',
  age: 'Âge',
}

export const incomeSteps = ['month', 'activity', 'nature', 'bracket', 'means'] as const
export type IncomeStep = (typeof incomeSteps)[number]
export const incomeStepNames: Readonly<Record<IncomeStep, string>> = {
  month: 'Mois',
  activity: 'Activité',
  nature: 'Nature',
  bracket: 'Tranche',
  means: 'Moyen',
}

export const unpaidSteps = ['age', 'activity'] as const
export type UnpaidStep = (typeof unpaidSteps)[number]
export const unpaidStepNames: Readonly<Record<UnpaidStep, string>> = { age: 'Ancienneté', activity: 'Activité' }

/** « 1 730 », « 1 234,56 € », « 92 % », « 9 h »; « – » for nothing. */
export const figureText = (value: number | null, unit: Unit): string => {
  if (value === null || (value === 0 && unit !== 'percent')) return '–'
  return texts[unit](value)
}

const texts: Readonly<Record<Unit, (value: number) => string>> = {
  count: formatNumber,
  euros: formatEuros,
  percent: (value) => `${formatNumber(value)}\u00a0%`,
  hours: hoursText,
}

/** A difference with its sign: « + 12 », « −3 », « 0 », « 0 € ». */
export const differenceText = (value: number | null, unit: Unit): string => {
  if (value === null) return '–'
  if (value === 0) return unit === 'euros' ? '0\u00a0€' : '0'
  // Hours are formatted by rounding down, which is wrong for negative minutes: so the sign is added afterwards.
  const size = texts[unit](Math.abs(value))
  return value > 0 ? `+\u00a0${size}` : `−${size}`
}

/** A figure for readers who want few digits: whole euros, whole hours. */
export const wholeFigureText = (value: number | null, unit: Unit): string => {
  if (value === null) return '–'
  if (unit === 'euros') return `${formatNumber(Math.round(value / 100))}\u00a0€`
  if (unit === 'hours') return `${formatNumber(Math.round(value / 60))}\u00a0h`
  return texts[unit](value)
}

/** The share of a part in the whole, in whole percents; null when the whole is zero. */
export const shareOf = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part / whole) * 100)

/** « contre 47,5 un an avant : + 10 % », or a text saying that there was nothing a year before. */
export const againstText = (now: number, before: number, write: (value: number) => string): string =>
  before === 0 ? 'rien un an avant' : `contre ${write(before)} un an avant\u00a0: ${percentText(before, now)}`

/** A mean with one decimal. */
export const meanText = (sum: number, times: number): string =>
  times === 0 ? '0' : formatNumber(Math.round((sum / times) * 10) / 10)

export const centsOf = (rows: readonly { readonly cents: Cents }[]): Cents =>
  rows.reduce((sum, { cents }) => sum + cents, 0)
