import { chmodSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Another program has this folder open. */
export class FolderInUse extends Error {}

/** SQLITE_BUSY, in the `errcode` of an error of `node:sqlite`. */
const busy = 5

/**
 * Makes a folder that only its owner can read, and locks it: two programs on one embedded store would give the same
 * receipt numbers. The lock is an SQLite transaction that never ends; the system releases it if the program dies.
 * @returns a function that releases the folder
 * @throws FolderTaken
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
 * Takes from other accounts the files that PGlite made when it filled the folder: it ignores the umask, and a copy of
 * them would be as open as they are. Those it makes later are its owner's.
 */
export const restrictToOwner = (folder: string): void => {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) chmodSync(join(entry.parentPath, entry.name), 0o600)
  }
}
