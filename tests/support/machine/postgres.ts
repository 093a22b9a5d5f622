import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'

const binaries = '/usr/lib/postgresql/17/bin'
export const hasPostgres = existsSync(`${binaries}/initdb`)

/** The variable by which the processes of a run know the address of its server. */
export const postgresVariable = 'TEST_POSTGRES'

/** A PostgreSQL of its own in the temporary folder. */
export type Postgres = {
  /** The address of its first database, as `newDatabase` expects it. */
  readonly address: string
  stop(): void
}

/** Makes a database on the server of this address. @returns its address */
export const newDatabase = async (address: string): Promise<string> => {
  const name = `portal_${randomUUID().replaceAll('-', '')}`
  const client = new Client({ connectionString: address })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return address.replace('/postgres?', `/${name}?`)
}

/** @param isSafe writes through to the disk, as the server of a town does; tests do not */
export const startPostgres = ({ isSafe }: { isSafe: boolean }): Postgres => {
  const folder = mkdtempSync(join(tmpdir(), 'portal-postgres-'))
  // PostgreSQL refuses to run as root: then it runs as the account that Debian made for it.
  const isRoot = userInfo().uid === 0
  const run = (name: string, ...options: string[]) => {
    const command = [join(binaries, name), ...options]
    const [program = '', ...rest] = isRoot
      ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', ...command]
      : command
    const { status, stderr } = spawnSync(program, rest, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] })
    if (status !== 0) throw new Error(`${name}: ${stderr}`)
  }
  if (isRoot) chownSync(folder, postgresId('-u'), postgresId('-g'))
  const data = join(folder, 'data')
  const settings = `-c listen_addresses='' -k ${folder} -p 55432${isSafe ? '' : ' -c fsync=off'}`
  run('initdb', '-D', data, '-U', 'app', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C.UTF-8')
  run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start')
  return {
    address: `postgresql://app@/postgres?host=${folder}&port=55432`,
    stop() {
      run('pg_ctl', '-D', data, '-m', 'immediate', 'stop')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const postgresId = (of: '-u' | '-g') => Number(spawnSync('id', [of, 'postgres'], { encoding: 'utf8' }).stdout)
