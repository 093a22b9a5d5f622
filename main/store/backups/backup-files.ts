import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type Sqlite from 'better-sqlite3'
import { type Day, dayAt, type Instant, isInstant, mondayOf } from '../../../shared/rules/calendar/day.ts'
import type { KeyInfo } from '../../crypto/data-key.ts'
import { connect } from '../connection.ts'
import { CannotOpen } from '../failures.ts'
import { keyInfoOf } from '../key-ring.ts'
import { sealFile, sealFileSync } from './sealed-file.ts'

/** Why a backup was made: daily, requested by staff, before a migration, or before a restore replaced the file. */
export type BackupReason = 'daily' | 'asked' | 'migration' | 'replaced'

export type Backup = {
  /** The file's name inside the backups folder. */
  readonly name: string
  readonly at: Instant
  readonly reason: BackupReason
  readonly sizeBytes: number
  /** The judge opened the copy and found no fault. */
  readonly verified: boolean
}

export const backupsFolder = (dataDir: string): string => join(dataDir, 'sauvegardes')

/** Path of the digests of all rows at the last backup (`fingerprints.ts`). */
export const fingerprintsPath = (dataDir: string): string => join(dataDir, 'empreintes.json')

/** Newest first. Lists only files whose name this program gave. */
export const listBackups = (dataDir: string): readonly Backup[] => {
  const folder = backupsFolder(dataDir)
  mkdirSync(folder, { recursive: true })
  return readdirSync(folder)
    .flatMap((name) => parseBackup(folder, name) ?? [])
    .toSorted((a, b) => (a.at === b.at ? b.name.localeCompare(a.name) : b.at.localeCompare(a.at)))
}

/**
 * Lets `make` write a copy, judges the copy, seals it, then renames it to the name of a backup: every file with such a
 * name is complete and can be opened.
 * @param info names the key to seal for
 * @throws what `make` or `judge` throws; the drafts are deleted
 */
export const createBackup = async (
  dataDir: string,
  at: Instant,
  reason: BackupReason,
  info: KeyInfo,
  make: (path: string) => Promise<void>,
  judge: (path: string) => Promise<boolean>,
): Promise<Backup> => {
  clearDrafts(dataDir)
  mkdirSync(backupsFolder(dataDir), { recursive: true })
  const { plain, sealed } = drafts(dataDir)
  try {
    await make(plain)
    const isVerified = await judge(plain)
    await sealFile(plain, sealed, info, at)
    return publishBackup(dataDir, sealed, at, reason, isVerified)
  } finally {
    clearDrafts(dataDir)
  }
}

/**
 * Backs up the file before a migration, synchronously, because nothing else runs during the opening of a file.
 * @throws CannotOpen for a file without a key
 */
export const copyBeforeMigration = (sqlite: Sqlite.Database, dataDir: string, at: Instant): void =>
  createBackupSync(
    dataDir,
    at,
    'migration',
    keyInfoOf(sqlite),
    (path) => void sqlite.prepare('vacuum into ?').run(path),
  )

/** Backs up a closed file that a restore is about to replace, so that a power cut in between loses neither file. */
export const backUpReplacedFile = (dataDir: string, path: string, at: Instant, info: KeyInfo | null): void =>
  createBackupSync(dataDir, at, 'replaced', info, (draft) => copyFileSync(path, draft))

const createBackupSync = (
  dataDir: string,
  at: Instant,
  reason: BackupReason,
  info: KeyInfo | null,
  copy: (path: string) => void,
): void => {
  if (!info) throw new CannotOpen(noKeyText)
  clearDrafts(dataDir)
  mkdirSync(backupsFolder(dataDir), { recursive: true })
  const { plain, sealed } = drafts(dataDir)
  try {
    copy(plain)
    const isVerified = isSound(plain)
    sealFileSync(plain, sealed, info, at)
    publishBackup(dataDir, sealed, at, reason, isVerified)
  } finally {
    clearDrafts(dataDir)
  }
}

export const noKeyText =
  'Aucune sauvegarde ne peut se faire\u00a0: cette machine n’a pas de trousseau pour en garder la clé.'

/** Deletes the backups outside `backupsToKeep`. Called only after a newer backup is complete. */
export const deleteOldBackups = (dataDir: string): void => {
  const backups = listBackups(dataDir)
  const keep = backupsToKeep(backups)
  for (const { name } of backups) if (!keep.has(name)) rmSync(join(backupsFolder(dataDir), name), { force: true })
}

/**
 * Names of the backups to keep: the last one of each of the latest 7 days, 8 weeks and 12 months that have a backup
 * (verified backups are preferred), and the last 5 of each reason other than daily.
 */
export const backupsToKeep = (backups: readonly Backup[]): ReadonlySet<string> => {
  const best = backups.toSorted(
    (a, b) => Number(b.verified) - Number(a.verified) || b.at.localeCompare(a.at) || b.name.localeCompare(a.name),
  )
  const keep = new Set<string>()
  for (const [count, spanOf] of spans) {
    const firsts = new Map<string, string>()
    for (const { at, name } of best) {
      const span = spanOf(dayAt(at))
      if (!firsts.has(span)) firsts.set(span, name)
    }
    const latest = [...firsts].toSorted(([a], [b]) => b.localeCompare(a)).slice(0, count)
    for (const [, name] of latest) keep.add(name)
  }
  for (const reason of ['asked', 'migration', 'replaced'] as const) {
    const latest = backups.filter((backup) => backup.reason === reason).toSorted((a, b) => b.at.localeCompare(a.at))
    for (const { name } of latest.slice(0, 5)) keep.add(name)
  }
  return keep
}

const spans: readonly (readonly [number, (day: Day) => string])[] = [
  [7, (day) => day],
  [8, mondayOf],
  [12, (day) => day.slice(0, 7)],
]

/** The plain draft is outside the backups folder: a copy of that folder contains nothing readable. */
const drafts = (dataDir: string) => ({
  plain: join(dataDir, 'sauvegarde-en-cours.sqlite'),
  sealed: join(backupsFolder(dataDir), 'en-cours.sauvegarde'),
})

/** Path of a decrypted backup that is about to replace the file. */
export const candidatePath = (dataDir: string): string => join(dataDir, 'a-reprendre.sqlite')

/** Deletes what an interrupted backup or restore left. */
export const clearLeftovers = (dataDir: string): void => {
  clearDrafts(dataDir)
  clearFile(candidatePath(dataDir))
}

export const clearFile = (path: string): void => {
  for (const rest of ['', '-journal', '-wal', '-shm']) rmSync(path + rest, { force: true })
}

const clearDrafts = (dataDir: string): void => {
  const { plain, sealed } = drafts(dataDir)
  clearFile(plain)
  rmSync(sealed, { force: true })
}

const publishBackup = (dataDir: string, path: string, at: Instant, reason: BackupReason, verified: boolean): Backup => {
  const folder = backupsFolder(dataDir)
  const existingNames = new Set(readdirSync(folder))
  const nameOf = (turn: number) =>
    `${at.replaceAll(':', '-')}.${reason}${turn > 1 ? `.${turn}` : ''}${verified ? '' : '.unverified'}.sauvegarde`
  let turn = 1
  while (existingNames.has(nameOf(turn))) turn += 1
  const name = nameOf(turn)
  renameSync(path, join(folder, name))
  return { name, at, reason, verified, sizeBytes: statSync(join(folder, name)).size }
}

// The instant in the name has dashes: Windows forbids colons in file names.
const namePattern =
  /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d\.\d{3}Z)\.(daily|asked|migration|replaced)(?:\.\d+)?(\.unverified)?\.sauvegarde$/

const parseBackup = (folder: string, name: string): Backup | null => {
  const [, hour, minutes, seconds, reason, unverified] = namePattern.exec(name) ?? []
  const at = `${hour}:${minutes}:${seconds}`
  if (!reason || !isInstant(at)) return null
  const sizeBytes = statSync(join(folder, name)).size
  return { name, at, reason: reason as BackupReason, sizeBytes, verified: unverified === undefined }
}

const isSound = (path: string): boolean => {
  try {
    const { sqlite } = connect(path, 'delete')
    const verdict = sqlite.pragma('quick_check(1)', { simple: true })
    sqlite.close()
    return verdict === 'ok'
  } catch {
    return false
  }
}
