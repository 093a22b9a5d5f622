import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import Sqlite from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkFile } from '../../main/store/checking/check.ts'
import { migrate, schemaOf } from '../../main/store/migrate.ts'
import * as schema from '../../main/store/schema/index.ts'
import { openStore, systemActor } from '../../main/store/store.ts'
import { instant } from '../../shared/rules/calendar/day.ts'
import { aDataFolder } from '../support/machine/data-folder.ts'
import { fillSmallTown } from '../support/towns/small-town.ts'

const migrationsFolder = join(import.meta.dirname, '../../main/store/migrations')
const journal = JSON.parse(readFileSync(join(migrationsFolder, 'meta/_journal.json'), 'utf8')) as {
  entries: { tag: string }[]
}

/** A file as the version before one of the migrations left it. */
const aFileBefore = (position: number): Sqlite.Database => {
  const sqlite = new Sqlite(':memory:')
  onTestFinished(() => void sqlite.close())
  sqlite.pragma('foreign_keys = ON')
  if (position === 0) return sqlite
  sqlite.exec('create table __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)')
  for (const { sql, hash, folderMillis } of readMigrationFiles({ migrationsFolder }).slice(0, position)) {
    for (const statement of sql) sqlite.exec(statement)
    sqlite.prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)').run(hash, folderMillis)
  }
  return sqlite
}

/** What each migration finds in a file of the version before it, and what the newest version must say of it after. */
const stories: Readonly<Record<string, { before: (sqlite: Sqlite.Database) => void; after: (sqlite: Sqlite.Database) => void }>> = {
  '0000_first': {
    before: () => undefined,
    after: (sqlite) => expect(sqlite.prepare('select count(*) from act').pluck().get()).toBe(0),
  },
  '0001_search': {
    before: (sqlite) => {
      sqlite.exec(`insert into act (kind, label, actor, actor_name, started_at, state, closed_at)
        values ('test', 'Avant', 'system', 'x', '2026-11-25T08:00:00.000Z', 'closed', '2026-11-25T08:00:00.000Z')`)
      sqlite.exec(`insert into school (name) values ('École Jules-Verne')`)
    },
    after: (sqlite) => expect(sqlite.prepare('select name from school').pluck().all()).toEqual(['École Jules-Verne']),
  },
  '0002_stopped_mails_and_network': {
    before: (sqlite) => {
      sqlite.exec(`insert into act (kind, label, actor, actor_name, started_at, state, closed_at)
        values ('test', 'Avant', 'system', 'x', '2026-11-25T08:00:00.000Z', 'closed', '2026-11-25T08:00:00.000Z')`)
      sqlite.exec(`insert into guardian (last_name, first_name, act_id) values ('Aubry', 'Claire', 1)`)
      sqlite.exec(`insert into portal_account (guardian_id, invitation_id, invitation_by, invited_at, act_id)
        values (1, 'w1', 'mail', '2026-11-25T08:00:00.000Z', 1)`)
      sqlite.exec(`insert into portal_settings (id, night_at, automatic) values (1, '02:00', '{}')`)
    },
    after: (sqlite) => {
      expect(sqlite.prepare('select unwanted_mails from portal_account').pluck().all()).toEqual(['[]'])
      expect(sqlite.prepare('select proxy, certificate_authority from portal_settings').raw().all()).toEqual([['', '']])
    },
  },
  '0003_profession_and_employer': {
    before: (sqlite) => {
      sqlite.exec(`insert into act (kind, label, actor, actor_name, started_at, state, closed_at)
        values ('test', 'Avant', 'system', 'x', '2026-11-25T08:00:00.000Z', 'closed', '2026-11-25T08:00:00.000Z')`)
      sqlite.exec(`insert into guardian (last_name, first_name, work_phone, act_id)
        values ('Aubry', 'Claire', '02 61 91 55 20', 1)`)
    },
    after: (sqlite) =>
      expect(sqlite.prepare('select last_name, work_phone, profession, employer from guardian').raw().all()).toEqual([
        ['Aubry', '02 61 91 55 20', '', ''],
      ]),
  },
}

describe('every migration has its story', () => {
  it.each(journal.entries.map(({ tag }, position) => [tag, position] as const))('%s', (tag, position) => {
    const story = stories[tag]
    if (!story) throw new Error(`write the story of ${tag}`)
    const sqlite = aFileBefore(position)
    story.before(sqlite)
    migrate(sqlite, { makeCopy: () => undefined })
    story.after(sqlite)
    expect(checkFile(sqlite).filter(({ kind }) => kind === 'damage')).toEqual([])
  })
})

describe('the migrations together', () => {
  it('make the tables and columns that the code names', () => {
    const sqlite = new Sqlite(':memory:')
    onTestFinished(() => void sqlite.close())
    migrate(sqlite, { makeCopy: () => undefined })
    const db = drizzle(sqlite, { schema, casing: 'snake_case' })
    for (const query of Object.values(db.query)) expect((query as typeof db.query.act).findMany().sync()).toEqual([])
    expect(schemaOf(sqlite).length).toBeGreaterThan(50)
  })

  it('make a file that the judge finds sound, empty and filled', () => {
    const store = openStore(aDataFolder(), () => instant('2026-11-25T08:00:00.000Z'))
    onTestFinished(() => store.close())
    expect(checkFile(store.sqlite)).toEqual([])
    fillSmallTown(store)
    store.act(systemActor, 'families.change', 'Un nom', (write) => write.insert(schema.school, { name: 'École' }))
    expect(checkFile(store.sqlite)).toEqual([])
  })
})
