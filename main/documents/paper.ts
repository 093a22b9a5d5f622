import PdfDocument from 'pdfkit'
import type { Instant } from '../../shared/rules/calendar/day.ts'
import { withUnbrokenNumbers } from '../../shared/rules/text/french.ts'
import { typefaces, type Weight, widthOf } from './typeface.ts'

/** Millimetres as points. Positions on a paper are points from its top left corner. */
export const mm = (length: number): number => (length * 72) / 25.4

type Ink = 'black' | 'soft' | 'line' | 'white'
export type Style = { readonly size: number; readonly weight: Weight; readonly ink: Ink; readonly leading: number }
/** A text, or stretches of it each in its own hand. `\n` begins a new line. */
export type Words = string | readonly (string | ({ readonly text: string } & Partial<Style>))[]
export type Line = { readonly pieces: readonly Piece[]; readonly width: number; readonly height: number }
export type Align = 'left' | 'right' | 'center'
type Piece = Style & { readonly text: string; readonly x: number }

export type Tag = 'Part' | 'H1' | 'H2' | 'P' | 'Table' | 'TR' | 'L' | 'LI' | 'LBody' | 'TH' | 'TD' | 'Figure' | 'Span'
type TagOptions = { readonly scope?: 'Column' | 'Row'; readonly alt?: string }

/** Text sizes of the papers, in points. */
export const sizes = { small: 9, plain: 9.75, medium: 11.25, large: 13.5, title: 18 } as const

const plain: Style = { size: sizes.plain, weight: 'regular', ink: 'black', leading: 1.35 }
// Papers are printed in black and white: greys dark enough to stay readable on a tired printer.
const inks: Record<Ink, string> = { black: '#000000', soft: '#404040', line: '#808080', white: '#ffffff' }
// Source Sans 3: from the top of its box to the baseline and below it, for one point.
const ASCENT = 1.024
const DESCENT = 0.4

export const bold = (text: string): { readonly text: string; readonly weight: Weight } => ({ text, weight: 'semibold' })

/** Breaks `words` into lines no wider than `width`; a word that is wider than a line is cut, a number stays whole. */
export const broken = (words: Words, width: number, style: Partial<Style> = {}): Line[] => {
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
      if (last && sameHand(last, hand)) pieces[pieces.length - 1] = { ...last, text: last.text + word }
      else pieces.push({ ...hand, text: word, x })
      x += hand.size * widthOf(word, hand.weight)
    }
    for (const [index, paragraph] of withUnbrokenNumbers(text).split('\n').entries()) {
      if (index > 0) endLine(hand.size * hand.leading)
      // A space stays with the word before it; U+00A0 and U+202F never part.
      for (const word of paragraph.match(/[^ ]* ?/g) ?? []) {
        const wide = hand.size * widthOf(bare(word), hand.weight)
        if (x > 0 && x + wide > width) endLine(0)
        for (const part of wide > width ? cut(word, width / hand.size, hand.weight) : [word]) {
          if (part === '') continue
          if (x > 0 && x + hand.size * widthOf(bare(part), hand.weight) > width) endLine(0)
          put(part)
        }
      }
    }
  }
  endLine(base.size * base.leading)
  return lines.map(withoutLastSpace)
}

/** Breaks `words` at `size` points, or at the largest size under it that keeps them within `height`. */
export const fitted = (words: Words, width: number, height: number, size: number): Line[] => {
  for (let smaller = size; smaller > 6; smaller -= 0.5) {
    const lines = broken(words, width, { size: smaller })
    if (heightOf(lines) <= height) return lines
  }
  return broken(words, width, { size: 6 })
}

export const heightOf = (lines: readonly Line[]): number => lines.reduce((sum, { height }) => sum + height, 0)

/** A4 pages in progress, tagged for screen readers; rules, frames and feet are told to be decoration. */
export type Paper = {
  /** Opens a part of the reading order; `draw` may open others inside it. */
  readonly group: (tag: Tag, draw: () => void, options?: TagOptions) => void
  /** Writes `lines` as one element, in a box of `width` that begins at (x, y). */
  readonly put: (
    tag: Tag,
    lines: readonly Line[],
    x: number,
    y: number,
    width: number,
    align?: Align,
    options?: TagOptions,
  ) => void
  /** Breaks and writes; gives the y below the last line. */
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
  /** Gives every page since the last call its foot, once their number is known. */
  readonly foot: (words: Words, margin: number) => void
}

type PaperOptions = { readonly title: string; readonly author: string; readonly createdAt: Instant }

/** Writes a whole file: `compose` draws, one page after another. */
export const printed = (
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
    document.on('end', () => resolve(together(chunks)))
    document.on('error', reject)
    try {
      const fonts = typefaces()
      document.registerFont('regular', fonts.regular).registerFont('semibold', fonts.semibold)
      const root = document.struct('Document')
      document.addStructure(root)
      compose(paperOn(document, root))
      root.end()
      document.end()
    } catch (error) {
      reject(error)
    }
  })

/** In memory of its own, so that a worker can hand it over without a copy: a Buffer may share Node's pool. */
const together = (chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

const paperOn = (document: PDFKit.PDFDocument, root: PDFKit.PDFStructureElement): Paper => {
  let parent = root
  let ink: Ink | undefined

  const spell = (line: Line, x: number, y: number) => {
    for (const piece of line.pieces) {
      if (piece.ink !== ink) document.fillColor(inks[piece.ink])
      ink = piece.ink
      document.font(piece.weight, piece.size)
      const baseline = y + line.height / 2 + ((ASCENT - DESCENT) * lineSize(line)) / 2
      document.text(piece.text, x + piece.x, baseline, { baseline: 'alphabetic', lineBreak: false })
    }
  }
  const spellAll = (lines: readonly Line[], x: number, y: number, width: number, align: Align) => {
    let top = y
    for (const [index, line] of lines.entries()) {
      const space = align === 'left' ? 0 : align === 'right' ? width - line.width : (width - line.width) / 2
      spell(index < lines.length - 1 ? spaced(line) : line, x + space, top)
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
    parent.add(document.struct(tag, options, () => spellAll(lines, x, y, width, align)))
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
      const lines = broken(words, width, style)
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
        const number = broken(`Page ${page + 1}/${count}`, mm(30), style)
        const [wide, high] = document.page.layout === 'landscape' ? [297, 210] : [210, 297]
        const width = mm(wide - 2 * margin)
        const bottom = mm(high - 8)
        const lines = broken(words, width - mm(30), style)
        decoration('Pagination', () => {
          ink = undefined
          spellAll(lines, mm(margin), bottom - heightOf(lines), width, 'left')
          spellAll(number, mm(margin), bottom - heightOf(number), width, 'right')
        })
      }
      document.flushPages()
    },
  }
}

/** A screen reader runs lines together: the word after needs its space. */
const spaced = (line: Line): Line => {
  const last = line.pieces.at(-1)
  return last ? { ...line, pieces: [...line.pieces.slice(0, -1), { ...last, text: `${last.text} ` }] } : line
}

const lineSize = (line: Line): number => line.pieces.reduce((most, { size }) => Math.max(most, size), 0)

const sameHand = (piece: Piece, hand: Style): boolean =>
  piece.size === hand.size && piece.weight === hand.weight && piece.ink === hand.ink

const withoutLastSpace = (line: Line): Line => {
  const last = line.pieces.at(-1)
  if (!last?.text.endsWith(' ')) return line
  const shorter = { ...last, text: last.text.slice(0, -1) }
  return {
    ...line,
    pieces: [...line.pieces.slice(0, -1), shorter],
    width: line.width - last.size * widthOf(' ', last.weight),
  }
}

// Not trimEnd: it takes the no-break spaces too.
const bare = (word: string): string => (word.endsWith(' ') ? word.slice(0, -1) : word)

/** After a hyphen where there is one (« Après-midi »), else wherever the line is full. */
const cut = (word: string, width: number, weight: Weight): string[] => {
  const hyphened = word.split(/(?<=-)/)
  if (hyphened.length > 1)
    return hyphened.flatMap((part) => (widthOf(part, weight) > width ? cut(part, width, weight) : part))
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
