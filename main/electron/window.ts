import { join } from 'node:path'
import { BrowserWindow, nativeTheme, screen } from 'electron'
import { showTextMenu } from './menu.ts'
import { pageHost, scheme } from './scheme.ts'
import { settings } from './settings.ts'

/** The desk's window, where and as large as it was left. */
export const openWindow = (isPackaged: boolean): BrowserWindow => {
  const { isMaximized, ...bounds } = settings.get('window')
  const window = new BrowserWindow({
    ...(isOnScreen(bounds) ? bounds : { width: bounds.width, height: bounds.height }),
    minWidth: 800,
    minHeight: 500,
    show: false,
    title: 'Espace Jeunesse',
    // The page's own, so that nothing flashes while it loads.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#12161c' : '#f6f7f9',
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      // Chromium's viewer for the papers that a page shows.
      plugins: true,
      spellcheck: true,
      devTools: !isPackaged,
    },
  })
  if (isMaximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => settings.set('window', { ...window.getNormalBounds(), isMaximized: window.isMaximized() }))
  window.webContents.on('context-menu', (_event, asked) => showTextMenu(window.webContents, asked))
  void window.loadURL(`${scheme}://${pageHost}/`)
  return window
}

/** A screen may have been unplugged since. */
const isOnScreen = ({ x, y, width, height }: { x?: number; y?: number; width: number; height: number }): boolean => {
  if (x === undefined || y === undefined) return false
  const { workArea } = screen.getDisplayMatching({ x, y, width, height })
  return (
    x < workArea.x + workArea.width - 100 &&
    x + width > workArea.x + 100 &&
    y >= workArea.y - 20 &&
    y < workArea.y + workArea.height - 100
  )
}
