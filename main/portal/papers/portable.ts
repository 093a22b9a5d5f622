import { inflateSync, constants as zlib } from 'node:zlib'
import { mostPaperPages } from '../../../shared/rules/paper.ts'
import { Refused } from '../refused.ts'

/*
 * A PDF is kept as it came, so what could act by itself is refused: every byte of it is read, and whatever unpacks. It
 * is read without its own index, which may point anywhere: nothing can hide where this does not look. Strict, so that a
 * doubtful paper is printed and photographed rather than opened.
 */

/** Names that make a PDF act, carry another file, or ask for another program (ISO 32000-1, 12.6.4 and 7.11.4). */
const acting = [
  'JavaScript',
  'Launch',
  'EmbeddedFile',
  'EmbeddedFiles',
  'RichMedia',
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

/** A page in 600 points an inch and shades of grey unpacks to 35 megabytes. */
const mostUnpacked = 64 * 1024 * 1024
const mostUnpackedTogether = 400 * 1024 * 1024
/** A page that is scanned has a few; a bomb of small ones, a hundred thousand. */
const mostStreams = 20_000

/** How many pages. @throws Refused */
export const pagesOf = (bytes: Buffer): number => {
  const tail = bytes.subarray(-1024).toString('latin1')
  if (!/^%PDF-[12]\.\d/.test(bytes.subarray(0, 8).toString('latin1'))) throw damaged()
  // Cut short, or with another file behind it.
  if (!/startxref\s+\d+\s+%%EOF[\s\0]*$/.test(tail)) throw damaged()
  const text = bytes.toString('latin1')
  if (hasName(text, /^Encrypt$/)) {
    throw new Refused('Ce PDF est protégé par un mot de passe\u00a0: enregistrez-en une copie sans protection.', 'file')
  }
  const isPacked = hasName(text, /^ObjStm$/)
  if (isPacked && hasName(text, otherPacking)) throw acts()
  let pages = judgedText(text)
  let unpacked = 0
  let streams = 0
  let before = 0
  for (const { index } of text.matchAll(/stream\r?\n/g)) {
    if (text.slice(index - 3, index) === 'end') continue
    streams += 1
    if (streams > mostStreams) throw bomb()
    const content = inflated(bytes.subarray(bytes.indexOf(0x0a, index) + 1))
    if (isPacked && holdsObjects(text.slice(before, index)) && !content) throw acts()
    before = index
    if (!content) continue
    unpacked += content.length
    if (unpacked > mostUnpackedTogether) throw bomb()
    pages += judgedText(content.toString('latin1'))
  }
  if (pages === 0) throw damaged()
  if (pages > mostPaperPages) {
    throw new Refused(`Ce PDF a ${pages} pages\u00a0: ${mostPaperPages} au plus.`, 'file')
  }
  return pages
}

const damaged = () => new Refused('Ce PDF est abîmé ou incomplet\u00a0: enregistrez-le de nouveau.', 'file')
const bomb = () =>
  new Refused('Ce PDF est trop lourd une fois ouvert\u00a0: envoyez plutôt une photo par page.', 'file')
const acts = () =>
  new Refused('Ce PDF contient des actions ou des fichiers joints\u00a0: imprimez-le, ou envoyez-en une photo.', 'file')

/** How many pages this part tells of. @throws Refused for what acts */
const judgedText = (text: string): number => {
  if (hasName(text, actingNames)) throw acts()
  return [...text.matchAll(/\/Type\s{0,20}\/Page(?![A-Za-z#])/g)].length
}

/** Every word that could be one of these, whether written plainly or with signs by their number (`/J#61vaScript`). */
const hasName = (text: string, names: RegExp): boolean => {
  for (const { 0: whole, 1: name = '', index } of text.matchAll(/\/((?:[A-Za-z]|#[0-9A-Fa-f]{2}){3,60})/g)) {
    const isSpelled = name.includes('#')
    const plain = isSpelled
      ? name.replace(/#([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
      : name
    if (!names.test(plain)) continue
    // Three letters come by chance among the points of a picture: as a key, they have a value behind them.
    if (
      plain.length > 3 ||
      isSpelled ||
      /^\s*(?:\[|\d+\s+\d+\s+R)/.test(text.slice(index + whole.length, index + 64))
    ) {
      return true
    }
  }
  return false
}

/** Filters that would hide objects from this reading, where a PDF packs its objects at all. */
const otherPacking = /^(?:ASCIIHexDecode|ASCII85Decode|LZWDecode|RunLengthDecode|Crypt)$/

/** Whether a stream packs objects, by all that stands between it and the one before. @throws Refused for what is not read here */
const holdsObjects = (head: string): boolean => {
  if (!hasName(head, /^ObjStm$/)) return false
  const isPlain = [...head.matchAll(/\/Filter\s*(\[[^\]]*\]|\/\w+|\d[^/>]*)/g)].every(([, filter = '']) =>
    /^\[?\s*\/FlateDecode\s*\]?$/.test(filter),
  )
  if (!isPlain || hasName(head, /^Predictor$/)) throw acts()
  return true
}

/** Null for what is not packed by Flate. @throws Refused past what a page can be */
const inflated = (packed: Buffer): Buffer | null => {
  // The first half byte of every Flate stream of a PDF: method 8.
  if (((packed[0] ?? 0) & 0x0f) !== 8) return null
  try {
    return inflateSync(packed, { finishFlush: zlib.Z_SYNC_FLUSH, maxOutputLength: mostUnpacked })
  } catch (error) {
    if (error instanceof RangeError) throw bomb()
    return null
  }
}
