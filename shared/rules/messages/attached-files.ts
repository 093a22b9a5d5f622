import type { FileType } from '../requests/paper.ts'
import { counted } from '../text/french.ts'

/* The files attached to the mails of a sending: judged when they are chosen, and again by the core. */

/** The maximum number of files attached to the mails of a sending. */
export const maxSendingFiles = 3
export const maxSendingBytes = 10 * 1024 * 1024

export type AttachedFile = {
  readonly name: string
  readonly size: number
  /** At least its first `startBytes`. */
  readonly start: Uint8Array
}

/** How much of a file tells its type. */
export const startBytes = 8

const pdfStart = /^%PDF-[12]\.\d/

/** The type of a file by its first bytes, whatever its name says; null for anything but a PDF or a JPEG. */
const typeOf = ({ start }: AttachedFile): FileType | null => {
  if (pdfStart.test(String.fromCharCode(...start.subarray(0, startBytes)))) return 'application/pdf'
  return start[0] === 0xff && start[1] === 0xd8 && start[2] === 0xff ? 'image/jpeg' : null
}

const megabytes = (bytes: number): string =>
  `${(bytes / 1024 / 1024).toLocaleString('fr', { maximumFractionDigits: 1 })}\u00a0Mo`

/** The type of a file that may be attached beside others, or why it may not. */
export const judgedFile = (
  file: AttachedFile,
  others: readonly { readonly size: number }[],
): { readonly type: FileType; readonly why: null } | { readonly why: string } => {
  const named = `«\u00a0${file.name}\u00a0»`
  if (others.length >= maxSendingFiles)
    return {
      why: `${counted(maxSendingFiles, 'pièce jointe', 'pièces jointes')} au plus\u00a0: retirez-en une pour joindre ${named}.`,
    }
  if (file.size === 0) return { why: `${named} est vide\u00a0: enregistrez ce fichier de nouveau, puis joignez-le.` }
  const type = typeOf(file)
  if (type === null) return { why: `${named} n’est ni un PDF ni une photo JPEG\u00a0: enregistrez ce fichier en PDF.` }
  const sum = others.reduce((total, { size }) => total + size, file.size)
  return sum > maxSendingBytes
    ? {
        why: `Avec ${named}, les pièces jointes feraient ${megabytes(sum)}\u00a0: au-delà de ${megabytes(maxSendingBytes)}, beaucoup de boîtes les refusent.`,
      }
    : { type, why: null }
}
