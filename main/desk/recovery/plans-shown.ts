import type { UnpaidDetail } from '../../../shared/contract/desk/money/recovery.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import type { Payable } from '../../../shared/rules/money/payment/payment.ts'
import { debtKey } from '../../../shared/rules/money/payment/payment.ts'
import { planState, planStateText } from '../../../shared/rules/money/recovery/plan.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import { debtsInCollections } from '../debits/debits.ts'
import { plannedDebts, plansOfPayer, standingPlans } from '../debts/debts.ts'
import { debtsBeingPaid, openDebts, type PayerIds } from '../invoicing/invoicing.ts'

export type OfPayer = PayerIds & { readonly regieId: number }

/** Why no plan takes up a debt of a régie; null: one may. */
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

/**
 * Plans that are broken and whose debts are past due: those that the list « Impayés » shows. One whose debts are due later
 * asks for nothing yet.
 */
export const countBrokenPlans = (store: Store, on: Day): number =>
  standingPlans(store, null)
    .filter(({ parts }) => planState(parts, on).kind === 'broken')
    .filter(({ familyId, thirdPartyId, paper }) => {
      const planned = new Set(paper.debts.map(debtKey))
      return openDebts(store, familyId ?? thirdPartyId ?? 0, familyId === null ? 'thirdParty' : 'family').some(
        (debt) => debt.dueOn !== null && debt.dueOn < on && planned.has(debtKey(debt)),
      )
    }).length

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
