import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { migrate } from '../../main/store/migrate.ts'
import { type Clock, dataFileName, openStore, type Store } from '../../main/store/store.ts'
import { aDataFolder } from './machine/data-folder.ts'

let bytes: Buffer | undefined

/** A migrated file without a key, which was never opened: running all migrations takes longer than most tests. */
const migratedFile = (): Buffer => {
  if (!bytes) {
    const sqlite = new Sqlite(':memory:')
    migrate(sqlite, { makeCopy: () => undefined })
    bytes = sqlite.serialize()
    sqlite.close()
  }
  return bytes
}

/** Puts an empty file into a data folder, like the first opening; the next opening gives it a key of its own. */
export const putNewFile = (dataDir: string): void => {
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(join(dataDir, dataFileName), migratedFile())
}

/** The store of an empty file, in a folder of its own unless one is given. */
export const aNewStore = (clock: Clock, dataDir = aDataFolder()): Store => {
  putNewFile(dataDir)
  return openStore(dataDir, clock)
}
