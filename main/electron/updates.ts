import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, BrowserWindow, dialog, type MessageBoxOptions } from 'electron'
import type { AppUpdater } from 'electron-updater'
import { parse } from 'yaml'
import * as z from 'zod'
import { endWith } from './ending.ts'
import { openSystem } from './guards.ts'
import { settings } from './settings.ts'

const eachDay = 24 * 60 * 60 * 1000

/** An installed desk that was told by its maker where its versions are; sources being worked on have none. */
export const canUpdate = (): boolean => app.isPackaged && existsSync(sourceFile())

const sourceFile = () => join(process.resourcesPath, 'app-update.yml')

type Log = (line: string) => void

/** Looks at start and each day, says nothing until a version is ready. Without a network nothing happens. */
export const followUpdates = (log: Log): void => {
  if (!canUpdate()) return
  const look = () => {
    lookFor(log)
      .then((version) => (version === null || isReplaceable() ? undefined : tellToDownload(version)))
      .catch((error: unknown) => log(`mises à jour\u00a0: ${String(error)}`))
  }
  look()
  setInterval(look, eachDay).unref()
}

/** Asked from the menu: it answers in any case. */
export const lookNow = async (log: Log): Promise<void> => {
  try {
    const version = await lookFor(log)
    if (version !== null && !isReplaceable()) return await tellToDownload(version)
    await say({
      type: 'info',
      message: version === null ? 'Espace Jeunesse est à jour.' : `La version ${version} se télécharge.`,
      ...(version !== null && { detail: 'Vous serez prévenu quand elle sera prête.' }),
    })
  } catch (error) {
    log(`mises à jour\u00a0: ${String(error)}`)
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

/** @returns the newer version that is being downloaded, null when there is none */
const lookOnce = async (log: Log): Promise<string | null> => {
  const channel = settings.get('updates')
  if (channel === 'none') return null
  const updater = await updaterFor(log)
  updater.channel = channel === 'beta' ? 'beta' : 'latest'
  updater.allowPrerelease = channel === 'beta'
  // Choosing a channel would allow it, and an older program refuses the file of a newer one.
  updater.allowDowngrade = false
  updater.autoInstallOnAppQuit = true
  updater.autoDownload = isReplaceable()
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
  autoUpdater.on('error', (error) => log(`mises à jour\u00a0: ${error.message}`))
  autoUpdater.on('update-downloaded', ({ version }) => void tellReady(version))
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
const tellToDownload = async (version: string): Promise<void> => {
  const { response } = await say({
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

const tellReady = async (version: string): Promise<void> => {
  const { response } = await say({
    type: 'info',
    message: `La version ${version} d’Espace Jeunesse est prête.`,
    detail: 'Elle s’installe quand vous fermez le logiciel.',
    buttons: ['Plus tard', 'Fermer et installer'],
    defaultId: 0,
    cancelId: 0,
  })
  if (response === 1) endWith(install)
}

/** Milliseconds: macOS copies the new version, then verifies its signature. */
const longestInstall = 60_000

const openAsBefore = (): void => {
  stopUpdates()
  app.relaunch()
  app.exit()
}

/** Runs once windows and data are closed: the process must end and the desk open again, even if the installer fails. */
const install = (): void => {
  if (!prepared) return openAsBefore()
  prepared.once('error', () => {
    dialog.showErrorBox(
      'La nouvelle version ne s’est pas installée',
      'Espace Jeunesse va s’ouvrir comme avant. La mise à jour sera proposée de nouveau.',
    )
    openAsBefore()
  })
  setTimeout(openAsBefore, longestInstall)
  prepared.quitAndInstall(true, true)
  // Elsewhere the installer has started by now, or failed without an error.
  if (process.platform !== 'darwin') app.quit()
}

/** A version already fetched waits for the next one who wants it. */
export const stopUpdates = (): void => {
  if (prepared) prepared.autoInstallOnAppQuit = false
}
