import { join } from 'node:path'
import { app, BrowserWindow, type IpcMainInvokeEvent, ipcMain, session, type WebContents } from 'electron'
import * as z from 'zod'
import { type Paper, type PrintOutcome, readingPage } from '../../shared/contract/reading.ts'
import { comesFromPage, guardSession } from './guards.ts'
import { saveAs } from './saving.ts'
import { readingHost, scheme, servePages } from './scheme.ts'

/*
 * A PDF is shown by our own page in a session of its own, which cannot reach the desk and stores nothing on the disk;
 * pdf.js does not run the document's scripts. The document stays in memory as long as its window is open.
 */

const papers = new WeakMap<WebContents, Paper>()

export const PaperShape = z.object({
  name: z.string().max(255),
  bytes: z.instanceof(Uint8Array),
  purpose: z.enum<Paper['purpose'][]>(['read', 'print']),
})

/** A partition name without `persist:` exists in memory only. */
const readingSession = () => session.fromPartition('lecture')

export const prepareReading = (screens: string): void => {
  const reading = readingSession()
  guardSession(reading)
  reading.setSpellCheckerEnabled(false)
  servePages(reading.protocol, readingHost, screens)
  answer('readingPaper', (_input, contents) => papers.get(contents))
  answer('readingSave', (_input, contents, window) => {
    const paper = papers.get(contents)
    return paper ? saveAs(window, fileName(paper.name), paper.bytes) : false
  })
  answer('readingPrint', async (input, contents, window) => {
    const { isLandscape } = z.object({ isLandscape: z.boolean() }).parse(input)
    const end = await print(contents, isLandscape)
    if (papers.get(contents)?.purpose === 'print' && end.end !== 'failed' && !window.isDestroyed()) window.close()
    return end
  })
}

const answer = (
  channel: string,
  act: (input: unknown, contents: WebContents, window: BrowserWindow) => unknown,
): void =>
  ipcMain.handle(channel, (event: IpcMainInvokeEvent, input: unknown) => {
    const window = BrowserWindow.fromWebContents(event.sender)
    if (!window || !comesFromPage(event, readingHost)) throw new Error('Demande refusée.')
    return act(input, event.sender, window)
  })

/** The name that a parent gave the file, without characters that an operating system refuses in file names. */
const fileName = (name: string): string =>
  name.replace(/[/\\:*?"<>|\p{Cc}]/gu, '-').replace(/^\.+|[. ]+$/g, '') || 'document.pdf'

/** @param above the desk's window: a reading window closes with it */
export const openReading = (above: BrowserWindow, paper: Paper): void => {
  const window = new BrowserWindow({
    parent: above,
    width: 900,
    height: 1000,
    minWidth: 480,
    minHeight: 360,
    autoHideMenuBar: true,
    show: false,
    title: paper.name,
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/reading-preload.cjs'),
      session: readingSession(),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  })
  papers.set(window.webContents, paper)
  window.once('ready-to-show', () => window.show())
  window.webContents.on('before-input-event', (_event, { type, key }) => {
    if (type === 'keyDown' && key === 'Escape') window.close()
  })
  void window.loadURL(`${scheme}://${readingHost}/${readingPage}`)
}

export const closeReadings = (above: BrowserWindow): void => {
  for (const window of above.getChildWindows()) if (papers.has(window.webContents)) window.close()
}

/** Sentences for Electron's failure reasons that a person can act on. */
const failures: Readonly<Record<string, string>> = {
  'No printers available on the network': 'Aucune imprimante n’est installée sur cet ordinateur.',
  'Invalid printer settings': 'L’imprimante refuse ces réglages. Choisissez-en d’autres, puis recommencez.',
}
const cancelled = 'Print job canceled'

/**
 * Call once the page has laid out its sheets. Also ends when the window is closed while the system's dialog is open.
 */
const print = (contents: WebContents, landscape: boolean): Promise<PrintOutcome> =>
  new Promise((done) => {
    const failed = (reason: string) =>
      done({
        end: 'failed',
        sentence: failures[reason] ?? `L’impression a échoué. Vérifiez l’imprimante, puis recommencez (${reason}).`,
      })
    contents.once('destroyed', () => done({ end: 'givenUp' }))
    contents.once('render-process-gone', () => failed('render-process-gone'))
    try {
      contents.print({ landscape, margins: { marginType: 'none' } }, (isPrinted, reason) => {
        if (isPrinted) done({ end: 'printed' })
        else if (reason === cancelled) done({ end: 'givenUp' })
        else failed(reason)
      })
    } catch (error) {
      failed(error instanceof Error ? error.message : String(error))
    }
  })
