import { ascending } from '../../collections.ts'
import { addMonths, type Day, type DaySpan, isWithin } from '../calendar/day.ts'
import { formatNumber, spaces } from '../money/money.ts'
import { longDate } from '../text/french.ts'

/** A quotient familial of the CAF, the MSA or a paper, true on every day of its span. */
export type FamilyQuotientRow = DaySpan & {
  /** Points, two decimals at most. */
  readonly value: number
  /** Where it was read: « CAF », « MSA », « avis d’imposition »… */
  readonly source: string
}

/** The highest accepted quotient. A QF is a monthly income in euros per part: a larger number is a typing error. */
export const highestQuotient = 20_000
export const quotientTooHigh = 'Quotient familial à corriger\u00a0: 20\u202f000 au plus. Est-ce un revenu\u00a0?'

const unusualQuotient = 5_000

/** A question beside a quotient so high that it may be an income typed by mistake; null for a usual one. */
export const quotientQuestion = (value: number | null): string | null =>
  value !== null && value > unusualQuotient && value <= highestQuotient
    ? 'Ce quotient est très élevé\u00a0: est-ce bien le quotient familial, et non un revenu\u00a0?'
    : null

/** « MSA, depuis le 1ᵉʳ septembre 2026 »; where nobody typed the source, none is named. */
export const quotientSinceText = ({ source, fromDay }: { readonly source: string; readonly fromDay: Day }): string =>
  [source, `depuis le ${longDate(fromDay)}`].filter((part) => part !== '').join(', ')

/** The row true on `day`; where two cover it, the one that starts later. undefined: none is known, the top tariff applies. */
export const familyQuotientOn = (history: readonly FamilyQuotientRow[], day: Day): FamilyQuotientRow | undefined => {
  let found: FamilyQuotientRow | undefined
  for (const row of history) {
    if (isWithin(row, day) && (!found || found.from <= row.from)) found = row
  }
  return found
}

/** The CAF computes quotients again each January, so one read more than a year ago may be out of date. */
export const isQuotientOld = (readOn: Day, today: Day): boolean => addMonths(readOn, 12) < today

/** The quotient that prices a day; null where none was known. */
export type QuotientOfDay = { readonly day: Day; readonly value: number | null }

/**
 * The quotients that days were priced with, oldest first, each from the day on which it became valid; consecutive equal
 * ones are merged. Empty when none was known on any of the days.
 */
export const quotientsUsed = (
  days: readonly QuotientOfDay[],
  history: readonly FamilyQuotientRow[],
): { readonly value: number | null; readonly from: Day }[] => {
  const used: { value: number | null; from: Day }[] = []
  for (const { day, value } of days.toSorted(ascending(({ day }) => day))) {
    if (used.at(-1)?.value === value) continue
    const row = familyQuotientOn(history, day)
    used.push({ value, from: row?.value === value ? row.from : day })
  }
  return used.every(({ value }) => value === null) ? [] : used
}

/** « QF 727 », or what it means that none is known. */
export const sayFamilyQuotient = (value: number | null): string =>
  value === null ? 'QF inconnu\u00a0: tarif le plus haut' : `QF ${formatNumber(value)}`

/** Reads what staff type: « 727 », « 1 180 », « 300,5 ». */
export const parseFamilyQuotient = (text: string): { readonly value: number } | { readonly refusal: string } => {
  const typed = text.replace(spaces, '').replace(',', '.')
  if (typed === '') return { refusal: 'Le quotient familial manque.' }
  if (!/^\d{1,6}(\.\d{1,2})?$/.test(typed)) {
    return {
      refusal: `«\u00a0${text.trim()}\u00a0» n’est pas un quotient familial\u00a0: écrivez un nombre, par exemple «\u00a0727\u00a0» ou «\u00a0300,5\u00a0».`,
    }
  }
  return { value: Number(typed) }
}
