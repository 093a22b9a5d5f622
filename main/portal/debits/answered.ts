import { and, eq, isNull, lt, or } from 'drizzle-orm'
import type { SignedMandateEntry } from '../../../shared/contract/portal/entries.ts'
import type { AnswerToAsk } from '../../../shared/exchange/answer-entries.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { enqueueMails } from '../mails/mail.ts'
import type { Portal } from '../portal.ts'
import { account, mandateSigning } from '../store/schema/index.ts'
import type { Transaction } from '../store/store.ts'
import { refusedMail } from './signing-mails.ts'

/**
 * Stores the desk's answer to a mandate that a guardian signed. When the mandate is refused, the guardian who signed it
 * is mailed.
 * @returns whether the answer is about a mandate
 */
export const applyMandateAnswer = async (
  portal: Portal,
  tx: Transaction,
  { of, answer, reason, revision, at }: AnswerToAsk & { readonly at: Instant },
): Promise<boolean> => {
  const [row] = await tx.select().from(mandateSigning).where(eq(mandateSigning.id, of))
  if (!row) return false
  const [changed] = await tx
    .update(mandateSigning)
    .set({ answer, answerReason: reason, answerRevision: revision, answeredAt: at })
    .where(
      and(
        eq(mandateSigning.id, of),
        or(isNull(mandateSigning.answerRevision), lt(mandateSigning.answerRevision, revision)),
      ),
    )
    .returning()
  if (!changed || (answer !== 'refused' && answer !== 'moot')) return true
  const [reader] = await tx.select().from(account).where(eq(account.guardianId, row.guardianId))
  if (reader && !reader.blocked) {
    const about = { reference: row.reference, reason: reason ?? '', address: portal.address }
    await enqueueMails(tx, [refusedMail(reader, about)], portal.clock())
  }
  return true
}

/** Rebuilds what a restored portal had recorded of a mandate that a guardian signed. */
export const recoverSigned = async (
  tx: Transaction,
  id: string,
  { guardian, family, regie, reference, debtor, lastFour, recordedAt }: SignedMandateEntry,
): Promise<void> => {
  const signed = { sealed: '', codeHash: '', signedAt: recordedAt }
  await tx
    .insert(mandateSigning)
    .values({
      id,
      // No page can send this request again, so any unique value will do.
      requestId: id,
      guardianId: guardian,
      familyId: family,
      regieId: regie,
      reference,
      debtor,
      lastFour,
      codeUntil: recordedAt,
      startedAt: recordedAt,
      ...signed,
    })
    .onConflictDoUpdate({ target: mandateSigning.id, set: signed })
}
