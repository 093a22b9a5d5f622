import { type BeginningStep, beginningSteps, type Today } from '../../../shared/contract/desk/home.ts'
import type { Core } from '../core.ts'

/** A step is done once its query finds a row. */
const doneBy: Readonly<Record<BeginningStep, string>> = {
  facility: 'select 1 from facility limit 1',
  activity: 'select 1 from activity limit 1',
  period: 'select 1 from period limit 1',
  tariff: 'select 1 from activity_tariff limit 1',
  family: 'select 1 from family limit 1',
}

/** Steps of setting up a new service that are done; null once all are done, and in the example town. */
export const beginningOf = ({ store, isDemo }: Pick<Core, 'store' | 'isDemo'>): Today['beginning'] => {
  if (isDemo) return null
  const done = beginningSteps.filter((step) => store.statement(doneBy[step]).get() !== undefined)
  if (done.length === beginningSteps.length) return null
  const activityId = store.statement('select max(id) from activity').pluck().get() as number | null
  return { done, activityId }
}
