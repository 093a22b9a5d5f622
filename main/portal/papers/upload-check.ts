import { type FileType, maxPaperBytes } from '../../../shared/rules/requests/paper.ts'
import { judgePdf } from '../../documents/received/received-pdf.ts'
import { Refused } from '../refused.ts'
import { reencode } from './picture.ts'

/** What is stored of an upload: a PDF unchanged, or a picture re-encoded. */
export type CheckedUpload = {
  readonly type: FileType
  /** 1 for a picture. */
  readonly pages: number
  readonly bytes: Uint8Array
}

const startsWith = (bytes: Buffer, ...expected: number[]): boolean => expected.every((sign, at) => bytes[at] === sign)

/**
 * Checks that staff can open an upload without risk, and re-encodes pictures. The type is found from the bytes; the
 * file's name and declared type are ignored.
 * @throws Refused, with a sentence that says what to send instead
 */
export const checkUpload = async (sent: Uint8Array): Promise<CheckedUpload> => {
  const bytes = Buffer.from(sent.buffer, sent.byteOffset, sent.byteLength)
  if (bytes.length === 0) throw new Refused('Ce fichier est vide.', 'file')
  if (bytes.length > maxPaperBytes) throw fileTooLarge()
  if (bytes.subarray(0, 5).equals(pdfSignature)) return { type: 'application/pdf', pages: await pagesOf(bytes), bytes }
  if (startsWith(bytes, 0xff, 0xd8, 0xff)) return picture(await reencode(bytes, 'jpeg'))
  if (bytes.subarray(0, 8).equals(pngSignature)) return picture(await reencode(bytes, 'png'))
  if (/^ftyp(hei|hev|mif|msf)/.test(bytes.subarray(4, 12).toString('latin1'))) {
    throw new Refused(
      'Cette photo est au format HEIC de l’iPhone\u00a0: envoyez-la en JPEG (Réglages, Appareil photo, Formats, «\u00a0Le plus compatible\u00a0»).',
      'file',
    )
  }
  throw new Refused('Envoyez un PDF ou une photo (JPEG ou PNG)\u00a0: ce fichier est autre chose.', 'file')
}

const pagesOf = async (bytes: Buffer): Promise<number> => {
  const result = await judgePdf(bytes)
  if ('refused' in result) throw new Refused(result.refused, 'file')
  return result.pages
}

export const fileTooLarge = (): Refused =>
  new Refused('Ce fichier est trop lourd\u00a0: dix mégaoctets au plus. Une photo par page suffit.', 'file')

const pdfSignature = Buffer.from('%PDF-')
const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

const picture = (bytes: Uint8Array): CheckedUpload => ({ type: 'image/jpeg', pages: 1, bytes })
