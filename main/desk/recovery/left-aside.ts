import type { Day } from '../../../shared/rules/calendar/day.ts'
import { type Cents, formatEuros } from '../../../shared/rules/money/money.ts'
import { debtKey } from '../../../shared/rules/money/payment/payment.ts'
import { type PlanState, planStateText } from '../../../shared/rules/money/recovery/plan.ts'
import { type AsideCause, asideCauses, mayRemindAnyway } from '../../../shared/rules/money/recovery/unpaid.ts'
import { isWholeAddress, shortDay } from '../../../shared/rules/text/french.ts'
import type { OverdueDebt } from './recovery-store.ts'

/** What is asked of a payer to know whether a run of reminders leaves it aside. */
export type AsideFacts = {
  readonly debts: readonly OverdueDebt[]
  readonly dueCents: Cents
  /** What collections are about to debit, as `debtsInCollections` names it. */
  readonly collected: ReadonlySet<string>
  /** Invoices for which a payment on the portal is under way. */
  /** By `debtKey`. */
  readonly beingPaid: ReadonlySet<string>
  /** The plan that takes up all of these debts and is kept; null without one. */
  readonly plan: PlanState | null
  readonly remindFromCents: Cents
  /** Set aside by staff up to that day; null: not. */
  readonly aside: { readonly until: Day; readonly reason: string } | null
  readonly addressLines: readonly string[]
  /** Whether the reminder goes by post. */
  readonly isPosted: boolean
  /** What its reminder would say but cannot, as `emptyFieldsOf` tells it; null: nothing is missing. */
  readonly emptyFields: string | null
}

/** The sentence of each cause; null where it does not hold. */
const sentences: Readonly<Record<AsideCause, (facts: AsideFacts) => string | null>> = {
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

type LeftAside = { readonly cause: AsideCause; readonly sentence: string; readonly mayRemind: boolean }

/** The first cause that holds, with its sentence; null: the payer is not left aside. Any of them may keep it from a reminder. */
export const leftAside = (facts: AsideFacts): LeftAside | null => {
  const found = asideCauses.flatMap((cause) => {
    const sentence = sentences[cause](facts)
    return sentence === null ? [] : [{ cause, sentence }]
  })
  const [first] = found
  return first ? { ...first, mayRemind: found.every(({ cause }) => mayRemindAnyway[cause]) } : null
}
