import type { PageLink } from './page.ts'

/** The portal's pages, with their paths and names: shared by the HTML that the server sends and by the scripts. */
export const portalPages = {
  dashboard: { path: '/mon-tableau-de-bord', name: 'Mon tableau de bord' },
  family: { path: '/ma-famille', name: 'Ma famille' },
  details: { path: '/mes-coordonnees', name: 'Mes coordonnées' },
  registrations: { path: '/mes-inscriptions', name: 'Mes inscriptions' },
  requests: { path: '/mes-demandes', name: 'Mes demandes' },
  messages: { path: '/mes-messages', name: 'Mes messages' },
  papers: { path: '/mes-pieces', name: 'Mes pièces' },
  account: { path: '/mon-compte', name: 'Mon compte' },
} as const

/** The help page, open to visitors too. */
export const portalHelp = { path: '/aide', name: 'Comment utiliser le portail\u00a0?' } as const

/** The portal's first page; a logged-in parent sees the « tableau de bord » there. */
export const portalHome = { path: '/', name: 'Accueil' } as const

export const portalLinks = [portalHome, ...Object.values(portalPages), portalHelp]

/** The pages in a phone's bottom bar; its « Menu » leads to the others. */
export const mainPages = [portalPages.dashboard, portalPages.family, portalPages.registrations, portalPages.account]

/** Pages that no menu lists, each with the menu's page that it belongs to. */
const pagesWithin: readonly (readonly [path: string, within: PageLink])[] = [
  ['/mes-reservations', portalPages.registrations],
  ['/nouvelle-inscription', portalPages.registrations],
  ['/mon-dossier', portalPages.family],
  ['/recu', portalPages.requests],
  ['/modifier-mon-compte', portalPages.account],
  ['/nouveau-message', portalPages.messages],
]

/** The path that the menus mark as current on the page at this path; undefined for a page outside all of them. */
export const currentMenuPath = (pathname: string): string | undefined => {
  const isAtOrUnder = (path: string) => pathname === path || pathname.startsWith(`${path}/`)
  const listed = Object.values(portalPages).find(({ path }) => isAtOrUnder(path))
  return (listed ?? pagesWithin.find(([path]) => isAtOrUnder(path))?.[1])?.path
}
