import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron } from 'playwright'
import { expect, test } from 'playwright/test'
import { shellFolder } from '../../main/build.ts'
import { windowHere } from '../../main/host/window.ts'

const here = windowHere()

test('the desk opens in a real Electron window, isolated from Node', async () => {
  // On the computer that makes a release, a skipped test would mean that nobody has opened the release.
  test.skip(
    'reason' in here && process.env['ELECTRON_REQUIRED'] === undefined,
    `real Electron: ${'reason' in here ? here.reason : ''}`,
  )
  const executablePath = 'binary' in here ? here.binary : ''
  const folder = mkdtempSync(join(tmpdir(), 'electron-'))
  const shell = await _electron.launch({
    executablePath,
    args: [shellFolder, `--data=${join(folder, 'data')}`, `--user-data-dir=${join(folder, 'chromium')}`],
  })
  const page = await shell.firstWindow()
  await expect(page).toHaveTitle('Premier démarrage – Espace Jeunesse')
  expect(page.url()).toMatch(/^app:\/\/desk\//)
  expect(
    await page.evaluate(() => [typeof Reflect.get(globalThis, 'require'), typeof Reflect.get(globalThis, 'process')]),
  ).toEqual(['undefined', 'undefined'])
  expect(await page.evaluate(() => fetch('/..%2f..%2fmain%2findex.js').then(({ status }) => status))).toBe(404)
  await shell.close()
  rmSync(folder, { recursive: true, force: true })
})
