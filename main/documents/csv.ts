import Papa from 'papaparse'

export type CsvTable = {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number | null)[])[]
}

/** For a French spreadsheet: semicolons, and a byte-order mark so that accents come out right. */
export const writeCsv = ({ columns, rows }: CsvTable): Uint8Array => {
  const text = Papa.unparse(
    { fields: [...columns], data: rows.map((row) => [...row]) },
    { delimiter: ';', newline: '\r\n', escapeFormulae: FORMULA },
  )
  return new TextEncoder().encode(`\uFEFF${text}`)
}

// A cell that a spreadsheet would run. A number of our own (« -12,50 ») stays a number.
const FORMULA = /^(?![-+][\d\s\u00A0\u202F]*(?:[.,]\d+)?$)[=+\-@\t\r]/

export type CsvFile = {
  /** One for each line, an empty one too, as wide as it is: the caller says which line is wrong. Empty lines at the end are left out. */
  readonly rows: readonly (readonly string[])[]
  readonly encoding: 'utf-8' | 'windows-1252'
  readonly delimiter: Delimiter
  /** The line where a quote opens that nothing closes: what follows it has been read as one cell. */
  readonly openQuote?: number
}
export type Delimiter = ';' | ',' | '\t' | '|'

const delimiters: readonly Delimiter[] = [';', '\t', ',', '|']

/** Reads whatever an office hands over: the encoding and the delimiter are guessed, lines may be ragged. */
export const readCsv = (bytes: Uint8Array): CsvFile => {
  const { text, encoding } = decoded(bytes)
  const delimiter = guessedDelimiter(text)
  const { data, errors } = Papa.parse<string[]>(text, { delimiter })
  const last = data.findLastIndex((row) => row.some((cell) => cell.trim() !== ''))
  const open = errors.find(({ code }) => code === 'MissingQuotes')?.row
  return { rows: data.slice(0, last + 1), encoding, delimiter, ...(open !== undefined && { openQuote: open + 1 }) }
}

/** Text in windows-1252 with accents is never valid UTF-8; without accents both read the same. */
const decoded = (bytes: Uint8Array): { readonly text: string; readonly encoding: CsvFile['encoding'] } => {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' }
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'windows-1252' }
  }
}

/** The one that cuts the first lines into the most cells, counted outside quotes; a semicolon when nothing does. */
const guessedDelimiter = (text: string): Delimiter => {
  const counts = delimiters.map((delimiter) => {
    const { data } = Papa.parse<string[]>(text, { delimiter, preview: 20, skipEmptyLines: 'greedy' })
    const lines = data.filter((row) => row.length > 1)
    return { delimiter, lines: lines.length, cells: lines.reduce((sum, row) => sum + row.length, 0) }
  })
  const best = counts.toSorted((a, b) => b.lines - a.lines || b.cells - a.cells)[0]
  return best && best.lines > 0 ? best.delimiter : ';'
}
