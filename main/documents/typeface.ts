import { readFileSync } from 'node:fs'
import { create, type Font, type GlyphRun } from 'fontkit'

export type Weight = 'regular' | 'semibold'

/**
 * Fonts, opened once per thread: pdfkit would parse a font given as bytes again for each document, ten times slower.
 * A build puts `fonts/` next to its modules, as in the sources.
 */
export const typefaces = (): Readonly<Record<Weight, Font>> => {
  opened ??= { regular: open('source-sans-3-regular.ttf'), semibold: open('source-sans-3-semibold.ttf') }
  return opened
}
let opened: Readonly<Record<Weight, Font>> | undefined

/** Width of `text` at a size of one point, cached because the same words are frequent on papers. */
export const widthOf = (text: string, weight: Weight): number => {
  const known = widths[weight].get(text)
  if (known !== undefined) return known
  const font = typefaces()[weight]
  const width = font.layout(text).glyphs.length === 0 ? 0 : font.layout(text).advanceWidth / font.unitsPerEm
  remember(widths[weight], text, width)
  return width
}
const widths: Record<Weight, Map<string, number>> = { regular: new Map(), semibold: new Map() }

const open = (file: string): Font => {
  const font = create(readFileSync(new URL(`./fonts/${file}`, import.meta.url)))
  if (!('layout' in font)) throw new Error(`${file} holds several fonts`)
  // fontkit caches, with each glyph, the characters of its first use. If « A » is first used as a part of « À », text
  // cannot be copied from later papers; if « ﬀ » is first used as one character, a search does not find « suffit ». So
  // each ligature is first used as several letters, and each glyph as its own character.
  for (const codePoint of font.characterSet) {
    const letters = String.fromCodePoint(codePoint).normalize('NFKC')
    if (/^\p{Ll}{2,}$/u.test(letters)) font.layout(letters)
  }
  for (const codePoint of font.characterSet) font.glyphForCodePoint(codePoint)
  return withCachedLayouts(font)
}

/**
 * Caches layouts: kerning is most of the work of a page. pdfkit modifies the positions that it gets, so it gets copies.
 */
const withCachedLayouts = (font: Font): Font => {
  const runs = new Map<string, GlyphRun>()
  const layout = (text: string): GlyphRun => {
    const run = runs.get(text) ?? font.layout(text)
    remember(runs, text, run)
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

/**
 * Caches a value. The cache is emptied when full: a desk that runs for weeks must not cache every name it ever printed.
 */
const remember = <Value>(map: Map<string, Value>, text: string, value: Value): void => {
  if (map.size >= 20_000) map.clear()
  map.set(text, value)
}
