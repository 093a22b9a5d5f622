import { renameSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { readPhrase } from '../../../shared/rules/access/recovery-phrase.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import { type DataKey, unwrapKey } from '../../crypto/data-key.ts'
import type { Finding } from '../checking/check.ts'
import { type Fingerprints, keepFingerprints } from '../checking/fingerprints.ts'
import { judge } from '../checking/judge.ts'
import { connect } from '../connection.ts'
import { CannotOpen, damaged, PhraseRefused, told } from '../failures.ts'
import { lockOf, writeLock } from '../key-ring.ts'
import { copyFact, furthest, givenIn, noteGiven, seriesHeld } from '../numbers.ts'
import { organisation } from '../schema/index.ts'
import type { Store } from '../store.ts'
import {
  type Backup,
  backupsFolder,
  candidatePath,
  clearFile,
  dropOldBackups,
  fingerprintsPath,
  keepBackup,
  listBackups as listIn,
  noKey,
  setAside,
} from './backup-files.ts'
import { noteLostPapers } from './lost-papers.ts'
import { type Head, openSealedFile, readHead, type Source, sourceOf, spoilt, withSource } from './sealed-file.ts'

export type { Backup } from './backup-files.ts'

/** Newest first. */
export const listBackups = (store: Store): readonly Backup[] => listIn(store.dataDir)

/** What the judge says of the live file, now. */
export const checkStore = async (store: Store): Promise<readonly Finding[]> => {
  const verdict = await judge({
    path: store.path,
    as: 'live',
    at: store.clock(),
    fingerprints: fingerprintsPath(store.dataDir),
  })
  return 'refusal' in verdict ? [{ kind: 'damage', sentence: verdict.refusal, table: '', id: null }] : verdict.findings
}

// About 800 kB, 2 ms: a screen waits no longer than that.
const pagesPerStep = 200

/**
 * Copies the file while the desk works, has the copy judged in a worker, then seals it by slices. It runs on the writer's own connection:
 * from another one it would begin again at every write. What is under way in the copy is taken back there.
 * Asked for while another is made, such as the day's, it comes after.
 * @param options.onProgress told from 0 to 1
 * @throws CannotOpen with a French sentence when the copy cannot be made or is damaged; no file is left
 */
export const makeBackup = async (store: Store, options: BackupOptions = {}): Promise<Backup> => {
  const before = underWay.get(store.path)?.catch(() => undefined)
  const made = Promise.resolve(before).then(() => makeOne(store, options))
  underWay.set(store.path, made)
  try {
    return await made
  } finally {
    if (underWay.get(store.path) === made) underWay.delete(store.path)
  }
}

type BackupOptions = { readonly reason?: 'daily' | 'asked'; readonly onProgress?: (done: number) => void }

/** The last one of each file. */
const underWay = new Map<string, Promise<unknown>>()

const makeOne = async (store: Store, { reason = 'asked', onProgress }: BackupOptions): Promise<Backup> => {
  const { lock } = store.key
  if (!lock) throw new CannotOpen(store.key.closed ?? noKey)
  try {
    const copy = async (path: string) => {
      const disk = flushing(path)
      try {
        await store.sqlite.backup(path, {
          progress: ({ totalPages, remainingPages }) => {
            if (remainingPages > pagesPerStep) disk.flush()
            else if (!disk.isFlushed()) return 0
            onProgress?.(totalPages === 0 ? 0 : 1 - remainingPages / totalPages)
            return pagesPerStep
          },
        })
      } finally {
        await disk.close()
      }
    }
    let fingerprints: Fingerprints | null = null
    const backup = await keepBackup(store.dataDir, store.clock(), reason, lock, copy, async (path) => {
      const judged = await judgeOf(store, path)
      fingerprints = judged.fingerprints
      return judged.findings.length === 0
    })
    if (fingerprints) keepFingerprints(fingerprintsPath(store.dataDir), fingerprints)
    dropOldBackups(store.dataDir)
    onProgress?.(1)
    return backup
  } catch (error) {
    throw told(error)
  }
}

/**
 * Brings a file to the disk while it is written, beside the event loop. SQLite does it in its last step, during which
 * nobody is answered: little must be left by then.
 */
const flushing = (path: string) => {
  let file: Promise<FileHandle> | undefined
  let isRunning = false
  let turns = 0
  let enough: number | undefined
  const flush = async () => {
    if (isRunning) return
    isRunning = true
    try {
      file ??= open(path, 'r+')
      await (await file).datasync()
    } catch {
      // SQLite's own will say it.
    }
    isRunning = false
    turns += 1
  }
  return {
    flush: () => void flush(),
    /** Whether all that was written before it was first asked is on the disk. */
    isFlushed: () => {
      // One that runs already may have begun too early.
      enough ??= turns + (isRunning ? 2 : 1)
      void flush()
      return turns >= enough
    },
    // Not before the copy ends: closing a file gives up the locks that this process holds on it.
    close: async () => {
      await (await file?.catch(() => undefined))?.close()
    },
  }
}

/** @throws CannotOpen for a damaged copy: it is worth nothing */
const judgeOf = async (store: Store, path: string) => {
  const verdict = await judge({
    path,
    as: 'copy',
    at: store.clock(),
    fingerprints: fingerprintsPath(store.dataDir),
  })
  if ('refusal' in verdict) throw new CannotOpen(verdict.refusal)
  if (verdict.findings.some(({ kind }) => kind === 'damage')) throw new CannotOpen(damaged)
  return verdict
}

/**
 * The day's backup, unless there is one already. Its copy holds the pages as they are on the disk and is judged whole:
 * this is also the daily check of the file. Nothing is kept of a file where no service was set up yet.
 */
export const makeDailyBackup = async (store: Store): Promise<Backup | null> => {
  if (store.db.select().from(organisation).all().length === 0) return null
  const today = dayAt(store.clock())
  const done = listBackups(store).some(({ reason, at }) => reason === 'daily' && dayAt(at) === today)
  return done ? null : makeBackup(store, { reason: 'daily' })
}

/**
 * Looks every hour whether the day's backup is to be made; first after a minute, so that no start waits for it.
 * @param failed told of what went wrong while the store is open
 * @returns the way to stop, before the store is closed
 */
export const backUpEachDay = (store: Store, failed: (error: unknown) => void): (() => void) => {
  let isOver = false
  const look = () =>
    void makeDailyBackup(store).catch((error: unknown) => {
      // Closing the file ends the copy under way.
      if (!isOver) failed(error)
    })
  const first = setTimeout(look, 60_000).unref()
  const hourly = setInterval(look, 3_600_000).unref()
  return () => {
    isOver = true
    clearTimeout(first)
    clearInterval(hourly)
  }
}

/**
 * Puts a backup in the place of the file, which is kept among the backups.
 * @param phrase the recovery phrase, for one that this machine holds no key of
 * @returns what the judge finds in it that does not forbid to use it
 * @throws PhraseRefused when the phrase is missing or does not open it
 * @throws CannotOpen with a French sentence when the backup cannot be used; nothing has changed then
 */
export const restoreBackup = async (store: Store, name: string, phrase = ''): Promise<readonly Finding[]> => {
  if (!listBackups(store).some((backup) => backup.name === name))
    throw new CannotOpen('Cette sauvegarde n’existe plus.')
  return withSource(join(backupsFolder(store.dataDir), name), (source) => restore(store, source, phrase))
}

/** The same from the bytes of a file that someone chose: first start, or a backup kept elsewhere. */
export const restoreFromBytes = (store: Store, bytes: Uint8Array, phrase = ''): Promise<readonly Finding[]> =>
  restore(store, sourceOf(bytes), phrase)

const replacing = new Set<string>()

const restore = async (store: Store, source: Source, phrase: string): Promise<readonly Finding[]> => {
  const candidate = candidatePath(store.dataDir)
  const clear = () => clearFile(candidate)
  if (replacing.has(candidate)) throw new CannotOpen('Une reprise est déjà en cours.')
  replacing.add(candidate)
  try {
    clear()
    const start = await readHead(source)
    const key = await keyFor(store, start.head, phrase)
    await openSealedFile(source, start, key, candidate)
    const verdict = await judge({ path: candidate, as: 'copy', at: store.clock() })
    const isDamaged =
      'refusal' in verdict ? verdict.refusal === damaged : verdict.findings.some(({ kind }) => kind === 'damage')
    if (isDamaged) throw new CannotOpen(spoilt)
    if ('refusal' in verdict) throw new CannotOpen(verdict.refusal)
    markAsCopy(store, candidate)
    // First: a pulled plug between the two leaves a key too many, never a file without its key.
    store.holdKey(key)
    const { lock } = store.key
    store.replaceFile((path) => {
      setAside(store.dataDir, path, store.clock(), lock)
      renameSync(candidate, path)
      rmSync(fingerprintsPath(store.dataDir), { force: true })
    })
    return verdict.findings
  } catch (error) {
    throw told(error)
  } finally {
    clear()
    replacing.delete(candidate)
  }
}

const keyFor = async (store: Store, { publicKey, phrase }: Head, typed: string): Promise<DataKey> => {
  const held = store.heldKey(publicKey)
  if (held) return held
  if (!phrase) {
    throw new CannotOpen(
      'Cette sauvegarde a été faite avant qu’une phrase de secours soit confirmée\u00a0: elle ne s’ouvre que sur le poste qui l’a faite.',
    )
  }
  return keyByPhrase({ publicKey, phrase }, typed, 'cette sauvegarde')
}

/**
 * The key that a phrase opens.
 * @param what it opens, in the sentence of a refusal
 * @throws PhraseRefused, naming the sheet to take
 */
export const keyByPhrase = async (
  lock: Parameters<typeof unwrapKey>[0],
  typed: string,
  what: string,
): Promise<DataKey> => {
  const sheet = `la feuille n°\u00a0${lock.phrase.number} du ${numericDay(dayAt(lock.phrase.madeAt))}`
  if (typed.trim() === '') {
    throw new PhraseRefused(`Ce poste n’a pas la clé de ${what}\u00a0: tapez la phrase de secours de ${sheet}.`)
  }
  const read = readPhrase(typed)
  if ('problem' in read) throw new PhraseRefused(read.problem)
  const key = await unwrapKey(lock, read.secret)
  if (!key) {
    throw new PhraseRefused(`Cette phrase n’ouvre pas ${what}\u00a0: prenez ${sheet}. Rien n’a été modifié.`)
  }
  return key
}

/**
 * Said in the file itself, so that a pulled plug between the swap and the next opening forgets nothing. The phrase
 * confirmed last goes on opening what is made from now on.
 */
const markAsCopy = (store: Store, path: string): void => {
  const { sqlite, statement } = connect(path, 'delete')
  try {
    statement('insert or replace into file_fact (key, value) values (?, ?)').run(copyFact, store.clock())
    const [here, there] = [store.key.lock, lockOf(sqlite)]
    if (here === null || here.publicKey !== there?.publicKey) return
    if (here.phrase) writeLock(sqlite, here)
    // Numbers given since the copy must never be given again, and staff must see which papers the copy does not hold.
    noteGiven(sqlite, furthest(seriesHeld(store), givenIn(store.sqlite)))
    noteLostPapers(store.sqlite, sqlite)
  } finally {
    sqlite.close()
  }
}
