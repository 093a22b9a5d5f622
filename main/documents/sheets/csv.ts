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

type CsvFile = {
  /** One for each line, an empty one too, as wide as it is: the caller says which line is wrong. Empty lines at the end are left out. */
  readonly rows: readonly (readonly string[])[]
  readonly encoding: Encoding
  readonly delimiter: Delimiter
  /** The line where a quote opens that nothing closes: what follows it has been read as one cell. */
  readonly openQuote?: number
}
export type Encoding = 'utf-8' | 'utf-16' | 'windows-1252'
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

/**
 * Text in windows-1252 with accents is never valid UTF-8; without accents both read the same. UTF-16, Excel's « Texte
 * Unicode », has its mark, or every other byte empty.
 */
const decoded = (bytes: Uint8Array): { readonly text: string; readonly encoding: Encoding } => {
  const wide = wideOrder(bytes)
  if (wide) return { text: new TextDecoder(wide).decode(bytes), encoding: 'utf-16' }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' }
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'windows-1252' }
  }
}

const wideOrder = (bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const seen = bytes.subarray(0, 512)
  const empty = [0, 0]
  for (const [at, byte] of seen.entries()) if (byte === 0) empty[at % 2] = (empty[at % 2] ?? 0) + 1
  const [even = 0, odd = 0] = empty
  // French text has next to no letter beyond U+00FF: nearly every high byte is empty, and no low one.
  const most = seen.length * 0.4
  return odd > most && even === 0 ? 'utf-16le' : even > most && odd === 0 ? 'utf-16be' : null
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
