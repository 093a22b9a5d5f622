import { setImmediate } from 'node:timers/promises'
import type { Connection } from './connection.ts'

type FileConnection = Pick<Connection, 'sqlite' | 'statement'>

/** Fact of the file that is set from an erasure until the file has been rewritten (`vacuum`). */
const remnantFact = 'remnants'
/** Larger files are rewritten at the next opening: rewriting blocks every request, about 40 ms for this many bytes. */
const maxBytesRewritten = 4_000_000
const pagesPerMerge = 64

/** Called before an erasure begins, so that the remnants are removed even after a power cut. */
export const markRemnants = ({ statement }: FileConnection): void => {
  statement(`insert or ignore into file_fact (key, value) values (?, '1')`).run(remnantFact)
}

/**
 * Removes the bytes of erased data that remain in the file. SQLite has already overwritten freed bytes
 * (`secure_delete`); copies may remain in the search index, which only marks deleted terms, in pages that SQLite
 * rebalanced, and in the write-ahead log.
 * @returns whether the file was rewritten; otherwise the next opening rewrites it
 */
export const removeRemnants = async (store: FileConnection): Promise<boolean> => {
  for (let isMore = true, first = true; isMore; first = false) {
    isMore = mergeSearch(store, first)
    await setImmediate()
    if (!store.sqlite.open) return false
  }
  const size = store.sqlite.pragma('page_count', { simple: true }) as number
  const page = store.sqlite.pragma('page_size', { simple: true }) as number
  if (size * page <= maxBytesRewritten) return rewrite(store)
  truncateLog(store)
  return false
}

/** Called at the opening of the file, before any request is served. */
export const rewriteIfDue = (connection: FileConnection): void => {
  if (!hasRemnants(connection)) return
  for (let isMore = true, first = true; isMore; first = false) isMore = mergeSearch(connection, first)
  rewrite(connection)
}

export const hasRemnants = ({ statement }: FileConnection): boolean =>
  statement('select 1 from file_fact where key = ?').get(remnantFact) !== undefined

/** Merges some pages of the search index, which drops deleted terms. @returns whether pages remain to merge */
const mergeSearch = ({ statement }: FileConnection, first: boolean): boolean => {
  const changes = statement('select total_changes()').pluck()
  const before = changes.get() as number
  // FTS5: a negative number starts to merge the whole index, as « optimize » does, but in small steps.
  statement(`insert into search (search, rank) values ('merge', ?)`).run(first ? -pagesPerMerge : pagesPerMerge)
  return first || (changes.get() as number) - before >= 2
}

const rewrite = (file: FileConnection): boolean => {
  try {
    file.sqlite.exec('vacuum')
  } catch {
    // A backup or a reader uses the file: the next opening rewrites it.
    return false
  }
  if (!truncateLog(file)) return false
  file.statement('delete from file_fact where key = ?').run(remnantFact)
  return true
}

/**
 * Truncates the write-ahead log. Does not wait for readers, which prevent the truncation. @returns whether it is done
 */
const truncateLog = ({ sqlite }: FileConnection): boolean => {
  const timeout = sqlite.pragma('busy_timeout', { simple: true }) as number
  sqlite.pragma('busy_timeout = 0')
  try {
    const [found] = sqlite.pragma('wal_checkpoint(truncate)') as { busy: number }[]
    return found?.busy === 0
  } finally {
    sqlite.pragma(`busy_timeout = ${timeout}`)
  }
}
