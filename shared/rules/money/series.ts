import { numberText } from './invoice.ts'
import { readCouponCode } from './paper-codes.ts'

/*
 * Papers are numbered in series: the papers of one kind, régie and year are counted from 1 without a gap. A series of
 * the first régie is named by one letter; the names of another régie's series begin with its prefix: `F`, `CVF`.
 */

/**
 * F: invoices (« factures »). A: credit notes (« avoirs »). T: invoices and credit notes of third parties. Q: payment
 * receipts (« quittances »). B: deposit slips. R: reminders (« relances »). E: lists of what is handed to the Treasury
 * (« états des restes »).
 */
export const seriesLetters = ['F', 'A', 'T', 'Q', 'B', 'R', 'E'] as const
export type SeriesLetter = (typeof seriesLetters)[number]

/** The name of a series without its year. @param prefix of the régie; null for the first one */
export const seriesOf = (prefix: string | null, letter: SeriesLetter): string => `${prefix ?? ''}${letter}`

/** Whether a text is the name of a series, without its year. */
export const isSeries = (text: string): boolean =>
  /^[A-Z]{0,3}$/.test(text.slice(0, -1)) && isSeriesLetter(text.slice(-1))

/**
 * Papers whose numbers continue through the years: closings (« clôtures ») and remittances (« versements ») of a régie.
 */
export const lastingLetters = ['C', 'V'] as const
export type LastingLetter = (typeof lastingLetters)[number]

/** Whether a text is the name of a series that continues through the years. */
export const isLastingSeries = (text: string): boolean => /^[A-Z]{0,3}[CV]$/.test(text)

/** @throws RangeError when it is not the name of a series */
const partsOf = (series: string): { readonly prefix: string; readonly letter: SeriesLetter } => {
  const letter = seriesLetters.find((one) => series.endsWith(one))
  if (letter === undefined) throw new RangeError(`« ${series} » is no series`)
  return { prefix: series.slice(0, -1), letter }
}

/** A number as papers print it: « 2026-000123 », « 2026-A00012 », « CV-2026-000123 », « CV-Q2026-000045 ». */
export const numberIn = (series: string, year: number, number: number): string => {
  const { prefix, letter } = partsOf(series)
  const text = {
    F: () => numberText(year, number),
    A: () => `${year}-A${String(number).padStart(5, '0')}`,
    T: () => `T${numberText(year, number)}`,
    Q: () => `Q${numberText(year, number)}`,
    B: () => `B${numberText(year, number)}`,
    R: () => `R${numberText(year, number)}`,
    E: () => `E${numberText(year, number)}`,
  }[letter]()
  return prefix === '' ? text : `${prefix}-${text}`
}

const paperNames: Readonly<Record<SeriesLetter, string>> = {
  F: 'Facture n°\u00a0',
  A: 'Avoir n°\u00a0',
  T: 'Facture ',
  Q: 'Quittance ',
  B: 'Bordereau ',
  R: 'Relance ',
  E: 'État ',
}

/** « Facture n° CV-2026-000123 », « Quittance Q2026-000045 » */
export const paperName = (series: string, year: number, number: number): string =>
  `${paperNames[partsOf(series).letter]}${numberIn(series, year, number)}`

/** The columns of a paper that hold its number; null on a draft. */
export type Numbered = { readonly series: string | null; readonly year: number | null; readonly number: number | null }

/** Null for a draft. */
export const numberOf = ({ series, year, number }: Numbered): string | null =>
  series === null || year === null || number === null ? null : numberIn(series, year, number)

/** A number as a person or a barcode reader typed it. */
export type TypedNumber = {
  /** Empty for the first régie; null when the text may mean any régie. */
  readonly prefix: string | null
  /** Null: invoices and credit notes. */
  readonly letter: SeriesLetter | null
  readonly year: number | null
  /**
   * As typed, including leading zeros. With zeros it is a whole number of a paper; with a year and without zeros, it
   * may be the beginning of one.
   */
  readonly digits: string
}

/**
 * Reads a number from a printed paper, also without its zeros, its year or its prefix: « CV-2026-1301 », « 1301 », «
 * F-1301 », « Q2026-45 »; PayFiP's reference: « CV2026001301 »; or what a scanner types from the coupon of an invoice,
 * with the amount behind. Null when the text is no number.
 */
export const readNumber = (text: string): TypedNumber | null => {
  const typed = text.toUpperCase().replaceAll(/\s/g, '')
  return readReference(readCouponCode(typed)?.reference ?? typed) ?? readPrinted(typed)
}

/** A whole number without its hyphens, as in PayFiP's reference and in the barcode of a coupon. */
const readReference = (typed: string): TypedNumber | null => {
  const [, first = '', year, after, digits] = /^([A-Z]{0,3})(20\d{2})(A)?(\d{5,6})$/.exec(typed) ?? []
  if (year === undefined || digits === undefined) return null
  const letter = [after, first].find((one) => one !== undefined && isSeriesLetter(one))
  return { prefix: isSeriesLetter(first) ? '' : first, letter: letter ?? 'F', year: Number(year), digits }
}

const readPrinted = (typed: string): TypedNumber | null => {
  const match = /^(?:([A-Z]{1,3})-)?([FQBTRE])?-?(?:(\d{4})-)?(A)?(\d{1,6})$/.exec(typed)
  if (!match) return null
  const [, first, before, year, after, digits = ''] = match
  const isPrefix = first !== undefined && !isSeriesLetter(first)
  const letter = [after, before, first].find((one) => one !== undefined && isSeriesLetter(one))
  return {
    prefix: isPrefix ? first : null,
    letter: letter ?? null,
    year: year === undefined ? null : Number(year),
    digits,
  }
}

const isSeriesLetter = (text: string): text is SeriesLetter => seriesLetters.some((letter) => letter === text)
