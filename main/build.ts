import { spawn } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

/**
 * Parts of the build: the staff's screens, the Electron main process and preload, the parents' pages, and the portal's
 * folder that a town copies to its own computer.
 */
type Part = 'screens' | 'shell' | 'portal' | 'export'

const parts: Record<Part, { sources: string[]; result: string; command: string[] }> = {
  screens: {
    sources: ['renderer', 'shared', 'package.json', 'package-lock.json'],
    result: 'out/renderer/desk/index.html',
    command: ['node_modules/vite/bin/vite.js', 'build', '--config', 'renderer/vite.config.ts', '--logLevel', 'warn'],
  },
  portal: {
    sources: ['renderer', 'shared', 'package-lock.json'],
    result: 'out/renderer/portal/index.html',
    command: [
      'node_modules/vite/bin/vite.js',
      'build',
      '--config',
      'renderer/portal.vite.config.ts',
      '--logLevel',
      'warn',
    ],
  },
  export: {
    sources: ['main', 'renderer', 'shared', 'package-lock.json'],
    result: 'out/portal/programme.js',
    command: [
      'node_modules/vite/bin/vite.js',
      'build',
      '--config',
      'main/portal/export/export.vite.config.ts',
      '--logLevel',
      'error',
    ],
  },
  shell: {
    sources: ['main', 'shared', 'package-lock.json'],
    result: 'out/main/index.js',
    command: [
      'node_modules/electron-vite/bin/electron-vite.js',
      'build',
      '--config',
      'main/electron/electron.vite.config.ts',
      '--logLevel',
      'warn',
    ],
  },
}

export const screensFolder = join(root, 'out/renderer/desk')
export const portalFolder = join(root, 'out/renderer/portal')
/** The folder that « Exporter le portail » copies. */
export const exportFolder = join(root, 'out/portal')
/** The folder that Electron is started on: it reads the program's name and version from the package.json in it. */
export const shellFolder = root

/** The wanted parts that are missing or older than their sources. */
export const stale = (wanted: readonly Part[]): Part[] =>
  wanted.filter((part) => {
    const { sources, result } = parts[part]
    const built = statSync(join(root, result), { throwIfNoEntry: false })?.mtimeMs
    return built === undefined || sources.some((source) => newestTime(join(root, source)) > built)
  })

/** The build failed, because of a broken installation or of unfinished sources. The message is the tool's output. */
export class NotBuilt extends Error {}

/** Builds the export last: it contains the parents' pages. @throws NotBuilt */
export const build = async (wanted: readonly Part[]): Promise<void> => {
  await Promise.all(wanted.filter((part) => part !== 'export').map((part) => run(parts[part].command)))
  if (wanted.includes('export')) await run(parts.export.command)
}

/** Folders count too: their time changes when a file is added or removed. */
const newestTime = (path: string): number => {
  const stats = statSync(path)
  if (!stats.isDirectory()) return stats.mtimeMs
  const inside = readdirSync(path, { withFileTypes: true, recursive: true })
  return Math.max(stats.mtimeMs, ...inside.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs))
}

const run = (command: readonly string[]) =>
  new Promise<void>((done, failed) => {
    const child = spawn(process.execPath, command, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      // With the NODE_ENV of a test, React would be built for development.
      env: { ...process.env, NODE_ENV: 'production' },
    })
    const output: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
    child.on('error', failed)
    child.on('close', (code) => (code === 0 ? done() : failed(new NotBuilt(Buffer.concat(output).toString()))))
  })

if (import.meta.main) await build(['screens', 'portal', 'shell', 'export'])
