import type { UnpaidDetail } from '../../../shared/contract/desk/money/recovery.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import type { Payable } from '../../../shared/rules/money/payment/payment.ts'
import { debtKey } from '../../../shared/rules/money/payment/payment.ts'
import { planOfOverdue, planState, planStateText } from '../../../shared/rules/money/recovery/plan.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import { debtsInCollections } from '../debits/debits.ts'
import { plannedDebts, plansOfPayer, standingPlans } from '../debts/debts.ts'
import { debtsBeingPaid, openDebtsOf, type PayerIds, payerKey } from '../invoicing/invoicing.ts'

export type OfPayer = PayerIds & { readonly regieId: number }

/** Why a debt of a régie cannot be put in a payment plan, as a sentence; null when it can. */
export const planHolds = (store: Store, regieId: number): ((debt: Payable) => string | null) => {
  const collected = debtsInCollections(store, regieId)
  const beingPaid = debtsBeingPaid(store)
  const planned = plannedDebts(store, regieId, today(store.clock))
  return (debt) => {
    if (collected.has(debtKey(debt))) return 'prélèvement en cours'
    if (beingPaid.has(debtKey(debt))) return 'paiement en ligne en cours'
    return planned.has(debtKey(debt)) ? 'déjà dans un échéancier' : null
  }
}

/** The number of payers that the lists « Impayés » of all régies show with a broken plan. */
export const countBrokenPlans = (store: Store, on: Day): number => {
  const broken = standingPlans(store, null).filter(({ parts }) => planState(parts, on).kind === 'broken')
  return [...Map.groupBy(broken, ({ regieId }) => regieId)].reduce((count, [regieId, own]) => {
    const planned = plannedDebts(store, regieId, on)
    const owed = openDebtsOf(store, [...new Map(own.map((plan) => [payerKey(plan), plan])).values()])
    const states = [...owed.values()].map((debts) =>
      planOfOverdue(
        debts
          .filter((debt) => debt.regieId === regieId && debt.dueOn !== null && debt.dueOn < on)
          .map((debt) => planned.get(debtKey(debt))),
      ),
    )
    return count + states.filter((state) => state?.kind === 'broken').length
  }, 0)
}

/** The plans of a payer, newest first. */
export const plansShown = (store: Store, payer: OfPayer, on: Day): UnpaidDetail['plans'] =>
  plansOfPayer(store, payer)
    .map(({ id, madeOn, by, endedOn, endReason, parts }) => {
      const state = planState(parts, on)
      return {
        id,
        madeOn,
        by,
        state: endedOn === null ? state.kind : ('ended' as const),
        sentence:
          endedOn === null
            ? planStateText(state)
            : `Échéancier terminé le ${shortDay(endedOn)}\u00a0: ${endReason ?? ''}`,
        parts: parts.map(({ dueOn, cents, leftCents }) => ({ dueOn, cents, leftCents })),
      }
    })
    .toReversed()
