import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { unzipSync } from 'fflate'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { build, exportFolder, stale } from '../../main/build.ts'
import { readableKeyId } from '../../shared/rules/access/fingerprint.ts'
import type { Instant } from '../../shared/rules/calendar/day.ts'
import { aDeskFolder, type DeskFolder } from '../exchange/paired.ts'
import { isLong } from '../support/long.ts'
import { freePort } from '../support/machine/free-port.ts'
import { hasPostgres } from '../support/machine/postgres.ts'
import { postgresUrl } from '../support/machine/quick-store.ts'

const now = Object.assign(() => new Date().toISOString() as Instant, { set: () => undefined })
const sentenceOf = (error: unknown) => (error as { data: { sentence: string } }).data.sentence

const hasUnzip = spawnSync('unzip', ['-v']).status === 0

let folder: string
let desk: DeskFolder
let portal: ChildProcess | undefined
let address: string
const said: string[] = []

beforeAll(async () => {
  await build(stale(['portal', 'export']))
})
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'export-'))
  desk = await aDeskFolder(now, { portalProgram: async () => exportFolder })
  address = `http://127.0.0.1:${await freePort()}`
})
afterEach(async () => {
  await stop()
  await desk.close()
  rmSync(folder, { recursive: true, force: true })
})

const stop = async () => {
  if (!portal || portal.exitCode !== null) return
  portal.kill()
  await once(portal, 'exit')
}

/** Unpacked as a town's technician does, far from the sources: no package lies above. */
const unpacked = async (archive: File): Promise<string[]> => {
  const files = unzipSync(new Uint8Array(await archive.arrayBuffer()))
  for (const [path, content] of Object.entries(files)) {
    const whole = join(folder, path)
    mkdirSync(dirname(whole), { recursive: true })
    writeFileSync(whole, content)
  }
  return Object.keys(files)
}

const started = async (environment: Record<string, string> = {}): Promise<void> => {
  said.length = 0
  portal = spawn(process.execPath, ['portail.js'], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      PORTAL_ADDRESS: address,
      PORTAL_PORT: new URL(address).port,
      PORTAL_DATA: join(folder, 'donnees'),
      PORTAL_METRICS_TOKEN: 'jeton-des-mesures',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [portal.stdout, portal.stderr]) stream?.on('data', (chunk: Buffer) => said.push(String(chunk)))
  while (!said.join('').includes('Le portail est ouvert')) {
    if (portal.exitCode !== null) throw new Error(said.join(''))
    await setTimeout(50)
  }
}

describe('the folder that a desk exports', () => {
  it('holds the program, its pages, its ways to be kept running, the town, and nothing of the sources', async () => {
    const names = await unpacked(await desk.client.exchange.exportPortal({ address }))
    expect(names).toEqual(
      expect.arrayContaining(
        ['Dockerfile', 'LISEZMOI.md', 'nginx.conf', 'portail.service', 'reglages.env', 'ville.json'].concat(
          '.dockerignore',
          'portail-502.html',
          'portail.js',
          'programme.js',
          'package.json',
          'pages/index.html',
          'migrations/meta/_journal.json',
        ),
      ),
    )
    expect(names.filter((name) => /\.(ts|tsx|map)$|node_modules/.test(name))).toEqual([])
  })

  it.skipIf(!hasUnzip)('is unpacked with its secrets for their owner alone', async () => {
    const archive = join(folder, 'portail.zip')
    writeFileSync(archive, new Uint8Array(await (await desk.client.exchange.exportPortal({ address })).arrayBuffer()))
    spawnSync('unzip', ['-q', archive, '-d', join(folder, 'portail')])
    const modeOf = (name: string) => statSync(join(folder, 'portail', name)).mode & 0o777
    expect(['reglages.env', 'ville.json', 'portail.js', 'nginx.conf'].map(modeOf)).toEqual([0o600, 0o600, 0o644, 0o644])
  })

  // The next test starts it on the server.
  it.each(hasPostgres && isLong ? ['PGlite', 'PostgreSQL'] : ['PGlite'])(
    'starts alone on %s under the town’s name, pairs by itself, and does a whole exchange',
    async (base) => {
      const { client } = desk
      await unpacked(await client.exchange.exportPortal({ address }))
      expect((await client.exchange.state()).awaited?.address).toBe(address)
      expect(await client.exchange.pairExported().catch(sentenceOf)).toContain('ne répond pas')

      await started(base === 'PostgreSQL' ? { PORTAL_DATABASE_URL: await postgresUrl() } : {})
      expect(said.join('')).not.toContain('Code de liaison')
      expect(await (await fetch(address)).text()).toContain('Blainville-sur-Orne')

      await client.exchange.pairExported()
      const { awaited, portal: paired } = await client.exchange.state()
      expect([awaited, paired?.address]).toEqual([null, address])
      expect(said.join('')).toContain(`Clé du portail\u00a0: ${readableKeyId(paired?.portalKey ?? '')}`)
      const state = await client.exchange.now()
      expect([state.failure, state.lastDone?.documents]).toEqual([null, expect.any(Number)])

      expect(await (await fetch(`${address}/sante`)).text()).toBe('ok\n')
      const measures = await (await fetch(`${address}/mesures`)).text()
      expect(measures).toMatch(/^portal_requests_total\{status="2xx"\} [1-9]/m)
      const forwarded = await fetch(`${address}/mesures`, { headers: { 'x-forwarded-for': '203.0.113.7' } })
      expect(forwarded.status).toBe(404)
      const shown = { 'x-forwarded-for': '203.0.113.7', authorization: 'Bearer jeton-des-mesures' }
      expect((await fetch(`${address}/mesures`, { headers: shown })).status).toBe(200)

      await stop()
      expect(portal?.exitCode).toBe(0)
    },
  )

  it('lets no second desk in by the code that one desk put in it', async () => {
    await unpacked(await desk.client.exchange.exportPortal({ address }))
    // Which store is nothing to this: the quicker one.
    await started(hasPostgres ? { PORTAL_DATABASE_URL: await postgresUrl() } : {})
    await desk.client.exchange.pairExported()
    const archive = await desk.client.exchange.exportPortal({ address })
    expect(archive.size).toBeGreaterThan(1_000_000)
    expect(await desk.client.exchange.pairExported().catch(sentenceOf)).toContain('Ce code a déjà servi')
  })

  it('is not made for an address that others could read', async () => {
    const refused = desk.client.exchange.exportPortal({ address: 'http://portail.exemple.fr' })
    expect(await refused.catch(sentenceOf)).toContain('https://')
    expect((await desk.client.exchange.state()).awaited).toBeNull()
  })
})
