import type { Day } from '../../../shared/rules/calendar/day.ts'
import { type Cents, formatEuros } from '../../../shared/rules/money/money.ts'
import { debtKey } from '../../../shared/rules/money/payment/payment.ts'
import { type PlanState, planStateText } from '../../../shared/rules/money/recovery/plan.ts'
import { mayRemindAnyway, type SkipCause, skipCauses } from '../../../shared/rules/money/recovery/unpaid.ts'
import { isWholeAddress, shortDay } from '../../../shared/rules/text/french.ts'
import type { OverdueDebt } from './recovery-store.ts'

/** The facts that decide whether a run of reminders skips a payer. */
export type SkipFacts = {
  readonly debts: readonly OverdueDebt[]
  readonly dueCents: Cents
  /** The debts that collections are about to debit, as `debtsInCollections` names them. */
  readonly collected: ReadonlySet<string>
  /** Invoices for which a payment on the portal is under way. */
  /** By `debtKey`. */
  readonly beingPaid: ReadonlySet<string>
  /** The plan that covers all of these debts and is kept; null when there is none. */
  readonly plan: PlanState | null
  readonly remindFromCents: Cents
  /** Until when staff set the payer aside, and why; null when they did not. */
  readonly aside: { readonly until: Day; readonly reason: string } | null
  readonly addressLines: readonly string[]
  /** Whether the reminder goes by post. */
  readonly isPosted: boolean
  /** What its reminder lacks, as `emptyFieldsOf` words it; null when nothing is missing. */
  readonly emptyFields: string | null
}

/** The sentence for each cause; null when the cause does not apply. */
const sentences: Readonly<Record<SkipCause, (facts: SkipFacts) => string | null>> = {
  collected: ({ debts, collected }) =>
    debts.some((debt) => collected.has(debtKey(debt))) ? 'Prélèvement en cours' : null,
  paying: ({ debts, beingPaid }) =>
    debts.some((debt) => beingPaid.has(debtKey(debt))) ? 'Paiement en ligne en cours' : null,
  plan: ({ plan }) => plan && planStateText(plan),
  aside: ({ aside }) => aside && `De côté jusqu’au ${shortDay(aside.until)}\u00a0: ${aside.reason}`,
  threshold: ({ dueCents, remindFromCents }) =>
    dueCents < remindFromCents ? `Sous le seuil de ${formatEuros(remindFromCents)}` : null,
  quotient: ({ debts }) =>
    debts.some(({ lacksQuotient }) => lacksQuotient) ? 'QF manquant, tarif le plus haut' : null,
  address: ({ addressLines, isPosted }) =>
    !isPosted || isWholeAddress(addressLines)
      ? null
      : addressLines.length === 0
        ? 'Adresse inconnue'
        : 'Adresse incomplète',
  field: ({ emptyFields }) => emptyFields,
}

type Skipped = { readonly cause: SkipCause; readonly sentence: string; readonly mayRemind: boolean }

/** The first cause that applies, with its sentence; null when none does. A single cause is enough to skip the payer. */
export const skipReason = (facts: SkipFacts): Skipped | null => {
  const found = skipCauses.flatMap((cause) => {
    const sentence = sentences[cause](facts)
    return sentence === null ? [] : [{ cause, sentence }]
  })
  const [first] = found
  return first ? { ...first, mayRemind: found.every(({ cause }) => mayRemindAnyway[cause]) } : null
}
