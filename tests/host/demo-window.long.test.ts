import { spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { build, stale } from '../../main/build.ts'

const root = resolve(import.meta.dirname, '../..')
/** As root no window opens: a number that owns nothing. */
const nobody = 65_534
const isRoot = process.getuid?.() === 0

/** In the place of Electron's binary: it opens the same desk, tells what it finds at the portal's address, and ends. */
const window = `
import { openDesk } from '${root}/main/app/desk.ts'
import { folders } from '${root}/main/host/folders.ts'
import { findSideRow } from '${root}/main/exchange/desk-side.ts'
const data = process.argv.find((option) => option.startsWith('--data='))
const desk = await openDesk({ ...folders(data?.slice(7)), demo: process.argv.includes('--demo') })
const address = findSideRow(desk.core.store)?.address
await desk.core.exchange.now()
console.log('la fenêtre trouve', address, (await fetch(address)).status)
await desk.close()
`

let folder: string
beforeAll(() => build(stale(['screens', 'shell', 'portal'])))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-window-'))
  if (isRoot) chownSync(folder, nobody, nobody)
  writeFileSync(join(folder, 'window.ts'), window)
  writeFileSync(join(folder, 'electron'), `#!/bin/sh\nexec "${process.execPath}" "${join(folder, 'window.ts')}" "$@"\n`)
  chmodSync(join(folder, 'electron'), 0o755)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('a window on the example town finds its portal beside it, paired, for as long as it is open', async ({ skip }) => {
  skip(process.platform !== 'linux', 'needs a shell script in the place of Electron, and a display by its number')
  const child = spawn(process.execPath, ['main/host/start.ts', '--demo', `--data=${join(folder, 'data')}`], {
    cwd: root,
    env: { ...process.env, HOME: folder, DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(isRoot && { uid: nobody, gid: nobody }),
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const code = await new Promise<number | null>((done) => child.on('close', done))
  const address = /relié à ce bureau\u00a0: (\S+)/.exec(said)?.[1] ?? 'nulle part'
  expect(said).toContain(`la fenêtre trouve ${address} 200`)
  expect(code).toBe(0)
  await expect(fetch(address)).rejects.toThrow('fetch failed')
}, 180_000)
