import { ascending } from '../../collections.ts'
import { addDays, addMonths, type Day, type DayRange, isWithin } from '../calendar/day.ts'
import { formatNumber, spaces } from '../money/money.ts'
import { longDate, numericDay, quoted } from '../text/french.ts'

/** A quotient familial from the CAF, the MSA or a paper, which prices every day of its span. */
export type FamilyQuotientRow = DayRange & {
  /** Points, two decimals at most; null on days after the quotient has ended, when none counts any more. */
  readonly value: number | null
  /** The source: « CAF », « MSA », « avis d’imposition »… */
  readonly source: string
  /**
   * On a row of days after the last valid one: that day. If the row has a value, it is the last known quotient, which
   * still prices these days.
   */
  readonly endedOn?: Day | undefined
}

/** The highest accepted quotient. A QF is a monthly income in euros per part: a larger number is a typing error. */
export const maxQuotient = 20_000
export const quotientTooHighText = 'Quotient familial à corriger\u00a0: 20\u202f000 au plus. Est-ce un revenu\u00a0?'

const highQuotient = 5_000

/** A question shown next to a quotient so high that it may be an income typed by mistake; null for an ordinary one. */
export const quotientQuestion = (value: number | null): string | null =>
  value !== null && value > highQuotient && value <= maxQuotient
    ? 'Ce quotient est très élevé\u00a0: est-ce bien le quotient familial, et non un revenu\u00a0?'
    : null

/** « MSA, depuis le 1ᵉʳ septembre 2026 »; without the source when it is empty. */
export const quotientSinceText = ({ source, fromDay }: { readonly source: string; readonly fromDay: Day }): string =>
  [source, `depuis le ${longDate(fromDay)}`].filter((part) => part !== '').join(', ')

/** What follows a quotient that counts no more: « plus valable depuis le 01/01/2027 : tarif le plus haut ». */
export const quotientStateText = ({
  state,
  lastDay,
}: {
  readonly state: 'counts' | 'lastKnown' | 'ended'
  readonly lastDay: Day | null
}): string => {
  if (state === 'counts' || lastDay === null) return ''
  const since = `plus valable depuis le ${numericDay(addDays(lastDay, 1))}`
  return state === 'ended' ? `${since}\u00a0: tarif le plus haut` : `${since}\u00a0: le dernier connu compte encore`
}

/**
 * The row valid on `day`; of two that overlap, the one that starts later. Undefined without any: the highest price then
 * applies.
 */
export const familyQuotientOn = (history: readonly FamilyQuotientRow[], day: Day): FamilyQuotientRow | undefined => {
  let found: FamilyQuotientRow | undefined
  for (const row of history) {
    if (isWithin(row, day) && (!found || found.from <= row.from)) found = row
  }
  return found
}

/**
 * Rows with a value, as the portal is given them, and the days between them on which a quotient has ended and none
 * counts.
 */
export const withEndedDays = (rows: readonly FamilyQuotientRow[]): FamilyQuotientRow[] =>
  rows.flatMap((row, position) => {
    const next = rows[position + 1]
    if (row.to === undefined || next?.from === addDays(row.to, 1)) return [row]
    const to = next && addDays(next.from, -1)
    return [row, { from: addDays(row.to, 1), to, value: null, source: '', endedOn: row.endedOn ?? row.to }]
  })

/**
 * What a home reads of its quotient on a day: its value, until when it counts, and since when it has ended.
 * @param rows as `withEndedDays` gives them
 */
export const quotientOutlook = (
  rows: readonly FamilyQuotientRow[],
  on: Day,
): { readonly value: number | null; readonly until: Day | null; readonly endedOn: Day | null } => {
  const row = familyQuotientOn(rows, on)
  if (!row || row.value === null) return { value: null, until: null, endedOn: row?.endedOn ?? null }
  const { value, endedOn = null } = row
  let last = row
  // A newer quotient that is known already follows without a gap.
  for (const next of rows)
    if (last.to !== undefined && next.from === addDays(last.to, 1) && next.value !== null && !next.endedOn) last = next
  return { value, until: last.to ?? null, endedOn }
}

/** The CAF recalculates quotients each January, so one read more than a year ago may be out of date. */
export const isQuotientOld = (readOn: Day, today: Day): boolean => addMonths(readOn, 12) < today

/** The quotient used to price a day; null without one. */
export type QuotientOfDay = { readonly day: Day; readonly value: number | null }

/**
 * The quotients used to price days, oldest first, each with the day it became valid; consecutive equal ones are merged.
 * Empty when no day had a quotient.
 */
export const quotientsUsed = (
  days: readonly QuotientOfDay[],
  history: readonly FamilyQuotientRow[],
): { readonly value: number | null; readonly from: Day }[] => {
  const used: { value: number | null; from: Day }[] = []
  for (const { day, value } of days.toSorted(ascending(({ day }) => day))) {
    if (used.at(-1)?.value === value) continue
    const found = familyQuotientOn(history, day)
    // A last known quotient has the day on which it became valid, not the first one after its end.
    const row = found?.endedOn === undefined ? found : familyQuotientOn(history, found.endedOn)
    used.push({ value, from: row?.value === value ? row.from : day })
  }
  return used.every(({ value }) => value === null) ? [] : used
}

/** How the explanation of a price begins that no quotient of the home lowered. */
export const unknownQuotientText = 'QF inconnu\u00a0: tarif le plus haut'

/** « QF 727 », or the consequence of a missing quotient, or of one that has ended. */
export const familyQuotientText = (value: number | null, endedOn?: Day): string => {
  if (value !== null) return `QF ${formatNumber(value)}`
  return endedOn === undefined
    ? unknownQuotientText
    : `QF valable jusqu’au ${numericDay(endedOn)}\u00a0: tarif le plus haut`
}

/** Why a quotient that has ended still counts. */
export const lastKnownText = (endedOn: Day): string => `dernier QF connu, valable jusqu’au ${numericDay(endedOn)}`

/** Parses a quotient as staff type it: « 727 », « 1 180 », « 300,5 ». */
export const parseFamilyQuotient = (text: string): { readonly value: number } | { readonly refusal: string } => {
  const typed = text.replace(spaces, '').replace(',', '.')
  if (typed === '') return { refusal: 'Le quotient familial manque.' }
  if (!/^\d{1,6}(\.\d{1,2})?$/.test(typed)) {
    return {
      refusal: `${quoted(text)} n’est pas un quotient familial\u00a0: écrivez un nombre, par exemple «\u00a0727\u00a0» ou «\u00a0300,5\u00a0».`,
    }
  }
  return { value: Number(typed) }
}
