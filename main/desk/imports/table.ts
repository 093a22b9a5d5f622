import { createHash } from 'node:crypto'
import type { CellProblem, ImportWish } from '../../../shared/contract/desk/imports.ts'
import { countKnownHeadings, fieldsOf, listKinds, type Mapping, type ValueKind } from '../../../shared/formats/lists.ts'
import { folded } from '../../../shared/rules/people/names.ts'
import { singleLineText } from '../../../shared/rules/text/typed.ts'
import { readSheet, type SheetFile, type Source } from '../../documents/sheets/sheet.ts'
import { type Unreadable, UnreadableSheet } from '../../documents/sheets/xlsx.ts'
import { Refused } from '../core.ts'
import type { Reading } from './list-values.ts'

/** A file as it was handed over, its corrections made. */
export type Table = {
  readonly source: Source
  /** The line of the column headers, numbered from 1 as in a spreadsheet. */
  readonly headerLine: number
  /** The first lines of the file, their cells joined and cut short: staff choose the line of the headers among them. */
  readonly firstLines: readonly { readonly line: number; readonly text: string }[]
  /** The heads of its columns, as they are written. */
  readonly header: readonly string[]
  /** Those that are not empty, below the header. */
  readonly lines: readonly TableLine[]
}
export type TableLine = { readonly line: number; readonly row: readonly string[] }

type Correction = { readonly line: number; readonly column: number; readonly value: string }

const heaviest = 50_000_000
const mostLines = 50_000

const sentences: Readonly<Record<Unreadable, string>> = {
  damaged: 'Ce classeur est abîmé ou incomplet\u00a0: ouvrez-le et enregistrez-le de nouveau.',
  locked:
    'Ce classeur est protégé par un mot de passe, ou d’un ancien format\u00a0: enregistrez-le en .xlsx sans mot de passe, ou en CSV.',
  tooLarge: `Ce fichier est trop grand\u00a0: ${mostLines.toLocaleString('fr-FR')} lignes et 50 Mo au plus.`,
  noSheet: 'Ce classeur est vide.',
}

/** A picture, a PDF, what a program keeps for itself: text has next to none of these bytes, a workbook says what it is. */
const isNeitherSheetNorText = (bytes: Uint8Array): boolean => {
  if (startsWith(bytes, 'PK') || (bytes[0] === 0xd0 && bytes[1] === 0xcf)) return false
  if (startsWith(bytes, '%PDF')) return true
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return false
  const seen = bytes.subarray(0, 4096)
  const empty = [0, 1].map((from) => seen.filter((byte, at) => byte === 0 && at % 2 === from).length)
  // UTF-16 without its mark has every other byte empty, and those alone.
  const isWide = Math.min(...empty) === 0 && Math.max(...empty) > seen.length / 4
  const controls = seen.filter((byte) => byte < 0x20 && (byte < 0x09 || byte > 0x0d)).length
  return !isWide && (seen.includes(0) || controls > seen.length / 100)
}

const startsWith = (bytes: Uint8Array, mark: string): boolean =>
  mark.split('').every((letter, at) => bytes[at] === letter.charCodeAt(0))

/** @throws Refused when it is no list */
export const readTable = async ({
  file,
  sheet,
  corrections,
  headerLine,
}: Pick<ImportWish, 'file' | 'sheet' | 'corrections' | 'headerLine'>): Promise<Table> => {
  if (file.size === 0) throw new Refused('Ce fichier est vide.', 'file')
  if (file.size > heaviest) throw new Refused(sentences.tooLarge, 'file')
  const bytes = new Uint8Array(await file.arrayBuffer())
  if (isNeitherSheetNorText(bytes)) throw new Refused('Ce fichier n’est pas un classeur ni un texte.', 'file')
  const { rows: written, ...source } = await sheetOf(bytes, sheet)
  const rows = written.some((row) => row.some(isTwiceEncoded)) ? written.map((row) => row.map(decodedAgain)) : written
  if (source.openQuote !== null)
    throw new Refused(
      `Ligne ${source.openQuote}\u00a0: un guillemet s’ouvre et ne se referme pas. Corrigez-la, puis recommencez.`,
      'file',
    )
  const first = headerLine ? Math.min(headerLine, rows.length) - 1 : headerIn(rows)
  const header = withGroups(rows[first] ?? [], rows[first - 1] ?? [])
  const corrected = Map.groupBy(corrections, ({ line }) => line)
  const lines = rows.slice(first + 1).map((row, index) => {
    const line = first + index + 2
    return { line, row: withCorrections(row, corrected.get(line) ?? []) }
  })
  const filled = lines.filter(({ row }) => row.some((cell) => cell !== ''))
  if (filled.length === 0) throw new Refused('Ce fichier n’a que sa ligne d’en-tête.', 'file')
  const firstLines = rows.slice(0, linesOffered).map((row, index) => ({
    line: index + 1,
    text: row
      .filter((cell) => cell !== '')
      .join('\u00a0· ')
      .slice(0, 120),
  }))
  return { source, headerLine: first + 1, firstLines, header, lines: filled }
}

/** How many first lines staff may choose the headers from. */
const linesOffered = 12
/** How many first lines are searched for the headers. */
const mostTitles = 30

/** Titles and merged group cells may stand above the headers: the headers are the line with the most known words. */
const headerIn = (rows: readonly (readonly string[])[]): number => {
  const known = rows.slice(0, mostTitles).map(countKnownHeadings)
  const most = Math.max(...known)
  return Math.max(0, most > 1 ? known.indexOf(most) : rows.findIndex(hasCells))
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
  if (corrections.length === 0) return row
  const width = Math.max(row.length, ...corrections.map(({ column }) => column + 1))
  const cells = Array.from({ length: width }, (_, column) => row[column] ?? '')
  for (const { column, value } of corrections) cells[column] = value
  return cells
}

/** The file on screen is asked for again at each decision: the last one read is kept a while. */
let last: { key: string; file: Promise<SheetFile>; forget: NodeJS.Timeout } | undefined
const keptMilliseconds = 10 * 60_000

const sheetOf = async (bytes: Uint8Array, sheet: string): Promise<SheetFile> => {
  const key = `${createHash('sha256').update(bytes).digest('hex')} ${sheet}`
  if (last?.key !== key) {
    clearTimeout(last?.forget)
    const forget = setTimeout(() => {
      last = undefined
    }, keptMilliseconds)
    forget.unref()
    last = { key, file: readSheet({ bytes, sheet, maxRows: mostLines }), forget }
  }
  try {
    return await last.file
  } catch (error) {
    last = undefined
    if (error instanceof UnreadableSheet) throw new Refused(sentences[error.why], 'file')
    throw error
  }
}

/** What a word of the file means at the desk, as staff settled it: by field, then by the word folded. */
export type Words = ReadonlyMap<string, ReadonlyMap<string, string>>

export const wordsOf = (choices: readonly { field: string; from: string; to: string }[]): Words =>
  new Map(
    [...Map.groupBy(choices, ({ field }) => field)].map(([field, own]) => [
      field,
      new Map(own.map(({ from, to }) => [folded(from), to])),
    ]),
  )

/** Kinds whose proposal only reformats the cell. A guessed school or level is left for staff to confirm. */
const rewritten: ReadonlySet<ValueKind> = new Set<ValueKind>(['day', 'phone', 'email', 'postcode'])
const mayBeTaken: ReadonlySet<string> = new Set([
  ...listKinds.flatMap((list) => fieldsOf(list).flatMap(({ id, kind }) => (rewritten.has(kind) ? [id] : []))),
  // Columns of ONDE's export of guardians, which staff do not match to fields.
  'email',
  'workPhone',
  'mobilePhone',
])

/** Reads one line field by field, noting what is wrong where it is. */
export type LineReader = {
  readonly line: number
  readonly problems: CellProblem[]
  /** What is worth a look and keeps no line from being taken. */
  readonly remarks: CellProblem[]
  /** As it is written, the words that staff settled replaced. */
  readonly text: (field: string) => string
  /** Null when the cell is empty, or wrong. */
  readonly read: <Value>(field: string, reading: (text: string) => Reading<Value>) => Value | null
  /** The same, an empty cell being wrong too. */
  readonly needed: <Value>(field: string, reading: (text: string) => Reading<Value>, missing: string) => Value | null
  readonly wrong: (field: string, sentence: string, proposal?: string | null, cause?: CellProblem['cause']) => void
  /** Nothing where staff settled what the word means. */
  readonly remark: (field: string, sentence: string, proposal: string) => void
}

export const lineReader = (table: Table, mapping: Mapping, words: Words, takeProposals = false) => {
  const { header } = table
  return ({ line, row }: TableLine): LineReader => {
    const problems: CellProblem[] = []
    const remarks: CellProblem[] = []
    const at = (column: number) => row[column] ?? ''
    const text = (field: string): string => {
      const column = mapping[field]
      if (column === undefined) return ''
      const cell = at(column)
      const settled = cell === '' ? undefined : words.get(field)?.get(folded(cell))
      return settled ?? cell
    }
    const told = (field: string, sentence: string, proposal: string | null): CellProblem => {
      const column = mapping[field] ?? 0
      return { column, columnName: columnName(header, column), value: at(column), sentence, proposal }
    }
    const wrong: LineReader['wrong'] = (field, sentence, proposal = null, cause) => {
      problems.push({ ...told(field, sentence, proposal), ...(cause && { cause }) })
    }
    const read = <Value>(field: string, reading: (words: string) => Reading<Value>): Value | null => {
      const cell = text(field)
      if (cell === '') return null
      const found = reading(cell)
      if ('value' in found) return found.value
      const { sentence, proposal } = found
      if (proposal === null || !mayBeTaken.has(field)) {
        wrong(field, sentence, proposal)
        return null
      }
      const again = takeProposals ? reading(proposal) : found
      if ('value' in again) {
        remarks.push(told(field, `Lu «\u00a0${proposal}\u00a0».`, proposal))
        return again.value
      }
      problems.push({ ...told(field, sentence, proposal), cause: 'proposed' })
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
      text,
      read,
      wrong,
      remark: (field, sentence, proposal) => {
        const one = told(field, sentence, proposal)
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
