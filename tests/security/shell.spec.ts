import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { expect, test } from 'playwright/test'
import type { Shell } from '../../shared/contract/shell.ts'
import { launchStandIn } from '../support/electron-stand-in/launch.ts'

declare const window: Window & { desk: Shell }

// The built main, preload and screens run; Electron itself does not, which `electron.spec.ts` is for.
let shell: Awaited<ReturnType<typeof launchStandIn>>
let page: Page
test.beforeAll(async () => {
  shell = await launchStandIn()
  page = await shell.page()
})
test.afterAll(() => shell.close())

const elsewhere = 'https://exemple.fr/'
const bytes = [37, 80, 68, 70]

test.describe('the Electron shell', () => {
  test('opens the desk over its port', async () => {
    await expect(page).toHaveTitle('Premier démarrage – Espace Jeunesse')
    await page.screenshot({ path: test.info().outputPath('window.png') })
  })

  test('isolates its page: sandbox, context isolation, no Node, web security untouched', async () => {
    const { windows, sandboxEnabled } = await shell.recorded()
    expect(sandboxEnabled).toBe(true)
    expect(windows).toHaveLength(1)
    expect(windows[0]?.['webPreferences']).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
    })
    expect(Object.keys(windows[0]?.['webPreferences'] ?? {})).not.toContain('webSecurity')
  })

  test('serves the screens from its own scheme, and nothing beside them', async () => {
    const { privileges } = await shell.recorded()
    expect(privileges).toMatchObject([{ scheme: 'app', privileges: { standard: true, secure: true } }])
    for (const path of [
      '/..%2f..%2fmain%2findex.js',
      '/%2e%2e/main/index.js',
      '/..%5cmain%5cindex.js',
      '/index.html%00',
    ]) {
      expect(await page.evaluate((at) => fetch(at).then(({ status }) => status), path)).toBe(404)
    }
  })

  test('gives its page a strict policy, and an inline script does not run', async () => {
    const policy = await page.evaluate(() => fetch('/').then(({ headers }) => headers.get('content-security-policy')))
    expect(policy).toMatch(/^default-src 'none'/)
    expect(policy).not.toContain('unsafe')
    const ran = await page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'globalThis.ran = true'
      document.head.append(script)
      return Reflect.get(globalThis, 'ran') === true
    })
    expect(ran).toBe(false)
  })

  test('lets its page go nowhere: no link, no redirection, no new window, no embedded page', async () => {
    await page.evaluate((address) => {
      window.location.href = address
    }, elsewhere)
    await page.waitForTimeout(200)
    expect(page.url()).toMatch(/^http:\/\/desk\.app\.localhost\//)
    for (const [name, details] of [
      ['will-frame-navigate', { url: elsewhere, isMainFrame: true }],
      ['will-frame-navigate', { url: 'file:///etc/passwd', isMainFrame: true }],
      ['will-frame-navigate', { url: 'app://desk.exemple.fr/', isMainFrame: true }],
      ['will-frame-navigate', { url: elsewhere, isMainFrame: false }],
      ['will-redirect', { url: 'app://desk/' }],
      ['will-attach-webview', {}],
    ] as const) {
      expect(await shell.probe({ ask: 'contentsEvent', name, details })).toBe(true)
    }
    expect(await shell.probe({ ask: 'open', url: elsewhere })).toEqual({ action: 'deny' })
    expect((await shell.recorded()).external).toEqual([])
  })

  test('opens nothing outside but a letter to a family', async () => {
    for (const url of [
      'mailto:famille@exemple.fr',
      elsewhere,
      'file:///etc/passwd',
      'javascript:alert(1)',
      'smb://exemple.fr',
    ]) {
      expect(await shell.probe({ ask: 'open', url })).toEqual({ action: 'deny' })
    }
    expect((await shell.recorded()).external).toEqual(['mailto:famille@exemple.fr'])
  })

  test('refuses every permission, device and screen, except to copy text', async () => {
    for (const kind of ['request', 'check'] as const) {
      for (const permission of [
        'media',
        'geolocation',
        'notifications',
        'openExternal',
        'fileSystem',
        'usb',
        'clipboard-read',
      ]) {
        expect(await shell.probe({ ask: 'permission', kind, permission })).toBe(false)
      }
      expect(await shell.probe({ ask: 'permission', kind, permission: 'clipboard-sanitized-write' })).toBe(true)
    }
    expect(await shell.probe({ ask: 'permission', kind: 'device' })).toBe(false)
    expect(await shell.probe({ ask: 'permission', kind: 'display' })).toEqual({})
    expect(await shell.probe({ ask: 'permission', kind: 'bluetooth' })).toEqual({ confirmed: false })
  })

  for (const [who, frame] of [
    ['a frame that is gone', null],
    ['a frame in the page', { url: 'app://desk/', parent: {} }],
    ['another site', { url: elsewhere, parent: null }],
    ['another host of the scheme', { url: 'app://paper/', parent: null }],
    ['a look-alike', { url: 'app://desk.exemple.fr/', parent: null }],
  ] as const) {
    test(`answers nothing to ${who}`, async () => {
      const input = { name: 'facture.pdf', bytes: new Uint8Array(bytes) }
      expect(await shell.probe({ ask: 'invokeFrom', frame, channel: 'saveAs', input })).toEqual({
        error: 'Error: Demande refusée.',
      })
      expect(await shell.probe({ ask: 'portFrom', frame, ports: 1 })).toBe(false)
    })
  }

  test('takes one port, not two', async () => {
    const frame = { url: 'app://desk/', parent: null }
    expect(await shell.probe({ ask: 'portFrom', frame, ports: 2 })).toBe(false)
    expect(await shell.probe({ ask: 'portFrom', frame, ports: 1 })).toBe(true)
  })

  test('saves where the person says, from a name alone', async () => {
    const filePath = join(shell.folder, 'ailleurs.pdf')
    await shell.probe({ ask: 'dialogAnswer', answer: { canceled: false, filePath } })
    expect(await page.evaluate((given) => window.desk.saveAs('Facture été.pdf', new Uint8Array(given)), bytes)).toBe(
      true,
    )
    expect([...readFileSync(filePath)]).toEqual(bytes)
    expect((await shell.recorded()).dialogs).toEqual([{ kind: 'save', options: { defaultPath: 'Facture été.pdf' } }])
    for (const name of ['../facture.pdf', '/etc/passwd', 'C:\\facture.pdf', '.bashrc', 'a\nb', '', 'con.']) {
      const answer = page.evaluate((at) => window.desk.saveAs(at, new Uint8Array()), name)
      await expect(answer).rejects.toThrow('Demande refusée')
    }
    expect((await shell.recorded()).dialogs).toHaveLength(1)
  })

  test('says what to do when a file cannot be written', async () => {
    await shell.probe({
      ask: 'dialogAnswer',
      answer: { canceled: false, filePath: join(shell.folder, 'absent', 'a.pdf') },
    })
    expect(await page.evaluate(() => window.desk.saveAs('a.pdf', new Uint8Array()))).toBe(false)
    expect((await shell.recorded()).dialogs.at(-1)).toMatchObject({
      kind: 'error',
      options: { title: 'Fichier non enregistré' },
    })
  })

  test('prints a paper from memory', async () => {
    await page.evaluate((given) => window.desk.print(new Uint8Array(given)), bytes)
    expect((await shell.recorded()).printed).toEqual([{ type: 'application/pdf', text: '%PDF' }])
  })

  test('follows the chosen theme', async () => {
    await page.evaluate(() => window.desk.setTheme('dark'))
    await expect.poll(() => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true)
  })

  test('comes forward when it is started twice', async () => {
    const focused = shell.told('focused')
    await shell.probe({ ask: 'secondInstance' })
    await focused
  })
})

test('a second start opens nothing and touches no data', async () => {
  const second = await launchStandIn({ isSecond: true })
  expect(await second.ended).toBe(0)
  expect(existsSync(join(second.folder, 'data', 'espace-jeunesse.sqlite'))).toBe(false)
  await second.close()
})

test('an installed desk has no developer tools', async () => {
  const installed = await launchStandIn({ isPackaged: true })
  await installed.page()
  const { windows, menu } = await installed.recorded()
  expect(windows[0]?.['webPreferences']).toMatchObject({ devTools: false })
  expect(JSON.stringify(menu)).not.toContain('toggleDevTools')
  await installed.close()
})

test('data that are open elsewhere are left alone, with a sentence', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shell-twice-'))
  const first = await launchStandIn({ folder })
  await first.page()
  const second = await launchStandIn({ arguments: [`--data=${join(folder, 'data')}`] })
  expect(await second.ended).toBe(1)
  expect(second.last()?.dialogs).toMatchObject([
    { kind: 'error', options: { content: expect.stringContaining('déjà ouvert sur ces données') } },
  ])
  await second.close()
  await first.close()
  rmSync(folder, { recursive: true, force: true })
})

test('what was being written is finished, and the window comes back as it was left', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shell-left-'))
  const first = await launchStandIn({ folder })
  await first.page()
  void first.probe({ ask: 'quit' })
  expect(await first.ended).toBe(0)
  expect(existsSync(join(folder, 'data', 'espace-jeunesse.sqlite-wal'))).toBe(false)
  const again = await launchStandIn({ folder })
  await again.page()
  expect((await again.recorded()).windows[0]).toMatchObject({ x: 40, y: 30, width: 1300, height: 820 })
  await again.close()
  rmSync(folder, { recursive: true, force: true })
})
