import { fork } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium, type Page } from 'playwright'
import { freePort } from '../machine/free-port.ts'
import { putNewFile } from '../new-file.ts'

const root = resolve(import.meta.dirname, '../../..')

type FrameShape = { url: string; parent: unknown } | null

export type Recorded = {
  windows: Record<string, unknown>[]
  external: string[]
  dialogs: { kind: string; options: unknown }[]
  menu: unknown[]
  printed: { options: object; pages: { width: number; height: number; isBlank: boolean }[] }[]
  sandboxEnabled: boolean
  privileges: unknown[]
  /** The addresses that the shell loaded in windows. */
  loaded: string[]
  maximized: boolean
  /** The titles that the shell gave windows, besides those of their pages. */
  titles: string[]
  progress: number[]
  /** The background colours of the window, one for each change. */
  backgrounds: string[]
  switches: Record<string, string>
  spelling: { isEnabled: boolean | null; languages: string[] }
  /** Whether the program asked to be started again (`app.relaunch`). */
  relaunched: boolean
  /** How many times a page was reloaded. */
  reloaded: number
}

export type Probe =
  | { ask: 'recorded' }
  | { ask: 'dialogAnswer'; answer: unknown }
  | { ask: 'contentsEvent'; name: string; details: object }
  | { ask: 'windowEvent'; name: string }
  | { ask: 'fault'; kind: 'exception' | 'rejection'; message: string }
  /** How the next printing ends: Electron's failure reason, or 'never' for no answer. */
  | { ask: 'printAnswer'; answer: string }
  | { ask: 'open'; url: string }
  | {
      ask: 'permission'
      kind: 'request' | 'check' | 'device' | 'display' | 'bluetooth'
      permission?: string
      /** The request of the page in the window; absent: no page made it. */
      details?: object
    }
  | { ask: 'invokeFrom'; frame: FrameShape; channel: string; input: unknown }
  | { ask: 'portFrom'; frame: FrameShape; ports: number }
  | { ask: 'menu'; labels: readonly string[] }
  | { ask: 'secondInstance' }
  | { ask: 'quit' }

export type LaunchOptions = {
  readonly arguments?: readonly string[]
  readonly isPackaged?: boolean
  readonly isSecond?: boolean
  readonly version?: string
  /** Environment variables of the process, in addition to those of this one. */
  readonly environment?: Record<string, string>
  /** Kept between two launches: it holds the shell's settings and the data. */
  readonly folder?: string
}

/** Starts the built shell under the stand-in, as a process of its own, and reaches its window from this one. */
export const launchStandIn = async (options: LaunchOptions = {}) => {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'shell-'))
  const dataDir = join(folder, 'data')
  // Starts with an existing file: otherwise each launch would run all migrations.
  if (!options.isSecond && !existsSync(dataDir)) putNewFile(dataDir)
  const debugPort = await freePort()
  const child = fork(join(root, 'out/main/index.js'), [`--data=${dataDir}`, ...(options.arguments ?? [])], {
    execPath: process.execPath,
    execArgv: ['--import', new URL('./register.ts', import.meta.url).href],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      STAND_IN_FOLDER: folder,
      STAND_IN_DEBUG_PORT: String(debugPort),
      ...(options.isPackaged && { STAND_IN_PACKAGED: '1' }),
      ...(options.isSecond && { STAND_IN_SECOND: '1' }),
      ...(options.version && { STAND_IN_VERSION: options.version }),
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  })
  let said = ''
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = new Promise<number | null>((done) => child.on('exit', (code) => done(code)))
  let last: Recorded | undefined
  let questions = 0
  const waiting = new Map<number, (answer: unknown) => void>()
  const events = new Map<string, () => void>()
  child.on('message', (message: { id?: number; answer?: unknown; recorded?: Recorded }) => {
    if (message.id !== undefined) waiting.get(message.id)?.(message.answer)
    if (message.recorded) last = message.recorded
    for (const name of Object.keys(message)) events.get(name)?.()
  })
  const told = (name: string) => new Promise<void>((done) => events.set(name, done))
  const shown = told('shown')
  const probe = (asked: Probe): Promise<unknown> => {
    const id = ++questions
    child.send({ id, probe: asked })
    return new Promise((done) => waiting.set(id, done))
  }
  return {
    folder,
    said: () => said,
    ended,
    /** The state of the shell when it ended. */
    last: () => last,
    told,
    probe,
    recorded: async () => (await probe({ ask: 'recorded' })) as Recorded,
    /** The page in the window, once shown. */
    async page(): Promise<Page> {
      const isOpen = await Promise.race([shown.then(() => true), ended.then(() => false)])
      if (!isOpen) throw new Error(`the shell ended before its window opened:\n${said}`)
      const browser = await chromium.connectOverCDP(`http://127.0.0.1:${debugPort}`)
      const page = browser
        .contexts()
        .flatMap((context) => context.pages())
        .find((open) => open.url().startsWith('http://desk.app.localhost'))
      if (!page) throw new Error('no page of the desk is open')
      return page
    },
    async close() {
      if (child.connected) child.disconnect()
      await ended
      if (!options.folder) rmSync(folder, { recursive: true, force: true })
    },
  }
}
