import type { Day } from '../../../shared/rules/calendar/day.ts'
import { type Exemption, exemptionAsked, schoolsByAddress } from '../../../shared/rules/people/catchment.ts'
import type { Store } from '../../store/store.ts'
import { schoolsWithStreets } from '../settings/settings.ts'
import { schoolsAndStreets } from './families-store.ts'

/** The « dérogation » that each of these children needs on a day; children who need none are left out. */
export const exemptionsOf = (store: Store, childIds: readonly number[], on: Day): ReadonlyMap<number, Exemption> => {
  const schools = schoolsWithStreets(store)
  if (schools.length === 0) return new Map()
  const schoolsAt = schoolsByAddress(schools)
  return new Map(
    schoolsAndStreets(store, childIds, on).flatMap(({ childId, ...attended }) => {
      const asked = exemptionAsked(schoolsAt, attended)
      return asked ? [[childId, asked] as const] : []
    }),
  )
}
