import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const electronFolder = resolve(import.meta.dirname, '../../node_modules/electron')

/**
 * Path of the Electron binary, or why no window can be opened here. Never imports `electron`: the import would
 * download.
 */
export const windowHere = (): { binary: string } | { reason: string } => {
  const binary = electronBinary()
  if (!existsSync(binary)) {
    return { reason: 'Electron n’est pas installé sur cette machine («\u00a0npm run electron:get\u00a0» l’installe)' }
  }
  if (process.platform === 'linux') {
    if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return { reason: 'cette machine n’a pas d’écran' }
    // As root, Chromium starts only without its sandbox.
    if (process.getuid?.() === 0) return { reason: 'le compte root ne peut pas ouvrir de fenêtre protégée' }
  }
  return { binary }
}

const electronBinary = (): string => {
  const names: Partial<Record<NodeJS.Platform, string>> = {
    win32: 'electron.exe',
    darwin: 'Electron.app/Contents/MacOS/Electron',
  }
  const noted = join(electronFolder, 'path.txt')
  const name = existsSync(noted) ? readFileSync(noted, 'utf8').trim() : (names[process.platform] ?? 'electron')
  return join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(electronFolder, 'dist'), name)
}
