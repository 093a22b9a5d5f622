import PdfDocument from 'pdfkit'
import type { Instant } from '../../shared/rules/calendar/day.ts'
import { withUnbrokenNumbers } from '../../shared/rules/text/french.ts'
import { typefaces, type Weight, widthOf } from './typeface.ts'

/** Converts millimetres to points. Positions on a paper are points from its top left corner. */
export const mm = (length: number): number => (length * 72) / 25.4

type Ink = 'black' | 'soft' | 'line' | 'white'
export type Style = {
  readonly size: number
  readonly weight: Weight
  readonly ink: Ink
  readonly leading: number
  readonly isSlanted: boolean
  readonly isUnderlined: boolean
}
/** A text, or runs of text each with its own style. `\n` begins a new line. */
export type Words = string | readonly (string | ({ readonly text: string } & Partial<Style>))[]
export type Line = { readonly pieces: readonly Piece[]; readonly width: number; readonly height: number }
export type Align = 'left' | 'right' | 'center'
type Piece = Style & { readonly text: string; readonly x: number }

export type Tag =
  | 'Part'
  | 'H1'
  | 'H2'
  | 'H3'
  | 'P'
  | 'Table'
  | 'TR'
  | 'L'
  | 'LI'
  | 'Lbl'
  | 'LBody'
  | 'TH'
  | 'TD'
  | 'Figure'
  | 'Span'
type TagOptions = { readonly scope?: 'Column' | 'Row'; readonly alt?: string }

/** Text sizes of the papers, in points. */
export const sizes = { small: 9, plain: 9.75, medium: 11.25, large: 13.5, title: 18 } as const

const plain: Style = {
  size: sizes.plain,
  weight: 'regular',
  ink: 'black',
  leading: 1.35,
  isSlanted: false,
  isUnderlined: false,
}
// Papers are printed in black and white: greys dark enough to stay readable on a tired printer.
const inks: Record<Ink, string> = { black: '#000000', soft: '#404040', line: '#808080', white: '#ffffff' }
// Source Sans 3: ascent and descent at a size of one point.
const ASCENT = 1.024
const DESCENT = 0.4

export const bold = (text: string): { readonly text: string; readonly weight: Weight } => ({ text, weight: 'semibold' })

/** Breaks `words` into lines no wider than `width`, splitting only a word or number that is itself wider. */
export const wrapped = (words: Words, width: number, style: Partial<Style> = {}): Line[] => {
  const base = { ...plain, ...style }
  const lines: Line[] = []
  let pieces: Piece[] = []
  let x = 0
  const endLine = (height: number) => {
    lines.push({
      pieces,
      width: x,
      height: pieces.reduce((most, { size, leading }) => Math.max(most, size * leading), height),
    })
    pieces = []
    x = 0
  }
  for (const run of typeof words === 'string' ? [words] : words) {
    const { text, ...own } = typeof run === 'string' ? { text: run } : run
    const hand: Style = { ...base, ...own }
    const put = (word: string) => {
      const last = pieces.at(-1)
      if (last && sameStyle(last, hand)) pieces[pieces.length - 1] = { ...last, text: last.text + word }
      else pieces.push({ ...hand, text: word, x })
      x += hand.size * widthOf(word, hand.weight)
    }
    for (const [index, paragraph] of withUnbrokenNumbers(text).split('\n').entries()) {
      if (index > 0) endLine(hand.size * hand.leading)
      // A space stays with the preceding word; no line breaks at U+00A0 or U+202F.
      for (const word of paragraph.match(/[^ ]* ?/g) ?? []) {
        const wide = hand.size * widthOf(trimmedWord(word), hand.weight)
        if (x > 0 && x + wide > width) endLine(0)
        for (const part of wide > width ? splitWord(word, width / hand.size, hand.weight) : [word]) {
          if (part === '') continue
          if (x > 0 && x + hand.size * widthOf(trimmedWord(part), hand.weight) > width) endLine(0)
          put(part)
        }
      }
    }
  }
  endLine(base.size * base.leading)
  return lines.map(trimmedLine)
}

/** Wraps `words` at the largest size up to `size` points at which they fit into `height`; at 6 points if none fits. */
export const shrunkToFit = (words: Words, width: number, height: number, size: number): Line[] => {
  for (let smaller = size; smaller > 6; smaller -= 0.5) {
    const lines = wrapped(words, width, { size: smaller })
    if (heightOf(lines) <= height) return lines
  }
  return wrapped(words, width, { size: 6 })
}

export const heightOf = (lines: readonly Line[]): number => lines.reduce((sum, { height }) => sum + height, 0)

/** A PDF being written: A4 pages tagged for screen readers, where rules, frames and page feet are marked decoration. */
export type Paper = {
  /** Opens a structure element of the reading order; `draw` may open nested elements. */
  readonly group: (tag: Tag, draw: () => void, options?: TagOptions) => void
  /** Writes `lines` as one element, in a box of `width` whose top left corner is (x, y). */
  readonly put: (
    tag: Tag,
    lines: readonly Line[],
    x: number,
    y: number,
    width: number,
    align?: Align,
    options?: TagOptions,
  ) => void
  /** Wraps and writes; returns the y below the last line. */
  readonly write: (
    tag: Tag,
    words: Words,
    x: number,
    y: number,
    width: number,
    style?: Partial<Style>,
    align?: Align,
    options?: TagOptions,
  ) => number
  readonly image: (bytes: Uint8Array, alt: string, x: number, y: number, width: number, height: number) => void
  readonly rule: (x: number, y: number, width: number, thickness: number, ink?: Ink) => void
  readonly draw: (drawing: (pen: PDFKit.PDFDocument) => void) => void
  readonly newPage: (layout?: 'portrait' | 'landscape') => void
  /** Writes the foot of every page since the previous call: only then is their number known. */
  readonly foot: (words: Words, margin: number) => void
}

type PaperOptions = { readonly title: string; readonly author: string; readonly createdAt: Instant }

/** Makes a complete PDF file; `compose` draws its pages in order. */
export const makePdf = (
  { title, author, createdAt }: PaperOptions,
  compose: (paper: Paper) => void,
): Promise<Uint8Array<ArrayBuffer>> =>
  new Promise((resolve, reject) => {
    const at = new Date(createdAt)
    const document = new PdfDocument({
      autoFirstPage: false,
      bufferPages: true,
      displayTitle: true,
      font: '',
      info: {
        Title: title,
        Author: author,
        Creator: 'Espace Jeunesse',
        Producer: 'Espace Jeunesse',
        CreationDate: at,
        ModDate: at,
      },
      lang: 'fr-FR',
      margin: 0,
      pdfVersion: '1.7',
      size: 'A4',
      tagged: true,
    })
    const chunks: Uint8Array[] = []
    document.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    document.on('end', () => resolve(concatenated(chunks)))
    document.on('error', reject)
    try {
      const fonts = typefaces()
      document.registerFont('regular', fonts.regular).registerFont('semibold', fonts.semibold)
      const root = document.struct('Document')
      document.addStructure(root)
      compose(paperFor(document, root))
      root.end()
      document.end()
    } catch (error) {
      reject(error)
    }
  })

/** Joins chunks in a new ArrayBuffer, which a worker can transfer without a copy: a Buffer may share Node's pool. */
const concatenated = (chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

const paperFor = (document: PDFKit.PDFDocument, root: PDFKit.PDFStructureElement): Paper => {
  let parent = root
  let ink: Ink | undefined

  const drawLine = (line: Line, x: number, y: number) => {
    for (const piece of line.pieces) {
      if (piece.ink !== ink) document.fillColor(inks[piece.ink])
      ink = piece.ink
      document.font(piece.weight, piece.size)
      const baseline = y + line.height / 2 + ((ASCENT - DESCENT) * lineSize(line)) / 2
      // The typeface has no italic: pdfkit slants the letters.
      document.text(piece.text, x + piece.x, baseline, {
        baseline: 'alphabetic',
        lineBreak: false,
        oblique: piece.isSlanted,
      })
      if (piece.isUnderlined) {
        const { size, weight } = piece
        document.rect(x + piece.x, baseline + size * 0.1, size * widthOf(piece.text, weight), size * 0.05).fill()
      }
    }
  }
  const drawLines = (lines: readonly Line[], x: number, y: number, width: number, align: Align) => {
    let top = y
    for (const [index, line] of lines.entries()) {
      const space = align === 'left' ? 0 : align === 'right' ? width - line.width : (width - line.width) / 2
      drawLine(index < lines.length - 1 ? withLastSpace(line) : line, x + space, top)
      top += line.height
    }
  }
  const decoration = (type: 'Layout' | 'Pagination', drawing: () => void) => {
    document.markContent('Artifact', { type })
    document.save()
    drawing()
    document.restore()
    ink = undefined
    document.endMarkedContent()
  }
  const put: Paper['put'] = (tag, lines, x, y, width, align = 'left', options = {}) => {
    parent.add(document.struct(tag, options, () => drawLines(lines, x, y, width, align)))
  }
  return {
    put,
    group: (tag, draw, options = {}) => {
      const outer = parent
      const element = document.struct(tag, options)
      outer.add(element)
      parent = element
      draw()
      element.end()
      parent = outer
    },
    write: (tag, words, x, y, width, style = {}, align = 'left', options = {}) => {
      const lines = wrapped(words, width, style)
      put(tag, lines, x, y, width, align, options)
      return y + heightOf(lines)
    },
    image: (bytes, alt, x, y, width, height) => {
      const draw = () => {
        document.image(Buffer.from(bytes), x, y, { fit: [width, height], valign: 'center' })
      }
      parent.add(document.struct('Figure', { alt }, draw))
    },
    rule: (x, y, width, thickness, color = 'black') =>
      decoration('Layout', () => {
        document.rect(x, y - thickness / 2, width, thickness).fill(inks[color])
      }),
    draw: (drawing) => decoration('Layout', () => drawing(document)),
    newPage: (layout = 'portrait') => {
      document.addPage({ size: 'A4', margin: 0, layout })
      ink = undefined
    },
    foot: (words, margin) => {
      const { start, count } = document.bufferedPageRange()
      const style: Partial<Style> = { size: sizes.small, ink: 'soft' }
      for (let page = 0; page < count; page += 1) {
        document.switchToPage(start + page)
        const number = wrapped(`Page ${page + 1}/${count}`, mm(30), style)
        const [wide, high] = document.page.layout === 'landscape' ? [297, 210] : [210, 297]
        const width = mm(wide - 2 * margin)
        const bottom = mm(high - 8)
        const lines = wrapped(words, width - mm(30), style)
        decoration('Pagination', () => {
          ink = undefined
          drawLines(lines, mm(margin), bottom - heightOf(lines), width, 'left')
          drawLines(number, mm(margin), bottom - heightOf(number), width, 'right')
        })
      }
      document.flushPages()
    },
  }
}

/** Adds a trailing space: a screen reader joins lines, and would otherwise join the last word with the next. */
const withLastSpace = (line: Line): Line => {
  const last = line.pieces.at(-1)
  return last ? { ...line, pieces: [...line.pieces.slice(0, -1), { ...last, text: `${last.text} ` }] } : line
}

const lineSize = (line: Line): number => line.pieces.reduce((most, { size }) => Math.max(most, size), 0)

const sameStyle = (piece: Piece, hand: Style): boolean =>
  piece.size === hand.size &&
  piece.weight === hand.weight &&
  piece.ink === hand.ink &&
  piece.isSlanted === hand.isSlanted &&
  piece.isUnderlined === hand.isUnderlined

const trimmedLine = (line: Line): Line => {
  const last = line.pieces.at(-1)
  if (!last?.text.endsWith(' ')) return line
  const shorter = { ...last, text: last.text.slice(0, -1) }
  return {
    ...line,
    pieces: [...line.pieces.slice(0, -1), shorter],
    width: line.width - last.size * widthOf(' ', last.weight),
  }
}

// Not `trimEnd`, which would remove no-break spaces too.
const trimmedWord = (word: string): string => (word.endsWith(' ') ? word.slice(0, -1) : word)

/** Splits a word after a hyphen, if it has one (« Après-midi »), else wherever the line is full. */
const splitWord = (word: string, width: number, weight: Weight): string[] => {
  const hyphened = word.split(/(?<=-)/)
  if (hyphened.length > 1)
    return hyphened.flatMap((part) => (widthOf(part, weight) > width ? splitWord(part, width, weight) : part))
  const parts: string[] = []
  let part = ''
  for (const letter of word) {
    if (part !== '' && widthOf(part + letter, weight) > width) {
      parts.push(part)
      part = ''
    }
    part += letter
  }
  return [...parts, part]
}
