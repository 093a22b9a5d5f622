import type { Day } from '../../../shared/rules/calendar/day.ts'
import { unmetConditions, whyNotRegister } from '../../../shared/rules/people/conditions.ts'
import type { Write } from '../../store/acts/acts.ts'
import { registration } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { activityOf, conditionsOf, periodOf } from '../activities/activities.ts'
import { childrenOnDay, homeHistories, homeOn } from '../families/families.ts'
import { registrationsOfPeriod } from '../registrations/registrations.ts'

type RegistrationInput = {
  readonly childId: number
  readonly familyId: number
  readonly week: readonly { readonly weekday: number; readonly slotId: number }[]
}

/**
 * Registers, accepted at once, every child who meets the activity's conditions on the first day. Bulk version of
 * `writeNewRegistration`. Returns the registration id of each input, null for a refused one.
 */
export const writeAccepted = (
  store: Store,
  write: Write,
  periodId: number,
  inputs: readonly RegistrationInput[],
  span: { readonly startDay: Day; readonly endDay: Day },
): (number | null)[] => {
  const period = periodOf(store, periodId)
  const conditions = conditionsOf(store, periodId, activityOf(store, period.activityId))
  const children = childrenOnDay(
    store,
    inputs.map(({ childId }) => childId),
    span.startDay,
  )
  const homes = homeHistories(
    store,
    inputs.map(({ familyId }) => familyId),
  )
  const existing = Map.groupBy(
    registrationsOfPeriod(store, periodId),
    ({ childId, familyId }) => `${childId} ${familyId}`,
  )
  const isAccepted = inputs.map(({ childId, familyId }) => {
    const child = children.get(childId)
    const home = homes.get(familyId)
    if (!child || !home) return false
    const obstacle = whyNotRegister({
      span: { from: span.startDay, to: span.endDay },
      period: { name: period.name, from: period.startDay, to: period.endDay },
      others: (existing.get(`${childId} ${familyId}`) ?? []).map(({ state, startDay, endDay }) => ({
        state,
        span: { from: startDay, to: endDay },
      })),
    })
    const { resident } = homeOn(home, span.startDay)
    const { birthDay: birth, school, level } = child
    const candidate = { birth, school: school || null, schoolClass: level || null, resident }
    return obstacle === null && unmetConditions(conditions, candidate, span.startDay).length === 0
  })
  const ids = write.insertMany(
    registration,
    inputs
      .filter((_, index) => isAccepted[index])
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
  return isAccepted.map((isTaken) => {
    if (!isTaken) return null
    next += 1
    return ids[next - 1] ?? null
  })
}
