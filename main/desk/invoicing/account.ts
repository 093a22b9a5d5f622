import type { Day } from '../../../shared/rules/day.ts'
import { monthText } from '../../../shared/rules/french.ts'
import { creditNumberText, numberText, type PaperFacts, type PaperKind } from '../../../shared/rules/invoice.ts'
import type { Cents } from '../../../shared/rules/money.ts'
import type { Debt } from '../../../shared/rules/payment.ts'
import type { Store } from '../../store/store.ts'
import { balanceRows, type CreditRow, creditRows, type DebtRow, debtRows } from './account-store.ts'

export type { CreditRow } from './account-store.ts'

/** An invoice that is not wholly paid. */
export type OpenInvoice = Debt & {
  readonly dueOn: Day
  readonly period: string
  readonly totalCents: Cents
}

export const openInvoices = (store: Store, familyId: number): OpenInvoice[] =>
  debtRows(store, [familyId]).map((row) => ({
    invoiceId: row.invoiceId,
    number: numberText(row.year, row.number),
    issuedOn: row.issuedOn,
    dueOn: row.dueOn,
    period: monthText(row.from),
    totalCents: row.totalCents,
    leftCents: row.leftCents,
  }))

/** What the family paid ahead or was credited, and settles nothing yet. */
export const openCredits = (store: Store, familyId: number): CreditRow[] => creditRows(store, [familyId])

/** What a family owes at the end of `on`, now without it. Negative: it is ahead. */
export const balanceOf = (store: Store, familyId: number, on?: Day): Cents =>
  balanceRows(store, [familyId], on ?? null)[0]?.cents ?? 0

/** Every family whose account ever moved. */
export const balances = (store: Store, on?: Day): ReadonlyMap<number, Cents> =>
  new Map(balanceRows(store, null, on ?? null).map(({ familyId, cents }) => [familyId, cents]))

export const paperNumber = (kind: PaperKind, year: number, number: number): string =>
  kind === 'invoice' ? numberText(year, number) : creditNumberText(year, number)

/** What the next paper of each family carries over: its unpaid invoices, its credit; their sum is its balance. */
export const carriedOver = (
  store: Store,
  familyIds: readonly number[],
): ReadonlyMap<number, PaperFacts['carriedOver']> => {
  const debts = Map.groupBy(debtRows(store, familyIds), (row) => row.familyId)
  const credits = Map.groupBy(creditRows(store, familyIds), (row) => row.familyId)
  return new Map(
    familyIds.map((familyId) => {
      const ahead = (credits.get(familyId) ?? []).reduce((sum, { leftCents }) => sum + leftCents, 0)
      const owed = unpaid(debts.get(familyId) ?? [])
      return [familyId, ahead > 0 ? [...owed, { label: 'Avance en votre faveur', amount: 0 - ahead }] : owed]
    }),
  )
}

/** More than a few would push the coupon off the page. */
const namedDebts = 4

const unpaid = (debts: readonly DebtRow[]): PaperFacts['carriedOver'] => {
  const older = debts.slice(0, Math.max(0, debts.length - namedDebts))
  const named = debts.slice(older.length).map(({ year, number, leftCents }) => ({
    label: `Reste de la facture n°\u00a0${numberText(year, number)}`,
    amount: leftCents,
  }))
  const sum = older.reduce((total, { leftCents }) => total + leftCents, 0)
  return sum > 0 ? [{ label: 'Reste des factures plus anciennes', amount: sum }, ...named] : named
}
