import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { count } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { makeBackup } from '../../../main/store/backups/backup.ts'
import { backupsFolder, listBackups } from '../../../main/store/backups/backup-files.ts'
import { openSealedFile, readHead, withFileSource } from '../../../main/store/backups/sealed-file.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { findKey, keyRingPath } from '../../../main/store/key-ring.ts'
import * as schema from '../../../main/store/schema/index.ts'
import { plainSecrets } from '../../../main/store/secrets.ts'
import { CannotOpen, dataFileName, openStore, type Store, systemActor } from '../../../main/store/store.ts'
import { triggers } from '../../../main/store/triggers.ts'
import { instant } from '../../../shared/rules/calendar/day.ts'
import { fillSmallTown } from '../../support/towns/small-town.ts'
import { copyFor, killAt, killMoments } from '../../support/works/kill-at.ts'
import { killedWork } from '../../support/works/killed-work.ts'

const clock = () => instant('2026-11-25T09:00:00.000Z')

const work = killedWork('store-work.ts', (base) => {
  const store = openStore(base, clock)
  fillSmallTown(store)
  store.act(systemActor, 'families.change', 'Du poids', (write) => {
    write.insertMany(
      schema.family,
      Array.from({ length: 6000 }, (_, rank) => ({ name: `Famille ${rank}`, notes: 'x'.repeat(400) })),
    )
  })
  store.close()
})

const reopened = <T>(folder: string, look: (store: Store) => T): T => {
  const store = openStore(folder, clock)
  try {
    expect(checkFile(store.sqlite)).toEqual([])
    return look(store)
  } finally {
    store.close()
  }
}

const isOpened = (folder: string): boolean => {
  try {
    return reopened(folder, () => true)
  } catch (error) {
    if (error instanceof CannotOpen) return false
    throw error
  }
}

describe('a process killed at any moment', { timeout: 100_000 + killMoments * 20_000 }, () => {
  it('leaves a long act whole or not at all', async () => {
    await killAt(
      work.program,
      (turn) => ['longAct', copyFor(turn, work.base)],
      ({ turn, said }) => {
        const { families, notes } = reopened(`${work.base}-${turn}`, ({ db }) => ({
          families: db.select({ rows: count() }).from(schema.family).get()?.rows,
          notes: db.query.family.findFirst({ where: ({ id }, { eq }) => eq(id, 1) }).sync()?.notes,
        }))
        const whole = { families: 6802, notes: 'Fini' }
        const none = { families: 6002, notes: '' }
        expect(said.includes('closed') ? [whole] : [whole, none]).toContainEqual({ families, notes })
      },
    )
  })

  it('loses no act while a backup is made, and leaves only whole backups', async () => {
    await killAt(
      work.program,
      (turn) => ['backup', copyFor(turn, work.base)],
      async ({ turn, said }) => {
        const folder = `${work.base}-${turn}`
        const names = reopened(folder, ({ db }) =>
          db
            .select()
            .from(schema.school)
            .all()
            .map(({ name }) => name),
        )
        const claimed = said.filter((line) => line.startsWith('school')).map((line) => line.replace('school', 'École'))
        expect(names).toEqual(expect.arrayContaining(claimed))
        // One more may have been written and not yet said.
        expect(names.length - claimed.length).toBeLessThanOrEqual(1)
        const backups = listBackups(folder)
        expect(backups.length).toBeGreaterThanOrEqual(said.filter((line) => line.startsWith('backup')).length)
        for (const { name, verified } of backups) {
          expect(verified).toBe(true)
          await withFileSource(join(backupsFolder(folder), name), async (source) => {
            const start = await readHead(source)
            const key = findKey(work.base, plainSecrets, start.head.publicKey)
            if (!key) throw new Error('the key of the work.base is gone')
            await openSealedFile(source, start, key, join(folder, 'opened.sqlite'))
          })
          const sqlite = new Sqlite(join(folder, 'opened.sqlite'), { readonly: true })
          expect(checkFile(sqlite)).toEqual([])
          sqlite.close()
        }
        expect(readdirSync(backupsFolder(folder))).toEqual(backups.map(({ name }) => name).toSorted())
        expect(readdirSync(folder).filter((name) => name.includes('en-cours'))).toEqual([])
      },
    )
  })

  it('takes a backup back whole or not at all, and the file before is kept', async () => {
    const store = openStore(work.base, clock)
    await makeBackup(store)
    store.act(systemActor, 'families.change', 'Une école', (write) => write.insert(schema.school, { name: 'Après' }))
    store.close()
    await killAt(
      work.program,
      (turn) => {
        const folder = copyFor(turn, work.base)
        cpSync(keyRingPath(work.base), keyRingPath(folder))
        return ['restore', folder]
      },
      ({ turn, said }) => {
        const folder = `${work.base}-${turn}`
        const { names, closed } = reopened(folder, ({ db, key }) => ({
          names: db
            .select()
            .from(schema.school)
            .all()
            .map(({ name }) => name),
          closed: key.closed,
        }))
        expect(said.includes('restored') ? [[]] : [[], ['Après']]).toContainEqual(names)
        expect(closed).toBeNull()
        const isAside = listBackups(folder).some(({ reason }) => reason === 'replaced')
        expect(names.length === 0 && !isAside).toBe(false)
        expect(readdirSync(folder).filter((name) => /en-cours|a-reprendre/.test(name))).toEqual([])
      },
    )
  })

  it('leaves a migration whole or not at all', async () => {
    const migrationsFolder = nextVersion()
    await killAt(
      work.program,
      (turn) => ['migration', copyFor(turn, work.base), migrationsFolder],
      ({ turn, said }) => {
        const folder = `${work.base}-${turn}`
        const sqlite = new Sqlite(join(folder, dataFileName))
        const migrated = sqlite
          .prepare(`select count(*) from pragma_table_info('family') where name = 'nickname'`)
          .pluck()
          .get()
        expect(said.includes('migrated') ? [1] : [0, 1]).toContain(migrated)
        expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok')
        expect(sqlite.pragma('foreign_key_check')).toEqual([])
        expect(sqlite.prepare('select count(*) from family').pluck().get()).toBe(6002)
        expect(sqlite.prepare('select count(*) from registration').pluck().get()).toBe(3)
        expect(sqlite.prepare(`select count(*) from sqlite_master where type = 'trigger'`).pluck().get()).toBe(
          triggers.length,
        )
        sqlite.close()
        const backups = listBackups(folder)
          .filter(({ reason }) => reason !== 'asked')
          .map(({ reason, verified }) => ({ reason, verified }))
        const copies = [{ reason: 'migration', verified: true }]
        expect(migrated === 1 ? [copies] : [[], copies]).toContainEqual(backups)
        // This version opens the old file, and refuses the new one.
        const state = isOpened(folder) ? 'old' : 'new'
        expect(state).toBe(migrated === 1 ? 'new' : 'old')
      },
    )
  })
})

/** The shipped migrations and one more, which rebuilds the families. */
const nextVersion = (): string => {
  const folder = join(work.root, 'migrations')
  cpSync(join(import.meta.dirname, '../../../main/store/migrations'), folder, { recursive: true })
  const journalPath = join(folder, 'meta/_journal.json')
  const journal = JSON.parse(readFileSync(journalPath, 'utf8')) as { entries: object[] }
  journal.entries.push({ idx: 99, version: '6', when: 9_999_999_999_999, tag: '9999_next', breakpoints: true })
  writeFileSync(journalPath, JSON.stringify(journal))
  const sqlite = new Sqlite(join(work.base, dataFileName), { readonly: true })
  const made =
    sqlite
      .prepare<[], string>(`select sql from sqlite_master where type = 'table' and name = 'family'`)
      .pluck()
      .get() ?? ''
  const columns = sqlite.prepare<[], string>(`select name from pragma_table_info('family')`).pluck().all().join(', ')
  sqlite.close()
  const statements = [
    made.replace('family', '__new_family').replace('(', '(nickname text, '),
    `INSERT INTO __new_family (${columns}) SELECT ${columns} FROM family`,
    'DROP TABLE family',
    'ALTER TABLE __new_family RENAME TO family',
  ]
  writeFileSync(join(folder, '9999_next.sql'), statements.join(';\n--> statement-breakpoint\n'))
  return folder
}
