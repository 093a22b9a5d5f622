import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { RPCHandler } from '@orpc/server/message-port'
import { app, BrowserWindow, dialog, ipcMain, nativeTheme, session } from 'electron'
import { connectMessage } from '../../shared/contract/shell.ts'
import { type Desk, openDesk } from '../desk/desk.ts'
import { folders } from '../host/folders.ts'
import { logTo } from '../host/log.ts'
import { storeSentence } from '../store/failures.ts'
import { answerPages } from './answers.ts'
import { comesFromPage, guardContents, guardSession } from './guards.ts'
import { setMenu } from './menu.ts'
import { declareScheme, serveScheme } from './scheme.ts'
import { settings } from './settings.ts'
import { openWindow } from './window.ts'

const { demo, data } = parseArgs({
  args: process.argv.slice(app.isPackaged ? 1 : 2),
  options: { demo: { type: 'boolean', default: false }, data: { type: 'string' } },
  // Chromium's own switches come along.
  strict: false,
}).values
const where = folders(typeof data === 'string' ? data : undefined)
const log = logTo(where.dataDir)

const start = async (): Promise<void> => {
  await app.whenReady()
  nativeTheme.themeSource = settings.get('theme')
  guardSession(session.defaultSession)
  // Elsewhere the system's own dictionary serves; on Linux Chromium would fetch one from the network.
  if (process.platform !== 'linux') session.defaultSession.setSpellCheckerLanguages(['fr'])
  serveScheme(join(import.meta.dirname, '../renderer/desk'))
  const desk = await openDesk({ ...where, demo: demo === true, log })
  closeWith(desk)
  handOver(desk)
  answerPages()
  setMenu(desk.core.store.dataDir, app.isPackaged)
  openWindow(app.isPackaged)
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow(app.isPackaged)
  })
}

/** Each port is a connection of its own, with its own login. */
const handOver = (desk: Desk): void => {
  const handler = new RPCHandler(desk.router)
  ipcMain.on(connectMessage, (event) => {
    const [port, ...others] = event.ports
    if (!port || others.length > 0 || !comesFromPage(event)) return
    handler.upgrade(port, { context: desk.connect() })
    port.start()
  })
}

/** What is being written is finished before the process ends. */
const closeWith = (desk: Desk): void => {
  let isClosed = false
  app.on('will-quit', (event) => {
    if (isClosed) return
    event.preventDefault()
    void desk.close().finally(() => {
      isClosed = true
      app.quit()
    })
  })
}

app.enableSandbox()
declareScheme()
app.on('web-contents-created', (_event, contents) => guardContents(contents))
app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit()
})
app.on('second-instance', () => {
  const [window] = BrowserWindow.getAllWindows()
  if (window?.isMinimized()) window.restore()
  window?.focus()
})
if (app.requestSingleInstanceLock()) {
  start().catch((error: unknown) => {
    const sentence = storeSentence(error)
    if (sentence === null) log(error instanceof Error ? (error.stack ?? error.message) : String(error))
    dialog.showErrorBox('Espace Jeunesse ne peut pas s’ouvrir', sentence ?? 'Une erreur imprévue est survenue.')
    app.exit(1)
  })
} else {
  app.quit()
}
