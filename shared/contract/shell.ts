import type { Paper } from './reading.ts'

export type Theme = 'light' | 'dark' | 'system'

/**
 * `window.desk` in Electron, absent in a browser: the few things that only the system does. No path ever comes from a
 * page, only a name that a person sees in the system's dialog.
 */
export type Shell = {
  readonly platform: 'mac' | 'windows' | 'linux'
  /** Asks where, with the system's dialog. @returns false when the person gave up */
  saveAs(name: string, bytes: Uint8Array): Promise<boolean>
  /** Shows a PDF in a reading window, which prints and saves it. */
  openPaper(paper: Paper): Promise<void>
  /** Closes every reading window that this window opened. */
  closePapers(): Promise<void>
  /** For the window's own frame and for `prefers-color-scheme`. */
  setTheme(theme: Theme): Promise<void>
  /** The code of the post that answers there, to be compared with its screen before it is told anything. */
  meetPost(address: string): Promise<MetPost>
  /** From now on this window works at that post, whose code a person found to be the same: the program starts again. */
  joinPost(address: string, code: string): Promise<void>
  /** Back to the data of this machine. */
  leavePost(): Promise<void>
}

export type MetPost =
  | { readonly isMet: true; readonly address: string; readonly code: string }
  | { readonly isMet: false; readonly sentence: string }

/** In the address of a window that works at another post: its calls go over HTTP to the shell, which carries them on. */
export const otherPostQuery = 'poste'

/** The page's message that carries its end of the port to the core. */
export const connectMessage = 'connect-desk'
