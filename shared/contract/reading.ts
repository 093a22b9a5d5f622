/** A PDF document shown in a reading window of Electron, or in a browser's tab. */
export type Paper = {
  readonly name: string
  readonly bytes: Uint8Array
  /** `print` opens the print dialog at once. */
  readonly purpose: 'read' | 'print'
}

/** How printing ended; `unknown` in browsers that do not report it. */
export type PrintOutcome =
  | { readonly end: 'printed' | 'givenUp' | 'unknown' }
  | { readonly end: 'failed'; readonly sentence: string }

/** `window.reading` in a reading window of Electron, absent in a browser. Its document stays in the main process. */
export type ReadingShell = {
  paper(): Promise<Paper>
  /** @returns false when the person cancelled */
  save(): Promise<boolean>
  /** Prints the page with its print styles, through the system's dialog. */
  print(isLandscape: boolean): Promise<PrintOutcome>
}

/** File name of the reading page in the folder of the built screens. */
export const readingPage = 'lecture.html'

/** The message by which a browser tab requests its `Paper` from the page that opened it. */
export const paperRequestMessage = 'paper-wanted'
