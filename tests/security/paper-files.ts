import { once } from 'node:events'
import { crc32, deflateSync } from 'node:zlib'
import PdfDocument from 'pdfkit'

/** Files of parents, and of attackers. */

const chunk = (name: string, data: Buffer): Buffer => {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

const pngSign = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** RGBA, in one colour. */
export const aPng = (
  { width = 60, height = 40, colour = [200, 30, 30, 255] as readonly number[] } = {},
  { chunks = [] as readonly Buffer[], points }: { chunks?: readonly Buffer[]; points?: Buffer } = {},
): Buffer => {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 6, 0, 0, 0], 8)
  const row = Buffer.concat([Buffer.from([0]), ...Array.from({ length: width }, () => Buffer.from(colour))])
  const packed = points ?? deflateSync(Buffer.concat(Array.from({ length: height }, () => row)))
  return Buffer.concat([pngSign, chunk('IHDR', head), ...chunks, chunk('IDAT', packed), chunk('IEND', Buffer.alloc(0))])
}

export const aTextChunk = (text: string): Buffer => chunk('tEXt', Buffer.from(`Comment\0${text}`, 'latin1'))

/** Where a telephone writes where it was: an EXIF block with this text, told as turned a quarter. */
export const withExif = (jpeg: Buffer, text: string): Buffer => {
  const tiff = Buffer.concat([
    Buffer.from('MM\0*', 'latin1'),
    Buffer.from([0, 0, 0, 8, 0, 2]),
    // Orientation 6.
    Buffer.from([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]),
    // The maker's name, of this length, at 38.
    Buffer.from([0x01, 0x0f, 0, 2, 0, 0, 0, text.length + 1, 0, 0, 0, 38]),
    Buffer.from([0, 0, 0, 0]),
    Buffer.from(`${text}\0`, 'latin1'),
  ])
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff])
  const head = Buffer.from([0xff, 0xe1, 0, 0])
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)])
}

/** @param carried bytes that the file contains and shows nowhere */
export const aPdf = async (pages = 1, carried?: Buffer): Promise<Buffer> => {
  const document = new PdfDocument({ autoFirstPage: false })
  const parts: Buffer[] = []
  document.on('data', (part: Buffer) => parts.push(part))
  for (let page = 1; page <= pages; page += 1) document.addPage().text(`Attestation, page ${page}`)
  if (carried) document.ref({}).end(carried)
  document.end()
  await once(document, 'end')
  return Buffer.concat(parts)
}

/** A hand-written file without a correct index: objects between a header and a trailer. */
export const aRawPdf = (...objects: (string | Buffer)[]): Buffer =>
  Buffer.concat([
    Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Page >>\nendobj\n', 'latin1'),
    ...objects.map((one) => (typeof one === 'string' ? Buffer.from(one, 'latin1') : one)),
    Buffer.from('\nstartxref\n0\n%%EOF\n', 'latin1'),
  ])

export const aStream = (head: string, content: Buffer, line = '\n'): Buffer =>
  Buffer.concat([
    Buffer.from(`9 0 obj\n<< ${head} /Length ${content.length} >>\nstream${line}`, 'latin1'),
    content,
    Buffer.from('\nendstream\nendobj\n', 'latin1'),
  ])
