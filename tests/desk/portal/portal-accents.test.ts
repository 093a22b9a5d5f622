import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { accents } from '../../../shared/portal/accent.ts'

const css = (name: string) => readFileSync(resolve(import.meta.dirname, '../../../renderer/parts', name), 'utf8')
const tokensIn = (text: string): Map<string, readonly [light: string, dark: string]> =>
  new Map(
    [...text.matchAll(/--([\w-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
      ([, name = '', light = '', dark = '']) => [name, [light, dark]],
    ),
  )

/** WCAG 2.2, relative luminance and contrast ratio. */
const luminance = (colour: string): number =>
  [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * ([0.2126, 0.7152, 0.0722][at] ?? 0), 0)

const contrast = (one: string, other: string): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

describe('the colours of the portal', () => {
  const usual = tokensIn(css('tokens.css'))
  const palettes = new Map(
    [...css('accents.css').matchAll(/\[data-accent="(\w+)"\] \{([^}]*)\}/g)].map(([, name = '', text = '']) => [
      name,
      tokensIn(text),
    ]),
  )

  it('are exactly those of the list', () => {
    expect(['marine', ...palettes.keys()]).toEqual(accents)
  })

  it.each(accents)('of « %s » have enough contrast, in light and dark', (accent) => {
    for (const scheme of [0, 1] as const) {
      const colour = (name: string) => (palettes.get(accent)?.get(name) ?? usual.get(name))?.[scheme] ?? ''
      for (const [ink, ground, least] of [
        ['accent', 'page', 4.5],
        ['accent', 'surface', 4.5],
        ['accent', 'sunken', 4.5],
        ['accent', 'accent-soft', 4.5],
        ['accent-text', 'accent', 4.5],
        ['text', 'accent-soft', 4.5],
        ['text-soft', 'accent-soft', 4.5],
        ['focus', 'accent-soft', 3],
      ] as const)
        expect([ink, ground, contrast(colour(ink), colour(ground)) >= least]).toEqual([ink, ground, true])
    }
  })
})
