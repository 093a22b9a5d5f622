import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyFolder } from '../support/machine/embedded-store.ts'
import { freePort } from '../support/machine/free-port.ts'

let folder: string
let data: string
const running: ChildProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portal-program-'))
  data = join(folder, 'donnees')
})
afterEach(async () => {
  for (const portal of running.splice(0)) await ended(portal, 'SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})

const ended = async (portal: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (portal.exitCode !== null || portal.signalCode !== null) return
  portal.kill(signal)
  await once(portal, 'exit')
}

const run = (environment: Record<string, string>, ...options: string[]): ChildProcess => {
  const portal = spawn(process.execPath, [resolve('main/portal/program/program.ts'), ...options], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
      NODE_OPTIONS: process.env['NODE_OPTIONS'] ?? '',
      PORTAL_DATA: data,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.push(portal)
  return portal
}

/** What it says until it ends by itself. */
const ending = async (environment: Record<string, string>, ...options: string[]) => {
  const portal = run(environment, ...options)
  const said: string[] = []
  for (const stream of [portal.stdout, portal.stderr]) stream?.on('data', (chunk: Buffer) => said.push(String(chunk)))
  const [code] = (await once(portal, 'exit')) as [number]
  return { code, said: said.join('').trim() }
}

const started = async (environment: Record<string, string>): Promise<ChildProcess> => {
  const portal = run(environment)
  if (!portal.stdout) throw new RangeError('its words are read')
  for await (const line of createInterface(portal.stdout)) if (line.startsWith('Le portail est ouvert')) return portal
  throw new Error('the portal ended')
}

describe('the portal’s program', () => {
  it('ends when its port is taken, before it has touched any data', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const { code, said } = await ending({ PORTAL_PORT: `${port}` })
    other.close()
    expect([code, said]).toEqual([1, expect.stringContaining(`Le port ${port} est déjà pris.`)])
    expect(existsSync(data)).toBe(false)
  })

  it('keeps a second program out of its folder, which the first one’s death opens again', async () => {
    await emptyFolder(data)
    const first = await started({ PORTAL_PORT: `${await freePort()}` })
    expect(statSync(data).mode & 0o777).toBe(0o700)
    expect(statSync(`${data}.temoin.json`).mode & 0o777).toBe(0o600)
    const other = { PORTAL_PORT: `${await freePort()}` }
    const second = await ending(other)
    expect([second.code, second.said]).toEqual([1, expect.stringContaining(`Un autre portail se sert déjà du dossier`)])
    await ended(first, 'SIGKILL')
    await started(other)
  })
})
