import { spawnSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { Client } from 'pg'
import { afterAll } from 'vitest'
import { openPortalStore, type PortalStore } from '../../main/portal/store.ts'

/** A PostgreSQL that tests started, and its databases. */
type Server = { readonly url: (database: string) => string; stop(): void }

const binaries = '/usr/lib/postgresql/17/bin'
export const hasPostgres = existsSync(`${binaries}/initdb`)
if (!hasPostgres) console.error(`\nSKIPPED: no PostgreSQL 17 in ${binaries} (apt-get install postgresql-17).\n`)

/** Migrated once per schema and kept in the temporary folder: an embedded store takes seconds to make, a copy 0.4 s. */
const emptyCopy = async (): Promise<Blob> => {
  const folder = resolve(import.meta.dirname, '../../main/portal/migrations')
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(join(folder, file)))
  const path = join(tmpdir(), `portal-empty-${hash.digest('hex').slice(0, 16)}.tar`)
  if (!existsSync(path)) {
    const client = await PGlite.create()
    await openPortalStore({ client })
    const own = `${path}.${randomUUID()}`
    writeFileSync(own, Buffer.from(await (await client.dumpDataDir('none')).arrayBuffer()))
    renameSync(own, path)
    await client.close()
  }
  return new Blob([readFileSync(path)])
}

export const embeddedStore = async (): Promise<PortalStore> =>
  openPortalStore({ client: await PGlite.create({ loadDataDir: await emptyCopy() }) })

let server: Server | undefined
// A worker of vitest ends without an `exit` event: the file that started the server stops it.
afterAll(() => server?.stop())

/** PostgreSQL refuses to run as root: then it runs as the account that Debian made for it. */
const startServer = (): Server => {
  const folder = mkdtempSync(join(tmpdir(), 'portal-postgres-'))
  const isRoot = userInfo().uid === 0
  const run = (name: string, ...options: string[]) => {
    const command = [join(binaries, name), ...options]
    const [program = '', ...rest] = isRoot
      ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', ...command]
      : command
    const { status, stderr } = spawnSync(program, rest, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] })
    if (status !== 0) throw new Error(`${name}: ${stderr}`)
  }
  if (isRoot) {
    chownSync(folder, postgresId('-u'), postgresId('-g'))
  }
  const data = join(folder, 'data')
  run('initdb', '-D', data, '-U', 'app', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C.UTF-8')
  run(
    'pg_ctl',
    '-D',
    data,
    '-w',
    '-l',
    join(folder, 'log'),
    '-o',
    `-c listen_addresses='' -k ${folder} -p 55432 -c fsync=off`,
    'start',
  )
  return {
    url: (database) => `postgresql://app@/${database}?host=${folder}&port=55432`,
    stop() {
      run('pg_ctl', '-D', data, '-m', 'immediate', 'stop')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const postgresId = (of: '-u' | '-g') => Number(spawnSync('id', [of, 'postgres'], { encoding: 'utf8' }).stdout)

/** A database of its own on the tests' server, which starts with the first one asked for. */
export const postgresUrl = async (): Promise<string> => {
  server ??= startServer()
  const name = `portal_${randomUUID().replaceAll('-', '')}`
  const client = new Client({ connectionString: server.url('postgres') })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return server.url(name)
}

const postgresStore = async (): Promise<PortalStore> => openPortalStore({ url: await postgresUrl() })

/** The same tests on both: `describe.each(stores)('… on %s', (_, open) => …)`. */
export const stores: [name: string, open: () => Promise<PortalStore>][] = [
  ['PGlite', embeddedStore],
  ...(hasPostgres ? [['PostgreSQL', postgresStore] satisfies [string, () => Promise<PortalStore>]] : []),
]
