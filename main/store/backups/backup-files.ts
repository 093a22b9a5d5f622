import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type Sqlite from 'better-sqlite3'
import { type Day, dayAt, type Instant, isInstant, mondayOf } from '../../../shared/rules/calendar/day.ts'
import type { Lock } from '../../crypto/data-key.ts'
import { connect } from '../connection.ts'
import { CannotOpen } from '../failures.ts'
import { lockOf } from '../key-ring.ts'
import { sealFile, sealFileAtOnce } from './sealed-file.ts'

/** Why a backup was made: each day, when asked for, before a migration, before another file took the place of this one. */
export type BackupReason = 'daily' | 'asked' | 'migration' | 'replaced'

export type Backup = {
  /** The file's name inside the backups folder. */
  readonly name: string
  readonly at: Instant
  readonly reason: BackupReason
  readonly sizeBytes: number
  /** Opened after it was made, and found without fault. */
  readonly verified: boolean
}

export const backupsFolder = (dataDir: string): string => join(dataDir, 'sauvegardes')

/** Digests of the rows at the last backup (`fingerprints.ts`). */
export const fingerprintsPath = (dataDir: string): string => join(dataDir, 'empreintes.json')

/** Newest first. Only files that Espace Jeunesse named itself. */
export const listBackups = (dataDir: string): readonly Backup[] => {
  const folder = backupsFolder(dataDir)
  mkdirSync(folder, { recursive: true })
  return readdirSync(folder)
    .flatMap((name) => read(folder, name) ?? [])
    .toSorted((a, b) => (a.at === b.at ? b.name.localeCompare(a.name) : b.at.localeCompare(a.at)))
}

/**
 * Lets `make` write a file, judges it, seals it for whoever holds the key of `lock`, then gives it its name: what bears
 * the name of a backup is whole, and opens.
 * @throws what `make` or `judge` throws, nothing left of it
 */
export const keepBackup = async (
  dataDir: string,
  at: Instant,
  reason: BackupReason,
  lock: Lock,
  make: (path: string) => Promise<void>,
  judge: (path: string) => Promise<boolean>,
): Promise<Backup> => {
  clearDrafts(dataDir)
  mkdirSync(backupsFolder(dataDir), { recursive: true })
  const { plain, sealed } = drafts(dataDir)
  try {
    await make(plain)
    const isVerified = await judge(plain)
    await sealFile(plain, sealed, lock, at)
    return settle(dataDir, sealed, at, reason, isVerified)
  } finally {
    clearDrafts(dataDir)
  }
}

/** At opening nothing else runs yet: the copy is made at once, its pages read back. @throws CannotOpen for a file without a key */
export const copyBeforeMigration = (sqlite: Sqlite.Database, dataDir: string, at: Instant): void =>
  keepAtOnce(dataDir, at, 'migration', lockOf(sqlite), (path) => void sqlite.prepare('vacuum into ?').run(path))

/** Copies a closed file before another takes its place: a pulled plug between the two finds one or the other. */
export const setAside = (dataDir: string, path: string, at: Instant, lock: Lock | null): void =>
  keepAtOnce(dataDir, at, 'replaced', lock, (draft) => copyFileSync(path, draft))

const keepAtOnce = (
  dataDir: string,
  at: Instant,
  reason: BackupReason,
  lock: Lock | null,
  copy: (path: string) => void,
): void => {
  if (!lock) throw new CannotOpen(noKey)
  clearDrafts(dataDir)
  mkdirSync(backupsFolder(dataDir), { recursive: true })
  const { plain, sealed } = drafts(dataDir)
  try {
    copy(plain)
    const isVerified = isSound(plain)
    sealFileAtOnce(plain, sealed, lock, at)
    settle(dataDir, sealed, at, reason, isVerified)
  } finally {
    clearDrafts(dataDir)
  }
}

export const noKey =
  'Aucune sauvegarde ne peut se faire\u00a0: cette machine n’a pas de trousseau pour en garder la clé.'

/** Those that no rule keeps: see `kept`. Called once a newer backup stands. */
export const dropOldBackups = (dataDir: string): void => {
  const backups = listBackups(dataDir)
  const keep = kept(backups)
  for (const { name } of backups) if (!keep.has(name)) rmSync(join(backupsFolder(dataDir), name), { force: true })
}

/**
 * The last of each of the latest 7 days, 8 weeks and 12 months that have one, a verified one before any other; and the
 * last 5 of those made for a reason of their own.
 */
export const kept = (backups: readonly Backup[]): ReadonlySet<string> => {
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

/** The copy as it is lies outside the backups: whoever takes their folder along takes nothing that can be read. */
const drafts = (dataDir: string) => ({
  plain: join(dataDir, 'sauvegarde-en-cours.sqlite'),
  sealed: join(backupsFolder(dataDir), 'en-cours.sauvegarde'),
})

/** A backup opened, on its way to take the place of the file. */
export const candidatePath = (dataDir: string): string => join(dataDir, 'a-reprendre.sqlite')

/** What a backup, or the taking back of one, left when it was cut off. */
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

const settle = (dataDir: string, path: string, at: Instant, reason: BackupReason, verified: boolean): Backup => {
  const folder = backupsFolder(dataDir)
  const taken = new Set(readdirSync(folder))
  const nameOf = (turn: number) =>
    `${at.replaceAll(':', '-')}.${reason}${turn > 1 ? `.${turn}` : ''}${verified ? '' : '.unverified'}.sauvegarde`
  let turn = 1
  while (taken.has(nameOf(turn))) turn += 1
  const name = nameOf(turn)
  renameSync(path, join(folder, name))
  return { name, at, reason, verified, sizeBytes: statSync(join(folder, name)).size }
}

// A colon cannot stand in a file name under Windows.
const pattern =
  /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d\.\d{3}Z)\.(daily|asked|migration|replaced)(?:\.\d+)?(\.unverified)?\.sauvegarde$/

const read = (folder: string, name: string): Backup | null => {
  const [, hour, minutes, seconds, reason, unverified] = pattern.exec(name) ?? []
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
