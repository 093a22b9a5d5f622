import type { BrowserWindow } from 'electron'
import { readLog } from '../host/log.ts'
import { savePath } from './log-page.ts'
import { saveAs } from './saving.ts'
import { logAddress } from './scheme.ts'
import { openTextWindow } from './text-window.ts'

/** What the program noted of its failures, to read and to hand to whoever repairs it. */
export const showLog = (folder: string, above: BrowserWindow | undefined): void => {
  const window = openTextWindow(logAddress, 'Journal technique', above)
  // The guards let it go nowhere: asking for this address is all that the link does.
  window.webContents.on('will-frame-navigate', ({ url }) => {
    if (url === `${logAddress}${savePath}`) void saveAs(window, 'journal-technique.txt', Buffer.from(readLog(folder)))
  })
}
