import type { CsvTable } from './csv.ts'

type Workbook = {
  readonly rows: readonly (readonly string[])[]
  /** The sheet that was read, and all of them. */
  readonly sheet: string
  readonly sheets: readonly string[]
}

/** What makes a workbook unreadable: none of these is a fault of ours. */
export type Unreadable = 'damaged' | 'locked' | 'tooLarge' | 'noSheet'
export class UnreadableSheet extends Error {
  readonly why: Unreadable
  constructor(why: Unreadable, cause?: unknown) {
    super(why, { cause })
    this.why = why
  }
}

/** Unpacked, bytes: 50,000 lines of thirty columns are a tenth of this. A bomb of a few kilobytes is a thousand times it. */
const mostUnpacked = 200_000_000
const mostColumns = 400

/**
 * The cells of one sheet as text, as a French spreadsheet shows them: a day is « 02/10/2020 » whichever year it counts
 * from, a formula its last result. Merged cells keep what the first of them says.
 * @param sheet by name; the first that has something in it when empty
 * @throws UnreadableSheet
 */
export const readXlsx = async (bytes: Uint8Array, sheet: string, mostRows: number): Promise<Workbook> => {
  if (unpackedSize(bytes) > mostUnpacked) throw new UnreadableSheet('tooLarge')
  const { readXlsx: read } = await import('hucre/xlsx')
  const known = await read(bytes, { maxRows: 1 }).catch(unreadable)
  const sheets = known.sheets.map(({ name }) => name)
  const wanted =
    known.sheets.find(({ name }) => name === sheet) ??
    known.sheets.find(({ rows }) => rows.some((row) => row.some((cell) => cell !== null && cell !== '')))
  if (!wanted) throw new UnreadableSheet('noSheet')
  return { rows: await rowsOf(bytes, wanted.name, mostRows), sheet: wanted.name, sheets }
}

const rowsOf = async (bytes: Uint8Array, sheet: string, mostRows: number): Promise<string[][]> => {
  const { streamXlsxRows } = await import('hucre/xlsx')
  const rows: string[][] = []
  try {
    for await (const { index, values } of streamXlsxRows(bytes, { sheet })) {
      if (index > mostRows || values.length > mostColumns) throw new UnreadableSheet('tooLarge')
      // Empty lines are left out of the file: each keeps its number.
      while (rows.length < index) rows.push([])
      rows[index] = values.map(textOf)
    }
  } catch (error) {
    unreadable(error)
  }
  const last = rows.findLastIndex((row) => row.some((cell) => cell !== ''))
  return rows.slice(0, last + 1)
}

const unreadable = (error: unknown): never => {
  if (error instanceof UnreadableSheet) throw error
  const name = error instanceof Error ? error.name : ''
  throw new UnreadableSheet(
    /encrypt|password/i.test(name) ? 'locked' : /limit|too large|exceed/i.test(String(error)) ? 'tooLarge' : 'damaged',
    error,
  )
}

/** What the directory of the archive declares; the reader never unpacks more than that. */
const unpackedSize = (bytes: Uint8Array): number => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = bytes.length - 22
  const lowest = Math.max(0, at - 65_535)
  while (at >= lowest && view.getUint32(at, true) !== 0x06054b50) at -= 1
  if (at < lowest) throw new UnreadableSheet('damaged')
  let total = 0
  let entry = view.getUint32(at + 16, true)
  for (let left = view.getUint16(at + 10, true); left > 0; left -= 1) {
    if (entry + 46 > bytes.length || view.getUint32(entry, true) !== 0x02014b50) throw new UnreadableSheet('damaged')
    // A size of zero or of all ones is told elsewhere: no office writes a class list so.
    const size = view.getUint32(entry + 24, true)
    const packed = view.getUint32(entry + 20, true)
    total += size === 0 && packed > 2 ? Number.POSITIVE_INFINITY : size
    entry += 46 + view.getUint16(entry + 28, true) + view.getUint16(entry + 30, true) + view.getUint16(entry + 32, true)
  }
  return total
}

const textOf = (cell: unknown): string => {
  if (cell === null || cell === undefined) return ''
  if (typeof cell === 'number') return numberText(cell)
  if (typeof cell === 'boolean') return cell ? 'oui' : 'non'
  // The reader gives midnight UTC for what the cell shows.
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? '' : dayText(cell.toISOString())
  if (typeof cell === 'string') return cell
  return typeof cell === 'object' && 'text' in cell ? String(cell.text) : ''
}

/** « 727,5 »; what adding left behind, « 727,4999999999999 », is rounded away. */
const numberText = (value: number): string => String(Number(value.toPrecision(15))).replace('.', ',')

const dayText = (iso: string): string => `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(0, 4)}`

/** One sheet with its header held in sight; numbers as numbers, everything else as text that no spreadsheet runs. */
export const writeXlsx = async (name: string, { columns, rows }: CsvTable): Promise<Uint8Array> => {
  const { writeXlsx: write } = await import('hucre/xlsx')
  return write({
    sheets: [
      {
        name: name.replace(/[\\/?*[\]:]/g, ' ').slice(0, 31),
        columns: columns.map((header, at) => ({
          width: Math.min(
            40,
            Math.max(header.length, ...rows.slice(0, 200).map((row) => String(row[at] ?? '').length)) + 2,
          ),
        })),
        rows: [[...columns], ...rows.map((row) => [...row])],
        freezePane: { rows: 1 },
      },
    ],
  })
}
