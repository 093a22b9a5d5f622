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
  // After a reload, the page no longer shows the screen of the camera.
  contents.on('did-navigate', () => letUseCamera(contents, false))
  contents.on('will-redirect', (details) => details.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

/** Pages that show the screen of the camera. */
const withCamera = new WeakSet<WebContents>()

/** Called when a page opens or closes the screen of the camera: it may use the camera only in between. */
export const letUseCamera = (contents: WebContents, isOpen: boolean): void => {
  if (isOpen) withCamera.add(contents)
  else withCamera.delete(contents)
}

type MediaAsked = {
  readonly isMainFrame: boolean
  readonly requestingUrl?: string
  readonly mediaTypes?: readonly string[]
  readonly mediaType?: string
}

/**
 * Whether the request is for the picture without the sound, from our own page and not from a frame, while its screen of
 * the camera is open.
 */
const isCameraOfOpenScreen = (
  contents: WebContents | null,
  { isMainFrame, requestingUrl, mediaTypes, mediaType }: MediaAsked,
): boolean =>
  contents !== null &&
  withCamera.has(contents) &&
  isMainFrame &&
  isPageOf(requestingUrl ?? '', pageHost) &&
  (mediaTypes ?? [mediaType]).every((type) => type === 'video')

/**
 * Refuses every permission and device; a page may only copy text to the clipboard, and use the camera on its screen.
 */
export const guardSession = (session: Session): void => {
  session.setPermissionRequestHandler((contents, permission, answer, details) =>
    answer(
      permission === 'clipboard-sanitized-write' || (permission === 'media' && isCameraOfOpenScreen(contents, details)),
    ),
  )
  session.setPermissionCheckHandler(
    (contents, permission, _origin, details) =>
      permission === 'clipboard-sanitized-write' || (permission === 'media' && isCameraOfOpenScreen(contents, details)),
  )
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
