import type { Paper } from './reading.ts'

export type Theme = 'light' | 'dark' | 'system'

/**
 * `window.desk` in Electron, absent in a browser: the few functions that need the system. Pages never supply a path,
 * only a file name that the person sees in the system's dialog.
 */
export type Shell = {
  readonly platform: 'mac' | 'windows' | 'linux'
  /** Saves through the system's dialog. @returns false when the person cancelled */
  saveAs(name: string, bytes: Uint8Array): Promise<boolean>
  /** Shows a PDF in a reading window, which can print and save it. */
  openPaper(paper: Paper): Promise<void>
  /** Closes every reading window that this window opened. */
  closePapers(): Promise<void>
  /** Opens or closes the screen of the camera: the page may use the camera only in between. */
  camera(isOpen: boolean): Promise<void>
  /** Applies to the window's own frame and to `prefers-color-scheme`. */
  setTheme(theme: Theme): Promise<void>
  /**
   * Fetches the code of the certificate of the workstation at this address, so that a person can compare it with the
   * one on that workstation's screen before anything is sent.
   */
  meetWorkstation(address: string): Promise<WorkstationReply>
  /** Restarts the program to work with that workstation's data, after a person has compared the code. */
  joinWorkstation(address: string, code: string): Promise<void>
  /** Returns to this computer's own data. */
  leaveWorkstation(): Promise<void>
}

export type WorkstationReply =
  | { readonly isMet: true; readonly address: string; readonly code: string }
  | { readonly isMet: false; readonly sentence: string }

/**
 * Query parameter of a window that works with another workstation's data: its calls go over HTTP to Electron's main
 * process, which forwards them to that workstation.
 */
export const otherWorkstationQuery = 'poste'

/** The message by which the page hands its end of the message port to the preload. */
export const connectMessage = 'connect-desk'
