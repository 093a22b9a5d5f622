import { renameSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { readPhrase } from '../../../shared/rules/access/recovery-phrase.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import { type DataKey, unwrapKey } from '../../crypto/data-key.ts'
import type { Finding } from '../checking/check.ts'
import { type Fingerprints, saveFingerprints } from '../checking/fingerprints.ts'
import { judge } from '../checking/judge.ts'
import { connect } from '../connection.ts'
import { CannotOpen, damagedText, PhraseRefused, withFrenchMessage } from '../failures.ts'
import { keyInfoOf, writeKeyInfo } from '../key-ring.ts'
import {
  areNumbersUnconfirmed,
  copyFact,
  heldPlansFact,
  lastNumbersInFile,
  markUnconfirmed,
  maxSeries,
  numbersGiven,
  storeNumbersGiven,
} from '../numbers.ts'
import { organisation } from '../schema/index.ts'
import type { Store } from '../store.ts'
import {
  type Backup,
  backUpReplacedFile,
  backupsFolder,
  candidatePath,
  clearFile,
  createBackup,
  deleteOldBackups,
  fingerprintsPath,
  listBackups as listIn,
  noKeyText,
} from './backup-files.ts'
import { recordLostPapers } from './lost-papers.ts'
import {
  bytesSource,
  damagedBackupText,
  type Head,
  openSealedFile,
  readHead,
  type Source,
  withFileSource,
} from './sealed-file.ts'

export type { Backup } from './backup-files.ts'

/** Newest first. */
export const listBackups = (store: Store): readonly Backup[] => listIn(store.dataDir)

/** Judges the live file. */
export const checkStore = async (store: Store): Promise<readonly Finding[]> => {
  const verdict = await judge({
    path: store.path,
    as: 'live',
    at: store.clock(),
    fingerprints: fingerprintsPath(store.dataDir),
  })
  return 'refusal' in verdict ? [{ kind: 'damage', sentence: verdict.refusal, table: '', id: null }] : verdict.findings
}

// About 800 kB, copied in 2 ms, so that no screen waits noticeably.
const pagesPerStep = 200

/**
 * Copies the file while the desk works, has the copy judged in a worker, then seals it in slices. The copy is made on
 * the writer's connection, because SQLite restarts a copy made on another connection at every write. Acts that are open
 * in the copy are rolled back there. A backup requested during another one waits for it.
 * @param options.onProgress receives a number from 0 to 1
 * @throws CannotOpen with a French sentence when the copy cannot be made or is damaged; no file is left
 */
export const makeBackup = async (store: Store, options: BackupOptions = {}): Promise<Backup> => {
  const before = lastBackups.get(store.path)?.catch(() => undefined)
  const made = Promise.resolve(before).then(() => makeBackupNow(store, options))
  lastBackups.set(store.path, made)
  try {
    return await made
  } finally {
    if (lastBackups.get(store.path) === made) lastBackups.delete(store.path)
  }
}

type BackupOptions = { readonly reason?: 'daily' | 'asked'; readonly onProgress?: (done: number) => void }

/** The last backup begun for each file, by path. */
const lastBackups = new Map<string, Promise<unknown>>()

const makeBackupNow = async (store: Store, { reason = 'asked', onProgress }: BackupOptions): Promise<Backup> => {
  const { info } = store.key
  if (!info) throw new CannotOpen(store.key.closed ?? noKeyText)
  try {
    const copy = async (path: string) => {
      const disk = createFlusher(path)
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
    const backup = await createBackup(store.dataDir, store.clock(), reason, info, copy, async (path) => {
      const judged = await judgeBackup(store, path)
      fingerprints = judged.fingerprints
      return judged.findings.length === 0
    })
    if (fingerprints) saveFingerprints(fingerprintsPath(store.dataDir), fingerprints)
    deleteOldBackups(store.dataDir)
    onProgress?.(1)
    return backup
  } catch (error) {
    throw withFrenchMessage(error)
  }
}

/**
 * Flushes a file to the disk in the background while SQLite writes it. SQLite's own flush, in its last step, blocks the
 * event loop, so little must remain unflushed by then.
 */
const createFlusher = (path: string) => {
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
      // SQLite's own flush will report the error.
    }
    isRunning = false
    turns += 1
  }
  return {
    flush: () => void flush(),
    /** Whether everything written before the first call of this function is on the disk. */
    isFlushed: () => {
      // A flush that is running may have begun before the last write, so one more is counted.
      enough ??= turns + (isRunning ? 2 : 1)
      void flush()
      return turns >= enough
    },
    // Called only after the copy: closing any descriptor of a file releases all POSIX locks of this process on the
    // file.
    close: async () => {
      await (await file?.catch(() => undefined))?.close()
    },
  }
}

/** @throws CannotOpen for a damaged copy, which must not become a backup */
const judgeBackup = async (store: Store, path: string) => {
  const verdict = await judge({
    path,
    as: 'copy',
    at: store.clock(),
    fingerprints: fingerprintsPath(store.dataDir),
  })
  if ('refusal' in verdict) throw new CannotOpen(verdict.refusal)
  if (verdict.findings.some(({ kind }) => kind === 'damage')) throw new CannotOpen(damagedText)
  return verdict
}

/**
 * Makes the day's backup, unless it exists. Since the judge examines all pages of the copy, this is also the daily
 * check of the file. Makes none before the first start has set up a service.
 */
export const makeDailyBackup = async (store: Store): Promise<Backup | null> => {
  if (store.db.select().from(organisation).all().length === 0) return null
  const today = dayAt(store.clock())
  const done = listBackups(store).some(({ reason, at }) => reason === 'daily' && dayAt(at) === today)
  return done ? null : makeBackup(store, { reason: 'daily' })
}

/**
 * Checks every hour whether the day's backup must be made; the first time after a minute, so as not to slow the start.
 * @param onError receives errors that occur while the store is open
 * @returns a function that stops the checks, to call before the store is closed
 */
export const backUpEachDay = (store: Store, onError: (error: unknown) => void): (() => void) => {
  let isStopped = false
  const makeIfDue = () =>
    void makeDailyBackup(store).catch((error: unknown) => {
      // Closing the file makes a running copy fail: not an error.
      if (!isStopped) onError(error)
    })
  const first = setTimeout(makeIfDue, 60_000).unref()
  const hourly = setInterval(makeIfDue, 3_600_000).unref()
  return () => {
    isStopped = true
    clearTimeout(first)
    clearInterval(hourly)
  }
}

/**
 * Replaces the file by a backup; the replaced file becomes a backup itself.
 * @param phrase the recovery phrase, for a backup whose key this computer does not have
 * @returns the judge's findings that do not prevent the use of the backup
 * @throws PhraseRefused when the phrase is needed and missing or wrong
 * @throws CannotOpen with a French sentence when the backup cannot be used; nothing has changed then
 */
export const restoreBackup = async (store: Store, name: string, phrase = ''): Promise<readonly Finding[]> => {
  if (!listBackups(store).some((backup) => backup.name === name))
    throw new CannotOpen('Cette sauvegarde n’existe plus.')
  return withFileSource(join(backupsFolder(store.dataDir), name), (source) => restore(store, source, phrase))
}

/** Restores from the bytes of a file that a person chose: at the first start, or from a backup stored elsewhere. */
export const restoreFromBytes = (store: Store, bytes: Uint8Array, phrase = ''): Promise<readonly Finding[]> =>
  restore(store, bytesSource(bytes), phrase)

const restoring = new Set<string>()

const restore = async (store: Store, source: Source, phrase: string): Promise<readonly Finding[]> => {
  const candidate = candidatePath(store.dataDir)
  const clear = () => clearFile(candidate)
  if (restoring.has(candidate)) throw new CannotOpen('Une reprise est déjà en cours.')
  restoring.add(candidate)
  try {
    clear()
    const start = await readHead(source)
    const key = await keyFor(store, start.head, phrase)
    await openSealedFile(source, start, key, candidate)
    const verdict = await judge({ path: candidate, as: 'copy', at: store.clock() })
    const isDamaged =
      'refusal' in verdict ? verdict.refusal === damagedText : verdict.findings.some(({ kind }) => kind === 'damage')
    if (isDamaged) throw new CannotOpen(damagedBackupText)
    if ('refusal' in verdict) throw new CannotOpen(verdict.refusal)
    markAsCopy(store, candidate)
    // Before the replacement: a power cut in between leaves an unused key, never a file without its key.
    store.storeKey(key)
    const { info } = store.key
    store.replaceFile((path) => {
      backUpReplacedFile(store.dataDir, path, store.clock(), info)
      renameSync(candidate, path)
      rmSync(fingerprintsPath(store.dataDir), { force: true })
    })
    return verdict.findings
  } catch (error) {
    throw withFrenchMessage(error)
  } finally {
    clear()
    restoring.delete(candidate)
  }
}

const keyFor = async (store: Store, { publicKey, phrase }: Head, typed: string): Promise<DataKey> => {
  const held = store.findKey(publicKey)
  if (held) return held
  if (!phrase) {
    throw new CannotOpen(
      'Cette sauvegarde a été faite avant qu’une phrase de secours soit confirmée\u00a0: elle ne s’ouvre que sur le poste qui l’a faite.',
    )
  }
  return unwrapByPhrase({ publicKey, phrase }, typed, 'cette sauvegarde')
}

/**
 * Unwraps the key with a recovery phrase.
 * @param what French name of the thing to open, for the sentence of a refusal
 * @throws PhraseRefused, naming the printed sheet that has the right phrase
 */
export const unwrapByPhrase = async (
  info: Parameters<typeof unwrapKey>[0],
  typed: string,
  what: string,
): Promise<DataKey> => {
  const sheet = `la feuille n°\u00a0${info.phrase.number} du ${numericDay(dayAt(info.phrase.madeAt))}`
  if (typed.trim() === '') {
    throw new PhraseRefused(`Ce poste n’a pas la clé de ${what}\u00a0: tapez la phrase de secours de ${sheet}.`)
  }
  const read = readPhrase(typed)
  if ('problem' in read) throw new PhraseRefused(read.problem)
  const key = await unwrapKey(info, read.secret)
  if (!key) {
    throw new PhraseRefused(`Cette phrase n’ouvre pas ${what}\u00a0: prenez ${sheet}. Rien n’a été modifié.`)
  }
  return key
}

/**
 * Marks the restored file as a copy, in the file itself, so that the mark survives a power cut. If the copy has the
 * same key, the recovery phrase confirmed last stays the valid one.
 */
const markAsCopy = (store: Store, path: string): void => {
  const { sqlite, statement } = connect(path, 'delete')
  try {
    for (const fact of [copyFact, heldPlansFact])
      statement('insert or replace into file_fact (key, value) values (?, ?)').run(fact, store.clock())
    const [here, there] = [store.key.info, keyInfoOf(sqlite)]
    const isAlone = here === null || here.publicKey !== there?.publicKey
    markUnconfirmed(sqlite, isAlone || areNumbersUnconfirmed(store) ? store.clock() : null)
    if (isAlone) return
    if (here.phrase) writeKeyInfo(sqlite, here)
    // Numbers given since the copy was made must never be given again; staff must see which papers the copy lacks.
    storeNumbersGiven(sqlite, maxSeries(lastNumbersInFile(store), numbersGiven(store.sqlite)))
    recordLostPapers(store.sqlite, sqlite)
  } finally {
    sqlite.close()
  }
}
