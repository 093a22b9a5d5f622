import { promisify } from 'node:util'
import { type BrotliOptions, brotliCompress, brotliDecompress, constants } from 'node:zlib'

const compress = promisify<Buffer, BrotliOptions, Buffer>(brotliCompress)
const decompress = promisify<Uint8Array, BrotliOptions, Buffer>(brotliDecompress)

const quality = (quality: number): BrotliOptions => ({ params: { [constants.BROTLI_PARAM_QUALITY]: quality } })

/**
 * Brotli qualities: `fast` costs no more time than gzip; `dense` is for small messages, such as those of an idle
 * exchange.
 */
const [fast, dense] = [quality(5), quality(10)]
const smallBytes = 4000

/** Serialises a message of the exchange: compressed JSON. */
export const pack = (content: unknown): Promise<Buffer> => {
  const bytes = Buffer.from(JSON.stringify(content))
  return compress(bytes, bytes.length > smallBytes ? fast : dense)
}

/**
 * Decompresses a message to its JSON.
 * @throws RangeError for more than `maxBytes` (a decompression bomb); Error for bytes that are not compressed
 */
export const unpack = (body: Uint8Array, maxBytes: number): Promise<Buffer> =>
  decompress(body, { maxOutputLength: maxBytes })
