import { readFileSync } from 'node:fs'
import { create, type Font, type GlyphRun } from 'fontkit'

export type Weight = 'regular' | 'semibold'

/**
 * Opened once a thread: a font handed to pdfkit as bytes is parsed again for each document, ten times slower.
 * A bundled build lays `fonts/` beside its modules, as here.
 */
export const typefaces = (): Readonly<Record<Weight, Font>> => {
  opened ??= { regular: open('source-sans-3-regular.ttf'), semibold: open('source-sans-3-semibold.ttf') }
  return opened
}
let opened: Readonly<Record<Weight, Font>> | undefined

/** The width of `text` at one point; words come again and again on papers, so each is measured once. */
export const widthOf = (text: string, weight: Weight): number => {
  const known = widths[weight].get(text)
  if (known !== undefined) return known
  const font = typefaces()[weight]
  const width = font.layout(text).glyphs.length === 0 ? 0 : font.layout(text).advanceWidth / font.unitsPerEm
  keep(widths[weight], text, width)
  return width
}
const widths: Record<Weight, Map<string, number>> = { regular: new Map(), semibold: new Map() }

const open = (file: string): Font => {
  const font = create(readFileSync(new URL(`./fonts/${file}`, import.meta.url)))
  if (!('layout' in font)) throw new Error(`${file} holds several fonts`)
  // fontkit keeps each glyph as it is first met: met within « À », the « A » of all later papers could not be read;
  // met as the character « ﬀ » rather than two letters, « suffit » would not be found in any.
  for (const codePoint of font.characterSet) {
    const letters = String.fromCodePoint(codePoint).normalize('NFKC')
    if (/^\p{Ll}{2,}$/u.test(letters)) font.layout(letters)
  }
  for (const codePoint of font.characterSet) font.glyphForCodePoint(codePoint)
  return withRememberedLayouts(font)
}

/** Kerning a word is most of the work of a page. pdfkit scales the positions it is given in place: it gets copies. */
const withRememberedLayouts = (font: Font): Font => {
  const runs = new Map<string, GlyphRun>()
  const layout = (text: string): GlyphRun => {
    const run = runs.get(text) ?? font.layout(text)
    keep(runs, text, run)
    const positions = run.positions.map((position) => ({ ...position }))
    return {
      ...run,
      glyphs: run.glyphs,
      positions,
      get advanceWidth() {
        return positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0)
      },
    }
  }
  return Object.create(font, { layout: { value: layout } }) as Font
}

/** A desk left open for weeks must not remember every name it ever printed. */
const keep = <Value>(map: Map<string, Value>, text: string, value: Value): void => {
  if (map.size >= 20_000) map.clear()
  map.set(text, value)
}
