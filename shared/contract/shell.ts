export type Theme = 'light' | 'dark' | 'system'

/**
 * `window.desk` in Electron, absent in a browser: the few things that only the system does. No path ever comes from a
 * page, only a name that a person sees in the system's dialog.
 */
export type Shell = {
  readonly platform: 'mac' | 'windows' | 'linux'
  /** Asks where, with the system's dialog. @returns false when the person gave up */
  saveAs(name: string, bytes: Uint8Array): Promise<boolean>
  /** Prints a PDF through the system's dialog. */
  print(bytes: Uint8Array): Promise<void>
  /** For the window's own frame and for `prefers-color-scheme`. */
  setTheme(theme: Theme): Promise<void>
}

/** The page's message that carries its end of the port to the core. */
export const connectMessage = 'connect-desk'
