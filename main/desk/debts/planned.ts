import type { Day } from '../../../shared/rules/calendar/day.ts'
import { debtKey } from '../../../shared/rules/money/payment/payment.ts'
import {
  type PlanFacts,
  type PlanPart,
  type PlanState,
  partsLeft,
  planState,
} from '../../../shared/rules/money/recovery/plan.ts'
import type { Store } from '../../store/store.ts'

/** SQL: what is left to pay of a debt that a stored paper names. `debt` is a row of `json_each`. */
export const leftOfNamedDebtSql = `(
  coalesce((select total_cents from invoice where id = debt.value ->> '$.invoiceId'),
    (select amount_cents from opening_balance where id = debt.value ->> '$.openingDebtId'), 0)
  - coalesce((select sum(amount_cents) from allocation where invoice_id = debt.value ->> '$.invoiceId'), 0)
  - coalesce((select sum(amount_cents) from allocation where opening_debt_id = debt.value ->> '$.openingDebtId'), 0))`

export type PlanRow = {
  readonly id: number
  readonly regieId: number
  readonly familyId: number | null
  readonly thirdPartyId: number | null
  readonly madeOn: Day
  readonly by: string
  readonly endedOn: Day | null
  readonly endReason: string | null
  readonly paper: PlanFacts
  /** Each part with what is left of it, as `partsLeft` computes. */
  readonly parts: readonly (PlanPart & { readonly leftCents: number })[]
}

/** Plans selected by an SQL condition on `plan`, oldest first. */
const plansWhere = (store: Store, condition: string, values: Record<string, unknown>): PlanRow[] =>
  (
    store
      .statement(
        `select plan.id, regie_id as regieId, family_id as familyId, third_party_id as thirdPartyId, made_on as madeOn,
          act.actor_name as "by", ended_on as endedOn, end_reason as endReason, paper, parts, (
            select coalesce(sum(min(debt.value ->> '$.leftCents', ${leftOfNamedDebtSql})), 0)
            from json_each(paper, '$.debts') debt
          ) as leftCents
        from payment_plan plan join act on act.id = act_id where ${condition} order by plan.id`,
      )
      .all(values) as (Omit<PlanRow, 'paper' | 'parts'> & { paper: string; parts: string; leftCents: number })[]
  ).map(({ paper, parts, leftCents, ...row }) => ({
    ...row,
    paper: JSON.parse(paper) as PlanFacts,
    parts: partsLeft(JSON.parse(parts) as PlanPart[], leftCents),
  }))

export const planById = (store: Store, id: number): PlanRow | undefined => plansWhere(store, 'plan.id = :id', { id })[0]

/** All plans of a payer at a régie, including those that ended or are paid. */
export const plansOfPayer = (
  store: Store,
  { regieId, familyId, thirdPartyId }: Pick<PlanRow, 'regieId' | 'familyId' | 'thirdPartyId'>,
): PlanRow[] =>
  plansWhere(store, 'regie_id = :regieId and (family_id = :familyId or third_party_id = :thirdPartyId)', {
    regieId,
    familyId,
    thirdPartyId,
  })

/** Plans not ended and not fully paid. @param regieId null for every régie */
export const standingPlans = (store: Store, regieId: number | null): PlanRow[] =>
  plansWhere(store, 'ended_on is null and regie_id = coalesce(:regieId, regie_id)', { regieId }).filter(isUnpaid)

export const standingPlansOf = (store: Store, familyIds: readonly number[]): PlanRow[] =>
  plansWhere(store, 'ended_on is null and family_id in (select value from json_each(:ids))', {
    ids: JSON.stringify(familyIds),
  }).filter(isUnpaid)

const isUnpaid = ({ parts }: PlanRow): boolean => parts.some(({ leftCents }) => leftCents > 0)

/** The debts of a régie that are in standing plans, each with the state of its plan. */
export const plannedDebts = (store: Store, regieId: number, on: Day): ReadonlyMap<string, PlanState> =>
  new Map(
    standingPlans(store, regieId).flatMap(({ paper, parts }) => {
      const state = planState(parts, on)
      return paper.debts.map((debt) => [debtKey(debt), state] as const)
    }),
  )

/** The debts that are not asked for on that day, because their plan is kept. */
export const debtsKeptByPlans = (store: Store, regieId: number, on: Day): ReadonlySet<string> =>
  new Set([...plannedDebts(store, regieId, on)].flatMap(([key, { kind }]) => (kind === 'kept' ? [key] : [])))
