import {
  BrowserWindow,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
  type Session,
  shell,
  type WebContents,
} from 'electron'
import { isOf, pageHost } from './scheme.ts'

/** A letter to a family, in the mail program: all that a page may open outside. */
const openOutside = (address: string): void => {
  if (URL.canParse(address) && new URL(address).protocol === 'mailto:') openSystem(address)
}

/** Opens an address in the system's program for it. Addresses that a page names must go through `openOutside`. */
export const openSystem = (address: string): void => void shell.openExternal(address)

/** No page goes anywhere but within itself, whatever it holds. */
export const guardContents = (contents: WebContents): void => {
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url)
    return { action: 'deny' }
  })
  contents.on('will-frame-navigate', (details) => {
    if (details.isMainFrame && isOf(details.url, pageHost)) return
    details.preventDefault()
    if (details.isMainFrame) openOutside(details.url)
  })
  contents.on('will-redirect', (details) => details.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

/** No camera, no place, no screen, no device: the desk needs none. Copying text is what a page may do. */
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

/** Whether a message comes from the page of one of our windows itself, not from a frame in it or a page it was led to. */
export const comesFromPage = ({ sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent, host: string): boolean =>
  senderFrame !== null &&
  senderFrame.parent === null &&
  isOf(senderFrame.url, host) &&
  BrowserWindow.fromWebContents(sender)?.webContents === sender
