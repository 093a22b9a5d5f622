/**
 * What a person reads where the screens are of another version than the core that answers them; null when both are one.
 * Nothing is refused for it: each call is checked against the core's own contract, and one that no longer fits is
 * refused whole.
 */
export const differingVersions = ({
  screens,
  core,
  isElsewhere,
}: {
  readonly screens: string
  readonly core: string
  /** A window that brings its own screens; a browser took them from the first post. */
  readonly isElsewhere: boolean
}): string | null => {
  if (screens === core) return null
  return isElsewhere
    ? `Ce poste a la version ${screens}, le poste principal la version ${core}\u00a0: un écran peut être incomplet, un geste refusé. Mettez à jour le plus ancien des deux (menu Aide › Mises à jour).`
    : `Le poste principal a maintenant la version ${core}, cette page est encore celle de la version ${screens}\u00a0: rechargez-la.`
}
