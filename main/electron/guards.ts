import {
  BrowserWindow,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
  type Session,
  shell,
  type WebContents,
} from 'electron'
import { isOurs, pageHost, scheme } from './scheme.ts'

/** What leaves the desk: a letter to a family, in the mail program. Nothing else. */
const openOutside = (address: string): void => {
  if (URL.canParse(address) && new URL(address).protocol === 'mailto:') void shell.openExternal(address)
}

/** No page goes anywhere but within itself, whatever it holds. */
export const guardContents = (contents: WebContents): void => {
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url)
    return { action: 'deny' }
  })
  contents.on('will-frame-navigate', (details) => {
    if (details.isMainFrame ? isOurs(details.url) : isOwnPaper(details.url)) return
    details.preventDefault()
    if (details.isMainFrame) openOutside(details.url)
  })
  contents.on('will-redirect', (details) => details.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

/** A PDF that the page itself made, and the viewer that Chromium shows it in. */
const isOwnPaper = (address: string): boolean =>
  address.startsWith(`blob:${scheme}://${pageHost}/`) ||
  address.startsWith('chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/')

/** No camera, no place, no screen, no device: the desk needs none. Copying text is what a page may do. */
export const guardSession = (session: Session): void => {
  session.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(permission === 'clipboard-sanitized-write'),
  )
  session.setPermissionCheckHandler((_contents, permission) => permission === 'clipboard-sanitized-write')
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}))
  session.setBluetoothPairingHandler((_details, answer) => answer({ confirmed: false }))
}

/** Whether a message comes from the page of one of our windows itself, not from a frame in it or a page it was led to. */
export const comesFromPage = ({ sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent): boolean =>
  senderFrame !== null &&
  senderFrame.parent === null &&
  isOurs(senderFrame.url) &&
  BrowserWindow.fromWebContents(sender)?.webContents === sender
