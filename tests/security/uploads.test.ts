import { crc32, deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { checkUploadInWorker } from '../../main/portal/papers/check-in-worker.ts'
import { checkUpload } from '../../main/portal/papers/upload-check.ts'
import { maxPaperBytes, paperFileName } from '../../shared/rules/requests/paper.ts'
import { aPdf, aPng, aRawPdf, aStream, aTextChunk, withExif } from './paper-files.ts'

const aJpeg = async (size = {}): Promise<Buffer> => Buffer.from((await checkUpload(aPng(size))).bytes)

const refusing = async (bytes: Buffer): Promise<string> => {
  const result = await checkUpload(bytes).catch((error: unknown) => error)
  return result instanceof Error && 'sentence' in result ? String(result.sentence) : `taken: ${JSON.stringify(result)}`
}

/** Width and height that a JPEG tells. */
const sizeOf = (jpeg: Uint8Array): [number, number] => {
  const bytes = Buffer.from(jpeg)
  for (let at = 2; ; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (bytes[at + 1] === 0xc0 || bytes[at + 1] === 0xc2)
      return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)]
  }
}

describe('a paper is what its bytes are', () => {
  it('a PDF stays as it came, with its pages counted', async () => {
    const pdf = await aPdf(3)
    const { type, pages, bytes } = await checkUpload(pdf)
    expect({ type, pages, same: Buffer.from(bytes).equals(pdf) }).toEqual({
      type: 'application/pdf',
      pages: 3,
      same: true,
    })
  })

  it('a picture is drawn anew as JPEG: transparent is white, nothing beside its points is left', async () => {
    const { type, bytes } = await checkUpload(aPng({}, { chunks: [aTextChunk('<script>alert(1)</script>')] }))
    expect(type).toBe('image/jpeg')
    expect(Buffer.from(bytes).includes('script')).toBe(false)
    expect(sizeOf(bytes)).toEqual([60, 40])
  })

  it('the place of a photo is removed, and the photo is upright', async () => {
    const photo = withExif(await aJpeg(), 'GPS 49.2269 -0.2999')
    expect(photo.includes('GPS 49')).toBe(true)
    const { bytes } = await checkUpload(photo)
    expect(Buffer.from(bytes).includes('GPS')).toBe(false)
    expect(Buffer.from(bytes).includes('Exif')).toBe(false)
    expect(sizeOf(bytes)).toEqual([40, 60])
  })

  it('a large photo is made smaller than 4,000 points', async () => {
    const { bytes } = await checkUpload(aPng({ width: 4500, height: 30 }))
    expect(sizeOf(bytes)).toEqual([2250, 15])
  })

  it.each<[string, string | Buffer]>([
    ['a page of the web', '<!doctype html><script>alert(1)</script>'],
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['a program', Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1')],
    ['an archive', Buffer.from('PK\x03\x04', 'latin1')],
    ['a GIF', 'GIF89a'],
    ['a Word document of old', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])],
    ['a page of the web before a PDF', '<html>%PDF-1.4 startxref 0 %%EOF'],
  ])('%s is refused, whatever it is called', async (_, bytes) => {
    expect(await refusing(Buffer.from(bytes))).toMatch(/^Envoyez un PDF ou une photo/)
  })

  it('a photo in the format of iPhones says what to do', async () => {
    expect(await refusing(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1'))).toMatch(/HEIC/)
  })

  it('empty files and files of more than ten megabytes are refused', async () => {
    expect(await refusing(Buffer.alloc(0))).toBe('Ce fichier est vide.')
    expect(await refusing(Buffer.concat([await aPdf(), Buffer.alloc(maxPaperBytes)]))).toMatch(
      /^Ce fichier est trop lourd/,
    )
  })
})

describe('a picture that lies', () => {
  it('with a part missing is refused', async () => {
    const png = aPng()
    const jpeg = await aJpeg({ width: 300, height: 200 })
    expect(await refusing(png.subarray(0, png.length - 20))).toMatch(/abîmée ou incomplète/)
    for (const cut of [3, 20, 200, jpeg.length - 2]) {
      expect(await refusing(jpeg.subarray(0, cut))).toMatch(/abîmée ou incomplète/)
    }
  })

  it('that is a photo in front and a page of the web or an archive behind: only the photo is kept', async () => {
    const jpeg = await aJpeg()
    for (const tail of ['<html><script>alert(1)</script>', 'PK\x03\x04PK\x05\x06']) {
      for (const file of [
        Buffer.concat([jpeg, Buffer.from(tail, 'latin1')]),
        Buffer.concat([aPng(), Buffer.from(tail)]),
      ]) {
        const { bytes } = await checkUpload(file)
        expect(Buffer.from(bytes).includes(tail.slice(0, 4))).toBe(false)
      }
    }
  })

  it('that unpacks to gigabytes: its size is read before it is drawn', async () => {
    const points = deflateSync(Buffer.alloc(1024))
    expect(await refusing(aPng({ width: 60, height: 1 }, { points: Buffer.from([0x78, 0x9c]) }))).toMatch(/abîmée/)
    const vast = aPng({ width: 8, height: 1 })
    vast.writeUInt32BE(65_000, 16)
    vast.writeUInt32BE(65_000, 20)
    expect(await refusing(vast)).toMatch(/abîmée/)
    const told = aHugePng(points)
    expect(await refusing(told)).toBe('Cette image est trop grande\u00a0: 40 mégapixels au plus.')
    const jpeg = await aJpeg()
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]))
    jpeg.writeUInt16BE(60_000, frame + 5)
    jpeg.writeUInt16BE(60_000, frame + 7)
    expect(await refusing(jpeg)).toBe('Cette image est trop grande\u00a0: 40 mégapixels au plus.')
  })

  it('with a text chunk that unpacks to gigabytes: the text is never unpacked', async () => {
    const bomb = aTextChunk('x')
    expect((await checkUpload(aPng({}, { chunks: [bomb, bomb] }))).type).toBe('image/jpeg')
  })

  it('with wrong checksums is refused', async () => {
    const png = aPng()
    png[30] = (png[30] ?? 0) ^ 1
    expect(await refusing(png)).toMatch(/abîmée ou incomplète/)
  })
})

describe('a PDF that acts', () => {
  it.each([
    ['runs a script', '<< /S /JavaScript /JS (app.alert\\(1\\)) >>'],
    ['runs a script, spelled by numbers', '<< /S /J#61v#61Script /JS (x) >>'],
    ['starts a program', '<< /S /Launch /F (cmd.exe) >>'],
    ['carries a file', '<< /Type /Filespec /EF << /F 3 0 R >> /Names << /EmbeddedFiles 4 0 R >> >>'],
    ['opens another file', '<< /S /GoToR /F (//ailleurs/partage) >>'],
    ['sends a form', '<< /S /SubmitForm /F (https://ailleurs.exemple) >>'],
    ['is a form of another age', '<< /AcroForm << /XFA [ (a) 3 0 R ] >> >>'],
    ['shows a film', '<< /Subtype /RichMedia >>'],
  ])('that %s is refused, also among packed objects', async (_, object) => {
    const sentence = 'Ce PDF contient des actions ou des fichiers joints\u00a0: imprimez-le, ou envoyez-en une photo.'
    expect(await refusing(aRawPdf(`2 0 obj\n${object}\nendobj\n`))).toBe(sentence)
    const packed = deflateSync(Buffer.from(`2 0 ${object}`))
    expect(await refusing(aRawPdf(aStream('/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode', packed)))).toBe(sentence)
    expect(await refusing(aRawPdf(aStream('/Filter [/FlateDecode] /Type /O#62jStm', packed)))).toBe(sentence)
  })

  const script = Buffer.from('2 0 << /S /J#61vaScript /JS (app.alert\\(1\\)) >>')
  const flate = deflateSync(script)
  const withoutSum = Buffer.concat([flate.subarray(0, -4), Buffer.from('abcd')])
  /** Each line tells how it differs from the one above it, as PNG does. */
  const predicted = deflateSync(
    Buffer.concat(
      Array.from({ length: Math.ceil(script.length / 4) }, (_, row) =>
        Buffer.from([
          2,
          ...[0, 1, 2, 3].map((at) => (script[row * 4 + at] ?? 0) - (row > 0 ? (script[row * 4 + at - 4] ?? 0) : 0)),
        ]),
      ),
    ),
  )

  it.each<[string, string, Buffer, string?]>([
    ['after « stream » and a carriage return alone', '/Type /ObjStm /Filter /FlateDecode', flate, '\r'],
    ['after « stream », a space and a line', '/Type /ObjStm /Filter /FlateDecode', flate, ' \n'],
    ['written as digits, under no type', '/N 1 /First 4 /Filter /ASCIIHexDecode', hexadecimal(script)],
    ['packed, then written as digits', '/N 1 /First 4 /Filter [/ASCIIHexDecode /FlateDecode]', hexadecimal(flate)],
    ['packed, then written in base 85', '/Filter [/A85 /Fl]', Buffer.from(`${base85(flate)}~>`)],
    ['under a filter spelled by numbers', '/F#69lter /Fl#61teDecode', flate],
    ['under the short name of a filter', '/F /Fl', flate],
    ['with a wrong checksum, which viewers pass over', '/Filter /FlateDecode', withoutSum],
    ['foretold as PNG does', '/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 4 >>', predicted],
    ['within what says that it is a picture', '/Subtype /Image /Filter /FlateDecode', flate],
    ['of a model in space', '', Buffer.from('2 0 << /3DD << /OnInstantiate 3 0 R >> >>')],
    ['behind « endstream », in base 85', '/Filter /A85', Buffer.from(`endstream!${base85(script)}~>`)],
  ])('whose script hides %s is refused', async (_, head, content, line = '\n') => {
    expect(await refusing(aRawPdf(aStream(head, content, line)))).toMatch(/^Ce PDF contient des actions/)
  })

  it('whose object hides within another, where an index may point, is refused', async () => {
    const inner = aStream('/Filter /FlateDecode', flate)
    expect(await refusing(aRawPdf(aStream('', inner)))).toMatch(/^Ce PDF contient des actions/)
    const comment = Buffer.concat([Buffer.from('%'), aStream('/Filter /ASCIIHexDecode', hexadecimal(script))])
    expect(await refusing(aRawPdf(comment))).toMatch(/^Ce PDF contient des actions/)
  })

  it.each<[string, string, Buffer?]>([
    ['by a filter that is not read here', '/Filter /LZWDecode'],
    ['by a filter named elsewhere', '/Filter 12 0 R'],
    ['by two filters, of which viewers take one', '/Filter /FlateDecode /Filter /ASCIIHexDecode'],
    ['by a filter for pictures, and is none', '/Filter /DCTDecode'],
    ['as pixels that may be read as objects', '/Subtype /Image /N 1 /First 4 /Filter /CCITTFaxDecode'],
    [
      'behind « endstream », as digits',
      '/Filter /ASCIIHexDecode',
      Buffer.from(`endstream ${hexadecimal(script).toString()}`),
    ],
    ['foretold, or not', '/Filter [/FlateDecode] /DecodeParms << /Predictor 12 /Columns 4 >>'],
    ['foretold as TIFF does', '/Filter /FlateDecode /DecodeParms << /Predictor 2 >>'],
    ['badly', '/Filter /FlateDecode', Buffer.from('x\x9cnothing')],
  ])('that is packed %s cannot be read whole, and is refused', async (_, head, content = flate) => {
    expect(await refusing(aRawPdf(aStream(head, content)))).toMatch(/^Ce PDF ne se lit pas en entier/)
  })

  it('that a viewer cannot open is refused, whatever its bytes say', async () => {
    expect(await refusing(aRawPdf(aStream('/Filter /FlateDecode', deflateSync(Buffer.from('q Q')))))).toMatch(
      /abîmé ou incomplet/,
    )
  })

  it('that asks for a password, is cut short or has another file behind it', async () => {
    expect(await refusing(aRawPdf('trailer << /Encrypt 5 0 R >>\n'))).toMatch(/mot de passe/)
    const pdf = await aPdf()
    expect(await refusing(pdf.subarray(0, pdf.length - 10))).toMatch(/abîmé ou incomplet/)
    expect(await refusing(Buffer.concat([pdf, Buffer.from('PK\x05\x06', 'latin1')]))).toMatch(/abîmé ou incomplet/)
    expect(await refusing(Buffer.from('%PDF-1.4\nstartxref\n0\n%%EOF\n'))).toMatch(/abîmé ou incomplet/)
  })

  it('that has more than twenty pages', async () => {
    expect(await refusing(await aPdf(21))).toBe('Ce PDF a 21 pages\u00a0: 20 au plus.')
  })

  it('that unpacks to gigabytes', async () => {
    const bomb = deflateSync(Buffer.alloc(80 * 1024 * 1024))
    expect(await refusing(aRawPdf(aStream('/Filter /FlateDecode', bomb)))).toMatch(/trop lourd une fois ouvert/)
    const half = aStream('/Filter /FlateDecode', deflateSync(Buffer.alloc(40 * 1024 * 1024)))
    expect(await refusing(aRawPdf(...Array.from({ length: 11 }, () => half)))).toMatch(/trop lourd une fois ouvert/)
  })
})

it('is judged in a thread of its own, which answers alike and ends', async () => {
  const all = await Promise.allSettled([
    checkUploadInWorker(aPng()),
    checkUploadInWorker(Buffer.from('<html>')),
    checkUploadInWorker(await aPdf()),
  ])
  expect(all.map((one) => (one.status === 'fulfilled' ? one.value.type : String(one.reason.sentence)))).toEqual([
    'image/jpeg',
    'Envoyez un PDF ou une photo (JPEG ou PNG)\u00a0: ce fichier est autre chose.',
    'application/pdf',
  ])
})

it.each([
  ['../../etc/passwd', 'passwd.pdf'],
  ['C:\\Windows\\system32\\CON.exe', 'CON.pdf'],
  ['  attestation CAF.pdf.exe ', 'attestation CAF.pdf.pdf'],
  ['facture\u202Efdp.exe', 'facturefdp.pdf'],
  ['a\0b\r\nSet-Cookie: x.pdf', 'abSet-Cookie x.pdf'],
  ['...', 'piece.pdf'],
  ['<img src=x onerror=alert(1)>.png', 'img src=x onerror=alert(1).pdf'],
  [`${'é'.repeat(300)}.pdf`, `${'é'.repeat(80)}.pdf`],
])('a file called « %s » is kept as « %s »', (given, kept) => {
  expect(paperFileName(given, 'application/pdf')).toBe(kept)
})

/** As PDF writes bytes in digits, and in other printable signs. */
const hexadecimal = (bytes: Buffer): Buffer => Buffer.from(`${bytes.toString('hex')}>`)

const base85 = (bytes: Buffer): string =>
  Array.from({ length: Math.ceil(bytes.length / 4) }, (_, group) => {
    const four = Buffer.alloc(4)
    const length = bytes.copy(four, 0, group * 4, group * 4 + 4)
    const digits = [4, 3, 2, 1, 0].map((power) => (Math.floor(four.readUInt32BE() / 85 ** power) % 85) + 33)
    return String.fromCharCode(...digits.slice(0, length + 1))
  }).join('')

const aHugePng = (points: Buffer): Buffer => {
  const png = aPng({ width: 8, height: 1 }, { points })
  const head = Buffer.alloc(17)
  head.write('IHDR', 'latin1')
  head.writeUInt32BE(20_000, 4)
  head.writeUInt32BE(20_000, 8)
  head.set([8, 6, 0, 0, 0], 12)
  png.set(head, 12)
  png.writeUInt32BE(crc32(head), 29)
  return png
}
