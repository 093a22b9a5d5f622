import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { PaperFacts } from '../../../shared/rules/money/invoice.ts'
import { type Cents, formatEuros } from '../../../shared/rules/money/money.ts'
import { type Debt, debtKey, openingName, settleOldestFirst } from '../../../shared/rules/money/payment/payment.ts'
import { numberIn, paperName } from '../../../shared/rules/money/series.ts'
import { folded } from '../../../shared/rules/people/names.ts'
import { longDate, monthText } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { openingBalance } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import { bookedDay, closedThrough } from '../regies/regies.ts'
import {
  balanceRows,
  type CreditRow,
  creditRows,
  type DebtRow,
  debtRows,
  type FormerInvoice,
  type FormerInvoiceRow,
  formerInvoiceRows,
  type OpeningRow,
  openingRows,
  type PayerIds,
  type PayerKind,
  payerKey,
} from './account-store.ts'
import { allocateMany, undoAllocations } from './allocations.ts'
import { debtsBeingPaid } from './papers/being-paid.ts'

type OpenDebt = Debt & {
  /** « 2026-000123 », « Solde repris au 31/08/2026 » */
  readonly number: string
  readonly regieId: number
  /**
   * A balance taken over is due on its own day: the debt was due already when it was imported. Null while the amount is
   * carried over.
   */
  readonly dueOn: Day | null
  /** « octobre 2026 »; empty for an opening balance; for an invoice taken over, in the words of the other program. */
  readonly period: string
  readonly totalCents: Cents
}

/** Debts of a payer that are not fully paid: its opening balances, then its invoices, each oldest first. */
export const openDebts = (store: Store, payerId: number, of: PayerKind = 'family'): OpenDebt[] =>
  debtRows(store, [payerId], 0, of).map(asOpenDebt)

/** The debts of many payers at once, by their key; payers who owe nothing are left out. */
export const openDebtsOf = (store: Store, payers: readonly PayerIds[]): ReadonlyMap<string, OpenDebt[]> => {
  const familyIds = payers.flatMap(({ familyId }) => familyId ?? [])
  const thirdPartyIds = payers.flatMap(({ thirdPartyId }) => thirdPartyId ?? [])
  const owed = [
    ...debtRows(store, familyIds).map((row) => ({ row, familyId: row.payerId, thirdPartyId: null })),
    ...debtRows(store, thirdPartyIds, 0, 'thirdParty').map((row) => ({
      row,
      familyId: null,
      thirdPartyId: row.payerId,
    })),
  ]
  return new Map([...Map.groupBy(owed, payerKey)].map(([key, own]) => [key, own.map(({ row }) => asOpenDebt(row))]))
}

const asOpenDebt = (row: DebtRow): OpenDebt => ({
  ...asDebt(row),
  number: row.invoiceId === null ? openingName(row.on, row.reference) : numberIn(row.series, row.year, row.number),
  regieId: row.regieId,
  dueOn: row.dueOn,
  period: row.invoiceId === null ? row.period : monthText(row.from),
  totalCents: row.totalCents,
})

/** Payments, credit notes and opening credits of a payer of which a part pays no debt yet. */
export const openCredits = (store: Store, payerId: number, of: PayerKind = 'family'): CreditRow[] =>
  creditRows(store, [payerId], 0, of)

/**
 * Within the caller's act: pays the open debts of these payers with their unused credits, oldest first. An advance at
 * one régie pays nothing at another.
 * @param named ids of payers; one may be named several times
 */
export const spendCredits = (store: Store, write: Write, named: readonly number[], of: PayerKind = 'family'): void => {
  const payerIds = [...new Set(named)]
  if (payerIds.length === 0) return
  const owing = debtRows(store, payerIds, write.actId, of)
  const debts = Map.groupBy(owing, keyOf)
  const credits = Map.groupBy(
    creditRows(store, [...new Set(owing.map(({ payerId }) => payerId))], write.actId, of),
    keyOf,
  )
  allocateMany(
    store,
    write,
    [...credits].flatMap(([account, ownCredits]) => {
      const settlements = settleOldestFirst(
        ownCredits.map(({ leftCents }) => leftCents),
        (debts.get(account) ?? []).map(asDebt),
      )
      return settlements.flatMap(({ parts }, index) =>
        parts.map(({ invoiceId, openingDebtId, cents }) => ({
          paymentId: ownCredits[index]?.paymentId ?? null,
          creditNoteId: ownCredits[index]?.creditNoteId ?? null,
          openingCreditId: ownCredits[index]?.openingCreditId ?? null,
          invoiceId,
          openingDebtId,
          amountCents: cents,
        })),
      )
    }),
  )
}

/** A key for a payer's account: it has one at each régie. */
const keyOf = ({ payerId, regieId }: { readonly payerId: number; readonly regieId: number }): string =>
  `${payerId} ${regieId}`

/** The key of a home's account. */
export const accountKey = ({ familyId, regieId }: { readonly familyId: number; readonly regieId: number }): string =>
  keyOf({ payerId: familyId, regieId })

const asDebt = (row: DebtRow): Debt => ({
  invoiceId: row.invoiceId,
  openingDebtId: row.openingDebtId,
  name: row.invoiceId === null ? openingName(row.on, row.reference) : paperName(row.series, row.year, row.number),
  on: row.on,
  leftCents: row.leftCents,
})

/**
 * What a payer owes at the end of the day `on`, or now without `on`, to one régie or to all. Negative: it has an
 * advance.
 */
export const balanceOf = (
  store: Store,
  payerId: number,
  of: { on?: Day; regieId?: number; of?: PayerKind } = {},
): Cents => balanceRows(store, [payerId], of)[0]?.cents ?? 0

/** Balances, at one régie or at all, of all families that have an invoice, a payment or an opening balance. */
export const allBalances = (store: Store, of: { on?: Day; regieId?: number } = {}): ReadonlyMap<number, Cents> =>
  new Map(balanceRows(store, null, of).map(({ payerId, cents }) => [payerId, cents]))

/** Balances of all third parties that have an invoice or a payment. */
export const balancesOfThirdParties = (store: Store): ReadonlyMap<number, Cents> =>
  new Map(balanceRows(store, null, { of: 'thirdParty' }).map(({ payerId, cents }) => [payerId, cents]))

/**
 * Balances of these families, at one régie or at all; a family without invoice, payment or opening balance is left out.
 */
export const balancesOf = (store: Store, familyIds: readonly number[], regieId?: number): ReadonlyMap<number, Cents> =>
  new Map(balanceRows(store, familyIds, { regieId: regieId ?? null }).map(({ payerId, cents }) => [payerId, cents]))

/**
 * The lines that the next paper of a family at a régie carries over from earlier ones: unpaid invoices and opening
 * balances, and the family's unused credit. Their sum is the family's balance at that régie.
 * @param familyIds the families that will be asked for
 */
export const carriedOverOf = (
  store: Store,
  familyIds: readonly number[],
): ((account: { readonly familyId: number; readonly regieId: number }) => PaperFacts['carriedOver']) => {
  const debts = Map.groupBy(debtRows(store, familyIds), keyOf)
  const credits = Map.groupBy(creditRows(store, familyIds), keyOf)
  const openings = Map.groupBy(openingRows(store, familyIds), accountKey)
  return (account) => {
    const key = accountKey(account)
    const ahead = (credits.get(key) ?? []).reduce(
      (sum, { openingCreditId, leftCents }) => (openingCreditId === null ? sum + leftCents : sum),
      0,
    )
    const owed = [...openingLabels(openings.get(key) ?? []), ...unpaidLabels(debts.get(key) ?? [])]
    return ahead > 0 ? [...owed, { label: 'Avance en votre faveur', amount: 0 - ahead }] : owed
  }
}

const openingLabels = (openings: readonly OpeningRow[]): PaperFacts['carriedOver'] =>
  openings
    .filter(({ leftCents }) => leftCents > 0)
    .map(({ onDay, reference, amountCents, leftCents }) => ({
      label: openingName(onDay, reference),
      amount: amountCents > 0 ? leftCents : 0 - leftCents,
    }))

/** Opening balances: what families owed, or had as an advance, in the program that the town used before. */
export const openingBalances = (store: Store, familyIds: readonly number[]): OpeningRow[] =>
  openingRows(store, familyIds)

/**
 * Writes an opening balance within the caller's act, which must end with `spendCredits`. A second balance at the same
 * régie for the same day replaces the first, and undoes its allocations, so that the credits and debts they tied can
 * be matched again.
 */
export const writeOpeningBalance = (
  store: Store,
  write: Write,
  { familyId, regieId, onDay, amountCents }: Pick<OpeningRow, 'familyId' | 'regieId' | 'onDay' | 'amountCents'>,
): void => {
  const sameDay = openingRows(store, [familyId]).find(
    (row) => row.regieId === regieId && row.onDay === onDay && row.reference === '',
  )
  if (sameDay) {
    if (debtsBeingPaid(store).has(debtKey({ invoiceId: null, openingDebtId: sameDay.id })))
      throw new Refused(
        'Un parent paie ce solde repris en ligne en ce moment\u00a0: attendez la fin de ce paiement, puis recommencez.',
      )
    undoAllocations(store, write, 'opening_debt_id', sameDay.id)
    undoAllocations(store, write, 'opening_credit_id', sameDay.id)
    write.update(openingBalance, sameDay.id, { amountCents })
  } else write.insert(openingBalance, { familyId, regieId, onDay, bookedOn: onDay, dueOn: onDay, amountCents })
}

/** The invoices taken over from another program, by régie, number and day (`formerInvoiceKey`). */
export const formerInvoices = (store: Store): ReadonlyMap<string, FormerInvoiceRow> =>
  new Map(formerInvoiceRows(store).map((row) => [formerInvoiceKey(row), row]))

export { type FormerInvoice, homesOfFormerInvoice } from './account-store.ts'

/**
 * A key that is equal for all spellings of a number, since spreadsheets drop its leading zeros. It includes the day,
 * because numbers may start again each year.
 */
export const formerInvoiceKey = ({
  regieId,
  reference,
  issuedOn,
}: Pick<FormerInvoice, 'regieId' | 'reference' | 'issuedOn'>): string =>
  `${regieId} ${folded(reference)
    .replaceAll(' ', '')
    .replace(/^0+(?=.)/, '')} ${issuedOn}`

/**
 * Within the caller's act, which must end with `spendCredits`: writes what is left of an invoice of another program as
 * a debt of the home.
 */
export const writeFormerInvoice = (
  store: Store,
  write: Write,
  { issuedOn: onDay, leftCents: amountCents, ...invoice }: FormerInvoice,
): void => {
  const bookedOn = bookedDay(store, invoice.regieId, onDay)
  write.insert(openingBalance, { ...invoice, onDay, bookedOn, amountCents })
}

/**
 * Within the caller's act, which must end with `spendCredits`: corrects the amount left of an invoice taken over, or
 * the home that owes it. The caller checks `whyNotCorrected` first.
 */
export const correctFormerInvoice = (
  store: Store,
  write: Write,
  { id }: FormerInvoiceRow,
  { familyId, leftCents }: Pick<FormerInvoice, 'familyId' | 'leftCents'>,
): void => {
  const now = formerInvoiceRows(store).find((one) => one.id === id)
  const why = now ? whyNotCorrected(store, now, { familyId, leftCents }) : 'Cette facture n’est plus reprise.'
  if (why !== null) throw new Refused(why)
  write.update(openingBalance, id, { familyId, amountCents: leftCents })
}

/** Why an invoice taken over cannot be given that home or that amount; null when it can. */
export const whyNotCorrected = (
  store: Store,
  before: FormerInvoiceRow,
  { familyId, leftCents }: Pick<FormerInvoice, 'familyId' | 'leftCents'>,
): string | null => {
  const closed = closedThrough(store, before.regieId)
  if (closed !== null && before.bookedOn <= closed)
    return `Facture déjà reprise, il en restait ${formatEuros(before.leftCents)}, et la régie est close jusqu’au ${longDate(closed)}\u00a0: ce qui n’est plus dû se remet dans «\u00a0Impayés\u00a0».`
  if (debtsBeingPaid(store).has(debtKey({ invoiceId: null, openingDebtId: before.id })))
    return 'Un parent paie cette facture en ligne en ce moment\u00a0: attendez la fin de ce paiement, puis recommencez.'
  if (familyId !== before.familyId && before.isUsed)
    return 'Facture déjà reprise pour une autre famille, qui l’a payée ici\u00a0: reprenez-la sous un autre numéro, suivi de «\u00a0bis\u00a0».'
  if (familyId !== before.familyId && before.leftCents > 0)
    return `Facture déjà reprise pour une autre famille, il en restait ${formatEuros(before.leftCents)}\u00a0: reprenez-la d’abord à zéro pour celle-ci, puis pour la bonne.`
  return leftCents < before.settledCents
    ? `Facture déjà reprise, et ${formatEuros(before.settledCents)} en sont réglés ici\u00a0: il ne peut pas en être resté moins.`
    : null
}

/** Older unpaid invoices are summed in one line: a longer list would push the payment coupon off the page. */
const maxListedInvoices = 4

const unpaidLabels = (debts: readonly DebtRow[]): PaperFacts['carriedOver'] => {
  const invoices = debts.filter((row) => row.invoiceId !== null)
  const older = invoices.slice(0, Math.max(0, invoices.length - maxListedInvoices))
  const named = invoices.slice(older.length).map(({ series, year, number, leftCents }) => ({
    label: `Reste de la facture n°\u00a0${numberIn(series, year, number)}`,
    amount: leftCents,
  }))
  const sum = older.reduce((total, { leftCents }) => total + leftCents, 0)
  return sum > 0 ? [{ label: 'Reste des factures plus anciennes', amount: sum }, ...named] : named
}
