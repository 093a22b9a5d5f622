import { randomUUID } from 'node:crypto'
import { and, eq, gt, isNull } from 'drizzle-orm'
import type { MoneyDocument } from '../../../shared/contract/portal/documents.ts'
import type { AttemptShown } from '../../../shared/contract/portal/payments.ts'
import { addMinutes } from '../../../shared/rules/calendar/day.ts'
import {
  attemptState,
  codeText,
  payfipEntries,
  payfipUnreachableText,
  paymentRequest,
  refusalCode,
  startTimeoutMinutes,
} from '../../../shared/rules/money/payment/payfip.ts'
import { isSamePayable, type Payable } from '../../../shared/rules/money/payment/payment.ts'
import { createPayfip, PayfipRefused, PayfipSilent } from '../../payfip/service.ts'
import type { Login } from '../account/account.ts'
import { lockHome } from '../family/family.ts'
import { appendToLog, lockedSide } from '../log/log.ts'
import type { Portal } from '../portal.ts'
import { documentOf } from '../published/documents.ts'
import { Refused } from '../refused.ts'
import { paymentAttempt } from '../store/schema/index.ts'
import {
  attemptOf,
  attemptShown,
  attemptsOf,
  onlineDebts,
  type PaymentAttempt,
  payableCents,
  payfipFor,
  receivedSince,
  startedEntries,
} from './attempts.ts'
import { askIfWorthwhile } from './settling.ts'

export const notificationPath = '/payfip/notification'
export const returnPath = (attempt: string): string => `/payfip/retour/${attempt}`

/** The debt that a parent pays: an invoice, or a balance taken over from another program. */
type NamedDebt = { readonly invoice: number } | { readonly openingDebt: number }

const payableOf = (named: NamedDebt): Payable =>
  'invoice' in named
    ? { invoiceId: named.invoice, openingDebtId: null }
    : { invoiceId: null, openingDebtId: named.openingDebt }

export type BegunPayment = { readonly attempt: string; readonly url: string }

/**
 * « Payer cette facture »: pays all that remains. The attempt is committed before PayFiP is called, and PayFiP's id of
 * the payment before the parent leaves for its page, so that a payment is found again whatever fails.
 */
export const beginPayment = async (
  portal: Portal,
  login: Login,
  { request, ...named }: { readonly request: string } & NamedDebt,
): Promise<BegunPayment> => {
  const { store, clock } = portal
  const wanted = payableOf(named)
  // First ask PayFiP about undecided attempts: one may have been paid.
  for (const attempt of await attemptsOf(store.db, login.familyId)) {
    if (isSamePayable(attempt, wanted) && attempt.requestId !== request) await askIfWorthwhile(portal, attempt)
  }
  const { attempt, asked } = await recordAttempt(portal, login, request, wanted)
  const payfip = createPayfip(attempt.address)
  if (attempt.idOp !== null) return { attempt: attempt.id, url: payfip.pageOf(attempt.idOp) }
  if (!asked) throw new Refused(payfipUnreachableText)
  const close = (code: string) =>
    store.db
      .update(paymentAttempt)
      .set({ settledAt: clock(), code })
      .where(and(eq(paymentAttempt.id, attempt.id), isNull(paymentAttempt.idOp)))
  let idOp: string
  try {
    idOp = await payfip.create(asked)
  } catch (error) {
    if (error instanceof PayfipRefused) {
      portal.log(error.message)
      await close(error.code)
      throw new Refused(codeText(error.code))
    }
    if (!(error instanceof PayfipSilent)) throw error
    portal.log(`PayFiP ne répond pas\u00a0: ${error.message}`)
    // PayFiP may have created the payment, but nobody received its address.
    await close('')
    throw new Refused(payfipUnreachableText)
  }
  if (!(await recordSent(portal, attempt, idOp))) throw new Refused(payfipUnreachableText)
  return { attempt: attempt.id, url: payfip.pageOf(idOp) }
}

/** @returns false when PayFiP took too long: another attempt may have begun */
const recordSent = ({ store, clock }: Portal, { id, familyId }: PaymentAttempt, idOp: string): Promise<boolean> =>
  store.db.transaction(async (tx) => {
    await lockHome(tx, familyId)
    const { side } = await lockedSide(tx)
    const now = clock()
    const [sent] = await tx
      .update(paymentAttempt)
      .set({ idOp, sentAt: now })
      .where(
        and(
          eq(paymentAttempt.id, id),
          isNull(paymentAttempt.settledAt),
          gt(paymentAttempt.recordedAt, addMinutes(now, -startTimeoutMinutes)),
        ),
      )
      .returning()
    if (sent) await appendToLog(tx, side, startedEntries(sent, now))
    return sent !== undefined
  })

/** Checks and writes under the home's lock: when two parents press at once, one is refused. */
const recordAttempt = ({ store, clock, address }: Portal, login: Login, request: string, wanted: Payable) =>
  store.db.transaction(async (tx) => {
    await lockHome(tx, login.familyId)
    const now = clock()
    const attempts = await attemptsOf(tx, login.familyId)
    const existing = attempts.find((one) => one.requestId === request && one.guardianId === login.guardianId)
    if (existing) return { attempt: requireUsable(existing, now), asked: null }
    const money = await documentOf(tx, 'money', login.familyId)
    const debt = money && onlineDebts(money).find((one) => isSamePayable(one, wanted))
    if (!money || !debt) throw new Refused(noSuchDebt(money, wanted))
    const offered = (await payfipFor(tx, login)).of(debt)
    if (!offered) throw new Refused('Le paiement en ligne n’est pas ouvert. Réglez cette somme auprès du service.')
    const can = payableCents(debt, receivedSince(money, attempts), attempts, now)
    if ('why' in can) throw new Refused(can.why)
    const id = randomUUID()
    const payfipRequest = paymentRequest({ ...debt, cents: can.cents }, login, offered, {
      notified: `${address}${notificationPath}`,
      back: `${address}${returnPath(id)}`,
    })
    const code = refusalCode(payfipRequest)
    if (code !== null) throw new Refused(codeText(code))
    const [attempt] = await tx
      .insert(paymentAttempt)
      .values({
        id,
        requestId: request,
        guardianId: login.guardianId,
        familyId: login.familyId,
        invoiceId: debt.invoiceId,
        openingDebtId: debt.openingDebtId,
        number: debt.number,
        label: debt.label,
        amountCents: can.cents,
        client: payfipRequest.numcli,
        refdet: payfipRequest.refdet,
        saisie: payfipEntries[offered.mode],
        address: offered.address,
        recordedAt: now,
      })
      .returning()
    if (!attempt) throw new Error('the attempt was not written')
    return { attempt, asked: payfipRequest }
  })

const noSuchDebt = (money: MoneyDocument | null | undefined, { invoiceId }: Payable): string => {
  if (invoiceId === null) return 'Cette somme n’est plus à payer.'
  return money?.invoices.some(({ id }) => id === invoiceId) ? 'Un avoir ne se paie pas.' : 'Cette facture n’existe pas.'
}

/**
 * A repeated request, when the page did not receive the first answer: returns the attempt while its payment page is
 * still open.
 */
const requireUsable = (attempt: PaymentAttempt, now: PaymentAttempt['recordedAt']): PaymentAttempt => {
  if (attempt.idOp !== null && attemptState(attempt, now) === 'sent') return attempt
  throw new Refused(
    'Ce paiement n’a pas pu commencer, ou il est fini. Revenez à «\u00a0Mon compte\u00a0», puis réessayez.',
  )
}

/** The state of an attempt of this home, asked from PayFiP again while it is undecided. */
export const followAttempt = async (portal: Portal, login: Login, id: string): Promise<AttemptShown> => {
  const { db } = portal.store
  const found = await attemptOf(db, login, id)
  if (!found) throw new Refused('Ce paiement n’existe pas.')
  await askIfWorthwhile(portal, found)
  return attemptShown((await attemptOf(db, login, id)) ?? found, login, portal.clock())
}
