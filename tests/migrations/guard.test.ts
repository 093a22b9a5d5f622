import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { migrate } from '../../main/store/migrate.ts'
import { triggers } from '../../main/store/triggers.ts'
import { aDataFolder } from '../support/machine/data-folder.ts'

// The triggers of the application name tables that these small files must have.
const first = [
  'CREATE TABLE `act` (`id` integer PRIMARY KEY, `label` text, `state` text);',
  'CREATE TABLE `file_fact` (`key` text PRIMARY KEY, `value` text);',
  ...[...new Set(triggers.map(({ sql }) => / on (\w+)/.exec(sql)?.[1] ?? ''))]
    .filter((name) => name !== 'act')
    .map((name) => `CREATE TABLE \`${name}\` (\`id\` integer PRIMARY KEY, \`act_id\` integer REFERENCES act(id) ON DELETE CASCADE, ${columns(name)});`),
]
function columns(table: string) {
  return {
    family: 'name, home_phone',
    guardian: 'first_name, last_name, mobile_phone, work_phone',
    child: 'first_name, last_name',
    audit: 'entity, entity_id, operation, before, after',
    payment: 'amount_cents, family_id, receipt_year, receipt_number, means, received_on, cancelled_at',
  }[table] ?? 'state, invoice_id'
}

/** A folder of migrations as drizzle-kit writes it. */
const migrationsOf = (...migrations: readonly (readonly string[])[]): string => {
  const folder = aDataFolder()
  mkdirSync(join(folder, 'meta'))
  const entries = migrations.map((statements, idx) => {
    const tag = `000${idx}_step`
    writeFileSync(join(folder, `${tag}.sql`), statements.join('\n--> statement-breakpoint\n'))
    return { idx, version: '6', when: 1000 + idx, tag, breakpoints: true }
  })
  writeFileSync(join(folder, 'meta/_journal.json'), JSON.stringify({ version: '7', dialect: 'sqlite', entries }))
  return folder
}

const aFile = () => {
  const sqlite = new Sqlite(':memory:')
  sqlite.pragma('foreign_keys = ON')
  onTestFinished(() => void sqlite.close())
  let copies = 0
  const to = (migrationsFolder: string) => migrate(sqlite, { migrationsFolder, makeCopy: () => (copies += 1) })
  return { sqlite, to, copies: () => copies }
}

const withData = () => {
  const file = aFile()
  file.to(migrationsOf(first))
  file.sqlite.exec(`insert into act (label, state) values ('un', 'open'), ('deux', 'open')`)
  file.sqlite.exec(`insert into audit (act_id) values (1), (1), (2)`)
  return file
}

const everything = (sqlite: Sqlite.Database) =>
  ['act', 'audit', 'sqlite_master', '__drizzle_migrations'].map((table) => sqlite.prepare(`select * from ${table}`).all())

const rebuilt = [
  'PRAGMA foreign_keys=OFF;',
  'CREATE TABLE `__new_act` (`id` integer PRIMARY KEY, `label` text NOT NULL, `state` text);',
  'INSERT INTO `__new_act`(`id`, `label`, `state`) SELECT `id`, `label`, `state` FROM `act`;',
  'DROP TABLE `act`;',
  'ALTER TABLE `__new_act` RENAME TO `act`;',
  'PRAGMA foreign_keys=ON;',
]

const fullDisk = () => {
  throw Object.assign(new Error('full'), { code: 'SQLITE_FULL' })
}

describe('a migration', () => {
  it('that rebuilds a table keeps its child rows, its locks and its foreign keys', () => {
    const { sqlite, to, copies } = withData()
    to(migrationsOf(first, rebuilt))
    expect(sqlite.prepare('select id, act_id from audit').all()).toHaveLength(3)
    expect(sqlite.prepare(`select count(*) from sqlite_master where type = 'trigger'`).pluck().get()).toBe(triggers.length)
    expect(sqlite.pragma('foreign_keys', { simple: true })).toBe(1)
    expect(copies()).toBe(1)
  })

  it.each<[string, readonly string[]]>([
    ['fails half way', ['ALTER TABLE audit ADD COLUMN extra text;', 'DROP TABLE nowhere;']],
    ['loses rows', ['DELETE FROM audit WHERE id = 1;']],
    ['leaves orphans', ['DELETE FROM act WHERE id = 1;']],
    ['loses rows while it rebuilds', rebuilt.map((line) => line.replace('FROM `act`;', 'FROM `act` WHERE id = 1;'))],
    ['drops what a lock needs', ['DROP TABLE audit;']],
  ])('that %s changes nothing, and says so', (_, statements) => {
    const { sqlite, to, copies } = withData()
    const before = everything(sqlite)
    expect(() => to(migrationsOf(first, statements))).toThrow('Rien n’a été modifié')
    expect(everything(sqlite)).toEqual(before)
    expect(sqlite.pragma('foreign_keys', { simple: true })).toBe(1)
    expect(copies()).toBe(1)
  })

  it('is not begun when the copy before it cannot be made', () => {
    const { sqlite } = withData()
    const before = everything(sqlite)
    expect(() => migrate(sqlite, { migrationsFolder: migrationsOf(first, rebuilt), makeCopy: fullDisk })).toThrow('full')
    expect(everything(sqlite)).toEqual(before)
  })

  it('is not run twice, and a new file needs no copy', () => {
    const { to, copies } = withData()
    to(migrationsOf(first))
    expect(copies()).toBe(0)
  })
})

describe('a file', () => {
  it('of a newer version is refused and left unchanged', () => {
    const { sqlite, to } = withData()
    to(migrationsOf(first, rebuilt))
    const before = everything(sqlite)
    expect(() => to(migrationsOf(first))).toThrow('version plus récente')
    expect(everything(sqlite)).toEqual(before)
  })

  it('of another branch of versions is refused', () => {
    const { to } = withData()
    expect(() => to(migrationsOf([...first, 'CREATE TABLE other (id integer);']))).toThrow('version plus récente')
  })

  it('of another program is refused', () => {
    const { sqlite, to } = aFile()
    sqlite.exec('create table contacts (id integer)')
    expect(() => to(migrationsOf(first))).toThrow('n’est pas un fichier d’Espace Jeunesse')
  })

  it('with missing triggers gets them back', () => {
    const { sqlite, to } = withData()
    sqlite.exec('drop trigger audit_kept')
    to(migrationsOf(first))
    expect(() => sqlite.exec('update audit set act_id = 2')).toThrow('never edited')
  })
})
