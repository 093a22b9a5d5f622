import { dirname } from 'node:path'
import { connectToRead } from './connection.ts'
import type { Clock, Store } from './store.ts'

/**
 * The store of another thread, with a connection that only reads what the desk's writer has committed. It is never
 * closed: it ends with its thread.
 */
export const readingStore = (path: string, clock: Clock): Store => {
  const { sqlite, db, statement } = connectToRead(path)
  return {
    dataDir: dirname(path),
    path,
    clock,
    db,
    sqlite,
    statement,
    get key(): never {
      throw new OnlyReads()
    },
    findKey: onlyReads,
    storeKey: onlyReads,
    act: onlyReads,
    longAct: onlyReads,
    onChange: onlyReads,
    onClose: onlyReads,
    replaceFile: onlyReads,
    close: onlyReads,
  }
}

class OnlyReads extends Error {}

const onlyReads = (): never => {
  throw new OnlyReads()
}
