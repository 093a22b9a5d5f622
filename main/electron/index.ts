import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { RPCHandler } from '@orpc/server/message-port'
import { app, BrowserWindow, dialog, ipcMain, nativeTheme, session } from 'electron'
import { connectMessage } from '../../shared/contract/shell.ts'
import { type Desk, openDesk } from '../app/desk.ts'
import { addCallHeaders } from '../host/calls.ts'
import { folders } from '../host/folders.ts'
import { logTo } from '../host/log.ts'
import { otherWorkstationClient } from '../host/other-workstation.ts'
import { offerSharing } from '../host/sharing.ts'
import { errorTrace, storeSentence } from '../store/failures.ts'
import { answerPages } from './answers.ts'
import { closeAtEnd } from './ending.ts'
import { followFailures } from './failing.ts'
import { comesFromPage, guardContents, guardSession } from './guards.ts'
import { refuseInstallFolder } from './install-folder.ts'
import { keyring } from './keyring.ts'
import { setMenu } from './menu.ts'
import { prepareReading } from './reading.ts'
import { declareScheme, pageHost, serveScheme } from './scheme.ts'
import { settings } from './settings.ts'
import { followSpelling } from './spelling.ts'
import { followUpdates } from './updates.ts'
import { openWindow } from './window.ts'
import { showNewsAfterUpdate } from './windows/news.ts'
import { preparationWindow } from './windows/preparation-window.ts'

const { demo, data } = parseArgs({
  args: process.argv.slice(app.isPackaged ? 1 : 2),
  options: { demo: { type: 'boolean', default: false }, data: { type: 'string' } },
  // Chromium's own switches are among the arguments.
  strict: false,
}).values
const where = folders(typeof data === 'string' ? data : undefined)
const log = logTo(where.dataDir)

/** The portal's folder is packaged outside the archive: the files copied from it must be real files. */
const portalProgram = async (): Promise<string> =>
  app.isPackaged ? join(process.resourcesPath, 'portail') : join(import.meta.dirname, '../portal')

const start = async (): Promise<void> => {
  await app.whenReady()
  nativeTheme.themeSource = settings.get('theme')
  guardSession(session.defaultSession)
  followSpelling(session.defaultSession)
  const screens = join(import.meta.dirname, '../renderer/desk')
  const workstation = settings.get('post')
  serveScheme({
    screens,
    logFolder: where.dataDir,
    workstationClient: workstation && otherWorkstationClient(workstation),
  })
  prepareReading(screens)
  if (workstation) {
    closeAtEnd(async () => undefined)
    showScreens(null)
    return
  }
  if (app.isPackaged) refuseInstallFolder(where.dataDir)
  const preparation = preparationWindow()
  const desk = await openDesk({
    ...where,
    demo: demo === true,
    log,
    secrets: keyring,
    portalProgram,
    onProgress: (done) => preparation.show(done),
  })
  const { secrets } = desk.core.exchange
  const sharing = await offerSharing(desk, { dataDir: where.dataDir, secrets, screens, log })
  // Let a write in progress finish before the process ends.
  closeAtEnd(async () => {
    await sharing.close()
    await desk.close()
  })
  acceptPorts(desk)
  // The progress window is closed only once this one is shown: the program ends when it has no window.
  showScreens(() => desk.core.store.dataDir).once('show', () => preparation.close())
}

/** @param dataDir null when another workstation keeps the data */
const showScreens = (dataDir: (() => string) | null): BrowserWindow => {
  answerPages()
  setMenu({ dataDir, logFolder: where.dataDir, log })
  const window = openWindow(app.isPackaged, log)
  window.once('show', () => {
    showNewsAfterUpdate(window)
    followUpdates(log)
  })
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow(app.isPackaged, log)
  })
  return window
}

/** Each message port is a connection of its own, with its own login. */
const acceptPorts = (desk: Desk): void => {
  const handler = new RPCHandler(desk.router, { rootInterceptors: [addCallHeaders] })
  ipcMain.on(connectMessage, (event) => {
    const [port, ...others] = event.ports
    if (!port || others.length > 0 || !comesFromPage(event, pageHost)) return
    const context = desk.connect()
    handler.upgrade(port, { context })
    port.on('close', () => desk.leave(context))
    port.start()
  })
}

followFailures(log)
app.enableSandbox()
// Chromium's own texts (form validation, system dialogs) are in French whatever the computer's language.
app.commandLine.appendSwitch('lang', 'fr')
// Must equal the id of the installer's shortcut: Windows groups taskbar windows by it.
app.setAppUserModelId('fr.espacejeunesse.bureau')
declareScheme()
app.on('web-contents-created', (_event, contents) => guardContents(contents))
app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit()
})
app.on('second-instance', () => {
  const window = BrowserWindow.getAllWindows().find((one) => one.getParentWindow() === null)
  if (window?.isMinimized()) window.restore()
  window?.focus()
})
if (app.requestSingleInstanceLock()) {
  start().catch((error: unknown) => {
    const sentence = storeSentence(error)
    if (sentence === null) log(errorTrace(error))
    dialog.showErrorBox('Espace Jeunesse ne peut pas s’ouvrir', sentence ?? 'Une erreur imprévue est survenue.')
    app.exit(1)
  })
} else {
  app.quit()
}
