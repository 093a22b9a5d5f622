import { expect, it } from 'vitest'
import { wrapped } from '../../../main/documents/paper.ts'
import { typefaces } from '../../../main/documents/typeface.ts'

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

it.each(['regular', 'semibold'] as const)('letters drawn as one are read as they were typed, in %s', (weight) => {
  const font = typefaces()[weight]
  for (const word of ['suffit', 'chiffre', 'coffre']) {
    const read = font.layout(word).glyphs.flatMap(({ codePoints }) => codePoints)
    expect(String.fromCodePoint(...read)).toBe(word)
  }
})

it('no line of a paper ends within a telephone', () => {
  const said = 'Une question\u00a0? Appelez le 02 61 91 12 34, de 9 h à 17 h.'
  for (let width = 90; width < 240; width += 3) {
    const lines = wrapped(said, width).map(({ pieces }) => pieces.map(({ text }) => text).join(''))
    expect(lines.filter((line) => line.includes('02\u00a061\u00a091\u00a012\u00a034'))).toHaveLength(1)
  }
})
