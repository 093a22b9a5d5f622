import { readFileSync } from 'node:fs'
import type { TownDocument } from '../../../shared/contract/portal/documents.ts'
import { type Accent, accentNamed, accents } from '../../../shared/portal/accent.ts'
import { runtimeFile } from '../beside.ts'

/** What a phone asks for to put the portal among its applications: a name, a colour, icons. */

/** Sides in pixels. What a phone may cut to its own shape has no corners of its own. */
export const iconSizes: Readonly<Record<string, number>> = { petite: 192, grande: 512, masquable: 512 }

/** `icons/draw-icons.ts` draws them. */
export const iconFile = (accent: Accent, kind: string): string => `icone-${accent}-${kind}.png`

/** Every icon by its path. */
export const icons = (): Record<string, { readonly type: string; readonly body: Buffer }> =>
  Object.fromEntries(
    accents
      .flatMap((accent) => Object.keys(iconSizes).map((kind) => iconFile(accent, kind)))
      .map((name) => [`/${name}`, { type: 'image/png', body: readFileSync(runtimeFile(`http/icons/${name}`)) }]),
  )

const tokens = readFileSync(runtimeFile('../../renderer/parts/tokens.css'), 'utf8')
const palettes = readFileSync(runtimeFile('../../renderer/parts/accents.css'), 'utf8')

const firstColour = (css: string, name: string): string =>
  new RegExp(`${name}: light-dark\\((#[\\da-f]{6})`).exec(css)?.[1] ?? '#ffffff'

/** In light: a phone's own bars follow no scheme. */
export const colourOf = (accent: Accent): string => {
  const own = palettes.split(`[data-accent="${accent}"]`)[1]
  return firstColour(own ?? tokens, '--accent')
}

export const manifestOf = (town: TownDocument | null): string => {
  const accent = accentNamed(town?.accent)
  return JSON.stringify({
    id: '/',
    name: town ? `Portail Famille – ${town.town}` : 'Portail Famille',
    // Under an icon there is room for little.
    short_name: 'Portail Famille',
    description: 'Inscrire vos enfants, réserver leurs jours, payer vos factures.',
    lang: 'fr',
    start_url: '/mon-tableau-de-bord',
    scope: '/',
    display: 'standalone',
    theme_color: colourOf(accent),
    background_color: firstColour(tokens, '--page'),
    icons: Object.entries(iconSizes).map(([kind, size]) => ({
      src: `/${iconFile(accent, kind)}`,
      sizes: `${size}x${size}`,
      type: 'image/png',
      purpose: kind === 'masquable' ? 'maskable' : 'any',
    })),
  })
}
