import type { Session } from 'electron'
import { settings } from './settings.ts'

/** macOS has a dictionary of its own. Elsewhere Chromium would fetch one from the network: the desk asks it nothing. */
export const canSpell = process.platform === 'darwin'

export const followSpelling = (session: Session): void =>
  session.setSpellCheckerEnabled(canSpell && settings.get('spelling'))
