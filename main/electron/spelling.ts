import type { Session } from 'electron'
import { settings } from './settings.ts'

/** macOS has its own dictionary. Elsewhere Chromium would download one: the desk must not use the network for that. */
export const canSpell = process.platform === 'darwin'

export const followSpelling = (session: Session): void =>
  session.setSpellCheckerEnabled(canSpell && settings.get('spelling'))
