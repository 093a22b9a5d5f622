import { mostPaperPages } from '../../shared/rules/paper.ts'
import { decoded, TooMuch } from './pdf-filters.ts'
import { Doubtful, dictionariesIn, plainName } from './pdf-objects.ts'

/*
 * A PDF that a parent sends is kept as it came, so one that could act by itself is refused. It is judged twice: by its
 * bytes, without its own index, which may point anywhere, so that nothing hides where no viewer of ours would look; then
 * by pdf.js, which reads it as a viewer does. What neither can read whole is refused: a doubtful paper is printed and
 * photographed rather than opened.
 */

export type JudgedPdf = { readonly pages: number } | { readonly refused: string }

/** Names that make a PDF act, carry another file, or ask for another program (ISO 32000-1, 12.6.4 and 7.11.4). */
const acting = [
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
  'Movie',
  'Sound',
]
const actingNames = new RegExp(`^(?:${acting.join('|')})$`)

const mostUnpackedTogether = 400 * 1024 * 1024
/** A page that is scanned has a few; a bomb of small ones, a hundred thousand. */
const mostStreams = 20_000

const sentences = {
  damaged: 'Ce PDF est abîmé ou incomplet\u00a0: enregistrez-le de nouveau.',
  acts: 'Ce PDF contient des actions ou des fichiers joints\u00a0: imprimez-le, ou envoyez-en une photo.',
  doubtful: 'Ce PDF ne se lit pas en entier\u00a0: imprimez-le, ou envoyez-en une photo.',
  sealed: 'Ce PDF est protégé par un mot de passe\u00a0: enregistrez-en une copie sans protection.',
  bomb: 'Ce PDF est trop lourd une fois ouvert\u00a0: envoyez plutôt une photo par page.',
} as const

/** Slow, and as large in memory as the file wants: to be called in a thread of its own (`judging-thread.ts`). */
export const judgedPdf = async (bytes: Buffer): Promise<JudgedPdf> => {
  const refused = refusedByBytes(bytes)
  return refused ? { refused: sentences[refused] } : asViewed(bytes)
}

type Why = keyof typeof sentences

const refusedByBytes = (bytes: Buffer): Why | null => {
  if (!/^%PDF-[12]\.\d/.test(bytes.subarray(0, 8).toString('latin1'))) return 'damaged'
  // Cut short, or with another file behind it.
  if (!/startxref\s+\d+\s+%%EOF[\s\0]*$/.test(bytes.subarray(-1024).toString('latin1'))) return 'damaged'
  const text = bytes.toString('latin1')
  if (hasName(text, /^Encrypt$/)) return 'sealed'
  if (hasName(text, actingNames)) return 'acts'
  let unpacked = 0
  let streams = 0
  try {
    // Any of them may be read as packed objects, whatever it says that it is: viewers differ.
    for (const { dictionary, streamAt } of dictionariesIn(text)) {
      if (streamAt === null) continue
      streams += 1
      if (streams > mostStreams) return 'bomb'
      const content = decoded(bytes.subarray(streamAt), dictionary)
      unpacked += content.length
      if (unpacked > mostUnpackedTogether) return 'bomb'
      if (hasName(content.toString('latin1'), actingNames)) return 'acts'
    }
    return null
  } catch (error) {
    if (error instanceof TooMuch) return 'bomb'
    if (error instanceof Doubtful) return 'doubtful'
    throw error
  }
}

const gap = String.raw`(?:[\0\s]|%[^\r\n]*[\r\n])*`
const valueOfShortName = new RegExp(`^${gap}(?:\\[|<<|\\d+${gap}\\d+${gap}R)`)

/** Every word that could be one of these, whether written plainly or with signs by their number (`/J#61vaScript`). */
const hasName = (text: string, names: RegExp): boolean => {
  for (const { 0: whole, 1: name = '', index } of text.matchAll(/\/((?:[A-Za-z]|#[0-9A-Fa-f]{2}){2,60})/g)) {
    const plain = plainName(name)
    if (!names.test(plain)) continue
    // Few letters come by chance among the points of a picture: as a key, they have a value behind them.
    const end = index + whole.length
    if (plain.length > 3 || plain !== name || valueOfShortName.test(text.slice(end, end + 256))) return true
  }
  return false
}

/** What a viewer finds in it: as many pages as it says, and nothing that acts. */
const asViewed = async (bytes: Buffer): Promise<JudgedPdf> => {
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
    if (pages > mostPaperPages) return { refused: `Ce PDF a ${pages} pages\u00a0: ${mostPaperPages} au plus.` }
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
 * It runs in a thread of its own already, where pdf.js needs no other: it takes its worker's code from here. As it
 * loads, it says that nothing here can draw a page, which nobody asks for.
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
