import { type Day, isDay } from '../../calendar/day.ts'
import { seriesLetters, seriesOf } from '../series.ts'

/* Finds numbers of papers and days in the text that a bank gives for a transfer: in capitals, without hyphens. */

/** The text in capitals, without accents, its words divided by one space. */
export const bankText = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, ' ')
    .trim()

/** A number as banks write it: « 2026001421 », « T2026000017 », « CV2026000123 ». */
export const compactNumber = (number: string): string => number.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')

/** The letters that may stand before the number of a paper at a town's régies. */
export type NumberLetters = {
  /** For invoices, the letters before the number: nothing for « F2026-000123 », `T`, `CV`. */
  readonly invoices: ReadonlyMap<string, string>
  /** For other papers: credit notes, receipts, slips, reminders. */
  readonly others: ReadonlySet<string>
}

/** @param prefixes the prefixes of the régies; null for the first one */
export const numberLetters = (prefixes: readonly (string | null)[]): NumberLetters => ({
  invoices: new Map(
    prefixes.flatMap((one) => {
      const prefix = one ?? ''
      return [
        [prefix, prefix],
        [`${prefix}F`, prefix],
        [`${prefix}T`, `${prefix}T`],
      ]
    }),
  ),
  others: new Set(
    prefixes.flatMap((prefix) =>
      seriesLetters.filter((letter) => letter !== 'F' && letter !== 'T').map((letter) => seriesOf(prefix, letter)),
    ),
  ),
})

/**
 * The full invoice numbers in a text, as `compactNumber` writes them: a year and six digits, with the letters of their
 * series. Not « 1334 », and not the number of another paper.
 */
export const invoiceNumbersIn = (text: string, { invoices, others }: NumberLetters): string[] => {
  const found = [...bankText(text).matchAll(wholeNumber)].flatMap(([, before = '', word = '', year, digits]) => {
    // « CV-T2026-000017 »: the prefix of a régie stands before the letter of the series.
    const whole = `${before}${word}`
    const letters = invoices.has(whole) || others.has(whole) ? whole : word
    return others.has(letters) ? [] : [`${invoices.get(letters) ?? ''}${year}${digits}`]
  })
  return [...new Set(found)]
}

const wholeNumber = /(?:(?<![A-Z0-9])(?:([A-Z]{1,3}) )?([A-Z]+) ?)?(?<!\d)(20\d{2}) ?(\d{6})(?!\d)/g

/** Numbers of three to seven digits that stand alone, without leading zeros: « FACT 1334 ». */
export const shortNumbersIn = (text: string): ReadonlySet<number> =>
  new Set([...bankText(text).matchAll(/(?<!\d)(\d{3,7})(?!\d)/g)].map(([, digits]) => Number(digits)))

/** Whether a text names this day: « 13 11 », « 131126 », « 13/11/2026 ». */
export const namesDay = (text: string, on: Day): boolean => daysNamedIn(text, on.slice(0, 4)).has(on)

const daysNamedIn = (text: string, usualYear: string): ReadonlySet<Day> =>
  new Set(
    [...bankText(text).matchAll(/(?<!\d)(\d{2}) ?(\d{2})(?: ?(20\d{2}|\d{2}))?(?!\d)/g)].flatMap(
      ([, date, month, year = usualYear]) => {
        const on = `${year.length === 2 ? `20${year}` : year}-${month}-${date}`
        return isDay(on) ? [on] : []
      },
    ),
  )

/** Words that banks write for any transfer or invoice, and months: they do not identify the sender. */
const usualWords = new Set(
  `VIR VIRT VIREMENT VIREMENTS SEPA INST INSTANTANE RECU DE DU DES FAVEUR EN PAR POUR FACT FACTURE FACTURES REF REFERENCE
  MOTIF NUM NO N JANVIER FEVRIER MARS AVRIL MAI JUIN JUILLET AOUT SEPTEMBRE OCTOBRE NOVEMBRE DECEMBRE JANV JAN FEV FEVR
  AVR JUIL SEPT SEP OCT NOV DEC`.split(/\s+/),
)

/**
 * The words by which a bank names the sender, which stay the same every month: « M OU MME AUBRY ». They identify a
 * sender whose account the bank does not give. Empty when too few words are left.
 */
export const senderOf = ({ payer, label }: { readonly payer: string; readonly label: string }): string => {
  const words = bankText(payer === '' ? label : payer)
    .split(' ')
    .filter((word) => !/\d/.test(word) && !usualWords.has(word))
  return words.join('').length < leastSender ? '' : words.join(' ')
}

const leastSender = 4
