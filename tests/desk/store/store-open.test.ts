import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkFile } from '../../../main/store/checking/check.ts'
import { storeSentence } from '../../../main/store/failures.ts'
import * as schema from '../../../main/store/schema/index.ts'
import { CannotOpen, dataFileName, openStore, systemActor } from '../../../main/store/store.ts'
import { instant } from '../../../shared/rules/calendar/day.ts'
import { aDataFolder } from '../../support/machine/data-folder.ts'
import { aNewStore } from '../../support/new-file.ts'
import { fillSmallTown } from '../../support/towns/small-town.ts'

const clock = () => instant('2026-11-25T08:00:00.000Z')
const isRoot = process.getuid?.() === 0

/** The sentence that opening is refused with. */
const refusal = (folder: string): string => {
  try {
    openStore(folder, clock).close()
  } catch (error) {
    if (error instanceof CannotOpen) return error.message
    throw error
  }
  return 'open'
}

const aTown = (): string => {
  const folder = aDataFolder()
  const store = aNewStore(clock, folder)
  fillSmallTown(store)
  store.close()
  return folder
}

it.skipIf(process.platform === 'win32')('a data folder is closed to the other accounts of the machine', () => {
  const folder = aDataFolder()
  chmodSync(folder, 0o755)
  openStore(folder, clock).close()
  expect(statSync(folder).mode & 0o777).toBe(0o700)
})

describe('opening says in one sentence', () => {
  it('that the data is in use, and releases it when it is closed', () => {
    const folder = aDataFolder()
    const store = openStore(folder, clock)
    expect(refusal(folder)).toContain('déjà ouvert')
    store.close()
    expect(refusal(folder)).toBe('open')
  })

  it('that the file is no file of ours, and lets go of the folder', () => {
    const folder = aDataFolder()
    writeFileSync(join(folder, dataFileName), 'Nom;Prénom\n'.repeat(2000))
    expect(refusal(folder)).toContain('n’est pas un fichier d’Espace Jeunesse')
    rmSync(join(folder, dataFileName))
    expect(refusal(folder)).toBe('open')
  })

  it('that a file emptied beside its backups is damaged, where one of no length alone is new', () => {
    const folder = aDataFolder()
    writeFileSync(join(folder, dataFileName), '')
    expect(refusal(folder)).toBe('open')
    writeFileSync(join(folder, dataFileName), '')
    mkdirSync(join(folder, 'sauvegardes'))
    expect(refusal(folder)).toContain('abîmé')
  })

  it('that a file of another program is not ours, without touching it', () => {
    const folder = aDataFolder()
    const sqlite = new Sqlite(join(folder, dataFileName))
    sqlite.exec('create table contacts (id integer)')
    sqlite.close()
    expect(refusal(folder)).toContain('n’est pas un fichier d’Espace Jeunesse')
  })

  it('that the data comes from a newer version', () => {
    const folder = aTown()
    const sqlite = new Sqlite(join(folder, dataFileName))
    sqlite.exec(`insert into __drizzle_migrations (hash, created_at) values ('future', 9999999999999)`)
    sqlite.close()
    expect(refusal(folder)).toContain('version plus récente')
  })

  it('that the file is damaged, when the last session was cut off', () => {
    const folder = aTown()
    const path = join(folder, dataFileName)
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.fill(0xa5, 4096 * 6, 4096 * 30))
    writeFileSync(join(folder, 'session-ouverte'), '')
    expect(refusal(folder)).toContain('abîmé')
  })

  it('that the file is damaged, when it cannot be read at all', () => {
    const folder = aTown()
    const path = join(folder, dataFileName)
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.fill(0xa5, 100, 4096))
    expect(refusal(folder)).toContain('abîmé')
  })

  it('nothing about a broken lock, which keeps nobody out', () => {
    const folder = aTown()
    writeFileSync(join(folder, 'lock.sqlite'), 'x'.repeat(5000))
    expect(refusal(folder)).toBe('open')
  })

  it('that it may not write in the folder', () => {
    const folder = aTown()
    chmodSync(folder, 0o555)
    chmodSync(join(folder, dataFileName), 0o444)
    const script = join(import.meta.dirname, '../../support/works/open-store.ts')
    // Root may write everywhere: « nobody » tries.
    const said = execFileSync(process.execPath, [script, folder], { encoding: 'utf8', ...(isRoot && { uid: 65_534 }) })
    chmodSync(folder, 0o755)
    expect(said).toContain('ne peut pas écrire dans le dossier des données')
  })

  it('that the folder is no folder', () => {
    const path = join(aDataFolder(), 'note.txt')
    writeFileSync(path, '')
    expect(refusal(path)).toContain('ne peut pas écrire dans le dossier des données')
  })

  it.skipIf(!isRoot || !canMount())('that the disk is full', () => {
    const folder = aDataFolder()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder])
    onTestFinished(() => void execFileSync('umount', [folder]))
    expect(refusal(folder)).toContain('Le disque est plein')
  })
})

function canMount(): boolean {
  const folder = '/tmp/espace-jeunesse-mount'
  mkdirSync(folder, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' })
    execFileSync('umount', [folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe('a disk that fills up while the desk works', () => {
  it('refuses the act whole, with its sentence, and the desk goes on once there is room', () => {
    const store = aNewStore(clock)
    onTestFinished(() => store.close())
    fillSmallTown(store)
    store.sqlite.pragma(`max_page_count = ${String(store.sqlite.pragma('page_count', { simple: true }))}`)
    const write = () =>
      store.act(systemActor, 'families.change', 'Beaucoup', (write) => {
        for (let rank = 0; rank < 500; rank += 1)
          write.insert(schema.school, { name: `École ${'x'.repeat(500)} ${rank}` })
      })
    let sentence: string | null = null
    try {
      write()
    } catch (error) {
      sentence = storeSentence(error)
    }
    expect(sentence).toContain('Le disque est plein')
    expect(checkFile(store.sqlite)).toEqual([])
    expect(store.db.select().from(schema.school).all()).toEqual([])
    store.sqlite.pragma('max_page_count = 1000000')
    write()
    expect(checkFile(store.sqlite)).toEqual([])
  })
})

describe('a session', () => {
  it('leaves its mark until it is closed', () => {
    const folder = aDataFolder()
    const store = openStore(folder, clock)
    expect(existsSync(join(folder, 'session-ouverte'))).toBe(true)
    store.close()
    expect(existsSync(join(folder, 'session-ouverte'))).toBe(false)
  })

  it('does not swap its file while a long act is under way', async () => {
    const store = aNewStore(clock)
    onTestFinished(() => store.close())
    const act = store.longAct(systemActor, 'families.change', 'Long')
    expect(() => store.replaceFile(() => undefined)).toThrow('Une opération est en cours')
    await act.rollBack()
    store.replaceFile(() => undefined)
    expect(checkFile(store.sqlite)).toEqual([])
  })
})
