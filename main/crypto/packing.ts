import { promisify } from 'node:util'
import { type BrotliOptions, brotliCompress, brotliDecompress, constants } from 'node:zlib'

const compress = promisify<Buffer, BrotliOptions, Buffer>(brotliCompress)
const decompress = promisify<Uint8Array, BrotliOptions, Buffer>(brotliDecompress)

const quality = (quality: number): BrotliOptions => ({ params: { [constants.BROTLI_PARAM_QUALITY]: quality } })

/** As quick as gzip; and for the few words of an idle exchange, as short as a millisecond makes them. */
const [fast, dense] = [quality(5), quality(10)]
const smallBytes = 4000

/** What travels, as bytes: JSON, compressed. */
export const pack = (content: unknown): Promise<Buffer> => {
  const bytes = Buffer.from(JSON.stringify(content))
  return compress(bytes, bytes.length > smallBytes ? fast : dense)
}

/** The JSON in it. @throws RangeError for more than `mostBytes` of it: a bomb; Error for what is not packed */
export const unpack = (body: Uint8Array, maxBytes: number): Promise<Buffer> =>
  decompress(body, { maxOutputLength: maxBytes })
