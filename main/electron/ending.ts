import { app } from 'electron'

/*
 * How the program ends: each window may first refuse to close; then the data are closed; then follows what the person
 * asked for, such as restarting on the data of another workstation.
 */

/** Milliseconds after which a running exchange is interrupted: the data file survives it, as it does a power cut. */
const maxCloseMilliseconds = 20_000

let close: () => Promise<unknown> = async () => undefined
let closing: Promise<unknown> | undefined
let afterwards: (() => void) | null = null

/** @param closeData called once, however the program ends */
export const closeAtEnd = (closeData: () => Promise<unknown>): void => {
  close = closeData
  let isClosed = false
  app.on('will-quit', (event) => {
    if (isClosed) return
    event.preventDefault()
    void closeNow().then(() => {
      isClosed = true
      if (afterwards) afterwards()
      else app.quit()
    })
  })
}

/** Closes the data without asking the windows, after a fatal error or when the Windows session ends. */
export const closeNow = (): Promise<unknown> => {
  closing ??= Promise.race([
    close().catch(() => undefined),
    new Promise((done) => setTimeout(done, maxCloseMilliseconds).unref()),
  ])
  return closing
}

/** Ends the program. @param last runs once all windows and the data are closed; it must end the process itself */
export const quitThen = (last: () => void): void => {
  afterwards = last
  app.quit()
}

/** Restarts the program. @param prepare runs just before, for instance to change a setting that the next start reads */
export const restart = (prepare: () => void): void =>
  quitThen(() => {
    prepare()
    app.relaunch()
    app.quit()
  })

/** Cancels the step planned after the end: a person kept a window open, and a later end is an ordinary one. */
export const cancelEnd = (): void => {
  afterwards = null
}
