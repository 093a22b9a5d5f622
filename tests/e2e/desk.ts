import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

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
