type Workbook = {
  readonly rows: readonly (readonly string[])[]
  /** Name of the sheet that was read; `sheets` names all. */
  readonly sheet: string
  readonly sheets: readonly string[]
}

/** Why a workbook cannot be read: the file is the cause, not this program. */
export type Unreadable = 'damaged' | 'locked' | 'tooLarge' | 'noSheet'
export class UnreadableSpreadsheet extends Error {
  readonly why: Unreadable
  constructor(why: Unreadable, cause?: unknown) {
    super(why, { cause })
    this.why = why
  }
}

/** Upper bound of the unpacked size: ten times a list of 50,000 lines and 30 columns; stops decompression bombs. */
const maxUnpackedBytes = 200_000_000
const maxColumns = 400

/**
 * Reads the cells of one sheet as text, as a French spreadsheet shows them: a date as « 02/10/2020 » in both of Excel's
 * date systems, a formula as its last result. Only the first of merged cells has text.
 * @param sheet name of the sheet; empty for the first sheet with content
 * @throws UnreadableSpreadsheet
 */
export const readXlsx = async (bytes: Uint8Array, sheet: string, maxRows: number): Promise<Workbook> => {
  if (unpackedSize(bytes) > maxUnpackedBytes) throw new UnreadableSpreadsheet('tooLarge')
  const { readXlsx: read } = await import('hucre/xlsx')
  const known = await read(bytes, { maxRows: 1 }).catch(unreadable)
  const sheets = known.sheets.map(({ name }) => name)
  const wanted =
    known.sheets.find(({ name }) => name === sheet) ??
    known.sheets.find(({ rows }) => rows.some((row) => row.some((cell) => cell !== null && cell !== '')))
  if (!wanted) throw new UnreadableSpreadsheet('noSheet')
  return { rows: await rowsOf(bytes, wanted.name, maxRows), sheet: wanted.name, sheets }
}

const rowsOf = async (bytes: Uint8Array, sheet: string, maxRows: number): Promise<string[][]> => {
  const { streamXlsxRows } = await import('hucre/xlsx')
  const rows: string[][] = []
  try {
    for await (const { index, values } of streamXlsxRows(bytes, { sheet })) {
      if (index > maxRows || values.length > maxColumns) throw new UnreadableSpreadsheet('tooLarge')
      // The file omits empty rows: they are added, so that each row keeps its number.
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
  if (error instanceof UnreadableSpreadsheet) throw error
  const name = error instanceof Error ? error.name : ''
  throw new UnreadableSpreadsheet(
    /encrypt|password/i.test(name) ? 'locked' : /limit|too large|exceed/i.test(String(error)) ? 'tooLarge' : 'damaged',
    error,
  )
}

/** The unpacked size declared by the ZIP directory; the reader never unpacks more than declared. */
const unpackedSize = (bytes: Uint8Array): number => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = bytes.length - 22
  const lowest = Math.max(0, at - 65_535)
  while (at >= lowest && view.getUint32(at, true) !== 0x06054b50) at -= 1
  if (at < lowest) throw new UnreadableSpreadsheet('damaged')
  let total = 0
  let entry = view.getUint32(at + 16, true)
  for (let left = view.getUint16(at + 10, true); left > 0; left -= 1) {
    if (entry + 46 > bytes.length || view.getUint32(entry, true) !== 0x02014b50)
      throw new UnreadableSpreadsheet('damaged')
    // A size of zero or of all ones means that the real size is elsewhere (ZIP64): no office program writes lists so.
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
  // The reader returns a date as midnight UTC of the day that the cell shows.
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? '' : dayText(cell.toISOString())
  if (typeof cell === 'string') return cell
  return typeof cell === 'object' && 'text' in cell ? String(cell.text) : ''
}

/** Writes « 727,5 »; rounds away the errors of binary arithmetic, such as « 727,4999999999999 ». */
const numberText = (value: number): string => String(Number(value.toPrecision(15))).replace('.', ',')

const dayText = (iso: string): string => `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(0, 4)}`
