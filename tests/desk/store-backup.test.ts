import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openDesk } from '../../main/desk/desk.ts'
import {
  type Backup,
  checkStore,
  listBackups,
  makeBackup,
  makeDailyBackup,
  restoreBackup,
  restoreFromBytes,
} from '../../main/store/backup.ts'
import { backupsFolder, kept } from '../../main/store/backup-files.ts'
import { checkFile } from '../../main/store/check.ts'
import * as schema from '../../main/store/schema/index.ts'
import { openStore, type Store, system } from '../../main/store/store.ts'
import { addDays, day, dayAt, type Instant, instantOf, mondayOf, timeOfDay } from '../../shared/rules/day.ts'
import { aDataFolder } from '../support/data-folder.ts'
import { fillSmallTown } from '../support/small-town.ts'

const at = (on: string, time = '10:00'): Instant => instantOf(day(on), timeOfDay(time))

const aTown = () => {
  let now = at('2026-11-25')
  const store = openStore(aDataFolder(), () => now)
  onTestFinished(() => store.close())
  fillSmallTown(store)
  return { store, set: (instant: Instant) => (now = instant) }
}

const addSchool = (store: Store, name: string) =>
  store.act(system, 'test', 'Une école', (write) => write.insert(schema.school, { name }))
const schools = (store: Store) =>
  store.db
    .select()
    .from(schema.school)
    .all()
    .map(({ name }) => name)
const bytesOf = (store: Store, { name }: Backup) => readFileSync(join(backupsFolder(store.dataDir), name))

describe('a backup', () => {
  it('is one sound file, listed with its date, its size and that it was verified', async () => {
    const { store } = aTown()
    const told: number[] = []
    const backup = await makeBackup(store, { onProgress: (done) => told.push(done) })
    expect(listBackups(store)).toEqual([backup])
    expect(backup).toMatchObject({ at: at('2026-11-25'), reason: 'asked', verified: true })
    expect(backup.sizeBytes).toBe(bytesOf(store, backup).length)
    expect(told.at(-1)).toBe(1)
    expect(readdirSync(backupsFolder(store.dataDir))).toEqual([backup.name])
  })

  it('holds the act that was closed while it was made, and takes back the one that was not', async () => {
    const { store } = aTown()
    const act = store.longAct(system, 'test', 'Long')
    await act.slices([1, 2], (write, rank) => void write.insert(schema.school, { name: `École ${rank}` }))
    const backup = await makeBackup(store)
    act.close((write) => write.insert(schema.school, { name: 'École 3' }))
    expect(schools(store)).toHaveLength(3)
    await restoreBackup(store, backup.name)
    expect(schools(store)).toEqual([])
    expect(checkFile(store.sqlite)).toEqual([])
  })

  it('lets the desk write between its steps, and copies what it wrote', async () => {
    const { store } = aTown()
    store.act(system, 'test', 'Du poids', (write) => {
      for (let rank = 0; rank < 2000; rank += 1)
        write.insert(schema.school, { name: `École ${rank} ${'x'.repeat(1000)}` })
    })
    let steps = 0
    const backup = await makeBackup(store, {
      onProgress: () => {
        steps += 1
        if (steps < 4) addSchool(store, `Pendant ${steps}`)
      },
    })
    expect(steps).toBeGreaterThan(4)
    const copy = new Sqlite(join(backupsFolder(store.dataDir), backup.name), { readonly: true })
    onTestFinished(() => void copy.close())
    expect(copy.prepare(`select count(*) from school where name like 'Pendant%'`).pluck().get()).toBe(3)
  })

  it('is made once a day by itself', async () => {
    const { store, set } = aTown()
    expect(await makeDailyBackup(store)).toMatchObject({ reason: 'daily', verified: true })
    set(at('2026-11-25', '23:30'))
    expect(await makeDailyBackup(store)).toBeNull()
    set(at('2026-11-26', '00:10'))
    expect(await makeDailyBackup(store)).toMatchObject({ reason: 'daily' })
    expect(listBackups(store)).toHaveLength(2)
  })

  it('is not made by itself of a file where no service was set up yet', async () => {
    const empty = openStore(aDataFolder(), () => at('2026-11-25'))
    onTestFinished(() => empty.close())
    expect(await makeDailyBackup(empty)).toBeNull()
    expect(listBackups(empty)).toEqual([])
  })

  it('of a file with a contradiction is kept, and not called verified', async () => {
    const { store } = aTown()
    store.sqlite.exec('update reservation set surcharge_cents = -1 where id = 1')
    expect(await makeBackup(store)).toMatchObject({ verified: false })
    expect(listBackups(store)).toMatchObject([{ verified: false }])
    expect(await checkStore(store)).toMatchObject([{ kind: 'fact', table: 'reservation', id: 1 }])
  })

  it('is refused while another is made', async () => {
    const { store } = aTown()
    const first = makeBackup(store)
    await expect(makeBackup(store)).rejects.toThrow('déjà en cours')
    await first
    expect(listBackups(store)).toHaveLength(1)
  })

  it('leaves nothing behind when its copy fails', async () => {
    const { store } = aTown()
    const failing = makeBackup(store, {
      onProgress: () => {
        throw Object.assign(new Error('full'), { code: 'SQLITE_FULL' })
      },
    })
    await expect(failing).rejects.toThrow('Le disque est plein')
    expect(readdirSync(backupsFolder(store.dataDir))).toEqual([])
  })
})

describe('the desk while it is open', () => {
  it('makes the backup of each day by itself, after a restore too, and none once closed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    let now = at('2026-11-25')
    const dataDir = aDataFolder()
    const logged: string[] = []
    const desk = await openDesk({
      dataDir,
      exampleDir: aDataFolder(),
      clock: () => now,
      log: (line) => logged.push(line),
    })
    const { store } = desk.core
    const madeOn = () => listBackups(store).flatMap((one) => (one.reason === 'daily' ? [dayAt(one.at)] : []))
    fillSmallTown(store)
    vi.advanceTimersByTime(60_000)
    await vi.waitFor(() => expect(madeOn()).toEqual(['2026-11-25']), 20_000)
    await restoreBackup(store, listBackups(store)[0]?.name ?? '')
    now = at('2026-11-26', '01:00')
    vi.advanceTimersByTime(3_600_000)
    await vi.waitFor(() => expect(madeOn()).toContain('2026-11-26'), 20_000)
    await desk.close()
    now = at('2026-11-27')
    vi.advanceTimersByTime(24 * 3_600_000)
    expect(madeOn()).not.toContain('2026-11-27')
    expect(logged).toEqual([])
  })
})

describe('taking a backup back', () => {
  it('brings the file of that day, and keeps the present one', async () => {
    const { store } = aTown()
    addSchool(store, 'Avant')
    const backup = await makeBackup(store)
    addSchool(store, 'Après')
    const heard: string[][] = []
    store.onChange((tables) => heard.push([...tables]))
    expect(await restoreBackup(store, backup.name)).toEqual([])
    expect(schools(store)).toEqual(['Avant'])
    expect(heard).toEqual([['*']])
    const aside = listBackups(store).find(({ reason }) => reason === 'replaced')
    await restoreBackup(store, aside?.name ?? '')
    expect(schools(store)).toEqual(['Avant', 'Après'])
  })

  it('works from the bytes of a file, on an empty service', async () => {
    const { store } = aTown()
    addSchool(store, 'Avant')
    const bytes = bytesOf(store, await makeBackup(store))
    const empty = openStore(aDataFolder(), () => at('2026-11-26'))
    onTestFinished(() => empty.close())
    expect(await restoreFromBytes(empty, bytes)).toEqual([])
    expect(schools(empty)).toEqual(['Avant'])
    addSchool(empty, 'Après')
    expect(checkFile(empty.sqlite)).toEqual([])
  })

  it.each<[string, (bytes: Buffer) => Uint8Array, string]>([
    ['a text', () => Buffer.from('Nom;Prénom'), 'n’est pas un fichier d’Espace Jeunesse'],
    ['nothing', () => new Uint8Array(), 'n’est pas un fichier d’Espace Jeunesse'],
    ['half a file', (bytes) => bytes.subarray(0, bytes.length / 2), 'Cette sauvegarde est abîmée'],
    ['a scratched file', (bytes) => Buffer.from(bytes).fill(0xa5, 4096 * 8, 4096 * 20), 'Cette sauvegarde est abîmée'],
    ['another program’s file', () => written('create table contacts (id integer)'), 'n’est pas un fichier'],
  ])('refuses %s and changes nothing', async (_, spoil, sentence) => {
    const { store } = aTown()
    const bytes = bytesOf(store, await makeBackup(store))
    addSchool(store, 'Après')
    await expect(restoreFromBytes(store, spoil(bytes))).rejects.toThrow(sentence)
    expect(schools(store)).toEqual(['Après'])
    expect(listBackups(store)).toHaveLength(1)
    expect(readdirSync(store.dataDir)).not.toContain('a-reprendre.sqlite')
  })

  it('puts the locks back on a file that comes without them or with others', async () => {
    const { store } = aTown()
    const bytes = bytesOf(store, await makeBackup(store))
    const path = join(aDataFolder(), 'x.sqlite')
    writeFileSync(path, bytes)
    const sqlite = new Sqlite(path)
    sqlite.exec('drop trigger audit_kept')
    sqlite.exec('create trigger spy after insert on payment begin delete from allocation; end')
    sqlite.close()
    await restoreFromBytes(store, readFileSync(path))
    expect(() => store.sqlite.exec('update audit set entity_id = 2')).toThrow('never edited')
    expect(store.sqlite.prepare(`select count(*) from sqlite_master where name = 'spy'`).pluck().get()).toBe(0)
  })

  it('knows only names of its own list', async () => {
    const { store } = aTown()
    await expect(restoreBackup(store, '../espace-jeunesse.sqlite')).rejects.toThrow('n’existe plus')
  })
})

const written = (statement: string): Buffer => {
  const sqlite = new Sqlite(':memory:')
  sqlite.exec(statement)
  const bytes = sqlite.serialize()
  sqlite.close()
  return bytes
}

describe('the rotation', () => {
  const backup = fc
    .tuple(
      fc.nat(500),
      fc.constantFrom('08:00', '20:00'),
      fc.boolean(),
      fc.constantFrom('daily' as const, 'asked' as const, 'migration' as const),
    )
    .map(([back, time, verified, reason]) => ({
      at: at(addDays(day('2026-11-25'), -back), time),
      verified,
      reason,
      sizeBytes: 1,
    }))
  const backups = fc
    .array(backup, { minLength: 1, maxLength: 80 })
    .map((list) => list.map((one, rank): Backup => ({ ...one, name: `${rank}` })))

  it('keeps one of each of the last 7 days, 8 weeks and 12 months, a verified one where there is one', () => {
    fc.assert(
      fc.property(backups, (list) => {
        const keep = kept(list)
        const spans: [number, (one: Backup) => string][] = [
          [7, (one) => dayAt(one.at)],
          [8, (one) => mondayOf(dayAt(one.at))],
          [12, (one) => dayAt(one.at).slice(0, 7)],
        ]
        for (const [count, spanOf] of spans) {
          const latest = [...Map.groupBy(list, spanOf)].toSorted(([a], [b]) => b.localeCompare(a)).slice(0, count)
          for (const [, inSpan] of latest) {
            const left = inSpan.filter(({ name }) => keep.has(name))
            expect(left.some(({ verified }) => verified)).toBe(inSpan.some(({ verified }) => verified))
            expect(left.length).toBeGreaterThan(0)
          }
        }
        expect(keep.size).toBeLessThanOrEqual(7 + 8 + 12 + 5 + 5)
      }),
    )
  })

  it('drops nothing more when it is done again', () => {
    fc.assert(
      fc.property(backups, (list) => {
        const left = list.filter(({ name }) => kept(list).has(name))
        expect([...kept(left)].toSorted()).toEqual([...kept(list)].toSorted())
      }),
    )
  })
})
