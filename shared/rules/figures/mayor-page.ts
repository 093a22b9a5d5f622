import { addDays, addMonths, type Day, dayOf, firstOfMonth, lastOfMonth, yearOf } from '../calendar/day.ts'
import { percentText } from '../money/money.ts'
import { differenceText, type Unit, wholeFigureText } from './figures-table.ts'

/** « Page du maire »: the figures of a year on one page, beside those of the year before. */

/**
 * A figure for the year and for the same days a year before; null when it is unknown, or when the reader may not see
 * it.
 */
export type MayorFigure = {
  readonly key: 'children' | 'hours' | 'share' | 'waiting' | 'income' | 'unpaid'
  readonly unit: Unit
  readonly now: number | null
  readonly before: number | null
}

export const mayorTitles: Readonly<Record<MayorFigure['key'], string>> = {
  children: 'Enfants accueillis',
  hours: 'Heures d’accueil',
  share: 'Places occupées',
  waiting: 'Enfants en attente',
  income: 'Recettes encaissées',
  unpaid: 'Impayés échus',
}

/** What each figure counts, in a few words. */
export const mayorNotes: Readonly<Record<MayorFigure['key'], string>> = {
  children: 'venus au moins une fois',
  hours: 'comptées comme pour la CAF',
  share: 'des places ouvertes',
  waiting: 'places proposées comprises',
  income: 'par la régie',
  unpaid: 'aujourd’hui',
}

/** The unit of a figure, as a spreadsheet names it. */
export const unitNames: Readonly<Record<Unit, string>> = { count: 'nombre', euros: '€', percent: '%', hours: 'heures' }

/** « 349 un an avant, + 12,9 % » */
export const againstYearText = ({ now, before, unit }: Omit<MayorFigure, 'key'>): string => {
  if (before === null || now === null) return ''
  if (before === 0) return 'rien un an avant'
  const change = unit === 'percent' ? `${differenceText(now - before, 'count')}\u00a0points` : percentText(before, now)
  return `${wholeFigureText(before, unit)} un an avant, ${change}`
}

/** The days for which children may wait. */
export const waitingDays = (today: Day): { readonly from: Day; readonly to: Day } => ({
  from: addDays(today, 1),
  to: addDays(today, 366),
})

/** The months of a year that are over, or its first month while none is. Null for a year to come. */
export const mayorDays = (year: number, today: Day): { readonly from: Day; readonly to: Day } | null => {
  const from = dayOf(year, 1, 1)
  if (year > yearOf(today)) return null
  if (year < yearOf(today)) return { from, to: dayOf(year, 12, 31) }
  const over = lastOfMonth(addMonths(firstOfMonth(today), -1))
  return { from, to: over < from ? lastOfMonth(from) : over }
}
