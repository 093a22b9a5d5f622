import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { MoneyDocument } from '../../../shared/contract/portal/documents.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { attemptOfMismatch } from '../../../shared/rules/money/payment/payfip.ts'
import { paymentAttempt } from '../store/schema/index.ts'
import type { Transaction } from '../store/store.ts'

/**
 * Closes the payment attempts of which PayFiP reported another amount or debt than requested, once staff have checked
 * them.
 * @param documents the money documents that a message of the exchange brought, by family
 */
export const settleChecked = async (
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
