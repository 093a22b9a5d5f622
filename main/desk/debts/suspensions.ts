import type { Day } from '../../../shared/rules/calendar/day.ts'
import { debtKey } from '../../../shared/rules/money/payment/payment.ts'
import { isSuspended, type SuspendedBy, suspendsIn } from '../../../shared/rules/money/recovery/suspension.ts'
import type { Store } from '../../store/store.ts'
import { activitiesWithMeals, type RegieSettings, regieOf, regiesOf } from '../regies/regies.ts'
import { organisationOf } from '../settings/settings.ts'
import { overdueAbove } from './debts-store.ts'
import { debtsKeptByPlans } from './planned.ts'

/** Of these homes, those whose bookings the régie suspends, with their overdue debt in cents. */
const suspendedCents = (
  store: Store,
  regie: RegieSettings,
  familyIds: readonly number[],
  on: Day,
): ReadonlyMap<number, number> => {
  const { id: regieId, suspendAboveCents: aboveCents } = regie
  if (aboveCents === null) return new Map()
  const overdue = overdueAbove(store, { regieId, familyIds, aboveCents, on })
  if (overdue.length === 0) return new Map()
  const kept = debtsKeptByPlans(store, regieId, on)
  const owed = Map.groupBy(
    overdue.filter((debt) => !kept.has(debtKey(debt))),
    ({ familyId }) => familyId,
  )
  return new Map(
    [...owed]
      .map(([familyId, debts]) => [familyId, debts.reduce((sum, { leftCents }) => sum + leftCents, 0)] as const)
      .filter(([, cents]) => isSuspended(regie, cents)),
  )
}

const calledOf = (store: Store, { name }: RegieSettings): SuspendedBy => ({
  regie: regiesOf(store).length > 1 ? name : '',
  phone: organisationOf(store).phone,
})

/**
 * The homes, among these, that may make no new booking in an activity because of their debts, and which régie each
 * should call.
 */
export const homesSuspendedIn = (
  store: Store,
  activityId: number,
  familyIds: readonly number[],
  on: Day,
): ReadonlyMap<number, SuspendedBy> => {
  const [activity] = activitiesWithMeals(store, activityId)
  if (!activity) return new Map()
  const regie = regieOf(store, activity.regieId)
  if (!suspendsIn(regie, activity)) return new Map()
  const by = calledOf(store, regie)
  return new Map([...suspendedCents(store, regie, familyIds, on).keys()].map((id) => [id, by]))
}

type Suspension = SuspendedBy & {
  readonly familyId: number
  readonly regieId: number
  readonly activityIds: readonly number[]
  /** The overdue debt of the home. */
  readonly cents: number
}

/** The suspensions of these homes, by régie; homes that owe too little to be suspended are left out. */
export const suspensionsOf = (store: Store, familyIds: readonly number[], on: Day): Suspension[] =>
  regiesOf(store)
    .filter(({ suspendAboveCents }) => suspendAboveCents !== null)
    .flatMap((regie) => {
      const activityIds = activitiesWithMeals(store)
        .filter((activity) => activity.regieId === regie.id && suspendsIn(regie, activity))
        .map(({ id }) => id)
      const by = calledOf(store, regie)
      return activityIds.length === 0
        ? []
        : [...suspendedCents(store, regie, familyIds, on)].map(([familyId, cents]) => ({
            familyId,
            regieId: regie.id,
            activityIds,
            cents,
            ...by,
          }))
    })
