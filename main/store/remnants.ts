import { setImmediate } from 'node:timers/promises'
import type { Connection } from './connection.ts'

/** What erased data leave behind in the file itself. */
type File = Pick<Connection, 'sqlite' | 'statement'>

/** Set until the file was written anew. */
const remnantFact = 'remnants'
/** Bytes written anew at once: some 40 ms, during which nobody is answered. A larger file waits for the next opening. */
const rewrittenAtOnce = 4_000_000
const pagesMerged = 64

/** Before an erasure begins: a pulled plug forgets nothing. */
export const noteRemnants = ({ statement }: File): void => {
  statement(`insert or ignore into file_fact (key, value) values (?, '1')`).run(remnantFact)
}

/**
 * Bytes that were freed are overwritten already (`secure_delete`); what is left lies in the search index, which only
 * marks what it forgets, in pages that were balanced, and in the write-ahead log.
 * @returns whether the file is written anew; else it will be at its next opening
 */
export const leaveNoRemnant = async (store: File): Promise<boolean> => {
  for (let isMore = true, first = true; isMore; first = false) {
    isMore = mergeSearch(store, first)
    await setImmediate()
    if (!store.sqlite.open) return false
  }
  const size = store.sqlite.pragma('page_count', { simple: true }) as number
  const page = store.sqlite.pragma('page_size', { simple: true }) as number
  if (size * page <= rewrittenAtOnce) return rewrite(store)
  emptiedLog(store)
  return false
}

/** At the opening of the file, before anybody is served. */
export const rewriteIfDue = (connection: File): void => {
  if (!hasRemnants(connection)) return
  for (let isMore = true, first = true; isMore; first = false) isMore = mergeSearch(connection, first)
  rewrite(connection)
}

export const hasRemnants = ({ statement }: File): boolean =>
  statement('select 1 from file_fact where key = ?').get(remnantFact) !== undefined

/** Some pages of the index: what was deleted is left out of what is merged. @returns whether there is more */
const mergeSearch = ({ statement }: File, first: boolean): boolean => {
  const changes = statement('select total_changes()').pluck()
  const before = changes.get() as number
  // Below zero: begin to merge everything, as « optimize » does, without its long freeze.
  statement(`insert into search (search, rank) values ('merge', ?)`).run(first ? -pagesMerged : pagesMerged)
  return first || (changes.get() as number) - before >= 2
}

const rewrite = (file: File): boolean => {
  try {
    file.sqlite.exec('vacuum')
  } catch {
    // A backup or a reader is at work: at the next opening.
    return false
  }
  if (!emptiedLog(file)) return false
  file.statement('delete from file_fact where key = ?').run(remnantFact)
  return true
}

/** Whoever reads keeps the log: it is not waited for. */
const emptiedLog = ({ sqlite }: File): boolean => {
  const timeout = sqlite.pragma('busy_timeout', { simple: true }) as number
  sqlite.pragma('busy_timeout = 0')
  try {
    const [found] = sqlite.pragma('wal_checkpoint(truncate)') as { busy: number }[]
    return found?.busy === 0
  } finally {
    sqlite.pragma(`busy_timeout = ${timeout}`)
  }
}
