import type { Day } from '../../../shared/rules/calendar/day.ts'
import { type Exemption, exemptionAsked, schoolsByAddress } from '../../../shared/rules/people/catchment.ts'
import type { Store } from '../../store/store.ts'
import { schoolsOf } from '../settings/settings.ts'
import { familiesOfChildren, schoolingsOf } from './families-store.ts'
import { addressesOn } from './homes.ts'

/** The « dérogation » that is asked of each of these children on a day; absent where none is. */
export const exemptionsOf = (store: Store, childIds: readonly number[], on: Day): ReadonlyMap<number, Exemption> => {
  const schools = schoolsOf(store)
  if (schools.every(({ catchment }) => catchment.length === 0)) return new Map()
  const schoolsAt = schoolsByAddress(schools)
  const homes = Map.groupBy(familiesOfChildren(store, childIds), ({ childId }) => childId)
  const addresses = addressesOn(store, [...new Set([...homes.values()].flat().map(({ id }) => id))], on)
  const schoolings = Map.groupBy(schoolingsOf(store, childIds), ({ childId }) => childId)
  return new Map(
    childIds.flatMap((id) => {
      const attended = schoolings.get(id)?.find(({ fromDay }) => fromDay <= on)
      if (!attended) return []
      const lines = (homes.get(id) ?? []).flatMap((home) => {
        const address = addresses.get(home.id)
        return address?.resident ? [address.line1] : []
      })
      const asked = exemptionAsked(schoolsAt, { ...attended, lines })
      return asked ? [[id, asked] as const] : []
    }),
  )
}
