import type { Day } from '../calendar/day.ts'
import { counted, listed, numericDay } from '../text/french.ts'
import { numberText } from './invoice.ts'
import { type Cents, formatEuros } from './money.ts'

/** How a family pays; a régie takes only those that its acte constitutif names. */
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

/** What can be paid, one of the two: an invoice, or what was owed when the account was taken over (« solde repris »). */
export type Payable = { readonly invoiceId: number | null; readonly openingDebtId: number | null }

/** What is left to pay of it. */
export type Debt = Payable & {
  /** « Facture n° 2026-000123 », « Solde repris au 31/08/2026 » */
  readonly name: string
  /** Issued, or taken over. */
  readonly on: Day
  readonly leftCents: Cents
}

/** Whether it is still owed after its last day to pay; paying on that day itself is in time. */
export const isOverdue = (
  { leftCents, dueOn }: { readonly leftCents: Cents; readonly dueOn: Day | null },
  today: Day,
): boolean => leftCents > 0 && dueOn !== null && dueOn < today

export type Allocated = Payable & { readonly cents: Cents }

type Allocation = {
  readonly parts: readonly Allocated[]
  /** What no debt takes: it stays the family's credit. */
  readonly creditCents: Cents
}

/** Pays the oldest debt first, whole if it can; what was taken over is older than any invoice. */
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

/** What each source pays, in their order (older credit first, the new payment last), oldest debts first. */
export const settleOldestFirst = (sources: readonly Cents[], debts: readonly Debt[]): Allocation[] => {
  let left = debts
  return sources.map((cents) => {
    const made = allocateOldestFirst(cents, left)
    left = left.map((debt) => ({ ...debt, leftCents: debt.leftCents - paidOf(debt, made.parts) }))
    return made
  })
}

/** What these parts pay of it. */
export const paidOf = (payable: Payable, parts: readonly Allocated[]): Cents =>
  parts.reduce((sum, part) => (isSamePayable(part, payable) ? sum + part.cents : sum), 0)

/** Pays what the family chose, and nothing else: the rest stays its credit. */
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

/** Why this payment cannot be recorded; undefined when it can. */
export const refusePayment = (paid: Cents): string | undefined => {
  if (!Number.isSafeInteger(paid)) return 'Le montant n’est pas un nombre entier de centimes.'
  return paid > 0 ? undefined : 'Le montant d’un règlement doit être supérieur à zéro.'
}

/** « Q2026-000045 »: quittances have their own series, never taken for an invoice. */
export const receiptNumberText = (year: number, number: number): string => `Q${numberText(year, number)}`

/** « Facture n° 2026-000123 » */
export const invoiceName = (year: number, number: number): string => `Facture n°\u00a0${numberText(year, number)}`

/** « Solde repris au 31/08/2026 » */
export const openingName = (on: Day): string => `Solde repris au ${numericDay(on)}`

/** What parents read under it. @param totalCents negative in their favour @param leftCents to pay, or to use */
export const takenOverText = ({ totalCents, leftCents }: { totalCents: Cents; leftCents: Cents }): string => {
  if (totalCents > 0)
    return leftCents > 0
      ? `Vous deviez cette somme quand le service a changé de logiciel. Reste à payer\u00a0: ${formatEuros(leftCents)}, auprès de l’Espace Jeunesse.`
      : 'Vous deviez cette somme quand le service a changé de logiciel. Elle est payée.'
  return leftCents > 0
    ? `Vous aviez cette avance quand le service a changé de logiciel. Elle paie vos factures\u00a0: il en reste ${formatEuros(leftCents)}.`
    : 'Vous aviez cette avance quand le service a changé de logiciel. Elle a payé vos factures.'
}

/** « 2 factures et un solde repris »; empty when nothing is owed. */
export const owedText = (invoices: number, isTakenOver: boolean): string =>
  listed([...(invoices > 0 ? [counted(invoices, 'facture')] : []), ...(isTakenOver ? ['un solde repris'] : [])])

const isSamePayable = (one: Payable, other: Payable): boolean =>
  one.invoiceId === other.invoiceId && one.openingDebtId === other.openingDebtId

const oldestFirst = (a: Debt, b: Debt): number => (ageOf(a) < ageOf(b) ? -1 : ageOf(a) > ageOf(b) ? 1 : 0)

const ageOf = ({ invoiceId, on, name }: Debt): string => `${invoiceId === null ? 0 : 1} ${on} ${name}`

/** A balance as the desk says it in two words: « doit 42,00 € », « avance 10,00 € »; empty at zero. */
export const owesText = (cents: Cents): string => {
  if (cents === 0) return ''
  return cents > 0 ? `doit ${formatEuros(cents)}` : `avance ${formatEuros(-cents)}`
}

/** What a balance is for the family; what was paid online since the town told it is « en cours ». */
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
