import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test as base } from 'playwright/test'

const root = resolve(import.meta.dirname, '../..')

/** The built desk with data of its own, served to a browser like by `npm start`. */
export const serve = async (...options: string[]) => {
  const folder = mkdtempSync(join(tmpdir(), 'e2e-'))
  const child = spawn(
    process.execPath,
    ['main/host/start.ts', '--browser', '--port=0', `--data=${join(folder, 'data')}`, ...options],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = new Promise((done) => child.once('exit', done))
  const address = await new Promise<string>((done, failed) => {
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const found = /est ouvert.*(http:\/\/\S+)/.exec(said)?.[1]
      if (found) done(found)
    })
    child.on('exit', () => failed(new Error(`the desk did not open: ${said}`)))
  })
  return {
    address,
    folder,
    async close() {
      child.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type Served = Awaited<ReturnType<typeof serve>>

/**
 * `test('…', async ({ desk, page }) => …)`: an empty desk per file with its page open, or the example town with
 * `test.use({ startOptions: ['--demo'] })`. A complaint of the browser (an error of a script, or something that the
 * content policy blocks) fails the test.
 */
export const test = base.extend<{ desk: Served }, { startOptions: string[]; served: Served }>({
  startOptions: [[], { option: true, scope: 'worker' }],
  served: [
    async ({ startOptions }, use) => {
      const served = await serve(...startOptions)
      await use(served)
      await served.close()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  desk: async ({ served, page }, use) => {
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(served.address)
    await use(served)
    base.expect(complaints).toEqual([])
  },
})
export { expect } from 'playwright/test'
