import { app, type BrowserWindow } from 'electron'
import { newsAddress } from '../scheme.ts'
import { settings } from '../settings.ts'
import { openTextWindow } from './text-window.ts'

/** Once after an update, above the desk. A first installation has nothing to compare with. */
export const tellNews = (above: BrowserWindow): void => {
  if (!app.isPackaged) return
  const before = settings.get('lastVersion')
  settings.set('lastVersion', app.getVersion())
  if (before !== undefined && before !== app.getVersion()) showNews(above, before)
}

export const showNews = (above: BrowserWindow | undefined, since?: string): void => {
  openTextWindow(newsAddress(since), 'Nouveautés', above)
}
