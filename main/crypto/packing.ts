import { promisify } from 'node:util'
import { type BrotliOptions, brotliCompress, brotliDecompress, constants } from 'node:zlib'

const compress = promisify<Buffer, BrotliOptions, Buffer>(brotliCompress)
const decompress = promisify<Uint8Array, BrotliOptions, Buffer>(brotliDecompress)

const ofQuality = (quality: number): BrotliOptions => ({ params: { [constants.BROTLI_PARAM_QUALITY]: quality } })

/** As quick as gzip; and for the few words of an idle exchange, as short as a millisecond makes them. */
const [quick, short] = [ofQuality(5), ofQuality(10)]
const fewBytes = 4000

/** What travels, as bytes: JSON, compressed. */
export const packed = (content: unknown): Promise<Buffer> => {
  const bytes = Buffer.from(JSON.stringify(content))
  return compress(bytes, bytes.length > fewBytes ? quick : short)
}

/** The JSON in it. @throws RangeError for more than `mostBytes` of it: a bomb; Error for what is not packed */
export const unpacked = (body: Uint8Array, mostBytes: number): Promise<Buffer> =>
  decompress(body, { maxOutputLength: mostBytes })
