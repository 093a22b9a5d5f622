import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { extname, join, resolve } from 'node:path'
import { extractFile, getRawHeader, listPackage } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { Arch, build, Platform } from 'app-builder-lib'
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js'
import { DebugLogger } from 'builder-util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build as buildParts, stale } from '../../main/build.ts'
import packageFile from '../../package.json' with { type: 'json' }
import lock from '../../package-lock.json' with { type: 'json' }
import { electronDist } from '../support/machine/electron-dist.ts'

const root = resolve(import.meta.dirname, '../..')
const config = await getConfig(root, 'electron-builder.yml', null)
const validated = (given: typeof config) => validateConfiguration(given, new DebugLogger(false))
const files = (pattern: string) => globSync(pattern, { cwd: root, withFileTypes: true }).filter((one) => one.isFile())
const read = (path: string) => readFileSync(join(root, path))

describe('what electron-builder is told', () => {
  it('is what it knows: its own schema refuses a word it does not', async () => {
    await expect(validated(config)).resolves.toBeUndefined()
    await expect(validated(Object.assign({ signature: true }, config))).rejects.toThrow('signature')
  })

  it('makes installers for Windows and macOS, both processors, of the Electron that was tested', () => {
    const arch = ['x64', 'arm64']
    expect(config.win?.target).toEqual([{ target: 'nsis', arch }])
    expect(config.mac?.target).toEqual([
      { target: 'dmg', arch },
      { target: 'zip', arch },
    ])
    expect(config.electronVersion).toBe(packageFile.devDependencies.electron)
    expect(config.npmRebuild).toBe(false)
  })

  it('lets macOS harden what runs, and asks it for nothing but to compile scripts', () => {
    expect(config.mac?.hardenedRuntime).toBe(true)
    for (const path of [config.mac?.entitlements, config.mac?.entitlementsInherit]) {
      expect(
        read(path ?? '')
          .toString()
          .match(/<key>.*<\/key>/g),
      ).toEqual(['<key>com.apple.security.cs.allow-jit</key>'])
    }
  })

  it('keeps the data when it is uninstalled, and needs no right of administration', () => {
    expect(config.nsis?.deleteAppDataOnUninstall).toBe(false)
    expect(config.nsis?.perMachine).toBe(false)
  })

  it('installs where nobody chooses: uninstalling empties that folder, and one chosen might hold the data', () => {
    expect(config.nsis?.allowToChangeInstallationDirectory).toBe(false)
  })

  it('has one name, after which the system’s key and the settings are kept', () => {
    expect(packageFile.productName).toBe(config.productName)
  })

  it('has an icon at each size that Windows and macOS show', () => {
    const ico = read('main/electron/installer/icon.ico')
    const sizes = Array.from({ length: ico.readUInt16LE(4) }, (_, at) => ico.readUInt8(6 + 16 * at) || 256)
    expect(sizes).toEqual([16, 24, 32, 48, 64, 128, 256])
    const icns = read('main/electron/installer/icon.icns')
    expect(icns.toString('latin1', 0, 4)).toBe('icns')
    expect(icns.readUInt32BE(4)).toBe(icns.length)
  })
})

/** Packed by electron-builder itself beside the shape of an Electron: its binary cannot be had on every computer. */
const pack = async (platform: 'win32' | 'darwin', arch: Arch) => {
  const output = join(folder, platform)
  await build({
    projectDir: root,
    publish: 'never',
    targets: (platform === 'win32' ? Platform.WINDOWS : Platform.MAC).createTarget('dir', arch),
    config: {
      electronDist: electronDist(platform, join(folder, `${platform}-dist`)),
      directories: { output },
    },
  })
}
const folder = mkdtempSync(join(tmpdir(), 'packed-'))
const windows = join(folder, 'win32/win-arm64-unpacked')
const mac = join(folder, 'darwin/mac/Espace Jeunesse.app')

beforeAll(async () => {
  const missing = stale(['screens', 'shell'])
  await buildParts(missing)
  await Promise.all([pack('win32', Arch.arm64), pack('darwin', Arch.x64)])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each([
  ['Windows', join(windows, 'resources'), 'win32-arm64.node'],
  ['macOS', join(mac, 'Contents/Resources'), 'darwin-x64.node'],
])('a desk packed for %s', (_, resources, native) => {
  const held = () =>
    listPackage(join(resources, 'app.asar'), { isPack: false }).map((path) => path.replaceAll('\\', '/').slice(1))

  it('holds what was built, whole, and what it runs on', () => {
    const built = [...files('out/main/**'), ...files('out/preload/**'), ...files('out/renderer/desk/**')]
    const paths = built.map((file) =>
      join(file.parentPath, file.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
    expect(held()).toEqual(expect.arrayContaining([...paths, 'package.json']))
  })

  it('holds nothing else: no source, no map, no test, no portal, no tool', () => {
    const outside = held().filter(
      (path) => !/^(out|out\/(main|preload|renderer)(\/.*)?|package\.json|node_modules(\/.*)?)$/.test(path),
    )
    expect(outside).toEqual([])
    expect(held().filter((path) => /^out\/renderer\/(?!desk(\/|$))/.test(path))).toEqual([])
    const allowed = [
      '.afm',
      '.bcmap',
      '.cjs',
      '.css',
      '.html',
      '.icc',
      '.js',
      '.json',
      '.machine',
      '.mjs',
      '.node',
      '.pfb',
      '.sql',
      '.svg',
      '.trie',
      '.ttf',
      '.txt',
      '.wasm',
      '.woff',
      '.woff2',
      '.xsd',
    ]
    const kinds = new Set(
      held()
        .filter((path) => !path.includes('/LICENSE'))
        .map((path) => extname(path)),
    )
    expect([...kinds].filter((kind) => kind !== '' && !allowed.includes(kind))).toEqual([])
  })

  it('sets the name that Electron and the installer use', () => {
    const packed: { productName?: string } = JSON.parse(
      extractFile(join(resources, 'app.asar'), 'package.json').toString(),
    )
    expect(packed.productName).toBe('Espace Jeunesse')
  })

  it('runs the desk’s own threads, and nothing that the portal alone needs', () => {
    const scripts = files('out/main/*.js').map(({ name }) => read(`out/main/${name}`).toString())
    expect(scripts.filter((script) => script.includes('// main/portal/'))).toEqual([])
    for (const worker of files('main/{store,documents}/*-worker.ts')) {
      const made = worker.name.replace('.ts', '.js')
      expect(read(`out/main/${made}`).toString()).toContain(`/${worker.name}`)
    }
  })

  it('holds the packages it depends on, and theirs', () => {
    const packages = Object.entries(lock.packages)
      .filter(([path, about]) => path !== '' && !('dev' in about) && !('devOptional' in about))
      .map(([path]) => path)
    const there = new Set(
      held().flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/@]+)\/package\.json$/.exec(path)?.[1] ?? []),
    )
    // Headers to compile a native with: ours come compiled.
    expect([...there, 'node_modules/node-addon-api'].toSorted()).toEqual(packages.toSorted())
  })

  it('finds there everything that it imports', () => {
    const imported = files('out/main/*.js').flatMap(({ name }) =>
      [
        ...read(`out/main/${name}`)
          .toString()
          .matchAll(/^(?:import|export)\b[^'"\n]*?(?:from )?["']([^"'\n]+)["'];?$/gm),
      ].map(([, what = '']) => what),
    )
    const outside = imported.filter((name) => !name.startsWith('.') && !isBuiltin(name) && name !== 'electron')
    const there = new Set(held())
    expect(outside).toContain('better-sqlite3')
    expect(outside.filter((name) => !there.has(`node_modules/${name}/package.json`))).toEqual([])
  })

  it('has one native, of its own system and processor, outside the archive', () => {
    const natives = held().filter((path) => path.endsWith('.node'))
    expect(natives).toEqual([`node_modules/better-sqlite3/prebuilds/${native}`])
    expect(existsSync(join(resources, 'app.asar.unpacked', natives[0] ?? ''))).toBe(true)
  })
})

const hashOf = (resources: string) =>
  createHash('sha256')
    .update(getRawHeader(join(resources, 'app.asar')).headerString)
    .digest('hex')

describe('the program that starts it', () => {
  const off = 48
  const on = 49

  it.each([windows, mac])('has its fuses blown: %s', async (program) => {
    const path = program === windows ? join(windows, 'Espace Jeunesse.exe') : mac
    expect(await getCurrentFuseWire(path)).toMatchObject({
      [FuseV1Options.RunAsNode]: off,
      [FuseV1Options.EnableCookieEncryption]: on,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: off,
      [FuseV1Options.EnableNodeCliInspectArguments]: off,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: on,
      [FuseV1Options.OnlyLoadAppFromAsar]: on,
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: off,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: off,
    })
  })

  it('knows the hash of its archive, so that a changed one does not start', () => {
    expect(readFileSync(join(windows, 'Espace Jeunesse.exe'), 'latin1')).toContain(hashOf(join(windows, 'resources')))
    const plist = readFileSync(join(mac, 'Contents/Info.plist'), 'utf8')
    expect(plist).toContain('<key>ElectronAsarIntegrity</key>')
    expect(plist).toContain(hashOf(join(mac, 'Contents/Resources')))
  })

  it('speaks French, and carries its icon', () => {
    expect(globSync('locales/*', { cwd: windows }).toSorted()).toEqual(['locales/en-US.pak', 'locales/fr.pak'])
    expect(readFileSync(join(mac, 'Contents/Resources/icon.icns'))).toEqual(read('main/electron/installer/icon.icns'))
  })
})
