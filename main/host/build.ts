import { spawn } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** What a start needs built: the screens always, the Electron main and preload for a window. */
export type Part = 'screens' | 'shell'

const parts: Record<Part, { sources: string[]; result: string; command: string[] }> = {
  screens: {
    sources: ['renderer', 'shared', 'package-lock.json'],
    result: 'out/renderer/desk/index.html',
    command: ['node_modules/vite/bin/vite.js', 'build', '--config', 'renderer/vite.config.ts', '--logLevel', 'warn'],
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
export const shellEntry = join(root, parts.shell.result)

/** Those of `wanted` that are missing or older than their sources. */
export const stale = (wanted: readonly Part[]): Part[] =>
  wanted.filter((part) => {
    const { sources, result } = parts[part]
    const built = statSync(join(root, result), { throwIfNoEntry: false })?.mtimeMs
    return built === undefined || sources.some((source) => newest(join(root, source)) > built)
  })

/** A broken installation, or sources being worked on: with what the tool printed. */
export class NotBuilt extends Error {}

/** @throws NotBuilt */
export const build = async (wanted: readonly Part[]): Promise<void> => {
  await Promise.all(wanted.map((part) => run(parts[part].command)))
}

/** Folders count too: their time changes when a file is added or removed. */
const newest = (path: string): number => {
  const stats = statSync(path)
  if (!stats.isDirectory()) return stats.mtimeMs
  const inside = readdirSync(path, { withFileTypes: true, recursive: true })
  return Math.max(stats.mtimeMs, ...inside.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs))
}

const run = (command: readonly string[]) =>
  new Promise<void>((done, failed) => {
    const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    const said: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
    child.on('error', failed)
    child.on('close', (code) => (code === 0 ? done() : failed(new NotBuilt(Buffer.concat(said).toString()))))
  })

if (import.meta.main) await build(['screens', 'shell'])
