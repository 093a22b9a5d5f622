import { chmodSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Another program has this folder open. */
export class FolderInUse extends Error {}

/** SQLITE_BUSY, in the `errcode` of an error of `node:sqlite`. */
const busy = 5

/**
 * Creates a folder that only its owner can read, and locks it: two programs on one embedded store would issue the same
 * receipt numbers. The lock is an SQLite transaction that never ends; the system releases it if the program crashes.
 * @returns a function that releases the folder
 * @throws FolderInUse
 */
export const lockFolder = (folder: string): (() => void) => {
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o700)
  const lock = new DatabaseSync(join(folder, 'verrou.sqlite'))
  try {
    lock.exec('begin exclusive')
    return () => lock.close()
  } catch (error) {
    lock.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) throw new FolderInUse()
    throw error
  }
}

/**
 * Removes other accounts' access to the files that PGlite creates with a new folder: it ignores the umask, and copies
 * would have the same permissions. Files that PGlite creates later belong to their owner alone.
 */
export const restrictToOwner = (folder: string): void => {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) chmodSync(join(entry.parentPath, entry.name), 0o600)
  }
}
