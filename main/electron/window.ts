import { join } from 'node:path'
import { BrowserWindow, dialog, nativeTheme, screen } from 'electron'
import { otherPostQuery } from '../../shared/contract/shell.ts'
import { stay } from './ending.ts'
import { followWindowFailures } from './failing.ts'
import { showTextMenu } from './menu.ts'
import { pageHost, scheme } from './scheme.ts'
import { type Settings, settings } from './settings.ts'
import { canSpell } from './spelling.ts'

const least = { width: 800, height: 500 }

/** The desk's window, where and as large as it was left. */
export const openWindow = (isPackaged: boolean, log: (line: string) => void): BrowserWindow => {
  const isElsewhere = settings.get('post') !== undefined
  const left = settings.get('window')
  const window = new BrowserWindow({
    ...placed(left),
    minWidth: least.width,
    minHeight: least.height,
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
  if (left.isMaximized) window.maximize()
  const follow = () => window.setBackgroundColor(background())
  nativeTheme.on('updated', follow)
  window.once('ready-to-show', () => window.show())
  window.on('close', () => settings.set('window', { ...window.getNormalBounds(), isMaximized: window.isMaximized() }))
  window.on('closed', () => nativeTheme.off('updated', follow))
  window.webContents.on('will-prevent-unload', (event) => {
    if (abandons(window)) event.preventDefault()
    else stay()
  })
  window.webContents.on('context-menu', (_event, asked) => showTextMenu(window.webContents, asked))
  followWindowFailures(window, log)
  void window.loadURL(`${scheme}://${pageHost}/${isElsewhere ? `?${otherPostQuery}` : ''}`)
  return window
}

/** Whether what is typed and not recorded may go with the window: Electron asks nothing by itself, it would stay open. */
const abandons = (window: BrowserWindow): boolean => {
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

/** The page's own, so that nothing flashes while it loads or grows. */
const background = () => (nativeTheme.shouldUseDarkColors ? '#12161c' : '#f6f7f9')

/** A screen may have been unplugged since, or be a smaller one. */
const placed = ({ x, y, width, height }: Settings['window']) => {
  const { workArea } = screen.getDisplayMatching({ x: x ?? 0, y: y ?? 0, width, height })
  const size = {
    width: Math.max(least.width, Math.min(width, workArea.width)),
    height: Math.max(least.height, Math.min(height, workArea.height)),
  }
  if (x === undefined || y === undefined) return size
  // Enough of its title bar to take hold of.
  const isSeen =
    x < workArea.x + workArea.width - 100 &&
    x + width > workArea.x + 100 &&
    y >= workArea.y - 20 &&
    y < workArea.y + workArea.height - 100
  return isSeen ? { x, y, ...size } : size
}
