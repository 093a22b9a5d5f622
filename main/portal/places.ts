/** Where a logged-in parent goes, as the navigation of `renderer/portal/frame.tsx` names it. */
export const places: readonly (readonly [path: string, name: string])[] = [
  ['/mon-tableau-de-bord', 'Mon tableau de bord'],
  ['/ma-famille', 'Ma famille'],
  ['/mes-coordonnees', 'Mes coordonnées'],
  ['/mes-inscriptions', 'Mes inscriptions'],
  ['/mes-demandes', 'Mes demandes'],
  ['/mes-messages', 'Mes messages'],
  ['/mon-compte', 'Mon compte'],
  ['/aide', 'Comment utiliser le portail ?'],
]
