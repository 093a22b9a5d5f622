import type { Day } from './day.ts'
import { numberText } from './invoice.ts'
import { type Cents, formatEuros } from './money.ts'

/** How a family pays; a régie takes only those that its acte constitutif names. */
export type PaymentMeans = keyof typeof paymentMeansNames

export const paymentMeansNames = {
  cash: 'Espèces',
  cheque: 'Chèque',
  card: 'Carte bancaire',
  transfer: 'Virement',
  directDebit: 'Prélèvement',
  cesu: 'CESU',
  holidayVouchers: 'Chèques-vacances',
  online: 'Paiement en ligne',
} as const

export const paymentMeans = Object.keys(paymentMeansNames) as readonly PaymentMeans[]

/** What is left to pay of one invoice. */
export type Debt = {
  readonly invoiceId: number
  readonly number: string
  readonly issuedOn: Day
  readonly leftCents: Cents
}

export type Allocated = { readonly invoiceId: number; readonly cents: Cents }

export type Allocation = {
  readonly parts: readonly Allocated[]
  /** What no invoice takes: it stays the family's credit. */
  readonly creditCents: Cents
}

/** Pays the oldest invoice first, whole if it can. */
export const allocateOldestFirst = (paid: Cents, debts: readonly Debt[]): Allocation => {
  let creditCents = paid
  const parts: Allocated[] = []
  for (const { invoiceId, leftCents } of debts.toSorted(oldestFirst)) {
    const cents = Math.min(creditCents, leftCents)
    if (cents <= 0) continue
    parts.push({ invoiceId, cents })
    creditCents -= cents
  }
  return { parts, creditCents }
}

/** What each source pays, in their order (older credit first, the new payment last), oldest invoices first. */
export const settleOldestFirst = (sources: readonly Cents[], debts: readonly Debt[]): Allocation[] => {
  const left = new Map(debts.map((debt) => [debt.invoiceId, debt]))
  return sources.map((cents) => {
    const made = allocateOldestFirst(cents, [...left.values()])
    for (const part of made.parts) {
      const debt = left.get(part.invoiceId)
      if (debt) left.set(part.invoiceId, { ...debt, leftCents: debt.leftCents - part.cents })
    }
    return made
  })
}

/** Pays what the family chose, and nothing else: the rest stays its credit. */
export const allocateChosen = (
  paid: Cents,
  debts: readonly Debt[],
  chosen: readonly Allocated[],
): Allocation | { readonly refusal: string } => {
  const seen = new Set<number>()
  let creditCents = paid
  for (const { invoiceId, cents } of chosen) {
    const debt = debts.find((one) => one.invoiceId === invoiceId)
    if (!debt) return { refusal: 'Une des factures choisies n’est plus à payer.' }
    if (seen.has(invoiceId)) return { refusal: `La facture ${debt.number} est choisie deux fois.` }
    if (!Number.isSafeInteger(cents) || cents <= 0)
      return { refusal: `Facture ${debt.number} : la part doit être supérieure à zéro.` }
    if (cents > debt.leftCents) {
      return {
        refusal: `Facture ${debt.number} : il reste ${formatEuros(debt.leftCents)} à payer, la part est de ${formatEuros(cents)}.`,
      }
    }
    seen.add(invoiceId)
    creditCents -= cents
  }
  if (creditCents < 0) return { refusal: `Les parts dépassent le règlement de ${formatEuros(-creditCents)}.` }
  return { parts: chosen, creditCents }
}

/** Why this payment cannot be recorded; undefined when it can. */
export const refusePayment = (paid: Cents): string | undefined => {
  if (!Number.isSafeInteger(paid)) return 'Le montant n’est pas un nombre entier de centimes.'
  return paid > 0 ? undefined : 'Le montant d’un règlement doit être supérieur à zéro.'
}

/** One fact of a family's account. Amounts are positive; the kind says which way they count. */
export type AccountEntry = {
  readonly on: Day
  readonly kind: 'issued' | 'credited' | 'paid' | 'paymentCancelled'
  readonly cents: Cents
}

/** What the family owes at the end of `on`: issued − credited − paid. Negative: it is ahead. */
export const balanceOn = (entries: readonly AccountEntry[], on: Day): Cents =>
  entries.reduce((sum, entry) => (entry.on <= on ? sum + signed(entry) : sum), 0)

/** « Q2026-000045 »: quittances have their own series, never taken for an invoice. */
export const receiptNumberText = (year: number, number: number): string => `Q${numberText(year, number)}`

const signed = ({ kind, cents }: AccountEntry): Cents =>
  kind === 'issued' || kind === 'paymentCancelled' ? cents : -cents

const oldestFirst = (a: Debt, b: Debt): number =>
  a.issuedOn < b.issuedOn ? -1 : a.issuedOn > b.issuedOn ? 1 : a.number < b.number ? -1 : a.number > b.number ? 1 : 0
