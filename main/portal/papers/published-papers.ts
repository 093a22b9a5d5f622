import { eq, sql } from 'drizzle-orm'
import type { FamilyPapersDocument } from '../../../shared/contract/portal/documents.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { sentPaper } from '../store/schema/index.ts'
import type { Transaction } from '../store/store.ts'

/**
 * Updates sent papers from the published documents of a message: whether the desk has the whole file, and its answer.
 */
export const updateSentPapers = async (
  tx: Transaction,
  documents: readonly FamilyPapersDocument[],
  at: Instant,
): Promise<void> => {
  for (const { id, state, reason, isHere, inBackup } of documents.flatMap((one) => one.received)) {
    await tx
      .update(sentPaper)
      .set({
        // Staff may undo their answer: the paper then waits again.
        answer: state === 'waiting' ? null : state,
        answerReason: reason,
        ...(isHere && { hereAt: sql`coalesce(${sentPaper.hereAt}, ${at})` }),
        ...(inBackup && { bytes: null }),
      })
      .where(eq(sentPaper.id, id))
  }
}
