import type { Day } from '../../calendar/day.ts'
import { type Cents, formatEuros } from '../money.ts'
import { type Debt, owedDocumentsText } from '../payment/payment.ts'
import type { MandateState, SequenceType } from './mandate.ts'

/** A debt that a collection may take. */
export type CollectableDebt = Debt & {
  /** « 2026-001290 », « Solde repris au 31/08/2026 » */
  readonly number: string
  /** Null while the amount is carried over to the next invoice. */
  readonly dueOn: Day | null
  /** Whether a frozen collection takes it already. */
  readonly isInCollection: boolean
  /** Whether a parent is paying it online. */
  readonly isBeingPaid: boolean
}

/** A home with a mandate, and what it owes. */
export type Candidate = {
  readonly mandateId: number
  readonly state: MandateState
  readonly sequence: SequenceType
  /** Whether its account was sealed with a key that is lost. */
  readonly isAccountLost: boolean
  readonly debts: readonly CollectableDebt[]
}

/** Why a home is left aside although it owes. */
export type AsideCause = Exclude<MandateState, 'active'> | 'accountLost' | 'beingPaid' | 'below'

/** What one home pays of a collection. */
export type ProposedDebit<Home extends Candidate> = {
  readonly home: Home
  readonly debts: readonly CollectableDebt[]
  readonly cents: Cents
}

/**
 * What a collection takes: all that is due on its day at the latest, of each home with an active mandate. The others
 * that owe are left aside, each with why.
 */
export const proposeCollection = <Home extends Candidate>(
  homes: readonly Home[],
  { on, leastCents }: { readonly on: Day; readonly leastCents: Cents },
): {
  readonly debits: readonly ProposedDebit<Home>[]
  readonly aside: readonly (ProposedDebit<Home> & { readonly cause: AsideCause })[]
} => {
  const debits: ProposedDebit<Home>[] = []
  const aside: (ProposedDebit<Home> & { readonly cause: AsideCause })[] = []
  for (const home of homes) {
    const debts = home.debts.filter(({ dueOn, isInCollection }) => dueOn !== null && dueOn <= on && !isInCollection)
    const cents = totalOf(debts)
    if (cents === 0) continue
    const cause = asideCause(home, debts, leastCents)
    if (cause === undefined) debits.push({ home, debts, cents })
    else aside.push({ home, debts, cents, cause })
  }
  return { debits, aside }
}

const totalOf = (debts: readonly CollectableDebt[]): Cents => debts.reduce((sum, { leftCents }) => sum + leftCents, 0)

const asideCause = (home: Candidate, debts: readonly CollectableDebt[], leastCents: Cents): AsideCause | undefined => {
  if (home.state !== 'active') return home.state
  if (home.isAccountLost) return 'accountLost'
  if (debts.some(({ isBeingPaid }) => isBeingPaid)) return 'beingPaid'
  return totalOf(debts) < leastCents ? 'below' : undefined
}

/** « Mandat caduc : 36 mois sans prélèvement ». @param reason why the mandate is suspended or stopped */
export const asideText = (cause: AsideCause, { reason, leastCents }: { reason: string; leastCents: Cents }): string => {
  const because = reason === '' ? '' : `\u00a0: ${reason}`
  return {
    suspended: `Mandat suspendu${because}`,
    stopped: `Mandat arrêté${because}`,
    lapsed: 'Mandat caduc\u00a0: 36 mois sans prélèvement',
    used: 'Mandat ponctuel, déjà prélevé',
    accountLost: 'Compte illisible\u00a0: sa clé est perdue, demandez-le de nouveau',
    beingPaid: 'Paiement en ligne en cours',
    below: `Sous le seuil de ${formatEuros(leastCents)}\u00a0: reporté`,
  }[cause]
}

/** What is collected, in a column: « 2026-001290 », « 2 factures », « 2 factures et un solde repris ». */
export const collectedText = (
  debts: readonly { readonly invoiceId: number | null; readonly number: string }[],
): string => {
  const [only] = debts
  if (debts.length === 1 && only) return only.number
  const invoices = debts.filter(({ invoiceId }) => invoiceId !== null).length
  return owedDocumentsText(invoices, invoices < debts.length)
}

/** What the debtor reads on the statement of the account: « Factures 2026-001290, 2026-001301 ». */
export const remittanceText = (organisation: string, numbers: readonly string[]): string =>
  `${numbers.length > 1 ? 'Factures' : 'Facture'} ${numbers.join(', ')} - ${organisation}`
