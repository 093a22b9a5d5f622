import { and, eq, isNotNull, lt, notExists } from 'drizzle-orm'
import { retentionDays, withPrunedLogs } from '../../../shared/exchange/side.ts'
import { addMinutes, type Instant } from '../../../shared/rules/calendar/day.ts'
import { failureWindowMinutes, maxSessionMinutes } from '../account/account.ts'
import { pruneSignings } from '../debits/debits.ts'
import { deletePruned, lockedSide, prunablePosition, storeSide } from '../log/log.ts'
import { pruneHealthDrafts, prunePapers } from '../papers/papers.ts'
import type { Portal } from '../portal.ts'
import { pruneSignUps } from '../sign-up/sign-up.ts'
import {
  attempt,
  logEntry,
  mail,
  message,
  paymentAttempt,
  seenNonce,
  session,
  token,
  toldOnce,
} from '../store/schema/index.ts'

const dayMinutes = 24 * 60
/** Days that used tokens and sent mails stay, to answer parents who say that nothing arrived. */
const tokenDays = 7
const mailDays = 30
/** PayFiP keeps results as long, and the desk has counted the payment long before. */
const attemptDays = 366
const yearDays = 366
/** Maximum log entries pruned in one transaction. */
const maxPerBatch = 1000

/** Deletes data that nobody needs any more: the portal stores only what parents need. */
export const prunePortal = async ({ store: { db }, clock }: Portal): Promise<void> => {
  const now = clock()
  const ago = (minutes: number) => addMinutes(now, -minutes)
  await db.delete(attempt).where(lt(attempt.since, ago(failureWindowMinutes)))
  await db.delete(session).where(lt(session.createdAt, ago(maxSessionMinutes)))
  await db.delete(token).where(lt(token.expiresAt, ago(tokenDays * dayMinutes)))
  await db.delete(mail).where(and(isNotNull(mail.sentAt), lt(mail.sentAt, ago(mailDays * dayMinutes))))
  await db.delete(mail).where(lt(mail.refusedAt, ago(mailDays * dayMinutes)))
  // Deleted even if a desk never received them.
  await db.delete(message).where(lt(message.recordedAt, ago(yearDays * dayMinutes)))
  await db.delete(toldOnce).where(lt(toldOnce.at, ago(yearDays * dayMinutes)))
  await db
    .delete(paymentAttempt)
    .where(and(isNotNull(paymentAttempt.settledAt), lt(paymentAttempt.settledAt, ago(attemptDays * dayMinutes))))
  await pruneSignUps(db, now)
  await prunePapers({ db }, now)
  await pruneHealthDrafts(db, now)
  await pruneSignings(db, now)
  await db.delete(seenNonce).where(lt(seenNonce.until, now))
  while (await pruneLogs(db, ago(retentionDays * dayMinutes))) {
    // Prune in batches, and release the log's lock in between, so that parents can record.
  }
  // A message whose entry was pruned is in the desk's document, or the desk has erased it.
  const isInLog = db.select({ id: logEntry.id }).from(logEntry).where(eq(logEntry.id, message.id))
  await db.delete(message).where(and(lt(message.recordedAt, ago(retentionDays * dayMinutes)), notExists(isInLog)))
}

/**
 * Prunes one batch of both logs: entries settled before `limit` are not needed to repair anything.
 * @returns whether more may remain
 */
const pruneLogs = (db: Portal['store']['db'], limit: Instant): Promise<boolean> =>
  db.transaction(async (tx) => {
    const { side } = await lockedSide(tx)
    if (side.comparing) return false
    const own = await prunablePosition(tx, 'own', side.own, limit, maxPerBatch)
    const mirror = await prunablePosition(tx, 'mirror', side.mirror, limit, maxPerBatch)
    if (!own && !mirror) return false
    const pruned = withPrunedLogs(side, own ?? side.own.start, mirror ?? side.mirror.start)
    await storeSide(tx, { side: pruned })
    await deletePruned(tx, pruned)
    return true
  })
