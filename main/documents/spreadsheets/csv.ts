import Papa from 'papaparse'

export type CsvTable = {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number | null)[])[]
}

/**
 * Writes CSV with a byte-order mark, so that accents are read correctly.
 * @param delimiter the one of a French spreadsheet unless another program wants its own
 */
export const writeCsv = ({ columns, rows }: CsvTable, delimiter: ';' | ',' | '\t' = ';'): Uint8Array => {
  const text = Papa.unparse(
    { fields: [...columns], data: rows.map((row) => [...row]) },
    { delimiter, newline: '\r\n', escapeFormulae: FORMULA },
  )
  return new TextEncoder().encode(`\uFEFF${text}`)
}

/** An amount in a cell: a spreadsheet needs a number, a French CSV a decimal comma. */
export const amountCell = (cents: number, format: 'csv' | 'xlsx'): string | number =>
  format === 'csv' ? (cents / 100).toFixed(2).replace('.', ',') : cents / 100

/** Media types of the files that hold a table. */
export const spreadsheetTypes = {
  csv: 'text/csv;charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

// Text that a spreadsheet would run as a formula. A number such as « -12,50 » stays a number.
const FORMULA = /^(?![-+][\d\s\u00A0\u202F]*(?:[.,]\d+)?$)[=+\-@\t\r]/

type CsvFile = {
  /**
   * One row for each line, empty lines included, so that messages can name the number of a line. Rows may differ in
   * length; empty lines at the end are left out.
   */
  readonly rows: readonly (readonly string[])[]
  readonly encoding: Encoding
  readonly delimiter: Delimiter
  /** Number of the line with an unclosed quote: everything after the quote was read as one cell. */
  readonly openQuote?: number
}
export type Encoding = 'utf-8' | 'utf-16' | 'windows-1252'
export type Delimiter = ';' | ',' | '\t' | '|'

const delimiters: readonly Delimiter[] = [';', '\t', ',', '|']

/** Reads a CSV file from any office program: guesses encoding and delimiter; rows may differ in length. */
export const readCsv = (bytes: Uint8Array): CsvFile => {
  const { text, encoding } = decode(bytes)
  const delimiter = guessedDelimiter(text)
  const { data, errors } = Papa.parse<string[]>(text, { delimiter })
  const last = data.findLastIndex((row) => row.some((cell) => cell.trim() !== ''))
  const open = errors.find(({ code }) => code === 'MissingQuotes')?.row
  return { rows: data.slice(0, last + 1), encoding, delimiter, ...(open !== undefined && { openQuote: open + 1 }) }
}

/**
 * Guesses the encoding. Accented windows-1252 text is practically never valid UTF-8; without accents the two are equal.
 * UTF-16 (Excel's « Texte Unicode ») has a byte-order mark, or a zero in every other byte.
 */
const decode = (bytes: Uint8Array): { readonly text: string; readonly encoding: Encoding } => {
  const wide = utf16Order(bytes)
  if (wide) return { text: new TextDecoder(wide).decode(bytes), encoding: 'utf-16' }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' }
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'windows-1252' }
  }
}

const utf16Order = (bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const seen = bytes.subarray(0, 512)
  const empty = [0, 0]
  for (const [at, byte] of seen.entries()) if (byte === 0) empty[at % 2] = (empty[at % 2] ?? 0) + 1
  const [even = 0, odd = 0] = empty
  // French text has almost no character above U+00FF: nearly every high byte is zero, and no low byte is.
  const most = seen.length * 0.4
  return odd > most && even === 0 ? 'utf-16le' : even > most && odd === 0 ? 'utf-16be' : null
}

/** The delimiter that gives the first lines the most cells, ignoring quoted text; a semicolon when none gives any. */
const guessedDelimiter = (text: string): Delimiter => {
  const counts = delimiters.map((delimiter) => {
    const { data } = Papa.parse<string[]>(text, { delimiter, preview: 20, skipEmptyLines: 'greedy' })
    const lines = data.filter((row) => row.length > 1)
    return { delimiter, lines: lines.length, cells: lines.reduce((sum, row) => sum + row.length, 0) }
  })
  const best = counts.toSorted((a, b) => b.lines - a.lines || b.cells - a.cells)[0]
  return best && best.lines > 0 ? best.delimiter : ';'
}
