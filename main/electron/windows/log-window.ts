import type { BrowserWindow } from 'electron'
import { readLog } from '../../host/log.ts'
import { saveAs } from '../saving.ts'
import { logAddress } from '../scheme.ts'
import { savePath } from './log-page.ts'
import { openTextWindow } from './text-window.ts'

/** Shows the technical log, which staff can save and send to whoever maintains the program. */
export const showLog = (folder: string, above: BrowserWindow | undefined): void => {
  const window = openTextWindow(logAddress, 'Journal technique', above)
  // The guards block every navigation: following the link only triggers this event.
  window.webContents.on('will-frame-navigate', ({ url }) => {
    if (url === `${logAddress}${savePath}`) void saveAs(window, 'journal-technique.txt', Buffer.from(readLog(folder)))
  })
}
