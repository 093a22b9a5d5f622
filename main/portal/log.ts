import { eq } from 'drizzle-orm'
import type { Instant } from '../../shared/rules/day.ts'
import { logEntry, logHead } from './schema.ts'
import { sha256, type Work } from './store.ts'

export type Entry = typeof logEntry.$inferSelect

/** The hash that the first entry follows. */
const beginning = '0'.repeat(64)

const entryHash = (previous: string, { number, kind, body, at }: Omit<Entry, 'hash'>): string =>
  sha256([previous, number, kind, at, body].join('\n'))

/** Whether nothing was changed, left out or put in between: entries in order, from the first one. */
export const isChained = (entries: readonly Entry[]): boolean =>
  entries.every(
    (entry, index) =>
      entry.number === index + 1 && entry.hash === entryHash(entries[index - 1]?.hash ?? beginning, entry),
  )

type Next = (kind: string, body: unknown, at: Instant) => Entry

/**
 * Appends to the log. The head stays locked to the end of the transaction: what `entriesOf` reads of the clock is in the
 * order of the numbers, and nothing else is appended meanwhile. Keep what follows short.
 */
export const appended = async (
  write: Work,
  entriesOf: (next: Next, head: typeof logHead.$inferSelect) => Promise<readonly Entry[]>,
): Promise<readonly Entry[]> => {
  await write.insert(logHead).values({ id: 1, number: 0, hash: beginning }).onConflictDoNothing()
  const [head] = await write.select().from(logHead).where(eq(logHead.id, 1)).for('update')
  if (!head) throw new Error('the log has no head')
  let { number, hash } = head
  const entries = await entriesOf((kind, content, at) => {
    number += 1
    const entry = { number, kind, body: JSON.stringify(content), at }
    hash = entryHash(hash, entry)
    return { ...entry, hash }
  }, head)
  if (entries.length > 0) {
    await write.insert(logEntry).values([...entries])
    await write.update(logHead).set({ number, hash }).where(eq(logHead.id, 1))
  }
  return entries
}
