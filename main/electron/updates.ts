import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, BrowserWindow, dialog, type MessageBoxOptions } from 'electron'
import type { AppUpdater } from 'electron-updater'
import { parse } from 'yaml'
import * as z from 'zod'
import { quitThen } from './ending.ts'
import { openSystem } from './guards.ts'
import { settings } from './settings.ts'

const dayMilliseconds = 24 * 60 * 60 * 1000

/** Whether this is an installed desk whose build names an update server; development sources name none. */
export const canUpdate = (): boolean => app.isPackaged && existsSync(sourceFile())

const sourceFile = () => join(process.resourcesPath, 'app-update.yml')

type Log = (line: string) => void

/**
 * Checks at start and each day; shows nothing until a version is ready to install, nor when offline. Where a version
 * cannot be installed by itself (an unsigned Mac), it offers the download page instead.
 */
export const followUpdates = (log: Log): void => {
  if (!canUpdate()) return
  const look = () => {
    checkInTurn(log)
      .then((version) => (version === null || isReplaceable() ? undefined : offerDownload(version)))
      .catch((error: unknown) => log(`mises à jour\u00a0: ${String(error)}`))
  }
  look()
  setInterval(look, dayMilliseconds).unref()
}

/** Checks at the menu's request; always shows the outcome. */
export const checkNow = async (log: Log): Promise<void> => {
  try {
    const version = await checkInTurn(log)
    if (version !== null && !isReplaceable()) return await offerDownload(version)
    await showMessage({
      type: 'info',
      message: version === null ? 'Espace Jeunesse est à jour.' : `La version ${version} se télécharge.`,
      ...(version !== null && { detail: 'Vous serez prévenu quand elle sera prête.' }),
    })
  } catch (error) {
    log(`mises à jour\u00a0: ${String(error)}`)
    await showMessage({
      type: 'warning',
      message: 'Les mises à jour ne répondent pas.',
      detail: 'Vérifiez la connexion à Internet, puis recommencez. Votre travail n’est pas concerné.',
    })
  }
}

/** Shows a message above the focused window, if there is one. */
const showMessage = (options: MessageBoxOptions) => {
  const window = BrowserWindow.getFocusedWindow()
  return window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options)
}

let lastCheck: Promise<unknown> = Promise.resolve()

/** Runs checks one after the other: a running check may be for another channel. */
const checkInTurn = (log: Log): Promise<string | null> => {
  const look = lastCheck.then(() => checkOnce(log))
  lastCheck = look.catch(() => undefined)
  return look
}

/** @returns the newer version that is being downloaded, null when there is none */
const checkOnce = async (log: Log): Promise<string | null> => {
  const channel = settings.get('updates')
  if (channel === 'none') return null
  const updater = await updaterFor(log)
  updater.channel = channel === 'beta' ? 'beta' : 'latest'
  updater.allowPrerelease = channel === 'beta'
  // Setting a channel enables downgrades, but an older program refuses the data file of a newer one.
  updater.allowDowngrade = false
  updater.autoInstallOnAppQuit = true
  updater.autoDownload = isReplaceable()
  const found = await updater.checkForUpdates()
  return found?.isUpdateAvailable === true ? found.updateInfo.version : null
}

let prepared: AppUpdater | undefined

/** Imported lazily: only an installed desk that follows updates needs the updater. */
const updaterFor = async (log: Log): Promise<AppUpdater> => {
  if (prepared) return prepared
  const { autoUpdater } = await import('electron-updater')
  prepared = autoUpdater
  autoUpdater.logger = null
  autoUpdater.disableWebInstaller = true
  // A failed download is retried the next day.
  autoUpdater.on('error', (error) => log(`mises à jour\u00a0: ${error.message}`))
  autoUpdater.on('update-downloaded', ({ version }) => void announceReady(version))
  return autoUpdater
}

/**
 * macOS only updates a signed program: on an unsigned one its updater downloads the version, refuses it, and never
 * settles the promise that waits for it.
 */
const isReplaceable = (): boolean => process.platform !== 'darwin' || teamOf(process.execPath) !== null

/** The Apple team that signed a program; null for an unsigned one. */
const teamOf = (program: string): string | null => {
  // `codesign` writes to stderr only.
  const { stderr } = spawnSync('/usr/bin/codesign', ['--display', '--verbose=2', program], { encoding: 'utf8' })
  const [, team = 'not set'] = /^TeamIdentifier=(.+)$/m.exec(stderr ?? '') ?? []
  return team === 'not set' ? null : team
}

/** Offers the download page, where the version cannot be installed automatically. */
const offerDownload = async (version: string): Promise<void> => {
  const { response } = await showMessage({
    type: 'info',
    message: `La version ${version} d’Espace Jeunesse est disponible.`,
    detail:
      'Ce logiciel n’est pas signé\u00a0: macOS ne le remplace pas de lui-même. Téléchargez la nouvelle version, fermez celle-ci, puis glissez l’autre dans Applications. Vos données restent en place.',
    buttons: ['Plus tard', 'Télécharger'],
    defaultId: 1,
    cancelId: 0,
  })
  const address = releaseAddress(version)
  if (response === 1 && address !== null) openSystem(address)
}

const MadeBy = z.object({ provider: z.literal('github'), owner: z.string(), repo: z.string() })

/** The release page of a version on GitHub, where the build says it is published; null when it is not on GitHub. */
const releaseAddress = (version: string): string | null => {
  const { success, data } = MadeBy.safeParse(parse(readFileSync(sourceFile(), 'utf8')))
  return success ? `https://github.com/${data.owner}/${data.repo}/releases/tag/v${version}` : null
}

const announceReady = async (version: string): Promise<void> => {
  const { response } = await showMessage({
    type: 'info',
    message: `La version ${version} d’Espace Jeunesse est prête.`,
    detail: 'Elle s’installe quand vous fermez le logiciel.',
    buttons: ['Plus tard', 'Fermer et installer'],
    defaultId: 0,
    cancelId: 0,
  })
  if (response === 1) quitThen(install)
}

/** Milliseconds: macOS copies the new version, then verifies its signature. */
const maxInstallMilliseconds = 60_000

const reopenUnchanged = (): void => {
  stopUpdates()
  app.relaunch()
  app.exit()
}

/** Runs once windows and data are closed: the process must end and the desk open again, even if the installer fails. */
const install = (): void => {
  if (!prepared) return reopenUnchanged()
  prepared.once('error', () => {
    dialog.showErrorBox(
      'La nouvelle version ne s’est pas installée',
      'Espace Jeunesse va s’ouvrir comme avant. La mise à jour sera proposée de nouveau.',
    )
    reopenUnchanged()
  })
  setTimeout(reopenUnchanged, maxInstallMilliseconds)
  prepared.quitAndInstall(true, true)
  // Elsewhere the installer has started by now, or failed without an error.
  if (process.platform !== 'darwin') app.quit()
}

/** A version already downloaded is not installed until updates are wanted again. */
export const stopUpdates = (): void => {
  if (prepared) prepared.autoInstallOnAppQuit = false
}
