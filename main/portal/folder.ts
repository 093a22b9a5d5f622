import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Another program has this folder open. */
export class FolderTaken extends Error {}

/** `errcode` of SQLite. */
const busy = 5

/**
 * Makes a folder that only its owner reads, and keeps a second program out of it: two on one embedded store would give
 * the same receipt numbers. The lock is the operating system's, on an SQLite transaction that never ends, so that
 * a program that dies leaves the folder open to the next one.
 * @returns what gives the folder up
 * @throws FolderTaken
 */
export const takeFolder = (folder: string): (() => void) => {
  mkdirSync(folder, { recursive: true })
  // PGlite gives its files to everyone, whatever the process's umask: its folder lets nobody reach them.
  chmodSync(folder, 0o700)
  const lock = new DatabaseSync(join(folder, 'verrou.sqlite'))
  try {
    lock.exec('begin exclusive')
    return () => lock.close()
  } catch (error) {
    lock.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) throw new FolderTaken()
    throw error
  }
}
