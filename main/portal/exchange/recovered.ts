import { and, eq, isNull } from 'drizzle-orm'
import * as z from 'zod'
import {
  ActivatedEntry,
  DemandeEntry,
  MailboxEntry,
  MailChoiceEntry,
  MessageEntry,
  PaymentEndedEntry,
  PaymentEntry,
  PaymentStartedEntry,
  ProposalEntry,
  RegistrationEntry,
  SignedMandateEntry,
  SignUpEntry,
  UndoneEntry,
} from '../../../shared/contract/portal/entries.ts'
import type { Entry } from '../../../shared/exchange/log.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { attemptOfMismatch, mismatchCode } from '../../../shared/rules/money/payment/payfip.ts'
import { isMailKind } from '../../../shared/rules/requests/mails.ts'
import { recoverSigned } from '../debits/debits.ts'
import { undoneEntry } from '../log/entries.ts'
import { appendToLog, sideOf } from '../log/log.ts'
import type { Portal } from '../portal.ts'
import { recoverSignUp } from '../sign-up/sign-up.ts'
import { errorText } from '../store/error-text.ts'
import {
  account,
  demande,
  exchangeSide,
  message,
  paymentAttempt,
  proposal,
  receipt,
  registrationDemande,
} from '../store/schema/index.ts'
import type { Transaction } from '../store/store.ts'

/**
 * Rebuilds what a restored portal had recorded, from the entries that the desk gives back: same demandes, same
 * instants, and no mail sent again. The receipts themselves are in the parents' hands.
 */
export const recover = async (portal: Portal, tx: Transaction, entries: readonly Entry[]): Promise<void> => {
  const recovered = new Set(entries.map(({ id }) => id))
  for (const entry of entries) {
    try {
      await recoverOne(tx, entry, JSON.parse(entry.body), { recovered, now: portal.clock() })
    } catch (error) {
      // An older version of the portal may have written entries in another shape.
      if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error
      portal.log(`non récupéré, ${entry.id}\u00a0: ${errorText(error)}`)
    }
  }
}

type Recovery = { readonly recovered: ReadonlySet<string>; readonly now: Instant }

const recoverOne = async (tx: Transaction, { id, kind }: Entry, body: unknown, recovery: Recovery): Promise<void> => {
  if (kind === 'demande') {
    const { guardian, family, child, registration, slot, receipt: number, ...asked } = DemandeEntry.parse(body)
    const spot = { registrationId: registration, day: asked.day, slotId: slot }
    await withdrawOpen(tx, demande, isOpenSpot(spot), recovery)
    await tx
      .insert(demande)
      .values({
        ...asked,
        ...spot,
        id,
        receiptId: await receiptOf(tx, number),
        guardianId: guardian,
        familyId: family,
        childId: child,
      })
      .onConflictDoNothing()
  } else if (kind === 'registration') {
    const {
      guardian,
      family,
      child,
      period,
      from,
      to,
      week,
      recordedAt,
      receipt: number,
    } = RegistrationEntry.parse(body)
    const { familyId, childId, periodId, withdrawnAt, answeredAt } = registrationDemande
    const isSame = and(eq(familyId, family), eq(childId, child), eq(periodId, period))
    await withdrawOpen(tx, registrationDemande, and(isSame, isNull(withdrawnAt), isNull(answeredAt)), recovery)
    await tx
      .insert(registrationDemande)
      .values({
        id,
        receiptId: await receiptOf(tx, number),
        guardianId: guardian,
        familyId: family,
        childId: child,
        periodId: period,
        fromDay: from,
        toDay: to,
        week: JSON.stringify(week),
        recordedAt,
      })
      .onConflictDoNothing()
  } else if (kind === 'proposal') {
    const { guardian, family, ...change } = ProposalEntry.parse(body)
    const { familyId, subject, subjectId, field, withdrawnAt, answeredAt } = proposal
    const isSame = and(
      eq(familyId, family),
      eq(subject, change.subject),
      eq(subjectId, change.subjectId),
      eq(field, change.field),
    )
    await withdrawOpen(tx, proposal, and(isSame, isNull(withdrawnAt), isNull(answeredAt)), recovery)
    await tx
      .insert(proposal)
      .values({ ...change, id, guardianId: guardian, familyId: family })
      .onConflictDoNothing()
  } else if (kind === 'payment') {
    const { guardian, family, invoice, openingDebt, by, number, differs, ...paid } = PaymentEntry.parse(body)
    const { recordedAt, paidAt, authorisation } = paid
    const outcome = differs
      ? { code: mismatchCode }
      : { result: by === 'debit' ? ('V' as const) : ('P' as const), paidAt, authorisation, settledAt: paidAt }
    const attempt = attemptOfMismatch(id) ?? id
    await tx
      .insert(paymentAttempt)
      .values({
        ...paid,
        paidAt: null,
        authorisation: null,
        ...outcome,
        id: attempt,
        // No page can send this one again: any unique value will do.
        requestId: attempt,
        guardianId: guardian,
        familyId: family,
        invoiceId: invoice,
        openingDebtId: openingDebt,
        number,
        label: '',
        client: '',
        refdet: '',
        address: '',
        sentAt: recordedAt,
      })
      .onConflictDoUpdate({ target: paymentAttempt.id, set: outcome })
  } else if (kind === 'paymentStarted') {
    const { attempt, guardian, family, invoice, openingDebt, ...asked } = PaymentStartedEntry.parse(body)
    await tx
      .insert(paymentAttempt)
      .values({
        ...asked,
        id: attempt,
        // No page can send this one again: any unique value will do.
        requestId: attempt,
        guardianId: guardian,
        familyId: family,
        invoiceId: invoice,
        openingDebtId: openingDebt,
        sentAt: asked.recordedAt,
      })
      .onConflictDoUpdate({ target: paymentAttempt.id, set: { idOp: asked.idOp, sentAt: asked.recordedAt } })
  } else if (kind === 'paymentEnded') {
    const { attempt, at } = PaymentEndedEntry.parse(body)
    await tx
      .update(paymentAttempt)
      .set({ settledAt: at })
      .where(and(eq(paymentAttempt.id, attempt), isNull(paymentAttempt.settledAt)))
  } else if (kind === 'signUp') {
    await recoverSignUp(tx, id, SignUpEntry.parse(body))
  } else if (kind === 'signedMandate') {
    await recoverSigned(tx, id, SignedMandateEntry.parse(body))
  } else if (kind === 'message') {
    const { guardian, family, child, invoice, ...wrote } = MessageEntry.parse(body)
    await tx
      .insert(message)
      .values({
        ...wrote,
        id,
        // No page can send this one again: any unique value will do.
        requestId: id,
        guardianId: guardian,
        familyId: family,
        childId: child,
        invoiceId: invoice,
      })
      .onConflictDoNothing()
  } else if (kind === 'mailbox') {
    const { guardian, email, refused } = MailboxEntry.parse(body)
    await tx
      .update(account)
      .set({ refusedEmail: refused ? email : null })
      .where(eq(account.guardianId, guardian))
  } else if (kind === 'mailChoice') {
    const { guardian, unwanted } = MailChoiceEntry.parse(body)
    await tx
      .update(account)
      .set({ unwanted: unwanted.filter(isMailKind) })
      .where(eq(account.guardianId, guardian))
  } else if (kind === 'activated') {
    // The password is lost: « Mot de passe oublié ? » gives another.
    const { guardian, at } = ActivatedEntry.parse(body)
    const isUnopened = and(eq(account.guardianId, guardian), isNull(account.activatedAt))
    await tx.update(account).set({ activatedAt: at }).where(isUnopened)
  } else if (kind === 'withdrawn' || kind === 'takenBack') {
    const { of, at } = UndoneEntry.parse(body)
    if (kind === 'takenBack') await tx.update(demande).set({ takenBackAt: at }).where(eq(demande.id, of))
    else await tx.update(demande).set({ withdrawnAt: at }).where(eq(demande.id, of))
    for (const table of [registrationDemande, proposal]) {
      await tx.update(table).set({ withdrawnAt: at }).where(eq(table.id, of))
    }
  }
}

type Asks = typeof demande | typeof registrationDemande | typeof proposal

const isOpenSpot = (spot: { registrationId: number; day: typeof demande.$inferSelect.day; slotId: number }) =>
  and(
    eq(demande.registrationId, spot.registrationId),
    eq(demande.day, spot.day),
    eq(demande.slotId, spot.slotId),
    isNull(demande.withdrawnAt),
    isNull(demande.answeredAt),
  )

/**
 * Withdraws the open asks that a recovered ask replaces. A parent who did not see an earlier demande after the restore
 * asked again: the earlier one is kept, and a log entry tells the desk, which will have both, of the withdrawal. When
 * both are recovered, the earlier one had been answered in between: that answer is on its way, so nothing is reported.
 */
const withdrawOpen = async (
  tx: Transaction,
  table: Asks,
  open: ReturnType<typeof and>,
  { recovered, now }: Recovery,
): Promise<void> => {
  const rows = await tx.update(table).set({ withdrawnAt: now }).where(open).returning()
  const newAsks = rows.filter(({ id }) => !recovered.has(id))
  if (newAsks.length === 0) return
  await appendToLog(
    tx,
    await sideOf(tx),
    newAsks.map((ask) => undoneEntry('withdrawn', ask.id, ask, now)),
  )
}

/** The id of the receipt with this number, '' when this copy of the store lacks it. Its number is not given again. */
const receiptOf = async (tx: Transaction, number: string): Promise<string> => {
  const [existing] = await tx.select({ id: receipt.id }).from(receipt).where(eq(receipt.number, number))
  const count = Number(number.split('-').at(-1))
  const [row] = await tx.select({ receipts: exchangeSide.receipts }).from(exchangeSide)
  if (row && Number.isInteger(count) && count > row.receipts) await tx.update(exchangeSide).set({ receipts: count })
  return existing?.id ?? ''
}
