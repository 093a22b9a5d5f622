import { app } from 'electron'

/*
 * How the program ends: each window may first refuse to close; then the data are closed; then follows what the person
 * asked for, such as starting again on the data of another post.
 */

/** Milliseconds after which an exchange under way is cut off: the data file survives it, as it does a power cut. */
const longestClose = 20_000

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
    new Promise((done) => setTimeout(done, longestClose).unref()),
  ])
  return closing
}

/** Ends the program. @param last runs once all windows and the data are closed; it must end the process itself */
export const endWith = (last: () => void): void => {
  afterwards = last
  app.quit()
}

/** Restarts the program. @param prepare runs just before, for instance to change a setting that the next start reads */
export const startAgain = (prepare: () => void): void =>
  endWith(() => {
    prepare()
    app.relaunch()
    app.quit()
  })

/** Drops what was to follow the end: a person kept the window open, and a later end is an ordinary one. */
export const stay = (): void => {
  afterwards = null
}
