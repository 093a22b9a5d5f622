import type { Session } from 'electron'
import { settings } from './settings.ts'

/** Elsewhere the system's own dictionary serves; on Linux Chromium would fetch one from the network. */
export const canSpell = process.platform !== 'linux'

export const followSpelling = (session: Session): void => {
  const isWanted = canSpell && settings.get('spelling')
  session.setSpellCheckerEnabled(isWanted)
  // macOS finds the language by itself.
  if (isWanted && process.platform !== 'darwin') session.setSpellCheckerLanguages(['fr'])
}
