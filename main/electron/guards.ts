import {
  BrowserWindow,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
  type Session,
  shell,
  type WebContents,
} from 'electron'
import { isPageOf, pageHost } from './scheme.ts'

/** Pages may open only `mailto:` addresses outside the program. */
const openOutside = (address: string): void => {
  if (URL.canParse(address) && new URL(address).protocol === 'mailto:') openSystem(address)
}

/** Opens an address in the system's program for it. Addresses that a page names must go through `openOutside`. */
export const openSystem = (address: string): void => void shell.openExternal(address)

/** Restricts every page to the program's own pages, whatever content it shows. */
export const guardContents = (contents: WebContents): void => {
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url)
    return { action: 'deny' }
  })
  contents.on('will-frame-navigate', (details) => {
    if (details.isMainFrame && isPageOf(details.url, pageHost)) return
    details.preventDefault()
    if (details.isMainFrame) openOutside(details.url)
  })
  contents.on('will-redirect', (details) => details.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

/** Refuses every permission and device; a page may only copy text to the clipboard. */
export const guardSession = (session: Session): void => {
  session.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(permission === 'clipboard-sanitized-write'),
  )
  session.setPermissionCheckHandler((_contents, permission) => permission === 'clipboard-sanitized-write')
  session.setDevicePermissionHandler(() => false)
  // Answer `null` to refuse: Electron throws on an empty object, which names no screen though one was asked for.
  session.setDisplayMediaRequestHandler((_request, answer) => answer(null))
  session.setBluetoothPairingHandler((_details, answer) => answer({ confirmed: false }))
}

/**
 * Whether a message comes from the top page of one of our windows, not from a frame or from another page loaded in it.
 */
export const comesFromPage = ({ sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent, host: string): boolean =>
  senderFrame !== null &&
  senderFrame.parent === null &&
  isPageOf(senderFrame.url, host) &&
  BrowserWindow.fromWebContents(sender)?.webContents === sender
