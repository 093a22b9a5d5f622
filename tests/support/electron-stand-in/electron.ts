/**
 * Stands in for the `electron` of a main process where its binary cannot be had: windows are Chromium pages that
 * Playwright drives, `app://host` is `http://host.app.localhost`, ports and messages are carried over. It shows that
 * the built main, preload and screens work together and that the guards are set. It does not show Electron's own
 * work: isolation of contexts, the sandbox, real menus and dialogs, safeStorage, packaging.
 */
import { EventEmitter } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { type RequestOptions, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Frame, type Page, type Route } from 'playwright'
import packageFile from '../../../package.json' with { type: 'json' }
import { chromiumArguments, chromiumHere, shortLived } from '../machine/chromium.ts'
import { pagesOf } from '../pdf-pages.ts'
import type { Probe, Recorded } from './launch.ts'
import { preloadRoom } from './preload-room.ts'

const folder = process.env['STAND_IN_FOLDER'] ?? mkdtempSync(join(tmpdir(), 'stand-in-'))
const debugPort =
  process.env['STAND_IN_DEBUG_PORT'] ??
  process.argv.find((option) => option.startsWith('--remote-debugging-port='))?.split('=')[1]
const executablePath = chromiumHere()

let launched: Promise<BrowserContext> | undefined
/** Launched for the first window: some starts end without one. */
const browser = () => {
  launched ??= chromium.launchPersistentContext(join(folder, 'chromium'), {
    ...(executablePath && { executablePath }),
    args: [...chromiumArguments, shortLived, ...(debugPort ? [`--remote-debugging-port=${debugPort}`] : [])],
    viewport: { width: 1280, height: 800 },
    locale: 'fr-FR',
  })
  return launched
}

const recorded: Recorded = {
  windows: [],
  external: [],
  dialogs: [],
  menu: [],
  printed: [],
  sandboxEnabled: false,
  privileges: [],
  loaded: [],
  maximized: false,
  titles: [],
  progress: [],
  backgrounds: [],
  switches: {},
  spelling: { isEnabled: null, languages: [] },
  relaunched: false,
  reloaded: 0,
}
const dialogAnswers: unknown[] = []
const printAnswers: string[] = []

const bytesPacked = (value: unknown): unknown => {
  if (value instanceof ArrayBuffer) return { base64: Buffer.from(value).toString('base64') }
  if (ArrayBuffer.isView(value)) {
    return { base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
  }
  if (value && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bytesPacked(inner)]))
  }
  return value
}
const bytesUnpacked = (value: unknown): unknown => {
  if (!value || typeof value !== 'object') return value
  if ('base64' in value && typeof value.base64 === 'string') {
    const bytes = new Uint8Array(Buffer.from(value.base64, 'base64'))
    return 'buffer' in value ? bytes.buffer : bytes
  }
  if (Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bytesUnpacked(inner)]))
}

/** Emits an event whose default can be prevented. @returns whether it was */
const emitted = (emitter: EventEmitter, name: string, details: object = {}, ...rest: unknown[]): boolean => {
  let isPrevented = false
  emitter.emit(name, { ...details, preventDefault: () => (isPrevented = true) }, ...rest)
  return isPrevented
}

class App extends EventEmitter {
  readonly isPackaged = process.env['STAND_IN_PACKAGED'] === '1'
  readonly commandLine = { appendSwitch: (name: string, value = '') => (recorded.switches[name] = value) }
  setAppUserModelId() {}
  getAppPath() {
    return folder
  }
  enableSandbox() {
    recorded.sandboxEnabled = true
  }
  async whenReady() {}
  requestSingleInstanceLock() {
    return process.env['STAND_IN_SECOND'] !== '1'
  }
  /** Electron names its own data folder, and the keyring's entry, after the program's `productName`. */
  getPath(name: string) {
    const path = join(folder, name === 'userData' ? join('appData', this.getName()) : name)
    mkdirSync(path, { recursive: true })
    return path
  }
  getVersion() {
    return process.env['STAND_IN_VERSION'] ?? '0.1.0'
  }
  getName() {
    return packageFile.productName
  }
  isReady() {
    return true
  }
  relaunch() {
    recorded.relaunched = true
  }
  quit() {
    void this.#quit()
  }
  isQuitting = false
  /** Any window may refuse to close: the program then goes on, without further events. */
  async #quit() {
    this.isQuitting = true
    for (const window of BrowserWindow.getAllWindows()) {
      if (await window.closed()) continue
      this.isQuitting = false
      return
    }
    if (!emitted(this, 'will-quit')) void this.#end(0)
  }
  exit(code = 0) {
    void this.#end(code)
  }
  async #end(code: number) {
    this.isQuitting = true
    this.emit('quit', {}, code)
    process.send?.({ recorded })
    await (await launched)?.close()
    process.exit(code)
  }
}
export const app = new App()
// As in an installed desk: what the installer laid beside the program.
Object.defineProperty(process, 'resourcesPath', { value: join(folder, 'resources') })

/** Not Electron's own work: it only hides what it is given. */
export const safeStorage = {
  isEncryptionAvailable: () => true,
  getSelectedStorageBackend: () => 'gnome_libsecret',
  encryptString: (text: string) => Buffer.from(text).map((byte) => byte ^ 0x5a),
  decryptString: (sealed: Buffer) => Buffer.from(sealed.map((byte) => byte ^ 0x5a)).toString(),
}

const handlers = new Map<string, (event: object, input: unknown) => unknown>()
class IpcMain extends EventEmitter {
  handle(channel: string, handler: (event: object, input: unknown) => unknown) {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    handlers.set(channel, handler)
  }
}
export const ipcMain = new IpcMain()

type SchemeHandler = (request: Request) => Promise<Response>
type Asking = (...given: unknown[]) => unknown

/** Each session has its own protocol handlers. */
class Session {
  readonly name: string
  readonly handlers: Record<string, Asking> = {}
  readonly #schemes = new Map<string, SchemeHandler>()
  readonly protocol = {
    handle: (scheme: string, handler: SchemeHandler) => this.#schemes.set(scheme, handler),
  }
  constructor(name: string) {
    this.name = name
  }
  async answered(address: string, method = 'GET'): Promise<Response> {
    const handler = this.#schemes.get(new URL(address).protocol.slice(0, -1))
    return handler ? handler(new Request(address, { method })) : new Response(null, { status: 404 })
  }
  setPermissionRequestHandler(handler: Asking) {
    this.handlers['request'] = handler
  }
  setPermissionCheckHandler(handler: Asking) {
    this.handlers['check'] = handler
  }
  setDevicePermissionHandler(handler: Asking) {
    this.handlers['device'] = handler
  }
  setDisplayMediaRequestHandler(handler: Asking) {
    this.handlers['display'] = handler
  }
  setBluetoothPairingHandler(handler: Asking) {
    this.handlers['bluetooth'] = handler
  }
  setSpellCheckerEnabled(isEnabled: boolean) {
    if (this === session.defaultSession) recorded.spelling.isEnabled = isEnabled
  }
  setSpellCheckerLanguages(languages: string[]) {
    recorded.spelling.languages = languages
  }
}
const partitions = new Map<string, Session>()
export const session = {
  defaultSession: new Session(''),
  fromPartition(name: string) {
    const known = partitions.get(name) ?? new Session(name)
    partitions.set(name, known)
    return known
  },
}
export const protocol = {
  ...session.defaultSession.protocol,
  registerSchemesAsPrivileged: (declared: unknown[]) => recorded.privileges.push(...declared),
}
const asHttp = (address: string) => address.replace(/^app:\/\/([^/]+)/, 'http://$1.app.localhost')
const asApp = (address: string) => address.replace(/http:\/\/([^/]+)\.app\.localhost/, 'app://$1')

/** The main process's end of a port that a page handed over. */
class MessagePortMain extends EventEmitter {
  readonly #toPage: (value: unknown) => void
  readonly #closePage: () => void
  #waiting: unknown[] | null = []
  constructor(toPage: (value: unknown) => void, closePage: () => void) {
    super()
    this.#toPage = toPage
    this.#closePage = closePage
  }
  postMessage(value: unknown) {
    this.#toPage(bytesPacked(value))
  }
  fromPage(value: unknown) {
    if (this.#waiting) this.#waiting.push(value)
    else this.emit('message', { data: bytesUnpacked(value), ports: [] })
  }
  start() {
    const waiting = this.#waiting ?? []
    this.#waiting = null
    for (const value of waiting) this.fromPage(value)
  }
  close() {
    this.#closePage()
    this.emit('close')
  }
}

type OpenHandler = (details: { url: string }) => { action: string }

class WebContents extends EventEmitter {
  openHandler: OpenHandler | undefined
  setWindowOpenHandler(handler: OpenHandler) {
    this.openHandler = handler
  }
  /** Prints what the window shows at the time of the call; a page that has not loaded yet is blank. */
  print(options: object, done: (success: boolean, failureReason: string) => void) {
    const answer = printAnswers.shift() ?? ''
    if (answer === 'never') return
    void (answer === '' ? this.onPaper() : Promise.resolve([])).then((pages) => {
      if (answer === '') recorded.printed.push({ options, pages })
      done(answer === '', answer)
    })
  }
  onPaper: () => Promise<{ width: number; height: number; isBlank: boolean }[]> = async () => [
    { width: 595, height: 842, isBlank: true },
  ]
  reload() {
    recorded.reloaded += 1
  }
  replaceMisspelling() {}
}

type WindowOptions = Record<string, unknown> & {
  parent?: BrowserWindow
  webPreferences?: { preload?: string; session?: Session }
}

export class BrowserWindow extends EventEmitter {
  static readonly #all = new Set<BrowserWindow>()
  static getAllWindows() {
    return [...BrowserWindow.#all]
  }
  static getFocusedWindow() {
    return BrowserWindow.getAllWindows()[0] ?? null
  }
  static fromWebContents(contents: WebContents) {
    return BrowserWindow.getAllWindows().find((window) => window.webContents === contents) ?? null
  }
  readonly webContents = new WebContents()
  readonly #options: WindowOptions
  readonly #session: Session
  readonly #ports = new Map<string, MessagePortMain>()
  #page: Page | undefined
  #isLoadedByMain = false

  constructor(options: WindowOptions = {}) {
    super()
    this.#options = options
    const { session: own = session.defaultSession, ...preferences } = options.webPreferences ?? {}
    this.#session = own
    BrowserWindow.#all.add(this)
    recorded.windows.push(
      structuredClone({ ...options, parent: undefined, webPreferences: { ...preferences, partition: own.name } }),
    )
    app.emit('web-contents-created', {}, this.webContents)
  }

  /** As the preload of a frame would send it. */
  eventFrom(frame: { url: string; parent: unknown } | null, ports: MessagePortMain[] = []) {
    return { sender: this.webContents, senderFrame: frame, ports }
  }

  async loadURL(address: string) {
    recorded.loaded.push(address)
    const first = await this.#session.answered(address)
    if (!(first.headers.get('content-type') ?? '').startsWith('text/html')) return
    this.#page = await this.#opened()
    this.#isLoadedByMain = true
    await this.#page.goto(asHttp(address))
    this.#isLoadedByMain = false
    const page = this.#page
    this.webContents.onPaper = async () => pagesOf(await page.pdf({ preferCSSPageSize: true }))
    this.emit('ready-to-show')
  }

  async #opened(): Promise<Page> {
    const context = await browser()
    const page = context.pages().find((open) => open.url() === 'about:blank') ?? (await context.newPage())
    await page.emulateMedia({ colorScheme: nativeTheme.colorScheme })
    await page.exposeBinding('__standInInvoke', async ({ frame }, channel: string, input: unknown) => {
      const handler = handlers.get(channel)
      try {
        if (!handler) throw new Error(`No handler registered for '${channel}'`)
        return { value: bytesPacked(await handler(this.eventFrom(frameOf(frame)), bytesUnpacked(input))) }
      } catch (error) {
        return { error: String(error) }
      }
    })
    await page.exposeBinding('__standInSend', ({ frame }, channel: string, message: unknown, ids: string[]) => {
      const ports = ids.map((id) => {
        const port = new MessagePortMain(
          (value) =>
            void page.evaluate(`__standInPort(${JSON.stringify(id)}, ${JSON.stringify(value)})`).catch(ignored),
          () => void page.evaluate(`__standInPortClosed(${JSON.stringify(id)})`).catch(ignored),
        )
        this.#ports.set(id, port)
        return port
      })
      ipcMain.emit(channel, this.eventFrom(frameOf(frame), ports), message)
    })
    await page.exposeBinding('__standInFromPort', (_source, id: string, value: unknown) =>
      this.#ports.get(id)?.fromPage(value),
    )
    const { preload } = this.#options.webPreferences ?? {}
    if (preload) await page.addInitScript({ content: preloadRoom(readFileSync(preload, 'utf8')) })
    await page.route('**/*', (route) => this.#answer(route))
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.#closePorts()
    })
    page.on('popup', (popup) => {
      this.webContents.openHandler?.({ url: asApp(popup.url()) })
      void popup.close()
    })
    page.on('close', () => this.destroy())
    return page
  }

  async #answer(route: Route) {
    const request = route.request()
    const address = asApp(request.url())
    if (request.isNavigationRequest() && !this.#isLoadedByMain) {
      const isMainFrame = request.frame() === this.#page?.mainFrame()
      if (emitted(this.webContents, 'will-frame-navigate', { url: address, isMainFrame })) return route.abort('aborted')
    }
    if (!address.startsWith('app:')) return route.abort()
    const answer = await this.#session.answered(address, request.method())
    return route.fulfill({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: Buffer.from(await answer.arrayBuffer()),
    })
  }

  #closePorts() {
    for (const port of this.#ports.values()) port.emit('close')
    this.#ports.clear()
  }

  show() {
    process.send?.({ shown: true })
    this.emit('show')
  }
  setTitle(title: string) {
    recorded.titles.push(title)
  }
  setProgressBar(done: number) {
    recorded.progress.push(done)
  }
  setBackgroundColor(colour: string) {
    recorded.backgrounds.push(colour)
  }
  getNormalBounds() {
    return { x: 40, y: 30, width: 1300, height: 820 }
  }
  isMaximized() {
    return false
  }
  isMinimized() {
    return false
  }
  maximize() {
    recorded.maximized = true
  }
  restore() {}
  focus() {
    process.send?.({ focused: true })
  }
  getParentWindow() {
    return this.#options.parent ?? null
  }
  getChildWindows() {
    return BrowserWindow.getAllWindows().filter((window) => window.getParentWindow() === this)
  }
  isDestroyed() {
    return !BrowserWindow.#all.has(this)
  }
  close() {
    void this.closed()
  }
  /** @returns false when the page prevented closing and the person did not override it */
  async closed(): Promise<boolean> {
    this.emit('close', { preventDefault: () => undefined })
    const isHeldBack = await this.#page
      ?.evaluate(`!window.dispatchEvent(new Event('beforeunload', { cancelable: true }))`)
      .catch(ignored)
    if (isHeldBack && !emitted(this.webContents, 'will-prevent-unload')) return false
    this.destroy()
    await this.#page?.close().catch(ignored)
    return true
  }
  destroy() {
    if (!BrowserWindow.#all.delete(this)) return
    for (const child of this.getChildWindows()) child.close()
    this.#closePorts()
    this.webContents.emit('destroyed')
    this.emit('closed')
    if (BrowserWindow.#all.size === 0 && !app.isQuitting) app.emit('window-all-closed')
  }
}

const ignored = () => undefined

const frameOf = (frame: Frame): { url: string; parent: unknown } => ({
  url: asApp(frame.url()),
  parent: frame.parentFrame(),
})

const asked =
  (kind: string, otherwise: unknown) =>
  async (...given: unknown[]) => {
    recorded.dialogs.push({ kind, options: given.at(-1) })
    return dialogAnswers.shift() ?? otherwise
  }
export const dialog = {
  showSaveDialog: asked('save', { canceled: true }),
  showMessageBox: asked('message', { response: 0 }),
  showMessageBoxSync: (...given: unknown[]) => {
    recorded.dialogs.push({ kind: 'message', options: given.at(-1) })
    return dialogAnswers.shift() ?? 0
  },
  showErrorBox: (title: string, content: string) =>
    recorded.dialogs.push({ kind: 'error', options: { title, content } }),
}

type MenuItem = {
  label?: string
  role?: string
  type?: string
  checked?: boolean
  enabled?: boolean
  submenu?: MenuItem[]
  click?: (item: { checked: boolean }) => void
}
let menu: MenuItem[] = []
/** As a person would choose it, by what is written. */
const chosen = (labels: readonly string[]): boolean => {
  let items: MenuItem[] | undefined = menu
  let item: MenuItem | undefined
  for (const label of labels) {
    item = items?.find((one) => one.label === label)
    items = item?.submenu
  }
  if (!item?.click || item.enabled === false) return false
  if (item.type === 'checkbox') item.checked = item.checked !== true
  item.click({ checked: item.checked === true })
  return true
}
export class Menu {
  readonly items: MenuItem[]
  constructor(items: MenuItem[]) {
    this.items = items
  }
  static buildFromTemplate(items: MenuItem[]) {
    return new Menu(items)
  }
  static setApplicationMenu({ items }: Menu) {
    menu = items
    const plain = (item: MenuItem): MenuItem => ({
      ...(item.label !== undefined && { label: item.label }),
      ...(item.role !== undefined && { role: item.role }),
      ...(item.checked !== undefined && { checked: item.checked }),
      ...(item.enabled !== undefined && { enabled: item.enabled }),
      ...(item.submenu && { submenu: item.submenu.map(plain) }),
    })
    recorded.menu = items.map(plain)
  }
  popup() {}
}

export const shell = {
  openExternal: async (address: string) => void recorded.external.push(address),
  openPath: async () => '',
}

/** The native updater, on which electron-updater emits an event before the program ends. */
export const autoUpdater = new EventEmitter()

/** What electron-updater asks of the network goes there, as in Electron. */
export const net = {
  request: ({ session: _session, ...options }: RequestOptions & { session?: unknown }) => request(options),
}

export const screen = {
  getDisplayMatching: () => ({ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }),
}

class NativeTheme extends EventEmitter {
  #source = 'system'
  get shouldUseDarkColors() {
    return this.#source === 'dark'
  }
  get colorScheme() {
    return this.#source === 'light' || this.#source === 'dark' ? this.#source : null
  }
  get themeSource() {
    return this.#source
  }
  set themeSource(source: string) {
    this.#source = source
    const { colorScheme } = this
    void launched?.then((context) => Promise.all(context.pages().map((page) => page.emulateMedia({ colorScheme }))))
    this.emit('updated')
  }
}
export const nativeTheme = new NativeTheme()

/** What a test asks of the main process, beside what it does in the page. */
const probed = async (probe: Probe): Promise<unknown> => {
  const [window] = BrowserWindow.getAllWindows()
  if (!window) return null
  switch (probe.ask) {
    case 'recorded':
      return recorded
    case 'dialogAnswer':
      return dialogAnswers.push(probe.answer)
    case 'contentsEvent':
      return emitted(window.webContents, probe.name, probe.details, probe.details)
    case 'windowEvent':
      return window.emit(probe.name)
    case 'printAnswer':
      return printAnswers.push(probe.answer)
    case 'fault':
      setImmediate(() => {
        if (probe.kind === 'exception') throw new Error(probe.message)
        void Promise.reject(new Error(probe.message))
      })
      return null
    case 'open':
      return window.webContents.openHandler?.({ url: probe.url })
    case 'permission': {
      let answer: unknown
      const given = (what: { video?: unknown } | null) => {
        if (probe.kind === 'display' && what !== null && !what.video) {
          throw new TypeError('Video was requested, but no video stream was provided')
        }
        answer = what
      }
      const direct = session.defaultSession.handlers[probe.kind]?.(
        ...(probe.kind === 'request' || probe.kind === 'check'
          ? [probe.details ? window.webContents : null, probe.permission, given, probe.details ?? {}]
          : [{}, given]),
      )
      return answer === undefined ? direct : answer
    }
    case 'invokeFrom':
      try {
        return { value: await handlers.get(probe.channel)?.(window.eventFrom(probe.frame), probe.input) }
      } catch (error) {
        return { error: String(error) }
      }
    case 'portFrom': {
      let isUsed = false
      const port = new MessagePortMain(ignored, ignored)
      port.on('newListener', () => (isUsed = true))
      ipcMain.emit(
        'connect-desk',
        window.eventFrom(
          probe.frame,
          Array.from({ length: probe.ports }, () => port),
        ),
        null,
      )
      return isUsed
    }
    case 'menu':
      return chosen(probe.labels)
    case 'secondInstance':
      return app.emit('second-instance')
    case 'quit':
      app.quit()
  }
  return null
}
process.on('message', ({ id, probe }: { id: number; probe: Probe }) => {
  // Fail with a message: a test that waits for ever would not say why.
  void probed(probe)
    .catch((error: unknown) => ({ failed: String(error) }))
    .then((answer) => process.send?.({ id, answer }))
})
process.on(
  'disconnect',
  () =>
    void Promise.resolve(launched)
      .then((context) => context?.close())
      .finally(() => process.exit()),
)

export default {
  app,
  autoUpdater,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeTheme,
  net,
  protocol,
  screen,
  session,
  shell,
}
