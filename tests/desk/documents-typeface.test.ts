import { expect, it } from 'vitest'
import { typefaces } from '../../main/documents/typeface.ts'

it.each(['regular', 'semibold'] as const)(
  'a letter that a paper held only under its accent is read on the next one, in %s',
  (weight) => {
    const font = typefaces()[weight]
    const paper = font.createSubset()
    // Letters that no other test prints: `Ǯ` is drawn with `Ʒ`.
    for (const glyph of font.layout('Ǯ').glyphs) paper.includeGlyph(glyph)
    paper.encode()
    expect(font.layout('Ʒ').glyphs.map(({ codePoints }) => codePoints)).toEqual([['Ʒ'.codePointAt(0)]])
  },
)
