import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { build, stale } from '../../main/build.ts'
import { emptyFolder } from '../support/machine/embedded-store.ts'

const root = resolve(import.meta.dirname, '../..')
let folder: string
const started = new Map<ChildProcessByStdio<null, Readable, Readable>, Promise<unknown>>()

beforeAll(() => build(stale(['screens'])))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-'))
})
afterEach(async () => {
  // Not killed: what a program compiled serves the next one if it ends by itself.
  for (const child of started.keys()) child.kill('SIGTERM')
  await Promise.all(started.values())
  started.clear()
  rmSync(folder, { recursive: true, force: true })
})

/** `npm start -- …` with data of its own, in a browser. */
const start = (...options: string[]) => {
  const child = spawn(
    process.execPath,
    ['main/host/start.ts', '--browser', `--data=${join(folder, 'data')}`, ...options],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let said = ''
  const ended = new Promise<number | null>((done) => child.on('close', done))
  started.set(child, ended)
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const addressAfter = (words: string) => {
    const address = new Promise<string>((done, failed) => {
      child.stdout.on('data', () => {
        const found = new RegExp(`${words}.*(http://\\S+)\n`).exec(said)?.[1]
        if (found) done(found)
      })
      void ended.then(() => failed(new Error(said)))
    })
    address.catch(() => undefined)
    return address
  }
  return {
    child,
    ended,
    /** Of the page that says how far the preparation is. */
    preparing: addressAfter('se prépare'),
    address: addressAfter('est ouvert'),
    said: () => said,
  }
}

const listening = (port: number) =>
  new Promise<Server>((done, failed) => {
    const server = createServer()
    server.once('error', failed).listen(port, '127.0.0.1', () => done(server))
  })

const where = () => `Dossier des données\u00a0: ${join(folder, 'data')}`

describe('npm start', () => {
  it('opens at the next port when none was asked for, keeps its data to itself, and Ctrl-C closes it cleanly', async () => {
    const taken = await listening(4620).catch(() => null)
    const desk = start()
    const address = await desk.address
    expect(Number(new URL(address).port)).toBeGreaterThan(4620)
    expect((await fetch(address, { redirect: 'manual' })).status).toBe(303)
    taken?.close()

    const second = start('--port=0')
    expect(await second.ended).toBe(1)
    expect(second.said().trim()).toBe(
      `Espace Jeunesse est déjà ouvert sur ces données. Fermez l’autre fenêtre, puis recommencez.\n${where()}`,
    )

    desk.child.kill('SIGINT')
    expect(await desk.ended).toBe(0)
    expect(existsSync(join(folder, 'data', 'espace-jeunesse.sqlite-wal'))).toBe(false)
  })

  it('answers while the example town is being made, and says how far it is', async () => {
    const desk = start('--port=0', '--demo')
    const { origin } = new URL(await desk.preparing)
    const told = async () => (await (await fetch(`${origin}/preparation`)).json()) as { percent: number | null }
    await expect.poll(told, { timeout: 150_000 }).toMatchObject({
      state: 'working',
      sentence: 'La ville d’exemple se prépare…',
      percent: expect.toSatisfy((percent: number) => percent > 0 && percent < 100),
    })
  })

  it('says that the port asked for is taken', async () => {
    const taken = await listening(0)
    const address = taken.address()
    const port = address && typeof address === 'object' ? address.port : 0
    const desk = start(`--port=${port}`)
    expect(await desk.ended).toBe(1)
    expect(desk.said()).toContain(`Le port ${port} est déjà pris.`)
    taken.close()
  })

  it('says that the file is not one of ours, and leaves it as it is', async () => {
    mkdirSync(join(folder, 'data'))
    const path = join(folder, 'data', 'espace-jeunesse.sqlite')
    const content = 'ceci n’est pas une base'.repeat(100)
    writeFileSync(path, content)
    const desk = start('--port=0')
    expect(await desk.ended).toBe(1)
    expect(desk.said().trim()).toBe(`Ce fichier n’est pas un fichier d’Espace Jeunesse.\n${where()}`)
    expect(readFileSync(path, 'utf8')).toBe(content)
  })

  it('says that it cannot write there', async () => {
    writeFileSync(join(folder, 'data'), '')
    const desk = start('--port=0')
    expect(await desk.ended).toBe(1)
    expect(desk.said()).toContain('ne peut pas écrire dans le dossier des données')
  })

  it.each(['--prot=80', '--port=70000'])('explains itself when it does not understand: %s', async (option) => {
    const desk = start(option)
    expect(await desk.ended).toBe(2)
    expect(desk.said().trim()).toBe('Usage\u00a0: npm start -- [--demo] [--data DOSSIER] [--browser] [--port NUMÉRO]')
  })
})

it('the portal of the demonstration ends when it is asked to, while its starter is still there', async () => {
  await emptyFolder(join(folder, 'portail'))
  const portal = spawn(process.execPath, ['main/portal/start.ts'], {
    cwd: root,
    env: {
      ...process.env,
      PORTAL_DATA: join(folder, 'portail'),
      PORTAL_PORT: '0',
      PORTAL_ADDRESS: 'http://127.0.0.1:4999',
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const ended = new Promise<number | null>((done) => portal.once('close', done))
  try {
    let said = ''
    await new Promise<void>((done) => {
      portal.stdout?.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        if (/(?:-[\dA-Z]{4}){4}/.test(said)) done()
      })
      void ended.then(() => done())
    })
    portal.kill('SIGTERM')
    expect(await ended).toBe(0)
  } finally {
    portal.kill('SIGKILL')
  }
})
