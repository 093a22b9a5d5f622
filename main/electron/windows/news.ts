import { app, type BrowserWindow } from 'electron'
import { newsAddress } from '../scheme.ts'
import { settings } from '../settings.ts'
import { openTextWindow } from './text-window.ts'

/** Shows the news once after an update, above the desk. Shows nothing at a first installation. */
export const showNewsAfterUpdate = (above: BrowserWindow): void => {
  if (!app.isPackaged) return
  const before = settings.get('lastVersion')
  settings.set('lastVersion', app.getVersion())
  if (before !== undefined && before !== app.getVersion()) showNews(above, before)
}

export const showNews = (above: BrowserWindow | undefined, since?: string): void => {
  openTextWindow(newsAddress(since), 'Nouveautés', above)
}
