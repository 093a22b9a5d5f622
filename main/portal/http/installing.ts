import { readFileSync } from 'node:fs'
import type { TownDocument } from '../../../shared/contract/portal/documents.ts'
import { type Accent, accentNamed, accents } from '../../../shared/portal/accent.ts'
import { runtimeFile } from '../runtime-file.ts'

/** The web application manifest and icons with which a phone installs the portal: name, colour, icons. */

/**
 * Side of each kind of icon, in pixels. The kind `masquable` has no rounded corners: phones cut it to a shape of their
 * own.
 */
export const iconSizes: Readonly<Record<string, number>> = { petite: 192, grande: 512, masquable: 512 }

/** File name of an icon that `icons/draw-icons.ts` drew. */
export const iconFile = (accent: Accent, kind: string): string => `icone-${accent}-${kind}.png`

/** All icons, by URL path. */
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

/** The accent's colour of the light scheme: a phone's bars do not follow the page's colour scheme. */
export const colourOf = (accent: Accent): string => {
  const accentCss = palettes.split(`[data-accent="${accent}"]`)[1]
  return firstColour(accentCss ?? tokens, '--accent')
}

export const manifestOf = (town: TownDocument | null): string => {
  const accent = accentNamed(town?.accent)
  return JSON.stringify({
    id: '/',
    name: town ? `Portail Famille – ${town.town}` : 'Portail Famille',
    // The home screen shows only a few letters under an icon.
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
