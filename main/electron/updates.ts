import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { app, BrowserWindow, dialog, type MessageBoxOptions } from 'electron'
import type { AppUpdater } from 'electron-updater'
import { settings } from './settings.ts'

const eachDay = 24 * 60 * 60 * 1000

/** An installed desk that was told by its maker where its versions are; sources being worked on have none. */
export const canUpdate = (): boolean => app.isPackaged && existsSync(join(process.resourcesPath, 'app-update.yml'))

type Log = (line: string) => void

/** Looks at start and each day, says nothing until a version is ready. Without a network nothing happens. */
export const followUpdates = (log: Log): void => {
  if (!canUpdate()) return
  const look = () => {
    lookFor(log).catch((error: unknown) => log(`updates: ${String(error)}`))
  }
  look()
  setInterval(look, eachDay).unref()
}

/** Asked from the menu: it answers in any case. */
export const lookNow = async (log: Log): Promise<void> => {
  try {
    const version = await lookFor(log)
    await say({
      type: 'info',
      message: version === null ? 'Espace Jeunesse est à jour.' : `La version ${version} se télécharge.`,
      ...(version !== null && { detail: 'Vous serez prévenu quand elle sera prête.' }),
    })
  } catch (error) {
    log(`updates: ${String(error)}`)
    await say({
      type: 'warning',
      message: 'Les mises à jour ne répondent pas.',
      detail: 'Vérifiez la connexion à Internet, puis recommencez. Votre travail n’est pas concerné.',
    })
  }
}

/** Above the window being worked in, if there is one. */
const say = (options: MessageBoxOptions) => {
  const window = BrowserWindow.getFocusedWindow()
  return window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options)
}

let looking: Promise<unknown> = Promise.resolve()

/** One look after the other: one that began for another channel would answer for it. */
const lookFor = (log: Log): Promise<string | null> => {
  const look = looking.then(() => lookOnce(log))
  looking = look.catch(() => undefined)
  return look
}

/** @returns the newer version that is being fetched, null when there is none */
const lookOnce = async (log: Log): Promise<string | null> => {
  const channel = settings.get('updates')
  if (channel === 'none') return null
  const updater = await updaterFor(log)
  updater.channel = channel === 'beta' ? 'beta' : 'latest'
  updater.allowPrerelease = channel === 'beta'
  // Choosing a channel would allow it, and an older program refuses the file of a newer one.
  updater.allowDowngrade = false
  updater.autoInstallOnAppQuit = true
  const found = await updater.checkForUpdates()
  return found?.isUpdateAvailable === true ? found.updateInfo.version : null
}

let prepared: AppUpdater | undefined

/** Loaded by an installed desk that follows updates, and by no other. */
const updaterFor = async (log: Log): Promise<AppUpdater> => {
  if (prepared) return prepared
  const { autoUpdater } = await import('electron-updater')
  prepared = autoUpdater
  autoUpdater.logger = null
  autoUpdater.disableWebInstaller = true
  // A download that fails is tried again the next day.
  autoUpdater.on('error', (error) => log(`updates: ${error.message}`))
  autoUpdater.on('update-downloaded', ({ version }) => void tellReady(version))
  return autoUpdater
}

const tellReady = async (version: string): Promise<void> => {
  const { response } = await say({
    type: 'info',
    message: `La version ${version} d’Espace Jeunesse est prête.`,
    detail: 'Elle s’installe quand vous fermez le logiciel.',
    buttons: ['Plus tard', 'Fermer et installer'],
    defaultId: 0,
    cancelId: 0,
  })
  if (response !== 1) return
  isAwaited = true
  app.quit()
}

let isAwaited = false

/** What ends the process once the data are closed: whoever asked for the new version finds it open again. */
export const leave = (): void => {
  if (isAwaited && prepared) prepared.quitAndInstall(true, true)
  else app.quit()
}

/** A version already fetched waits for the next one who wants it. */
export const stopUpdates = (): void => {
  if (prepared) prepared.autoInstallOnAppQuit = false
}
