import { and, eq, inArray, isNotNull, or, type SQL } from 'drizzle-orm'
import { ErasureBody } from '../../../shared/contract/exchange/erasure.ts'
import type { Entry } from '../../../shared/exchange/log.ts'
import { mismatchCode } from '../../../shared/rules/money/payment/payfip.ts'
import type { Portal } from '../portal.ts'
import {
  account,
  answeredCell,
  answerHeld,
  demande,
  draft,
  healthDraft,
  mail,
  mandateSigning,
  message,
  paymentAttempt,
  proposal,
  receipt,
  registrationDemande,
  sentPaper,
  signUp,
} from '../store/schema/index.ts'
import type { Transaction } from '../store/store.ts'

/**
 * Erases here what the desk erased for good, in the transaction of its message: the people's asks, receipts, accounts
 * with their sessions, and mails. The same exchange withdraws the documents about them; both logs prune the entries
 * after 60 days.
 */
export const applyErasures = async (portal: Portal, tx: Transaction, entries: readonly Entry[]): Promise<void> => {
  for (const { id, kind, body } of entries) {
    if (kind !== 'erasure') continue
    const erasure = parseErasure(body)
    if (erasure) await erase(tx, erasure)
    else portal.log(`ignoré, ${id}\u00a0: ce n’est pas un effacement`)
  }
}

const parseErasure = (body: string): ErasureBody | undefined => {
  try {
    return ErasureBody.safeParse(JSON.parse(body)).data
  } catch {
    return undefined
  }
}

const erase = async (tx: Transaction, { familyId, guardianIds, childIds }: ErasureBody): Promise<void> => {
  const family = familyId ?? 0
  const asks = [
    ...(await tx
      .delete(demande)
      .where(or(eq(demande.familyId, family), inArray(demande.childId, childIds)))
      .returning({ id: demande.id, receiptId: demande.receiptId })),
    ...(await tx
      .delete(registrationDemande)
      .where(or(eq(registrationDemande.familyId, family), inArray(registrationDemande.childId, childIds)))
      .returning({ id: registrationDemande.id, receiptId: registrationDemande.receiptId })),
  ]
  const ofPeople: SQL | undefined = or(
    eq(proposal.familyId, family),
    and(eq(proposal.subject, 'child'), inArray(proposal.subjectId, childIds)),
    and(eq(proposal.subject, 'guardian'), inArray(proposal.subjectId, guardianIds)),
  )
  const proposals = await tx.delete(proposal).where(ofPeople).returning({ id: proposal.id })
  const signings = await tx
    .delete(mandateSigning)
    .where(eq(mandateSigning.familyId, family))
    .returning({ id: mandateSigning.id })
  const ids = [...asks, ...proposals, ...signings].map((one) => one.id)
  await tx.delete(answerHeld).where(inArray(answerHeld.of, ids))
  // A receipt names the children that it concerns.
  const receiptIds = asks.map((one) => one.receiptId)
  await tx.delete(receipt).where(or(eq(receipt.familyId, family), inArray(receipt.id, receiptIds)))
  await tx.delete(sentPaper).where(or(eq(sentPaper.familyId, family), inArray(sentPaper.childId, childIds)))
  await tx.delete(answeredCell).where(eq(answeredCell.familyId, family))
  // An attempt that PayFiP has not decided yet is about money: it is deleted once settled, like all attempts.
  const isDecided = or(isNotNull(paymentAttempt.settledAt), eq(paymentAttempt.code, mismatchCode))
  await tx.delete(paymentAttempt).where(and(eq(paymentAttempt.familyId, family), isDecided))
  await tx.delete(draft).where(eq(draft.familyId, family))
  await tx.delete(message).where(or(eq(message.familyId, family), inArray(message.childId, childIds)))
  await tx.delete(healthDraft).where(inArray(healthDraft.childId, childIds))
  // Sessions, keys, tokens and drafts of the account are deleted with it.
  const accounts = await tx
    .delete(account)
    .where(inArray(account.guardianId, guardianIds))
    .returning({ email: account.email })
  const emails = accounts.map(({ email }) => email)
  await tx.delete(signUp).where(inArray(signUp.email, emails))
  await tx.delete(mail).where(inArray(mail.recipient, emails))
}
