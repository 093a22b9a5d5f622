import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { chromium } from 'playwright'

/**
 * `node tests/installed.ts`: installs the package that electron-builder left in `release/` and opens it as staff would,
 * with data of its own. `node tests/installed.ts PROGRAM [OPTION…]` opens that program instead.
 */
const release = resolve(import.meta.dirname, '../release')
const folder = mkdtempSync(join(tmpdir(), 'installed-'))
const debugPort = 9333
const seconds = 60

const made = (ending: string): string => {
  const [path] = globSync(`*-${process.arch}.${ending}`, { cwd: release })
  if (path === undefined) throw new Error(`no ${ending} for ${process.arch} in ${release}`)
  return join(release, path)
}

/** @returns the program that was installed */
const install = (): string => {
  if (process.platform === 'win32') {
    // NSIS wants the folder last.
    execFileSync(made('exe'), ['/S', `/D=${join(folder, 'desk')}`])
    return join(folder, 'desk', 'Espace Jeunesse.exe')
  }
  if (process.platform === 'darwin') {
    const image = join(folder, 'image')
    mkdirSync(image)
    execFileSync('hdiutil', ['attach', made('dmg'), '-nobrowse', '-readonly', '-mountpoint', image])
    execFileSync('ditto', [join(image, 'Espace Jeunesse.app'), join(folder, 'Espace Jeunesse.app')])
    execFileSync('hdiutil', ['detach', image])
    return join(folder, 'Espace Jeunesse.app/Contents/MacOS/Espace Jeunesse')
  }
  return join(release, 'linux-unpacked/espace-jeunesse')
}

const [program = install(), ...options] = process.argv.slice(2)
const desk = spawn(
  program,
  [
    ...options,
    `--data=${join(folder, 'data')}`,
    `--user-data-dir=${join(folder, 'chromium')}`,
    `--remote-debugging-port=${debugPort}`,
  ],
  { stdio: 'inherit' },
)
const ended = once(desk, 'exit')

/** The text of its window, once it shows any. */
const shown = async (): Promise<string> => {
  for (let second = 0; second < seconds && desk.exitCode === null; second += 1) {
    await setTimeout(1000)
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${debugPort}`).catch(() => null)
    const pages = browser?.contexts().flatMap((context) => context.pages()) ?? []
    const titles = await Promise.all(pages.map((page) => page.title()))
    await browser?.close()
    const title = titles.find((one) => one !== '' && one !== 'Espace Jeunesse')
    if (title !== undefined) return title
  }
  return 'nothing'
}

try {
  const title = await shown()
  if (title !== 'Premier démarrage – Espace Jeunesse') throw new Error(`the window shows: ${title}`)
  if (!existsSync(join(folder, 'data/espace-jeunesse.sqlite'))) throw new Error('the desk opened no data')
  console.log(`${program}: installed, open, « ${title} »`)
} finally {
  desk.kill()
  await Promise.race([ended, setTimeout(10_000)])
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
}
