import type { Day } from '../../../shared/rules/calendar/day.ts'
import { unmetConditions, whyNotRegister } from '../../../shared/rules/people/registration.ts'
import type { Write } from '../../store/acts/acts.ts'
import { registration } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { activityOf, conditionsOf, periodOf } from '../activities/activities.ts'
import { childrenOnDay, homeHistories, homeOn } from '../families/families.ts'
import { registrationsOfPeriod } from '../registrations/registrations.ts'

type Wish = {
  readonly childId: number
  readonly familyId: number
  readonly week: readonly { readonly weekday: number; readonly slotId: number }[]
}

/**
 * Accepts at once every child that the conditions of the activity take on the first day, as `writeAsked` does one by
 * one. Returns the registration of each wish, null where it was refused.
 */
export const writeAccepted = (
  store: Store,
  write: Write,
  periodId: number,
  wishes: readonly Wish[],
  span: { readonly startDay: Day; readonly endDay: Day },
): (number | null)[] => {
  const period = periodOf(store, periodId)
  const conditions = conditionsOf(activityOf(store, period.activityId))
  const children = childrenOnDay(
    store,
    wishes.map(({ childId }) => childId),
    span.startDay,
  )
  const homes = homeHistories(
    store,
    wishes.map(({ familyId }) => familyId),
  )
  const before = Map.groupBy(
    registrationsOfPeriod(store, periodId),
    ({ childId, familyId }) => `${childId} ${familyId}`,
  )
  const taken = wishes.map(({ childId, familyId }) => {
    const child = children.get(childId)
    const home = homes.get(familyId)
    if (!child || !home) return false
    const obstacle = whyNotRegister({
      span: { from: span.startDay, to: span.endDay },
      period: { name: period.name, from: period.startDay, to: period.endDay },
      others: (before.get(`${childId} ${familyId}`) ?? []).map(({ state, startDay, endDay }) => ({
        state,
        span: { from: startDay, to: endDay },
      })),
    })
    const { resident } = homeOn(home, span.startDay)
    const candidate = { birth: child.birthDay, schoolClass: child.level || null, resident }
    return obstacle === null && unmetConditions(conditions, candidate, span.startDay).length === 0
  })
  const ids = write.insertMany(
    registration,
    wishes
      .filter((_, index) => taken[index])
      .map(({ childId, familyId, week }) => ({
        childId,
        familyId,
        periodId,
        state: 'accepted' as const,
        ...span,
        typicalWeek: week,
        askedAt: write.at,
        decidedAt: write.at,
      })),
  )
  let next = 0
  return taken.map((isTaken) => {
    if (!isTaken) return null
    next += 1
    return ids[next - 1] ?? null
  })
}
