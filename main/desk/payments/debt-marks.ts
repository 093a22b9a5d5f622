import type { Day } from '../../../shared/rules/calendar/day.ts'
import { debtKey } from '../../../shared/rules/money/payment/payment.ts'
import type { DebtMark } from '../../../shared/rules/money/recovery/debt-mark.ts'
import { planOfOverdue, planState } from '../../../shared/rules/money/recovery/plan.ts'
import type { Store } from '../../store/store.ts'
import { standingPlansOf, suspensionsOf } from '../debts/debts.ts'
import { openDebtsOf, payerKey } from '../invoicing/invoicing.ts'

/** The marks of these homes, in the order in which they are shown; homes without any are left out. */
export const debtMarksOf = (store: Store, familyIds: readonly number[], on: Day): ReadonlyMap<number, DebtMark[]> => {
  const atTreasury = homesAtTreasury(store, familyIds)
  const plans = plansOf(store, familyIds, on)
  const suspended = new Set(suspensionsOf(store, familyIds, on).map(({ familyId }) => familyId))
  return new Map(
    familyIds.flatMap((id) => {
      const plan = plans.get(id)
      const marks: DebtMark[] = [
        ...(atTreasury.has(id) ? (['treasury'] as const) : []),
        ...(plan === undefined ? [] : [plan]),
        ...(suspended.has(id) ? (['suspended'] as const) : []),
      ]
      return marks.length === 0 ? [] : [[id, marks] as const]
    }),
  )
}

/** Homes with a debt that the Treasury still has to collect. */
const homesAtTreasury = (store: Store, familyIds: readonly number[]): ReadonlySet<number> =>
  new Set(
    store
      .statement(
        `select sent.family_id from json_each(?) wanted
        cross join debt_decision sent on sent.family_id = wanted.value and sent.kind = 'transmission'
        join allocation part on part.decision_id = sent.id group by sent.family_id
        having sum(part.amount_cents) > coalesce((select sum(told.amount_cents) from treasury_payment told
          join debt_decision decision on decision.id = told.decision_id
          where decision.family_id = sent.family_id and told.cancelled_at is null and told.paid_on is not null), 0)`,
      )
      .pluck()
      .all(JSON.stringify(familyIds)) as number[],
  )

/** The state of the payment plans of homes: broken once a debt of the plan is overdue, as in « Impayés ». */
const plansOf = (
  store: Store,
  familyIds: readonly number[],
  on: Day,
): ReadonlyMap<number, 'planKept' | 'planBroken'> => {
  const plans = standingPlansOf(store, familyIds)
  if (plans.length === 0) return new Map()
  const states = new Map(
    plans.flatMap(({ paper, parts }) => paper.debts.map((debt) => [debtKey(debt), planState(parts, on)] as const)),
  )
  const open = openDebtsOf(store, plans)
  return new Map(
    plans.flatMap((plan) => {
      const overdue = (open.get(payerKey(plan)) ?? []).filter(({ dueOn }) => dueOn !== null && dueOn < on)
      const isBroken = planOfOverdue(overdue.map((debt) => states.get(debtKey(debt))))?.kind === 'broken'
      return plan.familyId === null ? [] : [[plan.familyId, isBroken ? 'planBroken' : 'planKept'] as const]
    }),
  )
}
