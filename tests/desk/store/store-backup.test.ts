import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { openDesk } from '../../../main/app/desk.ts'
import { wrapKey } from '../../../main/crypto/data-key.ts'
import {
  type Backup,
  checkStore,
  listBackups,
  makeBackup,
  makeDailyBackup,
  restoreBackup,
  restoreFromBytes,
} from '../../../main/store/backups/backup.ts'
import { backupsFolder, backupsToKeep } from '../../../main/store/backups/backup-files.ts'
import { sealFile } from '../../../main/store/backups/sealed-file.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { PhraseRefused } from '../../../main/store/failures.ts'
import { keyRingPath, writeKeyInfo } from '../../../main/store/key-ring.ts'
import * as schema from '../../../main/store/schema/index.ts'
import { openStore, type Store, systemActor } from '../../../main/store/store.ts'
import { phraseBytes, phraseOf } from '../../../shared/rules/access/recovery-phrase.ts'
import {
  addDays,
  day,
  dayAt,
  type Instant,
  instantOf,
  mondayOf,
  timeOfDay,
} from '../../../shared/rules/calendar/day.ts'
import { aDataFolder } from '../../support/machine/data-folder.ts'
import { aNewStore } from '../../support/new-file.ts'
import { fillSmallTown } from '../../support/towns/small-town.ts'

const at = (on: string, time = '10:00'): Instant => instantOf(day(on), timeOfDay(time))

const aTown = () => {
  let now = at('2026-11-25')
  const store = aNewStore(() => now)
  onTestFinished(() => store.close())
  fillSmallTown(store)
  return { store, set: (instant: Instant) => (now = instant) }
}

const addSchool = (store: Store, name: string) =>
  store.act(systemActor, 'families.change', 'Une école', (write) => write.insert(schema.school, { name }))
const addWeight = (store: Store) =>
  store.act(systemActor, 'families.change', 'Du poids', (write) => {
    for (let rank = 0; rank < 2000; rank += 1)
      write.insert(schema.school, { name: `École ${rank} ${'x'.repeat(1000)}` })
  })
const schools = (store: Store) =>
  store.db
    .select()
    .from(schema.school)
    .all()
    .map(({ name }) => name)
const bytesOf = (store: Store, { name }: Backup) => readFileSync(join(backupsFolder(store.dataDir), name))

/** Another computer: nothing of the first is there. */
const anEmptyService = (): Store => {
  const store = aNewStore(() => at('2026-11-26'))
  onTestFinished(() => store.close())
  return store
}
/** Confirmed, as at the first start. */
const aPhrase = async (store: Store, number = 'K7PM'): Promise<string> => {
  const { key } = store.key
  if (!key) throw new Error('no key')
  const secret = randomBytes(phraseBytes)
  const phrase = await wrapKey(key, secret, { number, madeAt: store.clock() })
  writeKeyInfo(store.sqlite, { publicKey: key.publicKey, phrase })
  return phraseOf(secret).join(' ')
}
const sealedFrom = async (store: Store, path: string): Promise<Uint8Array> => {
  const { info } = store.key
  if (!info) throw new Error('no key')
  await sealFile(path, `${path}.sauvegarde`, info, store.clock())
  return readFileSync(`${path}.sauvegarde`)
}
const headOf = (bytes: Buffer): number => 12 + bytes.readUInt32BE(8) + 32
const exchanged = (bytes: Buffer): Buffer => {
  const [from, length] = [headOf(bytes), 256 * 1024 + 16]
  return Buffer.concat([
    bytes.subarray(0, from),
    bytes.subarray(from + length, from + 2 * length),
    bytes.subarray(from, from + length),
    bytes.subarray(from + 2 * length),
  ])
}

/** As SQLite says it in the middle of a copy. */
const isFull = () => {
  throw Object.assign(new Error('full'), { code: 'SQLITE_FULL' })
}

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
    const act = store.longAct(systemActor, 'families.change', 'Long')
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
    addWeight(store)
    let steps = 0
    const backup = await makeBackup(store, {
      onProgress: () => {
        steps += 1
        if (steps < 4) addSchool(store, `Pendant ${steps}`)
      },
    })
    expect(steps).toBeGreaterThan(4)
    await restoreBackup(store, backup.name)
    expect(schools(store).filter((name) => name.startsWith('Pendant'))).toHaveLength(3)
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
    const empty = aNewStore(() => at('2026-11-25'))
    onTestFinished(() => empty.close())
    expect(await makeDailyBackup(empty)).toBeNull()
    expect(listBackups(empty)).toEqual([])
  })

  it('of a file with a contradiction is kept, but not marked as verified', async () => {
    const { store } = aTown()
    store.sqlite.exec('update reservation set surcharge_cents = -1 where id = 1')
    expect(await makeBackup(store)).toMatchObject({ verified: false })
    expect(listBackups(store)).toMatchObject([{ verified: false }])
    expect(await checkStore(store)).toMatchObject([{ kind: 'fact', table: 'reservation', id: 1 }])
  })

  it('of a file with bytes changed by no act is not marked as verified, and the check reports it', async () => {
    const { store } = aTown()
    expect(await makeBackup(store)).toMatchObject({ verified: true })
    addSchool(store, 'École du Port')
    expect(await checkStore(store)).toEqual([])
    // As a disk does it: nothing that SQLite or any rule would miss.
    store.sqlite.exec(`update family set name = 'Marchanf' where id = 1`)
    expect(await checkStore(store)).toMatchObject([{ kind: 'fact', table: 'family' }])
    const backup = await makeBackup(store)
    expect(backup).toMatchObject({ verified: false })
    expect(await makeBackup(store)).toMatchObject({ verified: false })
    await restoreBackup(store, listBackups(store).find(({ verified }) => verified)?.name ?? '')
    expect(await checkStore(store)).toEqual([])
    expect(await makeBackup(store)).toMatchObject({ verified: true })
  })

  it('knows what acts changed since the last one, those under way then too', async () => {
    const { store } = aTown()
    const act = store.longAct(systemActor, 'families.change', 'Long')
    await act.slices([1, 2], (write, rank) => void write.insert(schema.school, { name: `École ${rank}` }))
    await makeBackup(store)
    addSchool(store, 'École du Lac')
    await act.rollBack()
    const other = store.longAct(systemActor, 'families.change', 'Long encore')
    await other.slices([1, 2], (write, rank) => void write.insert(schema.school, { name: `École ${rank}` }))
    other.close((write) => write.insert(schema.school, { name: 'École 3' }))
    store.act(systemActor, 'families.change', 'Renommée', (write) =>
      write.update(schema.family, 1, { name: 'Marchand-Duval' }),
    )
    expect(await checkStore(store)).toEqual([])
    expect(await makeBackup(store)).toMatchObject({ verified: true })
    expect(await makeBackup(store)).toMatchObject({ verified: true })
  })

  it('asked for while another is made, such as the day’s, comes after it, failed or not', async () => {
    const { store } = aTown()
    const daily = makeDailyBackup(store)
    expect(await makeBackup(store)).toMatchObject({ reason: 'asked', verified: true })
    expect(await daily).toMatchObject({ reason: 'daily' })
    const failing = makeBackup(store, { onProgress: isFull })
    await Promise.all([expect(failing).rejects.toThrow('Le disque est plein'), makeBackup(store)])
    expect(listBackups(store)).toHaveLength(3)
  })

  it('leaves nothing behind when its copy fails', async () => {
    const { store } = aTown()
    await expect(makeBackup(store, { onProgress: isFull })).rejects.toThrow('Le disque est plein')
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

  it('works from the bytes of a file, on an empty service of another computer, by the phrase alone', async () => {
    const { store } = aTown()
    const phrase = await aPhrase(store)
    addSchool(store, 'Avant')
    const bytes = bytesOf(store, await makeBackup(store))
    const empty = anEmptyService()
    expect(await restoreFromBytes(empty, bytes, phrase)).toEqual([])
    expect(empty.key.closed).toBeNull()
    expect(empty.key.key).toEqual(store.key.key)
    expect(schools(empty)).toEqual(['Avant'])
    addSchool(empty, 'Après')
    expect(checkFile(empty.sqlite)).toEqual([])
  })

  const piece = 256 * 1024 + 16
  /**
   * A town with its backup and what was written since: nothing that is refused changes them, so that they serve for
   * all.
   */
  let sound: { store: Store; bytes: Buffer }
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'espace-jeunesse-'))
    const store = aNewStore(() => at('2026-11-25'), join(folder, 'data'))
    fillSmallTown(store)
    addWeight(store)
    const bytes = bytesOf(store, await makeBackup(store))
    addSchool(store, 'Après')
    sound = { store, bytes }
    return () => {
      store.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
  it.each<[string, (bytes: Buffer, store: Store) => Uint8Array, string]>([
    ['a text', () => Buffer.from('Nom;Prénom'), 'n’est pas un fichier d’Espace Jeunesse'],
    ['nothing', () => new Uint8Array(), 'n’est pas un fichier d’Espace Jeunesse'],
    ['half a file', (bytes) => bytes.subarray(0, bytes.length / 2), 'Cette sauvegarde est abîmée'],
    ['a file cut in its head', (bytes) => bytes.subarray(0, 100), 'Cette sauvegarde est abîmée'],
    ['a file without its last byte', (bytes) => bytes.subarray(0, -1), 'Cette sauvegarde est abîmée'],
    [
      'a file without its last piece',
      (bytes) => bytes.subarray(0, headOf(bytes) + piece),
      'Cette sauvegarde est abîmée',
    ],
    ['a file with a byte more', (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]), 'Cette sauvegarde est abîmée'],
    ['a file whose pieces changed places', exchanged, 'Cette sauvegarde est abîmée'],
    ['a scratched head', (bytes) => Buffer.from(bytes).fill(0x30, 80, 84), 'Cette sauvegarde est abîmée'],
    ['a scratched file', (bytes) => Buffer.from(bytes).fill(0xa5, 4096 * 8, 4096 * 20), 'Cette sauvegarde est abîmée'],
    ['a plain file of ours', (_, store) => readFileSync(store.path), 'n’est pas un fichier d’Espace Jeunesse'],
    ['another program’s file', () => written('create table contacts (id integer)'), 'n’est pas un fichier'],
  ])('refuses %s and changes nothing', async (_, spoil, sentence) => {
    const { store, bytes } = sound
    await expect(restoreFromBytes(store, spoil(bytes, store))).rejects.toThrow(sentence)
    expect(schools(store).at(-1)).toBe('Après')
    expect(listBackups(store)).toHaveLength(1)
    expect(readdirSync(store.dataDir)).not.toContain('a-reprendre.sqlite')
  })

  it('puts the locks back on a file that comes without them or with others', async () => {
    const { store } = aTown()
    const path = join(aDataFolder(), 'x.sqlite')
    await store.sqlite.backup(path)
    const sqlite = new Sqlite(path)
    sqlite.exec('drop trigger audit_kept')
    sqlite.exec('create trigger spy after insert on payment begin delete from allocation; end')
    sqlite.close()
    await restoreFromBytes(store, await sealedFrom(store, path))
    expect(() => store.sqlite.exec('update audit set entity_id = 2')).toThrow('audit trail')
    expect(store.sqlite.prepare(`select count(*) from sqlite_master where name = 'spy'`).pluck().get()).toBe(0)
  })

  it('knows only names of its own list', async () => {
    const { store } = aTown()
    await expect(restoreBackup(store, '../espace-jeunesse.sqlite')).rejects.toThrow('n’existe plus')
  })
})

describe('a backup of another computer', () => {
  it('asks for the phrase of its sheet, and changes nothing without it', async () => {
    const { store } = aTown()
    await aPhrase(store)
    const bytes = bytesOf(store, await makeBackup(store))
    const other = anEmptyService()
    const wrong = phraseOf(randomBytes(phraseBytes)).join(' ')
    for (const [typed, sentence] of [
      ['', 'tapez la phrase de secours de la feuille n°\u00a0K7PM du 25/11/2026'],
      ['abeille tulipe', 'La phrase de secours a 15 mots\u00a0: 2 sont tapés.'],
      [wrong, 'Cette phrase n’ouvre pas cette sauvegarde\u00a0: prenez la feuille n°\u00a0K7PM du 25/11/2026.'],
    ] as const) {
      const refused = restoreFromBytes(other, bytes, typed)
      await expect(refused).rejects.toThrow(sentence)
      await expect(refused).rejects.toBeInstanceOf(PhraseRefused)
    }
    expect(listBackups(other)).toEqual([])
    expect(readdirSync(other.dataDir)).not.toContain('a-reprendre.sqlite')
  })

  it('without a confirmed phrase can only be opened on its own computer, and says so', async () => {
    const { store } = aTown()
    const bytes = bytesOf(store, await makeBackup(store))
    await expect(restoreFromBytes(anEmptyService(), bytes, 'abeille')).rejects.toThrow(
      'avant qu’une phrase de secours soit confirmée',
    )
    expect(await restoreFromBytes(store, bytes)).toEqual([])
  })

  it('opens with the phrase of its day; the one confirmed last opens what is made after', async () => {
    const { store } = aTown()
    const first = await aPhrase(store)
    const before = await makeBackup(store)
    const second = await aPhrase(store, 'B2QX')
    await restoreBackup(store, before.name)
    const after = bytesOf(store, await makeBackup(store))
    await expect(restoreFromBytes(anEmptyService(), bytesOf(store, before), second)).rejects.toThrow('n°\u00a0K7PM')
    expect(await restoreFromBytes(anEmptyService(), bytesOf(store, before), first)).toEqual([])
    expect(await restoreFromBytes(anEmptyService(), after, second)).toEqual([])
  })

  it('leaves the backups of the file it replaces open on this computer', async () => {
    const { store } = aTown()
    const phrase = await aPhrase(store)
    const bytes = bytesOf(store, await makeBackup(store))
    const { store: other } = aTown()
    addSchool(other, 'Ailleurs')
    await restoreFromBytes(other, bytes, phrase)
    expect(schools(other)).toEqual([])
    const aside = listBackups(other).find(({ reason }) => reason === 'replaced')
    await restoreBackup(other, aside?.name ?? '')
    expect(schools(other)).toEqual(['Ailleurs'])
  })
})

describe('what lies in the folder of backups', () => {
  it('can be read by nobody, nor gives a key', async () => {
    const { store } = aTown()
    const phrase = await aPhrase(store)
    addSchool(store, 'École des Tilleuls')
    const backup = await makeBackup(store)
    await restoreBackup(store, backup.name)
    const names = readdirSync(backupsFolder(store.dataDir))
    expect(names).toHaveLength(2)
    const key = store.key.key?.bytes ?? Buffer.alloc(0)
    for (const name of names) {
      const bytes = readFileSync(join(backupsFolder(store.dataDir), name))
      for (const secret of [
        'Tilleuls',
        'SQLite',
        key,
        key.toString('base64'),
        ...phrase.split(' ').map((word) => `${word} `),
      ])
        expect(bytes.includes(secret)).toBe(false)
    }
    expect(readdirSync(store.dataDir).filter((name) => name.includes('en-cours'))).toEqual([])
  })

  it('is made too where the key was lost, and opens by the phrase', async () => {
    const { store } = aTown()
    const phrase = await aPhrase(store)
    addSchool(store, 'Avant')
    const { dataDir } = store
    store.close()
    rmSync(keyRingPath(dataDir))
    const keyless = openStore(dataDir, () => at('2026-11-26'))
    onTestFinished(() => keyless.close())
    expect(keyless.key.closed).toContain('ce poste n’a plus leur clé')
    const bytes = bytesOf(keyless, await makeBackup(keyless))
    const other = anEmptyService()
    expect(await restoreFromBytes(other, bytes, phrase)).toEqual([])
    expect(schools(other)).toEqual(['Avant'])
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
        const keep = backupsToKeep(list)
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
        const left = list.filter(({ name }) => backupsToKeep(list).has(name))
        expect([...backupsToKeep(left)].toSorted()).toEqual([...backupsToKeep(list)].toSorted())
      }),
    )
  })
})
