/** The colours that a town can choose for its portal; `renderer/parts/accents.css` defines each. */
export const accentNames = {
  marine: 'Bleu marine',
  canard: 'Bleu canard',
  violet: 'Violet',
  prune: 'Prune',
  ardoise: 'Ardoise',
} as const
export type Accent = keyof typeof accentNames

export const accents = Object.keys(accentNames) as readonly Accent[]

/** The accent with this name; the default one if the name is absent, or comes from another version. */
export const accentNamed = (name: string | undefined): Accent => accents.find((one) => one === name) ?? 'marine'
