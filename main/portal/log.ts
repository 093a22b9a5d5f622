import { eq } from 'drizzle-orm'
import type { Entry, Said } from '../../shared/exchange/log.ts'
import { newSide, type Side, say } from '../../shared/exchange/side.ts'
import { exchangeSide, logEntry } from './schema.ts'
import { sha256, type Work } from './store.ts'

/** What the portal remembers of the exchange, locked until the transaction ends. */
export const lockedSide = async (write: Work): Promise<typeof exchangeSide.$inferSelect> => {
  await write
    .insert(exchangeSide)
    .values({ id: 1, side: newSide('portal') })
    .onConflictDoNothing()
  const [row] = await write.select().from(exchangeSide).where(eq(exchangeSide.id, 1)).for('update')
  if (!row) throw new Error('the portal has no side of the exchange')
  return row
}

export const sideOf = async (work: Work): Promise<Side> =>
  (await work.select().from(exchangeSide))[0]?.side ?? newSide('portal')

/**
 * Tells the desk something, in the transaction of what it tells and after `lockedSide`: nobody else says anything before
 * it ends. Keep what follows short.
 */
export const told = async (write: Work, side: Side, said: readonly Said[]): Promise<readonly Entry[]> => {
  const { side: after, entries } = say(side, said, sha256)
  if (entries.length > 0) {
    await write.insert(logEntry).values(entries)
    await write.update(exchangeSide).set({ side: after }).where(eq(exchangeSide.id, 1))
  }
  return entries
}
