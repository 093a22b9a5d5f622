import { inflateRawSync, constants as zlib } from 'node:zlib'
import { AmbiguousPdf, type PdfDictionary, type PdfValue } from './pdf-objects.ts'

/** The stream decodes to more bytes than a page can need. */
export class UnpackedTooLarge extends Error {}

/** In bytes. An A4 page at 600 dpi in shades of grey decodes to 35 megabytes. */
const maxUnpackedBytes = 64 * 1024 * 1024

/** Decoders, under the full names of filters and the abbreviations of inline images: viewers accept both anywhere. */
const filters: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  FlateDecode: inflate,
  Fl: inflate,
  ASCIIHexDecode: fromHexadecimal,
  AHx: fromHexadecimal,
  ASCII85Decode: fromAscii85,
  A85: fromAscii85,
}
/** Filters that decode to the pixels of a picture. */
const imageFilters = new Set(['DCTDecode', 'DCT', 'JPXDecode', 'CCITTFaxDecode', 'CCF', 'JBIG2Decode'])

/**
 * Decodes a stream of a PDF through its filters (ISO 32000-1, 7.4). The declared length is not trusted: `bytes` runs to
 * the end of the file and each filter finds its own end, so that no viewer reads more than this does.
 * @throws AmbiguousPdf for an unknown filter; UnpackedTooLarge for more than `maxUnpackedBytes`
 */
export const decodeStream = (bytes: Buffer, dictionary: PdfDictionary): Buffer => {
  const filter = valueOfKey(dictionary, 'Filter', 'F')
  const parameter = valueOfKey(dictionary, 'DecodeParms', 'DP')
  const [named, parameters] = [listOf(filter), listOf(parameter)]
  // A list beside a single value: viewers do not agree whether the parameters count.
  if (filter && parameter && 'items' in filter !== 'items' in parameter) throw new AmbiguousPdf()
  // Without a filter, the stream is plain text that was already searched with the whole file.
  if (named.length === 0) return Buffer.alloc(0)
  return named.reduce<Buffer>((content, filter, rank) => {
    if (!('name' in filter)) throw new AmbiguousPdf()
    if (imageFilters.has(filter.name) && rank === named.length - 1 && isPicture(dictionary)) return Buffer.alloc(0)
    const decode = filters[filter.name]
    if (!decode) throw new AmbiguousPdf()
    return undoPrediction(decode(content), parameters[rank])
  }, bytes)
}

/**
 * The value under a key's long or short name. The caller refuses a reference, because the referenced object may be
 * replaced later in the file.
 * @throws AmbiguousPdf when the key is given twice: viewers do not agree which value counts
 */
const valueOfKey = (dictionary: PdfDictionary, long: string, short: string): PdfValue | undefined => {
  const values = [long, short].flatMap((key) => (dictionary.has(key) ? [dictionary.get(key)] : []))
  const [value] = values
  if (values.length > 1 || value === null) throw new AmbiguousPdf()
  return value
}

const listOf = (value: PdfValue | undefined): readonly PdfValue[] =>
  value === undefined ? [] : 'items' in value ? value.items : [value]

/**
 * A stream with `First` may be read as objects, so it never counts as a picture: image filters can decode to any bytes.
 */
const isPicture = (dictionary: PdfDictionary): boolean => {
  const subtype = dictionary.get('Subtype')
  return !!subtype && 'name' in subtype && subtype.name === 'Image' && !dictionary.has('First')
}

/** Whether the compressed stream is empty. Not for text filters: « endstream » is itself valid base 85. */
const isEmpty = (bytes: Buffer): boolean => /^\s*endstream/.test(bytes.subarray(0, 16).toString('latin1'))

/** Ignores the checksum and any bytes after the end, as viewers do. */
function inflate(bytes: Buffer): Buffer {
  if (isEmpty(bytes)) return Buffer.alloc(0)
  const [method = 0, flags = 0] = bytes
  if ((method & 0x0f) !== 8 || ((method << 8) | flags) % 31 !== 0 || (flags & 0x20) !== 0) throw new AmbiguousPdf()
  try {
    return inflateRawSync(bytes.subarray(2), { finishFlush: zlib.Z_SYNC_FLUSH, maxOutputLength: maxUnpackedBytes })
  } catch (error) {
    throw error instanceof RangeError ? new UnpackedTooLarge() : new AmbiguousPdf()
  }
}

function fromHexadecimal(bytes: Buffer): Buffer {
  const end = bytes.indexOf('>')
  const digits = bytes
    .subarray(0, end < 0 ? bytes.length : end)
    .toString('latin1')
    .replace(/[\0\s]+/g, '')
  if (end < 0 || !/^[0-9A-Fa-f]*$/.test(digits)) throw new AmbiguousPdf()
  return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex')
}

function fromAscii85(bytes: Buffer): Buffer {
  const end = bytes.indexOf('~>')
  const digits = bytes
    .subarray(0, end < 0 ? bytes.length : end)
    .toString('latin1')
    .replace(/[\0\s]+/g, '')
    .replaceAll('z', '!!!!!')
  if (end < 0 || !/^[!-u]*$/.test(digits) || digits.length % 5 === 1) throw new AmbiguousPdf()
  const filled = digits.padEnd(Math.ceil(digits.length / 5) * 5, 'u')
  const groups = Buffer.alloc((filled.length / 5) * 4)
  for (let group = 0; group * 5 < filled.length; group += 1) {
    let sum = 0
    for (let digit = 0; digit < 5; digit += 1) sum = sum * 85 + filled.charCodeAt(group * 5 + digit) - 33
    if (sum > 0xffffffff) throw new AmbiguousPdf()
    groups.writeUInt32BE(sum, group * 4)
  }
  return groups.subarray(0, groups.length - (filled.length - digits.length))
}

/** Undoes PNG prediction (ISO 32000-1, 7.4.4.4); other predictors are refused. */
const undoPrediction = (bytes: Buffer, parameters: PdfValue | undefined): Buffer => {
  if (parameters === undefined || 'other' in parameters) return bytes
  if (!('dictionary' in parameters)) throw new AmbiguousPdf()
  const numberOf = (key: string, usual: number): number => {
    const value = parameters.dictionary.get(key)
    if (value === undefined) return usual
    if (value === null || !('number' in value)) throw new AmbiguousPdf()
    return value.number
  }
  const predictor = numberOf('Predictor', 1)
  if (predictor === 1) return bytes
  const bits = numberOf('Colors', 1) * numberOf('BitsPerComponent', 8)
  const width = Math.ceil((bits * numberOf('Columns', 1)) / 8)
  const left = Math.ceil(bits / 8)
  if (predictor < 10 || predictor > 15 || !(width > 0) || !(left > 0)) throw new AmbiguousPdf()
  const rows = Math.ceil(bytes.length / (width + 1))
  const plain = Buffer.alloc(rows * width)
  for (let row = 0; row < rows; row += 1) {
    const from = row * (width + 1)
    const to = row * width
    const kind = bytes[from]
    for (let column = 0; column < width; column += 1) {
      const a = column < left ? 0 : (plain[to + column - left] ?? 0)
      const b = row === 0 ? 0 : (plain[to + column - width] ?? 0)
      const c = row === 0 || column < left ? 0 : (plain[to + column - width - left] ?? 0)
      const guess = kind === 1 ? a : kind === 2 ? b : kind === 3 ? (a + b) >> 1 : kind === 4 ? paeth(a, b, c) : 0
      plain[to + column] = ((bytes[from + 1 + column] ?? 0) + guess) & 0xff
    }
  }
  return plain
}

/** The Paeth predictor (PNG specification, 9.4). */
const paeth = (a: number, b: number, c: number): number => {
  const [toA, toB, toC] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)]
  return toA <= toB && toA <= toC ? a : toB <= toC ? b : c
}
