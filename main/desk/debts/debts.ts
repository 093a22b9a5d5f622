/** The door of debts: what payers owe, as far as domains below invoicing ask for it. */
export { balanceOnSql, dueOnSql } from './debts-store.ts'
export {
  debtsKeptByPlans,
  leftOfNamedDebtSql,
  type PlanRow,
  planById,
  plannedDebts,
  plansOfPayer,
  standingPlans,
  standingPlansOf,
} from './planned.ts'
export { homesSuspendedIn, suspensionsOf } from './suspensions.ts'
