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
