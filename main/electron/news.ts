import { app, BrowserWindow } from 'electron'
import { newsAddress } from './scheme.ts'
import { settings } from './settings.ts'

/** Once after an update, above the desk. A first installation has nothing to compare with. */
export const tellNews = (above: BrowserWindow): void => {
  if (!app.isPackaged) return
  const before = settings.get('lastVersion')
  settings.set('lastVersion', app.getVersion())
  if (before !== undefined && before !== app.getVersion()) showNews(above, before)
}

/** A page without any script, that closes with Escape. */
export const showNews = (above: BrowserWindow | undefined, since?: string): void => {
  const window = new BrowserWindow({
    ...(above && { parent: above }),
    width: 640,
    height: 720,
    autoHideMenuBar: true,
    minimizable: false,
    show: false,
    title: 'Nouveautés',
    webPreferences: { sandbox: true, contextIsolation: true, javascript: false, devTools: false },
  })
  window.once('ready-to-show', () => window.show())
  window.webContents.on('before-input-event', (_event, { type, key }) => {
    if (type === 'keyDown' && key === 'Escape') window.close()
  })
  void window.loadURL(newsAddress(since))
}
