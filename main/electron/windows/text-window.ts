import { BrowserWindow } from 'electron'

/** Opens a window on a page without scripts; Escape closes it. */
export const openTextWindow = (
  address: string,
  title: string,
  above: BrowserWindow | undefined,
  height = 720,
): BrowserWindow => {
  const window = new BrowserWindow({
    ...(above && { parent: above }),
    width: 640,
    height,
    autoHideMenuBar: true,
    minimizable: false,
    show: false,
    title,
    webPreferences: { sandbox: true, contextIsolation: true, javascript: false, devTools: false },
  })
  window.once('ready-to-show', () => window.show())
  window.webContents.on('before-input-event', (_event, { type, key }) => {
    if (type === 'keyDown' && key === 'Escape') window.close()
  })
  void window.loadURL(address)
  return window
}
