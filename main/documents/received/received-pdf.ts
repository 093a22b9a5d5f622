import { maxPaperPages } from '../../../shared/rules/requests/paper.ts'
import { decodeStream, UnpackedTooLarge } from './pdf-filters.ts'
import { AmbiguousPdf, decodedName, dictionariesIn } from './pdf-objects.ts'

/*
 * A PDF that a parent sends is stored unchanged, so a PDF with active content is refused. Each PDF is judged twice: all
 * its bytes are searched, without trusting its cross-reference table; then pdf.js reads it as a viewer does. A PDF that
 * either cannot read completely is refused too: the family can print and photograph the paper instead.
 */

export type PdfVerdict = { readonly pages: number } | { readonly refused: string }

/** Names of actions, embedded files and launched programs (ISO 32000-1, 12.6.4 and 7.11.4). */
const activeNames = [
  'JavaScript',
  'Launch',
  'EmbeddedFile',
  'EmbeddedFiles',
  'EF',
  'FileAttachment',
  'RichMedia',
  'RichMediaExecute',
  'XFA',
  'GoToE',
  'GoToR',
  'ImportData',
  'SubmitForm',
  'Rendition',
  // The script of a 3D model.
  'OnInstantiate',
  'Movie',
  'Sound',
]
const activeNamePattern = new RegExp(`^(?:${activeNames.join('|')})$`)

const maxTotalUnpackedBytes = 400 * 1024 * 1024
/** A scanned page has a few streams; a decompression bomb may have a hundred thousand small ones. */
const maxStreams = 20_000

const sentences = {
  damaged: 'Ce PDF est abîmé ou incomplet\u00a0: enregistrez-le de nouveau.',
  acts: 'Ce PDF contient des actions ou des fichiers joints\u00a0: imprimez-le, ou envoyez-en une photo.',
  doubtful: 'Ce PDF ne se lit pas en entier\u00a0: imprimez-le, ou envoyez-en une photo.',
  sealed: 'Ce PDF est protégé par un mot de passe\u00a0: enregistrez-en une copie sans protection.',
  bomb: 'Ce PDF est trop lourd une fois ouvert\u00a0: envoyez plutôt une photo par page.',
} as const

/** Judges a PDF. Slow, and may use much memory: call it in a thread of its own (`judging-thread.ts`). */
export const judgePdf = async (bytes: Buffer): Promise<PdfVerdict> => {
  const refused = refusedByBytes(bytes)
  return refused ? { refused: sentences[refused] } : judgeAsViewer(bytes)
}

type RefusalReason = keyof typeof sentences

const refusedByBytes = (bytes: Buffer): RefusalReason | null => {
  if (!/^%PDF-[12]\.\d/.test(bytes.subarray(0, 8).toString('latin1'))) return 'damaged'
  // The file is incomplete, or another file is appended to it.
  if (!/startxref\s+\d+\s+%%EOF[\s\0]*$/.test(bytes.subarray(-1024).toString('latin1'))) return 'damaged'
  const text = bytes.toString('latin1')
  if (hasName(text, /^Encrypt$/)) return 'sealed'
  if (hasName(text, activeNamePattern)) return 'acts'
  let unpacked = 0
  let streams = 0
  try {
    // Any stream may hold objects, whatever type it declares: viewers do not agree on it.
    for (const { dictionary, streamAt } of dictionariesIn(text)) {
      if (streamAt === null) continue
      streams += 1
      if (streams > maxStreams) return 'bomb'
      const content = decodeStream(bytes.subarray(streamAt), dictionary)
      unpacked += content.length
      if (unpacked > maxTotalUnpackedBytes) return 'bomb'
      if (hasName(content.toString('latin1'), activeNamePattern)) return 'acts'
    }
    return null
  } catch (error) {
    if (error instanceof UnpackedTooLarge) return 'bomb'
    if (error instanceof AmbiguousPdf) return 'doubtful'
    throw error
  }
}

const gap = String.raw`(?:[\0\s]|%[^\r\n]*[\r\n])*`
const valueOfShortName = new RegExp(`^${gap}(?:\\[|<<|\\d+${gap}\\d+${gap}R)`)

/** Looks for the names both in plain form and with characters written by their code (`/J#61vaScript`). */
const hasName = (text: string, names: RegExp): boolean => {
  for (const { 0: whole, 1: name = '', index } of text.matchAll(/\/((?:[A-Za-z]|#[0-9A-Fa-f]{2}){2,60})/g)) {
    const plain = decodedName(name)
    if (!names.test(plain)) continue
    // A name of up to three letters occurs by chance in image data: it only counts when a value follows it.
    const end = index + whole.length
    if (plain.length > 3 || plain !== name || valueOfShortName.test(text.slice(end, end + 256))) return true
  }
  return false
}

/** Opens the PDF as a viewer does: all pages must open, and neither they nor the document may have active content. */
const judgeAsViewer = async (bytes: Buffer): Promise<PdfVerdict> => {
  const { getDocument, VerbosityLevel } = await viewer()
  const task = getDocument({
    data: Uint8Array.from(bytes),
    verbosity: VerbosityLevel.ERRORS,
    useSystemFonts: false,
    stopAtErrors: true,
  })
  try {
    const file = await task.promise
    const { numPages: pages } = file
    if (pages < 1) return { refused: sentences.damaged }
    if (pages > maxPaperPages) return { refused: `Ce PDF a ${pages} pages\u00a0: ${maxPaperPages} au plus.` }
    for (let number = 1; number <= pages; number += 1) {
      const page = await file.getPage(number)
      if ((await page.getJSActions()) !== null) return { refused: sentences.acts }
    }
    const opening = (await file.getOpenAction()) as { readonly action?: string } | null
    const { info } = await file.getMetadata()
    const isActing =
      opening?.action !== undefined ||
      (await file.getJSActions()) !== null ||
      (await file.getAttachments()) !== null ||
      (info as { readonly IsXFAPresent?: boolean }).IsXFAPresent === true
    return isActing ? { refused: sentences.acts } : { pages }
  } catch (error) {
    const isSealed = error instanceof Error && error.name === 'PasswordException'
    return { refused: isSealed ? sentences.sealed : sentences.damaged }
  } finally {
    await task.destroy()
  }
}

/**
 * Loads pdf.js with its worker's code in the present thread, which already is a thread of its own. The warning that no
 * canvas is available is silenced, because nothing is drawn here.
 */
const viewer = async () => {
  const pdfjsWorker = await import('pdfjs-dist/legacy/build/pdf.worker.mjs')
  Object.assign(globalThis, { pdfjsWorker })
  const { warn } = console
  console.warn = () => undefined
  try {
    return await import('pdfjs-dist/legacy/build/pdf.mjs')
  } finally {
    console.warn = warn
  }
}
