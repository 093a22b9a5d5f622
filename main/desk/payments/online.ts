import { asc, eq } from 'drizzle-orm'
import type { UnresolvedOnlinePayment } from '../../../shared/contract/desk/money/payments.ts'
import { PaymentEntry } from '../../../shared/contract/portal/entries.ts'
import { dayAt, type Instant, today, yearOf } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { allocateOldestFirst, isSamePayable } from '../../../shared/rules/money/payment/payment.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { numberIn, readNumber, seriesOf } from '../../../shared/rules/money/series.ts'
import type { Write } from '../../store/acts/acts.ts'
import { numbersUnknown } from '../../store/numbers.ts'
import { onlineCheck, payment } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { debtorOf } from '../families/families.ts'
import { allocate, openDebts } from '../invoicing/invoicing.ts'
import { bookedDay, refuseUnlessHolder, regiesOf, seriesOfRegie } from '../regies/regies.ts'
import { debtsAtTreasury, keepForTreasury } from './kept-for-treasury.ts'
import { nextPaymentReceiptNumber } from './payment-receipts.ts'
import { accountOfDebt, guardianName, isFamily, isOnlinePaymentRecorded, overpaidRows } from './payments-store.ts'

type OnlinePayment = {
  /** Id of the attempt on the portal. */
  readonly attemptId: string
  readonly familyId: number
  readonly guardianId: number
  /** Null for a balance taken over from another program. */
  readonly invoiceId: number | null
  readonly openingDebtId: number | null
  readonly number: string
  readonly amountCents: number
  readonly paidAt: Instant
  readonly by: 'card' | 'debit'
  readonly idOp: string
  readonly authorisation: string
}

/**
 * Part of the exchange's act: records a payment made on the portal, once, with its receipt, and allocates it to what it
 * pays: an invoice, or a balance taken over. What exceeds the remaining due is kept for the Treasury if the debt was
 * handed over meanwhile, or becomes the family's credit if it was paid at the counter.
 * @returns `unnumbered` while the last receipt number is unknown: try again later
 */
export const writeOnlinePayment = (
  { store }: Core,
  write: Write,
  paid: OnlinePayment,
): 'written' | 'known' | 'unnumbered' | 'noFamily' => {
  const { attemptId, amountCents } = paid
  if (isOnlinePaymentRecorded(store, attemptId)) return 'known'
  if (numbersUnknown(store) !== null) return 'unnumbered'
  const found = accountOfDebt(store, paid)
  // After the import of a balance is undone, another home's balance may get the same row id.
  const isOthers = paid.openingDebtId !== null && found?.familyId !== paid.familyId && isFamily(store, paid.familyId)
  const account = isOthers ? undefined : found
  const familyId = account?.familyId ?? paid.familyId
  if (!isFamily(store, familyId)) return 'noFamily'
  const { id } = writeOnline(store, write, { familyId, regieId: account?.regieId ?? regieOfNumber(store, paid) }, paid)
  const debt = openDebts(store, familyId).find((one) => isSamePayable(one, paid))
  const cents = Math.min(amountCents, debt?.leftCents ?? 0)
  const { invoiceId, openingDebtId } = paid
  if (cents > 0) allocate(store, write, [{ paymentId: id, invoiceId, openingDebtId, amountCents: cents }])
  const [handedOver] = debtsAtTreasury(store, { debt: { invoiceId, openingDebtId } })
  const kept = Math.min(amountCents - cents, handedOver?.leftCents ?? 0)
  if (handedOver?.familyId === familyId && kept > 0) keepForTreasury(store, write, id, handedOver, kept)
  return 'written'
}

/** Part of the exchange's act: stores a payment that matches no attempt, until staff say whose it is. */
export const storeForChecking = (store: Store, write: Write, attemptId: string, body: string): void => {
  if (!checkOf(store, attemptId)) write.insert(onlineCheck, { attemptId, body, state: 'waiting' })
}

/**
 * Online payments that staff must check, oldest first: those not recorded, then those that exceeded what was due and
 * left a credit.
 */
export const onlineToCheck = ({ store }: Core): UnresolvedOnlinePayment[] => {
  const waiting = store.db
    .select()
    .from(onlineCheck)
    .where(eq(onlineCheck.state, 'waiting'))
    .orderBy(asc(onlineCheck.id))
    .all()
    .map(({ attemptId, body, actId }): UnresolvedOnlinePayment => {
      const paid = parsedPayment(attemptId, body)
      return {
        attemptId,
        why: paid ? (paid.differs ? 'differs' : 'noFamily') : 'unreadable',
        amountCents: paid?.amountCents ?? null,
        paidOn: dayAt(paid?.paidAt ?? arrivedAt(store, actId)),
        reference: paid ? onlineReference(paid) : '',
        family: paid ? familyNamed(store, paid.familyId) : null,
        payment: null,
      }
    })
  const overpaid = overpaidRows(store).map(
    ({ attemptId, amountCents, receivedOn, reference, familyId, family, creditCents, ...receipt }) => ({
      attemptId,
      why: 'overpaid' as const,
      amountCents,
      paidOn: receivedOn,
      reference,
      family: null,
      payment: {
        familyId,
        family,
        creditCents,
        receipt: numberIn(seriesOf(receipt.prefix, 'Q'), receipt.receiptYear, receipt.receiptNumber),
      },
    }),
  )
  return [...waiting, ...overpaid]
}

/** Records an unmatched payment, with its receipt, on the account of the family that staff chose. */
export const creditOnline = (
  core: Core,
  person: Person,
  { attemptId, familyId }: { readonly attemptId: string; readonly familyId: number },
): { receipt: string } => {
  const { store, clock } = core
  const paid = parsedPayment(attemptId, checkOf(store, attemptId)?.body ?? '')
  const { familyName } = debtorOf(store, familyId, today(clock))
  const amount = formatEuros(paid?.amountCents ?? 0)
  const label = `Paiement en ligne de ${amount} porté au compte\u00a0: ${familyName}`
  return store.act(person, 'payments.credit', label, (write) => {
    const check = requireWaitingCheck(store, attemptId)
    if (!paid) throw new Refused('Ce paiement ne se lit pas\u00a0: retrouvez-le sur le relevé de PayFiP.')
    const regieId = accountOfDebt(store, paid)?.regieId ?? regieOfNumber(store, paid)
    refuseUnlessHolder(core, person, regieId)
    const { id: paymentId, receipt } = writeCredited(store, write, { familyId, regieId }, paid)
    write.update(onlineCheck, check.id, { state: 'credited', decidedAt: write.at, paymentId })
    return { receipt }
  })
}

/** Closes a check with its outcome; a payment already recorded stays recorded. */
export const markChecked = (
  { store }: Core,
  person: Person,
  { attemptId, reason }: { readonly attemptId: string; readonly reason: string },
): void =>
  store.act(person, 'payments.seen', `Paiement en ligne vérifié\u00a0: ${reason}`, (write) => {
    const seen = { state: 'seen', reason, decidedAt: write.at } as const
    const overpaid = overpaidRows(store).find((one) => one.attemptId === attemptId)
    if (overpaid) write.insert(onlineCheck, { attemptId, body: '', paymentId: overpaid.id, ...seen })
    else write.update(onlineCheck, requireWaitingCheck(store, attemptId).id, seen)
  })

/** @throws Refused when no check waits. Call within the act that settles it. */
const requireWaitingCheck = (store: Store, attemptId: string) => {
  const check = checkOf(store, attemptId)
  if (check?.state !== 'waiting') throw new Refused('Ce paiement n’est plus à vérifier.')
  return check
}

const checkOf = (store: Store, attemptId: string) =>
  store.db.select().from(onlineCheck).where(eq(onlineCheck.attemptId, attemptId)).get()

const arrivedAt = (store: Store, actId: number): Instant =>
  store.statement('select started_at from act where id = ?').pluck().get(actId) as Instant

const familyNamed = (store: Store, id: number) =>
  (store.statement('select id, name from family where id = ?').get(id) as { id: number; name: string } | undefined) ??
  null

/** Null when the body is unreadable. */
const parsedPayment = (attemptId: string, body: string): (OnlinePayment & { readonly differs: boolean }) | null => {
  try {
    const { data } = PaymentEntry.safeParse(JSON.parse(body))
    if (!data) return null
    const { family: familyId, guardian: guardianId, invoice: invoiceId, openingDebt, differs = false, ...paid } = data
    return { ...paid, differs, attemptId, familyId, guardianId, invoiceId, openingDebtId: openingDebt }
  } catch {
    return null
  }
}

/** Records a payment for the family that staff chose; it pays the oldest debts first. */
const writeCredited = (
  store: Store,
  write: Write,
  account: { familyId: number; regieId: number },
  paid: OnlinePayment,
) => {
  const unknown = numbersUnknown(store)
  if (unknown !== null) throw new Refused(unknown)
  if (isOnlinePaymentRecorded(store, paid.attemptId)) throw new Refused('Ce paiement est déjà compté.')
  const debts = openDebts(store, account.familyId).filter((debt) => debt.regieId === account.regieId)
  const made = writeOnline(store, write, account, paid)
  const { parts } = allocateOldestFirst(paid.amountCents, debts)
  allocate(
    store,
    write,
    parts.map(({ cents, ...debt }) => ({ paymentId: made.id, ...debt, amountCents: cents })),
  )
  return made
}

/** The régie of an invoice that a restored file does not hold, by the prefix of its number. */
const regieOfNumber = (store: Store, { number }: Pick<OnlinePayment, 'number'>): number => {
  const prefix = readNumber(number)?.prefix ?? null
  return regiesOf(store).find((one) => one.prefix === prefix)?.id ?? firstRegieId
}

const writeOnline = (
  store: Store,
  write: Write,
  account: { readonly familyId: number; readonly regieId: number },
  paid: OnlinePayment,
) => {
  const on = dayAt(write.at)
  const paidOn = dayAt(paid.paidAt)
  const receiptYear = yearOf(on)
  const receiptNumber = nextPaymentReceiptNumber(store, account.regieId, receiptYear)
  // PayFiP's clock may be ahead of the desk's.
  const receivedOn = paidOn > on ? on : paidOn
  const { id } = write.insert(payment, {
    ...account,
    means: 'online',
    amountCents: paid.amountCents,
    receivedOn,
    bookedOn: bookedDay(store, account.regieId, receivedOn),
    recordedAt: write.at,
    payer: guardianName(store, paid.guardianId),
    reference: onlineReference(paid),
    receiptYear,
    receiptNumber,
    attemptId: paid.attemptId,
  })
  return { id, receipt: numberIn(seriesOfRegie(store, account.regieId, 'Q'), receiptYear, receiptNumber) }
}

/** « PayFiP d1b0…, autorisation 654321, facture 2026-000001 » */
const onlineReference = ({
  by,
  idOp,
  authorisation,
  invoiceId,
  number,
}: Pick<OnlinePayment, 'by' | 'idOp' | 'authorisation' | 'invoiceId' | 'number'>): string =>
  [
    `PayFiP ${by === 'debit' ? 'prélèvement ' : ''}${idOp}`,
    ...(authorisation === '' ? [] : [`autorisation ${authorisation}`]),
    `${invoiceId === null ? 'solde repris' : 'facture'} ${number}`,
  ].join(', ')
