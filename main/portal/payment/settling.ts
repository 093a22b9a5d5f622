import { and, eq, isNotNull, isNull, lt, or, sql } from 'drizzle-orm'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import {
  isFinalReply,
  isQueryDue,
  isQueryWorthwhile,
  mismatchCode,
  mismatchName,
  type PayfipReply,
  paidAtOf,
} from '../../../shared/rules/money/payment/payfip.ts'
import { createPayfip, PayfipRefused, PayfipSilent, type PaymentDetail } from '../../payfip/service.ts'
import { lockHome } from '../family/family.ts'
import { newEntry } from '../log/entries.ts'
import { appendToLog, lockedSide } from '../log/log.ts'
import type { Portal } from '../portal.ts'
import { paymentAttempt } from '../store/schema/index.ts'
import type { Transaction } from '../store/store.ts'
import { endedEntries, type PaymentAttempt, paymentEntry } from './attempts.ts'

/**
 * Asks PayFiP for an attempt's result and stores it; entries and state are written once however often this runs.
 * Nothing else decides: notifications and returning browsers only tell when to ask.
 */
const askResult = async (portal: Portal, attempt: PaymentAttempt): Promise<void> => {
  const { id, familyId, idOp, address } = attempt
  const { db } = portal.store
  if (idOp === null || attempt.settledAt !== null || attempt.code === mismatchCode) return
  const detail = await detailOf(portal, address, idOp)
  if (detail === null) {
    await db.update(paymentAttempt).set({ askedAt: portal.clock() }).where(eq(paymentAttempt.id, id))
    return
  }
  await db.transaction(async (tx) => {
    await lockHome(tx, familyId)
    const { side } = await lockedSide(tx)
    const at = portal.clock()
    const now = await openAttempt(tx, id)
    if (!now || now.code === mismatchCode) return
    if ('result' in detail && !isAbout(now, detail)) {
      portal.log(
        `PayFiP répond sur un autre paiement que ${id}\u00a0: ${detail.idOp} ${detail.refdet} ${detail.montant}`,
      )
      const mismatch = mismatchEntry(now, detail, at)
      await tx
        .update(paymentAttempt)
        .set({ askedAt: at, ...(mismatch && { code: mismatchCode }) })
        .where(eq(paymentAttempt.id, id))
      if (mismatch) await appendToLog(tx, side, [newEntry(mismatchName(id), 'payment', at, mismatch)])
      return
    }
    const [after] = await tx
      .update(paymentAttempt)
      .set({ askedAt: at, heardAt: at, ...resultColumns(now, detail, at) })
      .where(eq(paymentAttempt.id, id))
      .returning()
    if (!after) return
    const isPaid = after.result === 'P' || after.result === 'V'
    if (isPaid) await appendToLog(tx, side, [newEntry(id, 'payment', at, paymentEntry(after))])
    else if (after.settledAt !== null) await appendToLog(tx, side, endedEntries(after, at))
  })
}

/** @returns null when PayFiP gave no answer */
const detailOf = async (
  { log }: Portal,
  address: string,
  idOp: string,
): Promise<PaymentDetail | { readonly code: string } | null> => {
  try {
    return await createPayfip(address).detail(idOp)
  } catch (error) {
    if (error instanceof PayfipRefused) return { code: error.code }
    if (!(error instanceof PayfipSilent)) throw error
    log(`PayFiP ne répond pas\u00a0: ${error.message}`)
    return null
  }
}

const openAttempt = async (tx: Transaction, id: string): Promise<PaymentAttempt | undefined> => {
  const [found] = await tx
    .select()
    .from(paymentAttempt)
    .where(and(eq(paymentAttempt.id, id), isNull(paymentAttempt.settledAt)))
  return found
}

/** Whether the answer is about this attempt: same régie, same reference, same amount. */
const isAbout = ({ idOp, client, refdet, amountCents }: PaymentAttempt, detail: PaymentDetail): boolean =>
  (detail.idOp === '' || detail.idOp === idOp) &&
  detail.numcli === client &&
  detail.refdet === refdet &&
  detail.montant === `${amountCents}`

/**
 * The log entry for money received under the attempt's id but with another régie, reference or amount, for staff to
 * check; null when no money came, or when the id differs.
 */
const mismatchEntry = (attempt: PaymentAttempt, { idOp, result, montant, ...detail }: PaymentDetail, at: Instant) => {
  const amountCents = /^\d{1,9}$/.test(montant) ? Number(montant) : 0
  if (idOp !== attempt.idOp || amountCents === 0 || (result !== 'P' && result !== 'V')) return null
  const paidAt = paidAtOf(detail.dattrans, detail.heurtrans) ?? at
  const paid = { ...attempt, result, amountCents, paidAt, authorisation: detail.numauto }
  return { ...paymentEntry(paid), differs: true }
}

const resultColumns = (
  { sentAt }: PaymentAttempt,
  detail: PaymentDetail | { readonly code: string },
  at: Instant,
): Partial<PaymentAttempt> => {
  const what: PayfipReply = detail
  const settledAt = sentAt !== null && isFinalReply(sentAt, what, at) ? at : null
  if ('code' in detail) return { code: detail.code, settledAt }
  const { result, dattrans, heurtrans, numauto } = detail
  const isPaid = result === 'P' || result === 'V'
  return {
    result,
    settledAt,
    ...(isPaid && { paidAt: paidAtOf(dattrans, heurtrans) ?? at, authorisation: numauto }),
  }
}

/** Maximum attempts asked about in one round; the rest wait for the next round. */
const maxPerRound = 50

/**
 * Asks about each undecided attempt when its time has come: a notification may be lost, or the portal may have been
 * off.
 */
export const askDue = async (portal: Portal): Promise<void> => {
  const { db } = portal.store
  const now = portal.clock()
  const open = await db
    .select()
    .from(paymentAttempt)
    .where(
      and(
        isNull(paymentAttempt.settledAt),
        isNotNull(paymentAttempt.sentAt),
        or(isNull(paymentAttempt.askedAt), lt(paymentAttempt.askedAt, now)),
      ),
    )
    .orderBy(sql`${paymentAttempt.askedAt} asc nulls first`)
    .limit(maxPerRound * 4)
  for (const attempt of open.filter((one) => isQueryDue(one, one.askedAt, now)).slice(0, maxPerRound)) {
    await claimAndAsk(portal, attempt)
  }
}

/** Asks about one attempt when something suggests that it was decided; if it is too early, the next round asks. */
export const askIfWorthwhile = async (portal: Portal, attempt: PaymentAttempt): Promise<void> => {
  if (isQueryWorthwhile(attempt, attempt.askedAt, portal.clock())) await claimAndAsk(portal, attempt)
}

/** Several workers may find an attempt undecided at once: only the one that claims it asks. */
const claimAndAsk = async (portal: Portal, { id, askedAt }: PaymentAttempt): Promise<void> => {
  const [claimed] = await portal.store.db
    .update(paymentAttempt)
    .set({ askedAt: portal.clock() })
    .where(
      and(
        eq(paymentAttempt.id, id),
        askedAt === null ? isNull(paymentAttempt.askedAt) : eq(paymentAttempt.askedAt, askedAt),
      ),
    )
    .returning()
  if (claimed) await askResult(portal, claimed)
}

/** Handles a PayFiP notification: never trusted, and answered the same whether its id is known or not. */
export const handleNotification = async (portal: Portal, idOp: string): Promise<void> => {
  const [found] = await portal.store.db.select().from(paymentAttempt).where(eq(paymentAttempt.idOp, idOp))
  if (found) await askIfWorthwhile(portal, found)
}
