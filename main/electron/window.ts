import { join } from 'node:path'
import { BrowserWindow, dialog, nativeTheme, screen } from 'electron'
import { otherWorkstationQuery } from '../../shared/contract/shell.ts'
import { cancelEnd } from './ending.ts'
import { followWindowFailures } from './failing.ts'
import { showTextMenu } from './menu.ts'
import { pageHost, scheme } from './scheme.ts'
import { type Settings, settings } from './settings.ts'
import { canSpell } from './spelling.ts'

const minSize = { width: 800, height: 500 }

/** Opens the desk's window at its last position and size. */
export const openWindow = (isPackaged: boolean, log: (line: string) => void): BrowserWindow => {
  const isElsewhere = settings.get('post') !== undefined
  const saved = settings.get('window')
  const window = new BrowserWindow({
    ...visibleBounds(saved),
    minWidth: minSize.width,
    minHeight: minSize.height,
    show: false,
    title: 'Espace Jeunesse',
    backgroundColor: background(),
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      spellcheck: canSpell,
      devTools: !isPackaged,
    },
  })
  if (saved.isMaximized) window.maximize()
  const follow = () => window.setBackgroundColor(background())
  nativeTheme.on('updated', follow)
  window.once('ready-to-show', () => window.show())
  window.on('close', () => settings.set('window', { ...window.getNormalBounds(), isMaximized: window.isMaximized() }))
  window.on('closed', () => nativeTheme.off('updated', follow))
  window.webContents.on('will-prevent-unload', (event) => {
    if (confirmAbandon(window)) event.preventDefault()
    else cancelEnd()
  })
  window.webContents.on('context-menu', (_event, asked) => showTextMenu(window.webContents, asked))
  followWindowFailures(window, log)
  void window.loadURL(`${scheme}://${pageHost}/${isElsewhere ? `?${otherWorkstationQuery}` : ''}`)
  return window
}

/** Asks whether to discard unrecorded input: Electron shows no question of its own, the window would just not close. */
const confirmAbandon = (window: BrowserWindow): boolean => {
  const buttons = ['Continuer la saisie', 'Abandonner la saisie']
  const chosen = dialog.showMessageBoxSync(window, {
    type: 'question',
    message: 'Quitter sans enregistrer\u00a0?',
    detail: 'La saisie n’est pas enregistrée.',
    buttons,
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  })
  return buttons[chosen] === 'Abandonner la saisie'
}

/** The page's own background colour, to avoid a flash while it loads or grows. */
const background = () => (nativeTheme.shouldUseDarkColors ? '#12161c' : '#f6f7f9')

/** Fits the saved bounds to the present screens: one may have been unplugged or be smaller. */
const visibleBounds = ({ x, y, width, height }: Settings['window']) => {
  const { workArea } = screen.getDisplayMatching({ x: x ?? 0, y: y ?? 0, width, height })
  const size = {
    width: Math.max(minSize.width, Math.min(width, workArea.width)),
    height: Math.max(minSize.height, Math.min(height, workArea.height)),
  }
  if (x === undefined || y === undefined) return size
  // Enough of the title bar must be visible to drag the window.
  const isSeen =
    x < workArea.x + workArea.width - 100 &&
    x + width > workArea.x + 100 &&
    y >= workArea.y - 20 &&
    y < workArea.y + workArea.height - 100
  return isSeen ? { x, y, ...size } : size
}
