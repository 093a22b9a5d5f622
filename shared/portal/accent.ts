/** The colours that a town may give its portal. What they are is in `renderer/parts/accents.css`. */
export const accentNames = {
  marine: 'Bleu marine',
  canard: 'Bleu canard',
  violet: 'Violet',
  prune: 'Prune',
  ardoise: 'Ardoise',
} as const
export type Accent = keyof typeof accentNames

export const accents = Object.keys(accentNames) as readonly Accent[]

/** The palette of this name; the usual one where the name is absent, or of another version. */
export const accentNamed = (name: string | undefined): Accent => accents.find((one) => one === name) ?? 'marine'
