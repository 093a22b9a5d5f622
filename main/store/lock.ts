import { rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

/**
 * Keeps a second process out of a data folder. The operating system drops the lock when the process dies, so that
 * a crash never leaves a folder closed; a PID in a file would.
 * @returns the release, or null when another process holds the folder
 */
export const takeLock = (dataDir: string): (() => void) | null => {
  const path = join(dataDir, 'lock.sqlite')
  try {
    return lockFile(path)
  } catch (error) {
    // A lock file that is no SQLite database is held by nobody: a damaged lock must not make the data inaccessible.
    if (!(error instanceof Database.SqliteError && /^SQLITE_(NOTADB|CORRUPT)/.test(error.code))) throw error
    rmSync(path)
    return lockFile(path)
  }
}

const lockFile = (path: string): (() => void) | null => {
  const database = new Database(path, { timeout: 0 })
  try {
    database.pragma('locking_mode = EXCLUSIVE')
    database.exec('begin exclusive; create table if not exists held (at text); commit')
    return () => database.close()
  } catch (error) {
    database.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null
    throw error
  }
}
