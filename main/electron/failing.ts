import { app, type BrowserWindow, dialog, type MessageBoxOptions } from 'electron'
import { closeNow } from './ending.ts'

/*
 * What breaks the program itself. What was recorded lies in the file, whole; each failure is logged, told in a sentence,
 * and leaves a way on.
 */

type Log = (line: string) => void

const saved = 'Ce qui était enregistré est gardé. La saisie en cours est perdue.'
const where = 'Le détail est dans Aide › Journal technique.'

/** Before anything else may fail. */
export const followFailures = (log: Log): void => {
  process.on('uncaughtException', (error) => void stop(log, error))
  // A promise that nobody waited for leaves the rest of the program as it was.
  process.on('unhandledRejection', (reason) => {
    log(`unhandled rejection: ${described(reason)}`)
    tellOnce('Une action n’a pas abouti.', `Vérifiez à l’écran si elle est enregistrée, puis recommencez. ${where}`)
  })
  // Chromium starts its helpers again by itself: the windows stay as they are.
  app.on('child-process-gone', (_event, { type, reason, exitCode }) =>
    log(`child process gone: ${type}, ${reason}, ${exitCode}`),
  )
}

let isStopping = false

/** After an error that nobody caught, the state of the program is not known any more: only the file is. */
const stop = async (log: Log, error: unknown): Promise<void> => {
  log(`uncaught exception: ${described(error)}`)
  if (isStopping) return
  isStopping = true
  await closeNow()
  const message = 'Espace Jeunesse s’est arrêté.'
  const detail = `Une erreur imprévue s’est produite. ${saved} ${where}`
  // Before that, the system shows a sentence and no choice.
  if (!app.isReady()) dialog.showErrorBox(message, detail)
  else if (asks({ type: 'error', message, detail }, ['Redémarrer', 'Quitter']) === 'Redémarrer') app.relaunch()
  app.exit(1)
}

const asks = (options: MessageBoxOptions, buttons: string[]): string | undefined =>
  buttons[dialog.showMessageBoxSync({ ...options, buttons, defaultId: 0, cancelId: buttons.length - 1, noLink: true })]

let isTelling = false

/** One sentence at a time: what fails often would fill the screen. */
const tellOnce = (message: string, detail: string): void => {
  if (isTelling) return
  isTelling = true
  void dialog.showMessageBox({ type: 'warning', message, detail }).finally(() => {
    isTelling = false
  })
}

/** For the desk's window: its page may stop, and the session of Windows may end under it. */
export const followWindowFailures = (window: BrowserWindow, log: Log): void => {
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return
    log(`page gone: ${reason}, ${exitCode}`)
    const answer = asks({ type: 'error', message: 'L’affichage s’est arrêté.', detail: `${saved} ${where}` }, [
      'Rouvrir',
      'Quitter',
    ])
    if (answer === 'Quitter') app.quit()
    else if (!window.isDestroyed()) window.webContents.reload()
  })
  // Windows ends the process a moment later, without asking and without `will-quit`.
  window.on('session-end', () => void closeNow().then(() => app.exit()))
}

const described = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))
