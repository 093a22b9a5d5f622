import { eq, sql } from 'drizzle-orm'
import type { FamilyPapersDocument } from '../../../shared/contract/portal/documents.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { sentPaper } from '../store/schema/index.ts'
import type { Transaction } from '../store/store.ts'

/** With the documents of a message: what the desk has whole, and what it answered. */
export const notePapersHere = async (
  tx: Transaction,
  documents: readonly FamilyPapersDocument[],
  at: Instant,
): Promise<void> => {
  for (const { id, state, reason, isHere, inBackup } of documents.flatMap((one) => one.received)) {
    await tx
      .update(sentPaper)
      .set({
        // Taken back by staff, an answer is no answer any more.
        answer: state === 'waiting' ? null : state,
        answerReason: reason,
        ...(isHere && { hereAt: sql`coalesce(${sentPaper.hereAt}, ${at})` }),
        ...(inBackup && { bytes: null }),
      })
      .where(eq(sentPaper.id, id))
  }
}
