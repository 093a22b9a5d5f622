import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import PdfDocument from 'pdfkit'
import type { Page } from 'playwright'
import { expect, test } from 'playwright/test'
import { makeCertificate } from '../../main/host/certificate.ts'
import type { Paper } from '../../shared/contract/reading.ts'
import type { Shell } from '../../shared/contract/shell.ts'
import { aDesk, password } from '../support/desk.ts'
import { launchStandIn } from '../support/electron-stand-in/launch.ts'
import { picture } from '../support/picture.ts'

const root = resolve(import.meta.dirname, '../..')

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
const asDesk = { url: 'app://desk/', parent: null }

/** Two pages upright and one across. */
const aPaper = async (purpose: Paper['purpose']): Promise<Paper> => {
  const document = new PdfDocument({ size: 'A4', info: { CreationDate: new Date(0) } })
  const done = buffer(document)
  document
    .text('Centre de loisirs du Marronnier')
    .addPage()
    .text('Suite')
    .addPage({ size: 'A4', layout: 'landscape' })
    .text('Fin')
  document.end()
  return { name: 'Relevé.pdf', bytes: new Uint8Array(await done), purpose }
}

/** The page that `act` opens beside the desk's. */
const opened = async (act: () => Promise<unknown>): Promise<Page> => {
  const coming = page.context().waitForEvent('page')
  await act()
  return coming
}

const cameraScreen = (isOpen: boolean) => page.evaluate((open) => window.desk.camera(open), isOpen)
const permissionsPolicyOf = (path: string) =>
  page.evaluate((at) => fetch(at).then(({ headers }) => headers.get('permissions-policy')), path)

test.describe('the Electron shell', () => {
  test('opens the desk over its port', async () => {
    await expect(page).toHaveTitle('Premier démarrage – Espace Jeunesse')
    await picture(page, 'window')
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

  test('has one door out, and no page from a file', () => {
    const sources = globSync('main/electron/**/*.ts', { cwd: root }).map((path) =>
      readFileSync(join(root, path), 'utf8'),
    )
    const text = sources.join('\n')
    expect(text.match(/openExternal\(/g)).toHaveLength(1)
    expect(text).not.toMatch(/loadFile|file:\/|webSecurity|allowRunningInsecureContent|experimentalFeatures/)
    // A window of its own is refused to a link: what asks for one would be a link that does nothing.
    const screens = globSync('renderer/desk/**/*.tsx', { cwd: root }).map((path) =>
      readFileSync(join(root, path), 'utf8'),
    )
    expect(screens.filter((source) => source.includes('_blank'))).toEqual([])
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
    const absent = await page.evaluate(() =>
      fetch('/absent').then(({ headers }) => headers.get('content-security-policy')),
    )
    expect(absent).toMatch(/^default-src 'none'/)
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
    expect(await shell.probe({ ask: 'permission', kind: 'display' })).toBeNull()
    expect(await shell.probe({ ask: 'permission', kind: 'bluetooth' })).toEqual({ confirmed: false })
  })

  test('lets its own page use the camera while its screen is open, never the microphone', async () => {
    const asked = { isMainFrame: true, requestingUrl: 'app://desk/' }
    const answers = async (details: object) => [
      await shell.probe({
        ask: 'permission',
        kind: 'request',
        permission: 'media',
        details: { ...asked, mediaTypes: ['video'], ...details },
      }),
      await shell.probe({
        ask: 'permission',
        kind: 'check',
        permission: 'media',
        details: { ...asked, mediaType: 'video', ...details },
      }),
    ]
    expect(await answers({})).toEqual([false, false])
    await cameraScreen(true)
    expect(await answers({})).toEqual([true, true])
    expect(await answers({ isMainFrame: false })).toEqual([false, false])
    expect(await answers({ requestingUrl: elsewhere })).toEqual([false, false])
    expect(await answers({ mediaTypes: ['video', 'audio'], mediaType: 'audio' })).toEqual([false, false])
    await cameraScreen(false)
    expect(await answers({})).toEqual([false, false])
    await cameraScreen(true)
    await shell.probe({ ask: 'contentsEvent', name: 'did-navigate', details: {} })
    expect(await answers({})).toEqual([false, false])
    expect(await permissionsPolicyOf('/')).toMatch(/^camera=\(self\), microphone=\(\)/)
    expect(await permissionsPolicyOf('/lecture.html')).toMatch(/^camera=\(\)/)
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

  test('shows a PDF in a window and a session of its own, out of reach of the desk', async () => {
    const reader = await opened(async () =>
      page.evaluate((paper) => window.desk.openPaper(paper), await aPaper('read')),
    )
    await expect(reader.getByRole('heading', { name: 'Relevé.pdf' })).toBeVisible()
    await expect(reader.getByRole('region', { name: 'Page 1' }).getByText('Marronnier')).toBeVisible()
    await expect(reader.getByText('sur 3')).toBeVisible()
    await picture(reader, 'reading')
    const { windows, loaded } = await shell.recorded()
    expect(windows.at(-1)?.['webPreferences']).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      partition: 'lecture',
    })
    expect(loaded.at(-1)).toBe('app://lecture/lecture.html')
    expect(await reader.evaluate(() => ['desk' in window, window.opener])).toEqual([false, null])
    const policy = await reader.evaluate(() => fetch('').then(({ headers }) => headers.get('content-security-policy')))
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';/)
    await reader.close()
  })

  test('saves and prints from the reading window, whose bytes never come back from its page', async () => {
    const reader = await opened(async () =>
      page.evaluate((paper) => window.desk.openPaper(paper), await aPaper('read')),
    )
    const filePath = join(shell.folder, 'relevé.pdf')
    await shell.probe({ ask: 'dialogAnswer', answer: { canceled: false, filePath } })
    await reader.getByRole('button', { name: 'Enregistrer' }).click()
    await expect.poll(() => existsSync(filePath)).toBe(true)
    expect(readFileSync(filePath)).toEqual(Buffer.from((await aPaper('read')).bytes))

    await reader.getByRole('button', { name: 'Imprimer' }).click()
    await expect(reader.getByText('Le document est parti à l’imprimante.')).toBeVisible()
    const [printed] = (await shell.recorded()).printed
    expect(printed?.options).toEqual({ landscape: false, margins: { marginType: 'none' } })
    expect(printed?.pages).toEqual([
      { width: 595, height: 842, isBlank: false },
      { width: 595, height: 842, isBlank: false },
      { width: 842, height: 595, isBlank: false },
    ])
    for (const [reason, sentence] of [
      ['Print job canceled', 'Impression abandonnée.'],
      ['Print job failed', 'L’impression a échoué. Vérifiez l’imprimante, puis recommencez (Print job failed).'],
    ] as const) {
      await shell.probe({ ask: 'printAnswer', answer: reason })
      await reader.getByRole('button', { name: 'Imprimer' }).click()
      await expect(reader.getByText(sentence)).toBeVisible()
    }
    // A dialog of the system that is never answered leaves the window usable.
    await shell.probe({ ask: 'printAnswer', answer: 'never' })
    await reader.getByRole('button', { name: 'Imprimer' }).click()
    await expect(reader.getByText('3 / 3')).toBeVisible()
    await reader.getByRole('button', { name: 'Arrêter' }).click()
    await expect(reader.getByText('Impression abandonnée.')).toBeVisible()
    await expect(reader.getByRole('button', { name: 'Imprimer' })).toBeEnabled()
    expect(await reader.locator('.printed').count()).toBe(0)
    await reader.close()
  })

  test('prints a paper at once, and leaves nothing open but what could not be printed', async () => {
    const before = (await shell.recorded()).printed.length
    const print = async () => page.evaluate((paper) => window.desk.openPaper(paper), await aPaper('print'))
    const printed = await opened(print)
    await expect.poll(() => printed.isClosed()).toBe(true)
    expect((await shell.recorded()).printed).toHaveLength(before + 1)
    await shell.probe({ ask: 'printAnswer', answer: 'No printers available on the network' })
    const failed = await opened(print)
    await expect(failed.getByText('Aucune imprimante n’est installée sur cet ordinateur.')).toBeVisible()
    await page.evaluate(() => window.desk.closePapers())
    await expect.poll(() => failed.isClosed()).toBe(true)
  })

  test('answers a reading window nothing of the desk, and the desk nothing of a reading window', async () => {
    const asReader = { url: 'app://lecture/lecture.html', parent: null }
    expect(await shell.probe({ ask: 'invokeFrom', frame: asReader, channel: 'joinWorkstation', input: {} })).toEqual({
      error: 'Error: Demande refusée.',
    })
    expect(await shell.probe({ ask: 'portFrom', frame: asReader, ports: 1 })).toBe(false)
    expect(await shell.probe({ ask: 'invokeFrom', frame: asDesk, channel: 'readingPaper', input: {} })).toEqual({
      error: 'Error: Demande refusée.',
    })
  })

  test('shows its log, and saves it', async () => {
    await shell.probe({ ask: 'fault', kind: 'rejection', message: 'no family named "Marchand"' })
    await expect
      .poll(async () => (await shell.recorded()).dialogs.at(-1)?.options)
      .toMatchObject({
        message: 'Une action n’a pas abouti.',
      })
    const log = await opened(() => shell.probe({ ask: 'menu', labels: ['Aide', 'Journal technique'] }))
    await expect(log.getByText('erreur imprévue\u00a0: Error: no family named …')).toBeVisible()
    await picture(log, 'log')
    const filePath = join(shell.folder, 'journal.txt')
    await shell.probe({ ask: 'dialogAnswer', answer: { canceled: false, filePath } })
    await log.getByRole('link', { name: 'Enregistrer…' }).click({ noWaitAfter: true })
    // The file is there before its text is.
    await expect.poll(() => (existsSync(filePath) ? readFileSync(filePath, 'utf8') : '')).toContain('erreur imprévue')
    await log.close()
  })

  test('shows what is new in a page without any script, isolated like the others', async () => {
    const opened = page.context().waitForEvent('page')
    const shown = shell.told('shown')
    expect(await shell.probe({ ask: 'menu', labels: ['Aide', 'Nouveautés'] })).toBe(true)
    await shown
    const news = await opened
    await expect(news.getByRole('heading', { name: /^Version 0\.1\.0/ })).toBeVisible()
    await picture(news, 'news')
    const { windows, loaded } = await shell.recorded()
    expect(windows.at(-1)?.['webPreferences']).toMatchObject({ javascript: false, devTools: false })
    expect(loaded.filter((address) => !address.startsWith('app://'))).toEqual([])
    for (const { webPreferences } of windows) {
      expect(webPreferences).toMatchObject({ contextIsolation: true, sandbox: true })
    }
    await news.close()
  })

  test('fetches no dictionary from the network, and speaks French on any computer', async () => {
    const { spelling, switches } = await shell.recorded()
    expect(spelling).toEqual({ isEnabled: process.platform === 'darwin', languages: [] })
    expect(switches).toEqual({ lang: 'fr' })
  })

  test('follows the chosen theme, its frame too', async () => {
    await page.evaluate(() => window.desk.setTheme('dark'))
    await expect.poll(() => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true)
    expect((await shell.recorded()).backgrounds.at(-1)).toBe('#12161c')
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

test('data that are open elsewhere are left alone, with a sentence', async () => {
  const second = await launchStandIn({ arguments: [`--data=${join(shell.folder, 'data')}`] })
  expect(await second.ended).toBe(1)
  expect(second.last()?.dialogs).toMatchObject([
    { kind: 'error', options: { content: expect.stringContaining('déjà ouvert sur ces données') } },
  ])
  await second.close()
})

test('while the example town is made, a window says how far it is', async () => {
  const demo = await launchStandIn({ arguments: ['--demo'] })
  await demo.told('shown')
  await expect
    .poll(async () => (await demo.recorded()).titles.at(-1))
    .toMatch(/^\d+\u00a0% – Espace Jeunesse se prépare$/)
  await demo.close()
})

test('what was being written is finished, and the window reopens as it was left', async () => {
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

test('closing a window with a half-filled form asks, and staying keeps it open', async () => {
  const town = await aDesk()
  await town.desk.close()
  const shell = await launchStandIn({ folder: town.folder })
  const page = await shell.page()
  await page.getByLabel('Identifiant').fill('sandrine')
  await page.getByRole('textbox', { name: 'Mot de passe' }).fill(password)
  await page.keyboard.press('Enter')
  await page.getByRole('navigation').getByRole('link', { name: 'Familles' }).click()
  await page.getByRole('button', { name: 'Nouvelle famille' }).click()
  const isHeld = () => page.evaluate(() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true })))
  expect(await isHeld()).toBe(false)
  await page.getByRole('dialog').getByRole('textbox').first().fill('Carpentier')
  await expect.poll(isHeld).toBe(true)

  // Asked to work at another workstation meanwhile: who goes on typing is neither led there, nor later by surprise.
  expect(await shell.probe({ ask: 'invokeFrom', frame: asDesk, channel: 'leaveWorkstation', input: {} })).toEqual({})
  await expect
    .poll(async () => (await shell.recorded()).dialogs)
    .toMatchObject([{ options: { message: 'Quitter sans enregistrer\u00a0?' } }])
  await expect(page.getByRole('dialog')).toBeVisible()
  await shell.probe({ ask: 'dialogAnswer', answer: 1 })
  await shell.probe({ ask: 'quit' })
  expect(await shell.ended).toBe(0)
  expect(shell.last()).toMatchObject({ relaunched: false })
  await shell.close()
  rmSync(town.folder, { recursive: true, force: true })
})

test('a workstation is left once its window is closed, by a program that starts again', async () => {
  const folder = kept({
    post: { address: 'https://192.0.2.1:4620', certificate: makeCertificate(['192.0.2.1'], new Date()).certificate },
  })
  const shell = await launchStandIn({ folder })
  await shell.page()
  expect(await shell.probe({ ask: 'menu', labels: ['Fichier', 'Revenir aux données de ce poste'] })).toBe(true)
  expect(await shell.ended).toBe(0)
  expect(shell.last()).toMatchObject({ relaunched: true })
  const settings = JSON.parse(readFileSync(join(folder, 'appData', 'Espace Jeunesse', 'fenetre.json'), 'utf8'))
  expect(settings).not.toHaveProperty('post')
  await shell.close()
  rmSync(folder, { recursive: true, force: true })
})

const isClosed = (folder: string) => !existsSync(join(folder, 'data', 'espace-jeunesse.sqlite-wal'))

const broken = async (act: (shell: Awaited<ReturnType<typeof launchStandIn>>) => Promise<unknown>) => {
  const folder = mkdtempSync(join(tmpdir(), 'shell-broken-'))
  const shell = await launchStandIn({ folder })
  await shell.page()
  expect(isClosed(folder)).toBe(false)
  await act(shell)
  const code = await shell.ended
  const ended = { code, isClosed: isClosed(folder), ...shell.last() }
  await shell.close()
  rmSync(folder, { recursive: true, force: true })
  return ended
}

test.describe('what breaks the program', () => {
  test('an error that nobody caught closes the data, says so, and opens the desk again', async () => {
    const ended = await broken((shell) => shell.probe({ ask: 'fault', kind: 'exception', message: 'broken' }))
    expect(ended).toMatchObject({
      code: 1,
      isClosed: true,
      relaunched: true,
      dialogs: [{ options: { message: 'Espace Jeunesse s’est arrêté.', buttons: ['Redémarrer', 'Quitter'] } }],
    })
  })

  test('a session of Windows that ends finds the data closed, and asks nothing', async () => {
    const ended = await broken((shell) => shell.probe({ ask: 'windowEvent', name: 'session-end' }))
    expect(ended).toMatchObject({ code: 0, isClosed: true, relaunched: false, dialogs: [] })
  })

  test('a page that stops is opened again over the same data, or the desk is closed', async () => {
    const gone = {
      ask: 'contentsEvent',
      name: 'render-process-gone',
      details: { reason: 'crashed', exitCode: 5 },
    } as const
    const ended = await broken(async (shell) => {
      await shell.probe(gone)
      expect(await shell.recorded()).toMatchObject({
        reloaded: 1,
        dialogs: [{ options: { message: 'L’affichage s’est arrêté.' } }],
      })
      await shell.probe({ ask: 'dialogAnswer', answer: 1 })
      await shell.probe(gone)
    })
    expect(ended).toMatchObject({ code: 0, isClosed: true, reloaded: 1 })
  })
})

/** What the shell had kept about itself. */
const kept = (settings: object) => {
  const folder = mkdtempSync(join(tmpdir(), 'shell-kept-'))
  const own = join(folder, 'appData', 'Espace Jeunesse')
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'fenetre.json'), JSON.stringify(settings))
  return folder
}

test('a window left on a screen that is gone or larger than this one opens whole, and dark as before', async () => {
  const window = { x: 5000, y: 300, width: 3000, height: 2000, isMaximized: true }
  const folder = kept({ theme: 'dark', window })
  const again = await launchStandIn({ folder })
  await again.page()
  const { windows, maximized } = await again.recorded()
  expect(windows[0]).toMatchObject({ width: 1920, height: 1080, backgroundColor: '#12161c' })
  expect(windows[0]).not.toHaveProperty('x')
  expect(maximized).toBe(true)
  await again.close()
  rmSync(folder, { recursive: true, force: true })
})

test('an installed desk has no developer tools; the news is shown once after an update, and only what is new', async () => {
  const folder = kept({ lastVersion: '0.0.9' })
  const updated = await launchStandIn({ folder, isPackaged: true })
  await updated.page()
  const { windows, menu } = await updated.recorded()
  expect(windows[0]?.['webPreferences']).toMatchObject({ devTools: false })
  expect(JSON.stringify(menu)).not.toContain('toggleDevTools')
  await expect.poll(async () => (await updated.recorded()).loaded).toEqual(['app://desk/', 'app://news/?since=0.0.9'])
  await updated.close()
  const again = await launchStandIn({ folder, isPackaged: true })
  await again.page()
  expect((await again.recorded()).loaded).toEqual(['app://desk/'])
  await again.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Where versions are kept, with what was asked of it. */
const versions = async (offered: Record<string, string>) => {
  const asked: string[] = []
  const program = Buffer.from('a newer desk')
  const sha512 = createHash('sha512').update(program).digest('base64')
  const server = createServer(({ url = '' }, answer) => {
    const path = url.split('?')[0] ?? ''
    asked.push(path)
    const version = offered[path]
    if (path.endsWith('.AppImage')) answer.end(program)
    else if (version === undefined) answer.writeHead(404).end()
    else {
      answer.end(
        `version: ${version}\nfiles:\n  - url: desk-${version}.AppImage\n    sha512: ${sha512}\n    size: ${program.length}\npath: desk-${version}.AppImage\nsha512: ${sha512}\nreleaseDate: '2026-11-25T10:00:00.000Z'\n`,
      )
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return { address: `http://127.0.0.1:${port}`, asked, close: () => server.close() }
}

/** An installed desk that was told where its versions are. */
const installed = async (address: string, settings: object, isReplaceable = true) => {
  const folder = kept(settings)
  mkdirSync(join(folder, 'resources'))
  writeFileSync(
    join(folder, 'resources', 'app-update.yml'),
    `provider: generic\nurl: ${address}\nupdaterCacheDirName: desk\n`,
  )
  const program = join(folder, 'desk.AppImage')
  if (isReplaceable) writeFileSync(program, 'the desk of today')
  const environment = { APPIMAGE: program, XDG_CACHE_HOME: join(folder, 'cache') }
  const shell = await launchStandIn({ folder, isPackaged: true, environment })
  await shell.page()
  return {
    shell,
    close: async () => {
      await shell.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

test.describe('updates', () => {
  // What electron-updater looks for on the system that the stand-in runs on.
  test.skip(process.platform !== 'linux' || process.arch !== 'x64', 'the stand-in updates as on Linux')

  test('a newer version is downloaded, announced when it is ready, and waits for the person', async () => {
    const server = await versions({ '/latest-linux.yml': '9.0.0', '/beta-linux.yml': '9.1.0-beta.1' })
    const { shell, close } = await installed(server.address, {})
    await expect.poll(async () => (await shell.recorded()).dialogs).toHaveLength(1)
    expect((await shell.recorded()).dialogs[0]?.options).toMatchObject({
      message: 'La version 9.0.0 d’Espace Jeunesse est prête.',
      buttons: ['Plus tard', 'Fermer et installer'],
    })
    expect(server.asked).toEqual(['/latest-linux.yml', '/desk-9.0.0.AppImage'])
    await close()
    server.close()
  })

  test('a workstation that takes no updates asks nothing of the network; if the installer does not start, the desk opens again as it was', async () => {
    const server = await versions({ '/latest-linux.yml': '9.0.0' })
    // Without the file that it would replace, the installer gives up.
    const { shell, close } = await installed(server.address, { updates: 'none' }, false)
    expect(await shell.probe({ ask: 'menu', labels: ['Aide', 'Mises à jour', 'Chercher maintenant'] })).toBe(false)
    expect(JSON.stringify((await shell.recorded()).menu)).toContain('"label":"Aucune mise à jour","checked":true')
    await new Promise((done) => setTimeout(done, 500))
    expect(server.asked).toEqual([])
    await shell.probe({ ask: 'dialogAnswer', answer: { response: 0 } })
    await shell.probe({ ask: 'dialogAnswer', answer: { response: 1 } })
    await shell.probe({ ask: 'menu', labels: ['Aide', 'Mises à jour', 'Versions stables'] })
    await shell.probe({ ask: 'menu', labels: ['Aide', 'Mises à jour', 'Chercher maintenant'] })
    expect(await shell.ended).toBe(0)
    expect(shell.last()).toMatchObject({ relaunched: true })
    expect(shell.last()?.dialogs.at(-1)).toMatchObject({
      kind: 'error',
      options: { title: 'La nouvelle version ne s’est pas installée' },
    })
    await close()
    server.close()
  })

  test('versions for trial are for the workstations that asked for them; an older one is never taken', async () => {
    const offered = { '/latest-linux.yml': '0.1.0', '/beta-linux.yml': '0.0.9' }
    const server = await versions(offered)
    const { shell, close } = await installed(server.address, {})
    const search = () => shell.probe({ ask: 'menu', labels: ['Aide', 'Mises à jour', 'Chercher maintenant'] })
    await expect.poll(() => server.asked).toContain('/latest-linux.yml')
    await shell.probe({ ask: 'menu', labels: ['Aide', 'Mises à jour', 'Versions d’essai'] })
    await search()
    // It would refuse the data.
    await expect
      .poll(async () => (await shell.recorded()).dialogs.at(-1)?.options)
      .toMatchObject({ message: 'Espace Jeunesse est à jour.' })
    expect(server.asked.filter((path) => path.endsWith('.AppImage'))).toEqual([])
    offered['/beta-linux.yml'] = '9.1.0-beta.1'
    await search()
    await expect.poll(() => server.asked).toContain('/desk-9.1.0-beta.1.AppImage')
    expect(server.asked[0]).toBe('/latest-linux.yml')
    await close()
    server.close()
  })

  test('without a network the desk opens all the same, and says so when asked for updates', async () => {
    const { shell, close } = await installed('http://127.0.0.1:1', {})
    await shell.probe({ ask: 'menu', labels: ['Aide', 'Mises à jour', 'Chercher maintenant'] })
    await expect
      .poll(async () => (await shell.recorded()).dialogs.at(-1)?.options)
      .toMatchObject({ message: 'Les mises à jour ne répondent pas.' })
    expect((await shell.recorded()).dialogs).toHaveLength(1)
    await close()
  })

  test('sources being worked on look for none', async () => {
    const { menu } = await shell.recorded()
    expect(JSON.stringify(menu)).not.toContain('Mises à jour')
  })
})
