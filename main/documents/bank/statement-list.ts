import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { ReadBankLine, ReadStatement } from '../../../shared/rules/money/bank/bank-line.ts'
import {
  type BankColumns,
  type BankField,
  haveColumns,
  headingsAmong,
} from '../../../shared/rules/money/bank/columns.ts'
import { type Cents, parseAmount } from '../../../shared/rules/money/money.ts'
import { typedDay } from '../../../shared/rules/text/french.ts'
import { singleLineText } from '../../../shared/rules/text/typed.ts'
import { readCsv } from '../spreadsheets/csv.ts'
import { readXlsx, UnreadableSpreadsheet } from '../spreadsheets/xlsx.ts'
import { type UnmatchedList, UnreadableStatement } from './statement.ts'

const mostLines = 50_000
/** The headings stand among the first lines, under the name of the account and the like. */
const searchedLines = 30
const shownRows = 3

/**
 * Reads a bank's list of lines: CSV in any of the forms of spreadsheets, or the first sheet of an Excel workbook.
 * @param columns which heading is which field; null, or headings that the file has not: a person must say
 * @throws UnreadableStatement
 */
export const readList = async (
  bytes: Uint8Array,
  columns: BankColumns | null,
): Promise<ReadStatement | UnmatchedList> => {
  const raw = isWorkbook(bytes) ? await workbookRows(bytes) : csvRows(bytes)
  if (raw.length > mostLines)
    throw new UnreadableStatement('Ce relevé a plus de 50 000 lignes\u00a0: coupez-le par mois.')
  const rows = raw.map((row) => row.map((cell) => singleLineText(cell).trim().replaceAll(/\s+/g, ' ')))
  const header = headerOf(rows, columns)
  if (header === undefined)
    throw new UnreadableStatement(
      'Ce fichier n’a pas de ligne de titres avec une date, un libellé et un montant\u00a0: rien n’a été lu.',
    )
  const heads = rows[header] ?? []
  const under = rows.slice(header + 1)
  if (columns === null || !haveColumns(heads, columns))
    return {
      heads: heads.filter((head) => head !== ''),
      rows: under.slice(0, shownRows).map((row) => heads.flatMap((head, at) => (head === '' ? [] : [row[at] ?? '']))),
    }
  const at = new Map(columns.map(({ field, head }) => [field, heads.indexOf(head)]))
  const cell = (row: readonly string[], field: BankField) => row[at.get(field) ?? -1] ?? ''
  const lines = under.flatMap((row, index): ReadBankLine[] => {
    const cents = centsOf((field) => cell(row, field), header + index + 2)
    const typed = cell(row, 'on')
    if (cents === null || typed === '') return []
    const on = typedDay(typed)
    if (on === null)
      throw new UnreadableStatement(
        `Ligne ${header + index + 2}\u00a0: «\u00a0${typed.slice(0, 30)}\u00a0» n’est pas une date. Rien n’a été lu.`,
      )
    return cents === 0 ? [] : [lineOf(on, cents, (field) => cell(row, field).slice(0, 280))]
  })
  const days = lines.map(({ on }) => on).toSorted()
  const [from, to] = [days[0], days.at(-1)]
  if (!from || !to) throw new UnreadableStatement('Ce fichier n’a aucune ligne avec une date et un montant.')
  return { format: 'CSV', account: '', from, to, openingCents: null, closingCents: null, lines }
}

const csvRows = (bytes: Uint8Array): readonly (readonly string[])[] => {
  if (bytes.subarray(0, 4096).some((byte) => byte < 0x09) && !isWide(bytes))
    throw new UnreadableStatement(
      'Ce fichier n’est ni un CAMT.053, ni une liste en CSV ou en Excel (.xlsx)\u00a0: rien n’a été lu.',
    )
  const { rows, openQuote } = readCsv(bytes)
  if (openQuote !== undefined)
    throw new UnreadableStatement(
      `Ligne ${openQuote}\u00a0: un guillemet s’ouvre et ne se referme pas. Rien n’a été lu.`,
    )
  return rows
}

const isWorkbook = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03

const workbookRows = async (bytes: Uint8Array): Promise<readonly (readonly string[])[]> => {
  try {
    return (await readXlsx(bytes, '', mostLines)).rows
  } catch (error) {
    if (!(error instanceof UnreadableSpreadsheet)) throw error
    throw new UnreadableStatement(
      error.why === 'tooLarge'
        ? 'Ce relevé a plus de 50 000 lignes\u00a0: coupez-le par mois.'
        : 'Ce classeur Excel est abîmé ou protégé par un mot de passe\u00a0: rien n’a été lu.',
      { cause: error },
    )
  }
}

/** The line that has all kept headings; else the one that looks most like headings. */
const headerOf = (rows: readonly (readonly string[])[], columns: BankColumns | null): number | undefined => {
  const first = rows.slice(0, searchedLines)
  const kept = columns === null ? -1 : first.findIndex((row) => haveColumns(row, columns))
  return kept >= 0 ? kept : headingsAmong(first)
}

const lineOf = (on: Day, cents: Cents, cell: (field: BankField) => string): ReadBankLine => ({
  on,
  cents,
  label: cell('label'),
  reference: cell('reference'),
  payer: cell('payer'),
  iban: '',
  endToEndId: '',
  bankReference: '',
  means: '',
  returnCode: '',
})

/** Null for a line without an amount. */
const centsOf = (cell: (field: BankField) => string, line: number): Cents | null => {
  const [amount, credit, debit] = (['amount', 'credit', 'debit'] as const).map((field) => amountIn(cell(field), line))
  if (amount !== null && amount !== undefined) return amount
  if (credit) return Math.abs(credit)
  if (debit) return 0 - Math.abs(debit)
  return credit ?? debit ?? null
}

/** « 1 234,56 », « -12.50 », « 12,50- », « +40,00 € »; null when it is empty. */
const amountIn = (text: string, line: number): Cents | null => {
  const signs = text.replaceAll(/[\u00a0\u202f ]|EUR|€/g, '').replace(/^\+/, '')
  if (signs === '') return null
  const typed = /^-?\d{1,3}(\.\d{3})+,\d{1,2}$/.test(signs) ? signs.replaceAll('.', '') : signs
  const isBehind = /^[\d.,]+-$/.test(typed)
  const read = parseAmount(isBehind ? `-${typed.slice(0, -1)}` : typed.replace('\u2212', '-'))
  if (!('cents' in read))
    throw new UnreadableStatement(
      `Ligne ${line}\u00a0: «\u00a0${text.slice(0, 30)}\u00a0» n’est pas un montant. Rien n’a été lu.`,
    )
  return read.cents
}

/** UTF-16, as some spreadsheets write text. */
const isWide = (bytes: Uint8Array): boolean =>
  (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
