import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { MoneyDocument } from '../../../shared/contract/portal/documents.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { attemptOfMismatch } from '../../../shared/rules/money/payfip.ts'
import { paymentAttempt } from '../store/schema/index.ts'
import type { Transaction } from '../store/store.ts'

/** With the documents of a message, by family: what PayFiP told otherwise than asked, and staff have settled. */
export const noteChecked = async (
  tx: Transaction,
  documents: ReadonlyMap<number, MoneyDocument>,
  at: Instant,
): Promise<void> => {
  for (const [familyId, { onlineChecked = [] }] of documents) {
    const ids = onlineChecked.flatMap((name) => attemptOfMismatch(name) ?? [])
    if (ids.length === 0) continue
    await tx
      .update(paymentAttempt)
      .set({ settledAt: at })
      .where(
        and(inArray(paymentAttempt.id, ids), eq(paymentAttempt.familyId, familyId), isNull(paymentAttempt.settledAt)),
      )
  }
}
