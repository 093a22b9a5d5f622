import { type Day, type DaySpan, isWithin } from './day.ts'
import { formatNumber, spaces } from './money.ts'

/** A quotient familial of the CAF, the MSA or a paper, true on every day of its span. */
export type FamilyQuotientRow = DaySpan & {
  /** Points, two decimals at most. */
  readonly value: number
  /** Where it was read: « CAF », « MSA », « avis d’imposition »… */
  readonly source: string
}

/** The row true on `day`; where two cover it, the one that starts later. undefined: none is known, the top tariff applies. */
export const familyQuotientOn = (history: readonly FamilyQuotientRow[], day: Day): FamilyQuotientRow | undefined => {
  let found: FamilyQuotientRow | undefined
  for (const row of history) {
    if (isWithin(row, day) && (!found || found.from <= row.from)) found = row
  }
  return found
}

/** « QF 727 », or what it means that none is known. */
export const sayFamilyQuotient = (value: number | null): string =>
  value === null ? 'QF inconnu : tarif le plus haut' : `QF ${formatNumber(value)}`

/** Reads what staff type: « 727 », « 1 180 », « 300,5 ». */
export const parseFamilyQuotient = (text: string): { readonly value: number } | { readonly refusal: string } => {
  const typed = text.replace(spaces, '').replace(',', '.')
  if (typed === '') return { refusal: 'Le quotient familial manque.' }
  if (!/^\d{1,6}(\.\d{1,2})?$/.test(typed)) {
    return {
      refusal: `« ${text.trim()} » n’est pas un quotient familial : écrivez un nombre, par exemple « 727 » ou « 300,5 ».`,
    }
  }
  return { value: Number(typed) }
}
