import type { Day } from '../../../../shared/rules/calendar/day.ts'
import type { Store } from '../../../store/store.ts'
import { accountKey } from '../account.ts'

/**
 * By account, the day of the balance for the homes that pay their year in equal parts (« mensualisation ») on a day.
 */
export const balanceDays = (store: Store, familyIds: readonly number[], on: Day): ReadonlyMap<string, Day> =>
  new Map(
    (
      store
        .statement(
          `select family_id as familyId, regie_id as regieId, balance_on as balanceOn
          from json_each(?) wanted cross join year_plan plan on plan.family_id = wanted.value
          where ended_on is null and ? between made_on and balance_on order by plan.id desc`,
        )
        .all(JSON.stringify(familyIds), on) as { familyId: number; regieId: number; balanceOn: Day }[]
    ).map((plan) => [accountKey(plan), plan.balanceOn]),
  )
