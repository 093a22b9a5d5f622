import { createHash } from 'node:crypto'
import { inflateSync } from 'node:zlib'

/** What precedes the bytes of a stream: the end of its dictionary, from its length on. */
const streamStart = /\/Length (\d+)([^>]*)>>\nstream\n/g

/**
 * SHA-256 of everything in a PDF, its streams uncompressed: zlib does not compress to the same bytes on every
 * processor, so lengths and offsets, which follow from the compression, are left out too.
 */
export const pdfDigest = (bytes: Uint8Array): string => {
  const text = Buffer.from(bytes).toString('latin1')
  const digest = createHash('sha256')
  let end = 0
  streamStart.lastIndex = 0
  for (let found = streamStart.exec(text); found; found = streamStart.exec(text)) {
    const [whole, length = '', others = ''] = found
    const before = text.slice(end, found.index)
    const start = found.index + whole.length
    end = start + Number(length)
    const isCompressed = (before.slice(before.lastIndexOf('<<')) + others).includes('/FlateDecode')
    const content = bytes.subarray(start, end)
    digest
      .update(before, 'latin1')
      .update(others, 'latin1')
      .update(isCompressed ? inflateSync(content) : content)
    streamStart.lastIndex = end
  }
  const last = text
    .slice(end)
    .replace(/\nxref\n.*?\ntrailer/s, '\ntrailer')
    .replace(/startxref\n\d+/, 'startxref')
  return digest.update(last, 'latin1').digest('hex')
}
