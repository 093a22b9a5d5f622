import { createHash } from 'node:crypto'
import { type ImportOptions, maxImportLines, type ValueProblem } from '../../../shared/contract/desk/imports.ts'
import type { Mapping } from '../../../shared/formats/lists.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { folded } from '../../../shared/rules/people/names.ts'
import { singleLineText } from '../../../shared/rules/text/typed.ts'
import { readSpreadsheet, type Spreadsheet, type SpreadsheetSource } from '../../documents/spreadsheets/spreadsheet.ts'
import { type Unreadable, UnreadableSpreadsheet } from '../../documents/spreadsheets/xlsx.ts'
import { Refused } from '../core.ts'
import { mapInTurns } from '../in-turns.ts'
import type { CellValue } from './list-values.ts'
import { reshapedIndividuals } from './takeover/individuals.ts'

/** The rows of an imported file, with the corrections that staff made on screen. */
export type Table = {
  readonly source: SpreadsheetSource
  /** The line of the column headers, numbered from 1 as in a spreadsheet. */
  readonly headerLine: number
  /** The first lines of the file, their cells joined and cut short: staff choose the line of the headers among them. */
  readonly firstLines: readonly { readonly line: number; readonly text: string }[]
  /** Column titles as written in the file. */
  readonly header: readonly string[]
  /** Non-empty lines below the column titles. */
  readonly lines: readonly TableLine[]
  /** What the file says that its lines could not keep. */
  readonly notes: readonly string[]
}
export type TableLine = {
  readonly line: number
  readonly row: readonly string[]
  /** The row as the file has it; absent where staff corrected nothing of it. */
  readonly cameAs?: readonly string[]
}

type Correction = { readonly line: number; readonly column: number; readonly value: string }

const maxBytes = 50_000_000
const maxLines = maxImportLines

const sentences: Readonly<Record<Unreadable, string>> = {
  damaged: 'Ce classeur est abîmé ou incomplet\u00a0: ouvrez-le et enregistrez-le de nouveau.',
  locked:
    'Ce classeur est protégé par un mot de passe, ou d’un ancien format\u00a0: enregistrez-le en .xlsx sans mot de passe, ou en CSV.',
  tooLarge: `Ce fichier est trop grand\u00a0: ${maxLines.toLocaleString('fr-FR')} lignes et 50 Mo au plus.`,
  noSheet: 'Ce classeur est vide.',
}

/**
 * Whether the bytes are an image, a PDF or another binary file: text has almost no control bytes, and spreadsheets
 * begin with a known signature.
 */
const isNeitherSpreadsheetNorText = (bytes: Uint8Array): boolean => {
  if (startsWith(bytes, 'PK') || (bytes[0] === 0xd0 && bytes[1] === 0xcf)) return false
  if (startsWith(bytes, '%PDF')) return true
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return false
  const sample = bytes.subarray(0, 4096)
  const zeroCounts = [0, 1].map((from) => sample.filter((byte, at) => byte === 0 && at % 2 === from).length)
  // In UTF-16 without a byte order mark, zero bytes are many, and all at even or all at odd positions.
  const looksLikeUtf16 = Math.min(...zeroCounts) === 0 && Math.max(...zeroCounts) > sample.length / 4
  const controls = sample.filter((byte) => byte < 0x20 && (byte < 0x09 || byte > 0x0d)).length
  return !looksLikeUtf16 && (sample.includes(0) || controls > sample.length / 100)
}

const startsWith = (bytes: Uint8Array, signature: string): boolean =>
  signature.split('').every((letter, at) => bytes[at] === letter.charCodeAt(0))

/**
 * Reads an uploaded file as a table.
 * @param headings the folded titles by which columns are known: the line that has most of them has the column titles
 * @param on tells adults from children in a list of individuals
 * @throws Refused when the file is not a readable list
 */
export const readTable = async (
  { file, sheet, corrections, headerLine }: Pick<ImportOptions, 'file' | 'sheet' | 'corrections' | 'headerLine'>,
  headings: ReadonlySet<string>,
  on: Day,
): Promise<Table> => {
  if (file.size === 0) throw new Refused('Ce fichier est vide.', 'file')
  if (file.size > maxBytes) throw new Refused(sentences.tooLarge, 'file')
  const bytes = new Uint8Array(await file.arrayBuffer())
  if (isNeitherSpreadsheetNorText(bytes)) throw new Refused('Ce fichier n’est pas un classeur ni un texte.', 'file')
  const { rows: rawRows, ...source } = await sheetOf(bytes, sheet)
  const rows = await mapInTurns(rawRows, (row) => (row.some(isTwiceEncoded) ? row.map(decodedAgain) : row))
  if (source.openQuote !== null)
    throw new Refused(
      `Ligne ${source.openQuote}\u00a0: un guillemet s’ouvre et ne se referme pas. Corrigez-la, puis recommencez.`,
      'file',
    )
  const headerIndex = headerLine ? Math.min(headerLine, rows.length) - 1 : findHeader(rows, headings)
  const titles = withGroups(rows[headerIndex] ?? [], rows[headerIndex - 1] ?? [])
  const below = rows.slice(headerIndex + 1)
  const reshaped = await reshapedIndividuals(titles, below, on)
  const header = reshaped?.header ?? titles
  const corrected = Map.groupBy(corrections, ({ line }) => line)
  const numberedRows = numbered(reshaped?.rows ?? below.map((row, from) => ({ from, row })))
  const lines = await mapInTurns(numberedRows, ({ number, row }) => {
    const line = headerIndex + number + 2
    const own = corrected.get(line)
    return own ? { line, row: withCorrections(row, own), cameAs: row } : { line, row }
  })
  const filled = lines.filter(({ row }) => row.some((cell) => cell !== ''))
  if (filled.length === 0) throw new Refused('Ce fichier n’a que sa ligne d’en-tête.', 'file')
  const firstLines = rows.slice(0, shownFirstLines).map((row, index) => ({
    line: index + 1,
    text: row
      .filter((cell) => cell !== '')
      .join('\u00a0· ')
      .slice(0, 120),
  }))
  return { source, headerLine: headerIndex + 1, firstLines, header, lines: filled, notes: reshaped?.notes ?? [] }
}

/**
 * Rows of one line of the file, such as the children of a family, cannot share its number: they are numbered in order.
 */
const numbered = (rows: readonly { readonly from: number; readonly row: readonly string[] }[]) =>
  new Set(rows.map(({ from }) => from)).size === rows.length
    ? rows.map(({ from, row }) => ({ number: from, row }))
    : rows.map(({ row }, number) => ({ number, row }))

/** Number of first lines from which staff may choose the line of the column titles. */
const shownFirstLines = 12
/** Number of first lines that are searched for the column titles. */
const maxSearchedLines = 30

/** Index of the line with the most recognised column titles; a document title or merged cells may come above it. */
const findHeader = (rows: readonly (readonly string[])[], headings: ReadonlySet<string>): number => {
  const headCounts = rows
    .slice(0, maxSearchedLines)
    .map((row) => row.filter((cell) => cell !== '' && headings.has(folded(cell))).length)
  const maxHeads = Math.max(...headCounts)
  return Math.max(0, maxHeads > 1 ? headCounts.indexOf(maxHeads) : rows.findIndex(hasCells))
}

const hasCells = (row: readonly string[]): boolean => row.filter((cell) => cell !== '').length > 1

/** Two columns with the same header are told apart by the merged cell above: « Enfant Nom », « Parent 1 Nom ». */
const withGroups = (header: readonly string[], above: readonly string[]): readonly string[] => {
  const heads = header.map(folded)
  const isTwice = (head: string) => head !== '' && heads.indexOf(head) !== heads.lastIndexOf(head)
  if (!heads.some(isTwice)) return header
  let group = ''
  return header.map((head, column) => {
    group = above[column] || group
    return isTwice(heads[column] ?? '') && group !== '' ? `${group} ${head}` : head
  })
}

/** UTF-8 that was decoded as Windows-1252 and encoded again, as in « PrÃ©nom »: no French word has such letters. */
const isTwiceEncoded = (cell: string): boolean => /[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/u.test(cell)

const decodedAgain = (cell: string): string => {
  if (!isTwiceEncoded(cell)) return cell
  const bytes = Array.from(cell, (letter) => windows1252.get(letter) ?? letter.codePointAt(0) ?? 0)
  if (bytes.some((byte) => byte > 0xff)) return cell
  try {
    return singleLineText(new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes)))
  } catch {
    return cell
  }
}

/** The bytes of Windows-1252 whose character does not have the same number in Unicode. */
const windows1252: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 0x20 }, (_, offset) => {
    const byte = 0x80 + offset
    return [new TextDecoder('windows-1252').decode(Uint8Array.of(byte)), byte]
  }),
)

const withCorrections = (row: readonly string[], corrections: readonly Correction[]): readonly string[] => {
  const width = Math.max(row.length, ...corrections.map(({ column }) => column + 1))
  const cells = Array.from({ length: width }, (_, column) => row[column] ?? '')
  for (const { column, value } of corrections) cells[column] = value
  return cells
}

/** The last file read, for 10 minutes: the screen sends the same file again with each decision. */
let cachedFile: { key: string; file: Promise<Spreadsheet>; expiry: NodeJS.Timeout } | undefined
const cacheMilliseconds = 10 * 60_000

const sheetOf = async (bytes: Uint8Array, sheet: string): Promise<Spreadsheet> => {
  const key = `${createHash('sha256').update(bytes).digest('hex')} ${sheet}`
  if (cachedFile?.key !== key) {
    clearTimeout(cachedFile?.expiry)
    const expiry = setTimeout(() => {
      cachedFile = undefined
    }, cacheMilliseconds)
    expiry.unref()
    cachedFile = { key, file: readSpreadsheet({ bytes, sheet, maxRows: maxLines }), expiry }
  }
  try {
    return await cachedFile.file
  } catch (error) {
    cachedFile = undefined
    if (error instanceof UnreadableSpreadsheet) throw new Refused(sentences[error.why], 'file')
    throw error
  }
}

/** By text, the number of lines with it, in the order of the file; empty texts are left out. */
export const linesByText = async (
  { lines }: Table,
  textOf: (line: TableLine) => string,
): Promise<ReadonlyMap<string, number>> => {
  const times = new Map<string, number>()
  await mapInTurns(lines, (line) => {
    const text = textOf(line)
    if (text !== '') times.set(text, (times.get(text) ?? 0) + 1)
  })
  return times
}

/** Values that staff chose for words of the file: by field id, then by the word without case and accents. */
export type SettledWords = ReadonlyMap<string, ReadonlyMap<string, string>>

export const settledWordsOf = (choices: readonly { field: string; from: string; to: string }[]): SettledWords =>
  new Map(
    [...Map.groupBy(choices, ({ field }) => field)].map(([field, fieldChoices]) => [
      field,
      new Map(fieldChoices.map(({ from, to }) => [folded(from), to])),
    ]),
  )

/** Cells of a line that staff settle together, as one word: « ALSH mercredi · 6-11 ans · Journée ». */
export const joinedWord = (...cells: readonly string[]): string => cells.filter((cell) => cell !== '').join(' · ')

/** What a line says of a field: as staff settled it for its group, else for all of its groups, else as the file. */
export const groupedText = ({ cell, text }: LineReader, words: SettledWords, field: string, group: string): string =>
  words.get(field)?.get(folded(joinedWord(cell(field), cell(group)))) ?? text(field)

/** Reads one line field by field and collects its problems. */
export type LineReader = {
  readonly line: number
  readonly problems: ValueProblem[]
  /** Remarks for staff. They do not prevent the line from being imported. */
  readonly remarks: ValueProblem[]
  /** The cell's text, as the file has it. */
  readonly cell: (field: string) => string
  /** The cell's text, or the value that staff chose for that word. */
  readonly text: (field: string) => string
  /** The cell's value; null when the cell is empty or not valid. */
  readonly read: <Value>(field: string, reading: (text: string) => CellValue<Value>) => Value | null
  /** Like `read`, but an empty cell is a problem with the text `missing`. */
  readonly needed: <Value>(field: string, reading: (text: string) => CellValue<Value>, missing: string) => Value | null
  readonly wrong: (
    field: string,
    sentence: string,
    proposal?: string | null,
    more?: Pick<ValueProblem, 'cause' | 'regieId'>,
  ) => void
  /** Adds a remark, except on a word for which staff chose a value. */
  readonly remark: (field: string, sentence: string, proposal: string) => void
}

export const lineReader = (table: Table, mapping: Mapping, words: SettledWords, takeProposals = false) => {
  const { header } = table
  return ({ line, row }: TableLine): LineReader => {
    const problems: ValueProblem[] = []
    const remarks: ValueProblem[] = []
    const at = (column: number) => row[column] ?? ''
    const cell = (field: string): string => {
      const column = mapping[field]
      return column === undefined ? '' : at(column)
    }
    const text = (field: string): string => {
      const written = cell(field)
      return (written === '' ? undefined : words.get(field)?.get(folded(written))) ?? written
    }
    const cellProblem = (field: string, sentence: string, proposal: string | null): ValueProblem => {
      const column = mapping[field] ?? 0
      return { column, columnName: columnName(header, column), value: at(column), sentence, proposal }
    }
    const wrong: LineReader['wrong'] = (field, sentence, proposal = null, more) => {
      problems.push({ ...cellProblem(field, sentence, proposal), ...more })
    }
    const read = <Value>(field: string, reading: (words: string) => CellValue<Value>): Value | null => {
      const stated = text(field)
      if (stated === '') return null
      const found = reading(stated)
      if ('value' in found) return found.value
      const { sentence, proposal, isRewritten } = found
      if (proposal === null || !isRewritten) {
        wrong(field, sentence, proposal)
        return null
      }
      const again = takeProposals ? reading(proposal) : found
      if ('value' in again) {
        remarks.push(cellProblem(field, `Lu «\u00a0${proposal}\u00a0».`, proposal))
        return again.value
      }
      problems.push({ ...cellProblem(field, sentence, proposal), cause: 'proposed' })
      return null
    }
    const extra = row.findIndex((cell, position) => position >= header.length && cell !== '')
    if (extra >= 0)
      problems.push({
        column: extra,
        columnName: columnName(header, extra),
        value: at(extra),
        sentence:
          table.source.delimiter === null
            ? 'Cette cellule n’est sous aucun titre de colonne.'
            : `Cette ligne a plus de cellules que l’en-tête\u00a0: ${separatorNames[table.source.delimiter]} de trop\u00a0?`,
        proposal: null,
      })
    return {
      line,
      problems,
      remarks,
      cell,
      text,
      read,
      wrong,
      remark: (field, sentence, proposal) => {
        const one = cellProblem(field, sentence, proposal)
        if (!words.get(field)?.has(folded(one.value))) remarks.push(one)
      },
      needed: (field, reading, missing) => {
        if (text(field) === '') {
          wrong(field, missing)
          return null
        }
        return read(field, reading)
      },
    }
  }
}

export const columnName = (header: readonly string[], column: number): string =>
  (header[column] ?? '').trim() || `Colonne ${column + 1}`

const separatorNames = { ';': 'un point-virgule', ',': 'une virgule', '\t': 'une tabulation', '|': 'une barre' }
