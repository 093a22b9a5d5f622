import { app } from 'electron'

/*
 * How the program ends: windows are asked first and may stay; then the data are closed; then comes what a person asked
 * for, such as starting again on the data of another post.
 */

/** An exchange that does not let go is cut after this: the file survives a pulled plug, an office waits for no one. */
const longestClose = 20_000

let close: () => Promise<unknown> = async () => undefined
let closing: Promise<unknown> | undefined
let afterwards: (() => void) | null = null

/** @param closeData called once, whatever ends the program */
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

/** For a program that cannot go on, or a session of Windows that ends: the data are closed, nobody is asked. */
export const closeNow = (): Promise<unknown> => {
  closing ??= Promise.race([
    close().catch(() => undefined),
    new Promise((done) => setTimeout(done, longestClose).unref()),
  ])
  return closing
}

/** @param last what comes once every window and the data are closed; it ends the process itself */
export const endWith = (last: () => void): void => {
  afterwards = last
  app.quit()
}

/** The same program again, on whatever `prepare` set. */
export const startAgain = (prepare: () => void): void =>
  endWith(() => {
    prepare()
    app.relaunch()
    app.quit()
  })

/** A person chose to go on typing: what was to come after the end is not wanted any more. */
export const stay = (): void => {
  afterwards = null
}
