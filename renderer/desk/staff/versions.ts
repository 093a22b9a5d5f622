/**
 * The message when screens and core have different versions; null when they have the same. The core still accepts
 * calls: it checks each against its own contract and refuses only those that no longer fit.
 */
export const versionMismatchText = ({
  screens,
  core,
  isElsewhere,
}: {
  readonly screens: string
  readonly core: string
  /** Whether this window brings its own screens; a browser loads the screens of the first workstation. */
  readonly isElsewhere: boolean
}): string | null => {
  if (screens === core) return null
  return isElsewhere
    ? `Ce poste a la version ${screens}, le poste principal la version ${core}\u00a0: un écran peut être incomplet, un geste refusé. Mettez à jour le plus ancien des deux (menu Aide › Mises à jour).`
    : `Le poste principal a maintenant la version ${core}, cette page est encore celle de la version ${screens}\u00a0: rechargez-la.`
}
