/** A document in a reading window, or in a tab of a browser. */
export type Paper = {
  readonly name: string
  readonly bytes: Uint8Array
  /** Opened to be printed at once, or to be read. */
  readonly purpose: 'read' | 'print'
}

/** How printing ended. Some browsers do not say it. */
export type PrintEnd =
  | { readonly end: 'printed' | 'givenUp' | 'unknown' }
  | { readonly end: 'failed'; readonly sentence: string }

/** `window.reading` in a reading window of Electron, absent in a browser. Its document stays in the main process. */
export type ReadingShell = {
  paper(): Promise<Paper>
  /** @returns false when the person gave up */
  save(): Promise<boolean>
  /** What the page shows on paper, through the system's dialog. */
  print(isLandscape: boolean): Promise<PrintEnd>
}

/** The reading page, in the folder of the built screens. */
export const readingPage = 'lecture.html'

/** What a tab of a browser says to the page that opened it; the answer is its `Paper`. */
export const paperWanted = 'paper-wanted'
