import type { Day } from '../../../shared/rules/calendar/day.ts'
import { creditNumberText, numberText, type PaperFacts, type PaperKind } from '../../../shared/rules/money/invoice.ts'
import type { Cents } from '../../../shared/rules/money/money.ts'
import { type Debt, invoiceName, openingName, settleOldestFirst } from '../../../shared/rules/money/payment.ts'
import { monthText } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { allocation, openingBalance } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import {
  allocationsOfOpening,
  balanceRows,
  type CreditRow,
  creditRows,
  type DebtRow,
  debtRows,
  type OpeningRow,
  openingRows,
} from './account-store.ts'

type OpenDebt = Debt & {
  /** What was taken over was due already. */
  readonly dueOn: Day
  /** « octobre 2026 »; empty for what was taken over. */
  readonly period: string
  readonly totalCents: Cents
}

/** What a family has not wholly paid, oldest first: what was taken over, then its invoices. */
export const openDebts = (store: Store, familyId: number): OpenDebt[] =>
  debtRows(store, [familyId]).map((row) => ({
    ...asDebt(row),
    dueOn: row.invoiceId === null ? row.on : row.dueOn,
    period: row.invoiceId === null ? '' : monthText(row.from),
    totalCents: row.totalCents,
  }))

/** What the family paid ahead, was credited or had ahead when it was taken over, and settles nothing yet. */
export const openCredits = (store: Store, familyId: number): CreditRow[] => creditRows(store, [familyId])

/** Inside another's act: what these families have ahead pays what they owe, oldest first. */
export const spendCredits = (store: Store, write: Write, familyIds: readonly number[]): void => {
  if (familyIds.length === 0) return
  const debts = Map.groupBy(debtRows(store, familyIds, write.actId), ({ familyId }) => familyId)
  const credits = Map.groupBy(creditRows(store, [...debts.keys()], write.actId), ({ familyId }) => familyId)
  write.insertMany(
    allocation,
    [...credits].flatMap(([familyId, own]) => {
      const made = settleOldestFirst(
        own.map(({ leftCents }) => leftCents),
        (debts.get(familyId) ?? []).map(asDebt),
      )
      return made.flatMap(({ parts }, index) =>
        parts.map(({ invoiceId, openingDebtId, cents }) => ({
          paymentId: own[index]?.paymentId ?? null,
          creditNoteId: own[index]?.creditNoteId ?? null,
          openingCreditId: own[index]?.openingCreditId ?? null,
          invoiceId,
          openingDebtId,
          amountCents: cents,
        })),
      )
    }),
  )
}

const asDebt = (row: DebtRow): Debt => ({
  invoiceId: row.invoiceId,
  openingDebtId: row.openingDebtId,
  name: row.invoiceId === null ? openingName(row.on) : invoiceName(row.year, row.number),
  on: row.on,
  leftCents: row.leftCents,
})

/** What a family owes at the end of `on`, now without it. Negative: it is ahead. */
export const balanceOf = (store: Store, familyId: number, on?: Day): Cents =>
  balanceRows(store, [familyId], on ?? null)[0]?.cents ?? 0

/** Every family whose account ever moved. */
export const balances = (store: Store, on?: Day): ReadonlyMap<number, Cents> =>
  new Map(balanceRows(store, null, on ?? null).map(({ familyId, cents }) => [familyId, cents]))

/** Those of these families whose account ever moved. */
export const balancesOf = (store: Store, familyIds: readonly number[]): ReadonlyMap<number, Cents> =>
  new Map(balanceRows(store, familyIds, null).map(({ familyId, cents }) => [familyId, cents]))

export const paperNumber = (kind: PaperKind, year: number, number: number): string =>
  kind === 'invoice' ? numberText(year, number) : creditNumberText(year, number)

/** What the next paper of each family carries over: what it has not paid, its credit; their sum is its balance. */
export const carriedOver = (
  store: Store,
  familyIds: readonly number[],
): ReadonlyMap<number, PaperFacts['carriedOver']> => {
  const debts = Map.groupBy(debtRows(store, familyIds), (row) => row.familyId)
  const credits = Map.groupBy(creditRows(store, familyIds), (row) => row.familyId)
  const openings = Map.groupBy(openingRows(store, familyIds), (row) => row.familyId)
  return new Map(
    familyIds.map((familyId) => {
      const ahead = (credits.get(familyId) ?? []).reduce(
        (sum, { openingCreditId, leftCents }) => (openingCreditId === null ? sum + leftCents : sum),
        0,
      )
      const owed = [...takenOver(openings.get(familyId) ?? []), ...unpaid(debts.get(familyId) ?? [])]
      return [familyId, ahead > 0 ? [...owed, { label: 'Avance en votre faveur', amount: 0 - ahead }] : owed]
    }),
  )
}

const takenOver = (openings: readonly OpeningRow[]): PaperFacts['carriedOver'] =>
  openings
    .filter(({ leftCents }) => leftCents > 0)
    .map(({ onDay, amountCents, leftCents }) => ({
      label: openingName(onDay),
      amount: amountCents > 0 ? leftCents : 0 - leftCents,
    }))

/** What families owed, or were ahead, when their accounts were taken over. */
export const openingBalances = (store: Store, familyIds: readonly number[]): OpeningRow[] =>
  openingRows(store, familyIds)

/**
 * Inside another's act, which ends with `spendCredits`. The same day again replaces what was said of it: what it paid, and
 * what paid it, is free again.
 */
export const writeOpeningBalance = (
  store: Store,
  write: Write,
  { familyId, onDay, amountCents }: Pick<OpeningRow, 'familyId' | 'onDay' | 'amountCents'>,
): void => {
  const sameDay = openingRows(store, [familyId]).find((row) => row.onDay === onDay)
  if (sameDay) {
    for (const id of allocationsOfOpening(store, sameDay.id)) write.remove(allocation, id)
    write.update(openingBalance, sameDay.id, { amountCents })
  } else write.insert(openingBalance, { familyId, onDay, amountCents })
}

/** More than a few would push the coupon off the page. */
const namedDebts = 4

const unpaid = (debts: readonly DebtRow[]): PaperFacts['carriedOver'] => {
  const invoices = debts.filter((row) => row.invoiceId !== null)
  const older = invoices.slice(0, Math.max(0, invoices.length - namedDebts))
  const named = invoices.slice(older.length).map(({ year, number, leftCents }) => ({
    label: `Reste de la facture n°\u00a0${numberText(year, number)}`,
    amount: leftCents,
  }))
  const sum = older.reduce((total, { leftCents }) => total + leftCents, 0)
  return sum > 0 ? [{ label: 'Reste des factures plus anciennes', amount: sum }, ...named] : named
}
