import type { Day } from '../../calendar/day.ts'
import { counted, listed, numericDay, shortDay } from '../../text/french.ts'
import { numberText } from '../invoice.ts'
import { type Cents, formatEuros } from '../money.ts'

/** A means of payment. A régie accepts only those named in its acte constitutif. */
export const paymentMeans = [
  'cash',
  'cheque',
  'card',
  'transfer',
  'directDebit',
  'cesu',
  'holidayVouchers',
  'online',
] as const
export type PaymentMeans = (typeof paymentMeans)[number]

export const paymentMeansNames: Readonly<Record<PaymentMeans, string>> = {
  cash: 'Espèces',
  cheque: 'Chèque',
  card: 'Carte bancaire',
  transfer: 'Virement',
  directDebit: 'Prélèvement',
  cesu: 'CESU',
  holidayVouchers: 'Chèques-vacances',
  online: 'Paiement en ligne',
}

/** Used as headings of a table with a column for each. */
export const paymentMeansShort: Readonly<Record<PaymentMeans, string>> = {
  ...paymentMeansNames,
  card: 'Carte',
  holidayVouchers: 'ANCV',
  online: 'En ligne',
}

/**
 * Exactly one of the two: an invoice, or the amount owed when the account was imported from another program (« solde
 * repris »).
 */
export type Payable = { readonly invoiceId: number | null; readonly openingDebtId: number | null }

/** Identifies a debt within a file, or within the portal's documents. */
export const debtKey = ({ invoiceId, openingDebtId }: Payable): string =>
  invoiceId === null ? `opening ${openingDebtId}` : `invoice ${invoiceId}`

/** An amount that remains to be paid. */
export type Debt = Payable & {
  /** « Facture n° 2026-000123 », « Solde repris au 31/08/2026 » */
  readonly name: string
  /** The date of issue or of import. */
  readonly on: Day
  readonly leftCents: Cents
}

/** Whether the amount is still owed after its due day; payment on the due day is in time. */
export const isOverdue = (
  { leftCents, dueOn }: { readonly leftCents: Cents; readonly dueOn: Day | null },
  today: Day,
): boolean => leftCents > 0 && dueOn !== null && dueOn < today

export type Allocated = Payable & { readonly cents: Cents }

type Allocation = {
  readonly parts: readonly Allocated[]
  /** The remainder after all debts: it stays the family's credit. */
  readonly creditCents: Cents
}

/** Pays the oldest debt first, in full if possible. Imported debts are older than any invoice. */
export const allocateOldestFirst = (paid: Cents, debts: readonly Debt[]): Allocation => {
  let creditCents = paid
  const parts: Allocated[] = []
  for (const { invoiceId, openingDebtId, leftCents } of debts.toSorted(oldestFirst)) {
    const cents = Math.min(creditCents, leftCents)
    if (cents <= 0) continue
    parts.push({ invoiceId, openingDebtId, cents })
    creditCents -= cents
  }
  return { parts, creditCents }
}

/**
 * Allocates several sources in order (older credit first, the new payment last), each to the oldest remaining debts.
 */
export const settleOldestFirst = (sources: readonly Cents[], debts: readonly Debt[]): Allocation[] => {
  let remainingDebts = debts
  return sources.map((cents) => {
    const allocation = allocateOldestFirst(cents, remainingDebts)
    remainingDebts = remainingDebts.map((debt) => ({
      ...debt,
      leftCents: debt.leftCents - paidOf(debt, allocation.parts),
    }))
    return allocation
  })
}

/** The amount of a debt that these parts pay. */
export const paidOf = (payable: Payable, parts: readonly Allocated[]): Cents =>
  parts.reduce((sum, part) => (isSamePayable(part, payable) ? sum + part.cents : sum), 0)

/** Pays only the debts that the family chose; the remainder stays its credit. */
export const allocateChosen = (
  paid: Cents,
  debts: readonly Debt[],
  chosen: readonly Allocated[],
): Allocation | { readonly refusal: string } => {
  let creditCents = paid
  for (const [index, part] of chosen.entries()) {
    const { cents } = part
    const debt = debts.find((one) => isSamePayable(one, part))
    if (!debt) return { refusal: 'Une des lignes choisies n’est plus à payer.' }
    if (chosen.slice(0, index).some((one) => isSamePayable(one, part)))
      return { refusal: `${debt.name}\u00a0: cette ligne est choisie deux fois.` }
    if (!Number.isSafeInteger(cents) || cents <= 0)
      return { refusal: `${debt.name}\u00a0: la part doit être supérieure à zéro.` }
    if (cents > debt.leftCents) {
      return {
        refusal: `${debt.name}\u00a0: il reste ${formatEuros(debt.leftCents)} à payer, la part est de ${formatEuros(cents)}.`,
      }
    }
    creditCents -= cents
  }
  if (creditCents < 0) return { refusal: `Les parts dépassent le règlement de ${formatEuros(-creditCents)}.` }
  return { parts: chosen, creditCents }
}

/** Why a payment of this amount cannot be recorded; undefined when it can. */
export const refusePayment = (paid: Cents): string | undefined => {
  if (!Number.isSafeInteger(paid)) return 'Le montant n’est pas un nombre entier de centimes.'
  return paid > 0 ? undefined : 'Le montant d’un règlement doit être supérieur à zéro.'
}

/** « Q2026-000045 »: quittances (payment receipts) have their own series; the letter tells them from invoices. */
export const receiptNumberText = (year: number, number: number): string => `Q${numberText(year, number)}`

/** « Facture n° 2026-000123 » */
export const invoiceName = (year: number, number: number): string => `Facture n°\u00a0${numberText(year, number)}`

/**
 * « Solde repris au 31/08/2026 », « Facture reprise n° 004512 du 31/08/2026 »
 * @param reference the number that the other program gave to the invoice; empty for a balance
 */
export const openingName = (on: Day, reference: string | null = ''): string =>
  reference ? `Facture reprise n°\u00a0${reference} du ${numericDay(on)}` : `Solde repris au ${numericDay(on)}`

/** « Facture reprise n° 004512, octobre 2026 » */
export const formerInvoiceText = (reference: string, period: string): string =>
  [`Facture reprise n°\u00a0${reference}`, period].filter((part) => part !== '').join(', ')

/**
 * « S2026-000012 », « CV-S2026-000012 »: identifies an imported debt for PayFiP. It belongs to no series, because
 * series have no gaps and these numbers are row ids.
 * @param prefix of the régie; null for the first one
 */
export const openingNumber = (prefix: string | null, on: Day, id: number): string =>
  `${prefix === null || prefix === '' ? '' : `${prefix}-`}S${numberText(Number(on.slice(0, 4)), id)}`

/** The text shown to parents under an imported opening balance. @param isOnline whether they may pay it online */
export const openingBalanceText = ({
  totalCents,
  leftCents,
  treasuryCents = 0,
  dueOn,
  isOnline = false,
}: {
  totalCents: Cents
  leftCents: Cents
  treasuryCents?: Cents | undefined
  dueOn?: Day | undefined
  isOnline?: boolean
}): string => {
  if (totalCents > 0 && treasuryCents > 0)
    return `Vous deviez cette somme quand le service a changé de logiciel. À payer à la Trésorerie\u00a0: ${formatEuros(treasuryCents)}.${leftCents > 0 ? ` Reste à payer à l’Espace Jeunesse\u00a0: ${formatEuros(leftCents)}.` : ''}`
  if (totalCents > 0)
    return leftCents > 0
      ? `Vous deviez cette somme quand le service a changé de logiciel. Reste à payer\u00a0: ${formatEuros(leftCents)}${dueOn === undefined ? '' : ` avant le ${shortDay(dueOn)}`}${isOnline ? '' : ', auprès de l’Espace Jeunesse'}.`
      : 'Vous deviez cette somme quand le service a changé de logiciel. Elle est payée.'
  return leftCents > 0
    ? `Vous aviez cette avance quand le service a changé de logiciel. Elle paie vos factures\u00a0: il en reste ${formatEuros(leftCents)}.`
    : 'Vous aviez cette avance quand le service a changé de logiciel. Elle a payé vos factures.'
}

/** « 2 factures et un solde repris »: the documents behind a debt; empty when nothing is owed. */
export const owedDocumentsText = (invoices: number, isTakenOver: boolean): string =>
  listed([...(invoices > 0 ? [counted(invoices, 'facture')] : []), ...(isTakenOver ? ['un solde repris'] : [])])

export const isSamePayable = (one: Payable, other: Payable): boolean =>
  one.invoiceId === other.invoiceId && one.openingDebtId === other.openingDebtId

const oldestFirst = (a: Debt, b: Debt): number => (ageOf(a) < ageOf(b) ? -1 : ageOf(a) > ageOf(b) ? 1 : 0)

const ageOf = ({ invoiceId, on, name }: Debt): string => `${invoiceId === null ? 0 : 1} ${on} ${name}`

/** A balance in two words, for the desk: « doit 42,00 € », « avance 10,00 € »; empty at zero. */
export const balanceShortText = (cents: Cents): string => {
  if (cents === 0) return ''
  return cents > 0 ? `doit ${formatEuros(cents)}` : `avance ${formatEuros(-cents)}`
}

/**
 * A balance in words for the family. `receivedCents` was paid online and is not yet in the desk's balance: « en cours
 * ».
 */
export const balanceText = ({
  cents,
  receivedCents,
}: {
  readonly cents: Cents
  readonly receivedCents: Cents
}): string => {
  if (cents < 0) return 'en votre faveur'
  if (cents > receivedCents) return 'à payer'
  return receivedCents > 0 ? 'en cours de paiement' : 'rien à payer'
}

/**
 * The note for staff about a payment that the books count on another day than that of its receipt; empty for other
 * payments.
 */
export const bookedLaterText = ({
  receivedOn,
  bookedOn,
}: {
  readonly receivedOn: Day
  readonly bookedOn: Day
}): string[] =>
  bookedOn === receivedOn
    ? []
    : [
        `Compté le ${shortDay(bookedOn)}, premier jour ouvert de la régie\u00a0: la quittance garde le ${shortDay(receivedOn)}.`,
      ]
