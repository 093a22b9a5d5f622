import type { AccountLine, Payer, PayerDebts, Payment } from '../../../shared/contract/desk/money/payments.ts'
import type { ListedFamily } from '../../../shared/contract/desk/people/families.ts'
import { type Day, dayAt, today, yearOf } from '../../../shared/rules/calendar/day.ts'
import { familyNumberText } from '../../../shared/rules/money/invoice.ts'
import { formatEuros, sumOf } from '../../../shared/rules/money/money.ts'
import {
  type CounterDetails,
  detailsText,
  noDetails,
  refuseCash,
  refuseDetails,
} from '../../../shared/rules/money/payment/counter.ts'
import {
  type Allocated,
  allocateChosen,
  allocateOldestFirst,
  type Debt,
  formerInvoiceText,
  isSamePayable,
  openingName,
  type Payable,
  type PaymentMeans,
  paidOf,
  paymentMeans,
  paymentMeansNames,
  refusePayment,
  settleOldestFirst,
} from '../../../shared/rules/money/payment/payment.ts'
import { isCounterMeans } from '../../../shared/rules/money/payment/till.ts'
import { settleTogether } from '../../../shared/rules/money/payment/together.ts'
import { isVoucher, tooManyVouchersText, type VoucherMeans } from '../../../shared/rules/money/payment/vouchers.ts'
import { decisionText, refundTexts } from '../../../shared/rules/money/recovery/debt-decision.ts'
import { refuseMeans } from '../../../shared/rules/money/regie.ts'
import { numberIn, paperName, seriesOf } from '../../../shared/rules/money/series.ts'
import { type ThirdPartyKind, thirdPartyKindNames } from '../../../shared/rules/money/third-party.ts'
import { beginWords } from '../../../shared/rules/people/names.ts'
import { capitalised, numericDay, shortDay, spanText } from '../../../shared/rules/text/french.ts'
import { renderPapers } from '../../documents/render-papers.ts'
import type { Write } from '../../store/acts/acts.ts'
import { lastKnownNumber, numbersUnknown } from '../../store/numbers.ts'
import { payment } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { type FamilyFilter, familyRows, listedBalances, listFamilies } from '../families/families.ts'
import {
  allocate,
  balanceOf,
  findPaperByNumber,
  homesOfFormerInvoice,
  issuedPapers,
  letterheadOf,
  openCredits,
  openDebts,
  openingBalances,
  spendCredits,
  undoAllocations,
} from '../invoicing/invoicing.ts'
import {
  bookedDay,
  cashierOn,
  refuseUnlessHolder,
  regieName,
  regieOf,
  regiesOf,
  seriesOfRegie,
} from '../regies/regies.ts'
import { logoOf } from '../settings/settings.ts'
import { debtMarksOf } from './debt-marks.ts'
import { debtsAtTreasury, keepForTreasury, releaseKeptOf } from './kept-for-treasury.ts'
import { type AccountHolder, type NamedPayer, refusePayer, requirePayer } from './payer.ts'
import { nextPaymentReceiptNumber } from './payment-receipts.ts'
import {
  allocationsByPayment,
  cashPaidOf,
  decisionsByDay,
  isRefunded,
  lastPaymentReceipt,
  laterCancelledIn,
  type PaymentRow,
  payerOfReminder,
  paymentRow,
  paymentsBookedIn,
  paymentsIn,
  paymentsOf,
  refundsByDay,
  thirdPartyRow,
  thirdPartyRows,
  togetherWith,
} from './payments-store.ts'
import { refuseIfTillClosed } from './till.ts'
import { noVouchers, voucherLinesOf, voucherRooms, withVoucherRooms } from './vouchers.ts'

export { undoDebitPayment, whyPaymentStays, writeDebitPayment } from './debit-payments.ts'
export { handOver, paymentsToHandOver } from './deposit-slips.ts'
export { debtsAtTreasury, keepForTreasury, releaseKept } from './kept-for-treasury.ts'
export { storeForChecking, writeOnlinePayment } from './online.ts'
export { refusePayer, requirePayer } from './payer.ts'
export { paymentCount, paymentsByReceiptNumber, paymentsReferenced } from './payments-store.ts'
export { recordRefund } from './refunds.ts'
export { closeTill, readTill } from './till.ts'

/**
 * The list of families with their balance and the marks of their debts. A balance below zero is money that the home has
 * ahead.
 */
export const listBalances = (
  core: Core,
  input: FamilyFilter & { readonly from: number; readonly count: number },
): { total: number; rows: ListedFamily[] } => {
  const { total, rows } = listFamilies(core, input)
  const balances = listedBalances(
    core.store,
    rows.map(({ id }) => id),
  )
  const marks = debtMarksOf(
    core.store,
    rows.map(({ id }) => id),
    today(core.clock),
  )
  return {
    total,
    rows: rows.map((row) => ({ ...row, balanceCents: balances.get(row.id) ?? 0, marks: marks.get(row.id) ?? [] })),
  }
}

/**
 * Finds payers: homes by name, child or phone, third parties by name or SIRET, and the payer of an invoice by its
 * number, current or former.
 */
export const findPayers = (core: Core, text: string): Payer[] => {
  const { store, clock } = core
  if (text === '') return []
  const [former] = homesOfFormerInvoice(store, text)
  const numbered =
    findPaperByNumber(store, text) ??
    payerOfReminder(store, text) ??
    (former === undefined ? null : { familyId: former, thirdPartyId: null })
  const homes = numbered
    ? familyRows(store, numbered.familyId === null ? [] : [numbered.familyId], today(clock))
    : listFamilies(core, { filter: text, show: 'all', from: 0, count: 8 }).rows
  const parties = numbered
    ? [thirdPartyRow(store, numbered.thirdPartyId ?? 0)].filter((party) => party !== undefined)
    : findThirdParties(store, text)
  return [
    ...homes.map(({ id, name, guardians, children, phone }) => ({
      familyId: id,
      thirdPartyId: null,
      family: name,
      guardians,
      children,
      phone,
      balanceCents: balanceOf(store, id),
    })),
    ...parties.map(({ id, name, kind, phone }) => ({
      familyId: null,
      thirdPartyId: id,
      family: name,
      guardians: thirdPartyKindNames[kind],
      children: '',
      phone,
      balanceCents: balanceOf(store, id, { of: 'thirdParty' }),
    })),
  ]
}

/** Third parties whose name has words that begin with these, or whose SIRET does; archived ones come last. */
export const findThirdParties = (
  store: Store,
  text: string,
): { id: number; name: string; kind: ThirdPartyKind; phone: string }[] => {
  const digits = text.replaceAll(/\s/g, '')
  const isSiret = /^\d{4,14}$/.test(digits)
  return thirdPartyRows(store)
    .filter(({ name, siret }) => beginWords(text, name) || (isSiret && siret.startsWith(digits)))
    .map(({ id, name, kind, phone }) => ({ id, name, kind, phone }))
}

type Account = NamedPayer & { readonly regieId: number }

/** What a home or a third party owes to a régie, and may pay there. */
export const readOwed = ({ store, clock }: Core, { regieId, ...named }: Account): PayerDebts => {
  const on = today(clock)
  const payer = requirePayer(store, named, on)
  const { id, kind } = payer
  const series = seriesOfRegie(store, regieId, 'Q')
  const debts = openDebts(store, id, kind).filter((debt) => debt.regieId === regieId)
  return {
    familyId: kind === 'family' ? id : null,
    thirdPartyId: kind === 'thirdParty' ? id : null,
    family: payer.name,
    familyNumber: kind === 'family' ? familyNumberText(id) : '',
    debtor: payer.debtor,
    addressLines: [...payer.addressLines],
    debts: withVoucherRooms(store, regieOf(store, regieId).voucherRules, debts),
    atTreasury: onlyAtTreasury(store, payer, regieId, debts).map(
      ({ invoiceId, openingDebtId, name, period, leftCents }) => ({
        invoiceId,
        openingDebtId,
        name,
        period,
        leftCents,
      }),
    ),
    creditCents: openCredits(store, id, kind).reduce(
      (sum, credit) => (credit.regieId === regieId ? sum + credit.leftCents : sum),
      0,
    ),
    balanceCents: balanceOf(store, id, { regieId, of: kind }),
    marks: kind === 'family' ? (debtMarksOf(store, [id], on).get(id) ?? []) : [],
    elsewhere: regiesOf(store).flatMap((other) => {
      const balanceCents = other.id === regieId ? 0 : balanceOf(store, id, { regieId: other.id, of: kind })
      return balanceCents === 0 ? [] : [{ regieId: other.id, regie: regieName(other), balanceCents }]
    }),
    nextReceipt: numberIn(
      series,
      yearOf(on),
      Math.max(lastPaymentReceipt(store, regieId, yearOf(on)), lastKnownNumber(store, `${series}${yearOf(on)}`)) + 1,
    ),
    refusal: refusePayer(payer) ?? null,
  }
}

/**
 * Debts that only the Treasury collects. The régie takes money for one only where the payer names it, and keeps that
 * money apart.
 */
const onlyAtTreasury = (store: Store, payer: AccountHolder, regieId: number, open: readonly Debt[]) =>
  debtsAtTreasury(store, { payer }).filter(
    (debt) => debt.regieId === regieId && !open.some((one) => isSamePayable(one, debt)),
  )

type NewPayment = NamedPayer &
  Partial<CounterDetails> & {
    readonly regieId: number
    readonly means: PaymentMeans
    readonly amountCents: number
    readonly receivedOn: Day
    readonly payer: string
    readonly reference: string
    readonly chosen: readonly Allocated[] | null
  }

/** Records a payment, its numbered receipt and what it pays. The part that pays nothing becomes the family's credit. */
export const recordPayment = (core: Core, person: Person, input: NewPayment): Payment => {
  const { store, clock } = core
  const { name } = requirePayer(store, input, today(clock))
  const label = `Règlement de ${formatEuros(input.amountCents)}\u00a0: ${name}`
  return store.act(person, 'payments.record', label, (write) => writeCounterPayment(core, person, write, input))
}

type NewSum = Partial<CounterDetails> & Pick<NewPayment, 'means' | 'amountCents' | 'reference'>

type SumsTogether = NamedPayer &
  Pick<NewPayment, 'regieId' | 'receivedOn' | 'payer'> & {
    readonly sums: readonly NewSum[]
    /** The debts that the sums pay; null for all debts, oldest first, together with what the payer has ahead. */
    readonly debts: readonly Payable[] | null
  }

/** Records several sums that a payer hands over at once: all of them, or none. @returns them in the order given */
export const recordTogether = (core: Core, person: Person, input: SumsTogether): Payment[] => {
  const { store, clock } = core
  const { familyId, thirdPartyId, sums, debts: wanted, ...rest } = input
  const payer = requirePayer(store, input, today(clock))
  const total = sums.reduce((sum, { amountCents }) => sum + amountCents, 0)
  const label = `Règlement de ${formatEuros(total)} en ${sums.length}\u00a0sommes\u00a0: ${payer.name}`
  return store.act(person, 'payments.together', label, (write) => {
    const { regieId } = rest
    const ofRegie = (one: { readonly regieId: number }) => one.regieId === regieId
    const open = openDebts(store, payer.id, payer.kind).filter(ofRegie)
    const forTreasury = wanted === null ? [] : onlyAtTreasury(store, payer, regieId, open)
    const debts = [
      ...withVoucherRooms(store, regieOf(store, regieId).voucherRules, open),
      ...forTreasury.map((debt) => ({ ...debt, voucherCents: noVouchers })),
    ]
    if (wanted?.some((one) => !debts.some((debt) => isSamePayable(debt, one))))
      throw new Refused('Une des lignes choisies n’est plus à payer.', 'debts')
    const credits = wanted === null ? openCredits(store, payer.id, payer.kind).filter(ofRegie) : []
    const { parts } = settleTogether(
      sums.map(({ means, amountCents }) => ({ means, cents: amountCents })),
      debts.filter((debt) => wanted?.some((one) => isSamePayable(debt, one)) ?? true),
      credits.reduce((sum, { leftCents }) => sum + leftCents, 0),
    )
    const made = sums.map((sum, index) => {
      try {
        const named = { familyId, thirdPartyId }
        return writeCounterPayment(core, person, write, { ...rest, ...named, ...sum, chosen: parts[index] ?? [] })
      } catch (error) {
        throw ofSum(error, sum, index)
      }
    })
    if (wanted === null) spendCredits(store, write, [payer.id], payer.kind)
    return made.map(({ id }) => requirePayment(store, id))
  })
}

/** Makes a refusal say which of several sums it is about. */
const ofSum = (error: unknown, { means, amountCents }: NewSum, index: number): unknown =>
  error instanceof Refused
    ? new Refused(
        `${paymentMeansNames[means]}, ${formatEuros(amountCents)}\u00a0: ${error.sentence} Rien n’est enregistré.`,
        error.field && `sums.${index}.${error.field}`,
      )
    : error

/** Within the caller's act: records a payment at the counter, with its receipt. */
export const writeCounterPayment = (core: Core, person: Person, write: Write, input: NewPayment): Payment => {
  const { store } = core
  const { familyId, thirdPartyId, chosen, ...values } = { ...noDetails, ...input }
  const { regieId, means, receivedOn } = values
  const payer = requirePayer(store, { familyId, thirdPartyId }, dayAt(write.at))
  const refusal = refusePayment(values.amountCents)
  if (refusal) throw new Refused(refusal, 'amountCents')
  const unknown = numbersUnknown(store)
  if (unknown !== null) throw new Refused(unknown)
  const on = dayAt(write.at)
  refuseUnlessHolder(core, person, regieId)
  const refusedMeans = refuseMeans(regieOf(store, regieId).means, means)
  if (refusedMeans !== undefined) throw new Refused(refusedMeans, 'means')
  const refusedDetails = refuseDetails(values, values, regieOf(store, regieId))
  if (refusedDetails) throw new Refused(refusedDetails.sentence, refusedDetails.field)
  if (isCounterMeans(means)) refuseIfTillClosed(store, regieId, receivedOn, 'receivedOn')
  if (receivedOn > on) throw new Refused('Un règlement ne peut pas être reçu dans le futur.', 'receivedOn')
  const refusedPayer = refusePayer(payer)
  if (refusedPayer !== undefined) throw new Refused(refusedPayer)
  const debts = openDebts(store, payer.id, payer.kind).filter((debt) => debt.regieId === regieId)
  const forTreasury = chosen && !isVoucher(means) ? onlyAtTreasury(store, payer, regieId, debts) : []
  // Vouchers are used before advances, because advances may pay anything.
  const credits =
    chosen || isVoucher(means)
      ? []
      : openCredits(store, payer.id, payer.kind).filter((credit) => credit.regieId === regieId)
  const made = isVoucher(means)
    ? [allocateVouchers(store, { regieId, means, amountCents: values.amountCents, chosen }, debts)]
    : chosen
      ? [allocateChosen(values.amountCents, [...debts, ...forTreasury], chosen)]
      : settleOldestFirst([...credits.map(({ leftCents }) => leftCents), values.amountCents], debts)
  if (means === 'cash') refuseTooMuchCash(store, regieId, [...debts, ...forTreasury], made.at(-1))
  const receiptYear = yearOf(on)
  const { id } = write.insert(payment, {
    ...values,
    familyId,
    thirdPartyId: thirdPartyId ?? null,
    bookedOn: bookedDay(store, regieId, receivedOn),
    recordedAt: write.at,
    voucherLines: isVoucher(means)
      ? voucherLinesOf(store, regieOf(store, regieId).voucherRules, means, invoicesPaid(made))
      : null,
    receiptYear,
    receiptNumber: nextPaymentReceiptNumber(store, regieId, receiptYear),
  })
  for (const [index, one] of made.entries()) {
    if ('refusal' in one) throw new Refused(one.refusal, 'chosen')
    const credit = credits[index]
    const { paymentId, creditNoteId, openingCreditId } = credit ?? { paymentId: id }
    for (const part of one.parts) {
      const { invoiceId, openingDebtId, cents: amountCents } = part
      const kept = forTreasury.find((debt) => isSamePayable(debt, part))
      if (kept) keepForTreasury(store, write, id, kept, amountCents)
      else allocate(store, write, [{ paymentId, creditNoteId, openingCreditId, invoiceId, openingDebtId, amountCents }])
    }
  }
  if (isVoucher(means) && !chosen) spendCredits(store, write, [payer.id], payer.kind)
  return requirePayment(store, id)
}

const invoicesPaid = (made: readonly ReturnType<typeof allocateChosen>[]): number[] =>
  made.flatMap((one) => ('refusal' in one ? [] : one.parts.flatMap(({ invoiceId }) => invoiceId ?? [])))

type Vouchers = Pick<NewPayment, 'regieId' | 'amountCents' | 'chosen'> & { readonly means: VoucherMeans }

/** @throws Refused when the vouchers are worth more than they may pay: no part of a voucher becomes an advance */
const allocateVouchers = (
  store: Store,
  { regieId, means, amountCents, chosen }: Vouchers,
  debts: readonly Debt[],
): ReturnType<typeof allocateChosen> => {
  const roomOf = voucherRooms(store, regieOf(store, regieId).voucherRules, means, debts)
  const made = chosen
    ? allocateChosen(amountCents, debts, chosen)
    : allocateOldestFirst(
        amountCents,
        debts.map((debt) => ({ ...debt, leftCents: roomOf(debt) })),
      )
  if ('refusal' in made) return made
  if (made.creditCents === 0 && debts.every((debt) => paidOf(debt, made.parts) <= roomOf(debt))) return made
  const meant = debts.filter((debt) => chosen === null || paidOf(debt, chosen) > 0)
  throw new Refused(
    tooManyVouchersText(
      means,
      meant.reduce((sum, debt) => sum + roomOf(debt), 0),
    ),
    'amountCents',
  )
}

/** @throws Refused when a debt would be paid in cash beyond the amount that the régie takes for one debt */
const refuseTooMuchCash = (
  store: Store,
  regieId: number,
  debts: readonly Debt[],
  made: ReturnType<typeof allocateChosen> | undefined,
): void => {
  if (!made || 'refusal' in made) return
  const parts = debts.flatMap((debt) => {
    const cents = paidOf(debt, made.parts)
    return cents === 0 ? [] : [{ name: debt.name, cents, earlierCents: cashPaidOf(store, debt) }]
  })
  const refusal = refuseCash(
    [...parts, { name: '', cents: made.creditCents, earlierCents: 0 }],
    regieOf(store, regieId).maxCashCents,
  )
  if (refusal !== undefined) throw new Refused(refusal, 'amountCents')
}

/**
 * Cancels a payment. Its receipt keeps its number, with the reason printed on it. Its debts are due again, unless other
 * credits of the payer pay them.
 */
export const cancelPayment = (core: Core, person: Person, { id, reason }: { id: number; reason: string }): Payment => {
  const { store } = core
  const before = requirePayment(store, id)
  return store.act(
    person,
    'payments.cancel',
    `Règlement annulé\u00a0: ${before.receipt}, ${formatEuros(before.amountCents)}, ${before.family}`,
    (write) => writeCancelledPayment(core, person, write, { id, reason }),
  )
}

/** Cancels a payment within the caller's act. */
export const writeCancelledPayment = (
  core: Core,
  person: Person,
  write: Write,
  { id, reason }: { id: number; reason: string },
): Payment => {
  const { store } = core
  const before = requirePayment(store, id)
  if (before.cancelled) throw new Refused('Ce règlement est déjà annulé.')
  refuseUnlessHolder(core, person, before.regieId)
  if (before.means === 'cash') refuseIfTillClosed(store, before.regieId, dayAt(write.at))
  releaseKeptOf(store, write, id, `Règlement annulé\u00a0: ${reason}`)
  if (isRefunded(store, id))
    throw new Refused('Une partie de ce règlement a été remboursée\u00a0: il ne s’annule plus.')
  undoAllocations(store, write, 'payment_id', id)
  write.update(payment, id, { cancelledAt: write.at, cancelReason: reason })
  const payer = requirePayer(store, before, dayAt(write.at))
  spendCredits(store, write, [payer.id], payer.kind)
  return requirePayment(store, id)
}

export const paymentsOfDay = ({ store }: Core, { day, regieId }: { day: Day; regieId: number }) => {
  const found = paymentsShown(store, paymentsIn(store, regieId, { from: day, to: day })).toReversed()
  const valid = found.filter(({ cancelled }) => cancelled === null)
  const byMeans = paymentMeans.flatMap((means) => {
    const mine = valid.filter((one) => one.means === means)
    return mine.length > 0 ? [{ means, count: mine.length, cents: totalOf(mine) }] : []
  })
  return { payments: found, byMeans, totalCents: totalOf(valid) }
}

/**
 * What the books of a régie count between two days, oldest first: the payments, and earlier payments cancelled in these
 * days.
 */
export const booksOf = (store: Store, regieId: number, days: { from: Day; to: Day }) => ({
  booked: paymentsShown(store, paymentsBookedIn(store, regieId, days)),
  takenBack: paymentsShown(store, laterCancelledIn(store, regieId, days)),
})

/** Newest first, including cancelled payments. */
export const paymentsOfThirdParty = (store: Store, id: number): Payment[] =>
  paymentsShown(store, paymentsOf(store, id, 'thirdParty')).toReversed()

const totalOf = (all: readonly Payment[]): number => all.reduce((sum, { amountCents }) => sum + amountCents, 0)

/** Every line of a family's account, oldest first, with the balance after each. */
export const accountOf = (store: Store, familyId: number): { lines: AccountLine[]; balanceCents: number } => {
  const papers = issuedPapers(store, familyId).map(
    (paper): AccountLine => ({
      on: paper.issuedOn,
      regieId: paper.regieId,
      kind: paper.kind,
      id: paper.id,
      piece: paper.number,
      detail: paper.kind === 'invoice' ? spanOf(paper) : `Corrige la facture ${paper.corrects}\u00a0: ${paper.reason}`,
      chargedCents: Math.max(0, paper.totalCents),
      settledCents: Math.max(0, 0 - paper.totalCents),
      balanceCents: 0,
      leftCents: paper.kind === 'invoice' ? paper.leftCents : 0,
      dueOn: paper.kind === 'invoice' ? paper.dueOn : null,
      treasuryCents: paper.treasuryCents,
      givenUp: paper.givenUp,
      isCancellable: false,
    }),
  )
  const paid = paymentsShown(store, paymentsOf(store, familyId)).flatMap((one): AccountLine[] => {
    const line = { ...bareLine, id: one.id, regieId: one.regieId, piece: one.receipt }
    const detail = [paymentMeansNames[one.means], one.reference].filter((text) => text !== '').join(', ')
    const received: AccountLine = {
      ...line,
      on: one.receivedOn,
      kind: 'payment',
      detail,
      chargedCents: 0,
      settledCents: one.amountCents,
    }
    if (!one.cancelled) return [received]
    const { on, reason } = one.cancelled
    return [
      received,
      {
        ...line,
        on,
        kind: 'cancelled',
        detail: `Règlement annulé\u00a0: ${reason}`,
        chargedCents: one.amountCents,
        settledCents: 0,
      },
    ]
  })
  const openings = openingBalances(store, [familyId]).map(
    ({ id, regieId, onDay, dueOn, amountCents, reference, period, leftCents, treasuryCents }): AccountLine => ({
      ...bareLine,
      on: onDay,
      regieId,
      kind: 'opening',
      id,
      detail: reference === '' ? 'Solde repris' : formerInvoiceText(reference, period),
      chargedCents: Math.max(0, amountCents),
      settledCents: Math.max(0, 0 - amountCents),
      treasuryCents,
      leftCents: amountCents > 0 ? leftCents : 0,
      dueOn: amountCents > 0 ? dueOn : null,
    }),
  )
  const rank = { opening: -1, invoice: 0, creditNote: 1, payment: 2, cancelled: 3, decision: 4, refund: 5 }
  let balanceCents = 0
  const lines = [...openings, ...papers, ...paid, ...decisionLines(store, familyId), ...refundLines(store, familyId)]
    .toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : rank[a.kind] - rank[b.kind] || a.id - b.id))
    .map((line) => {
      balanceCents += line.chargedCents - line.settledCents
      return { ...line, balanceCents }
    })
  return { lines, balanceCents }
}

const bareLine = {
  piece: '',
  chargedCents: 0,
  settledCents: 0,
  balanceCents: 0,
  leftCents: 0,
  dueOn: null,
  treasuryCents: 0,
  givenUp: null,
  isCancellable: false,
}

/** A decision that changed later has a line for each day on which it changed. */
const decisionLines = (store: Store, familyId: number): AccountLine[] =>
  decisionsByDay(store, familyId).map(({ id, regieId, kind, organ, number, on, cents, isCancelled }) => ({
    ...bareLine,
    kind: 'decision',
    id,
    regieId,
    on,
    detail: decisionText({ kind, organ, number }),
    chargedCents: Math.max(0, 0 - cents),
    settledCents: Math.max(0, cents),
    isCancellable: kind !== 'transmission' && isCancelled === 0 && cents > 0,
  }))

const refundLines = (store: Store, familyId: number): AccountLine[] =>
  refundsByDay(store, familyId).map(({ id, regieId, means, reference, reason, paidOn, on, cents }) => ({
    ...bareLine,
    kind: 'refund',
    id,
    regieId,
    on,
    detail:
      means === 'treasury'
        ? keptText(reason, paidOn)
        : [refundTexts[means], reference].filter((text) => text !== '').join(', '),
    chargedCents: Math.max(0, cents),
    settledCents: Math.max(0, 0 - cents),
  }))

/** « À reverser à la Trésorerie : Facture n° 2026-000725 », « Reversé à la Trésorerie le lun. 12 avr. 2027 : … » */
const keptText = (debt: string, paidOn: Day | null): string =>
  `${paidOn === null ? 'À reverser à la Trésorerie' : `Reversé à la Trésorerie le ${shortDay(paidOn)}`}\u00a0: ${debt}`

const spanOf = ({ from, to }: { from: Day; to: Day }): string => capitalised(spanText(from, to))

/** Prints the quittance as a PDF: one paper for the sums that were handed over at once. */
export const receiptFile = async ({ store, clock }: Core, id: number): Promise<File> => {
  const row = paymentRow(store, id)
  const all = row ? paymentsShown(store, togetherWith(store, row)) : []
  const one = requirePayment(store, id)
  const { organisation } = letterheadOf(store, one.regieId)
  const { logoId: _, ...from } = organisation
  const logo = logoOf(store)?.bytes
  const payer = requirePayer(store, one, one.receivedOn)
  const valid = all.filter(({ cancelled }) => cancelled === null)
  const cancelled = valid.length === 0 ? all.at(-1)?.cancelled : null
  const on = all.reduce(
    (last, each) => (each.cancelled && each.cancelled.on > last ? each.cancelled.on : last),
    one.receivedOn,
  )
  const number = all.length === 1 ? one.receipt : `${all[0]?.receipt} à ${all.at(-1)?.receipt}`
  const counting = cancelled ? all : valid
  const [bytes] = await renderPapers(
    [
      {
        receipts: [
          {
            organisation: { ...from, ...(logo && { logo: new Uint8Array(logo) }) },
            number,
            receivedOn: one.receivedOn,
            familyNumber: one.familyId === null ? '' : familyNumberText(one.familyId),
            payer: { name: one.payer || payer.debtor, addressLines: payer.addressLines },
            amount: counting.reduce((sum, { amountCents }) => sum + amountCents, 0),
            means: meansText(one),
            ...(all.length > 1 && { sums: all.map(sumOnPaper) }),
            allocations: addedByDebt(counting.flatMap(({ parts }) => parts)),
            balance: { on, amount: balanceOf(store, payer.id, { on, regieId: one.regieId, of: payer.kind }) },
            cashier: cashierOn(store, one.regieId, one.receivedOn) || one.recordedBy,
            ...(cancelled && { cancelled }),
          },
        ],
      },
    ],
    { createdAt: clock() },
  )
  if (!bytes) throw new RangeError('no receipt was printed')
  return new File([new Uint8Array(bytes)], `Quittance ${number} ${one.family}.pdf`, { type: 'application/pdf' })
}

/** « chèque, n° 0047918, Crédit Agricole » */
const meansText = ({ means, reference }: Payment): string =>
  [paymentMeansNames[means].toLocaleLowerCase('fr'), reference].filter((text) => text !== '').join(', ')

const sumOnPaper = (sum: Payment) => ({
  label: [
    sum.receipt,
    meansText(sum),
    ...(sum.cancelled
      ? [`${formatEuros(sum.amountCents)} annulés le ${numericDay(sum.cancelled.on)}\u00a0: ${sum.cancelled.reason}`]
      : []),
  ].join(', '),
  amount: sum.cancelled ? 0 : sum.amountCents,
})

/** Several sums may pay one invoice: the paper shows it once. */
const addedByDebt = (parts: Payment['parts']) =>
  [...Map.groupBy(parts, ({ name }) => name)].map(([label, some]) => ({ label, amount: sumOf(some) }))

const requirePayment = (store: Store, id: number): Payment => {
  const row = paymentRow(store, id)
  const [found] = row ? paymentsShown(store, [row]) : []
  if (!found) throw new Refused('Ce règlement n’existe plus.')
  return found
}

const paymentsShown = (store: Store, rows: readonly PaymentRow[]): Payment[] => {
  const parts = allocationsByPayment(
    store,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => {
    const own = parts.get(row.id) ?? []
    const refunded = own.filter(({ refundId, isKept }) => refundId !== null && isKept === 0)
    const paid = own
      .filter(({ refundId, isKept }) => refundId === null || isKept === 1)
      .map(({ series, year, number, on, reference, cents, isKept, ...payable }) => ({
        invoiceId: payable.invoiceId,
        openingDebtId: payable.openingDebtId,
        name: `${series === null || year === null || number === null ? openingName(on, reference) : paperName(series, year, number)}${isKept === 1 ? ', pour la Trésorerie' : ''}`,
        cents,
      }))
    const cancelled = row.cancelledAt === null ? null : { on: dayAt(row.cancelledAt), reason: row.cancelReason ?? '' }
    const refundedCents = sumOf(refunded)
    const used = sumOf(paid) + refundedCents
    return {
      id: row.id,
      regieId: row.regieId,
      familyId: row.familyId,
      thirdPartyId: row.thirdPartyId,
      family: row.family,
      receivedOn: row.receivedOn,
      bookedOn: row.bookedOn,
      recordedAt: row.recordedAt,
      receipt: numberIn(seriesOf(row.prefix, 'Q'), row.receiptYear, row.receiptNumber),
      means: row.means,
      amountCents: row.amountCents,
      payer: row.payer,
      reference: detailsText(row),
      givenCents: row.givenCents,
      heldUntil: row.heldUntil,
      parts: paid,
      creditCents: cancelled ? 0 : row.amountCents - used,
      refundedCents,
      cancelled,
      recordedBy: row.recordedBy,
    }
  })
}
