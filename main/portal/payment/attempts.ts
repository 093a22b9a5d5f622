import { and, desc, eq } from 'drizzle-orm'
import type { MoneyDocument } from '../../../shared/contract/portal/documents.ts'
import type { PaymentEndedEntry, PaymentEntry, PaymentStartedEntry } from '../../../shared/contract/portal/entries.ts'
import type { AttemptShown, OnlineShown, PayableShown } from '../../../shared/contract/portal/payments.ts'
import type { NewEntry } from '../../../shared/exchange/log.ts'
import { isPaidByYear } from '../../../shared/pages/money/invoice.ts'
import { onlinePaymentOf, onlinePaymentsOf } from '../../../shared/pages/money/online-payment.ts'
import { dayAt, type Instant } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import {
  attemptState,
  attemptText,
  mayStartAnother,
  whyNotOnline,
  whyNotStartAnother,
} from '../../../shared/rules/money/payment/payfip.ts'
import { debtKey, isSamePayable, openingName, type Payable } from '../../../shared/rules/money/payment/payment.ts'
import { longDay } from '../../../shared/rules/text/french.ts'
import { createPayfip } from '../../payfip/service.ts'
import type { Login } from '../account/account.ts'
import { newEntry } from '../log/entries.ts'
import { documentOf } from '../published/documents.ts'
import { paymentAttempt } from '../store/schema/index.ts'
import type { Queryable } from '../store/store.ts'

export type PaymentAttempt = typeof paymentAttempt.$inferSelect
type Invoice = MoneyDocument['invoices'][number]
type TakenOver = NonNullable<MoneyDocument['takenOver']>[number]

/** What a parent may pay online: an invoice, or a balance taken over from another program. */
export type OnlineDebt = Payable &
  Pick<Invoice, 'number' | 'label' | 'issuedOn' | 'leftCents' | 'treasuryCents' | 'debitOn' | 'balanceOn' | 'regie'>

const debtOfInvoice = (invoice: Invoice): OnlineDebt => ({ ...invoice, invoiceId: invoice.id, openingDebtId: null })

/**
 * Null for an amount that the family has ahead, and when the desk is of an older version that does not name the
 * balance.
 */
const debtOfOpening = ({ id, number, on, reference, totalCents, ...opening }: TakenOver): OnlineDebt | null =>
  id === undefined || number === undefined || totalCents <= 0
    ? null
    : { ...opening, invoiceId: null, openingDebtId: id, number, label: openingName(on, reference), issuedOn: on }

/** Everything that a home may pay online, including debts already paid. */
export const onlineDebts = ({
  invoices,
  takenOver = [],
}: Pick<MoneyDocument, 'invoices' | 'takenOver'>): OnlineDebt[] => [
  ...invoices.filter(({ kind }) => kind === 'invoice').map(debtOfInvoice),
  ...takenOver.flatMap((one) => debtOfOpening(one) ?? []),
]

/** A home's online payment attempts, newest first. */
export const attemptsOf = (db: Queryable, familyId: number): Promise<PaymentAttempt[]> =>
  db
    .select()
    .from(paymentAttempt)
    .where(eq(paymentAttempt.familyId, familyId))
    .orderBy(desc(paymentAttempt.recordedAt), desc(paymentAttempt.id))

/** An attempt of the home that the guardian looks at; undefined for any other home's. */
export const attemptOf = async (
  db: Queryable,
  { familyId }: Login,
  id: string,
): Promise<PaymentAttempt | undefined> => {
  const [found] = await db
    .select()
    .from(paymentAttempt)
    .where(and(eq(paymentAttempt.id, id), eq(paymentAttempt.familyId, familyId)))
  return found
}

/** An attempt as pages receive it; only the parent who began it gets the address of PayFiP's page. */
export const attemptShown = (attempt: PaymentAttempt, { guardianId }: Login, now: Instant): AttemptShown => ({
  id: attempt.id,
  invoice: attempt.invoiceId,
  openingDebt: attempt.openingDebtId,
  number: attempt.number,
  label: attempt.label,
  amountCents: attempt.amountCents,
  beganAt: attempt.recordedAt,
  state: attemptState(attempt, now),
  sentence: attemptText(attempt, formatEuros(attempt.amountCents), now),
  isTest: attempt.saisie === 'T',
  page:
    attempt.idOp !== null && attempt.guardianId === guardianId && attemptState(attempt, now) === 'sent'
      ? createPayfip(attempt.address).pageOf(attempt.idOp)
      : null,
})

/** Whether the attempt brought real money: test cards do not. */
const isReceived = ({ result, saisie }: PaymentAttempt): boolean => (result === 'P' || result === 'V') && saisie !== 'T'

/** Amounts paid online that the published accounts do not count yet, by `debtKey`. */
export const receivedSince = (
  { onlinePayments = [] }: Pick<MoneyDocument, 'onlinePayments'>,
  attempts: readonly PaymentAttempt[],
): ReadonlyMap<string, number> => {
  const counted = new Set(onlinePayments)
  const received = new Map<string, number>()
  for (const attempt of attempts) {
    if (!isReceived(attempt) || counted.has(attempt.id)) continue
    const key = debtKey(attempt)
    received.set(key, (received.get(key) ?? 0) + attempt.amountCents)
  }
  return received
}

/** How much of a debt remains to pay online, or why it cannot be paid online now. */
export const payableCents = (
  debt: OnlineDebt,
  received: ReadonlyMap<string, number>,
  attempts: readonly PaymentAttempt[],
  now: Instant,
): { readonly cents: number } | { readonly why: string } => {
  const cents = debt.leftCents - (received.get(debtKey(debt)) ?? 0)
  const what = debt.invoiceId === null ? 'Cette somme' : 'Cette facture'
  if (cents <= 0 && (debt.treasuryCents ?? 0) > 0)
    return { why: `${what} est à payer à la Trésorerie\u00a0: la régie ne prend plus d’argent pour elle.` }
  if (debt.debitOn !== undefined) return { why: `${what} sera prélevée sur votre compte le ${longDay(debt.debitOn)}.` }
  if (debt.balanceOn !== undefined && isPaidByYear(debt, dayAt(now)))
    return { why: `Vos mensualités paient cette facture\u00a0: le solde se règle le ${longDay(debt.balanceOn)}.` }
  const ownAttempts = attempts.filter((attempt) => isSamePayable(attempt, debt))
  const why =
    whyNotOnline(cents, what) ??
    ownAttempts.map((attempt) => whyNotStartAnother(attempt, now)).find((one) => one !== null) ??
    null
  return why === null ? { cents } : { why }
}

/** The settings with which this parent may pay a debt online; null when they cannot. */
export const payfipFor = async (db: Queryable, { email }: Pick<Login, 'email'>) => {
  const town = (await documentOf(db, 'town')) ?? null
  const isOpen = ({ mode, tryEmail }: { mode: string; tryEmail: string }) => mode === 'production' || tryEmail === email
  return {
    open: onlinePaymentsOf(town).filter(isOpen),
    of: (debt: OnlineDebt) => {
      const payfip = onlinePaymentOf(town, debt)
      return payfip && isOpen(payfip) ? payfip : null
    },
  }
}

/** Online payment of the debts that have something to pay, or a payment under way. */
export const onlineShown = async (
  db: Queryable,
  login: Login,
  money: MoneyDocument,
  now: Instant,
): Promise<OnlineShown | null> => {
  const attempts = await attemptsOf(db, login.familyId)
  const offered = await payfipFor(db, login)
  if (offered.open.length === 0 && attempts.length === 0) return null
  const received = receivedSince(money, attempts)
  // Pressing the button asks PayFiP again, so an attempt due for asking does not block it here.
  const blocking = attempts.filter((attempt) => !mayStartAnother(attempt, now))
  const shown = (debt: OnlineDebt): PayableShown | null => {
    const receivedCents = received.get(debtKey(debt)) ?? 0
    if (debt.leftCents <= 0 && receivedCents === 0) return null
    const last = attempts.find((attempt) => isSamePayable(attempt, debt))
    const can = offered.of(debt) ? payableCents(debt, received, blocking, now) : null
    return {
      receivedCents,
      payCents: can && 'cents' in can ? can.cents : null,
      why: can && 'why' in can && debt.leftCents > receivedCents ? can.why : null,
      attempt: last ? attemptShown(last, login, now) : null,
    }
  }
  const debts = onlineDebts(money).flatMap((debt) => {
    const payable = shown(debt)
    return payable ? [{ debt, payable }] : []
  })
  return {
    isTest: offered.open.length > 0 && offered.open.every(({ mode }) => mode === 'test'),
    invoices: debts.flatMap(({ debt: { invoiceId }, payable }) =>
      invoiceId === null ? [] : [{ ...payable, invoice: invoiceId }],
    ),
    openingDebts: debts.flatMap(({ debt: { openingDebtId }, payable }) =>
      openingDebtId === null ? [] : [{ ...payable, openingDebt: openingDebtId }],
    ),
  }
}

/** The log entries that tell the desk that a payment is under way; none for a test payment, since it pays nothing. */
export const startedEntries = (attempt: PaymentAttempt, at: Instant): NewEntry[] => {
  const { id, guardianId, familyId, invoiceId, openingDebtId, idOp, saisie, ...asked } = attempt
  if (idOp === null || saisie === 'T') return []
  const { recordedAt, number, label, amountCents, client, refdet, address } = asked
  const body: PaymentStartedEntry = {
    guardian: guardianId,
    family: familyId,
    recordedAt,
    attempt: id,
    invoice: invoiceId,
    openingDebt: openingDebtId,
    number,
    label,
    amountCents,
    idOp,
    client,
    refdet,
    saisie,
    address,
  }
  return [newEntry(`started:${id}`, 'paymentStarted', at, body)]
}

/** The log entries that tell the desk that a payment it knows as under way will not come. */
export const endedEntries = ({ id, saisie }: PaymentAttempt, at: Instant): NewEntry[] => {
  const body: PaymentEndedEntry = { attempt: id, at }
  return saisie === 'T' ? [] : [newEntry(`ended:${id}`, 'paymentEnded', at, body)]
}

/** @throws RangeError for an attempt that was not paid */
export const paymentEntry = (attempt: PaymentAttempt): PaymentEntry => {
  const { result, idOp, paidAt } = attempt
  if ((result !== 'P' && result !== 'V') || idOp === null || paidAt === null) throw new RangeError('not paid')
  return {
    guardian: attempt.guardianId,
    family: attempt.familyId,
    recordedAt: attempt.recordedAt,
    invoice: attempt.invoiceId,
    openingDebt: attempt.openingDebtId,
    number: attempt.number,
    amountCents: attempt.amountCents,
    paidAt,
    by: result === 'V' ? 'debit' : 'card',
    idOp,
    authorisation: attempt.authorisation ?? '',
    saisie: attempt.saisie,
  }
}
