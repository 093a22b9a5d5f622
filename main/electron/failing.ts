import { app, type BrowserWindow, dialog, type MessageBoxOptions } from 'electron'
import { errorTrace } from '../store/failures.ts'
import { closeNow } from './ending.ts'

/*
 * Failures of the program itself. Recorded data are safe in the data file; each failure is logged, shown as a sentence,
 * and offers a way to continue.
 */

type Log = (line: string) => void

const saved = 'Ce qui était enregistré est gardé. La saisie en cours est perdue.'
const where = 'Le détail est dans Aide › Journal technique.'

/** Call first, so that failures while starting are caught too. */
export const followFailures = (log: Log): void => {
  process.on('uncaughtException', (error) => void stop(log, error))
  // A rejected promise that nobody awaits does not affect the rest of the program, which continues after a message.
  process.on('unhandledRejection', (reason) => {
    log(`erreur imprévue\u00a0: ${errorTrace(reason)}`)
    showOnce('Une action n’a pas abouti.', `Vérifiez à l’écran si elle est enregistrée, puis recommencez. ${where}`)
  })
  // Chromium restarts its helper processes automatically: only log it.
  app.on('child-process-gone', (_event, { type, reason, exitCode }) =>
    log(`processus arrêté\u00a0: ${type}, ${reason}, ${exitCode}`),
  )
}

let isStopping = false

/** After an uncaught exception, the state in memory cannot be trusted: the program must end. */
const stop = async (log: Log, error: unknown): Promise<void> => {
  log(`erreur imprévue, le programme s’arrête\u00a0: ${errorTrace(error)}`)
  if (isStopping) return
  isStopping = true
  await closeNow()
  const message = 'Espace Jeunesse s’est arrêté.'
  const detail = `Une erreur imprévue s’est produite. ${saved} ${where}`
  // Before `ready`, Electron can only show an error without buttons.
  if (!app.isReady()) dialog.showErrorBox(message, detail)
  else if (showChoice({ type: 'error', message, detail }, ['Redémarrer', 'Quitter']) === 'Redémarrer') app.relaunch()
  app.exit(1)
}

const showChoice = (options: MessageBoxOptions, buttons: string[]): string | undefined =>
  buttons[dialog.showMessageBoxSync({ ...options, buttons, defaultId: 0, cancelId: buttons.length - 1, noLink: true })]

let isShowing = false

/** Shows one message at a time, so that a repeated failure does not fill the screen. */
const showOnce = (message: string, detail: string): void => {
  if (isShowing) return
  isShowing = true
  void dialog.showMessageBox({ type: 'warning', message, detail }).finally(() => {
    isShowing = false
  })
}

/** Handles a crash of the window's page, and the end of the Windows session. */
export const followWindowFailures = (window: BrowserWindow, log: Log): void => {
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return
    log(`page arrêtée\u00a0: ${reason}, ${exitCode}`)
    const answer = showChoice({ type: 'error', message: 'L’affichage s’est arrêté.', detail: `${saved} ${where}` }, [
      'Rouvrir',
      'Quitter',
    ])
    if (answer === 'Quitter') app.quit()
    else if (!window.isDestroyed()) window.webContents.reload()
  })
  // Windows ends the process a moment later without a `will-quit` event.
  window.on('session-end', () => void closeNow().then(() => app.exit()))
}
